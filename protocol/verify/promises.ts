/**
 * Promises (承诺达标合格证; docs/ledger.md §6, PROMISE): does the document say what was booked, and are the entries on which it rests in
 * this history, do they hold, and are they by whom the rule wants? Whether residues are within their limits is not compared. Pure.
 */
import { formatAmount, uomOf } from "../amount.ts";
import { organisationId } from "../batch.ts";
import { type Hex, hexOf } from "../bytes.ts";
import { carrierOf, carriesBasis } from "../document/promise-basis.ts";
import { type PromiseReading, readPromise } from "../document/read-promise.ts";
import { documentIn, eventsOf, type LogEvent, refOf, whereOf } from "./events.ts";
import { ancestorsOf } from "./graph.ts";
import { type CheckedHistory, documentOf, holds } from "./holding.ts";
import { productOf, unitOf } from "./products.ts";
import { keyOf } from "./ref.ts";
import { tellFault } from "./standing.ts";
import type { PromiseCheck } from "./report-claims.ts";

export { checkPromises };

/** Of the run's lot, what it came from, and packed consignments of it. */
function checkPromises(checked: CheckedHistory): {
  readonly list: readonly PromiseCheck[];
  /** `entryKey`s of promises whose document says another thing. */
  readonly faulty: ReadonlySet<string>;
} {
  const { logs, story, onward } = checked;
  const faulty = new Set<string>();
  const list = [...logs.values()].flatMap((log) => {
    if (!story.has(log.id) && !onward.has(log.id)) return [];
    return eventsOf(log).flatMap((event) =>
      event.entry.name === "PROMISE" && !event.isTouch
        ? [promiseOf(checked, event, { amount: event.entry.args.amount, faulty })]
        : [],
    );
  });
  return { list, faulty };
}

function promiseOf(
  checked: CheckedHistory,
  event: LogEvent,
  { amount, faulty }: { readonly amount: bigint; readonly faulty: Set<string> },
): PromiseCheck {
  const { log, seq, organisation, atS } = event;
  const document = documentOf(checked, event);
  const said = document === null ? null : readPromise(document, log.id);
  const agrees = said !== null && saysSo(checked, event, { said, amount });
  if (said !== null && !agrees) faulty.add(keyOf(refOf(event)));
  const basis = (said?.basis ?? []).map((one) => basisOf(checked, event, one));
  const taken = said?.promise === "purchaser" ? takenBy(checked, event, said) : null;
  const lacking = said === null ? [] : lackingOf(basis, taken);
  for (const code of lacking) {
    checked.findings.add("promise-without-basis", whereOf(event), { organisation, basis: code });
  }
  const struck = checked.corrections.struck.get(keyOf(refOf(event)));
  return {
    ...{ ref: refOf(event), subject: log.id, seq, organisation, amount, atS },
    ok:
      holds(checked, event) && agrees && lacking.length === 0 && (taken?.unchecked ?? 0) === 0 && struck === undefined,
    basis: basis.map(({ code, entries, missing }) => ({ code, entries, missing })),
    taken: taken === null ? null : { entries: taken.entries, unchecked: taken.unchecked },
    document: documentIn(event),
  };
}

/** The certificates that a purchaser took in, as far as this history has the goods that they are of. */
function takenBy(checked: CheckedHistory, event: LogEvent, { taken }: PromiseReading) {
  const here = taken.filter(({ subject }) => checked.logs.has(subject));
  const entries = here.flatMap((named) => {
    const found = entryOf(checked, { ...named, before: event });
    return found?.entry.name === "PROMISE" ? [refOf(found)] : [];
  });
  const unchecked = taken.length - here.length;
  return { entries, unchecked, stands: taken.length > 0 && entries.length === here.length };
}

/** Bases without a record that carries them, "" for none at all; `taken`: a purchaser's certificates, none named or not what they should be. */
function lackingOf(
  basis: readonly ReturnType<typeof basisOf>[],
  taken: ReturnType<typeof takenBy> | null,
): readonly string[] {
  return [
    ...(basis.length === 0 ? [""] : basis.flatMap(({ code, stands }) => (stands ? [] : code))),
    ...(taken === null || taken.stands ? [] : ["taken"]),
  ];
}

/** Who takes the paper must read on it what the ledger has. */
function saysSo(
  { findings, strangers, makers }: CheckedHistory,
  event: LogEvent,
  { said, amount }: { readonly said: PromiseReading; readonly amount: bigint },
): boolean {
  const { organisation } = event;
  const isOwn = said.promisor?.subject === hexOf(organisationId(organisation));
  const uom = uomOf(unitOf({ makers }, productOf({ makers }, event.log.id)));
  const isOtherUnit = uom !== null && said.uom !== uom;
  if (isOwn && said.amount === amount && !isOtherUnit && said.promise !== null) return true;
  const inUnit = (sum: bigint, unit: string | null) =>
    isOtherUnit ? `${formatAmount(sum)} ${unit ?? ""}`.trim() : formatAmount(sum);
  const stated = said.amount === null ? "" : inUnit(said.amount, said.uom);
  const where = whereOf(event);
  const stranger = strangers(where.subject, { seq: event.seq, entry: event.place }, organisation) ? organisation : null;
  const detail = { organisation, stated, booked: inUnit(amount, uom) };
  tellFault(findings, { key: keyOf(refOf(event)), code: "promise-mismatch", where, detail, stranger });
  return false;
}

function basisOf(
  checked: CheckedHistory,
  promise: LogEvent,
  { code, entries: named }: PromiseReading["basis"][number],
) {
  const found = named.map(({ subject, document }) => entryOf(checked, { subject, document, before: promise }));
  const entries = found.flatMap((one) => one ?? []);
  const carriers = entries.map((one) =>
    carrierOf(
      { kind: one.entry.name, organisation: one.organisation, subject: one.by, document: documentOf(checked, one) },
      promise.organisation,
    ),
  );
  const stands = carriesBasis(code, carriers);
  return { code, entries: entries.map(refOf), missing: found.length - entries.length, stands };
}

/** The entry whose document it is, if it is of the promised lot or of what that came from, holds and was not struck through. */
function entryOf(
  checked: CheckedHistory,
  { subject, document, before }: { readonly subject: Hex; readonly document: string; readonly before: LogEvent },
): LogEvent | null {
  if (!ancestorsOf(checked.makers, before.log.id).has(subject)) return null;
  const log = checked.logs.get(subject);
  const found = (log === undefined ? [] : eventsOf(log)).find(
    (one) => !one.isTouch && documentIn(one) === document && one.atS <= before.atS && holds(checked, one),
  );
  return found === undefined || checked.corrections.struck.has(keyOf(refOf(found))) ? null : found;
}
