/** One question a screen; the last one stands where the record is saved, with all that will be written. Every step is in the notebook before the next is shown. */
import { Problem } from "../../../protocol/problem.ts";
import { type Html, html } from "../../ui/html.ts";
import { answerSaid, readAnswer } from "../answers.ts";
import { dayOf, noonOf } from "../days.ts";
import { nextOf, type Opened, openDraft, withAnswer } from "../flow.ts";
import { intervalOf } from "../interval.ts";
import type { Answer, Ask, Draft } from "../model.ts";
import type { Notebook } from "../notebook.ts";
import { partiesOf } from "../parties.ts";
import { cropOf, placeOf } from "../place.ts";
import { placeName } from "../placename.ts";
import { questionHtml, questionTitle } from "../questions.ts";
import type { Act, Context, Screen, View } from "../screen.ts";
import { failureIn, fileIn, takeFiles } from "../take-files.ts";
import { workName, workTile } from "../workname.ts";
import { lastWalked, walked } from "../works.ts";
import { savePart } from "./save-part.ts";

export { ask, nowS, saveDraft };

const SAVE = "save";
/** How many of the newest records are looked through for what was used lately. */
const LATELY = 60;

const ask: Screen = {
  path: "/draft/:id/:ask",
  async show(context) {
    const open = await openDraft(context.notebook, context.params.id ?? "");
    if (open === null) return { title: "", body: html``, back: "/", elsewhere: "/" };
    return context.params.ask === SAVE ? await saveView(context, open) : await questionView(context, open);
  },
  acts: { put, drop },
};

async function questionView(context: Context, open: Opened): Promise<View> {
  const { speaker, params } = context;
  const { draft, work } = open;
  const one = work.asks.find(({ id }) => id === params.ask);
  const last = lastWalked(work);
  if (one === undefined || one === last)
    return { title: "", body: html``, back: "/", elsewhere: `/draft/${draft.id}/${SAVE}` };
  const isQuick =
    (one.type !== "amount" || one.choices !== undefined) &&
    one.type !== "text" &&
    one.type !== "party" &&
    one.type !== "parts" &&
    one.many !== true;
  return {
    title: questionTitle(speaker, work.id, one),
    above: aboutLine(context, open, one),
    body: html`<form class="question" data-do="put" autocomplete="off">${await questionBody(context, open, one, isQuick)}${
      isQuick && one.type !== "amount"
        ? null
        : html`<div class="bar"><button class="button first">${speaker.say("record.shell.next")}</button></div>`
    }</form>`,
    back: backOf(work.asks, draft, one),
  };
}

/** The question before, else home. */
function backOf(asks: readonly Ask[], draft: Draft, one: Ask): string {
  if (!one.required) return `/draft/${draft.id}/${SAVE}`;
  const before = asks.filter(({ required }) => required);
  const previous = before[before.findIndex(({ id }) => id === one.id) - 1];
  return previous === undefined ? "/" : `/draft/${draft.id}/${previous.id}`;
}

async function saveView(context: Context, open: Opened): Promise<View> {
  const { speaker } = context;
  const { draft, work } = open;
  const last = lastWalked(work);
  const question =
    last === null
      ? null
      : html`<section class="question" aria-labelledby="title">${await questionBody(context, open, last, false)}</section>`;
  const rest = await savePart(context, open, last);
  return {
    title: last === null ? workName(speaker, work) : questionTitle(speaker, work.id, last),
    above: aboutLine(context, open, last),
    body: html`<form data-do="put" autocomplete="off">${question}${rest}<div class="bar"><button class="button first">${speaker.say("record.shell.save")}</button></div></form><p><button type="button" class="button plain stop" data-do="drop">${speaker.say("record.shell.cancel")}</button></p>`,
    back: last === null ? "/" : backOf(work.asks, draft, last),
  };
}

/** Work, place, and what has been answered: what will be written is in sight at every step. */
function aboutLine({ speaker }: Context, { draft, work, field }: Opened, but: Ask | null): Html {
  const place = placeOf(field, draft.target);
  const said = work.asks.flatMap((one) => {
    const answer = draft.answers[one.id];
    return answer === undefined || one.id === but?.id ? [] : [answerSaid(speaker, field, answer)];
  });
  const words = [...(place === null ? [] : [placeName(speaker, place, field)]), ...said];
  return html`<div class="about">${workTile(speaker, work)}${words.map((one) => html`<small>${one}</small>`)}</div>`;
}

async function questionBody({ notebook, speaker }: Context, open: Opened, one: Ask, isQuick: boolean): Promise<Html> {
  const { draft, work, field } = open;
  const [settings, recent] = await Promise.all([
    notebook.settings(),
    one.type === "input" ? usedLately(notebook) : Promise.resolve([]),
  ]);
  const held = draft.answers[one.id];
  const crop = cropOf(field, placeOf(field, draft.target));
  const about = { held, answers: draft.answers, field, target: draft.target, recent, crop, weight: settings.weight };
  return questionHtml({ speaker, work: work.id, ask: one, isQuick, ...about });
}

/** Ids of the inputs of the newest records, each once, at most four. */
async function usedLately(notebook: Notebook): Promise<readonly string[]> {
  const records = await notebook.records({ limit: LATELY });
  const ids = records.flatMap(({ answers: { input } }) =>
    input?.type === "input" && input.id !== null ? [input.id] : [],
  );
  return [...new Set(ids)].slice(0, 4);
}

/** Keeps what the form says, then goes where the tap leads: on, to another question, or to the end. */
async function put(context: Context, act: Act): Promise<string | void> {
  const { notebook, params } = context;
  const open = await openDraft(notebook, params.id ?? "");
  if (open === null) return "/";
  const { work } = open;
  const isSave = params.ask === SAVE;
  const one = isSave ? lastWalked(work) : (work.asks.find(({ id }) => id === params.ask) ?? null);
  const failure = failureIn(act.form);
  if (failure !== null) throw failure;
  const isAside = isAsideOf(act);
  let draft = withText(open.draft, act.form);
  if (one !== null) draft = await answered(notebook, draft, { one, form: act.form, isAside });
  if (isAside) {
    draft = await aside(context, draft, act);
    await notebook.keepDraft(draft);
    return act.data.go === undefined ? undefined : `/draft/${draft.id}/${act.data.go}`;
  }
  await notebook.keepDraft(draft);
  if (!isSave)
    return `/draft/${draft.id}/${one?.required === true ? (nextOf(work, draft.answers, one.id)?.id ?? SAVE) : SAVE}`;
  return await saveDraft(context, { ...open, draft }, "look");
}

/** It changes something beside the question, or leads to another: the question's own answer may still be half typed. */
function isAsideOf({ data, form }: Act): boolean {
  const isPicture = fileIn(form, "picture") !== null || fileIn(form, "sheet") !== null;
  return isPicture || form.has("voice") || ["go", "without", "day"].some((name) => data[name] !== undefined);
}

function withText(draft: Draft, form: FormData): Draft {
  const note = form.get("note");
  return typeof note === "string" ? { ...draft, note, changedAtMs: Date.now() } : draft;
}

interface Answering {
  readonly one: Ask;
  readonly form: FormData;
  readonly isAside: boolean;
}

async function answered(notebook: Notebook, draft: Draft, { one, form, isAside }: Answering): Promise<Draft> {
  let answer;
  try {
    answer = readAnswer(one, form);
  } catch (failure) {
    if (isAside) return draft;
    throw failure;
  }
  if (answer === null && one.required && !isAside)
    throw new Problem("answer-missing", `/answers/${one.id}`, "nothing was answered");
  if (answer === null && isAside) return draft;
  const shown = answer?.type === "parts" ? answer.parts[0]?.amount.shown : null;
  const weight = answer?.type === "amount" ? answer.amount.shown : shown;
  if (weight === "jin" || weight === "kg") await notebook.set({ weight });
  const changed = withAnswer(draft, one, await named(notebook, answer));
  if (answer?.type !== "input" || changed.answers.interval !== undefined) return changed;
  return await withInterval(notebook, changed, answer.id ?? answer.name.zh ?? answer.name.en ?? "");
}

/** With its name, where this phone has met that organisation. */
async function named(notebook: Notebook, answer: Answer | null): Promise<Answer | null> {
  if (answer?.type !== "party") return answer;
  const met = partiesOf(await notebook.field()).find(({ number }) => number === answer.number);
  return met === undefined ? answer : { ...answer, name: met.name };
}

/** What was read off the label of this input last time is offered again: it is the same bottle more often than not, and it stands there to be seen. */
async function withInterval(notebook: Notebook, draft: Draft, named: string): Promise<Draft> {
  const records = await notebook.records({ limit: LATELY });
  const last = records.find(({ answers: { input, interval } }) => {
    if (input?.type !== "input" || interval?.type !== "amount") return false;
    return (input.id ?? input.name.zh ?? input.name.en) === named;
  });
  const interval = last?.answers.interval;
  return interval === undefined ? draft : { ...draft, answers: { ...draft.answers, interval } };
}

/** Pictures, sounds and the day. */
async function aside({ notebook }: Context, draft: Draft, { data, form }: Act): Promise<Draft> {
  const taken = await takeFiles(notebook, form);
  const files = [...new Set([...draft.files, ...taken])].filter((cid) => cid !== data.without);
  if (data.day === undefined) return { ...draft, files };
  return { ...draft, files, occurredAtS: await dayAsked(notebook, { which: data.day, form, draft }) };
}

/** Null: today, at the moment of saving. */
async function dayAsked(
  notebook: Notebook,
  { which, form, draft }: { readonly which: string; readonly form: FormData; readonly draft: Draft },
): Promise<number | null> {
  const now = await nowS(notebook);
  const typed = form.get("day");
  const day = which === "other" ? (typeof typed === "string" ? typed : "") : dayOf(now - Number(which) * 86_400);
  if (day === dayOf(now)) return (await isDayAsked(notebook, draft)) ? now : null;
  const at = noonOf(day);
  if (at === null || at > now) throw new Problem("date-impossible", "/day", "a day that was is expected");
  return at;
}

/** The clock had its say, and nobody believed it: today is said by somebody then. */
async function isDayAsked(notebook: Notebook, { changes }: Draft): Promise<boolean> {
  return changes !== null && (await notebook.record(changes))?.why?.type === "date-impossible";
}

/** Seconds by the server's clock, as far as it is known. */
async function nowS(notebook: Notebook): Promise<number> {
  return Math.floor((Date.now() + ((await notebook.self())?.offsetMs ?? 0)) / 1000);
}

/** `look`: a harvest within an interval is shown first; `sure`: it was seen. @throws Problem that names the answer */
async function saveDraft({ notebook }: Context, { draft, work, field }: Opened, how: "look" | "sure"): Promise<string> {
  const missing = walked(work).find(({ id }) => draft.answers[id] === undefined);
  if (missing !== undefined) {
    if (missing !== lastWalked(work)) return `/draft/${draft.id}/${missing.id}`;
    throw new Problem("answer-missing", `/answers/${missing.id}`, "nothing was answered");
  }
  const says = draft.files.length + draft.note.trim().length + Object.keys(draft.answers).length;
  if (["photo", "voice"].includes(work.id) && says === 0)
    throw new Problem("nothing-written", "/note", "a record says something");
  if (work.kind === "HARVEST" && how === "look") {
    const atS = draft.occurredAtS ?? (await nowS(notebook));
    if (draft.target !== null && intervalOf(field, [draft.target.id], atS).length > 0) return `/warn/${draft.id}`;
  }
  const { id } = await notebook.save(draft);
  return `/done/${id}`;
}

async function drop({ notebook, params }: Context): Promise<string> {
  await notebook.dropDraft(params.id ?? "");
  return "/";
}
