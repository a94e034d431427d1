import { expect } from "chai";
import { cidOf } from "../../protocol/cid.ts";
import { documentBytes } from "../../protocol/document/epcis.ts";
import type { JsonObject } from "../../protocol/document/terms.ts";
import type { History } from "../../protocol/history.ts";
import type { Report } from "../../protocol/verify/report.ts";
import { verify } from "../../protocol/verify.ts";
import { HANDS, type Passage, passage, promised } from "../support/passage.ts";
import { formOf, party, received, sensed, shipped } from "../support/passage-words.ts";
import { correction, entriesOf, noted, tested } from "../support/third-parties.ts";
import { primitives, sha256 } from "../support/world.ts";

function without(history: History, document: JsonObject | null): History {
  const cid = cidOf(sha256(documentBytes(document ?? {})), "json");
  return { ...history, documents: Object.fromEntries(Object.entries(history.documents).filter(([at]) => at !== cid)) };
}

function told({ findings }: Report): readonly unknown[] {
  return findings.map(({ code, detail }) => (code === "stranger-at-fault" ? [code, detail.organisation] : code));
}

describe("Whoever buys goods", () => {
  const buys: readonly { readonly what: string; write(it: Passage): Promise<JsonObject | null> }[] = [
    {
      what: "a note that nobody has the document of",
      async write(it) {
        const note = noted(it.form(it.ids.toStall));
        await it.write("stall", it.ids.toStall, note);
        return note.document;
      },
    },
    {
      what: "a correction of an entry that there is not",
      async write(it) {
        const { toStall } = it.ids;
        const [made] = entriesOf(it.world, toStall);
        if (made === undefined) throw new Error("it was sent");
        const said = { reason: 3, declaredAtS: it.nextS } as const;
        await it.write("stall", toStall, correction({ ...made, subject: toStall, seq: 900 }, said));
        return null;
      },
    },
    {
      what: "a promise in another's name",
      async write(it) {
        const entries = [
          {
            subject: it.ids.harvest,
            document: `b${"a".repeat(58)}`,
            by: "laboratory" as const,
            test: "passed" as const,
          },
        ];
        const said = { promisor: party(HANDS.shop), basis: [{ code: "labTest" as const, entries }] };
        await it.write(
          "stall",
          it.ids.toStall,
          promised(it, it.ids.harvest, 500n, { ...said, subject: it.ids.toStall }),
        );
        return null;
      },
    },
  ];
  for (const { what, write } of buys) {
    it(`cannot make the producer's record worse by ${what}`, async () => {
      const it = await passage();
      const document = await write(it);
      const { history, heads } = await it.told();

      const report = await verify(without(history, document), heads, primitives);

      expect(report.findings.filter(({ grade }) => grade === "mismatch")).to.deep.equal([]);
      expect(told(report)).to.deep.include(["stranger-at-fault", HANDS.stall]);
      expect(report.whole).to.equal(report.total);
    });
  }

  it("cannot by receiving what the document says is another amount", async () => {
    const it = await passage();
    const of = { ...it.consigned.toStall, amount: 500n };
    const id = await it.make("shop", (subject, atS) => shipped(formOf(subject, atS), of));
    const receipt = received(it.form(id), of, 500n);
    await it.write("stall", id, { ...receipt, document: received(it.form(id), of, 250n).document });
    const { history, heads } = await it.told(id);

    const report = await verify(history, heads, primitives);

    expect(told(report)).to.have.deep.members(["lost-between-hands", ["stranger-at-fault", HANDS.stall]]);
    expect(report.whole).to.equal(report.total);
  });

  it("cannot by what is in its own log, and a carrier cannot by what it read on the way", async () => {
    const it = await passage();
    const of = { ...it.consigned.inbound, amount: 1000n };
    const id = await it.make("grower", (subject, atS) => shipped(formOf(subject, atS), of));
    const reading = sensed(it.form(id), of.lot);
    await it.write("carrier", id, { ...reading, document: noted(it.form(id)).document });
    await it.write("processor", id, received(it.form(id), of));
    const ids = [...it.world.ancestors([id]), it.ids.leaf, ...it.everybody];
    const history = await it.world.history(id, ids);

    const report = await verify(history, it.world.heads(), primitives);

    expect(told(report)).to.deep.equal([["stranger-at-fault", HANDS.carrier]]);
  });

  it("is answerable for what it made itself", async () => {
    const it = await passage();
    const note = noted(it.form(it.ids.inbound));
    await it.write("processor", it.ids.inbound, note);
    const { history, heads } = await it.told();

    const report = await verify(without(history, note.document), heads, primitives);

    expect(told(report)).to.include("document-missing");
  });

  it("tests no goods of a story in which it had a hand as a third party", async () => {
    const it = await passage();
    it.world.act(HANDS.grower, 2, it.world.latest.timeS + 60, { roles: 1 | 4 | 16 });
    await it.write("grower", it.ids.lot, tested(it.form(it.ids.lot)));
    await it.write("laboratory", it.ids.lot, tested(it.form(it.ids.lot)));
    const { history, heads } = await it.told();

    const { statements, findings } = await verify(history, heads, primitives);

    const tests = statements.filter(({ subject, kind }) => subject === it.ids.lot && kind === "TEST");
    expect(tests.map(({ organisation, standing }) => [organisation, standing])).to.deep.equal([
      [HANDS.grower, "stranger"],
      [HANDS.laboratory, "third"],
    ]);
    expect(findings.map(({ code }) => code)).to.deep.equal(["lost-between-hands"]);
  });
});
