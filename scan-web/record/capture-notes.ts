/**
 * What somebody wrote beside a record, and the answers that no field of its document takes: they follow in words, in both languages, so
 * that nothing that was answered is lost. Pure.
 */
import type { Words } from "../../protocol/document/text.ts";
import { ASKED, choiceOf } from "./asks.ts";
import { UNIT_WORDS } from "./capture-amount.ts";
import type { Answer, Answers } from "./model.ts";

export { notesOf, wordsOf };

/** A text under the language that its letters are of. */
function wordsOf(text: string): Words {
  return /\p{Script=Han}/u.test(text) ? { zh: text } : { en: text };
}

/** Undefined where there is nothing to say. */
function notesOf(note: string, left: Answers): Words | undefined {
  const own = note.trim() === "" ? {} : wordsOf(note.trim());
  const lines = Object.entries(left).map(([id, answer]) => ({
    zh: `${ASKED[id]?.zh ?? id}：${said(answer, "zh")}`,
    en: `${ASKED[id]?.en ?? id}: ${said(answer, "en")}`,
  }));
  const zh = [...(own.zh === undefined ? [] : [own.zh]), ...lines.map((line) => line.zh)].join("\n");
  const en = [...(own.en === undefined ? [] : [own.en]), ...lines.map((line) => line.en)].join("\n");
  if (zh === "" && en === "") return undefined;
  return { ...(zh === "" ? {} : { zh }), ...(en === "" ? {} : { en }) };
}

function said(answer: Answer, lang: "zh" | "en"): string {
  switch (answer.type) {
    case "amount":
      return `${answer.amount.text} ${UNIT_WORDS[answer.amount.shown][lang]}`;
    case "choice":
      // Several stand one after the other.
      return answer.id
        .split(" ")
        .map((id) => choiceOf(id)[lang])
        .join(lang === "zh" ? "、" : ", ");
    case "input":
      return (lang === "zh" ? answer.name.zh : answer.name.en) ?? answer.name.zh ?? answer.name.en ?? "";
    case "text":
      return answer.text;
    case "parts":
      return answer.parts
        .map(({ id, amount }) => `${id.slice(0, 10)} ${said({ type: "amount", amount }, lang)}`)
        .join(", ");
    case "subject":
      return answer.id.slice(0, 10);
    case "party":
      return (lang === "zh" ? answer.name?.zh : answer.name?.en) ?? String(answer.number);
  }
}
