/** This phone's records, the newest first; what needs somebody stands before all, what is unfinished before the rest. Thirty a page. */
import { type Html, html } from "../../ui/html.ts";
import { isTouched } from "../flow.ts";
import type { Counts, Draft, RecordState } from "../model.ts";
import type { Notebook } from "../notebook.ts";
import { draftRow, type Listing, listingOf, recordRows } from "../record-rows.ts";
import type { Context, Screen, View } from "../screen.ts";
import { findWork } from "../works.ts";
import type { Key } from "../words.ts";
import { needCards } from "./needs-you.ts";

export { mine, mineOnly, minePage };

const PAGE = 30;
/** Of those that need somebody, in the list of all. */
const FIRST_NEEDS = 3;

type Only = RecordState | "all";
/** In this order, with the number of each. */
const FILTERS: readonly { readonly only: Only; readonly count: (counts: Counts) => number | null }[] = [
  { only: "all", count: () => null },
  { only: "needs-you", count: ({ needsYou }) => needsYou },
  { only: "saved", count: ({ saved }) => saved },
  { only: "going", count: ({ going }) => going },
  { only: "final", count: ({ final }) => final },
  { only: "draft", count: ({ drafts }) => drafts },
];

const acts: Screen["acts"] = {
  /** Pictures too, whatever it costs. */
  async send({ notebook }) {
    await notebook.sync({ pictures: "now" });
  },
};

const mine: Screen = { path: "/mine", show: (context) => shown(context, "all", null), acts };

const mineOnly: Screen = {
  path: "/mine/only/:state",
  show: ({ params, ...context }) => shown({ ...context, params }, onlyOf(params.state), null),
  acts,
};

/** Those saved before the one with this number. */
const minePage: Screen = {
  path: "/mine/only/:state/:before",
  show: ({ params, ...context }) => shown({ ...context, params }, onlyOf(params.state), Number(params.before) || null),
  acts,
};

function onlyOf(state: string | undefined): Only {
  return FILTERS.find(({ only }) => only === state)?.only ?? "all";
}

async function shown(context: Context, only: Only, before: number | null): Promise<View> {
  const { notebook, speaker } = context;
  const [listing, counts] = await Promise.all([listingOf(notebook), notebook.counts()]);
  const isFirst = before === null;
  const body = html`${filters(context, only, counts)}${
    isFirst && listing.isHeld && (only === "all" || only === "saved")
      ? html`<p class="notice">${speaker.say("record.state.held.more")}</p><p><button type="button" class="button" data-do="send">${speaker.say("record.state.sync.now")}</button></p>`
      : null
  }${only === "all" && isFirst ? await needs(context, listing, counts) : null}${
    only === "draft" || (only === "all" && isFirst) ? await drafts(context, listing) : null
  }${only === "draft" ? null : await records(context, listing, { only, before })}`;
  return { title: speaker.say("record.mine.title"), body, back: null, place: "mine" };
}

function filters({ speaker }: Context, only: Only, counts: Counts): Html {
  return html`<nav class="chips" aria-label="${speaker.say("record.mine.filter")}">${FILTERS.map(
    ({ only: one, count }) => {
      const number = count(counts);
      if (number === 0 && one !== only) return null;
      const key: Key = `record.mine.only.${one}`;
      const to = one === "all" ? "/mine" : `/mine/only/${one}`;
      return html`<a href="#${to}" aria-current="${one === only ? "true" : "false"}">${speaker.say(key)}${number === null ? null : html` <b>${speaker.write(number)}</b>`}</a>`;
    },
  )}</nav>`;
}

async function needs(context: Context, { field }: Listing, { needsYou }: Counts): Promise<Html | null> {
  if (needsYou === 0) return null;
  const { notebook, speaker } = context;
  const first = await notebook.records({ limit: FIRST_NEEDS, state: "needs-you" });
  return html`<section><h2>${speaker.say("record.mine.needs", { count: needsYou })}</h2>${needCards(speaker, field, first, "brief")}${
    needsYou > first.length
      ? html`<p><a class="button" href="#/needs-you">${speaker.say("record.mine.needs.all", { count: needsYou })}</a></p>`
      : null
  }</section>`;
}

async function drafts(context: Context, listing: Listing): Promise<Html | null> {
  const left = await leftDrafts(context.notebook);
  if (left.length === 0) return null;
  const rows = await Promise.all(left.slice(0, PAGE).map((draft) => draftRow(context, listing, draft)));
  return html`<section><h2>${context.speaker.say("record.mine.drafts")}</h2><ul class="records">${rows}</ul></section>`;
}

/** Those in which something was written. */
async function leftDrafts(notebook: Notebook): Promise<readonly Draft[]> {
  const left: Draft[] = [];
  for (const draft of await notebook.drafts())
    if (findWork(draft.work) !== null && isTouched(draft, await notebook.lastAnswers(draft.work, draft.target)))
      left.push(draft);
  return left;
}

async function records(
  context: Context,
  listing: Listing,
  { only, before }: { readonly only: Exclude<Only, "draft">; readonly before: number | null },
): Promise<Html> {
  const { notebook, speaker } = context;
  const found = await notebook.records({
    limit: PAGE,
    ...(before === null ? {} : { before }),
    ...(only === "all" ? {} : { state: only }),
  });
  const last = found[found.length - 1];
  // Those that need somebody stand above already.
  const rows = only === "all" ? found.filter(({ state }) => state !== "needs-you") : found;
  if (found.length === 0) {
    const none = only === "all" ? speaker.say("record.mine.none") : speaker.say("record.mine.none.such");
    return html`<p class="hint">${none}</p>`;
  }
  return html`<section>${only === "all" ? html`<h2>${speaker.say("record.mine.list")}</h2>` : null}${await recordRows(context, listing, rows)}${
    last === undefined || found.length < PAGE
      ? null
      : html`<p><a class="button" href="#/mine/only/${only}/${last.order}">${speaker.say("record.mine.older")}</a></p>`
  }</section>`;
}
