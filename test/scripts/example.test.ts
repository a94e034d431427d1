/** The example as a reader finds it: made through a real server's API, read back from it, and verified from the chain's own heads. */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { bytesOf, type Hex } from "../../protocol/bytes.ts";
import { readApplication } from "../../protocol/document/application.ts";
import { readCorrection } from "../../protocol/document/correction.ts";
import { noteEvent } from "../../protocol/document/epcis.ts";
import { readCredential } from "../../protocol/document/read-credential.ts";
import { readInspect, readTest } from "../../protocol/document/read-third.ts";
import { reading } from "../../protocol/document/reading.ts";
import type { History } from "../../protocol/history.ts";
import type { KindName } from "../../protocol/kinds/all.ts";
import { fingerprint, isGtin } from "../../protocol/label.ts";
import type { Finding } from "../../protocol/verify/findings.ts";
import type { Report } from "../../protocol/verify/report.ts";
import { verify } from "../../protocol/verify.ts";
import { UNASKED_BYTES } from "../../scan-web/scan/page.ts";
import { PRODUCTS } from "../../scripts/example/cooperative.ts";
import { FieldError, httpField } from "../../scripts/example/field.ts";
import { MAKINGS, PICKING_DAYS } from "../../scripts/example/gathering.ts";
import { keepExample, type MadeExample, readExample, readExampleKeys } from "../../scripts/example/kept.ts";
import { enrol } from "../../scripts/example/make-ground.ts";
import { Phone, primitives } from "../../scripts/example/phone.ts";
import { PICTURES, readPicture } from "../../scripts/example/pictures.ts";
import { GARDENS } from "../../scripts/example/gardens.ts";
import { mu, outlineOf } from "../../scripts/example/plots.ts";
import { writePdf } from "../../scripts/example/report-pdf.ts";
import { LOOKS, ROUNDS, WORKS } from "../../scripts/example/season.ts";
import { REPORT, THIRDS } from "../../scripts/example/third.ts";
import type { PlantedScan } from "../../scripts/seed.ts";
import { type Grown, growExample } from "../support/example.ts";

const FARM = join(import.meta.dirname, "../vectors/farm");

interface Listed {
  readonly zh: string;
  readonly en: string;
  readonly bannedOnTea?: boolean | null;
}

describe("The example cooperative", function () {
  this.timeout(120_000);
  let grown: Grown;
  let made: MadeExample;
  let history: History;
  let report: Report;

  before(async () => {
    grown = await growExample();
    made = grown.made;
    history = await grown.historyOf(made.example.bag.code);
    report = await verify(history, await grown.headsOf(history), primitives, { fingerprint: made.example.fingerprint });
  });
  after(() => grown.end());

  const found = (code: Finding["code"]) => report.findings.filter((finding) => finding.code === code);
  const said = (kind: KindName) => report.statements.filter((one) => one.kind === kind && !one.touch);
  const documentOf = (statement: Report["statements"][number] | undefined): unknown =>
    JSON.parse(history.documents[statement?.document ?? ""] ?? "null");

  it("is whole: every record of the bag and of what it came from holds", () => {
    expect(report.whole).to.equal(report.total);
    expect(report.total).to.equal(made.example.records);
    expect(report.subjects.every(({ ok }) => ok)).to.equal(true);
  });

  it("has the imperfections that were planted, and no other", () => {
    const codes = [...new Set(report.findings.map(({ code }) => code))].toSorted();

    expect(codes).to.deep.equal(["field-gap", "late-record", "lost-between-hands"]);
  });

  it("leaves five gardens without a record around Spring Festival", () => {
    const gaps = found("field-gap");

    expect(gaps).to.have.length(5);
    expect(new Set(gaps.map(({ detail }) => `${detail.fromS} ${detail.untilS}`)).size).to.equal(1);
    expect(Number(gaps[0]?.detail.fromS)).to.be.below(Date.parse("2026-02-17T00:00:00+08:00") / 1000);
    expect(Number(gaps[0]?.detail.untilS)).to.be.above(Date.parse("2026-02-17T00:00:00+08:00") / 1000);
  });

  it("writes one thing down days later: the tea made on 2 April", () => {
    const [late, ...more] = found("late-record");
    const statement = report.statements.find(({ batch, touch }) => batch === late?.batch && !touch);

    expect(more).to.deep.equal([]);
    expect(statement?.kind).to.equal("TRANSFORM");
    expect(statement?.occurredAtS).to.equal(Date.parse("2026-04-02T23:20:00+08:00") / 1000);
  });

  it("loses a little leaf on each way from the township to the works, and nothing else between hands", () => {
    const lost = found("lost-between-hands").map(({ detail }) => detail.amount);
    const open = report.hands.filter(({ state }) => state !== "received");

    expect(lost.toSorted()).to.deep.equal(["0.4", "0.4", "0.4", "0.6"]);
    expect(open).to.deep.equal([]);
    expect(report.hands.map(({ from, to }) => from === to)).to.have.length(10);
  });

  it("makes 96 kg of 412 kg of leaf, and sells 92 kg in 368 of 380 bags", () => {
    const { lots, runs } = report.books;
    const harvests = lots.filter(({ inputs }) =>
      inputs.some(({ id }) => report.books.plantings.some((one) => one.id === id)),
    );
    const packed = lots.find(({ id }) => id === made.example.lot);

    expect(harvests).to.have.length(14);
    expect(sum(harvests.map((lot) => lot.made))).to.equal(412_000n);
    expect(packed).to.include({ made: 96_000n, packed: 0n, left: 3_750n, shipped: 92_000n, lost: 250n });
    expect(runs[0]).to.include({ count: 380n, net: 250n, valid: 368n });
  });

  it("loses as much in making as tea does: four to five of leaf for one", () => {
    for (const { picked, kg } of MAKINGS) {
      const leaf = PICKING_DAYS.find(({ doneAt }) => doneAt.startsWith(picked))?.works;
      expect(Number(leaf) / Number(kg)).to.be.within(4, 5);
    }
  });

  it("picks no more than each garden may bear", () => {
    for (const { harvested, allowed } of report.books.plantings) expect(harvested <= allowed).to.equal(true);
    expect(report.books.plantings).to.have.length(7);
  });

  it("names in each batch the block before its own", () => {
    const blocks = new Map(history.blocks.map((block) => [block.hash, block.number]));
    for (const { seen, block } of Object.values(history.batches)) expect(blocks.get(seen)).to.equal(block - 1);
  });

  it("says in every document that it is an example", () => {
    expect(Object.keys(history.documents).length).to.be.above(80);
    for (const text of Object.values(history.documents))
      expect(reading(JSON.parse(text))?.flag("example"), text).to.equal(true);
  });

  it("names nobody: growers by number, no telephone, no registration", () => {
    const texts = Object.values(history.documents);
    const growers = texts.flatMap((text) => (JSON.parse(text) as Record<string, unknown>)["furrow:member"] ?? []);
    const organisations = texts.map((text) => JSON.parse(text)).filter(({ type }) => type === "furrow:Organisation");

    // One weighing stands there three times: mistyped, declared to be so, and right.
    expect(growers).to.have.length(16);
    for (const grower of growers) expect(grower).to.have.all.keys("furrow:subject", "furrow:number");
    expect(organisations).to.have.length(7);
    for (const one of organisations) expect(one).to.include({ "furrow:phone": null, "furrow:registration": null });
  });

  it("can be checked on a phone without asking: its history is small on the way", () => {
    expect(gzipSync(JSON.stringify(history)).length).to.be.below(UNASKED_BYTES / 2);
  });

  it("is looked at by a laboratory, a certifier and a taster, whose names say that they are examples", () => {
    expect(["TEST", "INSPECT", "ATTEST", "CERTIFY"].map((kind) => said(kind as KindName).length)).to.deep.equal([
      1, 1, 1, 1,
    ]);
    expect(new Set(["TEST", "INSPECT", "ATTEST"].map((kind) => said(kind as KindName)[0]?.organisation)).size).to.equal(
      3,
    );
    for (const { name, checked } of Object.values(THIRDS)) {
      expect(name.zh).to.include("示例");
      expect(name.en).to.include("Example");
      expect(checked.zh).to.include("未核对");
    }
  });

  it("has a laboratory's report that calls nothing passed without a limit, with its paper", () => {
    const [statement] = said("TEST");
    const test = readTest(documentOf(statement), made.example.lot);

    expect(test?.verdict).to.equal("pass");
    expect(test?.results.map(({ verdict }) => verdict)).to.deep.equal(["pass", "pass", "pass", "unknown"]);
    expect(test?.report?.mediaType).to.equal("application/pdf");
    expect(report.attachments.some(({ cid }) => cid === test?.report?.cid)).to.equal(true);
  });

  it("labels on a certificate for its gardens: 120 kg applied for, 100 granted, 92 drawn", () => {
    const [statement] = said("CERTIFY");
    const [inspection] = said("INSPECT");
    const certificate = readCredential(documentOf(statement), statement?.subject ?? "0x");
    const application = readApplication(documentOf(said("APPLY")[0]), said("APPLY")[0]?.subject ?? "0x");

    expect(certificate?.products.map(({ name }) => name)).to.deep.equal([PRODUCTS.packed.name]);
    expect(certificate?.plots.map(({ code }) => code)).to.deep.equal([1, 2, 3, 4, 5, 6, 7].map((n) => `YS-0${n}`));
    expect(application?.volume).to.equal(120_000n);
    expect(report.books.certificates[0]).to.include({ volume: 100_000n, drawn: 92_000n, left: 8_000n });
    expect(report.certificates.map(({ claimed, nowState }) => ({ claimed, nowState }))).to.deep.equal([
      { claimed: true, nowState: "in-force" },
    ]);
    expect(readInspect(documentOf(inspection), inspection?.subject ?? "0x")?.conformant).to.equal(true);
  });

  it("promises each day's leaf on field records that are there", () => {
    expect(report.promises).to.have.length(4);
    for (const { ok, basis } of report.promises) {
      expect(ok).to.equal(true);
      expect(basis.map(({ code, missing }) => ({ code, missing }))).to.deep.equal([{ code: "control", missing: 0 }]);
    }
  });

  it("says of no garden that more than 23 per cent came from it, and that nothing came from outside", () => {
    const { shares = [], outside } = report.custody ?? {};

    expect(outside).to.equal(false);
    expect(shares).to.have.length(7);
    for (const { most } of shares) expect(most).to.be.within(100, 230);
  });

  it("puts a mistyped dose and a mistyped weight right, and keeps what was written first", () => {
    const corrections = said("CORRECT").map((one) => readCorrection(documentOf(one), one.subject));
    const [dose, weight] = corrections.toSorted((one, other) => Number(other?.own ?? 0n) - Number(one?.own ?? 0n));
    const right = (id: string | undefined) =>
      Object.values(history.documents).filter((text) => JSON.parse(text).eventID === id);

    expect(corrections).to.have.length(2);
    expect(dose?.erroneous?.applied[0]?.dose).to.equal(1575);
    expect(dose?.erroneous?.timeS).to.equal(Date.parse("2026-03-12T16:20:00+08:00") / 1000);
    expect(right(dose?.correctiveEventIds[0])[0]).to.include('"furrow:dose":157.5');
    expect(weight).to.include({ own: -3_600n, reason: 1 });
    expect(weight?.other?.difference).to.equal(-3_600n);
    expect(right(weight?.correctiveEventIds[0])[0]).to.include('"furrow:amount":20.4');
  });

  it("prints a fingerprint that the history still passes through", async () => {
    const word = await httpField({ address: grown.furrow.address, token: null }).word(made.example.lot);

    expect(report.fingerprint).to.deep.equal({ at: 2, of: 8 });
    expect(fingerprint(word)).to.not.equal(made.example.fingerprint);
  });

  it("knows each of its 380 codes, and counts its records and files", async () => {
    const { serials, bag, copied, files, entries, records } = made.example;

    expect(new Set(serials).size).to.equal(380);
    expect(isGtin(PRODUCTS.packed.gtin)).to.equal(true);
    expect([bag.code, copied.code].map((code) => code.slice(0, -14))).to.deep.equal(
      Array(2).fill("/01/09520123456788/10/260405-KTWD/21/"),
    );
    for (const { code } of [bag, copied]) expect((await grown.historyOf(code)).lot).to.equal(made.example.lot);
    expect({ files, entries, records }).to.deep.equal({ files: 5, entries: 1563, records: 176 });
  });

  it("plants 41 openings of the second bag in nine regions within three days, and says so", () => {
    const { planted, leaf } = made.example.copied;
    const days = new Set(
      grown.scans.map(({ atS }: PlantedScan) => new Date((atS + 28_800) * 1000).toISOString().slice(0, 10)),
    );

    expect(sum(grown.scans.map(({ times }) => BigInt(times)))).to.equal(41n);
    expect(new Set(grown.scans.map(({ region }) => region)).size).to.equal(9);
    expect(days.size).to.equal(3);
    expect(new Set(grown.scans.map((scan) => scan.leaf))).to.deep.equal(new Set([leaf]));
    expect(planted).to.deep.equal({ openings: 41, regions: 9, days: 3 });
  });

  describe("when it is kept", () => {
    it("can be read back, by its owner alone", async () => {
      const folder = mkdtempSync(join(tmpdir(), "furrow-kept-"));
      try {
        await keepExample(folder, made);

        expect(readExample(folder)).to.deep.equal(made.example);
        expect(readExampleKeys(folder)).to.deep.equal(made.keys);
        for (const name of ["example.json", "keys/example.json"]) {
          expect(statSync(join(folder, name)).mode & 0o777).to.equal(0o600);
        }
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });

    it("still has a manager who can enrol another phone, which records to the lot", async () => {
      const field = httpField({ address: grown.furrow.address, token: null });
      const { organisation, lot } = made.example;
      const phone = await Phone.make(field, { kept: false });
      const manager = await Phone.open(field, made.keys.manager, await grown.nextNonce(made.keys.manager.recorder));

      const device = { zh: "另一部手机", en: "another phone" };
      await manager.record((draft) => enrol(draft, { organisation, phone, device, when: "2026-04-21 09:00" }));
      await phone.record((draft) => noteOn(draft, lot));

      const later = await grown.historyOf(made.example.bag.code);
      expect(later.subjects.find(({ id }) => id === lot)?.moves).to.have.length(9);
    });

    it("still has the key that was ended, and the server takes nothing from it", async () => {
      const field = httpField({ address: grown.furrow.address, token: null });
      const phone = await Phone.open(field, made.keys.ended, await grown.nextNonce(made.keys.ended.recorder));

      const refused = await phone.record((draft) => noteOn(draft, made.example.lot)).catch((cause: unknown) => cause);

      expect(refused).to.be.instanceOf(FieldError);
      expect(String(refused)).to.include("recorder-ended");
    });
  });
});

describe("The example's story", () => {
  it("uses inputs of the farm's list, none of them banned on tea", async () => {
    const list = JSON.parse(await readFile(join(FARM, "inputs.json"), "utf8")) as Record<string, readonly Listed[]>;
    const known = new Map(
      [...(list.pesticides ?? []), ...(list.fertilisers ?? [])].map((one) => [`${one.zh} ${one.en}`, one]),
    );
    const inputs = ROUNDS.flatMap(({ input }) => input ?? []);

    expect(inputs).to.have.length(4);
    for (const { name, activeIngredient } of inputs) {
      const listed = known.get(`${(activeIngredient ?? name).zh} ${(activeIngredient ?? name).en}`);
      expect(listed, name.en).to.not.equal(undefined);
      expect(listed?.bannedOnTea ?? null, name.en).to.equal(null);
    }
  });

  it("picks later than the interval on the label after each spray", () => {
    const first = PICKING_DAYS[0]?.doneAt ?? "";
    for (const { doneAt, input } of ROUNDS) {
      const days = (Date.parse(first.slice(0, 10)) - Date.parse(doneAt.slice(0, 10))) / 86_400_000;
      if (input?.kind === "pesticide")
        expect(days).to.be.above(input.preHarvestIntervalDays ?? Number.POSITIVE_INFINITY);
    }
  });

  it("calls each work as the pick list calls it", async () => {
    const list = JSON.parse(await readFile(join(FARM, "works.json"), "utf8")) as {
      readonly works: readonly (Listed & { id: string })[];
    };
    const steps = MAKINGS.flatMap((making) => making.steps);
    for (const { id, zh, en } of [...Object.values(WORKS), ...steps]) {
      expect(
        list.works.find((work) => work.id === id),
        id,
      ).to.include({ zh, en });
    }
  });

  it("draws closed outlines of the stated areas, 315.9 mu in all", () => {
    for (const plot of GARDENS) {
      const outline = outlineOf(plot);
      expect(outline.at(-1)).to.deep.equal(outline[0]);
      expect(surfaceOf(outline)).to.be.closeTo(plot.area_m2, plot.area_m2 / 100);
    }
    expect(GARDENS.reduce((total, { area_m2 }) => total + mu(area_m2), 0)).to.be.closeTo(315.9, 1e-9);
  });

  it("shows each picture with its author, its licence and what it really shows", async () => {
    const source = await readFile(join(import.meta.dirname, "../../scripts/example/pictures/SOURCE.md"), "utf8");
    for (const { picture } of LOOKS) {
      const { file, caption, credit } = PICTURES[picture];
      expect(source).to.include(file).and.include(credit.author).and.include(credit.licence);
      expect(caption.zh).to.include("示例图片").and.include("不是这家合作社");
      expect((await readPicture(PICTURES[picture])).length).to.be.below(1 << 20);
    }
  });
});

describe("The example's laboratory report", () => {
  const pdf = Buffer.from(writePdf("检测报告 report", REPORT)).toString("latin1");

  it("is a PDF whose table leads to each of its parts", () => {
    const start = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(pdf)?.[1]);
    const rows = [...pdf.slice(start).matchAll(/^(\d{10}) 00000 n $/gm)].map(([, at]) => Number(at));

    expect(pdf.startsWith("%PDF-1.4\n")).to.equal(true);
    expect(pdf.slice(start, start + 4)).to.equal("xref");
    expect(rows).to.have.length(9);
    for (const [n, at] of rows.entries()) expect(pdf.slice(at).startsWith(`${n + 1} 0 obj\n`)).to.equal(true);
    const [, length = "", stream = ""] = /\/Length (\d+) >>\nstream\n([\s\S]*?)\nendstream/.exec(pdf) ?? [];
    expect(stream).to.have.length(Number(length));
  });

  it("says first that it is example data, in both languages", () => {
    const chinese = Buffer.from("示例数据", "utf16le").swap16().toString("hex");

    expect(pdf).to.include("(EXAMPLE DATA: this is no real laboratory report)").and.include(`<${chinese}`);
  });
});

async function noteOn(draft: Parameters<Parameters<Phone["record"]>[0]>[0], lot: Hex): Promise<void> {
  const occurredAtS = Math.floor(Date.now() / 1000);
  await draft.write("NOTE", {
    subject: bytesOf(lot),
    occurredAtS,
    document: noteEvent({
      ...{ subject: lot, eventId: crypto.randomUUID(), occurredAtS, example: true },
      notes: { zh: "又看了一遍", en: "Looked at once more" },
    }),
    args: {},
  });
}

function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n);
}

function surfaceOf(outline: readonly (readonly [number, number])[]): number {
  const twice = outline.slice(1).reduce((total, [x, y], n) => {
    const [beforeX, beforeY] = outline[n] ?? [0, 0];
    return total + beforeX * y - x * beforeY;
  }, 0);
  return Math.abs(twice) / 2;
}
