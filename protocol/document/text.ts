/**
 * Text that people write into documents: Chinese and English words, names, notes.
 * A builder refuses what could make a page say something else than its bytes (Unicode Technical Report 36 §3: bidi controls,
 * invisible characters); a reader, who must show documents that others built, strips it and says so.
 * Pure.
 */
import { Problem } from "../problem.ts";

export type { Words };
export { cleanText, cleanWords, MAX_NAME, MAX_NOTE, stripText };

/** One thing said in Chinese, in English or in both: at least one is there. Never translated by us. */
interface Words {
  readonly zh?: string;
  readonly en?: string;
}

/** Longest name and longest free text, in UTF-16 code units. */
const MAX_NAME = 120;
const MAX_NOTE = 4000;

/**
 * Controls (but line feed), format characters (bidi marks, overrides and isolates, zero-width, soft hyphen, byte order mark, tags),
 * halves of surrogate pairs, line and paragraph separators.
 */
const REFUSED = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
const REFUSED_ALL = new RegExp(REFUSED.source, "gu");

/** Trimmed and NFC, or the Problem `text-refused` (invisible or reordering characters, empty) or `text-too-long`. */
function cleanText(text: unknown, at: string, max = MAX_NAME): string {
  if (typeof text !== "string") throw new Problem("text-refused", at, "a text is expected");
  const found = REFUSED.exec(text);
  if (found !== null) {
    const code = (found[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
    throw new Problem("text-refused", at, `character U+${code} at ${found.index} cannot be seen, or turns text around`);
  }
  if (max <= MAX_NAME && text.includes("\n")) throw new Problem("text-refused", at, "a name is one line");
  const clean = text.normalize("NFC").trim();
  if (clean === "") throw new Problem("text-refused", at, "nothing is written");
  if (clean.length > max) throw new Problem("text-too-long", at, `${clean.length} characters, at most ${max}`);
  return clean;
}

function cleanWords(words: Words, at: string, max = MAX_NAME): Words {
  const clean: { zh?: string; en?: string } = {};
  if (words.zh !== undefined) clean.zh = cleanText(words.zh, `${at}/zh`, max);
  if (words.en !== undefined) clean.en = cleanText(words.en, `${at}/en`, max);
  if (clean.zh === undefined && clean.en === undefined) throw new Problem("text-refused", at, "nothing is written");
  return clean;
}

/** What may be shown of a stranger's text; `stripped` when that is not all of it. */
function stripText(text: string, max = MAX_NOTE): { readonly text: string; readonly stripped: boolean } {
  const kept = text.normalize("NFC").replaceAll(REFUSED_ALL, "").slice(0, max);
  return { text: kept, stripped: kept !== text };
}
