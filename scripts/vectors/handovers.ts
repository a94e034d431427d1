/** The part of the season in which goods pass from hand to hand: what was sent, found, lost, sent back, and given up. */
import type { Entry } from "../../protocol/entry.ts";
import type { ArgsOf } from "../../protocol/kinds/all.ts";
import { REASONS_TO_DISCARD } from "../../protocol/kinds/transform.ts";
import type { Season, Who } from "./season.ts";
import { PARTIES } from "./season.ts";
import { digestOf, entryOf } from "./world.ts";

export type { Goods };
export { handovers };

/** Of the cooperative, both from outside: 10 kg in bags of 250 g, of which none has a label yet, and 5 kg loose. */
interface Goods {
  readonly bags: Uint8Array;
  readonly loose: Uint8Array;
}

type Reason = Parameters<Season["refuse"]>[4];

const NONE = new Uint8Array(32);
const note = entryOf("NOTE", {});
const sense = entryOf("SENSE", {});

async function handovers(season: Season, { packed, tea }: Record<"packed" | "tea", Uint8Array>): Promise<Goods> {
  const origin = (index: number, product: Uint8Array, amount: bigint) =>
    season.make("packer", 9n, "ORIGIN", { index, product, amount });
  await season.accept("bags and loose tea from outside", "packer", 9n, [
    await origin(0, packed, 10_000n),
    await origin(1, tea, 5_000n),
  ]);
  const goods = { bags: await season.id("packer", 9n, 0), loose: await season.id("packer", 9n, 1) };
  await sites(season);
  await label(season, goods.bags);
  await received(season, goods);
  await givenBack(season, goods);
  await discarded(season, goods);
  return goods;
}

async function sites(season: Season): Promise<void> {
  const site = (who: Who, nonce: bigint, index: number, level: number, number: bigint) =>
    season.make(who, nonce, "SITE", { index, level, number });
  await season.accept("a packing house and the village it stands in", "packer", 10n, [
    await site("packer", 10n, 0, 0, 0n),
    await site("packer", 10n, 1, 1, 330_100_001_001n),
  ]);
  await season.accept("a carrier's store", "neighbour", 0n, [await site("neighbour", 0n, 0, 0, 0n)]);
  const by = async (who: Who) => [await site(who, 90n, 0, 0, 0n)];
  season.refuse("a site by a laboratory", "laboratory", 90n, await by("laboratory"), "NoRole");
}

/** Sixteen bags get labels, so that packed goods can be shipped. */
async function label(season: Season, bags: Uint8Array): Promise<void> {
  const root = digestOf("furrow vectors: root of sixteen serials");
  const args = { index: 0, lot: bags, certificate: NONE, count: 16n, root };
  await season.accept("sixteen labels", "packer", 11n, [await season.make("packer", 11n, "LABEL", args)]);
}

async function shipment(season: Season, nonce: bigint, said: Partial<ArgsOf<"SHIP">> & { lot: Uint8Array }, who: Who) {
  const args = { index: 0, packed: true, amount: 1_000n, to: PARTIES.shop, carrier: 0, ...said };
  return season.make(who, nonce, "SHIP", args);
}

async function received(season: Season, { bags, loose }: Goods): Promise<void> {
  const refuse = async (name: string, reason: Reason, said: Partial<ArgsOf<"SHIP">>, who: Who = "packer") =>
    season.refuse(name, who, 90n, [await shipment(season, 90n, { lot: bags, ...said }, who)], reason);
  await refuse("goods shipped by a laboratory", "NoRole", {}, "laboratory");
  await refuse("goods of another shipped", "NotHolder", {}, "shop");
  await refuse("nothing that exists shipped", "SubjectUnknown", { lot: digestOf("nowhere") });
  await refuse("half a bag shipped", "NotWholePieces", { amount: 1_125n });
  await refuse("goods shipped to nobody", "OrganisationUnknown", { to: 0 });
  await refuse("goods carried by an organisation not admitted", "OrganisationUnknown", { carrier: 0xff_ffff });
  await refuse("goods carried by one that is no carrier", "NoRole", { carrier: PARTIES.laboratory });
  await refuse("more packed goods than there are", "NotEnoughPacked", { amount: 4_250n });
  await refuse("more loose goods than there are", "NotEnoughLeft", { lot: loose, packed: false, amount: 5_001n });

  const sent = await shipment(season, 12n, { lot: bags, carrier: PARTIES.neighbour }, "packer");
  const consignment = sent.subject;
  await season.accept("four bags on their way to a shop", "packer", 12n, [sent]);
  const refuseEntry = (name: string, reason: Reason, who: Who, entry: Entry, subject = consignment) =>
    season.refuse(name, who, 90n, [{ subject, entries: [entry] }], reason);
  const receive = (amount: bigint) => entryOf("RECEIVE", { amount });
  const onward = await shipment(season, 90n, { lot: consignment }, "packer");
  season.refuse("goods under way shipped again", "packer", 90n, [onward], "UnderWay");
  refuseEntry("goods under way promised", "UnderWay", "packer", entryOf("PROMISE", { amount: 250n }));
  refuseEntry("goods under way given up", "UnderWay", "packer", discard("lost", 250n));
  refuseEntry("goods received by one to whom they were not sent", "NotOffered", "neighbour", receive(1_000n));
  refuseEntry("a lot received that was not sent", "WrongSort", "shop", receive(1_000n), bags);
  refuseEntry("more found than was sent", "MoreThanOffered", "shop", receive(1_250n));
  refuseEntry("half a bag found", "NotWholePieces", "shop", receive(875n));
  refuseEntry("a note by the receiver before it has the goods", "NotHolder", "shop", note);

  const on = (entries: readonly Entry[]) => [{ subject: consignment, entries }];
  await season.accept("the carrier's thermometer", "neighbour", 1n, on([sense, sense]));
  const less = entryOf("CORRECT", correction({ own: -250n, other: bags, others: -250n }));
  await season.accept("the sender had counted one too many", "packer", 13n, on([less, note]));
  refuseEntry("a bag added that the lot does not have", "NotEnoughPacked", "packer", more(bags, 3_500n));
  refuseEntry("part of a bag added", "NotWholePieces", "packer", more(bags, 100n));
  await season.accept("the shop finds two of three, and notes it", "shop", 0n, on([receive(500n), note]));

  refuseEntry("goods received twice", "NotOffered", "shop", receive(500n));
  refuseEntry("goods withdrawn that have arrived", "NotHolder", "packer", entryOf("WITHDRAW", { lot: bags }));
  refuseEntry("goods withdrawn by their receiver", "NotUnderWay", "shop", entryOf("WITHDRAW", { lot: bags }));
  refuseEntry("readings by the carrier after it was all over", "NotHolder", "neighbour", sense);
  const found = (own: bigint) => entryOf("CORRECT", correction({ seq: 4, own }));
  refuseEntry("two bags found where one was lost", "NotEnoughLost", "shop", found(500n));
  await season.accept("the bag that was behind the door", "shop", 1n, on([found(250n), note]));
  refuseEntry("it was shipped, and is corrected no more", "NotUnderWay", "shop", correctMaking(1n));
}

function correction(said: Partial<ArgsOf<"CORRECT">>): ArgsOf<"CORRECT"> {
  return { seq: 1, entry: 0, reason: 4, own: 0n, other: NONE, others: 0n, ...said };
}

function correctMaking(own: bigint): Entry {
  return entryOf("CORRECT", correction({ own }));
}

function more(lot: Uint8Array, amount: bigint): Entry {
  return entryOf("CORRECT", correction({ own: amount, other: lot, others: amount }));
}

function discard(reason: keyof typeof REASONS_TO_DISCARD, amount: bigint, plot: Uint8Array = NONE): Entry {
  return entryOf("DISCARD", { reason: REASONS_TO_DISCARD[reason], amount, plot });
}

async function givenBack(season: Season, { bags, loose }: Goods): Promise<void> {
  const ship = (nonce: bigint) => shipment(season, nonce, { lot: loose, packed: false, amount: 2_000n }, "packer");
  const [first, second] = [await ship(14n), await ship(15n)];
  await season.accept("two kilograms of loose tea sent", "packer", 14n, [first]);
  await season.accept("and two more", "packer", 15n, [second]);
  const back = (kind: "REFUSE" | "WITHDRAW", lot: Uint8Array, subject: Uint8Array) => [
    { subject, entries: [entryOf(kind, { lot })] },
  ];
  season.refuse("goods sent back to another lot", "shop", 90n, back("REFUSE", bags, first.subject), "NoLink");
  season.refuse("goods refused by their sender", "packer", 90n, back("REFUSE", loose, first.subject), "NotOffered");
  season.refuse("goods withdrawn to another lot", "packer", 90n, back("WITHDRAW", bags, second.subject), "NoLink");
  await season.accept("the shop does not want them", "shop", 2n, back("REFUSE", loose, first.subject));
  await season.accept("the sender calls the others back", "packer", 16n, back("WITHDRAW", loose, second.subject));
  season.refuse("goods refused twice", "shop", 90n, back("REFUSE", loose, first.subject), "NotOffered");
  season.refuse("goods withdrawn twice", "packer", 90n, back("WITHDRAW", loose, second.subject), "NotUnderWay");
}

async function discarded(season: Season, { loose }: Goods): Promise<void> {
  const on = (...entries: Entry[]) => [{ subject: loose, entries }];
  await season.accept("a sample, and what got wet", "packer", 17n, on(discard("sample", 100n), discard("lost", 400n)));
  season.refuse("more lost than there is", "packer", 90n, on(discard("lost", 4_501n)), "NotEnoughLeft");
  season.refuse("a lot whose season is over", "packer", 90n, on(discard("season-over", 1n)), "ReasonUnknown");
  season.refuse(
    "a lot given up on a plot",
    "packer",
    90n,
    on(discard("lost", 1n, loose.toReversed())),
    "OtherNotNeeded",
  );
  season.refuse("goods of another given up", "shop", 90n, on(discard("lost", 1n)), "NotHolder");
}
