/**
 * A sealing key: the public half of a phone's ECDH key on P-256 as a JWK (RFC 7517, RFC 7518 §6.2), as key documents and
 * organisations' documents carry it. A key that is no point of the curve is none: whoever sealed to it would be stopped by it. Pure.
 */
import { Problem } from "../problem.ts";
import type { Reading } from "./reading.ts";
import type { Fields } from "./terms.ts";

export type { SealingKey };
export { isSealingKey, readSealingKey, sealingKeyField };

interface SealingKey {
  readonly kty: "EC";
  readonly crv: "P-256";
  /** 32 bytes in base64url, without padding. */
  readonly x: string;
  readonly y: string;
}

/** SP 800-186 §3.2.1.3: y² = x³ − 3x + b over the integers modulo p. */
const P = (1n << 256n) - (1n << 224n) + (1n << 192n) + (1n << 96n) - 1n;
const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** For a document, before the prefix. Members of a private key that came along are refused, not dropped. */
function sealingKeyField(key: SealingKey, at = "/sealingKey"): Fields {
  const members = Object.keys(key).sort().join();
  if (members !== "crv,kty,x,y" || !isSealingKey(key)) {
    throw new Problem(
      "form-refused",
      at,
      "the public half of a P-256 key is expected, as a JWK of kty, crv, x and y alone",
    );
  }
  return { kty: "EC", crv: "P-256", x: key.x, y: key.y };
}

/** Null where it is no key that could be sealed to. */
function readSealingKey(read: Reading | null): SealingKey | null {
  if (read === null) return null;
  const key = { kty: read.value("kty"), crv: read.value("crv"), x: read.value("x"), y: read.value("y") };
  return isSealingKey(key) ? { kty: "EC", crv: "P-256", x: key.x, y: key.y } : null;
}

function isSealingKey(key: Readonly<Record<keyof SealingKey, unknown>>): key is SealingKey {
  if (key.kty !== "EC" || key.crv !== "P-256") return false;
  const [x, y] = [coordinate(key.x), coordinate(key.y)];
  return x !== null && y !== null && (y * y - (x * x * x - 3n * x + B)) % P === 0n;
}

/** 43 characters carry 258 bits: the last two must be zero, else one key had several spellings. */
function coordinate(text: unknown): bigint | null {
  if (typeof text !== "string" || !/^[\w-]{43}$/.test(text)) return null;
  let value = 0n;
  for (const character of text) value = value * 64n + BigInt(DIGITS.indexOf(character));
  return value % 4n === 0n && value / 4n < P ? value / 4n : null;
}
