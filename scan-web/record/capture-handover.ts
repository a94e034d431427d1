/** Goods to somebody else and from somebody else: SHIP, RECEIVE. Pure. */
import { formatAmount, parseAmount, type UnitCode } from "../../protocol/amount.ts";
import { organisationId } from "../../protocol/batch.ts";
import { bytesOf, type Hex, hexOf } from "../../protocol/bytes.ts";
import type { PartyRef } from "../../protocol/document/form.ts";
import { receiveEvent, shipEvent } from "../../protocol/document/handover.ts";
import type { Words } from "../../protocol/document/text.ts";
import { Problem } from "../../protocol/problem.ts";
import { countOf, lotOf, lotOfTarget } from "./capture-goods.ts";
import { wordsOf } from "./capture-notes.ts";
import type { Finder } from "./known.ts";
import type { FieldLot, FieldOrganisation } from "./model.ts";
import { type Captured, eventForm, need, NO_EFFECT, notMoreThan, type Said, some, type Told } from "./said.ts";

export { captureReceipt, captureShipment };

/** `count` packages of what is packed, or an `amount` of what is loose; where nothing loose is left, of what is packed. */
function captureShipment(said: Said, told: Told, find: Finder): Captured {
  const lot = lotOfTarget(said, find);
  const product = find.product(lot.product, "/target");
  const to = need(told.party("to"), "to");
  const goods = goodsOf(lot, told, find);
  const { amount, packed } = goods;
  const there = packed ? lot.packed : lot.left;
  const id = packed ? "count" : "amount";
  if (lot.isTold === undefined)
    notMoreThan(said, amount, { there, type: packed ? "not-enough-packed" : "not-enough-left", id });
  const { lotNumber } = lot;
  const own = find.organisation();
  const document = shipEvent({
    ...eventForm(said, told, { subject: said.newId, example: own.example }),
    ...{ lot: { gtin: lot.gtin, lotNumber }, taken: lot.id, ...goods },
    product: { subject: product.id, name: product.name },
    sender: ownParty(own),
    receiver: partyOf(to.number, to.name),
  });
  const args = { index: 0, lot: bytesOf(lot.id), packed, amount, to: to.number, carrier: 0 };
  const sent = lotOf(said, { product, lotNumber, made: amount, sort: "SHIP" });
  const consignment: FieldLot = {
    ...{ ...sent, state: "going", other: { number: to.number, name: nameOf(to.number, to.name) }, source: lot.id },
    ...(packed ? { left: "0", packed: sent.made } : {}),
  };
  const takes = [{ id: lot.id, of: packed ? ("packed" as const) : ("left" as const), amount: formatAmount(amount) }];
  return {
    stated: { subject: said.newId, name: "SHIP", args, document },
    makes: { sort: "consignment", name: lotNumber },
    effect: { ...NO_EFFECT, lots: [consignment], takes },
  };
}

/** What was found of a consignment; nothing said: all of it. Nothing found at all is an `amount` of 0. */
function captureReceipt(said: Said, told: Told, find: Finder): Captured {
  const lot = lotOfTarget(said, find);
  const product = find.product(lot.product, "/target");
  if (lot.other === null || !lot.source)
    throw new Problem("subject-unknown", "/target", "who sent it is not told yet: look at the server once");
  const packed = parseAmount(lot.packed) > 0n;
  const offered = parseAmount(packed ? lot.packed : lot.left);
  const goods = receivedOf(lot, told, { find, packed, offered });
  if (said.isChecked && goods.amount > offered)
    throw new Problem("more-than-offered", "/answers/amount", `${formatAmount(offered)} was offered`);
  const [own, condition] = [find.organisation(), told.text("condition")];
  const document = receiveEvent({
    ...eventForm(said, told, { subject: lot.id, example: own.example }),
    ...{ lot: { gtin: lot.gtin, lotNumber: lot.lotNumber }, taken: lot.source, uom: lot.unit as UnitCode, packed },
    ...{ ...goods, ...(goods.amount > offered ? {} : { offered }) },
    product: { subject: product.id, name: product.name },
    sender: partyOf(lot.other.number, lot.other.name),
    receiver: ownParty(own),
    ...(condition === null ? {} : { condition: wordsOf(condition) }),
  });
  const missing = formatAmount(offered - goods.amount);
  return {
    stated: { subject: lot.id, name: "RECEIVE", args: { amount: goods.amount }, document },
    makes: null,
    effect: {
      ...NO_EFFECT,
      receives: lot.id,
      takes: [{ id: lot.id, of: packed ? "packed" : "left", amount: missing }],
    },
  };
}

function goodsOf(lot: FieldLot, told: Told, find: Finder) {
  const uom = lot.unit as UnitCode;
  const count = told.amount("count");
  if (count === null) {
    const amount = some(need(told.amount("amount"), "amount"), uom, "amount");
    return { uom, packed: parseAmount(lot.left) === 0n && parseAmount(lot.packed) > 0n, amount };
  }
  const pieces = countOf(count, "count");
  const net = parseAmount(find.product(lot.product, "/target").net);
  if (net === 0n) throw new Problem("no-net-content", "/answers/count", "the product is sold loose");
  return { uom, packed: true, amount: BigInt(pieces) * net, pieces };
}

function receivedOf(
  lot: FieldLot,
  told: Told,
  { find, packed, offered }: { find: Finder; packed: boolean; offered: bigint },
): { readonly amount: bigint; readonly pieces?: number } {
  const [count, amount] = [told.amount("count"), told.amount("amount")];
  if (packed && count !== null) {
    const isNone = Number(count.text) === 0;
    const pieces = isNone ? 0 : countOf(count, "count");
    return { amount: BigInt(pieces) * parseAmount(find.product(lot.product, "/target").net), pieces };
  }
  if (count !== null) told.giveBack("count");
  if (amount === null) return { amount: offered };
  return { amount: Number(amount.text) === 0 ? 0n : some(amount, lot.unit as UnitCode, "amount") };
}

function ownParty({ number, name }: FieldOrganisation): PartyRef {
  return partyOf(number, name);
}

function partyOf(number: number, name: Words | undefined): PartyRef {
  return { subject: idOf(number), name: nameOf(number, name) };
}

/** Its number, where nobody told its name. */
function nameOf(number: number, name: Words | undefined): Words {
  return name ?? { zh: `${number} 号单位`, en: `organisation ${number}` };
}

function idOf(number: number): Hex {
  return hexOf(organisationId(number));
}
