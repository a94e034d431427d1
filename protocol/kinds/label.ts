/** Labels: runs of codes for one lot (docs/ledger.md §6, kind 88). Pure. */
import { concat, isZero, Reader, uint } from "../bytes.ts";
import { Problem } from "../problem.ts";
import type { Kind } from "./kind.ts";
import { checkAmount, checkLength, fixed, ROLES } from "./kind.ts";

export type { LabelArgs };
export { label };

interface LabelArgs {
  readonly index: number;
  readonly lot: Uint8Array;
  /** All zero until there are certificates. */
  readonly certificate: Uint8Array;
  /** How many codes. */
  readonly count: bigint;
  /** RFC 6962 root over the leaves of the serials, in the order of the run. */
  readonly root: Uint8Array;
}

const label: Kind<LabelArgs, "LABEL"> = {
  number: 88,
  name: "LABEL",
  making: true,
  roles: ROLES.producer | ROLES.processor | ROLES.trader,
  encodeArgs(args) {
    checkLabel(args, "/args");
    const { index, lot, certificate, count, root } = args;
    return concat(uint(index, 2), fixed(lot, 32), fixed(certificate, 32), uint(count, 5), fixed(root, 32));
  },
  decodeArgs(bytes, at = "/args") {
    checkLength(bytes, 103, at);
    const reader = new Reader(bytes, at);
    const [index, lot, certificate] = [reader.u16(), reader.take(32), reader.take(32)];
    const args = { index, lot, certificate, count: BigInt(reader.u40()), root: reader.take(32) };
    checkLabel(args, at);
    return args;
  },
  touches: ({ lot }) => [{ id: lot }],
  furtherOutputs: () => 0,
};

function checkLabel({ certificate, count }: LabelArgs, at: string): void {
  if (!isZero(certificate))
    throw new Problem("certificates-not-yet", `${at}/certificate`, "no certificate is known yet");
  checkAmount(count, `${at}/count`);
}
