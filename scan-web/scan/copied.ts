/**
 * How often a code was opened, and when that is more than one household does. Pure. "Genuine" is never said: a copy whose
 * original was never opened cannot be told from it.
 */
import { type Said, said } from "../ui/i18n.ts";
import type { Opened } from "../ui/view.ts";

export { COPIED_REGIONS, copiedWords, openedWords, RECENT_OPENINGS, RECENT_REGIONS };

/**
 * Within a few days. A bag that is a gift is opened where it was bought and where it was given, and a phone's network may show
 * one region over: up to three regions are a family's.
 */
const RECENT_REGIONS = 4;

/** A family of five that looks at the page at table, each on the own phone and once more, for three days: 30. */
const RECENT_OPENINGS = 31;

/** Over all time: a tin of tea travels, but not through that many. */
const COPIED_REGIONS = 8;

/**
 * The warning, or null where the numbers are a household's. What to compare is said beside it: whoever copies a label copies its
 * number too, so only what the pack and the buyer know besides can tell.
 */
function copiedWords(opened: Opened | null): Said | null {
  if (opened === null || opened.firstDay === null) return null;
  const { days, count, regions } = opened.recent;
  if (regions !== null && regions >= RECENT_REGIONS) return said("verdict.copied", { days, regions, openings: count });
  if (count >= RECENT_OPENINGS) {
    return regions === null || regions < 2
      ? said("verdict.copied.no-region", { days, openings: count })
      : said("verdict.copied", { days, regions, openings: count });
  }
  if (opened.regions === null || opened.regions < COPIED_REGIONS) return null;
  const day = { day: dayS(opened.firstDay) };
  return said("verdict.copied.ever", { day, regions: opened.regions, openings: opened.total });
}

function openedWords(opened: Opened | null): Said {
  if (opened === null || opened.firstDay === null) return said("opened.uncounted");
  const { total, regions, firstDay } = opened;
  if (total <= 1) return said("opened.first");
  const day = { day: dayS(firstDay) };
  return regions === null || regions < 2
    ? said("opened.again", { day, openings: total })
    : said("opened.regions", { day, regions, openings: total });
}

function dayS(day: string): number {
  return Date.parse(`${day}T12:00:00+08:00`) / 1000;
}
