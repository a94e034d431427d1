/** What went wrong, above the form: why, in one sentence, and what to do next. A `Problem` has its own words (part `problem`); of anything else the phone says that much. */
import { Problem } from "../../protocol/problem.ts";
import { type Html, html } from "../ui/html.ts";
import { problemStem } from "./whys.ts";
import { type Speaker, sayKey } from "./words.ts";

export { problemBox, problemWords };

/** Cause and next step of a problem's type; of what is none, that something unexpected happened. */
function problemWords(speaker: Speaker, type: string | null): { readonly cause: string; readonly mend: string } {
  const stem = type === null ? "" : problemStem(speaker, type);
  const cause = sayKey(speaker, `${stem}.cause`) ?? speaker.say("record.shell.wrong.cause");
  return { cause, mend: sayKey(speaker, `${stem}.mend`) ?? speaker.say("record.shell.wrong.mend") };
}

/** `field`: id of the element that the problem is about, where the page has one. */
function problemBox(speaker: Speaker, failure: unknown, field: string | null): Html {
  const { cause, mend } = problemWords(speaker, failure instanceof Problem ? failure.type : null);
  return html`<div class="wrong" role="alert" tabindex="-1"><h2>${speaker.say("record.shell.wrong")}</h2><p>${cause}${speaker.gap}${mend}</p>${
    field === null
      ? null
      : html`<button type="button" class="button" data-focus="${field}">${speaker.say("record.shell.wrong.go")}</button>`
  }</div>`;
}
