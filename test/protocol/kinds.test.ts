import { readFileSync } from "node:fs";
import { expect } from "chai";
import fc from "fast-check";
import { hexOf, uint } from "../../protocol/bytes.ts";
import type { KindName } from "../../protocol/kinds/all.ts";
import { kindByName, kindByNumber, kinds } from "../../protocol/kinds/all.ts";
import { REASONS_TO_CORRECT } from "../../protocol/kinds/correct.ts";
import type { Kind, Touch } from "../../protocol/kinds/kind.ts";
import { ROLES } from "../../protocol/kinds/kind.ts";
import { REASONS_TO_VOID } from "../../protocol/kinds/label.ts";
import { CAPACITIES } from "../../protocol/kinds/status.ts";
import { REASONS_TO_DISCARD, STEPS } from "../../protocol/kinds/transform.ts";
import { anyArgs } from "../support/arbitrary.ts";
import { refusal } from "../support/refusal.ts";

const names = Object.keys(kinds) as KindName[];
const id = (number: number) => uint(number, 32);

describe("Kinds", () => {
  for (const name of names) {
    it(`give back the args of ${name}, in one encoding only`, () => {
      const kind = kindByName(name) as Kind<unknown>;
      fc.assert(
        fc.property(anyArgs[name] as fc.Arbitrary<unknown>, (args) => {
          const bytes = kind.encodeArgs(args);
          expect(kind.decodeArgs(bytes)).to.deep.equal(args);
          expect(hexOf(kind.encodeArgs(kind.decodeArgs(bytes)))).to.equal(hexOf(bytes));
        }),
      );
    });
  }

  it("have the numbers, names and making marks of the table in docs/ledger.md §6", () => {
    const page = readFileSync(new URL("../../docs/ledger.md", import.meta.url), "utf8");
    const rows = Array.from(page.matchAll(/^\| (\d+) \| ([A-Z]+)( \*)? \|/gm), ([, number, name, making]) => ({
      number: Number(number),
      name,
      making: making !== undefined,
    }));

    expect(rows).to.deep.equal(Object.values(kinds).map(({ number, name, making }) => ({ number, name, making })));
  });

  it("refuse every other number", async () => {
    const known = new Set<number>(Object.values(kinds).map(({ number }) => number));
    for (let number = 0; number < 256; number++) {
      expect(await refusal(() => kindByNumber(number))).to.equal(
        known.has(number) ? "nothing" : "kind-unknown at /kind",
      );
    }
  });

  it("ask for the roles that docs/ledger.md §6 names", () => {
    const goods = ROLES.producer | ROLES.processor | ROLES.trader;
    const asked: Partial<Record<KindName, number>> = {
      ...{ PLOT: ROLES.producer, PLANT: ROLES.producer, HARVEST: ROLES.producer, MEMBER: ROLES.producer },
      ...{ PRODUCT: goods, ORIGIN: goods, TRANSFORM: goods, LABEL: goods, SHIP: goods, APPLY: goods, PROMISE: goods },
      ...{ SITE: goods | ROLES.carrier, TEST: ROLES.laboratory, INSPECT: ROLES.certifier | ROLES.regulator },
      ...{ ATTEST: ROLES.expert, CERTIFY: ROLES.certifier, DISPUTE: 255 },
    };

    for (const [name, { roles }] of Object.entries(kinds)) expect(roles, name).to.equal(asked[name as KindName] ?? 0);
  });

  it("touch what the table names, in its order, and nothing where the args name none", () => {
    const [lot, certificate, none] = [id(1), id(2), new Uint8Array(32)];
    const ranges = [{ first: 0n, number: 1n }];
    const labelled = { index: 0, count: 1n, root: id(9) };
    const certified = { index: 0, beneficiary: 1, fromS: 0, untilS: 1, unit: 0, volume: 0n, scopes: [id(3)] };
    const cases: readonly (readonly [readonly Touch[], readonly Uint8Array[]])[] = [
      [kinds.LABEL.touches({ ...labelled, lot, certificate }), [lot, certificate]],
      [kinds.LABEL.touches({ ...labelled, lot, certificate: none }), [lot]],
      [kinds.VOID.touches({ reason: 1, lot, certificate, ranges }), [lot, certificate]],
      [kinds.VOID.touches({ reason: 1, lot, certificate: none, ranges }), [lot]],
      [kinds.SHIP.touches({ index: 0, lot, packed: false, amount: 1n, to: 1, carrier: 0 }), [lot]],
      [kinds.RECEIVE.touches({ amount: 1n }), []],
      [kinds.REFUSE.touches({ lot }), [lot]],
      [kinds.WITHDRAW.touches({ lot }), [lot]],
      [kinds.CERTIFY.touches({ ...certified, application: lot }), [lot]],
      [kinds.CERTIFY.touches({ ...certified, application: none }), []],
      [kinds.DISCARD.touches({ reason: 5, amount: 1n, plot: lot }), [lot]],
      [kinds.DISCARD.touches({ reason: 1, amount: 1n, plot: none }), []],
      [kinds.RECALL.touches({ capacity: 3, drill: true, certificate }), [certificate]],
      [kinds.RECALL.touches({ capacity: 1, drill: false, certificate: none }), []],
      [kinds.ACKNOWLEDGE.touches({ recalled: lot, seq: 1 }), [lot]],
      [kinds.ACKNOWLEDGE.touches({ recalled: none, seq: 1 }), []],
      [kinds.DISPUTE.touches({ seq: 1, entry: 0, named: lot }), []],
    ];

    for (const [touched, expected] of cases)
      expect(touched.map((touch) => hexOf(touch.id))).to.deep.equal(expected.map(hexOf));
  });

  it("have names for their reasons and capacities, numbered from 1 without a gap", () => {
    for (const names of [REASONS_TO_CORRECT, REASONS_TO_DISCARD, REASONS_TO_VOID, CAPACITIES, STEPS])
      expect(Object.values(names)).to.deep.equal(Object.keys(names).map((_, n) => n + 1));
  });

  it("refuse to encode what they would refuse to decode, and name the field", async () => {
    const shipped = { index: 0, lot: id(1), packed: true, amount: 0n, to: 1, carrier: 0 };
    const asked = { index: 0, certifier: 4, unit: 0, volume: 1n, scopes: [id(3)] };
    const source = { reason: 1, lot: id(1), certificate: id(2) };
    const overlapping = [
      { first: 0n, number: 2n },
      { first: 1n, number: 1n },
    ];
    const none = new Uint8Array(32);
    const refused: readonly (readonly [() => unknown, string])[] = [
      [() => kinds.SHIP.encodeArgs(shipped), "amount-zero at /args/amount"],
      [() => kinds.PROMISE.encodeArgs({ amount: 0n }), "amount-zero at /args/amount"],
      [() => kinds.APPLY.encodeArgs(asked), "unit-unknown at /args/unit"],
      [() => kinds.DISCARD.encodeArgs({ reason: 6, amount: 1n, plot: none }), "reason-unknown at /args/reason"],
      [() => kinds.VOID.encodeArgs({ ...source, ranges: overlapping }), "ranges-overlap at /args/ranges/1/first"],
      [() => kinds.VOID.encodeArgs({ ...source, ranges: [] }), "count-out-of-range at /args/ranges"],
      [() => kinds.RELEASE.encodeArgs({ capacity: 4 }), "capacity-unknown at /args/capacity"],
      [
        () => kinds.RECALL.encodeArgs({ capacity: 3, drill: false, certificate: none }),
        "subject-unknown at /args/certificate",
      ],
      [
        () => kinds.RECALL.encodeArgs({ capacity: 1, drill: false, certificate: id(2) }),
        "other-not-needed at /args/certificate",
      ],
      [() => kinds.SITE.encodeArgs({ index: 0, level: 4, number: 0n }), "level-unknown at /args/level"],
      [() => kinds.SITE.encodeArgs({ index: 0, level: 0, number: 10n ** 12n }), "amount-too-large at /args/number"],
    ];

    for (const [encode, problem] of refused) expect(await refusal(encode)).to.equal(problem);
  });

  it("look at a RECALL in the ledger's order: capacity, drill, certificate", async () => {
    const bytes = (capacity: number, drill: number) => new Uint8Array([capacity, drill, ...id(2)]);

    expect(await refusal(() => kinds.RECALL.decodeArgs(bytes(4, 2)))).to.equal("capacity-unknown at /args/capacity");
    expect(await refusal(() => kinds.RECALL.decodeArgs(bytes(1, 2)))).to.equal("flags-unknown at /args/drill");
    expect(await refusal(() => kinds.RECALL.decodeArgs(bytes(1, 1)))).to.equal("other-not-needed at /args/certificate");
  });
});
