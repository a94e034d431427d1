/** Party: who may record (docs/ledger.md §6, kinds 1 and 2). Written by managers into their organisation's own log. Pure. */
import { concat, Reader, uint } from "../bytes.ts";
import { Problem } from "../problem.ts";
import type { Kind } from "./kind.ts";
import { checkLength, fixed } from "./kind.ts";

export type { EnrolArgs, ExpelArgs };
export { enrol, expel };

interface EnrolArgs {
  readonly manager: boolean;
  /** Coordinates of the P-256 public key. */
  readonly x: Uint8Array;
  readonly y: Uint8Array;
}

interface ExpelArgs {
  /** Its key writes nothing more from the next block on. */
  readonly recorder: Uint8Array;
}

const enrol: Kind<EnrolArgs, "ENROL"> = {
  number: 1,
  name: "ENROL",
  making: false,
  roles: 0,
  encodeArgs: ({ manager, x, y }) => concat(uint(manager ? 1 : 0, 1), fixed(x, 32), fixed(y, 32)),
  decodeArgs(bytes, at = "/args") {
    checkLength(bytes, 65, at);
    const reader = new Reader(bytes, at);
    const flags = reader.u8();
    if (flags > 1) throw new Problem("flags-unknown", `${at}/flags`, `flags ${flags} are neither 0 nor 1`);
    return { manager: flags === 1, x: reader.take(32), y: reader.take(32) };
  },
  touches: () => [],
  furtherOutputs: () => 0,
};

const expel: Kind<ExpelArgs, "EXPEL"> = {
  number: 2,
  name: "EXPEL",
  making: false,
  roles: 0,
  encodeArgs: ({ recorder }) => concat(fixed(recorder, 20)),
  decodeArgs(bytes, at = "/args") {
    checkLength(bytes, 20, at);
    return { recorder: new Uint8Array(bytes) };
  },
  touches: () => [],
  furtherOutputs: () => 0,
};
