/** The part of the season in which something is wrong: promises, disputes, recalls and drills, what is done about them, a season's end. */
import type { Entry } from "../../protocol/entry.ts";
import type { ArgsOf } from "../../protocol/kinds/all.ts";
import { CAPACITIES } from "../../protocol/kinds/status.ts";
import { REASONS_TO_DISCARD } from "../../protocol/kinds/transform.ts";
import type { Goods } from "./handovers.ts";
import { keptInPlace } from "./kept-in-place.ts";
import type { Season, Who } from "./season.ts";
import { COOPERATIVE, PARTIES } from "./season.ts";
import { digestOf, entryOf } from "./world.ts";

export { calledBack };

interface Subjects extends Goods {
  readonly packed: Uint8Array;
  readonly tea: Uint8Array;
  readonly plot: Uint8Array;
  /** The plot of `two`. */
  readonly small: Uint8Array;
  readonly one: Uint8Array;
  readonly two: Uint8Array;
}

type Reason = Parameters<Season["refuse"]>[4];

const NONE = new Uint8Array(32);

async function calledBack(season: Season, subjects: Subjects): Promise<void> {
  const on = (subject: Uint8Array, ...entries: Entry[]) => [{ subject, entries }];
  await promises(season, subjects, on);
  await disputes(season, subjects, on);
  await recalls(season, subjects, on);
  await byOthers(season, subjects, on);
  await keptInPlace(season, subjects);
  await seasonOver(season, subjects, on);
}

type On = (subject: Uint8Array, ...entries: Entry[]) => { subject: Uint8Array; entries: Entry[] }[];

async function promises(season: Season, { loose, plot }: Subjects, on: On): Promise<void> {
  const promise = (amount: bigint) => entryOf("PROMISE", { amount });
  await season.accept("a promise for all that is left", "packer", 22n, on(loose, promise(4_500n)));
  season.refuse("a promise for a gram more", "packer", 90n, on(loose, promise(4_501n)), "NotEnoughLeft");
  season.refuse("a promise for another's goods", "shop", 90n, on(loose, promise(1n)), "NotHolder");
  season.refuse("a promise by a certifier", "certifier", 90n, on(loose, promise(1n)), "NoRole");
  season.refuse("a promise for a plot", "packer", 90n, on(plot, promise(1n)), "WrongSort");
}

async function disputes(season: Season, { bags, loose }: Subjects, on: On): Promise<void> {
  const consignment = await season.id("packer", 12n, 0);
  const dispute = (said: Partial<ArgsOf<"DISPUTE">> = {}) =>
    entryOf("DISPUTE", { seq: 1, entry: 0, named: consignment, ...said });
  const answer = (seq: number) => entryOf("ANSWER", { seq });
  const refuse = (name: string, reason: Reason, who: Who, subject: Uint8Array, entry: Entry) =>
    season.refuse(name, who, 90n, on(subject, entry), reason);
  refuse("a dispute by one without a role", "NoRole", "visitor", bags, dispute());
  refuse("a dispute about one's own record", "HolderItself", "packer", bags, dispute());
  refuse("a dispute about nothing", "SubjectUnknown", "shop", digestOf("nowhere"), dispute());
  refuse("a dispute about move 0", "SeqUnknown", "shop", bags, dispute({ seq: 0 }));
  refuse("a dispute about a move to come", "SeqUnknown", "shop", bags, dispute({ seq: 99 }));
  refuse("a dispute that names what another holds", "NotHolder", "shop", bags, dispute({ named: loose }));
  refuse("a dispute that names nothing", "SubjectUnknown", "shop", bags, dispute({ named: NONE }));
  await season.accept("the shop disputes the lot of its consignment", "shop", 3n, on(bags, dispute()));
  const disputed = season.seqOf(bags);
  const itself = new Uint8Array([...NONE.slice(1), PARTIES.laboratory]);
  await season.accept("a laboratory was not there, it says", "laboratory", 2n, on(bags, dispute({ named: itself })));
  refuse("an answer by a stranger", "NotHolder", "shop", bags, answer(1));
  refuse("an answer to a move to come", "SeqUnknown", "packer", bags, answer(99));
  await season.accept("both answered at once", "packer", 23n, on(bags, answer(disputed), answer(disputed + 1)));
}

const recall = (said: Partial<ArgsOf<"RECALL">> = {}) =>
  entryOf("RECALL", { capacity: CAPACITIES.holder, drill: false, certificate: NONE, ...said });
const release = (capacity: number) => entryOf("RELEASE", { capacity });

async function recalls(season: Season, { bags, loose, tea, packed, one }: Subjects, on: On): Promise<void> {
  const refuse = (name: string, reason: Reason, subject: Uint8Array, entry: Entry, who: Who = "packer") =>
    season.refuse(name, who, 90n, on(subject, entry), reason);
  refuse("a recall by one who does not hold it", "NotHolder", loose, recall(), "shop");
  refuse("a regulator's recall by a shop", "NoRole", loose, recall({ capacity: 2 }), "shop");
  refuse("a recall of an organisation", "WrongSort", COOPERATIVE, recall());
  refuse("a recall of a product", "WrongSort", packed, recall(), "manager");
  refuse("a release of what nobody recalled", "NotRecalled", loose, release(1));
  await season.accept("a drill, twice", "packer", 24n, on(loose, recall({ drill: true }), recall({ drill: true })));
  refuse("a release of a drill", "NotRecalled", loose, release(1));
  await season.accept("the holder recalls its loose tea", "packer", 25n, on(loose, recall()));
  refuse("a recall that stands already", "AlreadyRecalled", loose, recall());
  refuse("recalled goods promised", "Recalled", loose, entryOf("PROMISE", { amount: 1n }));
  const make = async (name: string, group: ReturnType<Season["make"]>) =>
    season.refuse(name, "packer", 90n, [await group], "Recalled");
  const shipped = { index: 0, lot: loose, packed: false, amount: 1n, to: PARTIES.shop, carrier: 0 };
  await make("recalled goods shipped", season.make("packer", 90n, "SHIP", shipped));
  const inputs = [{ id: loose, amount: 2n }];
  const worked = { index: 0, step: 1, inputs, outputs: [{ id: tea, amount: 1n }] };
  await make("recalled goods worked on", season.make("packer", 90n, "TRANSFORM", worked));
  await season.accept("what was done about it, and some of it destroyed", "packer", 26n, [
    ...on(loose, entryOf("ACKNOWLEDGE", { recalled: NONE, seq: season.seqOf(loose) }), discard("ordered", 500n)),
  ]);
  await season.accept("the bags recalled", "packer", 27n, on(bags, recall()));
  const label = { index: 0, lot: bags, certificate: NONE, count: 1n, root: digestOf("a root") };
  await make("labels for recalled goods", season.make("packer", 90n, "LABEL", label));
  await season.accept("a planting recalled", "manager", 6n, on(one, recall()));
  await make(
    "a harvest from a recalled planting",
    season.make("packer", 90n, "HARVEST", { index: 0, inputs: [{ id: one, amount: 1n }] }),
  );
  await season.accept("and released", "manager", 7n, on(one, release(CAPACITIES.holder)));
}

/** A certificate of loose tea that the cooperative asked for, without a volume. */
async function certified(season: Season, tea: Uint8Array): Promise<Uint8Array> {
  const asked = { index: 0, certifier: PARTIES.certifier, unit: 0, volume: 0n, scopes: [tea] };
  const application = await season.make("packer", 29n, "APPLY", asked);
  await season.accept("an application for tea, without a volume", "packer", 29n, [application]);
  const { certifier: _asked, ...said } = { ...asked, application: application.subject, beneficiary: 1 };
  const certificate = await season.make("certifier", 15n, "CERTIFY", { ...said, fromS: 0, untilS: 1 });
  await season.accept("answered, for a second of 1970", "certifier", 15n, [certificate]);
  return certificate.subject;
}

async function byOthers(season: Season, subjects: Subjects, on: On): Promise<void> {
  const { bags, loose, packed, tea, plot } = subjects;
  const refuse = (name: string, reason: Reason, subject: Uint8Array, entry: Entry, who: Who) =>
    season.refuse(name, who, 90n, on(subject, entry), reason);
  const certificate = await certified(season, tea);
  const [revoked, unasked] = [await season.id("certifier", 3n, 0), await season.id("certifier", 4n, 0)];
  const theShops = await season.id("certifier", 5n, 0);
  const asCertifier = (id: Uint8Array) => recall({ capacity: CAPACITIES.certifier, certificate: id });
  refuse("a certifier's recall by a shop", "NoRole", loose, asCertifier(certificate), "shop");
  refuse("a recall by a certificate for another", "NotBeneficiary", loose, asCertifier(theShops), "certifier");
  refuse("a recall by a product", "NotHolder", loose, asCertifier(packed), "certifier");
  refuse("a recall by a revoked certificate", "Revoked", loose, asCertifier(revoked), "certifier");
  refuse("a recall by a certificate that nobody asked for", "Unasked", loose, asCertifier(unasked), "certifier");
  refuse("a recall of what the certificate does not name", "NotInScope", bags, asCertifier(certificate), "certifier");
  refuse("a recall of a plot that it does not name", "NotInScope", plot, asCertifier(certificate), "certifier");
  await season.accept("the authority recalls it, too", "authority", 1n, on(loose, recall({ capacity: 2 })));
  await season.accept("and the certifier", "certifier", 13n, on(loose, asCertifier(certificate)));
  refuse("the holder's recall ended by the authority", "NotRecalled", loose, release(1), "authority");
  await season.accept("the holder ends its own recall alone", "packer", 28n, on(loose, release(1)));
  refuse("goods promised that others still recall", "Recalled", loose, entryOf("PROMISE", { amount: 1n }), "packer");
  await season.accept("the authority ends its own", "authority", 2n, on(loose, release(2)));
  await season.accept("and the certifier, without its certificate", "certifier", 14n, on(loose, release(3)));

  const consignment = await season.id("packer", 12n, 0);
  const acknowledge = (recalled: Uint8Array, seq: number) => entryOf("ACKNOWLEDGE", { recalled, seq });
  refuse("an answer to a recall by one who holds nothing of it", "NotHolder", loose, acknowledge(bags, 1), "shop");
  refuse("an answer to a recall to come", "SeqUnknown", consignment, acknowledge(bags, 99), "shop");
  refuse("an answer to a recall of a product", "WrongSort", consignment, acknowledge(packed, 1), "shop");
  await season.accept(
    "the shop took its bags off the shelf",
    "shop",
    4n,
    on(consignment, acknowledge(bags, season.seqOf(bags))),
  );
}

function discard(reason: keyof typeof REASONS_TO_DISCARD, amount: bigint, plot: Uint8Array = NONE): Entry {
  return entryOf("DISCARD", { reason: REASONS_TO_DISCARD[reason], amount, plot });
}

async function seasonOver(season: Season, { two, plot, small }: Subjects, on: On): Promise<void> {
  const end = (amount: bigint, of = small, reason: keyof typeof REASONS_TO_DISCARD = "season-over") =>
    on(two, discard(reason, amount, of));
  season.refuse("a planting taken as a sample", "manager", 90n, end(300_000n, small, "sample"), "ReasonUnknown");
  season.refuse("a planting that ends on another plot", "manager", 90n, end(300_000n, plot), "NoLink");
  season.refuse("half a planting that ends", "manager", 90n, end(150_000n), "AmountDiffers");
  await season.accept("the season is over, and the plot is free", "manager", 8n, end(300_000n));
  season.refuse("a season that ends twice", "manager", 90n, end(300_000n), "Ended");
  const inputs = [{ id: two, amount: 1n }];
  const late = await season.make("packer", 90n, "HARVEST", { index: 0, inputs });
  season.refuse("a harvest when the season is over", "packer", 90n, [late], "Ended");
}
