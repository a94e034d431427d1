/** The part of the season that is about certificates with a volume: asked for, given, claimed by labels, given back, suspended, revoked. */
import { compareBytes } from "../../protocol/bytes.ts";
import type { ArgsOf, KindName } from "../../protocol/kinds/all.ts";
import type { LabelRange } from "../../protocol/kinds/label.ts";
import { REASONS_TO_VOID } from "../../protocol/kinds/label.ts";
import type { Goods } from "./handovers.ts";
import type { Season, Who } from "./season.ts";
import { PARTIES } from "./season.ts";
import { digestOf, entryOf } from "./world.ts";

export { claims };

interface Subjects extends Goods {
  readonly packed: Uint8Array;
  readonly tea: Uint8Array;
  readonly plot: Uint8Array;
  readonly lot: Uint8Array;
}

type Reason = Parameters<Season["refuse"]>[4];

const NONE = new Uint8Array(32);
/** Whatever the block's time is: the file's ledger and others' have their own clocks. */
const ALWAYS = { fromS: 0, untilS: 2 ** 40 - 1 };
const ROOT = digestOf("furrow vectors: root of four serials");

async function claims(season: Season, subjects: Subjects): Promise<void> {
  const application = await applications(season, subjects);
  const certificate = await answered(season, subjects, application);
  const run = await claimed(season, subjects, certificate);
  await voided(season, subjects, certificate, run);
  await fates(season, subjects, certificate);
}

async function applications(season: Season, { packed, plot, lot }: Subjects): Promise<Uint8Array> {
  const apply = (nonce: bigint, said: Partial<ArgsOf<"APPLY">>, who: Who) => {
    const scopes = [packed, plot].toSorted(compareBytes);
    const asked = { index: 0, certifier: PARTIES.certifier, unit: 1, volume: 2_000n, scopes };
    return season.make(who, nonce, "APPLY", { ...asked, ...said });
  };
  const refuse = async (name: string, reason: Reason, said: Partial<ArgsOf<"APPLY">>, who: Who = "packer") =>
    season.refuse(name, who, 90n, [await apply(90n, said, who)], reason);
  await refuse("an application by a laboratory", "NoRole", {}, "laboratory");
  await refuse("an application to nobody", "OrganisationUnknown", { certifier: 0 });
  await refuse("an application to one that certifies nothing", "NoRole", { certifier: PARTIES.laboratory });
  await refuse("an application for a lot", "WrongSort", { scopes: [lot] });
  await refuse("an application for another's plot", "NotHolder", {}, "shop");
  await season.accept("an application for 2 kg of bags and the plot", "packer", 18n, [await apply(18n, {}, "packer")]);
  return season.id("packer", 18n, 0);
}

async function certify(
  season: Season,
  nonce: bigint,
  said: Partial<ArgsOf<"CERTIFY">> & Pick<ArgsOf<"CERTIFY">, "scopes">,
) {
  const whose = { index: 0, application: NONE, beneficiary: 1, ...ALWAYS, unit: 1, volume: 1_500n };
  return season.make("certifier", nonce, "CERTIFY", { ...whose, ...said });
}

async function answered(season: Season, { packed, lot }: Subjects, application: Uint8Array): Promise<Uint8Array> {
  const scopes = [packed];
  const refuse = async (name: string, reason: Reason, said: Partial<ArgsOf<"CERTIFY">>) =>
    season.refuse(name, "certifier", 90n, [await certify(season, 90n, { scopes, ...said })], reason);
  await refuse("an answer to another than asked", "NotBeneficiary", { application, beneficiary: PARTIES.shop });
  await refuse("an answer to a lot", "WrongSort", { application: lot });
  await refuse("an answer to nothing", "SubjectUnknown", { application: digestOf("nowhere") });
  const made = await certify(season, 3n, { scopes, application });
  await season.accept("the application answered, for 1.5 kg", "certifier", 3n, [made]);
  await refuse("an application answered twice", "AlreadyAnswered", { application });
  return made.subject;
}

async function label(season: Season, nonce: bigint, said: Partial<ArgsOf<"LABEL">> & { lot: Uint8Array }, who: Who) {
  return season.make(who, nonce, "LABEL", { index: 0, certificate: NONE, count: 4n, root: ROOT, ...said });
}

async function claimed(season: Season, { bags, lot, loose, tea, packed }: Subjects, certificate: Uint8Array) {
  const others = {
    tea: await certify(season, 4n, { scopes: [tea] }),
    shop: await certify(season, 5n, { scopes: [packed], beneficiary: PARTIES.shop }),
    past: await certify(season, 6n, { scopes: [packed], untilS: 1 }),
    future: await certify(season, 7n, { scopes: [packed], fromS: 2 ** 39 }),
    pieces: await certify(season, 8n, { scopes: [packed], unit: 3 }),
    words: await certify(season, 9n, { scopes: [packed], unit: 0, volume: 0n }),
  };
  let nonce = 4n;
  for (const [name, group] of Object.entries(others))
    await season.accept(`a certificate that does not cover the bags: ${name}`, "certifier", nonce++, [group]);
  const refuse = async (name: string, reason: Reason, said: Partial<ArgsOf<"LABEL">>) =>
    season.refuse(name, "packer", 90n, [await label(season, 90n, { lot: bags, ...said }, "packer")], reason);
  const claim = (name: string, reason: Reason, { subject }: { subject: Uint8Array }) =>
    refuse(name, reason, { certificate: subject });
  await claim("labels that claim a certificate of another product", "NotInScope", others.tea);
  await claim("labels that claim another's certificate", "NotBeneficiary", others.shop);
  await claim("labels that claim a certificate that has run out", "NotInForce", others.past);
  await claim("labels that claim a certificate that has not begun", "NotInForce", others.future);
  await claim("labels that claim a certificate for pieces", "UnitsDiffer", others.pieces);
  await claim("labels that claim a certificate without volume", "UnitsDiffer", others.words);
  await claim("labels that claim a lot", "WrongSort", { subject: loose });
  await claim("labels that claim nothing that exists", "SubjectUnknown", { subject: digestOf("nowhere") });
  await refuse("labels for more than is certified", "NotEnoughVolume", { certificate, count: 7n });
  const made = await label(season, 19n, { lot: bags, certificate }, "packer");
  await season.accept("four labels that claim the certificate", "packer", 19n, [made]);
  await refuse("labels for more than is left of it", "NotEnoughVolume", { certificate, count: 3n });
  await refuse("labels for more than is left of the lot, certificate or not", "NotEnoughLeft", {
    ...{ lot, certificate, count: 9_999n },
  });
  return made.subject;
}

async function voided(season: Season, { bags, loose }: Subjects, certificate: Uint8Array, run: Uint8Array) {
  const range = (first: number, number: number) => ({ first: BigInt(first), number: BigInt(number) });
  const voids = (ranges: readonly LabelRange[], said: Partial<ArgsOf<"VOID">> = {}) => {
    const args = { reason: REASONS_TO_VOID.misprinted, lot: bags, certificate, ranges, ...said };
    return [{ subject: run, entries: [entryOf("VOID", args)] }];
  };
  const refuse = (name: string, reason: Reason, groups: ReturnType<typeof voids>, who: Who = "packer") =>
    season.refuse(name, who, 90n, groups, reason);
  refuse("labels of another made void", "NotHolder", voids([range(0, 1)]), "shop");
  refuse("labels of another lot made void", "SourceDiffers", voids([range(0, 1)], { lot: loose }));
  refuse("labels made void without their certificate", "SourceDiffers", voids([range(0, 1)], { certificate: NONE }));
  refuse("a label beyond the run", "LabelUnknown", voids([range(4, 1)]));
  refuse("a range that ends beyond the run", "LabelUnknown", voids([range(3, 2)]));
  await season.accept("the first and the last label misprinted", "packer", 20n, voids([range(0, 1), range(3, 1)]));
  refuse("a label made void twice", "LabelVoided", voids([range(2, 2)]));
  const more = await label(season, 21n, { lot: bags, certificate }, "packer");
  await season.accept("what came back, claimed again", "packer", 21n, [more]);
}

async function fates(season: Season, { bags, packed }: Subjects, certificate: Uint8Array): Promise<void> {
  type Fate = Extract<KindName, "SUSPEND" | "LIFT" | "REVOKE">;
  const fate = (name: Fate) => [{ subject: certificate, entries: [entryOf<Fate>(name, {})] }];
  const refuse = (name: string, kind: Fate, reason: Reason, who: Who = "certifier") =>
    season.refuse(name, who, 90n, fate(kind), reason);
  const refuseLabel = async (name: string, reason: Reason, groups?: Awaited<ReturnType<typeof label>>) =>
    season.refuse(
      name,
      "packer",
      90n,
      [groups ?? (await label(season, 90n, { lot: bags, certificate, count: 1n }, "packer"))],
      reason,
    );
  refuse("a certificate suspended by its beneficiary", "SUSPEND", "NotHolder", "packer");
  refuse("a certificate lifted that is in force", "LIFT", "NotSuspended");
  season.refuse(
    "a product revoked",
    "manager",
    90n,
    [{ subject: packed, entries: [entryOf("REVOKE", {})] }],
    "WrongSort",
  );
  await season.accept("the certificate suspended", "certifier", 10n, fate("SUSPEND"));
  refuse("a certificate suspended twice", "SUSPEND", "Suspended");
  await refuseLabel("labels that claim a suspended certificate", "Suspended");
  await season.accept("the suspension lifted", "certifier", 11n, fate("LIFT"));
  await season.accept("and all of it revoked", "certifier", 12n, fate("REVOKE"));
  refuse("a certificate revoked twice", "REVOKE", "Revoked");
  refuse("a revoked certificate suspended", "SUSPEND", "Revoked");
  refuse("a revoked certificate lifted", "LIFT", "Revoked");
  await refuseLabel("labels that claim a revoked certificate", "Revoked");
}
