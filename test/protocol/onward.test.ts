import { expect } from "chai";
import type { Hex } from "../../protocol/bytes.ts";
import { makeEntry, openEntry } from "../../protocol/entry.ts";
import { isRecalledIn, MAX_ONWARD, nextOnward } from "../../protocol/onward.ts";
import { verify } from "../../protocol/verify.ts";
import { tellStory } from "../../scan-web/scan/tell.ts";
import { type Passage, passage } from "../support/passage.ts";
import { formOf, refused, shipped } from "../support/passage-words.ts";
import { primitives } from "../support/world.ts";

describe("Packed goods that went further", () => {
  const id = (n: number): Hex => `0x${n.toString(16).padStart(64, "0")}`;
  const sent = (n: number, found: { recordedAtS?: number; isRecalled?: boolean; isReturned?: boolean } = {}) => ({
    ...{ id: id(n), recordedAtS: 0, isRecalled: false, isReturned: false },
    ...found,
  });

  it("are shown recalled ones first, then older ones first, each once, and none that came back", () => {
    const row = [
      sent(4, { recordedAtS: 20 }),
      sent(3, { recordedAtS: 10 }),
      sent(3, { recordedAtS: 10 }),
      sent(2, { recordedAtS: 10 }),
      sent(5, { recordedAtS: 30, isRecalled: true }),
      sent(6, { isReturned: true, isRecalled: true }),
      sent(7),
    ];

    expect(nextOnward(row, new Set([id(7)]))).to.deep.equal([5, 2, 3, 4].map(id));
  });

  it("are at most fifty with those found before, so that a recalled one is not crowded out", () => {
    const row = Array.from({ length: 80 }, (_, n) => sent(n, { recordedAtS: n, isRecalled: n === 79 }));
    const found = new Set(Array.from({ length: 20 }, (_, n) => id(1000 + n)));

    const shown = nextOnward(row, found);

    expect(shown).to.have.length(MAX_ONWARD - 20);
    expect(shown[0]).to.equal(id(79));
    expect(nextOnward(row, new Set([...found, ...shown]))).to.deep.equal([]);
  });

  it("count as not shown only where they did not come back", async () => {
    const it = await passage();
    await ship(it);
    const back = await ship(it);
    await it.write("shop", back, refused(it.form(back), { ...it.consigned.toShop }));

    for (const more of [[], [back]]) {
      const { history, heads } = await it.told(...more);
      const report = await verify(history, heads, primitives);

      const hidden = report.findings.filter(({ code }) => code === "onward-not-shown");
      expect(hidden.map(({ detail }) => detail.count)).to.deep.equal([1]);
      expect(report.hands.map(({ consignment }) => consignment)).to.not.include(back);
      expect(tellStory(history).hands).to.have.length(report.hands.length);
    }
  });

  it("are recalled as long as a recall stands that is no drill", () => {
    const none = new Uint8Array(32);
    const entry = (draft: ReturnType<typeof makeEntry>) => openEntry(draft);
    const at = { occurredAtS: 1, content: none };
    const recall = (capacity: number, drill = false) =>
      entry(makeEntry("RECALL", { ...at, args: { capacity, drill, certificate: none } }));
    const release = (capacity: number) => entry(makeEntry("RELEASE", { ...at, args: { capacity } }));

    expect(isRecalledIn([])).to.equal(false);
    expect(isRecalledIn([recall(1, true)])).to.equal(false);
    expect(isRecalledIn([recall(1), recall(1, true), recall(2), release(1)])).to.equal(true);
    expect(isRecalledIn([recall(1), recall(2), release(1), release(2)])).to.equal(false);
  });
});

async function ship(it: Passage): Promise<Hex> {
  return it.make("processor", (id, atS) => shipped(formOf(id, atS), { ...it.consigned.toShop, amount: 1000n }));
}
