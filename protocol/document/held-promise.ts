/**
 * A 承诺达标合格证 held against what the ledger booked with it, and against what the rule asks for: one check for the paper and for the
 * register. Whether its bases are carried by records is for the reader of their logs. Pure.
 */
import type { Hex } from "../bytes.ts";
import { HGZ_2026, type PromiseItem } from "./hgz-2026.ts";
import type { PromiseReading } from "./read-promise.ts";
import type { Words } from "./text.ts";

export type { BookedPromise, PromiseFault, PromiseState };
export { faultOfPromise, PROMISE_STATES };

/**
 * As a register tells it, the first that fits: a recall stands on the lot or on what it came from · its issuer has struck it through ·
 * its document is not at hand · it says something else than is booked, or not all that the rule asks for · it stands.
 */
const PROMISE_STATES = ["recalled", "struck", "unread", "differs", "stands"] as const;
type PromiseState = (typeof PROMISE_STATES)[number];

/** What the entry and its lot say. */
interface BookedPromise {
  /** Thousandths. */
  readonly amount: bigint;
  /** UN/CEFACT code of the lot's unit. */
  readonly uom: string | null;
  /** Subject of the organisation that wrote the entry. */
  readonly promisor: Hex;
}

type PromiseFault =
  | { readonly why: "amount" }
  | { readonly why: "promisor" }
  | { readonly why: "words" | "taken" }
  | { readonly why: "incomplete"; readonly items: readonly PromiseItem[] };

/** The first thing that is wrong, or null. */
function faultOfPromise(said: PromiseReading, booked: BookedPromise): PromiseFault | null {
  if (said.amount !== booked.amount || said.uom !== booked.uom) return { why: "amount" };
  if (said.promisor?.subject !== booked.promisor) return { why: "promisor" };
  const has: Readonly<Partial<Record<PromiseItem, boolean>>> = {
    productName: isSaid(said.productName),
    origin: isSaid(said.origin),
    issuedOn: said.issuedOn !== null,
    promisor: isSaid(said.promisor.name),
    contact: said.contact.number !== null,
    basis: said.basis.length > 0,
  };
  const items = (Object.keys(HGZ_2026.items) as PromiseItem[]).filter((item) => has[item] === false);
  if (items.length > 0) return { why: "incomplete", items };
  if (said.promise === null) return { why: "words" };
  return said.promise === "purchaser" && said.taken.length === 0 ? { why: "taken" } : null;
}

function isSaid(words: Words | null): boolean {
  return words !== null && `${words.zh ?? ""}${words.en ?? ""}`.trim() !== "";
}
