/** April: leaf weighed in, made into tea each night, packed in one lot, labelled, looked at by others, stored. */
import { parseAmount } from "../../protocol/amount.ts";
import { bytesOf, compareBytes, type Hex, hexOf, utf8 } from "../../protocol/bytes.ts";
import { harvestEvent, labelEvent, noteEvent, transformEvent } from "../../protocol/document/epcis.ts";
import type { LotAmount } from "../../protocol/document/form.ts";
import type { JsonObject } from "../../protocol/document/terms.ts";
import { STEPS } from "../../protocol/kinds/transform.ts";
import { makeSerial, serialLeaves } from "../../protocol/label.ts";
import { treeRoot } from "../../protocol/merkle.ts";
import { PRODUCTS } from "./cooperative.ts";
import { chinaTime } from "./days.ts";
import {
  LABELS,
  MAKINGS,
  type Making,
  PACKED,
  PICKED_AS,
  PICKING_DAYS,
  type PickingDay,
  STORED,
  type Weighing,
  WORKSHOP,
} from "./gathering.ts";
import { type Lot, mintLotNumber } from "./lots.ts";
import { correct, type Mistyped, seqOf } from "./make-corrections.ts";
import { type Ground, type Planting, type Product, planted } from "./make-ground.ts";
import { attestLot, type Thirds, testLot } from "./make-third.ts";
import type { Maker } from "./maker.ts";
import { primitives } from "./phone.ts";
import { plotCode } from "./plots.ts";
import { WORKS } from "./season.ts";

export type { Tea };
export { makeTea };

interface Tea {
  readonly lot: Hex;
  readonly run: Hex;
  readonly serials: readonly string[];
  /** The lot's word when its labels were printed. */
  readonly printed: Uint8Array;
}

async function makeTea(maker: Maker, ground: Ground, thirds: Thirds): Promise<Tea> {
  const picked = new Map<string, readonly Lot[]>();
  const made: Lot[] = [];
  const works = [
    ...PICKING_DAYS.map((day) => ({
      when: day.writtenAt,
      make: async () => void picked.set(day.doneAt.slice(0, 10), await weighIn(maker, ground, day)),
    })),
    ...MAKINGS.map((making) => ({
      when: making.writtenAt,
      make: async () => void made.push(await process(maker, ground, making, picked.get(making.picked) ?? [])),
    })),
  ];
  for (const { make } of works.toSorted((one, other) => chinaTime(one.when) - chinaTime(other.when))) await make();
  const lot = await pack(maker, ground, made);
  const { run, serials } = await label(maker, ground, lot);
  const printed = await maker.field.word(lot.subject);
  await testLot(maker, ground, thirds, lot);
  await attestLot(maker, thirds, lot);
  await store(maker, ground, lot);
  return { lot: lot.subject, run, serials, printed };
}

/** A lot for each grower and garden. */
async function weighIn(maker: Maker, ground: Ground, day: PickingDay): Promise<readonly Lot[]> {
  const { workshop } = ground.phones;
  const wrong: (Omit<Mistyped, "seq"> & { readonly weighed: Weighed })[] = [];
  const lots = await maker.record(workshop, day.writtenAt, async (draft) => {
    const written: Lot[] = [];
    for (const [count, weighing] of day.weighings.entries()) {
      const { index, id, hex } = await draft.newSubject();
      const planting = planted(ground, weighing.plot);
      const name = { gtin: null, lotNumber: mintLotNumber(day.doneAt.slice(0, 10), bytesOf(workshop.recorder), count) };
      const lot = { id, subject: hex, name, amount: parseAmount(weighing.kg) };
      const weighed = { day, weighing, planting, lot };
      const typed = parseAmount(weighing.mistyped?.kg ?? weighing.kg);
      const document = weighingEvent(ground, weighed, { eventId: maker.eventId(), amount: typed });
      if (weighing.mistyped !== undefined) wrong.push({ id, subject: hex, document, weighed });
      await draft.write("HARVEST", {
        subject: id,
        occurredAtS: chinaTime(day.doneAt),
        document,
        args: { index, inputs: [{ id: planting.id, amount: typed }] },
      });
      written.push(lot);
    }
    return written;
  });
  for (const { weighed, ...one } of wrong) {
    await correctWeight(maker, ground, weighed, { ...one, seq: await seqOf(maker, one.subject) });
  }
  return lots;
}

interface Weighed {
  readonly day: PickingDay;
  readonly weighing: Weighing;
  readonly planting: Planting;
  /** With the right amount. */
  readonly lot: Lot;
}

function weighingEvent(
  { members, products }: Ground,
  { day, weighing, planting, lot }: Weighed,
  { eventId, amount }: { readonly eventId: string; readonly amount: bigint },
): JsonObject {
  const member = members.get(weighing.member);
  if (member === undefined) throw new Error(`the story knows no member ${weighing.member}`);
  const { subject, name } = lot;
  return harvestEvent({
    ...{ subject, eventId, occurredAtS: chinaTime(day.doneAt), place: plotCode(planting.plot), example: true },
    ...{ member, lot: name, product: named(products.leaf), uom: "KGM", standard: PICKED_AS },
    inputs: [{ subject: planting.subject, lot: planting.name, amount }],
  });
}

/** The difference is booked, of the lot and of what was taken from its garden; the right event follows as a note. */
async function correctWeight(maker: Maker, ground: Ground, weighed: Weighed, wrong: Mistyped): Promise<void> {
  const { planting, weighing, lot, day } = weighed;
  const mistake = weighing.mistyped;
  if (mistake === undefined) return;
  const less = lot.amount - parseAmount(mistake.kg);
  await maker.record(ground.phones.workshop, mistake.writtenAt, async (draft) => {
    const right = maker.eventId();
    const difference = { own: less, other: { id: planting.id, subject: planting.subject, difference: less } };
    await correct(draft, wrong, { mistake, right, difference });
    await draft.write("NOTE", {
      subject: lot.id,
      occurredAtS: chinaTime(day.doneAt),
      document: weighingEvent(ground, weighed, { eventId: right, amount: lot.amount }),
      args: {},
    });
  });
}

async function process(maker: Maker, ground: Ground, making: Making, leaf: readonly Lot[]): Promise<Lot> {
  const occurredAtS = chinaTime(making.doneAt);
  const { workshop } = ground.phones;
  const { made } = ground.products;
  const inputs = ascending(leaf);
  const amount = parseAmount(making.kg);
  return maker.record(workshop, making.writtenAt, async (draft) => {
    const { index, id, hex } = await draft.newSubject();
    const name = { gtin: null, lotNumber: mintLotNumber(making.picked, bytesOf(workshop.recorder), leaf.length) };
    await draft.write("TRANSFORM", {
      subject: id,
      occurredAtS,
      document: transformEvent({
        ...{ subject: hex, eventId: maker.eventId(), occurredAtS, place: WORKSHOP, example: true, step: "process" },
        ...{ uom: "KGM", inputs: inputs.map(share), steps: making.steps },
        outputs: [{ subject: hex, lot: name, amount, product: named(made) }],
        ...(making.notes === undefined ? {} : { notes: making.notes }),
      }),
      args: { index, step: STEPS.process, inputs, outputs: [{ id: made.id, amount }] },
    });
    return { id, subject: hex, name, amount };
  });
}

/** All that was made becomes one lot; the list of weighings goes with it. */
async function pack(maker: Maker, ground: Ground, made: readonly Lot[]): Promise<Lot> {
  const occurredAtS = chinaTime(PACKED.doneAt);
  const { packed } = ground.products;
  const inputs = ascending(made);
  const amount = parseAmount(PACKED.kg);
  return maker.record(ground.phones.workshop, PACKED.writtenAt, async (draft) => {
    const { index, id, hex } = await draft.newSubject();
    const name = { gtin: PRODUCTS.packed.gtin, lotNumber: PACKED.lotNumber };
    const list = await draft.attach(utf8(weighings()), {
      ...{ mediaType: "text/csv", name: "fresh-leaf-weighings.csv" },
      caption: { zh: "收青称重汇总（示例）", en: "Fresh leaf as weighed in (example)" },
    });
    await draft.write("TRANSFORM", {
      subject: id,
      occurredAtS,
      document: transformEvent({
        ...{ subject: hex, eventId: maker.eventId(), occurredAtS, place: WORKSHOP, example: true, step: "pack" },
        ...{ uom: "KGM", inputs: inputs.map(share), attachments: [list] },
        outputs: [{ subject: hex, lot: name, amount, product: named(packed) }],
      }),
      args: { index, step: STEPS.pack, inputs, outputs: [{ id: packed.id, amount }] },
    });
    return { id, subject: hex, name, amount };
  });
}

async function label(
  maker: Maker,
  ground: Ground,
  lot: Lot,
): Promise<{ readonly run: Hex; readonly serials: readonly string[] }> {
  const occurredAtS = chinaTime(LABELS.doneAt);
  const { count } = LABELS;
  const serials = Array.from({ length: count }, () => makeSerial(maker.random(13)));
  const leaves = await serialLeaves(primitives, serials);
  const root = await treeRoot(primitives, leaves);
  const run = await maker.record(ground.phones.workshop, LABELS.writtenAt, async (draft) => {
    const { index, id, hex } = await draft.newSubject();
    const text = leaves.map((leaf) => `${hexOf(leaf)}\n`).join("");
    const list = await draft.attach(utf8(text), { mediaType: "text/csv", name: "label-leaves.csv" });
    await draft.write("LABEL", {
      subject: id,
      occurredAtS,
      document: labelEvent({
        ...{ subject: hex, eventId: maker.eventId(), occurredAtS, place: WORKSHOP, example: true },
        ...{ lot: lot.name, lotSubject: lot.subject, count, net: PRODUCTS.packed.net, uom: "KGM" },
        ...{ root: hexOf(root), leaves: list },
      }),
      args: { index, lot: lot.id, certificate: new Uint8Array(32), count: BigInt(count), root },
    });
    return hex;
  });
  return { run, serials };
}

async function store(maker: Maker, ground: Ground, lot: Lot): Promise<void> {
  const occurredAtS = chinaTime(STORED.doneAt);
  await maker.record(ground.phones.workshop, STORED.writtenAt, async (draft) => {
    await draft.write("NOTE", {
      subject: lot.id,
      occurredAtS,
      document: noteEvent({
        ...{ subject: lot.subject, eventId: maker.eventId(), occurredAtS, place: WORKSHOP, example: true },
        ...{ lot: lot.name, work: WORKS.storing, notes: STORED.notes },
      }),
      args: {},
    });
  });
}

/** The ledger takes inputs by rising id only. */
function ascending(lots: readonly Lot[]): readonly Lot[] {
  return lots.toSorted((one, other) => compareBytes(one.id, other.id));
}

function share({ subject, name, amount }: Lot): LotAmount {
  return { subject, lot: name, amount };
}

function named({ subject, name }: Product): { readonly subject: Hex; readonly name: Product["name"] } {
  return { subject, name };
}

function weighings(): string {
  const rows = PICKING_DAYS.flatMap(({ doneAt, weighings: day }) =>
    day.map(({ member, plot, kg }) => `${doneAt.slice(0, 10)},${member},${plot},${kg}`),
  );
  return `${["date,member,garden,kg", ...rows].join("\n")}\n`;
}
