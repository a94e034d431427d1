/**
 * Sealing on the phone (docs/sealed.md): what only a cooperative's managers, this phone and the operator's escrow may open. `jose` does the
 * JWE (RFC 7516) over WebCrypto; the key that opens cannot leave the phone. The form is protocol/document/sealed.ts's alone.
 */
import { calculateJwkThumbprint, GeneralEncrypt, generalDecrypt, importJWK } from "jose";
import { type Bytes, textOf } from "../../protocol/bytes.ts";
import { canonicalBytes, parseJson } from "../../protocol/canonical.ts";
import { cidOf } from "../../protocol/cid.ts";
import {
  MAX_RECIPIENTS,
  MAX_SEALED,
  pad,
  readSealText,
  SEAL_TYPE,
  type SealedWhat,
  type SealText,
  unpad,
} from "../../protocol/document/sealed.ts";
import type { SealingKey } from "../../protocol/document/sealing-key.ts";
import { Problem } from "../../protocol/problem.ts";
import type { Field, FileRow, Self } from "./model.ts";

export type { Opener };
export { makeSealingKey, openFile, openSeal, recipientsOf, seal, sealFile };

/** Who opens: both halves of a sealing key (`sealingKey` of key.ts gives the private one). */
interface Opener {
  readonly key: SealingKey;
  readonly privateKey: CryptoKey;
}

const ALGORITHM = { name: "ECDH", namedCurve: "P-256" } as const;
const HEADER = { alg: "ECDH-ES+A256KW", enc: "A256GCM" } as const;

/** A pair whose private half no script can read; IndexedDB keeps it as it is. */
async function makeSealingKey(): Promise<Opener> {
  const pair = await crypto.subtle.generateKey(ALGORITHM, false, ["deriveBits"]);
  const { x = "", y = "" } = await crypto.subtle.exportKey("jwk", pair.publicKey);
  return { key: { kty: "EC", crv: "P-256", x, y }, privateKey: pair.privateKey };
}

/**
 * Whom this phone seals to, as far as it knew when it last heard from its server: the managers of its organisation, itself, and the
 * operator's escrow where there is one. A key twice counts once.
 */
function recipientsOf(self: Pick<Self, "sealing">, { organisation, recorders }: Field): readonly SealingKey[] {
  const managers = recorders.filter(({ manager, active }) => manager && active).map(({ sealing }) => sealing);
  // The phone itself and the escrow come first: they are kept where there are too many.
  const keys = [self.sealing, organisation?.escrow, organisation?.sealing, ...managers].filter((key) => key != null);
  const byText = new Map(keys.map((key) => [`${key.x}.${key.y}`, key]));
  return [...byText.values()].slice(0, MAX_RECIPIENTS);
}

/**
 * The seal's bytes: canonical JSON in the one form that servers take.
 * @throws Problem `seal-too-large`; `seal-unreadable` where no key could be sealed to
 */
async function seal(content: Uint8Array, keys: readonly SealingKey[]): Promise<Bytes> {
  if (content.length > MAX_SEALED) {
    throw new Problem("seal-too-large", "", `${content.length} bytes, at most ${MAX_SEALED} are sealed at once`);
  }
  const recipients = new Map<string, CryptoKey>();
  for (const key of keys) {
    const found = await imported(key);
    if (found !== null) recipients.set(await thumbprint(key), found);
  }
  if (recipients.size === 0) throw new Problem("seal-unreadable", "", "no key is known that could open it again");
  if (recipients.size === 1) {
    // A second one whose private half is dropped at once: the form has always two or more.
    const { key } = await makeSealingKey();
    const made = await imported(key);
    if (made !== null) recipients.set(await thumbprint(key), made);
  }
  const making = new GeneralEncrypt(pad(content)).setProtectedHeader(HEADER);
  for (const [kid, key] of [...recipients].sort(([one], [other]) => (one < other ? -1 : 1))) {
    making.addRecipient(key).setUnprotectedHeader({ kid });
  }
  return canonicalBytes(await making.encrypt());
}

/**
 * What a seal holds.
 * @throws Problem `seal-unreadable`: not in the form, not for this key, or changed since
 */
async function openSeal(bytes: Uint8Array, { key, privateKey }: Opener): Promise<Bytes> {
  const text = readSeal(bytes);
  const kid = await thumbprint(key);
  const own = text.recipients.find(({ header }) => header.kid === kid);
  if (own === undefined) throw new Problem("seal-unreadable", "", "it was sealed for other phones");
  try {
    const { plaintext } = await generalDecrypt({ ...text, recipients: [own] }, privateKey);
    const content = unpad(plaintext);
    if (content !== null) return content;
  } catch {
    // Told below: a seal that was changed, or one that another key was put into.
  }
  throw new Problem("seal-unreadable", "", "it is not as it was sealed");
}

function readSeal(bytes: Uint8Array): SealText {
  try {
    const text = textOf(bytes);
    const read = readSealText(text, parseJson(text));
    if (read !== null) return read;
  } catch {
    // Told below, as what is JSON and no seal.
  }
  throw new Problem("seal-unreadable", "", "it is no seal in the form that is used here");
}

/** Names of sealed files are public: they say no more than the attachment's `what`. */
async function sealFile(
  plain: Blob,
  what: SealedWhat,
  parts: { readonly self: Pick<Self, "sealing">; readonly field: Field; readonly preview?: Blob },
): Promise<FileRow> {
  const mediaType = plain.type.split(";")[0] ?? "application/octet-stream";
  const bytes = await seal(new Uint8Array(await plain.arrayBuffer()), recipientsOf(parts.self, parts.field));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return {
    cid: cidOf(digest, "raw"),
    blob: new Blob([bytes], { type: SEAL_TYPE }),
    mediaType: SEAL_TYPE,
    name: `${what}.json`,
    size: bytes.length,
    sealed: { mediaType, what, plain },
    ...(parts.preview === undefined ? {} : { preview: parts.preview }),
    offset: 0,
    stored: false,
  };
}

/** A sealed file that came from elsewhere, opened with this phone's own key. */
async function openFile(bytes: Uint8Array, mediaType: string, opener: Opener): Promise<Blob> {
  return new Blob([await openSeal(bytes, opener)], { type: mediaType });
}

/** RFC 7638. */
async function thumbprint({ kty, crv, x, y }: SealingKey): Promise<string> {
  return await calculateJwkThumbprint({ kty, crv, x, y }, "sha256");
}

/** Null: no point of the curve. One such key of a colleague must not keep a note from being sealed to the others. */
async function imported({ kty, crv, x, y }: SealingKey): Promise<CryptoKey | null> {
  try {
    const key = await importJWK({ kty, crv, x, y }, HEADER.alg);
    return key instanceof Uint8Array ? null : key;
  } catch {
    return null;
  }
}
