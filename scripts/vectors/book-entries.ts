/** docs/ledger/entry.json: kinds about goods that pass on, are given up, called back, or quarrelled about. */
import { concat, uint } from "../../protocol/bytes.ts";
import { CAPACITIES } from "../../protocol/kinds/status.ts";
import type { Accept, Refuse } from "./raw.ts";
import { id, MOST, raw, u16, u40, zeros } from "./raw.ts";

export { bookEntries, refusedBookEntries };

const NONE = zeros(32);

function bookEntries(accept: Accept): void {
  accept("a site without a code", "SITE", { index: 0, level: 0, number: 0n });
  accept("a village, by the longest code", "SITE", { index: 65_535, level: 1, number: 999_999_999_999n });
  accept("readings of an instrument", "SENSE", {});
  accept("what is denied", "DISPUTE", { seq: 3, entry: 1, named: id("lot one") });
  accept("the last entry of the last move, denied", "DISPUTE", { seq: 2 ** 32 - 1, entry: 65_535, named: uint(2, 32) });
  accept("an answer", "ANSWER", { seq: 4 });
  accept("a sample of a lot", "DISCARD", { reason: 2, amount: 500n, plot: NONE });
  accept("all that can be lost", "DISCARD", { reason: 1, amount: MOST, plot: NONE });
  accept("the end of a season", "DISCARD", { reason: 5, amount: 1_000_000n, plot: id("plot") });
  const shipped = { index: 0, lot: id("lot one"), packed: false, amount: 20_000n, to: 2, carrier: 0 };
  accept("loose goods shipped", "SHIP", shipped);
  accept("packed goods shipped with a carrier, at the last index", "SHIP", {
    ...shipped,
    ...{ index: 65_535, packed: true, amount: MOST, to: 0xff_ffff, carrier: 0xff_ffff },
  });
  accept("what was found", "RECEIVE", { amount: 19_500n });
  accept("that nothing was found", "RECEIVE", { amount: 0n });
  accept("a consignment refused", "REFUSE", { lot: id("lot one") });
  accept("a consignment withdrawn", "WITHDRAW", { lot: id("lot one") });
  accept("a promise", "PROMISE", { amount: 2_000n });
  accept("a run of forty labels", "LABEL", run(NONE, 40n));
  accept("a run of labels that claim a certificate", "LABEL", run(id("certificate"), MOST));
  const source = { lot: id("lot one"), certificate: NONE };
  accept("one label that was misprinted", "VOID", { reason: 1, ...source, ranges: [{ first: 0n, number: 1n }] });
  accept("labels taken back, two ranges side by side", "VOID", {
    ...{ reason: 4, lot: id("lot one"), certificate: id("certificate") },
    ranges: [
      { first: 3n, number: 2n },
      { first: 5n, number: 10n },
    ],
  });
  accept("as many labels as one entry can void, at the end of the longest run", "VOID", {
    ...{ reason: 2, ...source },
    ranges: [{ first: MOST - 10_000n, number: 10_000n }],
  });
  const singles = Array.from({ length: 32 }, (_, n) => ({ first: BigInt(2 * n), number: 1n }));
  accept("as many ranges as one entry can have", "VOID", { reason: 3, ...source, ranges: singles });
  accept("a holder's recall", "RECALL", { capacity: CAPACITIES.holder, drill: false, certificate: NONE });
  accept("a regulator's drill", "RECALL", { capacity: CAPACITIES.regulator, drill: true, certificate: NONE });
  accept("a certifier's recall", "RECALL", { capacity: 3, drill: false, certificate: id("certificate") });
  for (const [name, capacity] of Object.entries(CAPACITIES))
    accept(`the end of a recall by a ${name}`, "RELEASE", { capacity });
  accept("what was done about a recall of the lot itself", "ACKNOWLEDGE", { recalled: NONE, seq: 5 });
  accept("what was done about a recall of what it came from", "ACKNOWLEDGE", { recalled: id("lot one"), seq: 2 });
}

function run(certificate: Uint8Array, count: bigint) {
  return { index: 6, lot: id("lot one"), certificate, count, root: id("root") };
}

function refusedBookEntries(refuse: Refuse): void {
  const site = (level: number, number: bigint) => raw(17, concat(u16(0), uint(level, 1), u40(number)));
  refuse("SITE with level 4", site(4, 0n), "level-unknown");
  refuse("SITE with level 255", site(255, 0n), "level-unknown");
  refuse("SITE whose code has 13 digits", site(0, 1_000_000_000_000n), "amount-too-large");
  refuse("SITE with the largest code that 40 bits hold", site(1, MOST), "amount-too-large");

  const discard = (reason: number, amount: number) => raw(58, concat(uint(reason, 1), u40(amount), NONE));
  for (const reason of [0, 6, 255]) refuse(`DISCARD with reason ${reason}`, discard(reason, 1), "reason-unknown");
  refuse("DISCARD of nothing", discard(1, 0), "amount-zero");

  const ship = (packed: number, amount: number) =>
    raw(64, concat(u16(0), id("lot one"), uint(packed, 1), u40(amount), uint(2, 3), uint(0, 3)));
  for (const packed of [2, 255]) refuse(`SHIP of goods that are packed by ${packed}`, ship(packed, 1), "flags-unknown");
  refuse("SHIP of nothing", ship(0, 0), "amount-zero");
  refuse("PROMISE of nothing", raw(80, u40(0)), "amount-zero");
  refuse("LABEL without a code", raw(88, labels(NONE)), "amount-zero");
  refuse("LABEL without a code that claims a certificate", raw(88, labels(id("certificate"))), "amount-zero");
  voided(refuse);
  recalls(refuse);
}

function labels(certificate: Uint8Array): Uint8Array {
  return concat(u16(0), id("lot one"), certificate, u40(0), id("root"));
}

function voided(refuse: Refuse): void {
  const range = (first: bigint | number, number: bigint | number) => concat(u40(first), u40(number));
  const voids = (ranges: readonly Uint8Array[], reason = 1) =>
    raw(89, concat(uint(reason, 1), id("lot one"), NONE, uint(ranges.length, 1), ...ranges));
  refuse("VOID that ends before its number of ranges", raw(89, zeros(65)), "wrong-length");
  for (const reason of [0, 5, 255])
    refuse(`VOID with reason ${reason}`, voids([range(0, 1)], reason), "reason-unknown");
  refuse("VOID of no range", voids([]), "count-out-of-range");
  const many = Array.from({ length: 33 }, (_, n) => range(n, 1));
  refuse("VOID of 33 ranges", voids(many), "count-out-of-range");
  refuse("VOID of a range without labels", voids([range(0, 1), range(7, 0)]), "amount-zero");
  refuse("VOID of 10,001 labels", voids([range(0, 10_001)]), "count-out-of-range");
  refuse("VOID of 10,001 labels in two ranges", voids([range(0, 10_000), range(10_000, 1)]), "count-out-of-range");
  refuse("VOID of more labels than 40 bits hold", voids([range(0, MOST), range(MOST, MOST)]), "count-out-of-range");
  refuse("VOID in descending order", voids([range(5, 1), range(3, 1)]), "ranges-overlap");
  refuse("VOID of one label twice", voids([range(5, 1), range(5, 1)]), "ranges-overlap");
  refuse("VOID of ranges that share their last label", voids([range(0, 3), range(2, 1)]), "ranges-overlap");
  refuse("VOID of a range inside the one before", voids([range(0, 9), range(3, 2)]), "ranges-overlap");
}

function recalls(refuse: Refuse): void {
  const recall = (capacity: number, drill: number, certificate: Uint8Array) =>
    raw(96, concat(uint(capacity, 1), uint(drill, 1), certificate));
  for (const capacity of [0, 4, 255]) {
    refuse(`RECALL in capacity ${capacity}`, recall(capacity, 0, NONE), "capacity-unknown");
    refuse(`RELEASE in capacity ${capacity}`, raw(97, uint(capacity, 1)), "capacity-unknown");
  }
  for (const drill of [2, 255]) refuse(`RECALL that is a drill by ${drill}`, recall(1, drill, NONE), "flags-unknown");
  refuse("RECALL by a holder that names a certificate", recall(1, 0, id("certificate")), "other-not-needed");
  refuse("RECALL by a regulator that names a certificate", recall(2, 1, id("certificate")), "other-not-needed");
  refuse("RECALL by a certifier that names none", recall(3, 0, NONE), "subject-unknown");
}
