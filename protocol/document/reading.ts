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

/**
 * How a field of ours may be called: with our prefix, or, in a credential, which has no context that knows it, spelled out
 * (credential.ts). Names come from this program alone, and a history's documents are read thousands of times.
 */
const OUR_NAMES = new Map<string, readonly [prefixed: string, spelled: string]>();

function ourNames(name: string): readonly [prefixed: string, spelled: string] {
  const known = OUR_NAMES.get(name);
  if (known !== undefined) return known;
  const names = [`furrow:${name}`, `${NAMESPACE}${name}`] as const;
  OUR_NAMES.set(name, names);
  return names;
}

function reading(value: unknown, at = "", stripped: string[] = []): Reading | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  return new Read(value as Readonly<Record<string, unknown>>, at, stripped);
}

class Read implements Reading {
  readonly whole: Readonly<Record<string, unknown>>;
  readonly stripped: string[];
  readonly #at: string;

  constructor(whole: Readonly<Record<string, unknown>>, at: string, stripped: string[]) {
    this.whole = whole;
    this.stripped = stripped;
    this.#at = at;
  }

  plain(name: string): unknown {
    return Object.hasOwn(this.whole, name) ? this.whole[name] : undefined;
  }

  value(name: string): unknown {
    const [prefixed, spelled] = ourNames(name);
    return this.plain(prefixed) ?? this.plain(spelled);
  }

  text(name: string, max = 4000): string | null {
    const found = this.value(name);
    if (typeof found !== "string") return null;
    const shown = stripText(found, max);
    if (shown.stripped) this.stripped.push(this.#place(name));
    return shown.text;
  }

  number(name: string): number | null {
    const found = this.value(name);
    return typeof found === "number" && Number.isFinite(found) ? found : null;
  }

  flag(name: string): boolean {
    return this.value(name) === true;
  }

  words(name: string, max?: number): Words | null {
    const inner = this.object(name);
    if (inner === null) return null;
    const zh = inner.text("zh", max);
    const en = inner.text("en", max);
    if (!zh && !en) return null;
    return { ...(zh ? { zh } : {}), ...(en ? { en } : {}) };
  }

  object(name: string): Reading | null {
    const found = this.value(name);
    return found === undefined ? null : reading(found, this.#place(name), this.stripped);
  }

  list(name: string): readonly Reading[] {
    return this.#objects(this.value(name), this.#place(name));
  }

  inside(name: string): Reading | null {
    const found = this.plain(name);
    return found === undefined ? null : reading(found, `${this.#at}/${name}`, this.stripped);
  }

  insides(name: string): readonly Reading[] {
    return this.#objects(this.plain(name), `${this.#at}/${name}`);
  }

  #objects(found: unknown, at: string): readonly Reading[] {
    if (!Array.isArray(found)) return [];
    const items = found.slice(0, MAX_LIST).map((item, n) => reading(item, `${at}/${n}`, this.stripped));
    return items.filter((item) => item !== null);
  }

  #place(name: string): string {
    return `${this.#at}/${ourNames(name)[0]}`;
  }
}
