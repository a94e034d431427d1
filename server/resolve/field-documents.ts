/**
 * What documents say, for whoever asks for the same again and again: documents never change, so what one said is kept by its CID. One that is
 * not here is asked for each time, for it may come.
 */
import { bytesOf } from "../../protocol/bytes.ts";
import { type Json, maybeCanonical } from "../../protocol/canonical.ts";
import { cidOf } from "../../protocol/cid.ts";
import type { Hex } from "../../protocol/history.ts";

export { Sayings };

/** What was read of one document about one subject; a kilobyte each at most. */
const MOST_SAID = 20_000;
/** Whole documents, of up to 256 KiB: one often speaks of forty plots. */
const MOST_WHOLE = 32;

class Sayings {
  readonly #documentOf: (cid: string) => Promise<string | undefined>;
  readonly #said = new Map<string, unknown>();
  readonly #whole = new Map<string, Promise<Json>>();

  constructor(documentOf: (cid: string) => Promise<string | undefined>) {
    this.#documentOf = documentOf;
  }

  /**
   * @param content digest of the document, as its entry has it
   * @param sort names `read`: the same document may be read for several things
   * @returns what `read` gives; null where the document is not here
   */
  async of<T>(
    content: string,
    subject: string,
    sort: string,
    read: (document: Json, subject: Hex) => T,
  ): Promise<T | null> {
    const key = `${sort} ${subject} ${content}`;
    // Put in under this very `sort`, which has one reader.
    if (this.#said.has(key)) return this.#said.get(key) as T;
    const document = await this.#document(content);
    if (document === null) return null;
    const said = read(document, subject as Hex);
    this.#said.set(key, said);
    dropOldest(this.#said, MOST_SAID);
    return said;
  }

  #document(content: string): Promise<Json> {
    const known = this.#whole.get(content);
    if (known !== undefined) return known;
    const read = this.#read(content);
    this.#whole.set(content, read);
    dropOldest(this.#whole, MOST_WHOLE);
    const forget = (document: Json) => {
      if (document === null && this.#whole.get(content) === read) this.#whole.delete(content);
    };
    read.then(forget, () => forget(null));
    return read;
  }

  /** Null where it is not here, or is none. */
  async #read(content: string): Promise<Json> {
    if (/^0x0*$/.test(content)) return null;
    return maybeCanonical(await this.#documentOf(cidOf(bytesOf(content), "json")));
  }
}

function dropOldest(kept: Map<string, unknown>, most: number): void {
  const [oldest] = kept.keys();
  if (kept.size > most && oldest !== undefined) kept.delete(oldest);
}
