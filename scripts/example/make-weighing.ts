/**
 * Leaf weighed in at a village point: a lot for each grower and garden of the home page's bag, with what was mistyped of it; a lot of a
 * whole village for the big blend.
 */
import { parseAmount } from "../../protocol/amount.ts";
import { harvestEvent } from "../../protocol/document/epcis.ts";
import type { JsonObject } from "../../protocol/document/terms.ts";
import { chinaTime } from "./days.ts";
import { PICKED_AS, type PickingDay, type Weighing } from "./gathering.ts";
import type { Lot } from "./lots.ts";
import { correct, type Mistyped, seqOf } from "./make-corrections.ts";
import { type Ground, memberOf, type Planting, planted } from "./make-ground.ts";
import { ascending } from "./make-lots.ts";
import type { Maker } from "./maker.ts";
import { pointOf } from "./parties.ts";
import type { Phone } from "./phone.ts";
import { plotCode } from "./plots.ts";

export { harvest, weighIn };

async function weighIn(maker: Maker, ground: Ground, day: PickingDay): Promise<readonly Lot[]> {
  const { point } = ground.phones;
  const wrong: (Omit<Mistyped, "seq"> & { readonly weighed: Weighed })[] = [];
  const lots = await maker.record(point, day.writtenAt, async (draft) => {
    const written: Lot[] = [];
    for (const weighing of day.weighings) {
      const { index, id, hex } = await draft.newSubject();
      const planting = planted(ground, weighing.plot);
      const name = { gtin: null, lotNumber: maker.lotNumber(day.doneAt.slice(0, 10), point) };
      const lot = { id, subject: hex, name, product: ground.products.leaf, amount: parseAmount(weighing.kg) };
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
  ground: Ground,
  { day, weighing, planting, lot }: Weighed,
  { eventId, amount }: { readonly eventId: string; readonly amount: bigint },
): JsonObject {
  const { subject, name, product } = lot;
  return harvestEvent({
    ...{ subject, eventId, occurredAtS: chinaTime(day.doneAt), place: plotCode(planting.plot), example: true },
    ...{ member: memberOf(ground, weighing.member), lot: name, uom: "KGM" as const, standard: PICKED_AS },
    product: { subject: product.subject, name: product.name },
    inputs: [{ subject: planting.subject, lot: planting.name, amount }],
  });
}

/** The difference is booked, of the lot and of what was taken from its garden; the right event follows as a note. */
async function correctWeight(maker: Maker, ground: Ground, weighed: Weighed, wrong: Mistyped): Promise<void> {
  const { planting, weighing, lot, day } = weighed;
  const mistake = weighing.mistyped;
  if (mistake === undefined) return;
  const less = lot.amount - parseAmount(mistake.kg);
  await maker.record(ground.phones.point, mistake.writtenAt, async (draft) => {
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

/** What one village weighs in. */
interface Leaf {
  readonly village: number;
  readonly picked: readonly { readonly garden: number; readonly member: number; readonly amount: bigint }[];
}

interface Harvesting {
  readonly phone: Phone;
  readonly doneAt: string;
  readonly writtenAt: string;
}

/** A lot of many gardens' leaf for each village; who brought how much of it stands in its document. */
async function harvest(
  maker: Maker,
  ground: Ground,
  { phone, doneAt, writtenAt, villages }: Harvesting & { readonly villages: readonly Leaf[] },
): Promise<readonly Lot[]> {
  const occurredAtS = chinaTime(doneAt);
  const product = ground.products.leaf;
  return maker.record(phone, writtenAt, async (draft) => {
    const lots: Lot[] = [];
    for (const { village, picked } of villages) {
      const { index, id, hex } = await draft.newSubject();
      const name = { gtin: null, lotNumber: maker.lotNumber(doneAt.slice(0, 10), phone) };
      const inputs = ascending(
        picked.map(({ garden, member, amount }) => {
          const planting = planted(ground, garden);
          return { id: planting.id, subject: planting.subject, lot: planting.name, member, amount };
        }),
      );
      await draft.write("HARVEST", {
        subject: id,
        occurredAtS,
        document: harvestEvent({
          ...{ subject: hex, eventId: maker.eventId(), occurredAtS, place: pointOf(village), example: true, lot: name },
          ...{ product: { subject: product.subject, name: product.name }, uom: "KGM", standard: PICKED_AS },
          inputs: inputs.map(({ id: _, member, ...input }) => ({ ...input, member: memberOf(ground, member) })),
        }),
        args: { index, inputs: inputs.map((input) => ({ id: input.id, amount: input.amount })) },
      });
      const amount = inputs.reduce((sum, input) => sum + input.amount, 0n);
      lots.push({ id, subject: hex, name, product, amount });
    }
    return lots;
  });
}
