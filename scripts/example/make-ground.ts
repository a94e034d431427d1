/** January: the operator admits the cooperative, its phones get keys, products, growers, gardens and plantings are written down. */
import { unitNumber } from "../../protocol/amount.ts";
import { organisationId } from "../../protocol/batch.ts";
import { bytesOf, type Hex, hexOf } from "../../protocol/bytes.ts";
import { eventsDocument, plantEvent } from "../../protocol/document/epcis.ts";
import type { MemberRef } from "../../protocol/document/form.ts";
import { keyDocument, memberMaster, plotMaster, productMaster } from "../../protocol/document/master.ts";
import type { JsonObject, LotName } from "../../protocol/document/terms.ts";
import type { Words } from "../../protocol/document/text.ts";
import { LEVELS } from "../../protocol/kinds/place.ts";
import { ADMISSION, CROP, DEVICES, PRODUCTS } from "./cooperative.ts";
import { chinaTime } from "./days.ts";
import { GARDENS, MEMBERS, STORY_GARDENS, VILLAGES, villageOf } from "./gardens.ts";
import type { LotProduct } from "./lots.ts";
import type { Maker } from "./maker.ts";
import { type Draft, Phone } from "./phone.ts";
import { CAP_KG_PER_MU, capPerHectare, type ExamplePlot, outlineOf, plotCode, plotName } from "./plots.ts";
import { OPENED, PLANTED, SEASON } from "./season.ts";

export type { Ground, Planting };
export { enrol, makeGround, memberOf, planted };

interface Planting {
  readonly id: Uint8Array;
  readonly subject: Hex;
  readonly name: LotName;
  readonly plot: ExamplePlot;
  readonly plotSubject: Hex;
}

interface Ground {
  readonly organisation: number;
  readonly phones: {
    readonly manager: Phone;
    readonly field: Phone;
    readonly point: Phone;
    readonly packhouse: Phone;
  };
  readonly products: Readonly<Record<keyof typeof PRODUCTS, LotProduct>>;
  readonly members: ReadonlyMap<number, MemberRef>;
  /** By the garden's number. */
  readonly plantings: ReadonlyMap<number, Planting>;
}

const KGM = unitNumber("KGM");
/** A batch holds 32 KiB; so many new subjects stay well below, in bytes and in gas. */
const A_BATCH = 62;

async function makeGround(maker: Maker): Promise<Ground> {
  const manager = await Phone.make(maker.field, { kept: true });
  maker.turnTo(OPENED.admitted);
  const { x, y } = manager.publicKey;
  const { organisation } = await maker.admit({ ...ADMISSION, managerKey: { x: hexOf(x), y: hexOf(y) } });

  // The field phone will be lost, and its key is kept to show what a batch by an ended key looks like.
  const field = await Phone.make(maker.field, { kept: true });
  const point = await Phone.make(maker.field, { kept: false });
  const packhouse = await Phone.make(maker.field, { kept: false });
  await maker.record(manager, OPENED.enrolled, async (draft) => {
    await enrol(draft, { organisation, phone: field, device: DEVICES.field, when: OPENED.enrolled });
    await enrol(draft, { organisation, phone: point, device: DEVICES.point, when: OPENED.enrolled });
    await enrol(draft, { organisation, phone: packhouse, device: DEVICES.packhouse, when: OPENED.enrolled });
  });
  const products = await maker.record(manager, OPENED.products, writeProducts);
  const members = new Map<number, MemberRef>();
  for (let first = 1; first <= MEMBERS; first += A_BATCH) {
    const last = Math.min(first + A_BATCH - 1, MEMBERS);
    await maker.record(manager, OPENED.members, (draft) => writeMembers(draft, members, { first, last }));
  }
  const plots = new Map<ExamplePlot, Hex>();
  for (const gardens of byVillage()) {
    await maker.record(manager, OPENED.plots, (draft) => writePlots(draft, plots, gardens));
  }
  const plantings = new Map<number, Planting>();
  for (const gardens of byVillage()) {
    await maker.record(manager, PLANTED.writtenAt, (draft) =>
      writePlantings(draft, plantings, { maker, plots, product: products.leaf, gardens }),
    );
  }
  return { organisation, phones: { manager, field, point, packhouse }, products, members, plantings };
}

/** The gardens of the home page's bag first: what is said of them stands in documents of their own, and makes its history short. */
function byVillage(): readonly (readonly ExamplePlot[])[] {
  const inStory = ({ number }: ExamplePlot) => STORY_GARDENS.includes(number);
  const rest = GARDENS.filter((garden) => !inStory(garden));
  return [
    GARDENS.filter(inStory),
    ...VILLAGES.map(({ first, last }) => rest.filter(({ number }) => number >= first && number <= last)),
  ];
}

/** @throws when the story names a garden that is not planted */
function planted({ plantings }: Ground, plot: number): Planting {
  const planting = plantings.get(plot);
  if (planting === undefined) throw new Error(`the story knows no garden ${plot}`);
  return planting;
}

/** @throws when the story names a member who is not written down */
function memberOf({ members }: Ground, number: number): MemberRef {
  const member = members.get(number);
  if (member === undefined) throw new Error(`the story knows no member ${number}`);
  return member;
}

async function enrol(
  draft: Draft,
  of: { readonly organisation: number; readonly phone: Phone; readonly device: Words; readonly when: string },
): Promise<void> {
  const { organisation, phone, device, when } = of;
  const subject = organisationId(organisation);
  const timeS = chinaTime(when);
  const { recorder, publicKey } = phone;
  const about = { subject: hexOf(subject), createdAtS: timeS, recorder, device, example: true };
  await draft.write("ENROL", {
    subject,
    occurredAtS: timeS,
    document: keyDocument({ ...about, act: "enrol", manager: false }),
    args: { manager: false, ...publicKey },
  });
}

async function writeProducts(draft: Draft): Promise<Ground["products"]> {
  const createdAtS = chinaTime(OPENED.products);
  const write = async (name: keyof typeof PRODUCTS): Promise<LotProduct> => {
    const { index, id, hex } = await draft.newSubject();
    const product = PRODUCTS[name];
    const { net, loss } = product;
    await draft.write("PRODUCT", {
      subject: id,
      occurredAtS: createdAtS,
      document: productMaster({ ...product, subject: hex, createdAtS, uom: "KGM", crop: CROP, example: true }),
      args: { index, unit: KGM, net, loss },
    });
    return { id, subject: hex, name: product.name, gtin: product.gtin };
  };
  return {
    leaf: await write("leaf"),
    made: await write("made"),
    dust: await write("dust"),
    packed: await write("packed"),
    blend: await write("blend"),
    single: await write("single"),
  };
}

async function writeMembers(
  draft: Draft,
  members: Map<number, MemberRef>,
  { first, last }: { readonly first: number; readonly last: number },
): Promise<void> {
  const createdAtS = chinaTime(OPENED.members);
  for (let number = first; number <= last; number++) {
    const { index, id, hex } = await draft.newSubject();
    await draft.write("MEMBER", {
      subject: id,
      occurredAtS: createdAtS,
      document: memberMaster({ subject: hex, createdAtS, number, example: true }),
      args: { index, number: BigInt(number) },
    });
    members.set(number, { subject: hex, number });
  }
}

async function writePlots(draft: Draft, plots: Map<ExamplePlot, Hex>, gardens: readonly ExamplePlot[]): Promise<void> {
  const createdAtS = chinaTime(OPENED.plots);
  for (const plot of gardens) {
    const { index, id, hex } = await draft.newSubject();
    const area = BigInt(plot.area_m2) * 1000n;
    const village = villageOf(plot.number).name;
    await draft.write("PLOT", {
      subject: id,
      occurredAtS: createdAtS,
      document: plotMaster({
        ...{ subject: hex, createdAtS, code: plotCode(plot), name: plotName(plot), village },
        ...{ level: "field", area, outline: outlineOf(plot), example: true },
      }),
      args: { index, level: LEVELS.indexOf("field"), area },
    });
    plots.set(plot, hex);
  }
}

interface ToPlant {
  readonly maker: Maker;
  readonly plots: ReadonlyMap<ExamplePlot, Hex>;
  readonly product: LotProduct;
  readonly gardens: readonly ExamplePlot[];
}

async function writePlantings(
  draft: Draft,
  plantings: Map<number, Planting>,
  { maker, plots, product, gardens }: ToPlant,
): Promise<void> {
  const occurredAtS = chinaTime(PLANTED.doneAt);
  const cap = capPerHectare(CAP_KG_PER_MU);
  const events: { readonly planting: Planting; readonly index: number; readonly area: bigint; event: JsonObject }[] =
    [];
  for (const plot of gardens) {
    const plotSubject = plots.get(plot);
    if (plotSubject === undefined) throw new Error(`garden ${plot.number} is not written down`);
    const { index, id, hex } = await draft.newSubject();
    const name = { gtin: null, lotNumber: `${plotCode(plot)}-2026` };
    const area = BigInt(plot.area_m2) * 1000n;
    const event = plantEvent({
      ...{ subject: hex, eventId: maker.eventId(), occurredAtS, planting: name, area, cap, example: true },
      plot: { subject: plotSubject, code: plotCode(plot) },
      product: { subject: product.subject, name: product.name },
      ...{ season: SEASON, variety: plot.variety },
    });
    events.push({ planting: { id, subject: hex, name, plot, plotSubject }, index, area, event });
  }
  const isStory = gardens.every(({ number }) => STORY_GARDENS.includes(number));
  const together = eventsDocument(
    events.map(({ event }) => event),
    chinaTime(PLANTED.writtenAt),
  );
  for (const { planting, index, area, event } of events) {
    await draft.write("PLANT", {
      subject: planting.id,
      occurredAtS,
      document: isStory ? event : together,
      args: { index, plot: bytesOf(planting.plotSubject), product: product.id, area, cap },
    });
    plantings.set(planting.plot.number, planting);
  }
}
