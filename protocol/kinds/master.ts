/** Master data: products and members (docs/ledger.md §6, kinds 8 and 9). Pure. */

import { UNITS } from "../amount.ts";
import { concat, Reader, uint } from "../bytes.ts";
import { Problem } from "../problem.ts";
import type { Kind } from "./kind.ts";
import { checkLength, ROLES } from "./kind.ts";

export type { MemberArgs, ProductArgs };
export { member, product };

interface ProductArgs {
  readonly index: number;
  /** Number of a unit in UNITS. */
  readonly unit: number;
  /** Content of one piece in thousandths of the unit; 0: sold loose. */
  readonly net: bigint;
  /** Usual loss when it is made, in thousandths of the input. */
  readonly loss: number;
}

interface MemberArgs {
  readonly index: number;
  /** The member's number in its organisation's own books; names stand nowhere on chain. */
  readonly number: bigint;
}

const MAX_LOSS = 1000;

const product: Kind<ProductArgs, "PRODUCT"> = {
  number: 8,
  name: "PRODUCT",
  making: true,
  roles: ROLES.producer | ROLES.processor | ROLES.trader,
  encodeArgs(args) {
    checkProduct(args, "/args");
    return concat(uint(args.index, 2), uint(args.unit, 1), uint(args.net, 5), uint(args.loss, 2));
  },
  decodeArgs(bytes, at = "/args") {
    checkLength(bytes, 10, at);
    const reader = new Reader(bytes, at);
    const args = { index: reader.u16(), unit: reader.u8(), net: BigInt(reader.u40()), loss: reader.u16() };
    checkProduct(args, at);
    return args;
  },
  touches: () => [],
  furtherOutputs: () => 0,
};

function checkProduct({ unit, loss }: ProductArgs, at: string): void {
  if (!(unit in UNITS)) throw new Problem("unit-unknown", `${at}/unit`, `no unit has the number ${unit}`);
  if (loss > MAX_LOSS)
    throw new Problem("loss-too-large", `${at}/loss`, `${loss} thousandths are more than ${MAX_LOSS}`);
}

const member: Kind<MemberArgs, "MEMBER"> = {
  number: 9,
  name: "MEMBER",
  making: true,
  roles: ROLES.producer,
  encodeArgs: ({ index, number }) => concat(uint(index, 2), uint(number, 5)),
  decodeArgs(bytes, at = "/args") {
    checkLength(bytes, 7, at);
    const reader = new Reader(bytes, at);
    return { index: reader.u16(), number: BigInt(reader.u40()) };
  },
  touches: () => [],
  furtherOutputs: () => 0,
};
