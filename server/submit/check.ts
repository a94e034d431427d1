/**
 * Is this batch one that the ledger could take, with all that it names stored here? In the order of docs/ledger.md §9, then
 * dates, documents and files. Reads only: nothing is stored for a batch in which anything is wrong.
 */
import {
  batchHash,
  batchRoot,
  checkNewSubjects,
  decodeBatch,
  type Group,
  type Header,
  newIndexes,
  newSubjectId,
  signedBytes,
} from "../../protocol/batch.ts";
import { bytesOf, equalBytes, type Hex, hexOf, isZero } from "../../protocol/bytes.ts";
import type { Json } from "../../protocol/canonical.ts";
import { isOfKind } from "../../protocol/of-kind.ts";
import { attachmentsOf, namesSubject } from "../../protocol/document/read.ts";
import { openEntry } from "../../protocol/entry.ts";
import { kindByNumber } from "../../protocol/kinds/all.ts";
import { Problem } from "../../protocol/problem.ts";
import type { Primitives } from "../../protocol/sign.ts";
import type { OrganisationState, RecorderState } from "../chain/ledger.ts";

export type { CheckParts, KnownBatch };
export { checkBatch, readBatch };

interface CheckParts {
  readonly primitives: Primitives;
  readonly chainId: bigint;
  readonly ledger: Hex;
  readonly recorder: (id: Hex) => Promise<RecorderState | null>;
  readonly organisation: (number: number) => Promise<OrganisationState>;
  readonly nonceUsed: (recorder: Hex, nonce: bigint) => Promise<boolean>;
  /** Number of the newest final block. */
  readonly block: () => Promise<number>;
  readonly documentAt: (digest: Uint8Array) => Promise<Json | null>;
  readonly hasFile: (cid: string) => Promise<boolean>;
  readonly nowS: () => number;
}

/** A batch whose form is right, and what it makes and needs. */
interface KnownBatch {
  readonly batch: Hex;
  readonly bytes: Uint8Array;
  /** sha256 of the bytes: by it the ledger's `Rejected` log names the batch. */
  readonly sent: Hex;
  readonly header: Header;
  readonly groups: readonly Group[];
  readonly signature: Uint8Array;
  readonly root: Uint8Array;
  readonly makes: readonly Hex[];
  /** Subjects that must exist before; never one that it makes itself. */
  readonly needs: readonly Hex[];
}

/** Before the year 2000 no phone has signed anything; beyond a day ahead no time zone explains it. */
const EARLIEST_S = Date.UTC(2000, 0, 1) / 1000;
const AHEAD_S = 24 * 3600;

/** Decodes strictly. @throws Problem whose place is below `at` */
async function readBatch(primitives: Primitives, bytes: Uint8Array, at: string): Promise<KnownBatch> {
  return below(at, async () => {
    const { header, groups, signature } = decodeBatch(bytes);
    await checkNewSubjects(primitives, header, groups);
    const root = await batchRoot(primitives, groups);
    const makes = await madeBy(primitives, header, groups);
    return {
      batch: hexOf(await batchHash(primitives, header, root)),
      sent: hexOf(await primitives.sha256(bytes)),
      ...{ bytes, header, groups, signature, root, makes, needs: neededBy(groups, makes) },
    };
  });
}

/** @throws Problem, the first that is found; its place is below `at` */
async function checkBatch(parts: CheckParts, known: KnownBatch, at: string): Promise<void> {
  await below(at, async () => {
    const { header } = known;
    if (header.chainId !== parts.chainId) {
      throw new Problem(
        "wrong-chain",
        "/header/chainId",
        `signed for chain ${header.chainId}, this is chain ${parts.chainId}`,
      );
    }
    if (!equalBytes(header.ledger, bytesOf(parts.ledger))) {
      throw new Problem(
        "wrong-ledger",
        "/header/ledger",
        `signed for ${hexOf(header.ledger)}, this is ${parts.ledger}`,
      );
    }
    const by = await checkKey(parts, known);
    checkDates(known.groups, parts.nowS());
    for (const [g, group] of known.groups.entries()) await checkDocuments(parts, group, by, `/groups/${g}`);
  });
}

/** The organisation whose key it is. */
async function checkKey(parts: CheckParts, { header, root, signature }: KnownBatch): Promise<number> {
  const id = hexOf(header.recorder);
  const recorder = await parts.recorder(id);
  if (recorder === null)
    throw new Problem("recorder-unknown", "/header/recorder", `no organisation has enrolled ${id}`);
  const next = BigInt(await parts.block()) + 1n;
  if (next > recorder.untilBlock) {
    throw new Problem("recorder-ended", "/header/recorder", `${id} was ended with block ${recorder.untilBlock}`);
  }
  if (!(await parts.organisation(recorder.organisation)).active) {
    throw new Problem("organisation-stopped", "/header/recorder", `organisation ${recorder.organisation} is stopped`);
  }
  if (await parts.nonceUsed(id, header.nonce)) {
    throw new Problem("nonce-used", "/header/nonce", `another batch has spent nonce ${header.nonce} of ${id}`);
  }
  const key = { x: bytesOf(recorder.x), y: bytesOf(recorder.y) };
  if (!(await parts.primitives.verifyP256(key, signedBytes(header, root), signature))) {
    throw new Problem("signature-wrong", "/signature", `not the signature of ${id} over this batch`);
  }
  return recorder.organisation;
}

function checkDates(groups: readonly Group[], nowS: number): void {
  for (const [g, { entries }] of groups.entries()) {
    for (const [e, { occurredAtS }] of entries.entries()) {
      if (occurredAtS >= EARLIEST_S && occurredAtS <= nowS + AHEAD_S) continue;
      const [said, now] = [occurredAtS, nowS].map((timeS) => new Date(timeS * 1000).toISOString());
      throw new Problem(
        "date-impossible",
        `/groups/${g}/entries/${e}/occurredAt`,
        `${said} is said, the server has ${now}`,
      );
    }
  }
}

async function checkDocuments(parts: CheckParts, group: Group, by: number, at: string): Promise<void> {
  const subject = hexOf(group.subject);
  // One document often speaks for many entries (a day's readings).
  const byDocument = Map.groupBy(group.entries.entries(), ([, { content }]) => hexOf(content));
  for (const [digest, entries] of byDocument) {
    const places = entries.map(([e, entry]) => ({ place: `${at}/entries/${e}/content`, entry }));
    const [{ place, entry: first } = { place: at, entry: undefined }] = places;
    const document = first === undefined ? null : await atPlace(place, digest, () => parts.documentAt(first.content));
    if (document === null)
      throw new Problem("document-unknown", place, `no document with digest ${digest} is stored here`);
    if (!namesSubject(document, subject)) {
      throw new Problem("document-other-subject", place, `the document ${digest} does not name ${subject}`);
    }
    checkKinds(document, { subject, by }, places);
    for (const { cid, name } of attachmentsOf(document)) {
      if (!(await parts.hasFile(cid)))
        throw new Problem("file-unknown", place, `"${name}" (${cid}) is not stored here`);
    }
  }
}

/** What is wrong inside a document is told at the entry that names it; where in the document, in words. */
async function atPlace<T>(place: string, digest: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (!(cause instanceof Problem)) throw cause;
    const where = cause.at === "" ? "" : ` at ${cause.at}`;
    throw new Problem(cause.type, place, `the document ${digest}${where}: ${cause.detail}`);
  }
}

/** Alike for all entries of one kind with the same args. */
function checkKinds(
  document: Json,
  { subject, by }: { readonly subject: Hex; readonly by: number },
  places: readonly { readonly place: string; readonly entry: Group["entries"][number] }[],
): void {
  const checked = new Set<string>();
  for (const { place, entry } of places) {
    const key = `${entry.kind} ${hexOf(entry.args)}`;
    if (checked.has(key)) continue;
    checked.add(key);
    const opened = openEntry(entry);
    if (isOfKind(document, subject, opened, { by, sent: null })) continue;
    throw new Problem("document-not-of-its-kind", place, `the document says no ${opened.name} of ${subject}`);
  }
}

async function madeBy(primitives: Primitives, header: Header, groups: readonly Group[]): Promise<Hex[]> {
  const indexes = groups.flatMap((group) => newIndexes(group));
  return Promise.all(
    indexes.map(async (index) => hexOf(await newSubjectId(primitives, header.recorder, header.nonce, index))),
  );
}

function neededBy(groups: readonly Group[], makes: readonly Hex[]): Hex[] {
  const named = groups.flatMap(({ subject, entries }) => [
    ...(newIndexes({ subject, entries }).length > 0 ? [] : [subject]),
    ...entries.flatMap((entry) => {
      const kind = kindByNumber(entry.kind);
      return [...kind.touches(kind.decodeArgs(entry.args)).map(({ id }) => id), ...namedIn(entry)];
    }),
  ]);
  const ids = new Set(named.filter((id) => !isZero(id)).map((id) => hexOf(id)));
  return [...ids].filter((id) => !makes.includes(id));
}

/** Products, what a certificate or application names, and what a dispute is by, are looked up and not touched; still they must be there. */
function namedIn(entry: Group["entries"][number]): readonly Uint8Array[] {
  const { name, args } = openEntry(entry);
  if (name === "ORIGIN" || name === "PLANT") return [args.product];
  if (name === "APPLY" || name === "CERTIFY") return args.scopes;
  if (name === "DISPUTE") return [args.named];
  return name === "TRANSFORM" ? args.outputs.map(({ id }) => id) : [];
}

async function below<T>(at: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof Problem) throw new Problem(cause.type, at + cause.at, cause.detail);
    throw cause;
  }
}
