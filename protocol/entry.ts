/**
 * Entries: one statement about a group's subject (docs/ledger.md §4 and §6).
 * Pure. Reading is strict down to the args of the kind, so what was read once can be used without a further check.
 */
import type { Bytes } from "./bytes.ts";
import { concat, Reader, uint } from "./bytes.ts";
import type { ArgsOf, KindName } from "./kinds/all.ts";
import { kindByName, kindByNumber } from "./kinds/all.ts";
import { fixed } from "./kinds/kind.ts";

export type { Entry, OpenEntry };
export { decodeEntry, ENTRY_BYTES, encodeEntry, makeEntry, openEntry, readEntry };

interface Entry {
  readonly kind: number;
  /** What the recorder says, in seconds since 1970. */
  readonly occurredAtS: number;
  /** SHA-256 of the document's canonical JSON. */
  readonly content: Uint8Array;
  /** As the kind encodes them. */
  readonly args: Uint8Array;
}

/** An entry with its args read, to be told apart by `name`. */
type OpenEntry = { [Name in KindName]: { readonly name: Name; readonly args: ArgsOf<Name> } }[KindName];

/** Bytes of an entry without args. */
const ENTRY_BYTES = 40;

function makeEntry<Name extends KindName>(
  name: Name,
  said: { readonly occurredAtS: number; readonly content: Uint8Array; readonly args: ArgsOf<Name> },
): Entry {
  const { number, encodeArgs } = kindByName(name);
  // The kind's own args by construction; TypeScript cannot follow one name through two lookups.
  const args = (encodeArgs as (args: ArgsOf<Name>) => Bytes)(said.args);
  return { kind: number, occurredAtS: said.occurredAtS, content: said.content, args };
}

/** kind u8 ‖ occurredAt u40 ‖ content 32 ‖ length u16 ‖ args. Args that their kind would refuse are refused. */
function encodeEntry(entry: Entry, at = ""): Bytes {
  const { kind, occurredAtS, content, args } = entry;
  kindByNumber(kind, `${at}/kind`).decodeArgs(args, `${at}/args`);
  return concat(uint(kind, 1), uint(occurredAtS, 5), fixed(content, 32), uint(args.length, 2), args);
}

/** One entry and nothing after it. */
function decodeEntry(bytes: Uint8Array, at = ""): Entry {
  const reader = new Reader(bytes, at);
  const entry = readEntry(reader, at);
  reader.done();
  return entry;
}

/** The next entry of a group. */
function readEntry(reader: Reader, at: string): Entry {
  const [kind, occurredAtS, content] = [reader.u8(), reader.u40(), reader.take(32)];
  const entry = { kind, occurredAtS, content, args: reader.take(reader.u16()) };
  kindByNumber(kind, `${at}/kind`).decodeArgs(entry.args, `${at}/args`);
  return entry;
}

/** The args of an entry, with the name of its kind. */
function openEntry(entry: Entry): OpenEntry {
  const { name, decodeArgs } = kindByNumber(entry.kind);
  return { name, args: decodeArgs(entry.args) } as OpenEntry;
}
