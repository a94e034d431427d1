/**
 * Where recording is pointless (another app's window, plain http, nowhere to keep anything), the page says so instead of opening the notebook: a key that
 * is made there would be lost with its records.
 */
import { html } from "../ui/html.ts";
import { stops } from "./checks.ts";
import { findBasics } from "./facts.ts";
import { setMarkup } from "./markup.ts";
import { langOf, loadWholeSpeaker } from "./words.ts";

export { barred };

/** True: the page shows what is wrong and what to do, and is not to be opened further. */
async function barred(): Promise<boolean> {
  const wrong = stops(await findBasics());
  const main = document.getElementById("main");
  if (wrong.length === 0 || main === null) return false;
  const [speaker, { barrier }] = await Promise.all([
    loadWholeSpeaker(langOf(null, navigator.languages)),
    import("./later.ts"),
  ]);
  const view = barrier(speaker, { wrong, here: location.href });
  document.documentElement.lang = speaker.lang;
  document.title = `${view.title} · ${speaker.say("record.shell.brand")}`;
  setMarkup(main, html`<h1 tabindex="-1">${view.title}</h1>${view.body}`);
  main.querySelector("[data-do='copy-address']")?.addEventListener("click", () => void copy());
  return true;

  async function copy(): Promise<void> {
    const isCopied = await copied(document.querySelector<HTMLInputElement>("#here"));
    const told = document.getElementById("copied");
    if (told !== null)
      told.textContent = speaker.say(isCopied ? "record.join.test.copied" : "record.join.test.copy-no");
  }
}

/** Old windows know the old way alone. */
async function copied(field: HTMLInputElement | null): Promise<boolean> {
  if (field === null) return false;
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    field.select();
    return document.execCommand("copy");
  }
}
