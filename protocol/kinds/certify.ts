/** Certificates (docs/ledger.md §6, kind 73): who vouches for which products and plots of whom, from when until when. Pure. */
import { compareBytes, concat, isZero, Reader, uint } from "../bytes.ts";
import { Problem } from "../problem.ts";
import type { Kind } from "./kind.ts";
import { checkCount, checkLength, fixed, ROLES } from "./kind.ts";

export type { CertifyArgs };
export { certify, MAX_SCOPES };

interface CertifyArgs {
  readonly index: number;
  /** All zero until organisations can apply. */
  readonly application: Uint8Array;
  /** Number of the organisation that the certificate is for. */
  readonly beneficiary: number;
  /** In force while fromS ≤ time < untilS. */
  readonly fromS: number;
  readonly untilS: number;
  /** Unit and volume: both 0 until certificates keep books. */
  readonly unit: number;
  readonly volume: bigint;
  /** Products and plots, strictly ascending by id. */
  readonly scopes: readonly Uint8Array[];
}

const MAX_SCOPES = 100;
const FIXED_BYTES = 54;
const ID_BYTES = 32;

const certify: Kind<CertifyArgs, "CERTIFY"> = {
  number: 73,
  name: "CERTIFY",
  making: true,
  roles: ROLES.certifier,
  encodeArgs({ index, application, beneficiary, fromS, untilS, unit, volume, scopes }) {
    const whom = [uint(index, 2), fixed(application, ID_BYTES), uint(beneficiary, 3)];
    const what = [uint(fromS, 5), uint(untilS, 5), uint(unit, 1), uint(volume, 5)];
    const where = [uint(scopes.length, 1), ...scopes.map((scope) => fixed(scope, ID_BYTES))];
    const bytes = concat(...whom, ...what, ...where);
    certify.decodeArgs(bytes);
    return bytes;
  },
  decodeArgs(bytes, at = "/args") {
    const count = bytes[FIXED_BYTES - 1];
    if (count === undefined) {
      throw new Problem("wrong-length", at, `${bytes.length} bytes end before the number of scopes`);
    }
    checkLength(bytes, FIXED_BYTES + ID_BYTES * count, at);
    const reader = new Reader(bytes, at);
    const [index, application, beneficiary] = [reader.u16(), reader.take(ID_BYTES), reader.u24()];
    const [fromS, untilS, unit, volume] = [reader.u40(), reader.u40(), reader.u8(), BigInt(reader.u40())];
    if (!isZero(application))
      throw new Problem("applications-not-yet", `${at}/application`, "no application is known yet");
    if (fromS >= untilS) throw new Problem("validity-empty", `${at}/until`, `valid from ${fromS} until ${untilS}`);
    if (unit !== 0 || volume !== 0n)
      throw new Problem("volumes-not-yet", `${at}/volume`, "no certificate has a volume yet");
    checkCount(reader.u8(), MAX_SCOPES, `${at}/scopes`);
    const scopes = Array.from({ length: count }, () => reader.take(ID_BYTES));
    for (const [n, scope] of scopes.entries()) {
      const before = scopes[n - 1];
      if (before !== undefined && compareBytes(before, scope) >= 0)
        throw new Problem("not-ascending", `${at}/scopes/${n}`, "not above the id before it");
    }
    return { index, application, beneficiary, fromS, untilS, unit, volume, scopes };
  },
  touches: () => [],
  furtherOutputs: () => 0,
};
