/**
 * The only hash is sha2-256 (docs/ledger.md), and identity for what fits into a CID itself.
 * CIDv1 of raw bytes is `bafkrei…`, of a canonical JSON document `bagaaiera…`.
 */
import { createHash } from "node:crypto";
import { CID } from "multiformats/cid";
import { create } from "multiformats/hashes/digest";
import { Problem } from "../../protocol/problem.ts";
import { MAX_BLOCK_WRITE, MAX_IDENTITY } from "./blocks.ts";

export {
  DAG_PB,
  identityBytes,
  isGenuine,
  JSON_DOCUMENT,
  jsonCid,
  keyOf,
  parseCid,
  RAW,
  rawCid,
  requireGenuine,
  requireSha256,
};

const RAW = 0x55;
const JSON_DOCUMENT = 0x0200;
const DAG_PB = 0x70;
const SHA2_256 = 0x12;
const IDENTITY = 0x00;

/** The CID of an attachment of up to 1 MiB. */
function rawCid(bytes: Uint8Array): CID {
  return cidOf(RAW, bytes);
}

/** The CID of a document, given its canonical bytes. */
function jsonCid(bytes: Uint8Array): CID {
  return cidOf(JSON_DOCUMENT, bytes);
}

/** Reads a CID in base32, base36 or base58btc, of version 0 or 1; anything else is `cid-unreadable`. */
function parseCid(text: string, at = "/cid"): CID {
  try {
    return CID.parse(text);
  } catch {
    throw new Problem("cid-unreadable", at, `"${text.slice(0, 100)}" is not a CID`);
  }
}

/** The bytes that an identity CID carries in itself; undefined for every other CID. */
function identityBytes(cid: CID): Uint8Array | undefined {
  if (cid.multihash.code !== IDENTITY) return undefined;
  const bytes = cid.multihash.digest;
  if (bytes.length > MAX_IDENTITY) {
    throw new Problem(
      "identity-too-long",
      "/cid",
      `${bytes.length} bytes in the CID, at most ${MAX_IDENTITY} are read`,
    );
  }
  return bytes;
}

/** Refuses every hash but sha2-256 with its full 32 bytes. */
function requireSha256(cid: CID): void {
  const { code, digest } = cid.multihash;
  if (code === SHA2_256 && digest.length === 32) return;
  throw new Problem("hash-refused", "/cid", `hash function 0x${code.toString(16)} with ${digest.length} bytes`);
}

/** Whether `bytes` are what a sha2-256 CID names. */
function isGenuine(cid: CID, bytes: Uint8Array): boolean {
  return createHash("sha256").update(bytes).digest().equals(cid.multihash.digest);
}

/**
 * What every store asks of a block before it takes it.
 * @returns whether there is anything to store: an identity CID carries its bytes itself
 * @throws Problem `block-mismatch`, `block-too-large`, `hash-refused`, `identity-too-long`
 */
function requireGenuine(cid: CID, bytes: Uint8Array): boolean {
  const carried = identityBytes(cid);
  if (carried !== undefined) {
    if (!Buffer.from(carried).equals(bytes)) throw mismatch(cid);
    return false;
  }
  requireSha256(cid);
  if (bytes.length > MAX_BLOCK_WRITE) {
    throw new Problem(
      "block-too-large",
      "",
      `${bytes.length} bytes, at most ${MAX_BLOCK_WRITE} are stored as one block`,
    );
  }
  if (!isGenuine(cid, bytes)) throw mismatch(cid);
  return true;
}

/** One key for every CID with the same digest, whatever its codec and version. */
function keyOf(cid: CID): string {
  return Buffer.from(cid.multihash.bytes).toString("base64url");
}

function cidOf(codec: number, bytes: Uint8Array): CID {
  return CID.createV1(codec, create(SHA2_256, createHash("sha256").update(bytes).digest()));
}

function mismatch(cid: CID): Problem {
  return new Problem("block-mismatch", "", `the bytes sent are not those of ${cid}`);
}
