/** Whether a harvest would come too early after a pesticide: asked by the screens before saving, told by nobody else. Pure. */
import type { Hex } from "../../protocol/bytes.ts";
import type { Field, FieldUse } from "./model.ts";

export type { Waiting };
export { intervalOf };

interface Waiting {
  readonly planting: Hex;
  readonly use: FieldUse;
  /** From here on it may be harvested; seconds. */
  readonly untilS: number;
}

const DAY_S = 86_400;

/** What still has to be waited for at a time, the longest wait first; nothing: it may be harvested. @param places plantings, or plots with all that stands on them */
function intervalOf(field: Pick<Field, "plantings">, places: readonly Hex[], atS: number): readonly Waiting[] {
  return field.plantings
    .filter(({ id, plot }) => places.includes(id) || places.includes(plot))
    .flatMap(({ id, uses }) =>
      uses.map((use) => ({ planting: id, use, untilS: use.atS + use.preHarvestIntervalDays * DAY_S })),
    )
    .filter(({ use, untilS }) => use.atS <= atS && atS < untilS)
    .sort((one, other) => other.untilS - one.untilS);
}
