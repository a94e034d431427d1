/**
 * The one way in which pages are written: a template that escapes every value, in text and in quoted attributes alike.
 * Pure. `raw` lets markup through unescaped; each use of it is listed in test/web/html.test.ts.
 */

export type { Html, Part };
export { html, inert, isolated, raw, text };

/** Markup that is safe to send: only `html` and `raw` make it. */
interface Html {
  readonly markup: string;
}

/** What may stand in a template. `null`, `undefined` and `false` leave nothing behind. */
type Part = Html | string | number | bigint | boolean | null | undefined | readonly Part[];

const made = new WeakSet<object>();

/** Joins the template; values are escaped unless they are themselves `Html`. Attributes must be quoted. */
function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  let markup = strings[0] ?? "";
  parts.forEach((part, index) => {
    markup += written(part) + (strings[index + 1] ?? "");
  });
  return raw(markup);
}

/** Markup that is trusted as it is. Never hand it anything that came from a record or a request. */
function raw(markup: string): Html {
  const page = Object.freeze({ markup });
  made.add(page);
  return page;
}

/** The text of a value as it is shown: no markup, and no character that would turn the text around it. */
function text(value: string): string {
  return isolated(value).replace(/[&<>"'`]/g, (found) => ESCAPES[found] ?? "");
}

/**
 * Control characters have no place in a name or a note. Those that reorder text (U+202A…, U+2066…) would let a recorder write
 * one weight and show another (Unicode TR 36 §3.2); each becomes the mark for "a character that cannot be shown", and so do
 * invisible ones and marks piled up over their letter. First strong isolates that are closed stay: they are ours, and turn nothing
 * but what is between them.
 */
function inert(value: string): string {
  return closedOnly(value.replace(HIDDEN, SHOWN).replace(PILED, `$1${SHOWN}`));
}

/**
 * Inert, and where it is written from right to left it stands in an isolate (UAX 9 §3.1.2, as `<bdi>` would do): it cannot draw
 * the words or the weight beside it to its other side.
 */
function isolated(value: string): string {
  const safe = inert(value);
  return RIGHT_TO_LEFT.test(outside(safe)) ? FSI + safe + PDI : safe;
}

const SHOWN = "\u{fffd}";
const FSI = "\u2068";
const PDI = "\u2069";
const HIDDEN =
  // Those are the characters to be made visible
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2067\u206a-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e007f}\p{Cs}]/gu;
/** More marks over one letter than any language writes. */
const PILED = /([\p{Mn}\p{Me}]{4})[\p{Mn}\p{Me}]+/gu;
/** Bidi classes R, AL and AN, by block. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** What stands in no isolate. */
function outside(value: string): string {
  if (!value.includes(FSI)) return value;
  let depth = 0;
  let found = "";
  for (const letter of value) {
    if (letter === FSI) depth++;
    else if (letter === PDI) depth--;
    else if (depth === 0) found += letter;
  }
  return found;
}

/** Isolates that are not closed, and ends without a beginning, are made visible. */
function closedOnly(value: string): string {
  if (!value.includes(FSI) && !value.includes(PDI)) return value;
  const letters = [...value];
  const open: number[] = [];
  for (const [at, letter] of letters.entries()) {
    if (letter === FSI) open.push(at);
    else if (letter === PDI && open.pop() === undefined) letters[at] = SHOWN;
  }
  for (const at of open) letters[at] = SHOWN;
  return letters.join("");
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "`": "&#96;",
};

function written(part: Part): string {
  if (part === null || part === undefined || typeof part === "boolean") return "";
  if (typeof part === "string") return text(part);
  if (typeof part === "number" || typeof part === "bigint") return String(part);
  if (isList(part)) return part.map(written).join("");
  // An object of the same shape that came from JSON is not markup: it was not made here.
  if (!made.has(part)) throw new TypeError("only html`…` and raw() make markup");
  return part.markup;
}

function isList(part: Html | readonly Part[]): part is readonly Part[] {
  return Array.isArray(part);
}
