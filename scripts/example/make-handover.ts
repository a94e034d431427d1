/** Goods from hand to hand: shipped with a carrier who reads the temperature under way, received with what was found, or refused. */
import { bytesOf } from "../../protocol/bytes.ts";
import { receiveEvent, refuseEvent, shipEvent } from "../../protocol/document/handover.ts";
import type { SiteRef } from "../../protocol/document/form.ts";
import { senseEvent } from "../../protocol/document/sense.ts";
import type { JsonObject } from "../../protocol/document/terms.ts";
import type { Words } from "../../protocol/document/text.ts";
import { chinaTime } from "./days.ts";
import type { Lot } from "./lots.ts";
import { type Party, partyOf } from "./make-parties.ts";
import type { Maker } from "./maker.ts";

export type { Consignment, Leg };
export { aboutConsignment, bring, receive, refuse, sense, ship };

/** As it stands on the truck's instrument. */
const THERMOMETER = "EXAMPLE-T1";

/** From one place to another. */
interface Leg {
  readonly sender: Party;
  readonly receiver: Party;
  readonly carrier: Party;
  readonly from: SiteRef;
  readonly to: SiteRef;
}

/** A lot of its own, under way until it is received or goes back. */
interface Consignment extends Lot {
  readonly leg: Leg;
  readonly taken: Lot;
  readonly packed: boolean;
}

interface Load {
  readonly leg: Leg;
  readonly lot: Lot;
  readonly amount: bigint;
  readonly packed?: boolean;
}

interface Bringing {
  readonly leg: Leg;
  readonly lot: Lot;
  readonly shippedAt: string;
  readonly receivedAt: string;
  readonly found: bigint;
  readonly packed?: boolean;
  /** Of a part of the lot; left out: all that was made of it. */
  readonly amount?: bigint;
  readonly sensed?: { readonly when: string; readonly celsius: number; readonly humidity: number };
}

/** One consignment, all the way. */
async function bring(maker: Maker, bringing: Bringing): Promise<Lot> {
  const { leg, lot, shippedAt, receivedAt, found, packed = false, amount = lot.amount, sensed } = bringing;
  const consignments = await ship(maker, shippedAt, [{ leg, lot, amount, packed }]);
  if (sensed !== undefined) await sense(maker, sensed.when, { ...sensed, consignments });
  const received = await receive(
    maker,
    receivedAt,
    consignments.map((consignment) => ({ consignment, amount: found })),
  );
  const [one] = received;
  if (one === undefined) throw new Error("nothing was received");
  return one.lot;
}

/** All loads that one sender sends off at one time, in one batch. */
async function ship(maker: Maker, when: string, loads: readonly [Load, ...Load[]]): Promise<readonly Consignment[]> {
  const occurredAtS = chinaTime(when);
  return maker.record(loads[0].leg.sender.phone, when, async (draft) => {
    const consignments: Consignment[] = [];
    for (const { leg, lot, amount, packed = false } of loads) {
      const { index, id, hex } = await draft.newSubject();
      const consignment: Consignment = { ...lot, id, subject: hex, amount, leg, taken: lot, packed };
      await draft.write("SHIP", {
        subject: id,
        occurredAtS,
        document: shipEvent({ ...aboutConsignment(maker, consignment, occurredAtS), amount }),
        args: {
          ...{ index, lot: lot.id, packed, amount },
          ...{ to: leg.receiver.organisation, carrier: leg.carrier.organisation },
        },
      });
      consignments.push(consignment);
    }
    return consignments;
  });
}

/** What was found; the event's document of each, in their order. */
async function receive(
  maker: Maker,
  when: string,
  found: readonly { readonly consignment: Consignment; readonly amount: bigint; readonly condition?: Words }[],
): Promise<readonly { readonly lot: Lot; readonly document: JsonObject }[]> {
  const occurredAtS = chinaTime(when);
  const phone = found[0]?.consignment.leg.receiver.phone;
  if (phone === undefined) return [];
  return maker.record(phone, when, async (draft) => {
    const received: { lot: Lot; document: JsonObject }[] = [];
    for (const { consignment, amount, condition } of found) {
      const document = receiveEvent({
        ...aboutConsignment(maker, consignment, occurredAtS),
        ...{ amount, offered: consignment.amount },
        ...(condition === undefined ? {} : { condition }),
      });
      await draft.write("RECEIVE", { subject: consignment.id, occurredAtS, document, args: { amount } });
      const { id, subject, name, product } = consignment;
      received.push({ lot: { id, subject, name, product, amount }, document });
    }
    return received;
  });
}

async function refuse(maker: Maker, when: string, consignment: Consignment, reason: Words): Promise<void> {
  const occurredAtS = chinaTime(when);
  await maker.record(consignment.leg.receiver.phone, when, (draft) =>
    draft.write("REFUSE", {
      subject: consignment.id,
      occurredAtS,
      document: refuseEvent({ ...aboutConsignment(maker, consignment, occurredAtS), reason }),
      args: { lot: bytesOf(consignment.taken.subject) },
    }),
  );
}

/** The carrier's readings, one a consignment on its truck. */
async function sense(
  maker: Maker,
  when: string,
  { consignments, celsius, humidity }: { consignments: readonly Consignment[]; celsius: number; humidity: number },
): Promise<void> {
  const occurredAtS = chinaTime(when);
  const phone = consignments[0]?.leg.carrier.phone;
  if (phone === undefined) return;
  await maker.record(phone, when, async (draft) => {
    for (const { id, subject, name } of consignments) {
      await draft.write("SENSE", {
        subject: id,
        occurredAtS,
        document: senseEvent({
          ...{ subject, eventId: maker.eventId(), occurredAtS, lot: name, example: true },
          ...{ device: THERMOMETER, step: "transporting" },
          readings: [
            { type: "Temperature", uom: "CEL", value: celsius },
            { type: "RelativeHumidity", uom: "P1", value: humidity },
          ],
        }),
        args: {},
      });
    }
  });
}

function aboutConsignment(
  maker: Maker,
  { subject, name, product, taken, packed, leg }: Consignment,
  occurredAtS: number,
) {
  const { sender, receiver, carrier, from, to } = leg;
  return {
    ...{ subject, eventId: maker.eventId(), occurredAtS, example: true, uom: "KGM" as const },
    ...{ lot: name, taken: taken.subject, product: { subject: product.subject, name: product.name }, packed },
    ...{ sender: partyOf(sender), receiver: partyOf(receiver), carrier: partyOf(carrier), from, to },
  };
}
