/**
 * The ledger's reasons, sorted by what is to be done about them (docs/ledger.md §9). Pure.
 */
import { formatAmount } from "../../protocol/amount.ts";
import { REASONS } from "../../protocol/ledger-abi.ts";
import type { Reason } from "../chain/ledger.ts";
import type { Why } from "./receipt.ts";

export type { Sorted };
export { sortReason };

/**
 * wait: a subject is not there yet (a consignment that is received before its SHIP has come); held without limit of days.
 * spent: the nonce is used, by this very batch or by another: the ledger's logs tell.
 * gas: it ran out of what it was given.
 * refuse: a person, or a programmer, has to look.
 */
type Sorted =
  | { readonly sort: "wait"; readonly subject: string; readonly why: Why }
  | { readonly sort: "spent" | "gas" | "refuse"; readonly why: Why };

/** Values that are thousandths of a unit, by the errors that carry them. */
const AMOUNTS = new Set([
  ...["NotEnoughArea", "OverCap", "NotEnoughLeft", "MoreOutThanIn", "AmountTooLarge"],
  ...["DifferenceTooLarge", "DifferencesDiffer", "NotEnoughLinked", "NoRoom", "AmountDiffers", "MoreThanOffered"],
  ...["NotEnoughPacked", "NotWholePieces", "NotEnoughLost", "NotEnoughVolume"],
]);
/** Values that are times in seconds. */
const TIMES = new Set(["NotInForce", "ValidityEmpty"]);

function sortReason({ name, args }: Reason): Sorted {
  const type = Object.hasOwn(REASONS, name) ? REASONS[name as keyof typeof REASONS] : "refused-by-ledger";
  const values = args.map((value) => (typeof value === "bigint" ? textOf(name, value) : value));
  const why: Why =
    name === ""
      ? { type, at: "", detail: "it ran out of its gas" }
      : { type, at: "", detail: [name, ...values].join(" "), ledger: { error: name, values } };
  if (name === "SubjectUnknown") return { sort: "wait", subject: String(args[0]), why };
  if (name === "NonceUsed") return { sort: "spent", why };
  return { sort: name === "" ? "gas" : "refuse", why };
}

function textOf(name: string, value: bigint): string {
  if (AMOUNTS.has(name)) return formatAmount(value);
  // Later than any calendar: as it came.
  const date = new Date(Number(value) * 1000);
  return TIMES.has(name) && !Number.isNaN(date.getTime()) ? date.toISOString() : String(value);
}
