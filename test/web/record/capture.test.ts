import { expect } from "chai";
import { decodeBatch, encodeBatch } from "../../../protocol/batch.ts";
import { bytesOf, type Hex } from "../../../protocol/bytes.ts";
import type { Json } from "../../../protocol/canonical.ts";
import { documentBytes } from "../../../protocol/document/epcis.ts";
import { readEvent } from "../../../protocol/document/read.ts";
import { makeEntry, openEntry } from "../../../protocol/entry.ts";
import { isOfKind } from "../../../protocol/of-kind.ts";
import { Problem } from "../../../protocol/problem.ts";
import { capture } from "../../../scan-web/record/capture.ts";
import { captureChange } from "../../../scan-web/record/capture-change.ts";
import { Finder } from "../../../scan-web/record/known.ts";
import type { Answer, Answers, Ask, Work } from "../../../scan-web/record/model.ts";
import type { Captured, Said, Stated } from "../../../scan-web/record/said.ts";
import { works } from "../../../scan-web/record/works.ts";
import { formChecker } from "../../../server/submit/form.ts";
import { amount, AT_S, field, ID, IDS, idOf, PICTURE, saidAs, text } from "../../support/notebook.ts";
import { primitives } from "../../support/primitives.ts";

const GROW = { kind: "GROW", zh: "打药", en: "spraying", bizStep: "spraying" } as const;
const NOTE = { kind: "NOTE", zh: "拍照", en: "picture", bizStep: "inspecting" } as const;
const as = <
  Kind extends "HARVEST" | "TRANSFORM" | "DISCARD" | "LABEL" | "SHIP" | "RECEIVE" | "PRODUCT" | "PLOT" | "PLANT",
>(
  kind: Kind,
) => ({ kind, zh: "活", en: "work", bizStep: "commissioning" });

const LABELS = {
  root: idOf(0x999),
  leaves: { cid: PICTURE.cid, mediaType: "text/csv", size: 670, name: "leaves.csv" },
};
const lot = { sort: "lot", id: IDS.lot } as const;

function targetOf({ kind, on, asks }: Work): Said["target"] {
  if (kind === "RECEIVE") return { sort: "lot", id: IDS.coming };
  // Packages are counted where there are some.
  if (kind === "LABEL" || (kind === "SHIP" && asks.some(({ id }) => id === "count")))
    return { sort: "lot", id: IDS.packedLot };
  if (on === "lot") return lot;
  return { sort: "plot", id: kind === "PLANT" ? IDS.otherPlot : IDS.plot };
}

function answerTo(ask: Ask, { kind, on }: Work): Answer {
  switch (ask.type) {
    case "amount":
      return amount(ask.id === "amount" ? "1" : (ask.choices?.[0] ?? "2"), ask.units?.[0] ?? "kg");
    case "choice":
      return { type: "choice", id: ask.many === true ? (ask.choices ?? []).join(" ") : (ask.choices?.[0] ?? "") };
    case "input":
      return { type: "input", id: null, name: { zh: "示例投入品" }, kind: ask.inputs ?? "other" };
    case "text":
      return text("6901234567892");
    case "parts":
      return { type: "parts", parts: [{ id: IDS.lot, amount: { text: "9", shown: "kg" } }] };
    case "subject":
      return { type: "subject", id: kind === "PLANT" || on !== "lot" ? IDS.leaf : IDS.tea };
    case "party":
      return { type: "party", number: 9 };
  }
}
const PARTS = {
  parts: {
    type: "parts",
    parts: [
      { id: IDS.otherPlanting, amount: { text: "20", shown: "jin" } },
      { id: IDS.planting, amount: { text: "5.5", shown: "kg" } },
    ],
  },
} as const satisfies Answers;
const LOTS = {
  parts: {
    type: "parts",
    parts: [
      { id: IDS.lot, amount: { text: "80", shown: "kg" } },
      { id: IDS.otherLot, amount: { text: "20", shown: "kg" } },
    ],
  },
} as const satisfies Answers;

/** One of each kind that the recorder writes. */
const RECORDS: Readonly<Record<string, Said>> = {
  GROW: saidAs(
    GROW,
    {
      input: { type: "input", id: "x", name: { zh: "示例农药" }, kind: "pesticide" },
      dose: amount("120", "ml"),
      area: amount("3", "mu"),
      interval: amount("7", "day"),
      water: amount("0.2", "m3"),
    },
    { note: "叶背也打了", files: [PICTURE] },
  ),
  "GROW on a plot": saidAs(GROW, {}, { target: { sort: "plot", id: IDS.plot } }),
  "NOTE with nothing but a picture": saidAs(NOTE, {}, { files: [PICTURE], target: lot }),
  "NOTE on the organisation": saidAs(NOTE, {}, { target: null, note: "Rain all day" }),
  "HARVEST of one planting": saidAs(as("HARVEST"), { amount: amount("85", "jin") }),
  "HARVEST of two": saidAs(as("HARVEST"), PARTS),
  "TRANSFORM, a processing": saidAs(
    as("TRANSFORM"),
    {
      out: amount("18.5", "kg"),
      product: { type: "subject", id: IDS.tea },
      minutes: amount("45", "minute"),
      temperature: amount("220", "celsius"),
    },
    { target: lot, work: "fixation" },
  ),
  "TRANSFORM, a packing": saidAs(
    { ...as("TRANSFORM"), bizStep: "packing" },
    { product: { type: "subject", id: IDS.bag }, count: amount("30", "piece") },
    { target: lot, work: "packing" },
  ),
  "TRANSFORM, a split": saidAs(as("TRANSFORM"), { out: amount("10", "kg") }, { target: lot, work: "splitting" }),
  "TRANSFORM, a merge": saidAs(as("TRANSFORM"), LOTS, { target: lot, work: "blending" }),
  "DISCARD of a lot": saidAs(
    as("DISCARD"),
    { amount: amount("3", "kg"), reason: { type: "choice", id: "lost" } },
    { target: lot, note: "淋了雨" },
  ),
  "DISCARD of a planting": saidAs(as("DISCARD")),
  LABEL: saidAs(
    as("LABEL"),
    { labels: amount("10", "piece") },
    { target: { sort: "lot", id: IDS.packedLot }, labels: LABELS },
  ),
  "SHIP, loose": saidAs(
    as("SHIP"),
    { amount: amount("20", "jin"), to: { type: "party", number: 9, name: { zh: "示例茶商" } } },
    { target: lot },
  ),
  "SHIP, packed": saidAs(
    as("SHIP"),
    { count: amount("12", "piece"), to: { type: "party", number: 9 } },
    { target: { sort: "lot", id: IDS.packedLot } },
  ),
  RECEIVE: saidAs(as("RECEIVE"), { amount: amount("39.5", "kg") }, { target: { sort: "lot", id: IDS.coming } }),
  PRODUCT: saidAs(
    as("PRODUCT"),
    { name: text("示例岩茶"), net: amount("250", "g"), crop: { type: "choice", id: "tea" } },
    { target: null, files: [PICTURE] },
  ),
  PLOT: saidAs(
    as("PLOT"),
    { code: text("P-09"), village: text("示例村"), area: amount("2.4", "mu") },
    { target: null, files: [PICTURE] },
  ),
  PLANT: saidAs(
    as("PLANT"),
    {
      product: { type: "subject", id: IDS.leaf },
      cap: amount("200", "jin"),
      area: amount("1", "mu"),
      variety: text("示例品种"),
    },
    { target: { sort: "plot", id: IDS.otherPlot } },
  ),
  ENROL: saidAs(
    { kind: "ENROL" },
    {
      ...{ x: text(idOf(1)), y: text(idOf(2)), recorder: text(`0x${"cd".repeat(20)}`), device: text("二号手机") },
      manager: { type: "choice", id: "no" },
    },
  ),
  EXPEL: saidAs({ kind: "EXPEL" }, { recorder: text(`0x${"cd".repeat(20)}`), reason: text("Phone lost") }),
};

describe("Capturing a record", () => {
  const checkForm = formChecker();
  const plain = (document: object) => JSON.parse(JSON.stringify(document)) as Json;

  function captured(said: Said): Captured {
    return capture(said, new Finder(field));
  }

  async function check(all: readonly Stated[]): Promise<void> {
    const groups = new Map<Hex, ReturnType<typeof makeEntry>[]>();
    for (const stated of all) {
      checkForm(plain(stated.document));
      const content = await primitives.sha256(documentBytes(stated.document));
      const entry = makeEntry<typeof stated.name>(stated.name, { occurredAtS: AT_S, content, args: stated.args });
      const by = { by: 7, sent: { lot: IDS.source, by: 9 } };
      expect(isOfKind(plain(stated.document), stated.subject, openEntry(entry), by), stated.name).to.equal(true);
      groups.set(stated.subject, [...(groups.get(stated.subject) ?? []), entry]);
    }
    const zero = (length: number) => new Uint8Array(length);
    const header = { version: 1, chainId: 1n, ledger: zero(20), recorder: zero(20), nonce: 0n, seen: zero(32) };
    const list = [...groups].map(([subject, entries]) => ({ subject: bytesOf(subject), entries }));
    const bytes = encodeBatch({ header, groups: list, signature: zero(64) });
    expect(decodeBatch(bytes).groups).to.deep.equal(list);
  }

  for (const [name, said] of Object.entries(RECORDS))
    it(`gives an entry that a batch takes, and a document of its kind in the standard's form: ${name}`, async () => {
      await check([captured(said).stated]);
    });

  for (const work of works)
    it(`takes the answers to every question of a work of the list: ${work.zh}`, async () => {
      const target = work.on === "nothing" ? null : targetOf(work);
      const { id, kind, zh, en, bizStep } = work;
      const answers = Object.fromEntries(work.asks.map((ask) => [ask.id, answerTo(ask, work)]));
      const said = saidAs({ kind, zh, en, bizStep }, answers, { work: id, target, labels: LABELS, isChecked: false });
      const { stated } = captured(said);
      await check([stated]);
      // What no field takes stands in the notes, or nobody would know that it was answered.
      const text = JSON.stringify(stated.document);
      for (const ask of work.asks) if (ask.type === "text") expect(text, ask.id).to.include("6901234567892");
    });

  it("the same answers always give the same document", () => {
    for (const said of Object.values(RECORDS))
      expect(documentBytes(captured(said).stated.document)).to.deep.equal(
        documentBytes(captured(said).stated.document),
      );
  });

  it("what was found is enough to build the document again, without the field", () => {
    for (const [name, said] of Object.entries(RECORDS)) {
      const find = new Finder(field);
      const { stated, makes } = capture(said, find);
      const kept = { ...said, isChecked: false, name: makes?.name ?? null };
      expect(capture(kept, new Finder(find.found())).stated.document, name).to.deep.equal(stated.document);
    }
  });

  it("spraying names what was brought out, how much on how much land, and how long the harvest waits", () => {
    const event = readEvent(captured(RECORDS.GROW as Said).stated.document, IDS.planting);
    expect(event?.applied).to.have.length(1);
    expect(event?.applied[0]).to.deep.include({
      ...{ name: { zh: "示例农药" }, kind: "pesticide", dose: 120, uom: "MLT" },
      ...{ area_m2: 2000, preHarvestIntervalDays: 7 },
    });
  });

  it("an answer that no field takes follows in words, in both languages, beside what was written", () => {
    const event = readEvent(captured(RECORDS.GROW as Said).stated.document, IDS.planting);
    expect(event?.notes).to.deep.equal({ zh: "叶背也打了\n用水：0.2 方", en: "Water: 0.2 m³" });
    const odd = saidAs(GROW, { colour: text("yellow") });
    expect(readEvent(captured(odd).stated.document, IDS.planting)?.notes?.en).to.equal("colour: yellow");
  });

  it("a fertiliser without an amount is told in words; of a pesticide the amount is asked for", () => {
    const input = (kind: "fertiliser" | "pesticide") =>
      saidAs(GROW, { input: { type: "input", id: null, name: { zh: "示例肥料" }, kind } });
    expect(readEvent(captured(input("fertiliser")).stated.document, IDS.planting)?.notes?.zh).to.equal(
      "投入品：示例肥料",
    );
    expect(() => captured(input("pesticide")))
      .to.throw(Problem)
      .with.include({ type: "form-refused", at: "/answers/dose" });
  });

  it("a harvest takes its plantings in the order of their ids, and is their sum", () => {
    const { stated, effect } = captured(RECORDS["HARVEST of two"] as Said);
    expect(stated.name === "HARVEST" && stated.args.inputs.map(({ amount: taken }) => taken)).to.deep.equal([
      5500n,
      10_000n,
    ]);
    expect(effect.lots[0]).to.include({ id: IDS.made, made: "15.5", left: "15.5", unit: "KGM", state: "here" });
    expect(effect.takes).to.deep.equal([
      { id: IDS.planting, of: "mayBear", amount: "5.5" },
      { id: IDS.otherPlanting, of: "mayBear", amount: "10" },
    ]);
  });

  it("a lot is named after its day in China and its id, and keeps its number when its day is put right", () => {
    expect(captured(RECORDS["HARVEST of one planting"] as Said).makes).to.deep.equal({
      sort: "lot",
      name: "260402-BBBB",
    });
    const later = { ...(RECORDS["HARVEST of one planting"] as Said), occurredAtS: AT_S + 864_000, name: "260402-BBBB" };
    expect(captured(later).makes?.name).to.equal("260402-BBBB");
  });

  it("a plot with one planting stands for it", () => {
    const onPlot = saidAs(as("HARVEST"), { amount: amount("1", "kg") }, { target: { sort: "plot", id: IDS.plot } });
    expect(captured(onPlot).effect.takes[0]?.id).to.equal(IDS.planting);
  });

  it("a processing takes the whole lot, a packing what comes out of it", () => {
    const of = (name: string) => captured(RECORDS[name] as Said).effect.takes[0]?.amount;
    expect(of("TRANSFORM, a processing")).to.equal("80");
    expect(of("TRANSFORM, a packing")).to.equal("3");
    expect(of("TRANSFORM, a split")).to.equal("10");
  });

  it("packages are shipped out of what is packed, loose goods by weight", () => {
    const { stated } = captured(RECORDS["SHIP, packed"] as Said);
    expect(stated.args).to.deep.include({ packed: true, amount: 1200n, to: 9 });
    expect(captured(RECORDS["SHIP, loose"] as Said).stated.args).to.deep.include({ packed: false, amount: 10_000n });
  });

  it("a season is named after plot and year, the second one of a year with letters of its own", () => {
    const plant = RECORDS.PLANT as Said;
    expect(captured(plant).makes?.name).to.equal("P-02-2026-abab");
    const find = new Finder({ ...field, plantings: [] });
    expect(capture(plant, find).makes?.name).to.equal("P-02-2026");
    expect(capture(plant, find).stated.args).to.deep.include({ area: 666_667n, cap: 1_500_000n });
  });

  const WRONG: readonly (readonly [string, Said, string, string])[] = [
    [
      "more than a planting may bear",
      saidAs(as("HARVEST"), { amount: amount("801", "kg") }),
      "over-cap",
      "/answers/amount",
    ],
    ["nothing", saidAs(as("HARVEST"), { amount: amount("0", "kg") }), "amount-zero", "/answers/amount"],
    ["no amount", saidAs(as("HARVEST")), "form-refused", "/answers/amount"],
    [
      "more than is left",
      saidAs(as("DISCARD"), { amount: amount("81", "kg"), reason: { type: "choice", id: "lost" } }, { target: lot }),
      ...(["not-enough-left", "/answers/amount"] as const),
    ],
    [
      "no reason",
      saidAs(as("DISCARD"), { amount: amount("1", "kg") }, { target: lot }),
      ...(["form-refused", "/answers/reason"] as const),
    ],
    [
      "labels on loose goods",
      saidAs(as("LABEL"), { labels: amount("5", "piece") }, { target: lot, labels: LABELS }),
      ...(["no-net-content", "/answers/labels"] as const),
    ],
    [
      "more out than in",
      saidAs(as("TRANSFORM"), { out: amount("90", "kg") }, { target: lot, work: "drying" }),
      ...(["more-out-than-in", "/answers/out"] as const),
    ],
    [
      "more than came",
      saidAs(as("RECEIVE"), { amount: amount("41", "kg") }, { target: { sort: "lot", id: IDS.coming } }),
      ...(["more-than-offered", "/answers/amount"] as const),
    ],
    [
      "an article number that is none",
      saidAs(as("PRODUCT"), { name: text("x"), code: text("6901234567893") }, { target: null }),
      ...(["gtin-wrong-check", "/answers/code"] as const),
    ],
    [
      "a lot that this phone does not know",
      saidAs(NOTE, {}, { target: { sort: "lot", id: idOf(0xfff) } }),
      ...(["subject-unknown", "/target"] as const),
    ],
    ["text that turns around", saidAs(NOTE, {}, { note: "a\u202Eb" }), "text-refused", "/note"],
    [
      "land that is not free",
      saidAs(
        as("PLANT"),
        { product: { type: "subject", id: IDS.leaf }, cap: amount("1", "jin"), area: amount("2", "mu") },
        { target: { sort: "plot", id: IDS.plot } },
      ),
      ...(["not-enough-area", "/answers/area"] as const),
    ],
  ];
  for (const [what, said, type, at] of WRONG)
    it(`says which answer is wrong: ${what}`, () => {
      expect(() => captured(said))
        .to.throw(Problem)
        .with.include({ type, at });
    });

  it("of a lot that was only told of, nobody asks how much is left", () => {
    const told = { ...field, lots: field.lots.map((one) => ({ ...one, left: "0", isTold: true as const })) };
    const ship = { ...(RECORDS["SHIP, loose"] as Said) };
    expect(capture(ship, new Finder(told)).stated.name).to.equal("SHIP");
  });

  describe("changing what is on record", () => {
    const NEW = "0190d2a4-5b6c-7d8e-9f00-aabbccddeeff";

    function changed(before: Said, change: Partial<Said>): readonly Stated[] {
      const first = capture({ ...before, isChecked: false }, new Finder(field)).stated;
      const wrong = { subject: first.subject, seq: 3, entry: 0, document: first.document };
      const after = { ...before, id: NEW, isChecked: false, name: before.name ?? nameOf(before), ...change };
      return captureChange(after, new Finder(field), { ...wrong, now: before, find: new Finder(field) });
    }
    const nameOf = (said: Said) => capture(said, new Finder(field)).makes?.name ?? null;
    /** own, others by place in the batch. */
    const booked = (all: readonly Stated[]) =>
      all.flatMap((one) => (one.name === "CORRECT" ? [[one.args.own, one.args.others]] : []));

    it("an observation is struck through and said anew, in one group", async () => {
      const all = changed(RECORDS.GROW as Said, { note: "叶面也打了" });
      expect(all.map(({ name }) => name)).to.deep.equal(["CORRECT", "GROW"]);
      expect(booked(all)).to.deep.equal([[0n, 0n]]);
      expect(JSON.stringify(all[0]?.document)).to.include(`urn:uuid:${NEW}`);
      await check(all);
    });

    it("one that was of another plot goes there, and says that it was misplaced", async () => {
      const all = changed(RECORDS["GROW on a plot"] as Said, { target: { sort: "plot", id: IDS.otherPlot } });
      expect(all.map(({ subject }) => subject)).to.deep.equal([IDS.plot, IDS.otherPlot]);
      expect(all[0]?.name === "CORRECT" && all[0].args.reason).to.equal(2);
      await check(all);
    });

    it("of a harvest the difference alone is booked, and a note carries the right event", async () => {
      const all = changed(RECORDS["HARVEST of one planting"] as Said, { answers: { amount: amount("80", "jin") } });
      expect(all.map(({ name }) => name)).to.deep.equal(["CORRECT", "NOTE"]);
      expect(booked(all)).to.deep.equal([[-2500n, -2500n]]);
      await check(all);
    });

    it("of a harvest from two plantings each difference has its own correction and right event", async () => {
      const parts = [
        { id: IDS.otherPlanting, amount: { text: "22", shown: "jin" } as const },
        { id: IDS.planting, amount: { text: "5", shown: "kg" } as const },
      ];
      const all = changed(RECORDS["HARVEST of two"] as Said, { answers: { parts: { type: "parts", parts } } });
      expect(all.map(({ name }) => name)).to.deep.equal(["CORRECT", "NOTE", "CORRECT", "NOTE"]);
      expect(booked(all)).to.deep.equal([
        [-500n, -500n],
        [1000n, 1000n],
      ]);
      const totals = all.flatMap(({ name, document }) =>
        name === "NOTE" ? [readEvent(document, IDS.made)?.outputs[0]?.amount] : [],
      );
      expect(totals).to.deep.equal([15_000n, 16_000n]);
      await check(all);
    });

    it("of a processing what went in and what came out go in one correction", async () => {
      const before = RECORDS["TRANSFORM, a processing"] as Said;
      const answers = { ...before.answers, amount: amount("78", "kg"), out: amount("18", "kg") };
      const all = changed(before, { answers });
      expect(booked(all)).to.deep.equal([[-500n, -2000n]]);
      await check(all);
    });

    it("of a merge more goes in before more comes out", async () => {
      const parts = [
        { id: IDS.lot, amount: { text: "79", shown: "kg" } as const },
        { id: IDS.otherLot, amount: { text: "22", shown: "kg" } as const },
      ];
      const all = changed(RECORDS["TRANSFORM, a merge"] as Said, { answers: { parts: { type: "parts", parts } } });
      expect(booked(all)).to.deep.equal([
        [0n, 2000n],
        [1000n, 0n],
        [0n, -1000n],
      ]);
      await check(all);
    });

    it("of land, a season, a consignment and what was given up or found: the difference", async () => {
      const cases = [
        ["PLOT", { area: amount("3", "mu") }, [[400_000n, 0n]]],
        ["PLANT", { area: amount("0.5", "mu") }, [[-333_334n, -333_334n]]],
        ["SHIP, loose", { amount: amount("30", "jin") }, [[5000n, 5000n]]],
        ["DISCARD of a lot", { amount: amount("2", "kg") }, [[1000n, 0n]]],
        ["RECEIVE", { amount: amount("40", "kg") }, [[500n, 0n]]],
      ] as const;
      for (const [name, answers, expected] of cases) {
        const before = RECORDS[name] as Said;
        const all = changed(before, { answers: { ...before.answers, ...answers } });
        expect(booked(all), name).to.deep.equal(expected);
        await check(all);
      }
    });

    it("what no correction reaches is refused in time: a receiver, a product, the number of labels", () => {
      const cases = [
        ["SHIP, loose", { to: { type: "party", number: 10 } }],
        ["TRANSFORM, a processing", { product: { type: "subject", id: IDS.leaf } }],
        ["LABEL", { labels: amount("11", "piece") }],
        ["PRODUCT", { net: amount("500", "g") }],
        ["ENROL", { device: text("三号手机") }],
      ] as const satisfies readonly (readonly [string, Answers])[];
      for (const [name, answers] of cases) {
        const before = RECORDS[name] as Said;
        const asked = () => changed(before, { answers: { ...before.answers, ...answers } });
        expect(asked, name).to.throw(Problem).with.property("type", "nothing-to-correct");
      }
    });

    it("a planting that did not go into a harvest is a record of its own", () => {
      expect(() => changed(RECORDS["HARVEST of one planting"] as Said, { answers: PARTS }))
        .to.throw(Problem)
        .with.property("type", "no-link");
    });

    it("words alone are corrected without a difference, master data included", async () => {
      const label = changed(RECORDS.LABEL as Said, { note: "第二次印" });
      const product = changed(RECORDS.PRODUCT as Said, {
        answers: { ...(RECORDS.PRODUCT as Said).answers, name: text("示例新茶") },
      });
      expect([booked(label), booked(product)]).to.deep.equal([[[0n, 0n]], [[0n, 0n]]]);
      await check(label);
      await check(product);
    });
  });

  it("an event is the record's own: its id is the record's", () => {
    expect(JSON.stringify(captured(RECORDS.GROW as Said).stated.document)).to.include(`urn:uuid:${ID}`);
  });
});
