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
 * wait: a subject is not there yet; held without limit of days.
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
  ...["DifferenceTooLarge", "DifferencesDiffer", "NotEnoughLinked", "NoRoom"],
]);

function sortReason({ name, args }: Reason): Sorted {
  const type = Object.hasOwn(REASONS, name) ? REASONS[name as keyof typeof REASONS] : "refused-by-ledger";
  const values = args.map((value) =>
    typeof value === "bigint" ? (AMOUNTS.has(name) ? formatAmount(value) : String(value)) : value,
  );
  const why: Why = { type, at: "", detail: name === "" ? "it ran out of its gas" : [name, ...values].join(" ") };
  if (name === "SubjectUnknown") return { sort: "wait", subject: String(args[0]), why };
  if (name === "NonceUsed") return { sort: "spent", why };
  return { sort: name === "" ? "gas" : "refuse", why };
}
