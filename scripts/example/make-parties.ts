/** Those through whose hands the tea goes, each with a key of its own, and the places where it stops. */
import { organisationId } from "../../protocol/batch.ts";
import { hexOf } from "../../protocol/bytes.ts";
import type { PartyRef, SiteRef } from "../../protocol/document/form.ts";
import { SITE_LEVELS, siteMaster } from "../../protocol/document/master.ts";
import type { Admission } from "../../server/operator.ts";
import { ADMISSION } from "./cooperative.ts";
import { chinaTime } from "./days.ts";
import type { Ground } from "./make-ground.ts";
import type { Maker } from "./maker.ts";
import { type ExampleSite, JOINED, PARTIES, type PartyName, SITES, SITES_WRITTEN } from "./parties.ts";
import { Phone } from "./phone.ts";

export type { Parties, Party, Sites };
export { admitParties, admitParty, cooperativeOf, partyOf, siteOf, writeSites };

interface Party extends PartyRef {
  readonly organisation: number;
  readonly phone: Phone;
}

type Parties = Readonly<Record<PartyName, Party>>;
/** By their codes. */
type Sites = ReadonlyMap<string, SiteRef>;

async function admitParties(maker: Maker): Promise<Parties> {
  maker.turnTo(JOINED);
  return {
    processor: await admitParty(maker, PARTIES.processor),
    carrier: await admitParty(maker, PARTIES.carrier),
    shop: await admitParty(maker, PARTIES.shop),
  };
}

/** With a new phone, whose key is its first manager's. */
async function admitParty(maker: Maker, admission: Omit<Admission, "managerKey">): Promise<Party> {
  const phone = await Phone.make(maker.field, { kept: false });
  const { x, y } = phone.publicKey;
  const { organisation } = await maker.admit({ ...admission, managerKey: { x: hexOf(x), y: hexOf(y) } });
  return { phone, organisation, subject: hexOf(organisationId(organisation)), name: admission.name };
}

/** The cooperative as one of those who give and take; `phone` speaks for it. */
function cooperativeOf({ organisation }: Ground, phone: Phone): Party {
  return { phone, organisation, subject: hexOf(organisationId(organisation)), name: ADMISSION.name };
}

/** As documents name it. */
function partyOf({ subject, name }: Party): PartyRef {
  return { subject, name };
}

/** Each by the organisation that keeps it. */
async function writeSites(maker: Maker, ground: Ground, parties: Parties): Promise<Sites> {
  const sites = new Map<string, SiteRef>();
  const keepers = { cooperative: ground.phones.manager, processor: parties.processor.phone, shop: parties.shop.phone };
  for (const [by, phone] of Object.entries(keepers)) {
    await maker.record(phone, SITES_WRITTEN, async (draft) => {
      for (const site of SITES.filter((one) => one.by === by)) sites.set(site.code, await writeSite(draft, site));
    });
  }
  return sites;
}

async function writeSite(
  draft: Parameters<Parameters<Maker["record"]>[2]>[0],
  { code, name, level }: ExampleSite,
): Promise<SiteRef> {
  const { index, id, hex } = await draft.newSubject();
  const createdAtS = chinaTime(SITES_WRITTEN);
  await draft.write("SITE", {
    subject: id,
    occurredAtS: createdAtS,
    document: siteMaster({ subject: hex, createdAtS, code, name, level, number: 0, example: true }),
    args: { index, level: SITE_LEVELS.indexOf(level), number: 0n },
  });
  return { subject: hex, code, name };
}

/** @throws when the story names a place that nobody wrote down */
function siteOf(sites: Sites, code: string): SiteRef {
  const site = sites.get(code);
  if (site === undefined) throw new Error(`the story knows no place ${code}`);
  return site;
}
