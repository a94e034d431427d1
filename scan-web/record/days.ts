/** Days as the fields have them: in China, wherever the phone's clock stands. Pure. */
import { ZONE } from "../ui/i18n.ts";
import type { Speaker } from "./words.ts";

export { DAY_S, dayNumber, dayOf, monthOf, noonOf, shortDay };

const DAY_S = 86_400;

const parts = new Intl.DateTimeFormat("en-CA", { timeZone: ZONE, year: "numeric", month: "2-digit", day: "2-digit" });

/** `2026-04-12` of seconds since 1970. */
function dayOf(atS: number): string {
  return parts.format(atS * 1000);
}

function monthOf(atS: number): number {
  return Number(dayOf(atS).slice(5, 7));
}

/** Noon of a day, in seconds; null where it is no day. China has had no summer time since 1991. */
function noonOf(day: string): number | null {
  if (!/^\d{4}-\d\d-\d\d$/.test(day)) return null;
  const at = Date.parse(`${day}T12:00:00+08:00`);
  return Number.isNaN(at) ? null : at / 1000;
}

/** Days since 1970, by the calendar in China. */
function dayNumber(atS: number): number {
  return Math.floor((noonOf(dayOf(atS)) ?? atS) / DAY_S);
}

/** A day in few letters: without its year where that is this one. */
function shortDay(speaker: Speaker, atS: number, nowS: number): string {
  const said = speaker.write({ day: atS, form: "short" });
  return dayOf(atS).slice(0, 4) === dayOf(nowS).slice(0, 4) ? said.replace(/^\d{4}年|, \d{4}$/, "") : said;
}
