/** A tap on a work, from wherever it came: its draft is begun, or gone on with, and opened at its next question. */
import { html } from "../../ui/html.ts";
import { beginDraft, nextOf, openDraft } from "../flow.ts";
import type { Target } from "../model.ts";
import type { Context, Screen, View } from "../screen.ts";

export { begin, beginAt, begunAt, draftAddress, opened };

const SORTS: readonly Target["sort"][] = ["plot", "planting", "lot", "organisation"];

/** Where one stands. */
const begin: Screen = { path: "/begin/:work", show: (context) => begun(context, null) };

/** At a plot, planting or lot: `/begin/packing/lot/0x…`. */
const beginAt: Screen = {
  path: "/begin/:work/:sort/:id",
  async show(context) {
    const sort = SORTS.find((one) => one === context.params.sort);
    const id = context.params.id ?? "";
    return sort === undefined || !/^0x[0-9a-f]{64}$/.test(id)
      ? nowhere(context)
      : await begun(context, { sort, id: id as `0x${string}` });
  },
};

/** A draft: at its first question that has no answer, else where it is saved. */
const opened: Screen = {
  path: "/draft/:id",
  async show({ notebook, params }) {
    return elsewhere(await draftAddress(notebook, params.id ?? ""));
  },
};

async function draftAddress(notebook: Context["notebook"], id: string): Promise<string> {
  const open = await openDraft(notebook, id);
  if (open === null) return "/";
  return `/draft/${id}/${nextOf(open.work, open.draft.answers, null)?.id ?? "save"}`;
}

/** For a tap: the address of a work's draft where one stands. */
async function begunAt({ notebook }: Context, work: string): Promise<string> {
  const draft = await beginDraft(notebook, work, null);
  return draft === null ? `/begin/${work}` : await draftAddress(notebook, draft.id);
}

async function begun(context: Context, target: Target | null): Promise<View> {
  const draft = await beginDraft(context.notebook, context.params.work ?? "", target);
  return draft === null ? nowhere(context) : elsewhere(await draftAddress(context.notebook, draft.id));
}

function elsewhere(address: string): View {
  return { title: "", body: html``, back: "/", elsewhere: address };
}

function nowhere({ speaker }: Context): View {
  return {
    title: speaker.say("record.ask.begin"),
    body: html`<p>${speaker.say("record.ask.begin.body")}</p><p><a class="button first" href="#/places">${speaker.say("record.work.places")}</a></p>`,
    back: "/",
  };
}
