/** The one list of kinds (docs/ledger.md §6). Pure. */
import { Problem } from "../problem.ts";
import { certify } from "./certify.ts";
import { correct } from "./correct.ts";
import type { Kind } from "./kind.ts";
import { label } from "./label.ts";
import { member, product } from "./master.ts";
import { grow, note } from "./observe.ts";
import { origin, plant } from "./origin.ts";
import { enrol, expel } from "./party.ts";
import { plot } from "./place.ts";
import { attest, inspect, test } from "./third.ts";
import { harvest, transform } from "./transform.ts";

export type { ArgsOf, KindName };
export { kindByName, kindByNumber, kinds };

const kinds = {
  ENROL: enrol,
  EXPEL: expel,
  PRODUCT: product,
  MEMBER: member,
  PLOT: plot,
  ORIGIN: origin,
  PLANT: plant,
  GROW: grow,
  NOTE: note,
  TEST: test,
  INSPECT: inspect,
  ATTEST: attest,
  HARVEST: harvest,
  TRANSFORM: transform,
  CERTIFY: certify,
  LABEL: label,
  CORRECT: correct,
} as const;

type KindName = keyof typeof kinds;

type ArgsOf<Name extends KindName> = ReturnType<(typeof kinds)[Name]["decodeArgs"]>;

const byNumber = new Map<number, Kind<unknown, KindName>>(Object.values(kinds).map((kind) => [kind.number, kind]));

function kindByName<Name extends KindName>(name: Name): (typeof kinds)[Name] {
  return kinds[name];
}

/** For code that treats all kinds alike; `kind-unknown` for every other number. */
function kindByNumber(number: number, at = "/kind"): Kind<unknown, KindName> {
  const kind = byNumber.get(number);
  if (kind === undefined) throw new Problem("kind-unknown", at, `no kind has the number ${number}`);
  return kind;
}
