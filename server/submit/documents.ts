/**
 * Documents and files by content: what is put is checked against its own address and form, and is on disk before it is answered.
 */
import { CID } from "multiformats/cid";
import { equalBytes } from "../../protocol/bytes.ts";
import { type Json, readCanonical } from "../../protocol/canonical.ts";
import { cidOf, parseCid } from "../../protocol/cid.ts";
import { eventHashes } from "../../protocol/document/event-hash.ts";
import type { Hashing } from "../../protocol/merkle.ts";
import { Problem } from "../../protocol/problem.ts";
import type { Blocks } from "../blocks/blocks.ts";
import { addFile } from "../blocks/file.ts";
import { inspectFile, MAX_FILE } from "../blocks/inspect.ts";

export type { DocumentParts, DocumentTold, Stored };
export { documentAt, documentTold, hasFile, MAX_DOCUMENT, MAX_FILE, putDocument, putFile };

/** Bytes of canonical JSON. */
const MAX_DOCUMENT = 256 * 1024;

interface DocumentParts {
  readonly blocks: Blocks;
  readonly hashing: Hashing;
  /** Throws Problem `document-schema` with the place. */
  readonly checkForm: (document: Json) => void;
}

interface Stored {
  readonly cid: string;
  /** Bytes. */
  readonly size: number;
  /** False when it was here before. */
  readonly isNew: boolean;
}

/** What stands beside a document. */
interface DocumentTold {
  readonly cid: string;
  /** Bytes. */
  readonly size: number;
  /** CBV 2.0's hash of each of its events, in their order; none where it holds no event. */
  readonly eventHashes: readonly string[];
}

/**
 * Stores a document under the CID (codec json) that it must have.
 * @throws Problem `cid-unreadable`, `document-too-large`, `document-cid-mismatch`, `document-not-canonical`,
 *   `document-schema`, and those of JSON
 */
async function putDocument(
  { blocks, hashing, checkForm }: DocumentParts,
  cid: string,
  bytes: Uint8Array,
): Promise<Stored & DocumentTold> {
  const digest = documentDigest(cid);
  if (bytes.length > MAX_DOCUMENT) {
    throw new Problem("document-too-large", "", `${bytes.length} bytes where ${MAX_DOCUMENT} are allowed`);
  }
  const found = await hashing.sha256(bytes);
  if (!equalBytes(found, digest))
    throw new Problem("document-cid-mismatch", "", `the bytes have the CID ${cidOf(found, "json")}`);
  const document = readCanonical(bytes);
  checkForm(document);
  const address = CID.parse(cid);
  const isNew = !(await blocks.has(address));
  await blocks.put(address, bytes);
  return { cid, size: bytes.length, isNew, eventHashes: await eventHashes(hashing, document) };
}

/**
 * Of a document that is stored here; null when it is not.
 * @throws Problem `cid-unreadable`
 */
async function documentTold(
  { blocks, hashing }: Pick<DocumentParts, "blocks" | "hashing">,
  cid: string,
): Promise<DocumentTold | null> {
  documentDigest(cid);
  const bytes = await blocks.get(CID.parse(cid));
  if (bytes === undefined) return null;
  return { cid, size: bytes.length, eventHashes: await eventHashes(hashing, readCanonical(bytes)) };
}

function documentDigest(cid: string): Uint8Array {
  const { codec, digest } = parseCid(cid, "/cid");
  if (codec === "json") return digest;
  throw new Problem("cid-unreadable", "/cid", `a document's CID has codec json, this one has ${codec}`);
}

/**
 * Stores a file under the CID that it must have: codec raw up to 1 MiB, above that the root of its UnixFS tree.
 * @throws Problem `cid-unreadable`, `file-cid-mismatch`, and those of {@link inspectFile}
 */
async function putFile(
  blocks: Blocks,
  { cid, bytes, mediaType }: { readonly cid: string; readonly bytes: Uint8Array; readonly mediaType: string | null },
): Promise<Stored & { readonly mediaType: string }> {
  const { codec } = parseCid(cid, "/cid");
  if (codec === "json")
    throw new Problem("cid-unreadable", "/cid", "a file's CID has codec raw or dag-pb, this one has json");
  const inspected = await inspectFile(bytes, mediaType === null ? undefined : { mediaType });
  // Its address is computed before anything is stored: a wrong one leaves nothing behind.
  const counted = await addFile(async () => {}, bytes);
  if (counted.cid.toString() !== cid)
    throw new Problem("file-cid-mismatch", "", `the bytes have the CID ${counted.cid}`);
  const isNew = !(await blocks.has(counted.cid));
  await blocks.addFile(bytes);
  return { cid, size: bytes.length, mediaType: inspected.mediaType, isNew };
}

/** The document with this digest; null when it is not stored here. */
async function documentAt(blocks: Blocks, digest: Uint8Array): Promise<Json | null> {
  const bytes = await blocks.get(CID.parse(cidOf(digest, "json")));
  return bytes === undefined ? null : readCanonical(bytes);
}

/** Whether the file is here whole: its root is stored after every block below it. */
function hasFile(blocks: Blocks, cid: string): Promise<boolean> {
  return blocks.has(CID.parse(cid));
}
