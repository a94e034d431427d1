/** The one list of kinds (docs/ledger.md §6). Pure. */
import { Problem } from "../problem.ts";
import { apply, certify, lift, revoke, suspend } from "./certify.ts";
import { correct } from "./correct.ts";
import { answer, dispute } from "./dispute.ts";
import { receive, refuse, ship, withdraw } from "./handover.ts";
import type { Kind } from "./kind.ts";
import { label, voidLabels } from "./label.ts";
import { member, product } from "./master.ts";
import { grow, note, sense } from "./observe.ts";
import { origin, plant } from "./origin.ts";
import { enrol, expel } from "./party.ts";
import { plot, site } from "./place.ts";
import { promise } from "./promise.ts";
import { acknowledge, recall, release } from "./status.ts";
import { attest, inspect, test } from "./third.ts";
import { discard, harvest, transform } from "./transform.ts";

export type { ArgsOf, KindName };
export { kindByName, kindByNumber, kinds };

const kinds = {
  ENROL: enrol,
  EXPEL: expel,
  PRODUCT: product,
  MEMBER: member,
  PLOT: plot,
  SITE: site,
  ORIGIN: origin,
  PLANT: plant,
  GROW: grow,
  SENSE: sense,
  NOTE: note,
  TEST: test,
  INSPECT: inspect,
  ATTEST: attest,
  DISPUTE: dispute,
  ANSWER: answer,
  HARVEST: harvest,
  TRANSFORM: transform,
  DISCARD: discard,
  SHIP: ship,
  RECEIVE: receive,
  REFUSE: refuse,
  WITHDRAW: withdraw,
  APPLY: apply,
  CERTIFY: certify,
  SUSPEND: suspend,
  LIFT: lift,
  REVOKE: revoke,
  PROMISE: promise,
  LABEL: label,
  VOID: voidLabels,
  RECALL: recall,
  RELEASE: release,
  ACKNOWLEDGE: acknowledge,
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
