/** The part of the season in which what is recalled stays where it is in the books, and a holder's recall goes with the goods. */
import type { Entry } from "../../protocol/entry.ts";
import type { ArgsOf } from "../../protocol/kinds/all.ts";
import { CAPACITIES } from "../../protocol/kinds/status.ts";
import { REASONS_TO_DISCARD } from "../../protocol/kinds/transform.ts";
import type { Goods } from "./handovers.ts";
import type { Season, Who } from "./season.ts";
import { PARTIES } from "./season.ts";
import { entryOf } from "./world.ts";

export { keptInPlace };

type Reason = Parameters<Season["refuse"]>[4];

const NONE = new Uint8Array(32);
const recall = entryOf("RECALL", { capacity: CAPACITIES.holder, drill: false, certificate: NONE });
const release = entryOf("RELEASE", { capacity: CAPACITIES.holder });
const on = (subject: Uint8Array, ...entries: Entry[]) => [{ subject, entries }];

async function keptInPlace(season: Season, goods: Goods): Promise<void> {
  await underWay(season, goods);
  await labels(season, goods);
  await packedGoods(season);
}

async function underWay(season: Season, { loose }: Goods): Promise<void> {
  const refuse = (name: string, reason: Reason, who: Who, entry: Entry, subject = consignment) =>
    season.refuse(name, who, 90n, on(subject, entry), reason);
  const shipped = (nonce: bigint, to: number) =>
    season.make("packer", nonce, "SHIP", { index: 0, lot: loose, packed: false, amount: 500n, to, carrier: 0 });
  const sent = await shipped(30n, PARTIES.shop);
  const consignment = sent.subject;
  await season.accept("half a kilogram of loose tea sent", "packer", 30n, [sent]);
  await season.accept("and recalled on its way", "packer", 31n, on(consignment, recall));
  const less = { seq: 1, entry: 0, reason: 4, own: -100n, other: loose, others: -100n };
  refuse("recalled goods withdrawn", "Recalled", "packer", entryOf("WITHDRAW", { lot: loose }));
  refuse("recalled goods refused", "Recalled", "shop", entryOf("REFUSE", { lot: loose }));
  refuse("recalled goods corrected away", "Recalled", "packer", entryOf("CORRECT", less));
  await season.accept("they arrive, and the recall with them", "shop", 5n, on(consignment, receive(500n)));
  refuse("a recall that is the receiver's by now ended by the sender", "NotRecalled", "packer", release);
  await season.accept("ended by the receiver", "shop", 6n, on(consignment, release));

  const sample = await shipped(32n, PARTIES.laboratory);
  await season.accept("half a kilogram sent to a laboratory", "packer", 32n, [sample]);
  refuse(
    "a test by whom the goods are on their way to",
    "HolderItself",
    "laboratory",
    entryOf("TEST", {}),
    sample.subject,
  );
}

function receive(amount: bigint): Entry {
  return entryOf("RECEIVE", { amount });
}

async function labels(season: Season, { bags }: Goods): Promise<void> {
  const run = await season.id("packer", 11n, 0);
  const ranges = [{ first: 0n, number: 1n }];
  const voided: ArgsOf<"VOID"> = { reason: 2, lot: bags, certificate: NONE, ranges };
  await season.accept("the first sixteen labels recalled", "packer", 33n, on(run, recall));
  season.refuse("recalled labels made void", "packer", 90n, on(run, entryOf("VOID", voided)), "Recalled");
  await season.accept("released, and one made void", "packer", 34n, on(run, release, entryOf("VOID", voided)));
}

/** The three bags that the shop has. */
async function packedGoods(season: Season): Promise<void> {
  const consignment = await season.id("packer", 12n, 0);
  const discard = (amount: bigint) =>
    on(consignment, entryOf("DISCARD", { reason: REASONS_TO_DISCARD.ordered, amount, plot: NONE }));
  season.refuse("half a bag destroyed", "shop", 90n, discard(125n), "NotWholePieces");
  season.refuse("more bags destroyed than there are", "shop", 90n, discard(1_000n), "NotEnoughPacked");
  await season.accept("a bag destroyed on order", "shop", 7n, discard(250n));
}
