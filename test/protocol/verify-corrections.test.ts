import { expect } from "chai";
import { bytesOf, type Hex } from "../../protocol/bytes.ts";
import type { CorrectForm } from "../../protocol/document/correction.ts";
import { harvestEvent } from "../../protocol/document/epcis.ts";
import type { KindName } from "../../protocol/kinds/all.ts";
import type { Report } from "../../protocol/verify/report.ts";
import { verify } from "../../protocol/verify.ts";
import { type Hand, HANDS, type Passage, passage } from "../support/passage.ts";
import { type Consigned, discarded, formOf, received, refused, shipped, withdrawn } from "../support/passage-words.ts";
import { correction, entriesOf, noted } from "../support/third-parties.ts";
import { type Drafted, primitives } from "../support/world.ts";

/** Strikes the newest entry of a kind through, by a difference, with the right event after it. */
async function correct(
  it: Passage,
  of: {
    readonly by: Hand;
    readonly subject: Hex;
    readonly kind: KindName;
    readonly own: bigint;
    readonly other?: CorrectForm["other"];
    readonly right: (form: ReturnType<typeof formOf>) => Drafted;
  },
): Promise<void> {
  const { by, subject, kind, own, other, right } = of;
  const wrong = entriesOf(it.world, subject).findLast((entry) => entry.kind === kind);
  if (wrong === undefined) throw new Error(`no ${kind}`);
  const form = it.form(subject);
  const said = { reason: 4, declaredAtS: form.occurredAtS, own, right: [form.eventId] } as const;
  const named = other === undefined ? {} : { other };
  const note = { ...noted(form), document: right(form).document };
  await it.write(by, subject, correction({ ...wrong, subject }, { ...said, ...named }), note);
}

async function reportOf(it: Passage, ...more: readonly Hex[]): Promise<Report> {
  const { history, heads } = await it.told(...more);
  return verify(history, heads, primitives);
}

function lotIn({ books }: Report, id: Hex): Report["books"]["lots"][number] {
  const lot = books.lots.find((one) => one.id === id);
  if (lot === undefined) throw new Error("no such lot");
  expect(lot.made).to.equal(lot.left + lot.packed + lot.used + lot.shipped - lot.returned + lot.lost);
  return lot;
}

describe("A correction of the books", () => {
  it("brings back what a receiver had overlooked, and no more was lost between hands", async () => {
    const it = await passage();
    const { inbound } = it.ids;
    const right = (form: ReturnType<typeof formOf>) => received(form, it.consigned.inbound, 69_900n);
    await correct(it, { by: "processor", subject: inbound, kind: "RECEIVE", own: 400n, right });

    const report = await reportOf(it);

    expect(report.findings.map(({ code }) => code)).to.deep.equal(["lost-between-hands"]);
    expect(report.findings[0]?.detail).to.include({ amount: "0.1", offered: "70", found: "69.9" });
    expect(report.corrections[0]).to.include({ byAuthor: true, own: 400n });
    expect(report.corrections[0]?.right).to.not.equal(null);
    expect(lotIn(report, inbound)).to.include({ lost: 100n, left: 400n, made: 70_000n });
  });

  it("of what was thrown away gives back what was not", async () => {
    const it = await passage();
    const { lot } = it.ids;
    const name = it.name();
    await it.write("processor", lot, discarded(it.form(lot), { lot: name, amount: 800n }));
    const right = (form: ReturnType<typeof formOf>) => discarded(form, { lot: name, amount: 300n });
    await correct(it, { by: "processor", subject: lot, kind: "DISCARD", own: 500n, right });

    const report = await reportOf(it);

    expect(report.findings.map(({ code }) => code)).to.deep.equal(["lost-between-hands"]);
    expect(lotIn(report, lot)).to.include({ lost: 300n, left: 4700n });
  });

  it("of what was sent moves the lot and the consignment alike, while it is under way", async () => {
    const it = await passage();
    const of: Consigned = { ...it.consigned.toShop, amount: 500n };
    const id = await it.make("processor", (subject, atS) => shipped(formOf(subject, atS), of));
    const more = { ...of, amount: 750n };
    const right = (form: ReturnType<typeof formOf>) => shipped(form, more);
    const other = { subject: it.ids.lot, difference: 250n };
    await correct(it, { by: "processor", subject: id, kind: "SHIP", own: 250n, other, right });
    await it.write("shop", id, received(it.form(id), more));

    const report = await reportOf(it, id);

    expect(report.findings.map(({ code }) => code)).to.deep.equal(["lost-between-hands"]);
    expect(lotIn(report, id)).to.include({ made: 750n, packed: 750n, lost: 0n });
    expect(lotIn(report, it.ids.lot)).to.include({ shipped: 5750n, packed: 4250n });
    expect(report.hands.find(({ consignment }) => consignment === id)).to.include({ offered: 750n, found: 750n });
  });

  it("whose right data states another amount than was booked is named", async () => {
    const it = await passage();
    const { inbound } = it.ids;
    const right = (form: ReturnType<typeof formOf>) => received(form, it.consigned.inbound, 70_000n);
    await correct(it, { by: "processor", subject: inbound, kind: "RECEIVE", own: 400n, right });

    const { findings } = await reportOf(it);

    expect(findings.map(({ code }) => code)).to.include("sums-mismatch");
  });

  it("of a consignment that has arrived comes too late", async () => {
    const it = await passage();
    const { toStall, toShop } = it.ids;
    const more = { ...it.consigned.toStall, amount: 1250n };
    const right = (form: ReturnType<typeof formOf>) => shipped(form, more);
    const other = { subject: toShop, difference: 250n };
    await correct(it, { by: "shop", subject: toStall, kind: "SHIP", own: 250n, other, right });

    const { findings } = await reportOf(it);

    // The stall holds it by now, so it is not the shop's to correct.
    expect(findings.map(({ code }) => code)).to.include.members(["role-missing", "rule-broken"]);
  });
});

describe("A harvest", () => {
  it("of a planting from which nothing was taken may be of it again, for the ledger keeps that link", async () => {
    const it = await passage();
    const { plantingB, leaf } = it.ids;
    const inputs = [{ id: bytesOf(plantingB), amount: 10_000n }];
    const lot = it.name();
    const shares = (amount: bigint) => [{ subject: plantingB, lot: { gtin: null, lotNumber: "示例地 B" }, amount }];
    const said = { lot, product: { subject: leaf, name: { zh: "示例" } }, uom: "KGM" } as const;
    const id = await it.make("grower", (subject, occurredAtS) => ({
      ...{ kind: "HARVEST", args: { index: 0, inputs }, occurredAtS },
      document: harvestEvent({ ...formOf(subject, occurredAtS), ...said, inputs: shares(10_000n) }),
    }));
    const [made] = entriesOf(it.world, id);
    if (made === undefined) throw new Error("it was harvested");
    for (const own of [-10_000n, 10_000n]) {
      const form = it.form(id);
      const other = { subject: plantingB, difference: own };
      const of = { reason: 4, declaredAtS: form.occurredAtS, own, right: [form.eventId], other } as const;
      await it.write("grower", id, correction({ ...made, subject: id }, of), noted(form));
    }
    const history = await it.world.history(id, [...it.world.ancestors([id]), leaf, ...it.everybody]);

    const report = await verify(history, it.world.heads(), primitives);

    expect(report.findings).to.deep.equal([]);
    expect(lotIn(report, id)).to.deep.include({ made: 10_000n, inputs: [{ id: plantingB, amount: 10_000n }] });
  });
});

describe("A consignment that goes back", () => {
  it("is nothing any more, and the lot has it again", async () => {
    const it = await passage();
    const of = it.consigned.toShop;
    const [one, other] = [
      await it.make("processor", (id, atS) => shipped(formOf(id, atS), { ...of, amount: 500n })),
      await it.make("processor", (id, atS) => shipped(formOf(id, atS), { ...of, amount: 250n })),
    ];
    await it.write("shop", one, refused(it.form(one), of));
    await it.write("processor", other, withdrawn(it.form(other), of));

    const report = await reportOf(it, one, other);

    expect(report.findings.map(({ code }) => code)).to.deep.equal(["lost-between-hands"]);
    for (const id of [one, other]) {
      expect(lotIn(report, id)).to.include({ made: 0n, packed: 0n, state: "returned", holder: HANDS.processor });
      expect(lotIn(report, id).inputs).to.deep.equal([{ id: it.ids.lot, amount: 0n }]);
    }
    expect(lotIn(report, it.ids.lot)).to.include({ shipped: 5750n, returned: 750n, packed: 5000n });
  });
});
