/** January: the operator admits the cooperative, its phones get keys, products, growers, gardens and plantings are written down. */
import { unitNumber } from "../../protocol/amount.ts";
import { organisationId } from "../../protocol/batch.ts";
import { bytesOf, type Hex, hexOf } from "../../protocol/bytes.ts";
import { plantEvent } from "../../protocol/document/epcis.ts";
import type { MemberRef, ProductRef } from "../../protocol/document/form.ts";
import { keyDocument, memberMaster, plotMaster, productMaster } from "../../protocol/document/master.ts";
import type { LotName } from "../../protocol/document/terms.ts";
import type { Words } from "../../protocol/document/text.ts";
import { LEVELS } from "../../protocol/kinds/place.ts";
import { ADMISSION, DEVICES, MEMBERS, PRODUCTS } from "./cooperative.ts";
import { chinaTime } from "./days.ts";
import type { Maker } from "./maker.ts";
import { type Draft, Phone } from "./phone.ts";
import {
  CAP_KG_PER_MU,
  capPerHectare,
  type ExamplePlot,
  outlineOf,
  PLOTS,
  plotCode,
  plotName,
  VILLAGE,
} from "./plots.ts";
import { OPENED, PLANTED, SEASON } from "./season.ts";

export type { Ground, Planting, Product };
export { enrol, makeGround, planted };

interface Product extends ProductRef {
  readonly id: Uint8Array;
  readonly gtin: string | null;
}

interface Planting {
  readonly id: Uint8Array;
  readonly subject: Hex;
  readonly name: LotName;
  readonly plot: ExamplePlot;
  readonly plotSubject: Hex;
}

interface Ground {
  readonly organisation: number;
  readonly phones: { readonly manager: Phone; readonly field: Phone; readonly workshop: Phone };
  readonly products: Readonly<Record<keyof typeof PRODUCTS, Product>>;
  readonly members: ReadonlyMap<number, MemberRef>;
  /** By the garden's number. */
  readonly plantings: ReadonlyMap<number, Planting>;
}

const KGM = unitNumber("KGM");

async function makeGround(maker: Maker): Promise<Ground> {
  const manager = await Phone.make(maker.field, { kept: true });
  maker.turnTo(OPENED.admitted);
  const { x, y } = manager.publicKey;
  const { organisation } = await maker.admit({ ...ADMISSION, managerKey: { x: hexOf(x), y: hexOf(y) } });

  // The field phone will be lost, and its key is kept to show what a batch by an ended key looks like.
  const field = await Phone.make(maker.field, { kept: true });
  const workshop = await Phone.make(maker.field, { kept: false });
  await maker.record(manager, OPENED.enrolled, async (draft) => {
    await enrol(draft, { organisation, phone: field, device: DEVICES.field, when: OPENED.enrolled });
    await enrol(draft, { organisation, phone: workshop, device: DEVICES.workshop, when: OPENED.enrolled });
  });
  const products = await maker.record(manager, OPENED.products, writeProducts);
  const members = await maker.record(manager, OPENED.members, writeMembers);
  const plots = await maker.record(manager, OPENED.plots, writePlots);
  const plantings = await maker.record(manager, PLANTED.writtenAt, (draft) =>
    writePlantings(draft, { maker, plots, product: products.leaf }),
  );
  return { organisation, phones: { manager, field, workshop }, products, members, plantings };
}

/** @throws when the story names a garden that is not planted */
function planted({ plantings }: Ground, plot: number): Planting {
  const planting = plantings.get(plot);
  if (planting === undefined) throw new Error(`the story knows no garden ${plot}`);
  return planting;
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
  const write = async (name: keyof typeof PRODUCTS): Promise<Product> => {
    const { index, id, hex } = await draft.newSubject();
    const product = PRODUCTS[name];
    const { net, loss } = product;
    const crop = { zh: "茶", en: "tea" };
    await draft.write("PRODUCT", {
      subject: id,
      occurredAtS: createdAtS,
      document: productMaster({ ...product, subject: hex, createdAtS, uom: "KGM", crop, example: true }),
      args: { index, unit: KGM, net, loss },
    });
    return { id, subject: hex, name: product.name, gtin: product.gtin };
  };
  return { leaf: await write("leaf"), made: await write("made"), packed: await write("packed") };
}

async function writeMembers(draft: Draft): Promise<Ground["members"]> {
  const createdAtS = chinaTime(OPENED.members);
  const members = new Map<number, MemberRef>();
  for (const number of MEMBERS) {
    const { index, id, hex } = await draft.newSubject();
    await draft.write("MEMBER", {
      subject: id,
      occurredAtS: createdAtS,
      document: memberMaster({ subject: hex, createdAtS, number, example: true }),
      args: { index, number: BigInt(number) },
    });
    members.set(number, { subject: hex, number });
  }
  return members;
}

type Plots = ReadonlyMap<ExamplePlot, Hex>;

async function writePlots(draft: Draft): Promise<Plots> {
  const createdAtS = chinaTime(OPENED.plots);
  const plots = new Map<ExamplePlot, Hex>();
  for (const plot of PLOTS) {
    const { index, id, hex } = await draft.newSubject();
    const area = BigInt(plot.area_m2) * 1000n;
    await draft.write("PLOT", {
      subject: id,
      occurredAtS: createdAtS,
      document: plotMaster({
        ...{ subject: hex, createdAtS, code: plotCode(plot), name: plotName(plot), village: VILLAGE },
        ...{ level: "field", area, outline: outlineOf(plot), example: true },
      }),
      args: { index, level: LEVELS.indexOf("field"), area },
    });
    plots.set(plot, hex);
  }
  return plots;
}

async function writePlantings(
  draft: Draft,
  { maker, plots, product }: { readonly maker: Maker; readonly plots: Plots; readonly product: Product },
): Promise<Ground["plantings"]> {
  const occurredAtS = chinaTime(PLANTED.doneAt);
  const cap = capPerHectare(CAP_KG_PER_MU);
  const plantings = new Map<number, Planting>();
  for (const [plot, plotSubject] of plots) {
    const { index, id, hex } = await draft.newSubject();
    const name = { gtin: null, lotNumber: `${plotCode(plot)}-2026` };
    const area = BigInt(plot.area_m2) * 1000n;
    await draft.write("PLANT", {
      subject: id,
      occurredAtS,
      document: plantEvent({
        ...{ subject: hex, eventId: maker.eventId(), occurredAtS, planting: name, area, cap, example: true },
        plot: { subject: plotSubject, code: plotCode(plot) },
        product: { subject: product.subject, name: product.name },
        ...{ season: SEASON, variety: plot.variety },
      }),
      args: { index, plot: bytesOf(plotSubject), product: product.id, area, cap },
    });
    plantings.set(plot.number, { id, subject: hex, name, plot, plotSubject });
  }
  return plantings;
}
