/**
 * Batches: what a phone signs and anyone may relay (docs/ledger.md §3 and §4).
 * Pure: digest and signer are passed in. `decodeBatch` refuses every form that `encodeBatch` would not have made; ids of new
 * subjects need the digest and are checked by `checkNewSubjects`, the signature by `verifyP256`.
 */
import type { Bytes } from "./bytes.ts";
import { concat, equalBytes, hexOf, Reader, uint } from "./bytes.ts";
import type { Entry } from "./entry.ts";
import { ENTRY_BYTES, encodeEntry, readEntry } from "./entry.ts";
import { kindByNumber } from "./kinds/all.ts";
import { fixed } from "./kinds/kind.ts";
import type { Hashing } from "./merkle.ts";
import { leafHash, treeRoot } from "./merkle.ts";
import { Problem } from "./problem.ts";

export type { Batch, BatchSigner, Group, Header };
export {
  batchHash,
  batchRoot,
  checkNewSubjects,
  decodeBatch,
  decodeGroup,
  decodeHeader,
  encodeBatch,
  encodeGroup,
  encodeHeader,
  groupLeaves,
  HEADER_BYTES,
  MAX_BATCH_BYTES,
  MAX_GROUPS,
  newIndexes,
  newSubjectId,
  organisationId,
  organisationNumber,
  SIGNATURE_BYTES,
  signBatch,
  signedBytes,
  VERSION,
};

interface Header {
  readonly version: number;
  readonly chainId: bigint;
  /** 20 bytes. */
  readonly ledger: Uint8Array;
  /** 20 bytes. */
  readonly recorder: Uint8Array;
  readonly nonce: bigint;
  /** Hash of the newest final block that the phone knew. */
  readonly seen: Uint8Array;
}

interface Group {
  readonly subject: Uint8Array;
  readonly entries: readonly Entry[];
}

interface Batch {
  readonly header: Header;
  readonly groups: readonly Group[];
  /** r ‖ s. */
  readonly signature: Uint8Array;
}

/** As much of a signer as a batch needs; `sign.ts` makes one. */
interface BatchSigner {
  readonly recorder: Uint8Array;
  sign(message: Uint8Array): Promise<Uint8Array>;
}

const VERSION = 1;
const HEADER_BYTES = 89;
const SIGNATURE_BYTES = 64;
const GROUP_BYTES = 36;
const MAX_GROUPS = 1024;
const MAX_BATCH_BYTES = 32_768;

function encodeHeader(header: Header): Bytes {
  const { version, chainId, ledger, recorder, nonce, seen } = header;
  if (version !== VERSION)
    throw new Problem("wrong-version", "/header/version", `version ${version} is not ${VERSION}`);
  return concat(
    uint(version, 1),
    uint(chainId, 8),
    fixed(ledger, 20),
    fixed(recorder, 20),
    uint(nonce, 8),
    fixed(seen, 32),
  );
}

function decodeHeader(bytes: Uint8Array): Header {
  const reader = new Reader(bytes, "/header");
  const header = readHeader(reader);
  reader.done();
  return header;
}

function readHeader(reader: Reader): Header {
  const version = reader.u8();
  if (version !== VERSION)
    throw new Problem("wrong-version", "/header/version", `version ${version} is not ${VERSION}`);
  const [chainId, ledger, recorder] = [reader.u64(), reader.take(20), reader.take(20)];
  return { version, chainId, ledger, recorder, nonce: reader.u64(), seen: reader.take(32) };
}

/** subject 32 ‖ length u32 ‖ entries. */
function encodeGroup(group: Group, at = ""): Bytes {
  checkGroup(group, at);
  const entries = concat(...group.entries.map((entry, n) => encodeEntry(entry, `${at}/entries/${n}`)));
  return concat(fixed(group.subject, 32), uint(entries.length, 4), entries);
}

/** One group and nothing after it, as it stands in a `Recorded` log. */
function decodeGroup(bytes: Uint8Array, at = ""): Group {
  const reader = new Reader(bytes, at);
  const group = readGroup(reader, at);
  reader.done();
  return group;
}

function readGroup(reader: Reader, at: string): Group {
  const subject = reader.take(32);
  const inner = new Reader(reader.take(reader.u32()), `${at}/entries`);
  const entries: Entry[] = [];
  while (inner.left > 0) entries.push(readEntry(inner, `${at}/entries/${entries.length}`));
  const group = { subject, entries };
  checkGroup(group, at);
  return group;
}

function checkGroup({ subject, entries }: Group, at: string): void {
  if (entries.length === 0) throw new Problem("malformed-batch", `${at}/entries`, "a group has at least one entry");
  entries.forEach((entry, n) => {
    const kind = kindByNumber(entry.kind, `${at}/entries/${n}/kind`);
    if (kind.making && n > 0) {
      throw new Problem("not-maker", `${at}/entries/${n}`, `${kind.name} makes a subject and is not first`);
    }
    const touched = kind.touches(kind.decodeArgs(entry.args, `${at}/entries/${n}/args`));
    if (touched.some(({ id }) => equalBytes(id, subject))) {
      throw new Problem("touches-itself", `${at}/entries/${n}/args`, "names its own group's subject");
    }
  });
}

/** header ‖ group … ‖ signature. */
function encodeBatch({ header, groups, signature }: Batch): Bytes {
  checkGroups(groups);
  const inner = groups.map((group, n) => encodeGroup(group, `/groups/${n}`));
  const bytes = concat(encodeHeader(header), ...inner, fixed(signature, SIGNATURE_BYTES));
  checkSize(bytes);
  return bytes;
}

/** Strict; the type of the Problem is the ledger's own reason (REASONS in ledger-abi.ts). */
function decodeBatch(bytes: Uint8Array): Batch {
  checkSize(bytes);
  const reader = new Reader(bytes);
  const header = readHeader(reader);
  const groups: Group[] = [];
  while (reader.left > SIGNATURE_BYTES) {
    if (groups.length === MAX_GROUPS) throw new Problem("batch-too-large", "/groups", `more than ${MAX_GROUPS} groups`);
    groups.push(readGroup(reader, `/groups/${groups.length}`));
  }
  const signature = reader.take(SIGNATURE_BYTES);
  reader.done();
  checkGroups(groups);
  return { header, groups, signature };
}

function checkSize(bytes: Uint8Array): void {
  const { length } = bytes;
  if (length > MAX_BATCH_BYTES) {
    throw new Problem("batch-too-large", "", `${length} bytes where ${MAX_BATCH_BYTES} are allowed`);
  }
  const least = HEADER_BYTES + GROUP_BYTES + ENTRY_BYTES + SIGNATURE_BYTES;
  if (length < least) throw new Problem("malformed-batch", "", `${length} bytes where the shortest batch has ${least}`);
}

function checkGroups(groups: readonly Group[]): void {
  if (groups.length === 0) throw new Problem("malformed-batch", "/groups", "a batch has at least one group");
  if (groups.length > MAX_GROUPS) throw new Problem("batch-too-large", "/groups", `more than ${MAX_GROUPS} groups`);
  const taken = new Set<number>();
  groups.forEach((group, n) => {
    const before = groups[n - 1];
    if (before !== undefined && equalBytes(before.subject, group.subject)) {
      throw new Problem("group-repeated", `/groups/${n}`, "has the subject of the group before it");
    }
    for (const index of newIndexes(group)) {
      if (taken.has(index)) {
        throw new Problem("subject-exists", `/groups/${n}/entries/0/args/index`, `index ${index} is used twice`);
      }
      taken.add(index);
    }
  });
}

/** The indexes of the subjects that a group makes: its own first. None when it makes nothing. */
function newIndexes(group: Group): number[] {
  const [first] = group.entries;
  const kind = first === undefined ? undefined : kindByNumber(first.kind);
  if (first === undefined || kind === undefined || !kind.making) return [];
  const args = kind.decodeArgs(first.args);
  const index = new Reader(first.args.subarray(0, 2)).u16();
  return Array.from({ length: 1 + kind.furtherOutputs(args) }, (_, k) => index + k);
}

/** Refuses a making group whose subject is not the id of this recorder, nonce and index (`wrong-subject-id`). */
async function checkNewSubjects(hashing: Hashing, header: Header, groups: readonly Group[]): Promise<void> {
  for (const [n, group] of groups.entries()) {
    const [index] = newIndexes(group);
    if (index === undefined) continue;
    const expected = await newSubjectId(hashing, header.recorder, header.nonce, index);
    if (!equalBytes(expected, group.subject)) {
      throw new Problem("wrong-subject-id", `/groups/${n}/subject`, `${hexOf(expected)} is the id of index ${index}`);
    }
  }
}

async function groupLeaves(hashing: Hashing, groups: readonly Group[]): Promise<Uint8Array[]> {
  return Promise.all(groups.map((group, n) => leafHash(hashing, encodeGroup(group, `/groups/${n}`))));
}

async function batchRoot(hashing: Hashing, groups: readonly Group[]): Promise<Uint8Array> {
  return treeRoot(hashing, await groupLeaves(hashing, groups));
}

/** header ‖ root: the 121 bytes under the signature, so that a reader of one lot needs its own groups only. */
function signedBytes(header: Header, root: Uint8Array): Bytes {
  return concat(encodeHeader(header), fixed(root, 32));
}

/** The name of a batch: its signature is not part of it, so a second signature is not a second batch. */
async function batchHash(hashing: Hashing, header: Header, root: Uint8Array): Promise<Uint8Array> {
  return hashing.sha256(signedBytes(header, root));
}

/** A phone names what it makes offline; nobody else can take the name. */
async function newSubjectId(hashing: Hashing, recorder: Uint8Array, nonce: bigint, index: number): Promise<Uint8Array> {
  return hashing.sha256(concat(fixed(recorder, 20), uint(nonce, 8), uint(index, 2)));
}

/** An organisation's number, 1 … 2^24 − 1, as its subject id. */
function organisationId(number: number): Bytes {
  if (number < 1 || number > 0xffffff) throw new RangeError(`no organisation has the number ${number}`);
  return uint(number, 32);
}

/** The number in an organisation's subject id, or null when the id is not one of an organisation. */
function organisationNumber(subject: Uint8Array): number | null {
  const reader = new Reader(subject);
  const high = reader.take(29);
  const number = reader.u24();
  return number > 0 && high.every((byte) => byte === 0) ? number : null;
}

/** Signs groups as one batch; refuses what the ledger would refuse by its form. */
async function signBatch(
  hashing: Hashing,
  signer: BatchSigner,
  batch: {
    readonly chainId: bigint;
    readonly ledger: Uint8Array;
    readonly nonce: bigint;
    readonly seen: Uint8Array;
    readonly groups: readonly Group[];
  },
): Promise<{ bytes: Bytes; hash: Uint8Array }> {
  const { groups, ...rest } = batch;
  const header = { version: VERSION, recorder: signer.recorder, ...rest };
  checkGroups(groups);
  await checkNewSubjects(hashing, header, groups);
  const root = await batchRoot(hashing, groups);
  const signature = await signer.sign(signedBytes(header, root));
  return { bytes: encodeBatch({ header, groups, signature }), hash: await batchHash(hashing, header, root) };
}
