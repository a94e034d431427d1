/**
 * The big blend of 126 gardens: each village's leaf in one lot, gathered at the township, made at the works, sorted, brought back, packed
 * in one lot; part of it labelled, part sold loose, part refused; one receipt disputed and put right.
 */
import type { BlendDay } from "./blend.ts";
import { type Cast, legsOf } from "./cast.ts";
import { stepsOf } from "./gathering.ts";
import type { Lot } from "./lots.ts";
import { disputeReceipt } from "./make-dispute.ts";
import { type Consignment, receive, sense, ship } from "./make-handover.ts";
import { transform } from "./make-lots.ts";
import { promise } from "./make-promise.ts";
import type { Maker, Work } from "./maker.ts";
import { harvest } from "./make-weighing.ts";
import { PLACES } from "./parties.ts";

export { blendDayWorks };

const TOWNSHIP = { zh: "云山镇五个村（虚构）", en: "five villages of Yunshan township (invented)" };

const HOURS = {
  ...{ picked: "13:50", weighed: "14:40", leftVillages: "15:10", readOnVillageRoad: "15:30", atTownship: "16:00" },
  ...{ gathered: "16:20", promised: "16:30", leftTownship: "16:40", readOnTheWay: "17:10", atWorks: "17:40" },
  made: "23:30",
} as const;

/** What one day gives: tea into `made`, what is sieved out of it into `dust`. */
function blendDayWorks(
  maker: Maker,
  cast: Cast,
  { day, made, dust }: { readonly day: BlendDay; readonly made: Lot[]; readonly dust: Lot[] },
): readonly Work[] {
  const { ground, parties } = cast;
  const { point } = ground.phones;
  const legs = legsOf(cast);
  const at = (hour: keyof typeof HOURS) => `${day.day} ${HOURS[hour]}`;
  let weighed: readonly Lot[] = [];
  let consignments: readonly Consignment[] = [];
  let atTownship: readonly Lot[] = [];
  let lot: Lot | null = null;

  const weigh = async () => {
    const { villages } = day;
    weighed = await harvest(maker, ground, { phone: point, doneAt: at("picked"), writtenAt: at("weighed"), villages });
  };
  const leaveVillages = async () => {
    const [first, ...more] = weighed.map((one, n) => {
      return { leg: legs.fromVillage(day.villages[n]?.village ?? 0), lot: one, amount: one.amount };
    });
    consignments = await ship(maker, at("leftVillages"), [there(first), ...more]);
  };
  const arrive = async () => {
    const found = consignments.map((consignment, n) => ({ consignment, amount: day.villages[n]?.found ?? 0n }));
    atTownship = (await receive(maker, at("atTownship"), found)).map((one) => one.lot);
  };
  const gather = async () => {
    const product = ground.products.leaf;
    [lot] = await transform(maker, {
      ...{ phone: point, doneAt: at("gathered"), writtenAt: at("gathered"), place: PLACES.township, step: "merge" },
      ...{ inputs: atTownship, outputs: [{ product, amount: day.gathered }] },
    });
  };
  const promised = async () => {
    const gardens = day.villages.flatMap(({ picked }) => picked.map(({ garden }) => garden));
    await promise(maker, cast, { lot: there(lot), when: at("promised"), origin: TOWNSHIP, gardens });
  };
  const leaveTownship = async () => {
    const load = { leg: legs.toWorks, lot: there(lot), amount: day.gathered };
    consignments = await ship(maker, at("leftTownship"), [load]);
  };
  const arriveAtWorks = async () => {
    const consignment = there(consignments[0]);
    const [found] = await receive(maker, at("atWorks"), [{ consignment, amount: day.shown }]);
    const receipt = there(found);
    const amounts = { shown: day.shown, right: day.found };
    const disputed = { day: day.day, consignment, document: receipt.document, receivedAt: at("atWorks"), ...amounts };
    lot = day.shown === day.found ? receipt.lot : await disputeReceipt(maker, disputed);
  };
  const process = async () => {
    const { made: product, dust: sieved } = ground.products;
    const [tea, beside] = await transform(maker, {
      ...{ phone: parties.processor.phone, doneAt: at("made"), writtenAt: at("made"), place: PLACES.works },
      ...{ step: "process", inputs: [there(lot)], steps: stepsOf(260, 19) },
      outputs: [
        { product, amount: day.made },
        { product: sieved, amount: day.dust },
      ],
      losses: [{ cause: { zh: "蒸发的水分", en: "water that dried off" }, amount: day.found - day.made - day.dust }],
    });
    made.push(tea);
    dust.push(there(beside));
  };
  const read = (celsius: number, humidity: number, when: string) => () =>
    sense(maker, when, { consignments, celsius, humidity });
  return [
    { when: at("weighed"), make: weigh },
    { when: at("leftVillages"), make: leaveVillages },
    { when: at("readOnVillageRoad"), make: read(17.5, 74, at("readOnVillageRoad")) },
    { when: at("atTownship"), make: arrive },
    { when: at("gathered"), make: gather },
    { when: at("promised"), make: promised },
    { when: at("leftTownship"), make: leaveTownship },
    { when: at("readOnTheWay"), make: read(18, 72, at("readOnTheWay")) },
    { when: at("atWorks"), make: arriveAtWorks },
    { when: at("made"), make: process },
  ];
}

function there<One>(one: One | null | undefined): One {
  if (one === null || one === undefined) throw new Error("the story uses leaf that nobody has brought yet");
  return one;
}
