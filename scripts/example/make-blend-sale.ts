/** What becomes of the big blend: sorted, brought back, packed, part labelled, sold in bags and loose, refused, spoiled, not sold. */
import { BLEND, type BlendPlan } from "./blend.ts";
import { type Cast, legsOf } from "./cast.ts";
import { PRODUCTS } from "./cooperative.ts";
import { SORTING } from "./gathering.ts";
import type { Lot } from "./lots.ts";
import { bring, receive, refuse, ship } from "./make-handover.ts";
import { type BagRun, label, voidLabels } from "./make-label.ts";
import { discard, transform } from "./make-lots.ts";
import type { Held } from "./make-recall.ts";
import type { Maker, Work } from "./maker.ts";
import { PLACES } from "./parties.ts";

export { blendSaleWorks };

const HOURS = {
  ...{ sorted: "2026-04-19 10:30", sentBack: "2026-04-19 11:10", back: "2026-04-19 12:00" },
  ...{ packed: "2026-04-20 13:00", labelled: "2026-04-20 14:00", sampled: "2026-04-21 09:30" },
  ...{ sent: "2026-04-22 08:30", arrived: "2026-04-22 11:20", refused: "2026-04-22 11:40" },
  ...{ spoiled: "2026-04-25 10:00", unsold: "2026-04-28 15:00" },
} as const;

interface Sale {
  readonly plan: BlendPlan;
  /** The tea of all days, and what was sieved out of it, once it is made. */
  readonly made: readonly Lot[];
  readonly dust: readonly Lot[];
}

function blendSaleWorks(
  maker: Maker,
  cast: Cast,
  { plan, made, dust }: Sale,
): { readonly works: readonly Work[]; readonly tea: () => BagRun; readonly held: () => Held } {
  const { ground, parties, thirds } = cast;
  const legs = legsOf(cast);
  const packhouse = { phone: ground.phones.packhouse, place: PLACES.packhouse };
  let tea: BagRun | null = null;
  let sortedOut: Lot | null = null;
  let inShop: readonly Lot[] = [];
  const done = () => there(tea);

  const sort = async () => {
    const { made: product, dust: byProduct } = ground.products;
    const [sorted, more] = await transform(maker, {
      ...{ phone: parties.processor.phone, doneAt: HOURS.sorted, writtenAt: HOURS.sorted, place: PLACES.works },
      ...{ step: "process", inputs: made, steps: SORTING },
      outputs: [
        { product, amount: plan.sorted },
        { product: byProduct, amount: plan.dust },
      ],
      losses: [{ cause: { zh: "茶梗，丢弃", en: "stalks, thrown away" }, amount: plan.stalks }],
    });
    sortedOut = there(more);
    const way = { shippedAt: HOURS.sentBack, receivedAt: HOURS.back, found: plan.sorted };
    const back = await bring(maker, { leg: legs.toPackhouse, lot: sorted, ...way });
    await pack(back);
  };
  const pack = async (back: Lot) => {
    const product = ground.products.blend;
    const name = { gtin: product.gtin, lotNumber: BLEND.lotNumber };
    const [lot] = await transform(maker, {
      ...{ ...packhouse, doneAt: HOURS.packed, writtenAt: HOURS.packed, step: "pack", inputs: [back] },
      outputs: [{ product, amount: plan.packed, name }],
      losses: [{ cause: { zh: "称量散落", en: "spilt in weighing" }, amount: plan.sorted - plan.packed }],
    });
    const about = { lot, count: BLEND.labels, net: PRODUCTS.blend.net, certificate: null };
    tea = await label(maker, { ...packhouse, doneAt: HOURS.labelled, writtenAt: HOURS.labelled, ...about });
  };
  const sample = () =>
    discard(maker, {
      ...{ ...packhouse, doneAt: HOURS.sampled, writtenAt: HOURS.sampled, lot: done().run.lot },
      ...{ reason: "sample", amount: BLEND.sample, party: thirds.laboratory },
      cause: { zh: "送检测室留样。", en: "Sent to the laboratory to be kept." },
    });
  const send = async () => {
    const { lot } = done().run;
    const { packed, loose, refused } = BLEND.toShop;
    const leg = legs.toShop;
    const [bags, bulk, damp] = await ship(maker, HOURS.sent, [
      { leg, lot, amount: packed, packed: true },
      { leg, lot, amount: loose },
      { leg, lot, amount: refused },
    ]);
    const found = [bags, bulk].map((one) => ({ consignment: there(one), amount: there(one).amount }));
    inShop = (await receive(maker, HOURS.arrived, found)).map((one) => one.lot);
    const reason = { zh: "纸箱受潮，不收。", en: "The box was damp: not taken." };
    await refuse(maker, HOURS.refused, there(damp), reason);
  };
  const spoil = () =>
    discard(maker, {
      ...{ phone: parties.shop.phone, place: PLACES.shop, doneAt: HOURS.spoiled, writtenAt: HOURS.spoiled },
      ...{ lot: there(inShop[1]), reason: "lost", amount: BLEND.spoiled },
      cause: { zh: "柜台受潮，倒掉。", en: "Got damp on the counter, thrown away." },
    });
  const unsold = () =>
    voidLabels(
      maker,
      { ...packhouse, doneAt: HOURS.unsold, writtenAt: HOURS.unsold },
      {
        ...{ run: done().run, reason: "unsold", ranges: [BLEND.unsold] },
        cause: { zh: "没有卖出，拆袋并回散茶。", en: "Not sold: opened again and put back." },
      },
    );
  return {
    works: [
      { when: HOURS.sorted, make: sort },
      { when: HOURS.sampled, make: sample },
      { when: HOURS.sent, make: send },
      { when: HOURS.spoiled, make: spoil },
      { when: HOURS.unsold, make: unsold },
    ],
    tea: done,
    held: () => {
      const { packed, loose } = BLEND.toShop;
      const inHouse = { ...done().run.lot, amount: plan.packed - BLEND.sample - packed - loose };
      return { cooperative: [inHouse], processor: [...dust, there(sortedOut)], shop: inShop };
    },
  };
}

function there<One>(one: One | null | undefined): One {
  if (one === null || one === undefined) throw new Error("the story uses something that is not there yet");
  return one;
}
