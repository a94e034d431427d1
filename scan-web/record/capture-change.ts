/**
 * What was on record and is changed: CORRECT and the right data, for one batch (docs/ledger.md §6, CORRECT). An observation is followed by
 * a new one of its kind; of what is in the books the difference alone is booked, and a NOTE carries the right event. Pure.
 */
import { formatAmount, type UnitCode } from "../../protocol/amount.ts";
import { bytesOf, type Hex, hexOf } from "../../protocol/bytes.ts";
import { correctDocument } from "../../protocol/document/correction.ts";
import type { JsonObject } from "../../protocol/document/terms.ts";
import type { Share } from "../../protocol/kinds/kind.ts";
import { REASONS_TO_CORRECT } from "../../protocol/kinds/correct.ts";
import { Problem } from "../../protocol/problem.ts";
import { capture, isObservation } from "./capture.ts";
import type { Finder } from "./known.ts";
import type { Amount, Answers, ShownUnit } from "./model.ts";
import type { Said, Stated } from "./said.ts";

export type { Wrong };
export { captureChange };

/** The entry that is wrong: of an observation the newest, of what is in the books the first, for its amounts are what it made. */
interface Wrong {
  readonly subject: Hex;
  readonly seq: number;
  readonly entry: number;
  readonly document: JsonObject;
  /** What is said of it now, all changes up to here taken in; and what that names. */
  readonly now: Said;
  readonly find: Finder;
}

/** One difference, with the amounts as they are after it. */
interface Step {
  readonly own: bigint;
  readonly other: Hex | null;
  readonly others: bigint;
  /** Null: as `said` has them. */
  readonly after: Amounts | null;
}

interface Amounts {
  readonly inputs: readonly { readonly id: Hex; readonly amount: bigint }[];
  readonly out: bigint;
}

const NO_ID = new Uint8Array(32);

/** In the order of the batch; the last one is what is said from now on. @throws Problem `nothing-to-correct`, `no-link`, and those of capture */
function captureChange(said: Said, find: Finder, wrong: Wrong): readonly Stated[] {
  const right = capture(said, find).stated;
  const before = capture({ ...wrong.now, isChecked: false }, wrong.find).stated;
  if (isObservation(said.as.kind)) {
    const isElsewhere = right.subject !== wrong.subject;
    const reason = isElsewhere ? REASONS_TO_CORRECT.misplaced : REASONS_TO_CORRECT.mistyped;
    return [correction(said, wrong, { reason, right: said.id }), right];
  }
  const uom = unitOf(said, find);
  const steps = stepsOf(before, right);
  return steps.flatMap((step, n) => {
    const isLast = n === steps.length - 1;
    const id = isLast ? said.id : `${said.id.slice(0, -4)}${n.toString(16).padStart(4, "0")}`;
    const document = step.after === null ? right.document : documentOf(said, find, { id, uom, amounts: step.after });
    const change = { reason: REASONS_TO_CORRECT.mistyped, right: id, step, uom };
    return [correction(said, wrong, change), { subject: wrong.subject, name: "NOTE" as const, args: {}, document }];
  });
}

function correction(
  said: Said,
  wrong: Wrong,
  of: { reason: 1 | 2; right: string; step?: Step; uom?: UnitCode },
): Stated {
  const { own, other, others } = of.step ?? { own: 0n, other: null, others: 0n };
  const { subject, seq, entry } = wrong;
  const isBooked = own !== 0n || others !== 0n;
  const document = correctDocument({
    ...{ subject, seq, entry, reason: of.reason, declaredAtS: said.occurredAtS, erroneous: wrong.document },
    // Master data has no events.
    ...(hasEvents(wrong.document) ? { right: [of.right] } : {}),
    ...(isBooked ? { own } : {}),
    ...(other === null ? {} : { other: { subject: other, difference: others } }),
    ...(isBooked && of.uom !== undefined ? { uom: of.uom } : {}),
  });
  const args = { seq, entry, reason: of.reason, own, other: other === null ? NO_ID : bytesOf(other), others };
  return { subject, name: "CORRECT", args, document };
}

/** At least one; without a difference it is text. */
function stepsOf(before: Stated, right: Stated): readonly Step[] {
  const fixed = fixedOf(right);
  if (fixed === null || fixed !== fixedOf(before) || right.subject !== before.subject)
    throw new Problem("nothing-to-correct", "/answers", `of ${right.name} this cannot be changed any more`);
  const only = (own: bigint, other: Hex | null = null): readonly Step[] => [
    { own, other: own === 0n ? null : other, others: other === null ? 0n : own, after: null },
  ];
  if (before.name === "PLOT" && right.name === "PLOT") return only(right.args.area - before.args.area);
  if (before.name === "PLANT" && right.name === "PLANT")
    return only(right.args.area - before.args.area, hexOf(right.args.plot));
  if (before.name === "SHIP" && right.name === "SHIP")
    return only(right.args.amount - before.args.amount, hexOf(right.args.lot));
  // What is not discarded after all is there again.
  if (before.name === "DISCARD" && right.name === "DISCARD") return only(before.args.amount - right.args.amount);
  if (before.name === "RECEIVE" && right.name === "RECEIVE") return only(right.args.amount - before.args.amount);
  if (before.name === "HARVEST" && right.name === "HARVEST") return harvestSteps(before.args.inputs, right.args.inputs);
  if (before.name === "TRANSFORM" && right.name === "TRANSFORM") {
    const [was, is] = [before.args.outputs[0]?.amount ?? 0n, right.args.outputs[0]?.amount ?? 0n];
    return transformSteps({ inputs: before.args.inputs, out: was }, { inputs: right.args.inputs, out: is });
  }
  return only(0n);
}

function harvestSteps(before: readonly Share[], right: readonly Share[]): readonly Step[] {
  let amounts: Amounts = { inputs: named(before), out: 0n };
  const steps = differences(before, right).map(({ id, difference }): Step => {
    amounts = { inputs: moved(amounts.inputs, id, difference), out: 0n };
    return { own: difference, other: id, others: difference, after: amounts };
  });
  return closed(steps);
}

/** More goes in before more comes out, and less comes out before less goes in: nothing falls below nothing on the way. */
function transformSteps(
  before: { readonly inputs: readonly Share[]; readonly out: bigint },
  right: { readonly inputs: readonly Share[]; readonly out: bigint },
): readonly Step[] {
  const all = differences(before.inputs, right.inputs);
  const own = right.out - before.out;
  const [first, ...others] = all;
  if (others.length === 0) return [{ own, other: first?.id ?? null, others: first?.difference ?? 0n, after: null }];
  const ups = all.filter(({ difference }) => difference > 0n);
  const downs = all.filter(({ difference }) => difference < 0n);
  let amounts: Amounts = { inputs: named(before.inputs), out: before.out };
  const step = (id: Hex | null, difference: bigint, more: bigint): Step => {
    const inputs = id === null ? amounts.inputs : moved(amounts.inputs, id, difference);
    amounts = { inputs, out: amounts.out + more };
    return { own: more, other: id, others: difference, after: amounts };
  };
  return closed([
    ...ups.map(({ id, difference }) => step(id, difference, 0n)),
    ...(own === 0n ? [] : [step(null, 0n, own)]),
    ...downs.map(({ id, difference }) => step(id, difference, 0n)),
  ]);
}

/** The last one's amounts are those that were said. */
function closed(steps: readonly Step[]): readonly Step[] {
  if (steps.length === 0) return [{ own: 0n, other: null, others: 0n, after: null }];
  return steps.map((step, n) => (n === steps.length - 1 ? { ...step, after: null } : step));
}

function differences(before: readonly Share[], right: readonly Share[]) {
  const was = new Map(named(before).map(({ id, amount }) => [id, amount]));
  const is = new Map(named(right).map(({ id, amount }) => [id, amount]));
  for (const id of is.keys())
    if (!was.has(id))
      throw new Problem("no-link", "/answers/parts", "something that did not go in is a record of its own");
  return [...was].flatMap(([id, amount]) => {
    const difference = (is.get(id) ?? 0n) - amount;
    return difference === 0n ? [] : [{ id, difference }];
  });
}

function named(shares: readonly Share[]): Amounts["inputs"] {
  return shares.map(({ id, amount }) => ({ id: hexOf(id), amount }));
}

function moved(inputs: Amounts["inputs"], id: Hex, difference: bigint): Amounts["inputs"] {
  return inputs
    .map((input) => (input.id === id ? { id, amount: input.amount + difference } : input))
    .filter(({ amount }) => amount > 0n);
}

/** What no correction reaches; null: of this kind nothing at all can be changed. */
function fixedOf({ name, args }: Stated): string | null {
  switch (name) {
    case "PRODUCT":
      return [args.unit, args.net, args.loss].join();
    case "PLOT":
      return String(args.level);
    case "PLANT":
      return [hexOf(args.plot), hexOf(args.product), args.cap].join();
    case "HARVEST":
    case "RECEIVE":
      return "";
    case "TRANSFORM":
      return [args.step, ...args.outputs.map(({ id }) => hexOf(id))].join();
    case "DISCARD":
      return hexOf(args.plot);
    case "SHIP":
      return [hexOf(args.lot), args.packed, args.to].join();
    case "LABEL":
      return [hexOf(args.lot), args.count].join();
    default:
      return null;
  }
}

/** The right event with the amounts on the way, in the ledger's own unit. */
function documentOf(said: Said, find: Finder, of: { id: string; uom: UnitCode; amounts: Amounts }): JsonObject {
  const { amounts, uom, id } = of;
  const { amount: _amount, count: _count, out: _was, ...others } = said.answers;
  const inUnit = (thousandths: bigint): Amount => ({ text: formatAmount(thousandths), shown: SHOWN[uom] });
  const parts = amounts.inputs.map((input) => ({ id: input.id, amount: inUnit(input.amount) }));
  const out: Answers = amounts.out === 0n ? {} : { out: { type: "amount", amount: inUnit(amounts.out) } };
  const answers: Answers = { ...others, parts: { type: "parts", parts }, ...out };
  return capture({ ...said, id, answers, isChecked: false }, find).stated.document;
}

const SHOWN: Readonly<Record<UnitCode, ShownUnit>> = { KGM: "kg", MTK: "m2", H87: "piece", LTR: "l" };

/** Of the amounts that are corrected. */
function unitOf({ as, target }: Said, find: Finder): UnitCode {
  if (as.kind === "PLOT" || as.kind === "PLANT" || (as.kind === "DISCARD" && target?.sort !== "lot")) return "MTK";
  const { lots, products } = find.found();
  return (lots[0]?.unit ?? products[0]?.unit ?? "KGM") as UnitCode;
}

function hasEvents(document: JsonObject): boolean {
  return "eventTime" in document;
}
