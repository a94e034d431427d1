/** The lesson of practice: three steps, each done by a record of its own; what was done is read off the records, so nothing is lost with the tab. Pure. */
import type { RecordRow } from "./model.ts";
import { findWork } from "./works.ts";

export type { LessonStep, Progress };
export { LESSON, lessonOf };

const LESSON = ["water", "picture", "harvest"] as const;
type LessonStep = (typeof LESSON)[number];

interface Progress {
  /** The record that did a step; null: not yet. */
  readonly done: Readonly<Record<LessonStep, RecordRow | null>>;
  /** The step to do now; `record`: the harvest is saved, and is to be seen on record; null: all is done. */
  readonly now: LessonStep | "record" | null;
}

/** @param records in any order; those that were taken back count for nothing */
function lessonOf(records: readonly RecordRow[]): Progress {
  const rows = records.filter(({ withdrawn }) => !withdrawn);
  const done = {
    water: rows.find(({ work }) => work === "irrigation") ?? null,
    picture: rows.find(({ files, note }) => files.length > 0 && note.trim() !== "") ?? null,
    harvest:
      rows.find(({ work, state }) => isHarvest(work) && state === "final") ??
      rows.find(({ work }) => isHarvest(work)) ??
      null,
  };
  const next = LESSON.find((step) => done[step] === null) ?? null;
  return { done, now: next ?? (done.harvest?.state === "final" ? null : "record") };
}

function isHarvest(work: string): boolean {
  return findWork(work)?.kind === "HARVEST";
}
