/** Everybody and everything that the stories of April need, once January is written down. */
import type { Ground } from "./make-ground.ts";
import { cooperativeOf, type Parties, type Party, siteOf, type Sites } from "./make-parties.ts";
import type { FieldRecords } from "./make-season.ts";
import type { Thirds } from "./make-third.ts";
import type { Leg } from "./make-handover.ts";
import { PLACES, pointOf } from "./parties.ts";

export type { Cast };
export { legsOf };

interface Cast {
  readonly ground: Ground;
  readonly parties: Parties;
  readonly thirds: Thirds;
  readonly sites: Sites;
  readonly records: FieldRecords;
}

interface Legs {
  /** From a village's weighing point to the township: from the cooperative to itself. */
  fromVillage(village: number): Leg;
  /** Past the township: leaf that is not to be blended. */
  straightToWorks(village: number): Leg;
  readonly toWorks: Leg;
  readonly toPackhouse: Leg;
  readonly toShop: Leg;
}

/** The ways that the tea goes, all with one carrier. */
function legsOf({ ground, parties, sites }: Cast): Legs {
  const { processor, carrier, shop } = parties;
  const [point, packhouse] = [
    cooperativeOf(ground, ground.phones.point),
    cooperativeOf(ground, ground.phones.packhouse),
  ];
  const leg = (sender: Party, receiver: Party, from: string, to: string): Leg => ({
    ...{ sender, receiver, carrier, from: siteOf(sites, from), to: siteOf(sites, to) },
  });
  return {
    fromVillage: (village) => leg(point, point, pointOf(village), PLACES.township),
    straightToWorks: (village) => leg(point, processor, pointOf(village), PLACES.works),
    toWorks: leg(point, processor, PLACES.township, PLACES.works),
    toPackhouse: leg(processor, packhouse, PLACES.works, PLACES.packhouse),
    toShop: leg(packhouse, shop, PLACES.packhouse, PLACES.shop),
  };
}
