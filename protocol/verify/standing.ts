/**
 * In whose name an entry stands in a log (docs/ledger.md §6, §10.7), for `verify` and the page alike: the party's own word, a third
 * party's with the role for it, or a stranger's. What a stranger wrote badly is told of the stranger: whoever has some role may write
 * text into any log, and must not be able to spoil the record of whom it is about. Pure.
 */
import type { Hex } from "../bytes.ts";
import type { KindName } from "../kinds/all.ts";
import type { Finding, FindingCode, Findings, Where } from "./findings.ts";
import { type Maker, organisationOf } from "./graph.ts";
import { productOf } from "./products.ts";
import type { Place, Tenures } from "./tenure.ts";

export type { Standing, Strangers };
export { OF_OUTSIDERS, partyAt, peopleOf, standingOf, strangersOf, tellFault };

type Standing = "own" | "third" | "stranger";

/**
 * What others than the party may write as such, each with a role for it or a place in the goods' way: the carrier its readings, whom
 * they are offered to what it found. Of a RECALL and its RELEASE by the holder, they are its own.
 */
const THIRD_PARTY_KINDS: readonly KindName[] = [
  ...(["TEST", "INSPECT", "ATTEST", "CERTIFY", "RECALL", "RELEASE"] satisfies readonly KindName[]),
  ...(["RECEIVE", "REFUSE", "GROW", "SENSE", "NOTE"] satisfies readonly KindName[]),
];
/** Only of goods that the author has nothing to do with. */
const OF_OUTSIDERS: readonly KindName[] = ["TEST", "INSPECT", "ATTEST"];

/** Who made a subject, and for whom: all that standing asks of the entry that made it. */
type Made = ReadonlyMap<Hex, Pick<Maker, "entry" | "batch" | "output">>;

/** Who speaks for itself in a log: the holder at that time. Of a certificate it is whom it is for, so that its issuer is the third party. */
function partyAt(id: Hex, place: Place, makers: Made, tenures: Tenures): number | null {
  const entry = makers.get(id)?.entry;
  return entry?.name === "CERTIFY" ? entry.args.beneficiary : tenures.at(id, place).holder;
}

/**
 * @param by who wrote it, where it could: that is looked at before; `hasRole` says what came of it
 * @param of the log's holder and party at that time, each null where it cannot be told
 */
function standingOf(
  by: {
    readonly organisation: number;
    readonly kind: KindName | null;
    readonly hasRole: boolean;
    /** A CORRECT of an entry of its own. */
    readonly correctsItself: boolean;
    /** It held some of the story, or of this log's goods, or was offered them. */
    readonly isInvolved: () => boolean;
  },
  of: { readonly holder: number | null; readonly party: number | null },
): Standing {
  if (of.party === null || by.organisation === of.party) return "own";
  // Nobody tests goods as a third party that it had in its hands.
  if (by.kind !== null && OF_OUTSIDERS.includes(by.kind) && by.isInvolved()) return "stranger";
  // The issuer holds a certificate: all that it writes there is the third party's.
  const isThird =
    by.organisation === of.holder || by.correctsItself || (by.kind !== null && THIRD_PARTY_KINDS.includes(by.kind));
  return isThird && by.hasRole ? "third" : "stranger";
}

/** Whether what an organisation writes in a log says nothing about the record of the lot: by others than its people, or elsewhere. */
type Strangers = (log: Hex, place: Place, organisation: number | null) => boolean;

/**
 * The lot's people are those who held any of its story. What is wrong counts against the record where one of them wrote it of its own, in
 * a log of the story, of the story's products, or in its own organisation's: whoever buys, carries, keeps a site or certifies is not.
 */
function strangersOf(story: ReadonlySet<Hex>, makers: Made, tenures: Tenures): Strangers {
  const people = peopleOf(story, makers, tenures);
  const products = new Set([...story].flatMap((id) => productOf({ makers }, id) ?? []));
  return (log, place, organisation) => {
    if (organisation === null) return false;
    if (!people.has(organisation)) return true;
    const own = organisationOf(log);
    if (own !== null ? !people.has(own) : !story.has(log) && !products.has(log)) return true;
    const party = partyAt(log, place, makers, tenures);
    const { offered, carrier } = tenures.at(log, place);
    return party !== null && organisation !== party && organisation !== offered && organisation !== carrier;
  };
}

/** All who ever held something of the story; who issued a certificate or answered for one did not. */
function peopleOf(story: ReadonlySet<Hex>, makers: Made, tenures: Tenures): ReadonlySet<number> {
  const goods = [...story].filter((id) => makers.get(id)?.entry.name !== "CERTIFY");
  return new Set(goods.flatMap((id) => tenures.holders(id)));
}

/** A fault of what was said: of a stranger it says nothing about the record that it was said of. Told once for `key`. */
function tellFault(
  findings: Findings,
  fault: {
    readonly key: string;
    readonly code: FindingCode;
    readonly where: Where;
    readonly detail?: Finding["detail"];
    /** Who said it, where that is a stranger. */
    readonly stranger: number | null;
  },
): void {
  const { key, code, where, detail = {}, stranger } = fault;
  if (stranger === null) findings.once(key, code, where, detail);
  else
    findings.once(`${stranger} ${code} ${key}`, "stranger-at-fault", where, {
      ...detail,
      organisation: stranger,
      what: code,
    });
}
