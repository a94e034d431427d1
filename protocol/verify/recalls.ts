/**
 * Recalls (docs/ledger.md §6, RECALL to ACKNOWLEDGE): the ledger holds the recalled subject alone; what came from it is for readers to
 * follow. One that stands on the run, the lot or anything it came from wins over all else. Pure.
 */
import { type Hex, isZero } from "../bytes.ts";
import { CAPACITIES } from "../kinds/status.ts";
import { documentIn, eventsOf, type LogEvent, refOf, whereOf } from "./events.ts";
import { type CheckedHistory, holds, isFit } from "./holding.ts";
import { ancestorsOf } from "./graph.ts";
import type { CheckedLog } from "./logs.ts";
import type { RecallCheck } from "./report-claims.ts";

export { checkRecalls };

type Draft = { -readonly [Name in keyof RecallCheck]: RecallCheck[Name] } & {
  event: LogEvent;
  /** Who may lift it: of the holder's, who holds the goods by now. */
  lifter: number;
};

/** Oldest first. */
function checkRecalls(checked: CheckedHistory): readonly RecallCheck[] {
  const all = [...checked.logs.values()].flatMap((log) => recallsIn(checked, log));
  all.sort((one, other) => one.atS - other.atS);
  for (const recall of all) tell(checked, recall);
  return all.map(({ event: _event, lifter: _lifter, ...recall }) => recall);
}

function recallsIn(checked: CheckedHistory, log: CheckedLog): readonly Draft[] {
  const found: Draft[] = [];
  for (const event of eventsOf(log, (move) => move.ok || checked.sound.has(move))) {
    const { entry, isTouch, organisation, atS } = event;
    if (entry.name === "RECALL" && !isTouch) found.push(draftOf(checked, event));
    if (entry.name === "RELEASE" && !isTouch && isFit(checked, event)) {
      const { capacity } = entry.args;
      const [standing] = found.filter((one) => one.lifter === organisation && one.capacity === capacity && stands(one));
      if (standing !== undefined) [standing.releasedAtS, standing.released] = [atS, refOf(event)];
    }
    if (entry.name === "RECEIVE" && !isTouch && isFit(checked, event)) {
      for (const one of found) if (one.capacity === CAPACITIES.holder) one.lifter = organisation;
    }
    if (entry.name === "ACKNOWLEDGE") acknowledge(checked, event, found);
  }
  return found;
}

function draftOf(checked: CheckedHistory, event: LogEvent): Draft {
  const { entry, log, seq, organisation, atS } = event;
  if (entry.name !== "RECALL") throw new TypeError("not a RECALL");
  const { capacity, drill } = entry.args;
  return {
    ...{ event, lifter: organisation, ref: refOf(event), subject: log.id, seq, organisation, capacity, drill, atS },
    ...{ releasedAtS: null, released: null, acknowledged: [] },
    onStory: checked.story.has(log.id),
    onward: checked.onward.has(log.id),
    document: documentIn(event),
    ok: holds(checked, event),
  };
}

function stands({ drill, releasedAtS }: RecallCheck): boolean {
  return !drill && releasedAtS === null;
}

/**
 * In the recalled subject's own log; by whoever holds what came from it, as a touch of it. Of each that it holds the first one counts; where
 * this history does not show that it came from there, it is what the organisation says.
 */
function acknowledge(checked: CheckedHistory, event: LogEvent, recalls: readonly Draft[]): void {
  const { entry, isTouch, organisation, atS, by, log } = event;
  if (entry.name !== "ACKNOWLEDGE" || (!isTouch && !isZero(entry.args.recalled))) return;
  const named = recalls.filter(({ seq }) => seq === entry.args.seq);
  if (named.length === 0) {
    const key = `${log.id} ${entry.name} ${organisation}`;
    const detail = { kind: entry.name, organisation, seq: entry.args.seq };
    checked.findings.once(key, "answers-nothing", whereOf(event), detail);
  }
  if (!isFit(checked, event)) return;
  const shown = ancestorsOf(checked.makers, by).has(log.id);
  for (const recall of named) {
    if (recall.acknowledged.some(({ subject }) => subject === by)) continue;
    const line = { organisation, subject: by, shown, atS, tookS: atS - recall.atS, ref: refOf(event) };
    recall.acknowledged = [...recall.acknowledged, line];
  }
}

function tell(checked: CheckedHistory, recall: Draft): void {
  const { event, organisation, capacity, atS, drill, releasedAtS, onStory, onward } = recall;
  // What nobody could recall is not: that it was tried is told of its author.
  if (!isFit(checked, event) || !(onStory || onward)) return;
  const where = whereOf(event);
  const detail = { organisation, capacity, atS, sort: sortOf(checked, recall.subject) };
  if (drill) checked.findings.add("recall-drill", where, detail);
  else if (releasedAtS !== null) checked.findings.add("recall-released", where, { ...detail, releasedAtS });
  else checked.findings.add(onStory ? "recalled" : "recalled-onward", where, detail);
}

function sortOf({ makers }: CheckedHistory, subject: Hex): string {
  return makers.get(subject)?.entry.name ?? "";
}
