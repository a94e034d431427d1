/** Days and hours of the example, in China's one time zone. Pure. */
export { chinaTime };

/** `"2026-04-01 16:40"` → seconds since 1970. */
function chinaTime(text: string): number {
  if (!/^\d{4}-\d\d-\d\d \d\d:\d\d$/.test(text)) throw new RangeError(`"${text}" is no day and hour of the story`);
  return Date.parse(`${text.replace(" ", "T")}:00+08:00`) / 1000;
}
