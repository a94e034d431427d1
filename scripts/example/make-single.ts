/** Tea of one garden and one day: weighed in, straight to the works, made, brought back, packed and labelled. */
import { parseAmount } from "../../protocol/amount.ts";
import { type Cast, legsOf } from "./cast.ts";
import { PRODUCTS } from "./cooperative.ts";
import { stepsOf } from "./gathering.ts";
import { keeperOf, villageOf } from "./gardens.ts";
import { bring } from "./make-handover.ts";
import { type BagRun, label } from "./make-label.ts";
import { transform } from "./make-lots.ts";
import { harvest } from "./make-weighing.ts";
import type { Maker, Work } from "./maker.ts";
import { PLACES } from "./parties.ts";
import { SINGLE } from "./single.ts";

export { singleWorks };

function singleWorks(maker: Maker, cast: Cast): { readonly works: readonly Work[]; readonly tea: () => BagRun } {
  let tea: BagRun | null = null;
  const make = async () => {
    tea = await makeSingle(maker, cast);
  };
  return {
    works: [{ when: SINGLE.hours.weighedAt, make }],
    tea: () => {
      if (tea === null) throw new Error("the tea of one garden is not packed yet");
      return tea;
    },
  };
}

async function makeSingle(maker: Maker, cast: Cast): Promise<BagRun> {
  const { ground, parties } = cast;
  const { point, packhouse } = ground.phones;
  const { made: loose, single } = ground.products;
  const { garden, kg, works, made, packed, lotNumber, labels, hours } = SINGLE;
  const village = villageOf(garden).number;
  const legs = legsOf(cast);
  const picked = [{ garden, member: keeperOf(garden), amount: parseAmount(kg) }];
  const [leaf] = await harvest(maker, ground, {
    ...{ doneAt: hours.pickedAt, writtenAt: hours.weighedAt, phone: point, villages: [{ village, picked }] },
  });
  if (leaf === undefined) throw new Error("no leaf was weighed in");
  const arrived = await bring(maker, {
    ...{ leg: legs.straightToWorks(village), lot: leaf, shippedAt: hours.shippedAt, receivedAt: hours.receivedAt },
    ...{ found: parseAmount(works), sensed: { when: hours.sensedAt, celsius: 19, humidity: 70 } },
  });
  const [tea] = await transform(maker, {
    ...{ phone: parties.processor.phone, doneAt: hours.madeAt, writtenAt: hours.writtenAt, place: PLACES.works },
    ...{ step: "process", inputs: [arrived], steps: stepsOf(240, 20) },
    outputs: [{ product: loose, amount: parseAmount(made) }],
  });
  const back = await bring(maker, {
    ...{ leg: legs.toPackhouse, lot: tea, shippedAt: hours.sentBackAt, receivedAt: hours.backAt, found: tea.amount },
  });
  const at = { phone: packhouse, place: PLACES.packhouse };
  const [lot] = await transform(maker, {
    ...{ ...at, doneAt: hours.packedAt, writtenAt: hours.packedAt, step: "pack", inputs: [back] },
    outputs: [{ product: single, amount: parseAmount(packed), name: { gtin: single.gtin, lotNumber } }],
    losses: [{ cause: { zh: "称量散落", en: "spilt in weighing" }, amount: back.amount - parseAmount(packed) }],
  });
  return label(maker, {
    ...{ ...at, doneAt: hours.labelledAt, writtenAt: hours.labelledAt, lot, count: labels },
    ...{ net: PRODUCTS.single.net, certificate: null },
  });
}
