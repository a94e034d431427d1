/** The buttons that only a script can serve: share, read aloud, and the mark on the pack. Each is shown only where it works. */

import { readFingerprint } from "../../protocol/label.ts";
import type { Report } from "../../protocol/verify/report.ts";
import type { Speaker } from "../ui/i18n.ts";
import { element } from "./marks.ts";

export { wakeActions, wakePrint };

function wakeActions(speaker: Speaker): void {
  const share = document.getElementById("share");
  // Both are there in secure pages only, whatever the types say.
  const { share: send, clipboard } = navigator as Partial<Pick<Navigator, "share" | "clipboard">>;
  if (share !== null && (send !== undefined || clipboard !== undefined)) {
    show(share);
    share.addEventListener("click", () => {
      const url = location.origin + location.pathname;
      const shared =
        send === undefined ? copied(url, share, speaker) : send.call(navigator, { title: document.title, url });
      // Closing the share sheet is an answer, not a fault.
      Promise.resolve(shared).catch(() => undefined);
    });
  }
  const aloud = document.getElementById("aloud");
  if (aloud === null || !("speechSynthesis" in globalThis)) return;
  const { speechSynthesis } = globalThis;
  // Some WebViews have the object and no voice: the button comes when there is one for this language.
  const offer = (): void => {
    const main = speaker.lang.split("-")[0] ?? "";
    if (speechSynthesis.getVoices().some(({ lang }) => lang.toLowerCase().startsWith(main))) show(aloud);
  };
  offer();
  speechSynthesis.addEventListener?.("voiceschanged", offer);
  aloud.addEventListener("click", () => {
    if (speechSynthesis.speaking) {
      speechSynthesis.cancel();
      aloud.textContent = speaker.say("actions.aloud");
      return;
    }
    const speech = new SpeechSynthesisUtterance(textAloud());
    speech.lang = speaker.lang;
    speech.addEventListener("end", () => {
      aloud.textContent = speaker.say("actions.aloud");
    });
    aloud.textContent = speaker.say("actions.aloud.stop");
    speechSynthesis.speak(speech);
  });
}

async function copied(url: string, button: HTMLElement, speaker: Speaker): Promise<void> {
  await navigator.clipboard.writeText(url);
  button.textContent = speaker.say("actions.share.copied");
}

/** Name, verdict and six facts, each with who stands behind it. */
function textAloud(): string {
  const parts = [...document.querySelectorAll("h1, .copied, .verdict strong")].map((part) => part.textContent ?? "");
  const facts = [...document.querySelectorAll(".facts div")].map((fact) => {
    const who =
      fact.querySelector("[aria-label]")?.getAttribute("aria-label") ?? fact.querySelector(".who")?.textContent;
    const said = [...fact.querySelectorAll("dt, dd:not(.who)")].map((part) => part.textContent);
    return `${said.join(", ")} (${who})`;
  });
  return [...parts, ...facts].join(". ");
}

/** Shown once the history is checked: there is nothing to compare with before. */
function wakePrint(speaker: Speaker, check: (typed: string) => Promise<Report["fingerprint"]>): void {
  const form = document.getElementById("print");
  const answer = document.getElementById("print-answer");
  const beside = document.getElementById("print-verdict");
  const input = document.getElementById("mark");
  if (!(form instanceof HTMLFormElement) || answer === null || beside === null) return;
  if (!(input instanceof HTMLInputElement)) return;
  const section = form.closest<HTMLElement>(".needs-script");
  if (section !== null) section.hidden = false;
  let asked = 0;
  const tell = async (): Promise<void> => {
    const mine = ++asked;
    let mark: string;
    try {
      mark = readFingerprint(input.value);
    } catch {
      answer.textContent = speaker.say("print.malformed");
      return;
    }
    const found = await check(mark);
    // Somebody typed another one meanwhile.
    if (mine !== asked) return;
    const says =
      found === null
        ? speaker.say("print.mismatch", { mark })
        : speaker.say("print.match", { mark, k: found.at, n: found.of });
    answer.textContent = found === null ? `${says}${speaker.gap}${speaker.say("print.mismatch.do")}` : says;
    // The field is far below the verdict: a mark that does not fit must not leave "whole" standing there alone.
    const box = element("p", found === null ? "" : says, found === null ? "copied" : "note match");
    if (found === null) {
      box.dataset.finding = "fingerprint-mismatch";
      box.append(element("b", says), `${speaker.gap}${speaker.say("print.mismatch.do")} `);
      box.append(element("code", "fingerprint-mismatch", "name"));
    }
    beside.replaceChildren(box);
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    tell().catch(console.error);
  });
  // Home gives the example's print along, as if it had been read from the bag.
  const given = /^#mark=([0-9A-Za-z-]{8,9})$/.exec(location.hash)?.[1];
  if (given === undefined) return;
  input.value = given;
  tell().catch(console.error);
}

function show(button: HTMLElement): void {
  const holder = button.closest<HTMLElement>("[hidden]");
  if (holder !== null) holder.hidden = false;
}
