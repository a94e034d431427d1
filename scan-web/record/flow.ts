/** The way through a record: which draft a tap begins or goes on with, and which question comes next. Reads and writes drafts in the notebook. */
import type { Answer, Answers, Ask, Draft, Field, Target, Work } from "./model.ts";
import { newId } from "./new-id.ts";
import type { Notebook } from "./notebook.ts";
import { placeAt, placeOf, targetOf } from "./place.ts";
import { same } from "./answers.ts";
import { findWork, walked } from "./works.ts";

export type { Opened };
export { beginDraft, isTouched, nextOf, openDraft, withAnswer };

interface Opened {
  readonly draft: Draft;
  readonly work: Work;
  readonly field: Field;
}

/** Answers of a lot are of that lot: what it was taken from, and how much, is asked anew each time. */
const NOT_AGAIN: readonly string[] = ["parts", "amount", "out", "labels", "sample", "code", "name"];

/**
 * A draft for a work at a place: the one that was left unfinished there, else a new one with the answers given last. Null where the work cannot be
 * recorded there.
 */
async function beginDraft(notebook: Notebook, workId: string, asked: Target | null): Promise<Draft | null> {
  const work = findWork(workId);
  if (work === null) return null;
  const [field, settings, drafts] = await Promise.all([notebook.field(), notebook.settings(), notebook.drafts()]);
  const place = asked === null ? placeAt(field, settings.lastTarget) : placeOf(field, asked);
  const target = targetOf(work, place, field);
  if (work.on !== "nothing" && target === null) return null;
  if (work.kind !== "NOTE" && target?.sort === "organisation") return null;
  const open = drafts.find((one) => one.work === workId && one.changes === null && sameTarget(one.target, target));
  if (open !== undefined) return open;
  const draft: Draft = {
    id: newId(),
    work: workId,
    target,
    answers: again(work, await notebook.lastAnswers(workId, target)),
    files: [],
    note: "",
    occurredAtS: null,
    changedAtMs: Date.now(),
    changes: null,
  };
  await notebook.keepDraft(draft);
  if (asked !== null) await notebook.set({ lastTarget: target });
  return draft;
}

function again(work: Work, last: Answers | null): Answers {
  const kept = Object.entries(last ?? {}).filter(
    ([id, answer]) => !NOT_AGAIN.includes(id) && work.asks.some((ask) => ask.id === id && ask.type === answer.type),
  );
  return Object.fromEntries(kept);
}

function sameTarget(one: Target | null, other: Target | null): boolean {
  return one?.id === other?.id && one?.sort === other?.sort;
}

/** Null: it is a record by now, or was dropped. */
async function openDraft(notebook: Notebook, id: string): Promise<Opened | null> {
  const [draft, field] = await Promise.all([notebook.draft(id), notebook.field()]);
  const work = draft === null ? null : findWork(draft.work);
  return draft === null || work === null ? null : { draft, work, field };
}

/** The first question after `after` (null: of all) that has no answer; null: all have, so it is time to save. The last one is asked where it is saved. */
function nextOf(work: Work, answers: Answers, after: string | null): Ask | null {
  const asks = walked(work);
  const from = asks.findIndex(({ id }) => id === after) + 1;
  return asks.slice(0, -1).find((ask, at) => at >= from && answers[ask.id] === undefined) ?? null;
}

/** The draft with one answer put in, or taken out (null). What hangs on an input does not outlive it: its interval and its dose. */
function withAnswer(draft: Draft, ask: Ask, answer: Answer | null): Draft {
  const { [ask.id]: before, ...others } = draft.answers;
  const kept = ask.type === "input" && !same(before, answer ?? undefined) ? withoutOf(others) : others;
  return { ...draft, answers: answer === null ? kept : { ...kept, [ask.id]: answer }, changedAtMs: Date.now() };
}

function withoutOf(answers: Answers): Answers {
  const { interval: _interval, dose: _dose, registration: _registration, ...others } = answers;
  return others;
}

/** Somebody has put something in that would be missed. */
function isTouched(draft: Draft, last: Answers | null): boolean {
  const work = findWork(draft.work);
  if (work === null) return false;
  const offered = again(work, last);
  return (
    draft.files.length > 0 ||
    draft.note.trim() !== "" ||
    draft.occurredAtS !== null ||
    draft.changes !== null ||
    work.asks.some(({ id }) => !same(draft.answers[id], offered[id]))
  );
}
