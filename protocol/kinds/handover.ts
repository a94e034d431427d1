/**
 * Handover: goods on their way from one organisation to another (docs/ledger.md §6, kinds 64 to 67). SHIP makes a consignment, which is a
 * lot of the same product and under way until it is received, refused or withdrawn. Pure.
 */
import { concat, Reader, uint } from "../bytes.ts";
import type { Kind } from "./kind.ts";
import { checkAmount, checkFlag, checkLength, existing, fixed, ROLES_OF_GOODS } from "./kind.ts";

export type { ReceiveArgs, ReturnArgs, ShipArgs };
export { receive, refuse, ship, withdraw };

interface ShipArgs {
  readonly index: number;
  readonly lot: Uint8Array;
  /** Taken from the packed goods of the lot, in whole pieces; else from the loose ones. */
  readonly packed: boolean;
  readonly amount: bigint;
  /** Number of the organisation that it is offered to, which may be the sender's own. */
  readonly to: number;
  /** Number of the organisation that carries it and may write readings on the way; 0: nobody named. */
  readonly carrier: number;
}

interface ReceiveArgs {
  /** What was found, at most what was offered; the difference was lost between hands. */
  readonly amount: bigint;
}

interface ReturnArgs {
  /** The lot that the consignment was made from: all goes back. */
  readonly lot: Uint8Array;
}

const ship: Kind<ShipArgs, "SHIP"> = {
  number: 64,
  name: "SHIP",
  making: true,
  roles: ROLES_OF_GOODS,
  encodeArgs({ index, lot, packed, amount, to, carrier }) {
    checkAmount(amount, "/args/amount");
    const what = [uint(index, 2), fixed(lot, 32), uint(packed ? 1 : 0, 1), uint(amount, 5)];
    return concat(...what, uint(to, 3), uint(carrier, 3));
  },
  decodeArgs(bytes, at = "/args") {
    checkLength(bytes, 46, at);
    const reader = new Reader(bytes, at);
    const [index, lot, packed] = [reader.u16(), reader.take(32), checkFlag(reader.u8(), `${at}/packed`)];
    const amount = BigInt(reader.u40());
    checkAmount(amount, `${at}/amount`);
    return { index, lot, packed, amount, to: reader.u24(), carrier: reader.u24() };
  },
  touches: ({ lot }) => [{ id: lot }],
  furtherOutputs: () => 0,
};

/** The receiver's word: from here on it holds what was found. Nothing at all may be found. */
const receive: Kind<ReceiveArgs, "RECEIVE"> = {
  number: 65,
  name: "RECEIVE",
  making: false,
  roles: 0,
  encodeArgs: ({ amount }) => uint(amount, 5),
  decodeArgs(bytes, at = "/args") {
    checkLength(bytes, 5, at);
    return { amount: BigInt(new Reader(bytes, at).u40()) };
  },
  touches: () => [],
  furtherOutputs: () => 0,
};

/** By whom it was offered to. */
const refuse: Kind<ReturnArgs, "REFUSE"> = giveBack(66, "REFUSE");

/** By the sender. */
const withdraw: Kind<ReturnArgs, "WITHDRAW"> = giveBack(67, "WITHDRAW");

function giveBack<Name extends string>(number: number, name: Name): Kind<ReturnArgs, Name> {
  return {
    number,
    name,
    making: false,
    roles: 0,
    encodeArgs: ({ lot }) => concat(fixed(lot, 32)),
    decodeArgs(bytes, at = "/args") {
      checkLength(bytes, 32, at);
      return { lot: new Uint8Array(bytes) };
    },
    touches: ({ lot }) => existing(lot),
    furtherOutputs: () => 0,
  };
}
