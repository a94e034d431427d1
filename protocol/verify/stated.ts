/**
 * What documents state of amounts, against what was booked: a document that says 200 kg where 100 kg were booked would show a reader
 * what the ledger never checked. The right data of a correction is held to the same, with the amounts as corrected by then. Pure.
 */
import { formatAmount, unitNumber, uomOf } from "../amount.ts";
import { type Hex, hexOf } from "../bytes.ts";
import { readDiscard } from "../document/discard.ts";
import { readReceive, readShip } from "../document/read-handover.ts";
import { readEvent } from "../document/read.ts";
import type { OpenEntry } from "../entry.ts";
import type { CheckedBatch } from "./batches.ts";
import type { Maker } from "./graph.ts";
import type { CheckedLog } from "./logs.ts";
import { isBooked, type Match } from "./match.ts";
import { productOf, unitOf } from "./products.ts";
import { isAfter, type Said } from "./said.ts";
import type { Findings, Where } from "./findings.ts";
import { type Strangers, tellFault } from "./standing.ts";

export { bookedBy, checkRightData, statesBooked, unitFor };

/** Amounts in thousandths. */
interface Booked {
  readonly inputs: readonly { readonly id: Hex; readonly amount: bigint }[];
  /** In the order of the args: outputs have no ids there. */
  readonly outputs: readonly bigint[];
  readonly labels: bigint | null;
  /** Of what stands by itself: sent, found or discarded. */
  readonly amount?: bigint;
  /** In which all of it is counted; null where that cannot be told. */
  readonly unit: number | null;
}

/** Null of kinds whose documents state no amounts that the ledger booked. */
function bookedBy(opened: OpenEntry, unit: number | null): Booked | null {
  if (opened.name === "LABEL") return { inputs: [], outputs: [], labels: opened.args.count, unit: null };
  if (opened.name === "SHIP" || opened.name === "RECEIVE" || opened.name === "DISCARD")
    return { inputs: [], outputs: [], labels: null, amount: opened.args.amount, unit };
  if (opened.name !== "HARVEST" && opened.name !== "TRANSFORM") return null;
  const inputs = opened.args.inputs.map(({ id, amount }) => ({ id: hexOf(id), amount }));
  const outputs =
    opened.name === "HARVEST"
      ? [inputs.reduce((sum, { amount }) => sum + amount, 0n)]
      : opened.args.outputs.map(({ amount }) => amount);
  return { inputs, outputs, labels: null, unit };
}

/** False where the event about `subject` states another amount, which is told; of a stranger, as its fault. What it does not state is not asked. */
function statesBooked(
  findings: Findings,
  document: unknown,
  booked: Booked,
  where: Where & { readonly subject: Hex },
  stranger: number | null,
): boolean {
  const event = readEvent(document, where.subject);
  if (event === null) return true;
  let agrees = true;
  const tell = (what: string, stated: string | number, of: string | number): void => {
    agrees = false;
    const place = `${where.subject} ${where.batch ?? ""} ${where.group ?? ""} ${where.entry ?? ""}`;
    const key = stranger === null ? `${place} ${what} ${stated} ${of}` : place;
    tellFault(findings, { key, code: "sums-mismatch", where, detail: { what, stated, booked: of }, stranger });
  };
  const compare = (what: string, stated: bigint | null | undefined, amount: bigint): void => {
    if (stated === null || stated === undefined || stated === amount) return;
    tell(what, formatAmount(stated), formatAmount(amount));
  };
  const said = saidOf(document, where.subject);
  if (booked.amount !== undefined) compare("amount", said?.amount, booked.amount);
  const [uom, own] = [said?.uom ?? event.uom, uomOf(booked.unit)];
  if (uom !== null && own !== null && uom !== own) tell("unit", uom, own);
  const stated = new Map(event.inputs.map(({ subject, amount }) => [subject, amount]));
  for (const { id, amount } of booked.inputs) compare("input", stated.get(id), amount);
  for (const [n, amount] of booked.outputs.entries()) compare("output", event.outputs[n]?.amount, amount);
  if (booked.labels !== null && event.labels !== null && booked.labels !== BigInt(event.labels.count))
    tell("labels", event.labels.count, Number(booked.labels));
  return agrees;
}

/** A document is of one of them. */
function saidOf(
  document: unknown,
  subject: Hex,
): { readonly amount: bigint | null; readonly uom: string | null } | null {
  return readShip(document, subject) ?? readReceive(document, subject) ?? readDiscard(document, subject);
}

/** Of an entry about a subject; a season that ends is counted in square metres. */
function unitFor(makers: ReadonlyMap<Hex, Maker>, subject: Hex): number | null {
  return makers.get(subject)?.entry.name === "PLANT"
    ? SQUARE_METRES
    : unitOf({ makers }, productOf({ makers }, subject));
}

const SQUARE_METRES = unitNumber("MTK");

interface Parts {
  readonly logs: ReadonlyMap<Hex, CheckedLog>;
  readonly batches: ReadonlyMap<Hex, CheckedBatch>;
  readonly makers: ReadonlyMap<Hex, Maker>;
  readonly findings: Findings;
  /** All of the history, and the right data among them. */
  readonly list: readonly Match<Said>[];
  readonly right: ReadonlyMap<Said, Match<Said>>;
  readonly strangers: Strangers;
}

/** The right data that states other amounts than the books have by then. */
function checkRightData({ logs, batches, makers, findings, list, right, strangers }: Parts): readonly Said[] {
  const differences = new Map<Hex, Match<Said>[]>();
  for (const match of list) {
    if (!isBooked(match.args)) continue;
    const same = differences.get(match.at.subject);
    if (same === undefined) differences.set(match.at.subject, [match]);
    else same.push(match);
  }
  return [...right].flatMap(([said, { target, at, seq }]) => {
    const booked = target === null ? null : bookedBy(target.open, unitFor(makers, target.subject));
    if (target === null || booked === null) return [];
    // Those of the same log have numbers; of further outputs, blocks.
    const isBy = (one: Match<Said>): boolean => {
      if (one.at.batch === said.batch) return isAfter(said, one.at);
      if (one.at.subject === at.subject) return one.seq < seq;
      return (batches.get(one.at.batch)?.block ?? 0) <= (batches.get(said.batch)?.block ?? 0);
    };
    const by = (id: Hex): readonly Match<Said>[] => (differences.get(id) ?? []).filter(isBy);
    const corrected =
      booked.amount === undefined
        ? correctedBy(booked, outputsOf(target, makers), (id) => by(id).filter(isOfMaking))
        : { ...booked, amount: amountBy(target, booked.amount, by(target.subject)) };
    const { subject, batch, group, entry } = said;
    const moves = logs.get(subject)?.moves ?? [];
    const place = moves.findIndex((move) => move.batch === batch && move.group === group && move.entry === null);
    const where = { subject, seq: place < 0 ? null : place + 1, batch, group, entry };
    const isStranger = strangers(subject, { seq: place + 1, entry }, said.organisation);
    const stranger = isStranger ? said.organisation : null;
    return statesBooked(findings, said.document, corrected, where, stranger) ? [] : [said];
  });
}

function isOfMaking({ args }: Match<Said>): boolean {
  return args.seq === 1 && args.entry === 0;
}

/** What was sent or found is more by a difference; of what was discarded the lot has more, and so it is less. */
function amountBy(target: Said, amount: bigint, differences: readonly Match<Said>[]): bigint {
  const sum = differences.reduce((all, one) => (one.target === target ? all + one.args.own : all), 0n);
  return target.open.name === "DISCARD" ? amount - sum : amount + sum;
}

function correctedBy(
  { inputs, outputs, labels, unit }: Booked,
  ids: readonly (Hex | undefined)[],
  differences: (id: Hex) => readonly Match<Said>[],
): Booked {
  const of = (id: Hex | undefined): readonly Match<Said>[] => (id === undefined ? [] : differences(id));
  const own = (id: Hex | undefined): bigint => of(id).reduce((sum, { args }) => sum + args.own, 0n);
  const taken = new Map<Hex, bigint>();
  for (const { args } of of(ids[0])) {
    const other = hexOf(args.other);
    taken.set(other, (taken.get(other) ?? 0n) + args.others);
  }
  return {
    inputs: inputs.map(({ id, amount }) => ({ id, amount: amount + (taken.get(id) ?? 0n) })),
    outputs: outputs.map((amount, n) => amount + own(ids[n])),
    ...{ labels, unit },
  };
}

/** Ids of what an entry made, by the order of its args; those that the history has not are left out. */
function outputsOf(target: Said, makers: ReadonlyMap<Hex, Maker>): readonly (Hex | undefined)[] {
  const ids: (Hex | undefined)[] = [target.subject];
  if (target.open.name !== "TRANSFORM" || target.open.args.outputs.length === 1) return ids;
  for (const [id, { batch, groupIndex, output }] of makers) {
    if (batch.hash === target.batch && groupIndex === target.group) ids[output] = id;
  }
  return ids;
}
