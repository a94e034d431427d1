/** Days and ids as the auditor's command writes them. Pure. */

export { dayOf, short };

/** The day in China, where the records are made. */
function dayOf(timeS: number): string {
  return new Date((timeS + 8 * 3600) * 1000).toISOString().slice(0, 10);
}

function short(hex: string): string {
  return `${hex.slice(0, 6)}…${hex.slice(-4)}`;
}
