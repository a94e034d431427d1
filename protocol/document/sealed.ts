/**
 * What is sealed: files that only a cooperative's managers can open. The stored file is a JWE (RFC 7516 §7.2.1, General JSON Serialization;
 * ECDH-ES+A256KW on P-256 and A256GCM, RFC 7518 §4.6, §5.3) of exactly one form, as canonical JSON: no member that the form has not,
 * no second spelling, and a size that is one of few (docs/sealed.md). Only its digest is public. Pure: nothing is opened or sealed here.
 *
 *   plain text = length u32 · content · zeros, up to the next size of `paddedSize`
 */
import type { Bytes } from "../bytes.ts";
import { canonicalJson, type Json } from "../canonical.ts";
import type { Reading } from "./reading.ts";

export type { Sealed, SealedWhat, SealRecipient, SealText };
export {
  isSealedType,
  isSealText,
  MAX_RECIPIENTS,
  MAX_SEALED,
  pad,
  paddedSize,
  readSealed,
  readSealText,
  SEAL_PROTECTED,
  SEAL_TYPE,
  SEALED_WHAT,
  unpad,
};

/** What the seal hides, in one word: as much as buyers are told. */
const SEALED_WHAT = ["voice", "sheet", "contract", "name", "outline"] as const;
type SealedWhat = (typeof SEALED_WHAT)[number];

/** Said of a sealed file in the document that lists it. */
interface Sealed {
  /** Of the content. */
  readonly mediaType: string;
  readonly what: SealedWhat;
}

interface SealRecipient {
  readonly encrypted_key: string;
  readonly header: {
    readonly epk: { readonly crv: "P-256"; readonly kty: "EC"; readonly x: string; readonly y: string };
    /** RFC 7638 thumbprint of the recipient's key. */
    readonly kid: string;
  };
}

interface SealText {
  readonly ciphertext: string;
  readonly iv: string;
  readonly protected: string;
  readonly recipients: readonly SealRecipient[];
  readonly tag: string;
}

const SEAL_TYPE = "application/jose+json";
/** base64url of `{"alg":"ECDH-ES+A256KW","enc":"A256GCM"}`. */
const SEAL_PROTECTED = "eyJhbGciOiJFQ0RILUVTK0EyNTZLVyIsImVuYyI6IkEyNTZHQ00ifQ";

const LENGTH_BYTES = 4;
const MIN_PADDED = 1024;
/** 11 × 64 KiB: with {@link MAX_RECIPIENTS} the seal is still one raw block, so its CID is its digest. */
const MAX_PADDED = 11 * 65_536;
/** Bytes of content. */
const MAX_SEALED = MAX_PADDED - LENGTH_BYTES;
/** A single one would be written in another form (the key that was agreed stands in the protected header then). */
const MIN_RECIPIENTS = 2;
const MAX_RECIPIENTS = 32;

/**
 * Bytes of the plain text for so many bytes of content: at least 1024, then eight sizes a doubling. So a size tells the length of a voice
 * note to an eighth, and nothing of a name.
 */
function paddedSize(size: number): number {
  const total = size + LENGTH_BYTES;
  if (total <= MIN_PADDED) return MIN_PADDED;
  const step = 1 << (28 - Math.clz32(total - 1));
  return Math.ceil(total / step) * step;
}

/** Content → plain text of a seal. At most {@link MAX_SEALED} bytes. */
function pad(content: Uint8Array): Bytes {
  const plain = new Uint8Array(paddedSize(content.length));
  new DataView(plain.buffer).setUint32(0, content.length);
  plain.set(content, LENGTH_BYTES);
  return plain;
}

/** The content of a seal's plain text; null where that is not what {@link pad} makes. */
function unpad(plain: Uint8Array): Bytes | null {
  if (plain.length < LENGTH_BYTES) return null;
  const size = new DataView(plain.buffer, plain.byteOffset).getUint32(0);
  if (size > MAX_SEALED || paddedSize(size) !== plain.length) return null;
  const end = LENGTH_BYTES + size;
  return plain.subarray(end).every((byte) => byte === 0) ? plain.slice(LENGTH_BYTES, end) : null;
}

/** Of an attachment; null where it is absent or not in order. */
function readSealed(read: Reading | null): Sealed | null {
  const mediaType = read?.value("mediaType");
  const what = SEALED_WHAT.find((one) => one === read?.value("what"));
  if (typeof mediaType !== "string" || !isSealedType(mediaType) || what === undefined) return null;
  return { mediaType, what };
}

/** Type and subtype, no parameters; nothing that is sealed again. */
function isSealedType(text: string): boolean {
  return text.length <= 100 && text !== SEAL_TYPE && /^[a-z]+\/[a-z0-9][a-z0-9.+-]*$/.test(text);
}

/** Whether JSON means to be a JWE: such a thing is stored in the one form or not at all. */
function isSealText(value: Json): boolean {
  return isObject(value) && Object.hasOwn(value, "ciphertext");
}

/** The seal, where `text` is one in the one form; null for all else. @param value what `text` says */
function readSealText(text: string, value: Json): SealText | null {
  if (!hasMembers(value, ["ciphertext", "iv", "protected", "recipients", "tag"])) return null;
  const { ciphertext, iv, recipients, tag } = value;
  const size = base64urlSize(ciphertext);
  if (size === null || size > MAX_PADDED || paddedSize(size - LENGTH_BYTES) !== size) return null;
  if (value.protected !== SEAL_PROTECTED || base64urlSize(iv) !== 12 || base64urlSize(tag) !== 16) return null;
  if (!Array.isArray(recipients) || recipients.length < MIN_RECIPIENTS || recipients.length > MAX_RECIPIENTS)
    return null;
  const list = recipients as readonly Json[];
  if (!list.every((one, n) => isRecipient(one) && (n === 0 || kidOf(list[n - 1]) < kidOf(one)))) return null;
  return canonicalJson(value) === text ? (value as unknown as SealText) : null;
}

function isRecipient(value: Json): boolean {
  if (!hasMembers(value, ["encrypted_key", "header"]) || base64urlSize(value.encrypted_key) !== 40) return false;
  const { header } = value;
  if (!hasMembers(header, ["epk", "kid"]) || base64urlSize(header.kid) !== 32) return false;
  const { epk } = header;
  if (!hasMembers(epk, ["crv", "kty", "x", "y"]) || epk.crv !== "P-256" || epk.kty !== "EC") return false;
  return base64urlSize(epk.x) === 32 && base64urlSize(epk.y) === 32;
}

/** Recipients stand in the order of their keys' thumbprints: the order tells nothing. */
function kidOf(value: Json | undefined): string {
  return (value as unknown as SealRecipient).header.kid;
}

function isObject(value: Json | undefined): value is { readonly [name: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function hasMembers(value: Json | undefined, names: readonly string[]): value is { readonly [name: string]: Json } {
  if (!isObject(value)) return false;
  const found = Object.keys(value);
  return found.length === names.length && names.every((name) => Object.hasOwn(value, name));
}

const LAST_OF = new Map([
  [2, "AQgw"],
  [3, "AEIMQUYcgkosw048"],
]);

/** Bytes that a text in base64url without padding carries; null where it is none, or where its last character has bits too many. */
function base64urlSize(text: Json | undefined): number | null {
  if (typeof text !== "string" || !/^[\w-]*$/.test(text)) return null;
  const rest = text.length % 4;
  if (rest === 1) return null;
  if (rest !== 0 && LAST_OF.get(rest)?.includes(text.at(-1) ?? " ") !== true) return null;
  return Math.floor((text.length * 3) / 4);
}
