/** Both languages at once, for pages that are written on a server. A browser loads one file instead (scan/mark.ts). */
import { type Lang, type Messages, type Speaker, speak } from "./i18n.ts";
import en from "./messages/en.json" with { type: "json" };
import zh from "./messages/zh-CN.json" with { type: "json" };

export { speaker };

const messages: Readonly<Record<Lang, Messages>> = { "zh-CN": zh, en };
const speakers = new Map<Lang, Speaker>();

function speaker(lang: Lang): Speaker {
  const known = speakers.get(lang);
  if (known !== undefined) return known;
  const made = speak(lang, messages[lang]);
  speakers.set(lang, made);
  return made;
}
