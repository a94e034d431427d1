/** What an organisation's phones carry with them: every section of a small farm, on a real chain. Example data. */
import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { type Hex, hexOf } from "../../../protocol/bytes.ts";
import { correctDocument } from "../../../protocol/document/correction.ts";
import { growEvent, plantEvent } from "../../../protocol/document/epcis.ts";
import type { GrowForm } from "../../../protocol/document/form.ts";
import { plotMaster, productMaster, siteMaster } from "../../../protocol/document/master.ts";
import type { JsonObject } from "../../../protocol/document/terms.ts";
import type { Field as PhoneField } from "../../../scan-web/record/model.ts";
import { PICTURES, readPicture } from "../../../scripts/example/pictures.ts";
import { cropOf } from "../../../server/resolve/field-crops.ts";
import { applyLogs } from "../../../server/indexer/apply.ts";
import { fieldReader } from "../../../server/resolve/field.ts";
import type { Field, FieldRows } from "../../../server/resolve/field-rows.ts";
import { primitives } from "../../support/primitives.ts";
import { makeKey } from "../../support/recorder.ts";
import { deployment, logsOfSeason } from "../../support/season-logs.ts";
import { startServer, type TestServer } from "../../support/server.ts";
import { engines, type StorePlace, storePlace } from "../../support/stores.ts";
import { sync } from "../../support/sync.ts";
import { type Goods, kg, type Planting, type Product, type Subject, Trader } from "../../support/trade.ts";

/** As the phone's model has it, ids being any text. */
type Loose<T> = T extends Hex
  ? string
  : T extends readonly (infer Item)[]
    ? readonly Loose<Item>[]
    : T extends object
      ? { readonly [Key in keyof T]: Loose<T[Key]> }
      : T;

const DAY_S = 86_400;
const TEA = { zh: "示例茶", en: "Example tea" };
const SPRAY = { id: "spraying", zh: "打药", en: "spraying" };
const WEEDING = { id: "weeding", zh: "除草", en: "weeding" };
const PESTICIDE: NonNullable<GrowForm["inputs"]>[number] = {
  ...{ name: { zh: "示例农药", en: "Example pesticide" }, kind: "pesticide", dose: 0.5, uom: "LTR" },
  preHarvestIntervalDays: 14,
};

describe("The field of an organisation", function () {
  this.timeout(60_000);
  let server: TestServer;
  let farm: Trader;
  let shop: Trader;
  let land: {
    readonly product: Product;
    readonly plot: Subject;
    readonly planting: Planting;
    readonly picture: string;
  };

  before(async () => {
    server = await startServer();
    farm = await Trader.admit(server, "producer", "processor");
    shop = await Trader.admit(server, "trader");
    land = await farm.record(made);
  });

  after(async () => {
    await server.close();
  });

  it("names the organisation, as its operator wrote it down", async () => {
    const { organisation } = await field(farm);

    expect(organisation.row).to.deep.include({
      ...{ number: farm.organisation, subject: hexOf(farm.recorder.organisationSubject), phone: null, example: true },
      ...{ name: { zh: "示例合作社", en: "Example cooperative" }, roles: ["producer", "processor"], active: true },
    });
  });

  it("has plots with their free area and first picture, products with their crop, sites", async () => {
    const { plots, products, sites } = await field(farm);

    expect(plots.rows).to.deep.equal([
      {
        ...{ id: land.plot.subject, code: "EX-1", name: { zh: "示例地" }, village: { zh: "示例村" } },
        ...{ area: "1000", free: "400", picture: land.picture },
      },
    ]);
    expect(products.rows).to.deep.equal([
      { id: land.product.subject, name: TEA, gtin: null, unit: "KGM", net: "0.25", loss: 120, crop: "tea" },
    ]);
    expect(sites.rows.map(({ code, name }) => [code, name])).to.deep.equal([["EX-HUB", { en: "Example hub" }]]);
  });

  it("has open plantings with what they may still bear and what was done on them last", async () => {
    const before = await field(farm);
    const lot = await farm.record(farm.harvest(land.planting, kg(100)));
    const { plantings } = await field(farm);

    const [planting] = plantings.rows;
    expect(before.plantings.rows[0]).to.deep.include({ harvested: "0", mayBear: "540", last: null, uses: [] });
    expect(planting).to.deep.include({
      ...{
        id: land.planting.subject,
        plot: land.plot.subject,
        product: land.product.subject,
        lotNumber: "EX-1-season",
      },
      ...{ gtin: null, area: "600", cap: "9000", harvested: "100", mayBear: "440" },
    });
    expect(planting?.last?.work).to.equal("harvest");
    expect((await field(farm)).lots.rows.map(({ id }) => id)).to.include(lot.subject);
  });

  it("tells what was brought out on a planting or its plot and makes a harvest wait, for 120 days", async () => {
    const nowS = farm.recorder.nowS;
    await farm.record(grow(land.planting, SPRAY, nowS - 3 * DAY_S));
    await farm.record(grow(land.plot, SPRAY, nowS - 10 * DAY_S));
    await farm.record(grow(land.planting, SPRAY, nowS - 130 * DAY_S));
    await farm.record(grow(land.planting, WEEDING, nowS + 60));
    const { plantings } = await field(farm);

    const use = { name: PESTICIDE.name, preHarvestIntervalDays: 14 };
    expect(plantings.rows[0]?.uses).to.deep.equal([
      { ...use, atS: nowS - 10 * DAY_S },
      { ...use, atS: nowS - 3 * DAY_S },
    ]);
    expect(plantings.rows[0]?.last).to.deep.equal({ work: "weeding", atS: nowS + 60 });
  });

  it("leaves out what its own author struck through", async () => {
    const atS = farm.recorder.nowS - 5 * DAY_S;
    const { document } = await farm.record(grow(land.planting, SPRAY, atS));
    const before = (await field(farm)).plantings.rows[0]?.uses.map((use) => use.atS);
    await farm.record(struck(land.planting, document, await seqOf(land.planting)));
    const after = (await field(farm)).plantings.rows[0]?.uses.map((use) => use.atS);

    expect(before).to.include(atS);
    expect(after).to.deep.equal(before?.filter((one) => one !== atS));
  });

  it("has lots with something left, and those on their way with the name of the other side", async () => {
    const lot = await farm.record(farm.harvest(land.planting, kg(20)));
    const [first, further] = await farm.record(
      farm.transformed("process", [[lot, kg(12)]], [land.product, kg(8)], [land.product, kg(3)]),
    );
    if (first === undefined || further === undefined) throw new Error("two come out");
    const going = await farm.record(farm.ship(first, kg(5), shop));
    const rows = new Map((await field(farm)).lots.rows.map((row) => [row.id, row]));
    const coming = (await field(shop)).lots.rows.find(({ id }) => id === going.subject);

    expect(rows.get(lot.subject)).to.deep.include({ sort: "HARVEST", left: "8", state: "here", ...lot.name });
    expect(rows.get(first.subject)).to.deep.include({ sort: "TRANSFORM", made: "8", left: "3", ...first.name });
    expect(rows.get(further.subject)).to.deep.include({ sort: "TRANSFORM", left: "3", ...further.name });
    const other = { name: { zh: "示例合作社", en: "Example cooperative" } };
    expect(rows.get(going.subject)).to.deep.include({
      ...{ sort: "SHIP", state: "going", left: "5", unit: "KGM", ...first.name },
      other: { ...other, number: shop.organisation },
    });
    expect(coming).to.deep.include({
      ...{ state: "coming", lotNumber: first.name.lotNumber, source: first.subject },
      other: { ...other, number: farm.organisation },
    });
    // Whose product it is, the receiver's phones have to know as well.
    expect((await field(shop)).products.rows.map(({ id }) => id)).to.deep.equal([land.product.subject]);

    await shop.record(shop.receive(going, kg(5), { sender: farm, taken: first }));
    expect((await field(farm)).lots.rows.map(({ id }) => id)).to.not.include(going.subject);
    expect((await field(shop)).lots.rows[0]).to.deep.include({
      id: going.subject,
      state: "here",
      other: null,
      left: "5",
    });
  });

  it("leaves out a lot that is used up", async () => {
    const lot = await farm.record(farm.harvest(land.planting, kg(1)));
    await farm.record(farm.transform("process", [[lot, kg(1)]], [land.product, kg(1)]));

    expect((await field(farm)).lots.rows.map(({ id }) => id)).to.not.include(lot.subject);
  });

  it("says where a recall stands on a lot, or on what it came from", async () => {
    const [lot, other] = [await farm.record(farm.harvest(land.planting, kg(2))), await anyLot()];
    const box = await farm.record(farm.transform("process", [[lot, kg(1)]], [land.product, kg(1)]));
    await farm.record(farm.recall(lot));
    const rows = new Map((await field(farm)).lots.rows.map((row) => [row.id, row]));

    expect([lot, box, other].map(({ subject }) => rows.get(subject)?.isRecalled)).to.deep.equal([true, true, false]);
  });

  it("has every key, with the device that it was enrolled for, and which of them have ended", async () => {
    const { recorder } = farm;
    const signer = await makeKey();
    await sendAll(await recorder.enrol(signer));
    const enrolled = await field(farm);
    await sendAll(await recorder.expel(signer.recorder));
    const ended = await field(farm);

    expect(enrolled.recorders.rows[0]).to.deep.include({ recorder: recorder.id, manager: true, active: true });
    expect(enrolled.recorders.rows[0]?.enrolledAtS).to.be.greaterThan(0);
    const [before, after] = [enrolled, ended].map(({ recorders }) =>
      recorders.rows.find((row) => row.recorder === hexOf(signer.recorder)),
    );
    expect(before).to.deep.include({ manager: false, active: true });
    expect(after).to.deep.equal({ ...before, active: false });
  });

  it("gives a section another version exactly when its rows are others", async () => {
    const before = await field(farm);
    await farm.record(farm.note(land.plot, "nothing that a phone carries"));
    const noted = await field(farm);
    await farm.record(farm.product({ net: 500n }));
    const after = await field(farm);

    expect(versionsOf(noted)).to.deep.equal(versionsOf(before));
    const changed = Object.entries(versionsOf(after)).filter(([name, version]) => versionsOf(noted)[name] !== version);
    expect(changed.map(([name]) => name)).to.deep.equal(["products"]);
  });

  it("is told in sync by section, whose version the phone does not have", async () => {
    const whole = await field(farm);
    const have = { ...versionsOf(whole), lots: "another" };
    const told = await sync(server.address, { recorder: farm.recorder.id, have });

    expect(told.field).to.deep.equal({ lots: whole.lots });
  });

  it("holds the rows that the phone's model names, and nothing else", async () => {
    const names = {
      organisation: ["active", "escrow", "example", "name", "number", "phone", "roles", "sealing", "subject"],
      plots: ["area", "code", "free", "id", "name", "picture", "village"],
      sites: ["code", "id", "name"],
      products: ["crop", "gtin", "id", "loss", "name", "net", "unit"],
      plantings: ["area", "cap", "gtin", "harvested", "id", "last", "lotNumber", "mayBear", "plot", "product", "uses"],
      lots: [
        ...["gtin", "id", "isRecalled", "left", "lotNumber", "made", "madeAtS", "other", "packed", "product", "sort"],
        ...["source", "state", "unit"],
      ],
      recorders: ["active", "device", "enrolledAtS", "manager", "recorder", "sealing"],
    } as const satisfies NamesOfModel;
    const told = await field(farm);

    for (const [section, expected] of Object.entries(names) as [keyof Field, readonly string[]][]) {
      const of = told[section];
      const rows: readonly object[] = "row" in of ? [of.row] : of.rows;
      expect(rows, section).to.not.have.length(0);
      for (const row of rows) expect(Object.keys(row).sort(), section).to.deep.equal(expected);
    }
    // That it compiles is the test: the server's rows are the model's.
    const rows = Object.fromEntries(Object.entries(told).map(([name, of]) => [name, "row" in of ? of.row : of.rows]));
    expect(asPhoneHasIt(rows as unknown as FieldRows)).to.have.keys(Object.keys(names));
  });

  it("is not found where nobody was admitted", async () => {
    const { status } = await farm.recorder.request("GET", "/api/organisations/99/field");

    expect(status).to.equal(404);
    expect(await sync(server.address, { organisation: 99, have: {} })).to.not.have.property("field");
  });

  async function field(of: Trader): Promise<Field> {
    await server.furrow.settled();
    const { status, body } = await of.recorder.request("GET", `/api/organisations/${of.organisation}/field`);
    expect(status).to.equal(200);
    return body as unknown as Field;
  }

  async function anyLot(): Promise<Goods> {
    return farm.record(farm.harvest(land.planting, kg(1)));
  }

  async function sendAll(group: Parameters<Trader["recorder"]["sign"]>[0][number]): Promise<void> {
    const signed = await farm.recorder.sign([group]);
    await farm.recorder.send(signed);
    await farm.recorder.settled(signed.hash);
  }

  /** Its newest move. */
  async function seqOf({ subject }: Subject): Promise<number> {
    const { body } = await farm.recorder.request(
      "POST",
      "/rpc",
      rpcWord(farm.recorder.deployment.ledger, subject),
      JSON_TYPE,
    );
    return Number(`0x${String(body.result).slice(-8)}`);
  }
});

/** What the first engine gave: the other one gives the same. */
let first: Field | null = null;

for (const engine of engines) {
  describe(`A field read on ${engine}`, function () {
    this.timeout(30_000);
    let place: StorePlace;

    before(async () => {
      place = await storePlace(engine);
    });

    after(() => place.remove());

    it("is what the ledger's own season leaves, though no document is here", async () => {
      const store = await place.open();
      try {
        const { index } = store;
        const { logs } = logsOfSeason();
        await applyLogs({ index, deployment, primitives, timeOfBlock: async (block) => block }, logs);
        const read = fieldReader({
          ...{ index, documentOf: async () => undefined, generation: () => store.generation() },
          ...{ behind: async () => null, escrow: () => null, nowS: () => 0 },
        });
        const told = await read(1);
        if (told === null || "behind" in told) throw new Error("there is an organisation 1");

        expect(told.plots.rows).to.not.have.length(0);
        expect(told.lots.rows).to.not.have.length(0);
        for (const { id, code } of told.plots.rows) expect(id.startsWith(code)).to.equal(true);
        first ??= told;
        expect(told).to.deep.equal(first);
      } finally {
        await store.dropIndex();
        await store.close();
      }
    });

    it("is not told while the index is being made, and is while it falls behind by a block", async () => {
      const store = await place.open();
      try {
        let why: string | null = "read up to block 3 of 9";
        const read = fieldReader({
          ...{ index: store.index, documentOf: async () => undefined, generation: () => store.generation() },
          ...{ behind: async () => why, escrow: () => null, nowS: () => 1 },
        });
        const making = await read(1);
        why = null;
        const whole = await read(1);
        why = "read up to block 8 of 9";
        const late = await read(1);
        await store.dropIndex();
        const emptied = await read(1);

        expect([making, whole, late, emptied]).to.deep.equal([
          { behind: "read up to block 3 of 9" },
          null,
          null,
          { behind: why },
        ]);
      } finally {
        await store.close();
      }
    });
  });
}

describe("The crop of a product", () => {
  it("is found in Chinese and English words, and is none where it is not in the list of works", () => {
    expect([{ zh: "茶" }, { en: "Tea" }, { en: "sweet potato" }, { zh: "叶菜" }].map(cropOf)).to.deep.equal([
      "tea",
      "tea",
      "sweetPotato",
      "leafy",
    ]);
    expect([null, { zh: "水稻", en: "rice" }].map(cropOf)).to.deep.equal([null, null]);
  });
});

type NamesOfModel = {
  readonly [Section in keyof PhoneField]: readonly (keyof Loose<
    NonNullable<PhoneField[Section] extends readonly (infer Row)[] ? Row : PhoneField[Section]>
  >)[];
};

function asPhoneHasIt(rows: FieldRows): Loose<PhoneField> {
  return rows;
}

const JSON_TYPE = "application/json";

function rpcWord(ledger: string, subject: string): string {
  const call = [{ to: ledger, data: `0x0efb67b8${subject.slice(2)}` }, "latest"];
  return JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_call", params: call });
}

function versionsOf(field: Field): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(field).map(([name, { version }]) => [name, version]));
}

/** A product, a site, and a plot of 1,000 m² of which 600 are planted. */
async function made(draft: Parameters<Parameters<Trader["record"]>[0]>[0]) {
  const occurredAtS = Math.floor(Date.now() / 1000);
  const [product, plot, planting, site] = [
    await draft.newSubject(),
    await draft.newSubject(),
    await draft.newSubject(),
    await draft.newSubject(),
  ];
  const picture = await draft.attach(await readPicture(PICTURES.garden), {
    mediaType: "image/jpeg",
    name: "garden.jpg",
  });
  const said = { createdAtS: occurredAtS, example: true } as const;
  const [area, planted, cap, net] = [1_000_000n, 600_000n, 9_000_000n, 250n];
  await draft.write("PRODUCT", {
    ...{ subject: product.id, occurredAtS, args: { index: product.index, unit: 1, net, loss: 120 } },
    document: productMaster({
      ...{ ...said, subject: product.hex, name: TEA, gtin: null, uom: "KGM", net, loss: 120 },
      crop: { zh: "茶", en: "tea" },
    }),
  });
  await draft.write("PLOT", {
    ...{ subject: plot.id, occurredAtS, args: { index: plot.index, level: 0, area } },
    document: plotMaster({
      ...{ ...said, subject: plot.hex, code: "EX-1", name: { zh: "示例地" }, village: { zh: "示例村" } },
      ...{ level: "field", area, pictures: [picture] },
    }),
  });
  const name = { gtin: null, lotNumber: "EX-1-season" };
  await draft.write("PLANT", {
    ...{ subject: planting.id, occurredAtS },
    document: plantEvent({
      ...{
        subject: planting.hex,
        eventId: randomUUID(),
        occurredAtS,
        example: true,
        planting: name,
        area: planted,
        cap,
      },
      ...{ product: { subject: product.hex, name: TEA }, plot: { subject: plot.hex, code: "EX-1" } },
    }),
    args: { index: planting.index, plot: plot.id, product: product.id, area: planted, cap },
  });
  await draft.write("SITE", {
    ...{ subject: site.id, occurredAtS, args: { index: site.index, level: 0, number: 0n } },
    document: siteMaster({
      ...{ ...said, subject: site.hex, code: "EX-HUB", name: { en: "Example hub" }, level: "place", number: 0 },
    }),
  });
  const kind: Product = { id: product.id, subject: product.hex, gtin: null, net, uom: "KGM" };
  return {
    product: kind,
    plot: { id: plot.id, subject: plot.hex },
    planting: { id: planting.id, subject: planting.hex, name, product: kind },
    picture: picture.cid,
  };
}

function grow({ id, subject }: Subject, work: typeof SPRAY, occurredAtS: number) {
  return async (draft: Parameters<typeof made>[0]) => {
    const inputs = work.id === "spraying" ? { inputs: [PESTICIDE] } : {};
    const document = growEvent({ subject, eventId: randomUUID(), occurredAtS, example: true, work, ...inputs });
    await draft.write("GROW", { subject: id, occurredAtS, args: {}, document });
    return { document };
  };
}

/** It did not happen. */
function struck({ id, subject }: Subject, erroneous: JsonObject, seq: number) {
  return async (draft: Parameters<typeof made>[0]) => {
    const occurredAtS = Math.floor(Date.now() / 1000);
    const said = { seq, entry: 0, reason: 3 } as const;
    await draft.write("CORRECT", {
      ...{ subject: id, occurredAtS, args: { ...said, own: 0n, other: new Uint8Array(32), others: 0n } },
      document: correctDocument({ ...said, subject, declaredAtS: occurredAtS, erroneous }),
    });
  };
}
