/**
 * An entry as far as corrections ask, and its document as they look at it: its events, and what it declares wrong. Pure.
 */
import type { Hex } from "../bytes.ts";
import { cidOf } from "../cid.ts";
import { declarationOf, eventsOf } from "../document/read.ts";
import { reading } from "../document/reading.ts";
import { readTime } from "../document/terms.ts";
import type { OpenEntry } from "../entry.ts";

export type { Opened, Said };
export { Documents, isAfter, NO_DOCUMENT, placeKey };

/** An entry, as far as corrections ask. */
interface Said {
  readonly batch: Hex;
  readonly group: number;
  readonly entry: number;
  /** The group's. */
  readonly subject: Hex;
  readonly open: OpenEntry;
  readonly organisation: number;
  readonly occurredAtS: number;
  readonly recordedAtS: number;
  /** Address of its document; null or undefined `document`: it is not there, or does not hold. */
  readonly cid: string;
  readonly document: unknown;
}

/** The address that an entry without a document has. */
const NO_DOCUMENT = cidOf(new Uint8Array(32), "json");

function isAfter(one: Said, other: Said): boolean {
  return one.group > other.group || (one.group === other.group && one.entry > other.entry);
}

/** Documents by their address: each is gone through once, however many entries name it. */
class Documents {
  readonly #opened = new Map<string, Opened>();

  of({ cid, document }: Said): Opened {
    const known = this.#opened.get(cid);
    if (known !== undefined) return known;
    const opened = openDocument(document);
    // One that is not there for this entry may be for another, of whose subject it speaks.
    if (document != null) this.#opened.set(cid, opened);
    return opened;
  }
}

/** What a document says that corrections ask for. */
interface Opened {
  /** Of all its events. */
  readonly ids: readonly string[];
  /** By the subject that they speak of. */
  readonly events: ReadonlyMap<unknown, readonly { readonly id: string; readonly timeS: number | null }[]>;
  /** By `placeKey`: what declares that entry wrong. */
  readonly declared: ReadonlyMap<string, unknown>;
}

function openDocument(document: unknown): Opened {
  const ids = new Set<string>();
  const events = new Map<unknown, { id: string; timeS: number | null }[]>();
  const declared = new Map<string, unknown>();
  const list = eventsOf(document);
  for (const part of list[0] === document ? list : [document, ...list]) {
    const read = reading(part);
    if (read === null) continue;
    const corrects = declarationOf(read)?.object("corrects") ?? null;
    if (corrects !== null) {
      const key = placeKey(corrects.value("subject"), corrects.number("seq"), corrects.number("entry"));
      if (!declared.has(key)) declared.set(key, part);
    }
    const id = read.plain("eventID");
    if (typeof id !== "string") continue;
    ids.add(id);
    const subject = read.value("subject");
    const event = { id, timeS: readTime(read.plain("eventTime")) };
    const same = events.get(subject);
    if (same === undefined) events.set(subject, [event]);
    else same.push(event);
  }
  return { ids: [...ids], events, declared };
}

function placeKey(subject: unknown, seq: number | null, entry: number | null): string {
  return `${String(subject)} ${seq} ${entry}`;
}
