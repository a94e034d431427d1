/**
 * Certificates (docs/ledger.md §6, kinds 72 to 76): an application, who vouches for which products and plots of whom, for how much and from
 * when until when, and what becomes of it. Pure.
 */
import type { Bytes } from "../bytes.ts";
import { compareBytes, concat, Reader, uint } from "../bytes.ts";
import { Problem } from "../problem.ts";
import type { Kind, NoArgs } from "./kind.ts";
import { argless, checkCount, checkLength, checkVolume, existing, fixed, ROLES, ROLES_OF_GOODS } from "./kind.ts";

export type { ApplyArgs, CertifyArgs };
export { apply, certify, lift, MAX_SCOPES, revoke, suspend };

interface ApplyArgs {
  readonly index: number;
  /** Number of the organisation that is asked. */
  readonly certifier: number;
  /** Number of a unit in UNITS, and how much is to be certified; both 0: no volume. */
  readonly unit: number;
  readonly volume: bigint;
  /** Products and plots, strictly ascending by id. */
  readonly scopes: readonly Uint8Array[];
}

interface CertifyArgs {
  readonly index: number;
  /** The application that it answers; all zero: none. */
  readonly application: Uint8Array;
  /** Number of the organisation that the certificate is for. */
  readonly beneficiary: number;
  /** In force while fromS ≤ time < untilS. */
  readonly fromS: number;
  readonly untilS: number;
  /** Number of a unit in UNITS, and how much labels may draw; both 0: no volume, so no label can draw on it. */
  readonly unit: number;
  readonly volume: bigint;
  /** Products and plots, strictly ascending by id. */
  readonly scopes: readonly Uint8Array[];
}

const MAX_SCOPES = 100;
const ID_BYTES = 32;
/** Before the subjects, their number included. */
const APPLY_BYTES = 12;
const CERTIFY_BYTES = 54;

const apply: Kind<ApplyArgs, "APPLY"> = {
  number: 72,
  name: "APPLY",
  making: true,
  roles: ROLES_OF_GOODS,
  encodeArgs({ index, certifier, unit, volume, scopes }) {
    const what = [uint(index, 2), uint(certifier, 3), uint(unit, 1), uint(volume, 5)];
    const bytes = concat(...what, ...encodeScopes(scopes));
    apply.decodeArgs(bytes);
    return bytes;
  },
  decodeArgs(bytes, at = "/args") {
    const count = checkScopesLength(bytes, APPLY_BYTES, at);
    const reader = new Reader(bytes, at);
    const [index, certifier] = [reader.u16(), reader.u24()];
    const [unit, volume] = [reader.u8(), BigInt(reader.u40())];
    checkVolume(unit, volume, at);
    return { index, certifier, unit, volume, scopes: readScopes(reader, count, `${at}/scopes`) };
  },
  touches: () => [],
  furtherOutputs: () => 0,
};

const certify: Kind<CertifyArgs, "CERTIFY"> = {
  number: 73,
  name: "CERTIFY",
  making: true,
  roles: ROLES.certifier,
  encodeArgs({ index, application, beneficiary, fromS, untilS, unit, volume, scopes }) {
    const whom = [uint(index, 2), fixed(application, ID_BYTES), uint(beneficiary, 3)];
    const what = [uint(fromS, 5), uint(untilS, 5), uint(unit, 1), uint(volume, 5)];
    const bytes = concat(...whom, ...what, ...encodeScopes(scopes));
    certify.decodeArgs(bytes);
    return bytes;
  },
  decodeArgs(bytes, at = "/args") {
    const count = checkScopesLength(bytes, CERTIFY_BYTES, at);
    const reader = new Reader(bytes, at);
    const [index, application, beneficiary] = [reader.u16(), reader.take(ID_BYTES), reader.u24()];
    const [fromS, untilS, unit, volume] = [reader.u40(), reader.u40(), reader.u8(), BigInt(reader.u40())];
    if (fromS >= untilS) throw new Problem("validity-empty", `${at}/until`, `valid from ${fromS} until ${untilS}`);
    checkVolume(unit, volume, at);
    const scopes = readScopes(reader, count, `${at}/scopes`);
    return { index, application, beneficiary, fromS, untilS, unit, volume, scopes };
  },
  touches: ({ application }) => existing(application),
  furtherOutputs: () => 0,
};

const suspend: Kind<NoArgs, "SUSPEND"> = argless(74, "SUSPEND", 0);

const lift: Kind<NoArgs, "LIFT"> = argless(75, "LIFT", 0);

/** For good. */
const revoke: Kind<NoArgs, "REVOKE"> = argless(76, "REVOKE", 0);

/** count u8 ‖ count × subject 32. */
function encodeScopes(scopes: readonly Uint8Array[]): Bytes[] {
  return [uint(scopes.length, 1), ...scopes.map((scope) => concat(fixed(scope, ID_BYTES)))];
}

/** How many subjects there are, their number being the last of the `before` bytes; refuses args that are not as long as it says. */
function checkScopesLength(bytes: Uint8Array, before: number, at: string): number {
  const count = bytes[before - 1];
  if (count === undefined) {
    throw new Problem("wrong-length", at, `${bytes.length} bytes end before the number of scopes`);
  }
  checkLength(bytes, before + ID_BYTES * count, at);
  return count;
}

function readScopes(reader: Reader, count: number, at: string): Uint8Array[] {
  checkCount(reader.u8(), MAX_SCOPES, at);
  const scopes = Array.from({ length: count }, () => reader.take(ID_BYTES));
  for (const [n, scope] of scopes.entries()) {
    const before = scopes[n - 1];
    if (before !== undefined && compareBytes(before, scope) >= 0)
      throw new Problem("not-ascending", `${at}/${n}`, "not above the id before it");
  }
  return scopes;
}
