import { readFileSync } from "node:fs";
import { expect } from "chai";
import fc from "fast-check";
import { hexOf } from "../../protocol/bytes.ts";
import type { KindName } from "../../protocol/kinds/all.ts";
import { kindByName, kindByNumber, kinds } from "../../protocol/kinds/all.ts";
import type { Kind } from "../../protocol/kinds/kind.ts";
import { anyArgs } from "../support/arbitrary.ts";
import { refusal } from "../support/refusal.ts";

const names = Object.keys(kinds) as KindName[];

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
});
