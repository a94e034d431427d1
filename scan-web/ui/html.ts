/**
 * The one way in which pages are written: a template that escapes every value, in text and in quoted attributes alike.
 * Pure. `raw` lets markup through unescaped; each use of it is listed in test/web/html.test.ts.
 */

export type { Html, Part };
export { html, inert, raw, text };

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
  return inert(value).replace(/[&<>"'`]/g, (found) => ESCAPES[found] ?? "");
}

/**
 * Control characters have no place in a name or a note. Those that reorder text (U+202A…, U+2066…) would let a recorder write
 * one weight and show another (Unicode TR 36 §3.2); each becomes the mark for "a character that cannot be shown".
 */
function inert(value: string): string {
  return value.replace(HIDDEN, "\u{fffd}");
}

const HIDDEN =
  // Those are the characters to be made visible
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e007f}\ufeff]/gu;

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
