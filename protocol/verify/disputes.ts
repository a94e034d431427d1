/**
 * Disputes (docs/ledger.md §6, DISPUTE and ANSWER): who is named as a source denies it. What is denied stays as it is and is shown with
 * the denial beside it; who has nothing to do with it is told as such. Pure.
 */
import { organisationId } from "../batch.ts";
import { type Hex, hexOf } from "../bytes.ts";
import { kindByName } from "../kinds/all.ts";
import { documentIn, eventsOf, type LogEvent, refOf, whereOf } from "./events.ts";
import { organisationOf } from "./graph.ts";
import { type CheckedHistory, documentOf, holds } from "./holding.ts";
import type { CheckedLog } from "./logs.ts";
import type { DisputeCheck } from "./report-claims.ts";

export { checkDisputes };

function checkDisputes(checked: CheckedHistory): readonly DisputeCheck[] {
  // What is said of an organisation in its own log is nothing to the goods.
  return [...checked.logs.values()].flatMap((log) => (organisationOf(log.id) === null ? disputesIn(checked, log) : []));
}

function disputesIn(checked: CheckedHistory, log: CheckedLog): readonly DisputeCheck[] {
  const events = eventsOf(log);
  const disputes = events.filter(({ entry, isTouch }) => entry.name === "DISPUTE" && !isTouch);
  const answers = events.filter(({ entry, isTouch }) => entry.name === "ANSWER" && !isTouch);
  for (const event of answers) {
    const { entry, organisation } = event;
    if (entry.name !== "ANSWER" || disputes.some(({ seq }) => seq === entry.args.seq)) continue;
    answersNothing(checked, event, { kind: "ANSWER", organisation, seq: entry.args.seq });
  }
  return disputes.map((event) => disputeOf(checked, event, { events, answers }));
}

function disputeOf(
  checked: CheckedHistory,
  event: LogEvent,
  { events, answers }: { readonly events: readonly LogEvent[]; readonly answers: readonly LogEvent[] },
): DisputeCheck {
  const { entry, organisation, log, seq, atS } = event;
  if (entry.name !== "DISPUTE") throw new TypeError("not a DISPUTE");
  const { args } = entry;
  const named = hexOf(args.named);
  const target = events.find((one) => one.seq === args.seq && one.place === args.entry) ?? null;
  // Nobody is named by what it said itself.
  const isOfOther = target !== null && target.organisation !== organisation;
  const isNamed = isOfOther && isOf(checked, named, organisation) && names(checked, target, named, organisation);
  const answer = answers.find((one) => one.entry.name === "ANSWER" && one.entry.args.seq === seq) ?? null;
  if (target === null) {
    // It may be one that was folded and not read.
    if (log.moves[args.seq - 1]?.bare == null)
      answersNothing(checked, event, { kind: "DISPUTE", organisation, seq: args.seq });
  } else if (holds(checked, event)) {
    const detail = { organisation, isNamed: isNamed ? "yes" : "no", isAnswered: answer === null ? "no" : "yes" };
    // Whoever denies a hundred entries of a log is told of once: all of them stand in the list.
    checked.findings.once(`${log.id} ${organisation} ${detail.isNamed}`, "disputed", whereOf(target), detail);
  }
  return {
    ...{ ref: refOf(event), subject: log.id, seq, target: target === null ? null : refOf(target) },
    ...{ organisation, named, isNamed, atS, answer: answer === null ? null : refOf(answer) },
    document: documentIn(event),
    ok: holds(checked, event),
  };
}

/** Told once for an organisation, however often it does so in a log. */
function answersNothing(
  { findings }: CheckedHistory,
  event: LogEvent,
  detail: { readonly kind: string; readonly organisation: number; readonly seq: number },
): void {
  findings.once(`${event.log.id} ${detail.kind} ${detail.organisation}`, "answers-nothing", whereOf(event), detail);
}

/** Itself, what it holds or held, a certificate that it issued, or goods that were offered to it: as far as the history shows. */
function isOf({ tenures, makers }: CheckedHistory, named: Hex, organisation: number): boolean {
  if (named === hexOf(organisationId(organisation)) || tenures.holders(named).includes(organisation)) return true;
  const made = makers.get(named)?.entry;
  return made?.name === "SHIP" && made.args.to === organisation;
}

/** What is denied speaks of it: the subject itself, what the entry takes from, or whom its document names. */
function names(checked: CheckedHistory, target: LogEvent, named: Hex, organisation: number): boolean {
  const { entry, log, by } = target;
  if (named === log.id || named === by) return true;
  const touched = kindByName(entry.name).touches as (args: unknown) => readonly { readonly id: Uint8Array }[];
  if (touched(entry.args).some(({ id }) => hexOf(id) === named)) return true;
  if (entry.name === "SHIP" && entry.args.to === organisation) return true;
  const text = JSON.stringify(documentOf(checked, target) ?? "");
  return text.includes(named) || text.includes(hexOf(organisationId(organisation)));
}
