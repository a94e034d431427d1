/**
 * Whether a harvest would come too early after a pesticide: asked by the screens before saving. Counted in days of the calendar in China, as the
 * scan page counts them (scan/field.ts): whoever is not warned here is not told of there. Pure.
 */
import type { Hex } from "../../protocol/bytes.ts";
import { DAY_S, dayNumber } from "./days.ts";
import type { Field, FieldUse } from "./model.ts";

export type { Waiting };
export { intervalOf };

interface Waiting {
  readonly planting: Hex;
  readonly use: FieldUse;
  /** A moment of the day from which on it may be harvested; seconds. */
  readonly untilS: number;
}

/** What still has to be waited for on the day of `atS`, the longest wait first; nothing: it may be harvested. @param places plantings, or plots with all that stands on them */
function intervalOf(field: Pick<Field, "plantings">, places: readonly Hex[], atS: number): readonly Waiting[] {
  const day = dayNumber(atS);
  return field.plantings
    .filter(({ id, plot }) => places.includes(id) || places.includes(plot))
    .flatMap(({ id, uses }) =>
      uses.map((use) => ({ planting: id, use, untilS: use.atS + use.preHarvestIntervalDays * DAY_S })),
    )
    .filter(({ use, untilS }) => dayNumber(use.atS) <= day && day < dayNumber(untilS))
    .sort((one, other) => other.untilS - one.untilS);
}
