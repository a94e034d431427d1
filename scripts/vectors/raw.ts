/** Entries as bytes that no codec would make, for docs/ledger/entry.json. */
import { concat, hexOf, uint } from "../../protocol/bytes.ts";
import type { ArgsOf, KindName } from "../../protocol/kinds/all.ts";
import { atS, digestOf } from "./world.ts";

export type { Accept, Refuse };
export { ascending, id, MOST, raw, share, u16, u40, zeros };

/** Adds a case that has one encoding. */
type Accept = <Name extends KindName>(name: string, kind: Name, args: ArgsOf<Name>) => void;

/** Adds a case that is refused as `problem`. */
type Refuse = (name: string, bytes: Uint8Array, problem: string) => void;

const MOST = 2n ** 40n - 1n;

const id = (name: string) => digestOf(`furrow vectors: ${name}`);
const ascending = (...names: string[]) => names.map(id).sort((one, other) => (hexOf(one) < hexOf(other) ? -1 : 1));

const zeros = (length: number): Uint8Array => new Uint8Array(length);
const u16 = (value: number) => uint(value, 2);
const u40 = (value: bigint | number) => uint(value, 5);
const share = (name: Uint8Array, amount: bigint | number) => concat(name, u40(amount));

/** An entry with whatever args, and whatever length it says they have. */
function raw(kind: number, args: Uint8Array, length = args.length): Uint8Array {
  return concat(uint(kind, 1), uint(atS("04-02"), 5), id("document"), uint(length, 2), args);
}
