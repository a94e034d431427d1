/**
 * The world of our vectors: a chain, a ledger and keys that exist nowhere else. The keys' scalars stand in the files; they are for
 * tests only. Signatures are deterministic (RFC 6979), so that the same run writes the same files.
 */
import { createHash } from "node:crypto";
import { p256 } from "@noble/curves/nist.js";
import type { Group, Header } from "../../protocol/batch.ts";
import { batchRoot, encodeBatch, newSubjectId, signedBytes } from "../../protocol/batch.ts";
import type { Hex } from "../../protocol/bytes.ts";
import { hexOf } from "../../protocol/bytes.ts";
import type { Entry } from "../../protocol/entry.ts";
import { makeEntry, openEntry } from "../../protocol/entry.ts";
import type { ArgsOf, KindName } from "../../protocol/kinds/all.ts";
import type { Primitives, Signer } from "../../protocol/sign.ts";
import { lowS, strict } from "../../protocol/sign.ts";

export type { Case, VectorFile };
export {
  asIn,
  atS,
  CHAIN,
  digestOf,
  entryIn,
  entryOf,
  groupIn,
  headerIn,
  headerOf,
  idOf,
  keyIn,
  LEDGER,
  problemCase,
  signed,
  signerOf,
  vectorPrimitives,
};

interface Case {
  readonly name: string;
  readonly in: unknown;
  readonly [more: string]: unknown;
}

interface VectorFile {
  readonly rule: string;
  readonly [more: string]: unknown;
  readonly cases: readonly Case[];
}

const CHAIN = 0x1f2e_3d4c_5b6an;

const vectorPrimitives: Primitives = {
  sha256: (bytes) => new Uint8Array(createHash("sha256").update(bytes).digest()),
  verifyP256: strict(async ({ x, y }, message, signature) => {
    try {
      return p256.verify(signature, message, Uint8Array.from([4, ...x, ...y]), { lowS: false });
    } catch {
      return false;
    }
  }),
};

function digestOf(text: string): Uint8Array {
  return new Uint8Array(createHash("sha256").update(text).digest());
}

const LEDGER = digestOf("furrow vectors: ledger").slice(0, 20);

/** A key whose scalar is the digest of its name. */
function signerOf(name: string): Signer & { readonly scalar: Uint8Array } {
  const scalar = digestOf(`furrow vectors: test-only key of ${name}`);
  const point = p256.getPublicKey(scalar, false);
  const key = { x: point.slice(1, 33), y: point.slice(33, 65) };
  const recorder = digestBytes(Uint8Array.from([...key.x, ...key.y])).slice(0, 20);
  return { scalar, key, recorder, sign: async (message) => lowS(p256.sign(message, scalar)) };
}

function digestBytes(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash("sha256").update(bytes).digest());
}

function keyIn(name: string): Record<string, string> {
  const { scalar, key, recorder } = signerOf(name);
  return { testOnlyScalar: hexOf(scalar), x: hexOf(key.x), y: hexOf(key.y), recorder: hexOf(recorder) };
}

/** Days of one example spring. */
function atS(day: string, time = "09:00"): number {
  return Date.parse(`2026-${day}T${time}:00+08:00`) / 1000;
}

function entryOf<Name extends KindName>(name: Name, args: ArgsOf<Name>, occurredAtS = atS("04-02")): Entry {
  return makeEntry(name, { occurredAtS, content: digestOf(`furrow vectors: document of ${name}`), args });
}

function headerOf(signer: Signer, nonce: bigint): Header {
  const seen = digestOf("furrow vectors: newest final block");
  return { version: 1, chainId: CHAIN, ledger: LEDGER, recorder: signer.recorder, nonce, seen };
}

/** The id of what `signer` makes with this nonce and index. */
async function idOf(signer: Signer, nonce: bigint, index: number): Promise<Uint8Array> {
  return newSubjectId(vectorPrimitives, signer.recorder, nonce, index);
}

async function signed(signer: Signer, header: Header, groups: readonly Group[]): Promise<Uint8Array> {
  const root = await batchRoot(vectorPrimitives, groups);
  return encodeBatch({ header, groups, signature: await signer.sign(signedBytes(header, root)) });
}

/** As JSON: bytes as hex, amounts as numbers of thousandths. */
function asIn(value: unknown): unknown {
  if (value instanceof Uint8Array) return hexOf(value);
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) return value.map(asIn);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, asIn(member)]));
}

function entryIn(entry: Entry): Record<string, unknown> {
  const { name, args } = openEntry(entry);
  return { kind: entry.kind, name, occurredAtS: entry.occurredAtS, content: hexOf(entry.content), args: asIn(args) };
}

function groupIn({ subject, entries }: Group): Record<string, unknown> {
  return { subject: hexOf(subject), entries: entries.map(entryIn) };
}

/** u64 as decimal text, for they do not all fit into a double. */
function headerIn(header: Header): Record<string, unknown> {
  const { version, chainId, ledger, recorder, nonce, seen } = header;
  return {
    version,
    chainId: chainId.toString(),
    ledger: hexOf(ledger),
    recorder: hexOf(recorder),
    nonce: nonce.toString(),
    seen: hexOf(seen),
  };
}

function problemCase(name: string, bytes: Uint8Array | Hex, problem: string, more: Record<string, unknown> = {}): Case {
  return { name, in: typeof bytes === "string" ? bytes : hexOf(bytes), problem, ...more };
}
