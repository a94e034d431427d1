/** Origins: lots from outside, and plantings (docs/ledger.md §6, kinds 24 and 25). Pure. */
import { concat, Reader, uint } from "../bytes.ts";
import type { Kind } from "./kind.ts";
import { checkAmount, checkLength, fixed, ROLES } from "./kind.ts";

export type { OriginArgs, PlantArgs };
export { origin, plant };

interface OriginArgs {
  readonly index: number;
  readonly product: Uint8Array;
  readonly amount: bigint;
}

interface PlantArgs {
  readonly index: number;
  readonly plot: Uint8Array;
  readonly product: Uint8Array;
  /** Thousandths of a square metre, taken from the plot. */
  readonly area: bigint;
  /** Thousandths of the product's unit per hectare that may be harvested; 0: nothing may. */
  readonly cap: bigint;
}

const origin: Kind<OriginArgs, "ORIGIN"> = {
  number: 24,
  name: "ORIGIN",
  making: true,
  roles: ROLES.producer | ROLES.processor | ROLES.trader,
  encodeArgs({ index, product, amount }) {
    checkAmount(amount, "/args/amount");
    return concat(uint(index, 2), fixed(product, 32), uint(amount, 5));
  },
  decodeArgs(bytes, at = "/args") {
    checkLength(bytes, 39, at);
    const reader = new Reader(bytes, at);
    const args = { index: reader.u16(), product: reader.take(32), amount: BigInt(reader.u40()) };
    checkAmount(args.amount, `${at}/amount`);
    return args;
  },
  touches: () => [],
  furtherOutputs: () => 0,
};

const plant: Kind<PlantArgs, "PLANT"> = {
  number: 25,
  name: "PLANT",
  making: true,
  roles: ROLES.producer,
  encodeArgs({ index, plot, product, area, cap }) {
    checkAmount(area, "/args/area");
    return concat(uint(index, 2), fixed(plot, 32), fixed(product, 32), uint(area, 5), uint(cap, 5));
  },
  decodeArgs(bytes, at = "/args") {
    checkLength(bytes, 76, at);
    const reader = new Reader(bytes, at);
    const [index, plot, product] = [reader.u16(), reader.take(32), reader.take(32)];
    const args = { index, plot, product, area: BigInt(reader.u40()), cap: BigInt(reader.u40()) };
    checkAmount(args.area, `${at}/area`);
    return args;
  },
  touches: ({ plot }) => [{ id: plot }],
  furtherOutputs: () => 0,
};
