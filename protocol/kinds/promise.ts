/** Promises: what a holder vouches for of a lot, 承诺达标合格证 (docs/ledger.md §6, kind 80). Its words stand in its document. Pure. */
import { Reader, uint } from "../bytes.ts";
import type { Kind } from "./kind.ts";
import { checkAmount, checkLength, ROLES_OF_GOODS } from "./kind.ts";

export type { PromiseArgs };
export { promise };

interface PromiseArgs {
  /** How much of the lot it speaks for: at most what is left of it, loose and packed. */
  readonly amount: bigint;
}

const promise: Kind<PromiseArgs, "PROMISE"> = {
  number: 80,
  name: "PROMISE",
  making: false,
  roles: ROLES_OF_GOODS,
  encodeArgs({ amount }) {
    checkAmount(amount, "/args/amount");
    return uint(amount, 5);
  },
  decodeArgs(bytes, at = "/args") {
    checkLength(bytes, 5, at);
    const amount = BigInt(new Reader(bytes, at).u40());
    checkAmount(amount, `${at}/amount`);
    return { amount };
  },
  touches: () => [],
  furtherOutputs: () => 0,
};
