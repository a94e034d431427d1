import { expect } from "chai";
import { verify } from "../../protocol/verify.ts";
import { type Hex, bytesOf } from "../../protocol/bytes.ts";
import { boundsOf } from "../../protocol/custody.ts";
import { cidOf } from "../../protocol/cid.ts";
import { documentBytes, transformEvent } from "../../protocol/document/epcis.ts";
import type { TakenCertificate } from "../../protocol/document/promise.ts";
import { documentIn, HANDS, NET, type Passage, passage, promised } from "../support/passage.ts";
import { discarded, formOf, party, recalled, received, released, shipped } from "../support/passage-words.ts";
import { noted } from "../support/third-parties.ts";
import { primitives, sha256 } from "../support/world.ts";

/** 30 kg of a lot in two halves. */
async function halved(it: Passage, lot: Hex, product: Hex): Promise<Hex> {
  const name = it.name();
  const half = { amount: 15_000n, product: { subject: product, name: { zh: "示例" } }, lot: name };
  return it.make("grower", (subject, atS) => ({
    kind: "TRANSFORM",
    args: {
      ...{ index: 0, step: 3, inputs: [{ id: bytesOf(lot), amount: 30_000n }] },
      outputs: [1, 2].map(() => ({ id: bytesOf(product), amount: 15_000n })),
    },
    document: transformEvent({
      ...{ ...formOf(subject, atS), step: "split", uom: "KGM", inputs: [{ subject: lot, lot: name, amount: 30_000n }] },
      outputs: [{ subject, ...half }],
    }),
    occurredAtS: atS,
  }));
}

describe("Goods that passed through hands", () => {
  it("are whole, with what was lost on the way told", async () => {
    const it = await passage();
    const { history, heads } = await it.told();

    const report = await verify(history, heads, primitives);

    expect(report.findings.map(({ code, subject }) => [code, subject])).to.deep.equal([
      ["lost-between-hands", it.ids.inbound],
    ]);
    expect(report.whole).to.equal(report.total);
  });

  it("keep closed books, from plot to bag", async () => {
    const it = await passage();
    const { history, heads } = await it.told();

    const { books } = await verify(history, heads, primitives);

    const of = (id: string) => books.lots.find((lot) => lot.id === id);
    for (const lot of books.lots) {
      expect(lot.made).to.equal(lot.left + lot.packed + lot.used + lot.shipped - lot.returned + lot.lost);
    }
    expect(of(it.ids.harvest)).to.include({ made: 100_000n, shipped: 70_000n, left: 30_000n, state: "here" });
    expect(of(it.ids.inbound)).to.include({ made: 70_000n, lost: 500n, used: 69_500n, left: 0n, state: "received" });
    expect(of(it.ids.inbound)?.holder).to.equal(HANDS.processor);
    expect(of(it.ids.lot)).to.include({ made: 15_000n, left: 5000n, packed: 5000n, shipped: 5000n, loss: 54_500n });
    expect(of(it.ids.toShop)).to.include({ made: 5000n, left: 0n, packed: 4000n, shipped: 1000n });
    expect(books.certificates[0]).to.include({ volume: 12_000n, drawn: 40n * NET, left: 2000n });
    expect(books.runs[0]).to.include({ valid: 40n, certificate: it.ids.certificate });
  });

  it("name each pair of hands in order, with the places that the documents name", async () => {
    const it = await passage();
    const { history, heads } = await it.told();

    const { hands } = await verify(history, heads, primitives);

    expect(hands.map(({ from, to, onward, state }) => [from, to, onward, state])).to.deep.equal([
      [HANDS.grower, HANDS.processor, false, "received"],
      [HANDS.processor, HANDS.shop, true, "received"],
      [HANDS.shop, HANDS.stall, true, "received"],
    ]);
    expect(hands[0]).to.include({ carrier: HANDS.carrier, offered: 70_000n, found: 69_500n, lost: 500n });
    expect(hands[0]).to.include({ fromSite: it.ids.site, toSite: it.ids.site });
  });

  it("may be from a plot at most by what was put in of it", async () => {
    const it = await passage();
    const { history, heads } = await it.told();

    const { custody } = await verify(history, heads, primitives);

    // 60 kg are plot A's, and may all be among the 69.5 that arrived.
    expect(custody?.shares).to.deep.equal([
      { plot: it.ids.plotA, most: 864 },
      { plot: it.ids.plotB, most: 576 },
    ]);
    expect(custody?.outside).to.equal(false);
  });

  for (const by of ["split", "sent"] as const) {
    it(`may all be from one plot where half of a blend was ${by}, for that half`, async () => {
      const it = await passage();
      const { harvest, leaf } = it.ids;
      // 60 kg of plot A and 40 kg of plot B: of 15 kg any may be all there is.
      const id =
        by === "split"
          ? await halved(it, harvest, leaf)
          : await it.make("grower", (subject, atS) =>
              shipped(formOf(subject, atS), { ...it.consigned.inbound, amount: 15_000n, carrier: 0 }),
            );
      const history = await it.world.history(id, [...it.world.ancestors([id]), leaf, ...it.everybody]);

      const { custody } = await verify(history, it.world.heads(), primitives);

      expect(custody?.shares.map(({ most }) => most)).to.deep.equal([1000, 1000]);
    });
  }

  it("tell whose word is whose: the sender's, the carrier's on the way, the receiver's", async () => {
    const it = await passage();
    const { history, heads } = await it.told();

    const { statements } = await verify(history, heads, primitives);

    const own = statements.filter(({ subject, touch }) => subject === it.ids.inbound && !touch);
    expect(own.map(({ kind, standing, organisation }) => [kind, standing, organisation])).to.deep.equal([
      ["SHIP", "own", HANDS.grower],
      ["SENSE", "third", HANDS.carrier],
      ["RECEIVE", "third", HANDS.processor],
    ]);
  });

  it("carry a recall that the sender made on the way: who receives them lifts it, and throws whole bags away", async () => {
    const it = await passage();
    const of = { ...it.consigned.toShop, amount: 500n };
    const id = await it.make("processor", (subject, atS) => shipped(formOf(subject, atS), of));
    await it.write("processor", id, recalled(it.form(id), HANDS.processor));
    await it.write("shop", id, received(it.form(id), of));
    await it.write("shop", id, discarded(it.form(id), { lot: it.name(), amount: NET, reason: "ordered" }));
    await it.write("shop", id, released(it.form(id), HANDS.shop));
    const { history, heads } = await it.told(id);

    const { books, findings, recalls } = await verify(history, heads, primitives);

    expect(findings.map(({ code }) => code)).to.have.members(["lost-between-hands", "recall-released"]);
    expect(recalls[0]?.releasedAtS).to.be.a("number");
    expect(books.lots.find((lot) => lot.id === id)).to.include({ packed: NET, left: 0n, lost: NET });
  });

  it("carry the promise, with what it rests on", async () => {
    const it = await passage();
    const { history, heads } = await it.told();

    const { promises } = await verify(history, heads, primitives);

    expect(promises).to.have.lengthOf(1);
    expect(promises[0]).to.include({ organisation: HANDS.grower, amount: 100_000n, ok: true });
    expect(promises[0]?.basis.map(({ code, entries, missing }) => [code, entries.length, missing])).to.deep.equal([
      ["control", 1, 0],
      ["labTest", 1, 0],
    ]);
  });
});

describe("A promise", () => {
  it("rests on nothing that is of other goods", async () => {
    const it = await passage();
    const { harvest, plantingB, leaf } = it.ids;
    const inputs = [{ id: bytesOf(plantingB), amount: 10_000n }];
    const other = await it.make("grower", (_, occurredAtS) => ({
      ...{ kind: "HARVEST", args: { index: 0, inputs }, document: null, occurredAtS },
    }));
    await it.write("grower", other, promised(it, harvest, 10_000n, { subject: other }));
    const ids = [...it.world.ancestors([other]), harvest, ...it.world.ancestors([harvest]), leaf, ...it.everybody];
    const history = await it.world.history(other, ids);

    const { promises, findings } = await verify(history, it.world.heads(), primitives);

    const found = promises.find(({ subject }) => subject === other);
    expect(found?.ok).to.equal(false);
    expect(found?.basis.map(({ code, entries, missing }) => [code, entries.length, missing])).to.deep.equal([
      // Work on plot A, and a laboratory's test of leaf from both.
      ["control", 0, 1],
      ["labTest", 0, 1],
    ]);
    expect(findings.map(({ code }) => code)).to.include("promise-without-basis");
  });

  it("of a purchaser names certificates of what it bought, and those of goods that are not here are not checked", async () => {
    const it = await passage();
    const { harvest, plantingB, leaf } = it.ids;
    const of = { ...it.consigned.inbound, amount: 1000n, carrier: 0 };
    const bought = await it.make("grower", (subject, atS) => shipped(formOf(subject, atS), of));
    await it.write("processor", bought, received(it.form(bought), of));
    const paper = (subject: Hex): TakenCertificate => ({ subject, document: documentIn(it.world, subject, "PROMISE") });
    const seller = paper(harvest);
    const away: TakenCertificate = { ...seller, subject: `0x${"5a".repeat(32)}` };
    const said = async (taken: readonly TakenCertificate[]) => {
      const form = { promise: "purchaser" as const, taken, promisor: party(HANDS.processor), subject: bought };
      const note = noted(it.form(bought));
      await it.write("processor", bought, note);
      const document = cidOf(sha256(documentBytes(note.document)), "json");
      const basis = [{ code: "control" as const, entries: [{ subject: bought, document, by: "holder" as const }] }];
      await it.write(
        "processor",
        bought,
        promised(it, harvest, 1n, { ...form, basis, contact: { number: HANDS.processor, phone: null } }),
      );
    };
    await said([seller]);
    await said([seller, away]);
    await said([{ ...seller, subject: plantingB }]);
    const history = await it.world.history(bought, [...it.world.ancestors([bought]), leaf, ...it.everybody]);

    const { promises } = await verify(history, it.world.heads(), primitives);

    const found = promises.filter(({ subject }) => subject === bought);
    expect(found.map(({ taken }) => [taken?.entries.length, taken?.unchecked])).to.deep.equal([
      [1, 0],
      [1, 1],
      [0, 0],
    ]);
  });
});

describe("The bound on what may be from a plot", () => {
  const id = (n: number): Hex => `0x${String(n).padStart(64, "0")}`;
  const blend = {
    ...{ made: 100n, together: 100n },
    inputs: [
      { id: id(1), amount: 60n, plot: id(11) },
      { id: id(2), amount: 40n, plot: id(12) },
    ],
  };
  const taken = (made: bigint, together: bigint) => (lot: Hex) =>
    lot === id(5) ? { made, together, inputs: [{ id: id(4), amount: 100n, plot: null }] } : blend;

  it("is the same for half of a blend, whether it was split off or sent on", () => {
    expect(boundsOf(id(5), taken(50n, 100n))?.plots.map(({ most }) => most)).to.deep.equal([1000, 800]);
  });

  it("spreads what was lost evenly over what came out", () => {
    // 100 became 20 and 30: the 20 are of 40.
    expect(boundsOf(id(5), taken(20n, 50n))?.plots.map(({ most }) => most)).to.deep.equal([1000, 1000]);
    expect(boundsOf(id(5), taken(30n, 50n))?.plots.map(({ most }) => most)).to.deep.equal([1000, 667]);
    expect(boundsOf(id(5), taken(50n, 50n))?.plots.map(({ most }) => most)).to.deep.equal([600, 400]);
  });

  it("knows what came from no plot, and nothing of a lot that comes from itself", () => {
    const outside = { made: 10n, together: 10n, inputs: [] };

    expect(boundsOf(id(1), () => outside)).to.deep.equal({ plots: [], outside: 1000 });
    expect(boundsOf(id(1), () => null)).to.equal(null);
    const circle = { ...outside, inputs: [{ id: id(1), amount: 10n, plot: null }] };
    expect(boundsOf(id(1), () => circle)).to.equal(null);
  });
});
