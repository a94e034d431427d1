/**
 * CIDs: the addresses of documents and files. Only what is used here: CIDv1, base32 lower case, sha2-256, codec raw, json or dag-pb
 * (multiformats CID specification; multicodec table). Pure.
 */

import type { Bytes } from "./bytes.ts";
import { concat, equalBytes } from "./bytes.ts";
import { Problem } from "./problem.ts";

export type { Codec };
export { base32, cidOf, parseCid };

/** raw: a file in one block · json: a canonical document · dag-pb: the root of a larger file. */
type Codec = "raw" | "json" | "dag-pb";

/** Version 1, codec, sha2-256, 32 bytes; numbers are varints. */
const PREFIXES: Readonly<Record<Codec, Uint8Array>> = {
  raw: Uint8Array.of(0x01, 0x55, 0x12, 0x20),
  json: Uint8Array.of(0x01, 0x80, 0x04, 0x12, 0x20),
  "dag-pb": Uint8Array.of(0x01, 0x70, 0x12, 0x20),
};
const CODECS: readonly Codec[] = ["raw", "json", "dag-pb"];
const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

/** The address of whatever has this SHA-256 digest. */
function cidOf(digest: Uint8Array, codec: Codec): string {
  if (digest.length !== 32) throw new RangeError(`a SHA-256 digest has 32 bytes, not ${digest.length}`);
  return `b${base32(concat(PREFIXES[codec], digest))}`;
}

/** Codec and digest of an address; every other spelling of the same address is refused. */
function parseCid(text: string, at = ""): { codec: Codec; digest: Bytes } {
  const bytes = text.startsWith("b") ? bytesOfBase32(text.slice(1)) : null;
  for (const codec of CODECS) {
    const prefix = PREFIXES[codec];
    if (bytes?.length === prefix.length + 32 && equalBytes(bytes.subarray(0, prefix.length), prefix)) {
      return { codec, digest: bytes.slice(prefix.length) };
    }
  }
  throw new Problem("cid-unreadable", at, "not a CIDv1 in base32 with sha2-256 and codec json, raw or dag-pb");
}

/** RFC 4648 §6 in lower case, without padding. */
function base32(bytes: Uint8Array): string {
  const letters: number[] = [];
  let bits = 0;
  let kept = 0;
  for (const byte of bytes) {
    kept = ((kept << 8) | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) letters.push(ALPHABET.charCodeAt((kept >> (bits - 5)) & 31));
  }
  if (bits > 0) letters.push(ALPHABET.charCodeAt((kept << (5 - bits)) & 31));
  return String.fromCharCode(...letters);
}

/** Null for a foreign character, a length that no bytes have, or bits left over that are not zero (a second spelling). */
function bytesOfBase32(text: string): Bytes | null {
  const bytes = new Uint8Array(Math.floor((text.length * 5) / 8));
  let bits = 0;
  let kept = 0;
  let length = 0;
  for (const character of text) {
    const value = ALPHABET.indexOf(character);
    if (value < 0) return null;
    kept = ((kept << 5) | value) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[length++] = kept >> bits;
    }
  }
  const clean = bits < 5 && (kept & ((1 << bits) - 1)) === 0;
  return clean ? bytes : null;
}
