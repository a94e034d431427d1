/**
 * Reading documents that strangers built: every field may be missing, of another type, or hold text that reorders a page.
 * A wrong field reads as null; a text is stripped of what may not be shown and the place is noted. Never throws. Pure.
 */
import { NAMESPACE } from "./terms.ts";
import { stripText, type Words } from "./text.ts";

export type { Reading };
export { reading };

interface Reading {
  /** Our own field `furrow:{name}` (in credentials its full URI), as text of at most `max` characters. */
  text(name: string, max?: number): string | null;
  number(name: string): number | null;
  flag(name: string): boolean;
  words(name: string, max?: number): Words | null;
  object(name: string): Reading | null;
  /** Our own field as it stands. */
  value(name: string): unknown;
  /** Objects only; others are left out. */
  list(name: string): readonly Reading[];
  /** A field of the standard, with its name as it stands. */
  plain(name: string): unknown;
  /** Likewise, an object of the standard. */
  inside(name: string): Reading | null;
  /** Likewise, a list of objects of the standard. */
  insides(name: string): readonly Reading[];
  /** What is read, as it stands. */
  readonly whole: Readonly<Record<string, unknown>>;
  /** JSON Pointers of texts that were not shown whole. */
  readonly stripped: readonly string[];
}

const MAX_LIST = 1000;

function reading(value: unknown, at = "", stripped: string[] = []): Reading | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const fields = value as Readonly<Record<string, unknown>>;
  const plain = (name: string): unknown => (Object.hasOwn(fields, name) ? fields[name] : undefined);
  // A credential has no context that knows our prefix, so it spells our names out (credential.ts).
  const field = (name: string): unknown => plain(`furrow:${name}`) ?? plain(`${NAMESPACE}${name}`);
  const place = (name: string): string => `${at}/furrow:${name}`;

  const text = (name: string, max = 4000): string | null => {
    const found = field(name);
    if (typeof found !== "string") return null;
    const shown = stripText(found, max);
    if (shown.stripped) stripped.push(place(name));
    return shown.text;
  };

  const objects = (found: unknown, listAt: string): readonly Reading[] => {
    if (!Array.isArray(found)) return [];
    const items = found.slice(0, MAX_LIST).map((item, n) => reading(item, `${listAt}/${n}`, stripped));
    return items.filter((item) => item !== null);
  };

  return {
    text,
    number: (name) => {
      const found = field(name);
      return typeof found === "number" && Number.isFinite(found) ? found : null;
    },
    flag: (name) => field(name) === true,
    words: (name, max) => {
      const inner = reading(field(name), place(name), stripped);
      if (inner === null) return null;
      const zh = inner.text("zh", max);
      const en = inner.text("en", max);
      if (!zh && !en) return null;
      return { ...(zh ? { zh } : {}), ...(en ? { en } : {}) };
    },
    value: field,
    object: (name) => reading(field(name), place(name), stripped),
    list: (name) => objects(field(name), place(name)),
    plain,
    inside: (name) => reading(plain(name), `${at}/${name}`, stripped),
    insides: (name) => objects(plain(name), `${at}/${name}`),
    whole: fields,
    stripped,
  };
}
