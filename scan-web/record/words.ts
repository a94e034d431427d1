/**
 * The recorder's own words: whole sentences by key (`messages/<part>.<lang>.json`), spoken as the pages' are (ui/i18n.ts). A phone loads one
 * language, and of that what recording needs; the rest comes when it is asked for, from what is kept for being offline.
 */
import type { Names, Lang, Said as SaidOf, Speaker as SpeakerOf, Value as ValueOf } from "../ui/i18n.ts";
import { chooseLang, speak } from "../ui/i18n.ts";
import type { messages as laterMessages } from "./messages/later-zh-CN.ts";
import type { messages } from "./messages/zh-CN.ts";

export type { Key, Lang, Names, Said, Speaker, Value };
export { langOf, loadSpeaker, loadWholeSpeaker, sayKey };

type Entry = keyof typeof messages | keyof typeof laterMessages;
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

/** Says what the screens of screens.ts say, and whatever stands around every screen. */
async function loadSpeaker(lang: Lang): Promise<Speaker> {
  return spoken(lang, await wordsOf(lang));
}

/** Says all of it. */
async function loadWholeSpeaker(lang: Lang): Promise<Speaker> {
  const [words, later] = await Promise.all([wordsOf(lang), laterWordsOf(lang)]);
  return spoken(lang, { ...words, ...later });
}

/** What is no key in English is one of Chinese, and where a key is said its words are loaded: tests hold both. */
function spoken(lang: Lang, words: Readonly<Record<string, string>>): Speaker {
  return speak<Entry>(lang, words);
}

async function wordsOf(lang: Lang) {
  return lang === "en" ? (await import("./messages/en.ts")).messages : (await import("./messages/zh-CN.ts")).messages;
}

async function laterWordsOf(lang: Lang) {
  return lang === "en"
    ? (await import("./messages/later-en.ts")).messages
    : (await import("./messages/later-zh-CN.ts")).messages;
}

/** The sentence of a key that is put together at run time (`record.problem.<type>.cause`); null where there is none. */
function sayKey(speaker: Speaker, key: string, values: Readonly<Record<string, Value>> = {}): string | null {
  return speaker.has(key) ? speaker.say(key, values) : null;
}
