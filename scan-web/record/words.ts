/**
 * The recorder's own words: whole sentences by key (`messages/<part>.<lang>.json`), spoken as the pages' are (ui/i18n.ts). A phone loads one
 * language; the other comes when it is chosen, from what is kept for being offline.
 */
import type { Names, Lang, Said as SaidOf, Speaker as SpeakerOf, Value as ValueOf } from "../ui/i18n.ts";
import { chooseLang, speak } from "../ui/i18n.ts";
import type { messages } from "./messages/zh-CN.ts";

export type { Key, Lang, Names, Said, Speaker, Value };
export { langOf, loadSpeaker, sayKey };

type Entry = keyof typeof messages;
type Stem<K> = K extends `${infer S}.other` ? S : never;
/** A key of the recorder's messages, or the stem of one that has `.one` and `.other`. */
type Key = Entry | Stem<Entry>;
type Speaker = SpeakerOf<Key>;
type Value = ValueOf<Key>;
type Said = SaidOf<Key>;

/** The language that was set, else the phone's. */
function langOf(setting: Lang | null, phone: readonly string[]): Lang {
  return setting ?? chooseLang(null, phone.join(","));
}

async function loadSpeaker(lang: Lang): Promise<Speaker> {
  // What is no key in English is one of Chinese: a test holds both to the same keys.
  if (lang === "en") return speak<Entry>("en", (await import("./messages/en.ts")).messages);
  return speak<Entry>("zh-CN", (await import("./messages/zh-CN.ts")).messages);
}

/** The sentence of a key that is put together at run time (`record.problem.<type>.cause`); null where there is none. */
function sayKey(speaker: Speaker, key: string, values: Readonly<Record<string, Value>> = {}): string | null {
  return speaker.has(key) ? speaker.say(key, values) : null;
}
