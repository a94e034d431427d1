/**
 * Documents and files by content: what is put is checked against its own address and form, and is on disk before it is answered.
 * A file of JSON has its bytes under the same digest as a document of them: so size and form are checked when one is read, too.
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

export type { DocumentParts, Documents, DocumentTold, Stored };
export { hasFile, keepDocuments, MAX_DOCUMENT, MAX_FILE, putFile };

/** Bytes of canonical JSON. */
const MAX_DOCUMENT = 256 * 1024;
/** Documents whose form is known; a digest each. */
const MAX_KNOWN = 20_000;
/** Documents whose event hashes are kept. One of the largest size holds some hundreds, so this is 20 MB at the very most. */
const MAX_HASHED = 500;

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

interface Documents {
  /**
   * Stores a document under the CID (codec json) that it must have.
   * @throws Problem `cid-unreadable`, `document-too-large`, `document-cid-mismatch`, `document-not-canonical`,
   *   `document-schema`, and those of JSON
   */
  readonly put: (cid: string, bytes: Uint8Array) => Promise<Stored & DocumentTold>;
  /** Stores a document under the CID that its bytes have. @throws Problem as `put`, but for its CID */
  readonly keep: (bytes: Uint8Array) => Promise<Stored>;
  /**
   * Of a document that is stored here; null when it is not.
   * @throws Problem `cid-unreadable`, and those of `put` for what came as a file and is no document
   */
  readonly told: (cid: string) => Promise<DocumentTold | null>;
  /** The document with this digest; null when it is not stored here. @throws Problem as `told` */
  readonly at: (digest: Uint8Array) => Promise<Json | null>;
}

function keepDocuments({ blocks, hashing, checkForm }: DocumentParts): Documents {
  const known = new Set<string>();
  const hashed = new Map<string, DocumentTold>();

  /** @throws Problem */
  function read(cid: string, bytes: Uint8Array): Json {
    const document = readCanonical(bytes);
    if (known.has(cid)) return document;
    checkForm(document);
    known.add(cid);
    forgetOldest(known, MAX_KNOWN);
    return document;
  }

  async function hash(cid: string, bytes: Uint8Array): Promise<DocumentTold> {
    const told = { cid, size: bytes.length, eventHashes: await eventHashes(hashing, read(cid, bytes)) };
    hashed.set(cid, told);
    forgetOldest(hashed, MAX_HASHED);
    return told;
  }

  /** Under the CID that it has. @throws Problem */
  async function store(cid: string, bytes: Uint8Array): Promise<Stored> {
    read(cid, bytes);
    const address = CID.parse(cid);
    const isNew = !(await blocks.has(address));
    await blocks.put(address, bytes);
    return { cid, size: bytes.length, isNew };
  }

  async function stored(cid: string): Promise<Uint8Array | null> {
    const bytes = await blocks.get(CID.parse(cid));
    if (bytes === undefined) return null;
    checkSize(bytes);
    return bytes;
  }

  return {
    async put(cid, bytes) {
      const digest = documentDigest(cid);
      checkSize(bytes);
      const found = await hashing.sha256(bytes);
      if (!equalBytes(found, digest))
        throw new Problem("document-cid-mismatch", "", `the bytes have the CID ${cidOf(found, "json")}`);
      const { isNew } = await store(cid, bytes);
      return { ...(hashed.get(cid) ?? (await hash(cid, bytes))), isNew };
    },
    async keep(bytes) {
      checkSize(bytes);
      return store(cidOf(await hashing.sha256(bytes), "json"), bytes);
    },
    async told(cid) {
      documentDigest(cid);
      const bytes = await stored(cid);
      return bytes === null ? null : (hashed.get(cid) ?? hash(cid, bytes));
    },
    async at(digest) {
      const cid = cidOf(digest, "json");
      const bytes = await stored(cid);
      return bytes === null ? null : read(cid, bytes);
    },
  };
}

function checkSize({ length }: Uint8Array): void {
  if (length > MAX_DOCUMENT)
    throw new Problem("document-too-large", "", `${length} bytes where ${MAX_DOCUMENT} are allowed`);
}

function forgetOldest(kept: Set<string> | Map<string, unknown>, most: number): void {
  const [oldest] = kept.keys();
  if (kept.size > most && oldest !== undefined) kept.delete(oldest);
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

/** Whether the file is here whole: its root is stored after every block below it. */
function hasFile(blocks: Blocks, cid: string): Promise<boolean> {
  return blocks.has(CID.parse(cid));
}
