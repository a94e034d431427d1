import { expect } from "chai";
import { organisationId } from "../../protocol/batch.ts";
import { bytesOf, hexOf } from "../../protocol/bytes.ts";
import { verify } from "../../protocol/verify.ts";
import { originEvent } from "../../protocol/document/epcis.ts";
import { plotMaster } from "../../protocol/document/master.ts";
import { DAY, HANDS, NET, passage } from "../support/passage.ts";
import { labelled } from "../support/passage-more.ts";
import {
  acknowledged,
  answered,
  denied,
  discarded,
  fated,
  formOf,
  recalled,
  released,
  voided,
} from "../support/passage-words.ts";
import { certified, noted } from "../support/third-parties.ts";
import { primitives } from "../support/world.ts";

const NAMES = { zh: "示例", en: "example" };

describe("A recall", () => {
  it("stands for each that made it, until each has lifted its own", async () => {
    const it = await passage();
    const { harvest, inbound } = it.ids;
    const asRegulator = { capacity: "regulator" } as const;
    await it.write("grower", harvest, recalled(it.form(harvest), HANDS.grower));
    await it.write("regulator", harvest, recalled(it.form(harvest), HANDS.regulator, asRegulator));
    const [, seq = 0] = (it.world.logs.get(harvest) ?? []).slice(-2).map((move) => move.seq);
    await it.write("grower", harvest, released(it.form(harvest), HANDS.grower));
    const of = { recalled: harvest, seq };
    await it.write("processor", inbound, acknowledged(it.form(inbound), HANDS.processor, of));
    const { history, heads } = await it.told();

    const { recalls, findings } = await verify(history, heads, primitives);

    expect(recalls.map(({ organisation, releasedAtS }) => [organisation, releasedAtS !== null])).to.deep.equal([
      [HANDS.grower, true],
      [HANDS.regulator, false],
    ]);
    expect(recalls[1]?.acknowledged).to.have.lengthOf(1);
    expect(recalls[1]?.acknowledged[0]).to.include({ organisation: HANDS.processor, subject: inbound, tookS: 1200 });
    expect(findings.map(({ code }) => code)).to.have.members(["recalled", "recall-released", "lost-between-hands"]);
  });

  it("is answered by who is shown to have some of it, and by who only says so, each once for what it holds", async () => {
    const it = await passage();
    const { harvest, inbound } = it.ids;
    await it.write("grower", harvest, recalled(it.form(harvest), HANDS.grower));
    const seq = it.world.logs.get(harvest)?.at(-1)?.seq ?? 0;
    const of = { recalled: harvest, seq };
    for (const _ of [1, 2]) await it.write("processor", inbound, acknowledged(it.form(inbound), HANDS.processor, of));
    const own = {
      kind: "ORIGIN",
      args: { index: 0, product: bytesOf(it.ids.leaf), amount: 10n },
      document: null,
    } as const;
    const other = await it.make("stall", (_, occurredAtS) => ({ ...own, occurredAtS }));
    await it.write("stall", other, acknowledged(it.form(other), HANDS.stall, of));
    const { history, heads } = await it.told();

    const { recalls } = await verify(history, heads, primitives);

    expect(recalls[0]?.acknowledged.map(({ organisation, shown }) => [organisation, shown])).to.deep.equal([
      [HANDS.processor, true],
      [HANDS.stall, false],
    ]);
  });

  it("stands beside a word of its group that does not", async () => {
    const it = await passage();
    const { lot } = it.ids;
    const spoilt = discarded(it.form(lot), { lot: it.name(), amount: 5001n });
    await it.write("processor", lot, spoilt, recalled(it.form(lot), HANDS.processor));
    const { history, heads } = await it.told();

    const { findings } = await verify(history, heads, primitives);

    expect(findings.map(({ code }) => code)).to.have.members(["sums-mismatch", "recalled", "lost-between-hands"]);
  });

  it("of a stranger without the role does not stand", async () => {
    const it = await passage();
    const { lot } = it.ids;
    await it.write("stall", lot, recalled(it.form(lot), HANDS.stall, { capacity: "regulator" }));
    const { history, heads } = await it.told();

    const { findings } = await verify(history, heads, primitives);

    expect(findings.map(({ code }) => code))
      .to.include("role-missing")
      .and.not.include("recalled");
  });
});

describe("A certificate with a volume", () => {
  it("shows every run that leans on it, and takes back what was voided", async () => {
    const it = await passage();
    const { run, lot: lotSubject, certificate } = it.ids;
    await labelled(it, lotSubject, 8);
    const of = { lot: it.name(), lotSubject, certificate, first: 36, number: 4 };
    await it.write("processor", run, voided(it.form(run), of));
    const { history, heads } = await it.told();

    const { books, findings } = await verify(history, heads, primitives);

    expect(findings.map(({ code }) => code)).to.deep.equal(["lost-between-hands"]);
    expect(books.certificates[0]).to.include({ drawn: 44n * NET, left: 4n * NET });
    expect(books.certificates[0]?.draws?.map(({ count, returned }) => [count, returned])).to.deep.equal([
      [40n, 4n * NET],
      [8n, 0n],
    ]);
    expect(books.runs[0]).to.include({ valid: 36n });
    expect(books.runs[0]?.voided[0]).to.include({ first: 36n, number: 4n, reason: 2 });
  });

  it("that was suspended and lifted before is in force, and revoked later leaves labels before it as they were", async () => {
    const it = await passage();
    const { certificate } = it.ids;
    for (const fate of ["SUSPEND", "LIFT", "REVOKE"] as const)
      await it.write("certifier", certificate, fated(it.form(certificate), fate));
    const { history, heads } = await it.told();

    const { certificates, findings } = await verify(history, heads, primitives);

    const [found] = certificates;
    expect(found).to.include({ claimed: true, atLabels: "in-force", nowState: "revoked", ok: true });
    expect(found).to.include({ application: it.ids.application });
    expect(found?.fates.map(({ kind }) => kind)).to.deep.equal(["SUSPEND", "LIFT", "REVOKE"]);
    const told = findings.find(({ code }) => code === "certificate-revoked");
    expect(told?.detail).to.include({ labels: "before", organisation: HANDS.certifier, labelsOut: "unaffected" });
  });

  it("that nobody here claims or asked for stains nothing by what becomes of it", async () => {
    const it = await passage();
    const certificate = await it.make("certifier", (subject, atS) => {
      const validity = { fromS: atS - 30 * DAY, untilS: atS + 300 * DAY, atS };
      const of = { subject, beneficiary: HANDS.processor, ...validity, products: [it.ids.bag], plots: [] };
      return certified(it.phones.certifier, of);
    });
    await it.write("certifier", certificate, fated(it.form(certificate), "REVOKE"));
    const { history, heads } = await it.told(certificate);

    const { findings, certificates } = await verify(history, heads, primitives);

    expect(findings.map(({ code }) => code)).to.deep.equal(["lost-between-hands"]);
    expect(certificates.find(({ id }) => id === certificate)).to.include({ claimed: false, nowState: "revoked" });
  });

  for (const [goods, names, code] of [
    ["from outside", "plots", "certificate-of-other"],
    ["from outside", "plots and the product", "certificate-scope"],
    ["from other plots", "plots", "certificate-of-other"],
  ] as const) {
    it(`that names ${names} is no certificate for goods ${goods}`, async () => {
      const it = await passage();
      const { bag, plotA } = it.ids;
      const name = it.name();
      const lot =
        goods === "from outside"
          ? await it.make("processor", (subject, atS) => ({
              ...{ kind: "ORIGIN", args: { index: 0, product: bytesOf(bag), amount: 1000n }, occurredAtS: atS },
              document: originEvent({
                ...formOf(subject, atS),
                lot: name,
                product: { subject: bag, name: NAMES },
                amount: 1000n,
                uom: "KGM",
              }),
            }))
          : it.ids.lot;
      const plot =
        goods === "from outside"
          ? plotA
          : await it.make("grower", (subject, atS) => ({
              ...{ kind: "PLOT", args: { index: 0, level: 0, area: 1n }, occurredAtS: atS },
              document: plotMaster({ subject, createdAtS: atS, example: true, code: "C", level: "field", area: 1n }),
            }));
      const certificate = await it.make("certifier", (subject, atS) => {
        const volume = { amount: 1000n, uom: "KGM" } as const;
        const validity = { fromS: atS - 30 * DAY, untilS: atS + 300 * DAY, atS, form: { volume } };
        const products = names === "plots" ? [] : [bag];
        const of = { subject, beneficiary: HANDS.processor, ...validity, products, plots: [plot] };
        const draft = certified(it.phones.certifier, of);
        return { ...draft, args: { ...draft.args, unit: 1, volume: 1000n } };
      });
      const run = await labelled(it, lot, 1, certificate);
      const claim = it.claim === null ? null : { ...it.claim, run, count: 1, index: 0 };
      const ids = [...it.world.ancestors([run]), bag, it.ids.leaf, ...it.everybody];
      const history = await it.world.history(lot, ids, claim);

      const { findings } = await verify(history, it.world.heads(), primitives);

      const found = findings.filter(({ subject }) => subject === certificate);
      expect(found.map((one) => one.code)).to.deep.equal([code]);
    });
  }
});

describe("A dispute", () => {
  it("by whom it concerns, and its answer, are told beside what is denied", async () => {
    const it = await passage();
    const { lot, harvest } = it.ids;
    await it.write("grower", lot, denied(it.form(lot), HANDS.grower, { seq: 1, entry: 0, named: harvest }));
    const seq = it.world.logs.get(lot)?.at(-1)?.seq ?? 0;
    await it.write("processor", lot, answered(it.form(lot), HANDS.processor, seq));
    await it.write("stall", lot, denied(it.form(lot), HANDS.stall, { seq: 1, entry: 0, named: it.ids.toStall }));
    const { history, heads } = await it.told();

    const { disputes, statements, whole, total } = await verify(history, heads, primitives);

    expect(disputes.map(({ organisation, isNamed, answer }) => [organisation, isNamed, answer !== null])).to.deep.equal(
      [
        [HANDS.grower, false, true],
        [HANDS.stall, false, false],
      ],
    );
    expect(statements.filter(({ kind }) => kind === "DISPUTE").map(({ standing }) => standing)).to.deep.equal([
      "stranger",
      "stranger",
    ]);
    expect(whole).to.equal(total);
  });

  it("knows whom it concerns: whose goods another says it received", async () => {
    const it = await passage();
    const { toShop } = it.ids;
    await it.write(
      "grower",
      it.ids.inbound,
      denied(it.form(it.ids.inbound), HANDS.grower, {
        ...{ seq: 3, entry: 0, named: it.ids.harvest },
      }),
    );
    await it.write("stall", toShop, denied(it.form(toShop), HANDS.stall, { seq: 1, entry: 0, named: it.ids.toStall }));
    const { history, heads } = await it.told();

    const { disputes } = await verify(history, heads, primitives);

    expect(disputes.map(({ organisation, isNamed }) => [organisation, isNamed])).to.have.deep.members([
      [HANDS.grower, true],
      [HANDS.stall, false],
    ]);
  });
});

describe("What one organisation says often", () => {
  it("is told of once, and nobody is named by its own words", async () => {
    const it = await passage();
    const { lot, toShop } = it.ids;
    const named = hexOf(organisationId(HANDS.laboratory));
    const moves = (): number => it.world.logs.get(lot)?.length ?? 0;
    for (const seq of [1, 1])
      await it.write("laboratory", lot, denied(it.form(lot), HANDS.laboratory, { seq, entry: 0, named }));
    const own = { seq: moves(), entry: 0, named };
    await it.write("laboratory", lot, denied(it.form(lot), HANDS.laboratory, own));
    for (const seq of [2, 3])
      await it.write("shop", toShop, acknowledged(it.form(toShop), HANDS.shop, { recalled: lot, seq }));
    for (const seq of [1, 2]) await it.write("processor", lot, answered(it.form(lot), HANDS.processor, seq));
    const { history, heads } = await it.told();

    const { findings, disputes } = await verify(history, heads, primitives);

    expect(disputes.map(({ isNamed }) => isNamed)).to.deep.equal([false, false, false]);
    expect(findings.map(({ code, detail }) => [code, detail.kind])).to.have.deep.members([
      ["disputed", undefined],
      ["answers-nothing", "ACKNOWLEDGE"],
      ["answers-nothing", "ANSWER"],
      ["lost-between-hands", undefined],
    ]);
  });
});

describe("The holder's word", () => {
  it("is the sender's before goods are received, and the receiver's after", async () => {
    const it = await passage();
    const { inbound } = it.ids;
    await it.write("processor", inbound, noted(it.form(inbound)));
    const { history, heads } = await it.told();

    const { statements, findings } = await verify(history, heads, primitives);

    const notes = statements.filter(({ subject, kind }) => subject === inbound && (kind === "NOTE" || kind === "SHIP"));
    expect(notes.map(({ organisation, standing }) => [organisation, standing])).to.deep.equal([
      [HANDS.grower, "own"],
      [HANDS.processor, "own"],
    ]);
    expect(findings.map(({ code }) => code)).to.deep.equal(["lost-between-hands"]);
  });

  it("ends a season, and the plot has its area again", async () => {
    const it = await passage();
    const { plotA, plantingA } = it.ids;
    const plot = { subject: plotA, code: "A" };
    const of = { lot: it.name(), amount: 1_000_000n, reason: "season-over", plot } as const;
    await it.write("grower", plantingA, discarded(it.form(plantingA), of));
    const { history, heads } = await it.told();

    const { books, findings } = await verify(history, heads, primitives);

    expect(findings.map(({ code }) => code)).to.deep.equal(["lost-between-hands"]);
    expect(books.plots.find(({ id }) => id === plotA)).to.include({ planted: 0n, free: 1_000_000n });
    expect(books.plantings.find(({ id }) => id === plantingA)?.endedAtS).to.be.a("number");
  });
});
