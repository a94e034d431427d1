/** The part of the season that others write: a laboratory, a certifier, an expert, an authority. */
import type { Group } from "../../protocol/batch.ts";
import { organisationId } from "../../protocol/batch.ts";
import { compareBytes } from "../../protocol/bytes.ts";
import type { ArgsOf } from "../../protocol/kinds/all.ts";
import { COOPERATIVE, PARTIES, type Season, type Who } from "./season.ts";
import { atS, digestOf, entryOf } from "./world.ts";

export { thirdParties };

interface Subjects {
  readonly lot: Uint8Array;
  readonly planting: Uint8Array;
  readonly plot: Uint8Array;
  readonly product: Uint8Array;
}

async function thirdParties(season: Season, subjects: Subjects): Promise<void> {
  await findings(season, subjects);
  await certificates(season, subjects);
}

async function findings(season: Season, { lot, planting, plot }: Subjects): Promise<void> {
  const [test, inspect, attest] = [entryOf("TEST", {}), entryOf("INSPECT", {}), entryOf("ATTEST", {})];
  const own = (who: Who) => organisationId(PARTIES[who]);
  const nowhere = digestOf("nowhere");
  await season.accept("a laboratory tests a lot, twice, and the soil of its plot", "laboratory", 0n, [
    { subject: lot, entries: [test, test] },
    { subject: plot, entries: [test] },
  ]);
  await season.accept("an authority inspects an organisation and its plot", "authority", 0n, [
    { subject: COOPERATIVE, entries: [inspect] },
    { subject: plot, entries: [inspect] },
  ]);
  await season.accept("a certifier inspects a planting", "certifier", 0n, [{ subject: planting, entries: [inspect] }]);
  await season.accept("an expert saw a planting and a lot", "expert", 0n, [
    { subject: planting, entries: [attest] },
    { subject: lot, entries: [attest] },
  ]);
  const refuse = (name: string, who: Who, group: Group, reason: Parameters<Season["refuse"]>[4]) =>
    season.refuse(name, who, 90n, [group], reason);
  refuse("a test by the holder, who is no laboratory", "manager", { subject: lot, entries: [test] }, "NoRole");
  refuse("a test by a certifier", "certifier", { subject: lot, entries: [test] }, "NoRole");
  refuse("an inspection by a laboratory", "laboratory", { subject: lot, entries: [inspect] }, "NoRole");
  refuse("an expert's statement by an authority", "authority", { subject: lot, entries: [attest] }, "NoRole");
  refuse("a test of an organisation", "laboratory", { subject: COOPERATIVE, entries: [test] }, "WrongSort");
  refuse("a test of nothing", "laboratory", { subject: nowhere, entries: [test] }, "SubjectUnknown");
  refuse("an inspection of nothing", "certifier", { subject: nowhere, entries: [inspect] }, "SubjectUnknown");
  const itself = own("authority");
  refuse("an inspection of oneself", "authority", { subject: itself, entries: [inspect] }, "HolderItself");
  refuse("an expert's praise of oneself", "expert", { subject: own("expert"), entries: [attest] }, "HolderItself");
  refuse("a note by a laboratory", "laboratory", { subject: lot, entries: [entryOf("NOTE", {})] }, "NotHolder");
}

async function certificates(season: Season, { lot, plot, product }: Subjects): Promise<void> {
  const certificate = (nonce: bigint, said: Partial<ArgsOf<"CERTIFY">> = {}, who: Who = "certifier") => {
    const whose = { index: 0, application: new Uint8Array(32), beneficiary: 1, unit: 0, volume: 0n };
    const scopes = [plot, product].toSorted(compareBytes);
    return season.make(who, nonce, "CERTIFY", {
      ...{ ...whose, fromS: atS("01-01"), untilS: atS("12-31"), scopes },
      ...said,
    });
  };
  const made = await certificate(1n);
  await season.accept("a certificate for a product and a plot, and a note on it", "certifier", 1n, [
    { ...made, entries: [...made.entries, entryOf("NOTE", {})] },
  ]);
  await season.accept("a certificate for a plot alone", "certifier", 2n, [await certificate(2n, { scopes: [plot] })]);
  const refuse = async (
    name: string,
    reason: Parameters<Season["refuse"]>[4],
    said: Partial<ArgsOf<"CERTIFY">>,
    who: Who = "certifier",
  ) => season.refuse(name, who, 90n, [await certificate(90n, said, who)], reason);
  await refuse("a certificate by a laboratory", "NoRole", {}, "laboratory");
  await refuse("a certificate for oneself", "HolderItself", { beneficiary: PARTIES.certifier });
  await refuse("a certificate for nobody", "OrganisationUnknown", { beneficiary: 0 });
  await refuse("a certificate for an organisation not admitted", "OrganisationUnknown", { beneficiary: 0xff_ffff });
  await refuse("a certificate for a lot", "WrongSort", { scopes: [lot] });
  await refuse("a certificate for an organisation", "WrongSort", { scopes: [COOPERATIVE] });
  await refuse("a certificate for a product that does not exist", "SubjectUnknown", { scopes: [digestOf("nowhere")] });
  season.refuse(
    "a note by the beneficiary on its certificate",
    "manager",
    90n,
    [{ subject: made.subject, entries: [entryOf("NOTE", {})] }],
    "NotHolder",
  );
}
