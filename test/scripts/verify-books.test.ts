/** `npm run verify` of goods that passed through hands: what it finds in the chain's log by itself, and how it says it. */
import { expect } from "chai";
import type { Hex } from "../../protocol/bytes.ts";
import type { Reach } from "../../protocol/reach.ts";
import type { Report } from "../../protocol/verify/report.ts";
import { verify } from "../../protocol/verify.ts";
import { type Collected, collect } from "../../scripts/verify/collect.ts";
import { printReport } from "../../scripts/verify/print.ts";
import { printReach } from "../../scripts/verify/print-reach.ts";
import { collectReach, namesOf } from "../../scripts/verify/reach.ts";
import { connectRpc, openGateways, SourceError } from "../../scripts/verify/sources.ts";
import { HANDS, type Passage, passage } from "../support/passage.ts";
import { acknowledged, formOf, recalled, shipped, voided } from "../support/passage-words.ts";
import { primitives } from "../support/world.ts";
import { chainOf, memoryBlocks, openDoor } from "../support/world-door.ts";

async function byChainAlone<T>(
  { world }: Passage,
  ask: (sources: Parameters<typeof collect>[0]) => Promise<T>,
): Promise<T> {
  const door = await openDoor(chainOf(world), await memoryBlocks(world));
  try {
    const [rpc, gateway] = [connectRpc(`${door.address}/rpc`), openGateways([door.address])];
    return await ask({ rpc, gateway, deployment: world.deployment, primitives, say: () => {} });
  } finally {
    await door.close();
  }
}

async function checked(it: Passage): Promise<{ collected: Collected; report: Report; text: string }> {
  return byChainAlone(it, async (sources) => {
    const { serial = "", gtin = null, lotNumber = null } = it.claim ?? {};
    const collected = await collect(sources, { serial, gtin, lotNumber });
    if (collected === null) throw new Error("the code was issued");
    const { history, heads, files } = collected;
    const report = await verify(history, heads, primitives, { files });
    return { collected, report, text: printReport(report, history, heads) };
  });
}

async function reached(it: Passage, subject: Hex): Promise<{ reach: Reach; text: string }> {
  return byChainAlone(it, async (sources) => {
    const collected = await collectReach(sources, subject);
    const { history, heads, reach } = collected;
    const names = await namesOf(sources.gateway, collected, sources.say);
    return { reach, text: printReach(reach, history, heads, names) };
  });
}

describe("`npm run verify` of goods that passed through hands", function () {
  this.timeout(30_000);

  it("finds by itself the certificate, its application, and where the goods went on", async () => {
    const it = await passage();
    const { history, heads } = await it.told();
    const told = await verify(history, heads, primitives);

    const { report, text } = await checked(it);

    expect(report.findings.map(({ code }) => code)).to.deep.equal(["lost-between-hands"]);
    expect([report.whole, report.total]).to.deep.equal([told.total, told.total]);
    expect(report.hands.map(({ consignment }) => consignment)).to.deep.equal(
      told.hands.map(({ consignment }) => consignment),
    );
    expect(report.books.certificates).to.deep.equal(told.books.certificates);
    expect(text).to.match(/^WHOLE ·/);
    expect(text).to.contain("10 of 12 kg labelled by 1 label run · 2 kg left");
    expect(text).to.contain("From 2 plots, at most 86.4 % from any");
    expect(text).to.contain("69.5 kg found, 0.5 kg lost on the way");
    expect(text).to.contain("rests on control (1 of 1), labTest (1 of 1)");
  });

  it("says before all else that the goods were recalled, and who acknowledged it how soon", async () => {
    const it = await passage();
    const { harvest, inbound } = it.ids;
    await it.write("grower", harvest, recalled(it.form(harvest), HANDS.grower));
    const seq = it.world.logs.get(harvest)?.at(-1)?.seq ?? 0;
    const of = { recalled: harvest, seq };
    await it.write("processor", inbound, acknowledged(it.form(inbound), HANDS.processor, of));

    const { text } = await checked(it);

    expect(text).to.match(/^RECALLED · by .+ on 2026-/);
    expect(text).to.match(/recall · by .+ as its holder · on .+ · stands · acknowledged by .+ after 10 min/);
    expect(text).not.to.match(/\b(?:capacity|isNamed|sort) /);
  });

  it("prints the books, so that whoever reads can count again", async () => {
    const it = await passage();

    const { report, text } = await checked(it);

    const books = (/^Books:\n(.*?)^$/ms.exec(text)?.[1] ?? "").trim().split("\n");
    expect(books).to.have.length(report.books.lots.length + report.books.runs.length);
    for (const line of books.filter((one) => one.includes(" made = "))) {
      const [made = "", sums = ""] = (/· ([^·]+ made = [^·]+) ·/.exec(line)?.[1] ?? "").split(" made = ");
      const total = [...sums.matchAll(/(− )?([\d.]+) kg/g)].reduce(
        (sum, [, minus, amount]) => sum + (minus === undefined ? 1 : -1) * Number(amount),
        0,
      );
      expect(total, line).to.be.closeTo(Number.parseFloat(made), 1e-9);
    }
    expect(text).to.match(/40 labels: 0 void, 40 valid of [\d.]+ kg each/);
    expect(text).not.to.contain("\n\n\n");
  });

  it("says before all else that the very label was voided", async () => {
    const it = await passage();
    const { run, lot: lotSubject, certificate } = it.ids;
    const of = { lot: it.name(), lotSubject, certificate, first: 3, number: 1 };
    await it.write("processor", run, voided(it.form(run), of));

    expect((await checked(it)).text).to.match(/^LABEL VOID ·/);
  });
});

describe("`npm run verify -- --reach`", function () {
  this.timeout(30_000);

  it("names all that was made from a plot, and says that nothing was left out", async () => {
    const it = await passage();

    const { reach, text } = await reached(it, it.ids.plotA);

    expect(reach.whole, JSON.stringify(reach.gaps)).to.equal(true);
    expect(reach.reached).to.have.lengthOf(8);
    expect(text).to.match(/^ALL OF IT · 7 subjects made from it, 40 labels, held by 4 organisations/);
  });

  it("says how much there was and where it is, and gives ids that can be copied", async () => {
    const it = await passage();
    const { run, lot: lotSubject, certificate, harvest } = it.ids;
    const of = { lot: it.name(), lotSubject, certificate, first: 3, number: 2 };
    await it.write("processor", run, voided(it.form(run), of));

    const { reach, text } = await reached(it, harvest);

    expect(reach.gaps).to.deep.equal([]);
    expect(text).to.contain("40 labels (2 void)");
    expect(text).to.match(/SHIP of [-\d]+ · [\d.]+ kg of [^·]+ · received by [^·]+ · /);
    for (const { id } of reach.reached) expect(text).to.contain(id);
    expect(text).not.to.match(/organisation \d/);
  });

  it("follows further outputs and every consignment", async () => {
    const it = await passage();
    const more = await it.make("grower", (id, atS) =>
      shipped(formOf(id, atS), { ...it.consigned.inbound, amount: 10_000n, to: HANDS.stall, carrier: 0 }),
    );

    const { reach } = await reached(it, it.ids.harvest);

    expect(reach.reached.map(({ id }) => id)).to.include(more);
  });

  it("names the log from which the door leaves a consumer out", async () => {
    const it = await passage();
    it.world.logs.delete(it.ids.toStall);

    const { reach, text } = await reached(it, it.ids.plotA);

    expect(reach.whole).to.equal(false);
    // Its bytes are not there, so the log that it was taken from leads to no head.
    expect(reach.gaps.map(({ reason, subject }) => [reason, subject])).to.deep.equal([["altered", it.ids.toShop]]);
    expect(text).to.match(/^NOT ALL OF IT/);
  });

  it("says that a ledger has no such subject", async () => {
    const it = await passage();
    const unknown: Hex = `0x${"ab".repeat(32)}`;

    const failed = await reached(it, unknown).catch((cause: unknown) => cause);

    expect(failed).to.be.instanceOf(SourceError);
  });
});
