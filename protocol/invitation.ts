/**
 * Invitations: the code by which a phone asks to be let in, and the number that both phones show, so that the manager enrols the
 * one that lies on the table and no other. A code gives nobody a right. Pure: random bytes and the digest are passed in.
 */
import { concat, utf8 } from "./bytes.ts";
import { readCharacters, spell } from "./label.ts";
import type { Hashing } from "./merkle.ts";
import type { PublicKey } from "./sign.ts";

export { comparingNumber, INVITATION_CHARACTERS, makeInvitation, printInvitation, readInvitation };

/** 16 of Crockford's 32 characters: 80 bits. */
const INVITATION_CHARACTERS = 16;
/** The number is read aloud across a table: eight digits. */
const DIGITS = 8;

/** 16 random bytes → a code. 32 divides 256, so each character is equally likely. */
function makeInvitation(random: Uint8Array): string {
  if (random.length !== INVITATION_CHARACTERS)
    throw new RangeError(`a code needs ${INVITATION_CHARACTERS} random bytes`);
  return spell(Array.from(random, (byte) => byte & 31));
}

/** Reads what somebody typed or a link says: any case, spaces and hyphens, I and L for 1, O for 0. Null: not such a code. */
function readInvitation(text: string): string | null {
  const values = readCharacters(text, INVITATION_CHARACTERS);
  return values === null ? null : spell(values);
}

/** As printed and typed: `0123-4567-89AB-CDEF`. */
function printInvitation(code: string): string {
  return code.replace(/(.{4})(?=.)/g, "$1-");
}

/**
 * `0000-0000`: sha256(the code's 16 ASCII characters ‖ x ‖ y), its first 8 bytes as a number, the last 8 decimal digits of it.
 * Who puts another key in the phone's place has one chance in a hundred million to show the same.
 */
async function comparingNumber(hashing: Hashing, code: string, key: PublicKey): Promise<string> {
  const digest = await hashing.sha256(concat(utf8(code), key.x, key.y));
  let value = 0n;
  for (const byte of digest.subarray(0, 8)) value = (value << 8n) | BigInt(byte);
  const digits = String(value % 10n ** BigInt(DIGITS)).padStart(DIGITS, "0");
  return `${digits.slice(0, 4)}-${digits.slice(4)}`;
}
