/** Lots of the story, and their names as people write them on a sack: the day and four letters (docs/ledger.md §12 uses them in codes). Pure. */
import type { Hex } from "../../protocol/bytes.ts";
import type { ProductRef } from "../../protocol/document/form.ts";
import type { LotName } from "../../protocol/document/terms.ts";

export type { Lot, LotProduct };
export { mintLotNumber };

interface LotProduct extends ProductRef {
  readonly id: Uint8Array;
  readonly gtin: string | null;
}

interface Lot {
  readonly id: Uint8Array;
  readonly subject: Hex;
  readonly name: LotName;
  readonly product: LotProduct;
  /** What was made of it, thousandths of a kilogram. */
  readonly amount: bigint;
}

/** No vowels: they would spell words. */
const LETTERS = "BCDFGHJKLMNPQRSTVWXZ";

/**
 * `260401-KTWD`: unique without asking anybody, for three letters are the phone's and the fourth counts its lots of the day.
 * @param day `2026-04-01`
 * @param count 0 … 19
 */
function mintLotNumber(day: string, recorder: Uint8Array, count: number): string {
  if (count >= LETTERS.length) throw new RangeError(`one phone names at most ${LETTERS.length} lots a day`);
  const phone = [...recorder.subarray(0, 3)].map((byte) => LETTERS[byte % LETTERS.length]);
  return `${day.slice(2).replaceAll("-", "")}-${phone.join("")}${LETTERS[count]}`;
}
