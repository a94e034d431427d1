/**
 * Certificates (docs/ledger.md §10.8): which of those in the history are for this lot, and whether they were in force when it was
 * harvested and labelled. Pure. That there is no further certificate cannot be shown (§11).
 */
import { organisationId } from "../batch.ts";
import { type Hex, hexOf, isZero } from "../bytes.ts";
import { cidOf } from "../cid.ts";
import { readCredential } from "../document/read-credential.ts";
import type { ArgsOf } from "../kinds/all.ts";
import { productOf } from "./books.ts";
import { type CheckedDocuments, entryKey } from "./documents.ts";
import type { Maker } from "./graph.ts";
import { holderOf } from "./third.ts";
import type { CheckedLog } from "./logs.ts";
import type { OpenedHistory } from "./open.ts";
import type { CertificateCheck, Findings } from "./report.ts";

export { certificatesFor, checkCertificates };

interface Parts {
  readonly history: OpenedHistory;
  readonly makers: ReadonlyMap<Hex, Maker>;
  /** The label run, the lot and what they came from. */
  readonly story: ReadonlySet<Hex>;
}

/** Ids of the certificates that count for the lot. */
function certificatesFor(parts: Parts): readonly Hex[] {
  const when = seasonOf(parts);
  return [...parts.makers.keys()].filter((id) => coveredBy(id, parts, when)?.counts === true);
}

/** The time for which a certificate has to speak. */
interface Season {
  /** Of the first harvest that the lot came from, as it says; without one, when the lot was recorded. */
  readonly fromS: number;
  /** When the labels were recorded; without a code, no end. */
  readonly untilS: number;
  /** When the labels were recorded; without a code, the lot. */
  readonly madeAtS: number | null;
  readonly harvestsS: readonly number[];
}

function seasonOf({ history, makers, story }: Parts): Season {
  const [lot, run] = [history.lot, history.code?.run].map((id) => (id == null ? undefined : makers.get(id)));
  const madeAtS = (run ?? lot)?.batch.stamp.recordedAtS ?? null;
  const harvestsS = [...story].flatMap((id) => {
    const maker = makers.get(id);
    const occurredAtS = maker?.entry.name === "HARVEST" ? maker.group.group?.entries[0]?.occurredAtS : undefined;
    return occurredAtS === undefined ? [] : [occurredAtS];
  });
  const fromS = harvestsS.reduce((least, atS) => Math.min(least, atS), lot?.batch.stamp.recordedAtS ?? 0);
  const untilS = run === undefined ? Number.POSITIVE_INFINITY : run.batch.stamp.recordedAtS;
  return { fromS, untilS, madeAtS, harvestsS };
}

interface Covered {
  readonly beneficiary: boolean;
  /** What of the lot it names: the product, plots. */
  readonly covers: readonly Hex[];
  /** It is the holder's, names something of the lot, and was in force at some time of its season. */
  readonly counts: boolean;
}

/** Null for what is no certificate. */
function coveredBy(id: Hex, { history, makers, story }: Parts, when: Season): Covered | null {
  const entry = makers.get(id)?.entry;
  if (entry?.name !== "CERTIFY") return null;
  const { lot } = history;
  const beneficiary = lot !== null && holderOf(lot, makers) === entry.args.beneficiary;
  const product = lot === null ? null : productOf({ makers }, lot);
  const covers = entry.args.scopes
    .map(hexOf)
    .filter((scope) => scope === product || (story.has(scope) && makers.get(scope)?.entry.name === "PLOT"));
  const inTime = entry.args.fromS <= when.untilS && when.fromS < entry.args.untilS;
  return { beneficiary, covers, counts: beneficiary && covers.length > 0 && inTime };
}

interface Checking extends Parts {
  readonly logs: ReadonlyMap<Hex, CheckedLog>;
  readonly documents: CheckedDocuments;
  readonly findings: Findings;
}

/** One check a certificate that counts. One of somebody or something else is a finding, and so is a credential that says another thing. */
function checkCertificates(parts: Checking): {
  readonly list: readonly CertificateCheck[];
  /** `entryKey`s of CERTIFYs whose credential says another thing than was booked. */
  readonly faulty: ReadonlySet<string>;
} {
  const { makers, logs, documents, findings } = parts;
  const list: CertificateCheck[] = [];
  const faulty = new Set<string>();
  const when = seasonOf(parts);
  for (const [id, maker] of makers) {
    const covered = coveredBy(id, parts, when);
    if (covered === null || maker.entry.name !== "CERTIFY") continue;
    const { beneficiary, fromS, untilS, scopes } = maker.entry.args;
    const where = { subject: id, seq: 1, batch: maker.batch.hash, group: maker.groupIndex, entry: 0 };
    if (!covered.beneficiary || covered.covers.length === 0) {
      const reason = covered.beneficiary ? "scope" : "beneficiary";
      // Where a part of the story is missing, it may be of that part.
      if (isWhole(parts)) findings.add("certificate-of-other", where, { reason });
    }
    // Of another season: it is nothing to this lot, and nothing is wrong with it.
    if (!covered.counts) continue;
    const key = entryKey(maker.batch.hash, maker.groupIndex, 0);
    if (!saysSo(documents.byEntry.get(key), id, maker.entry.args)) {
      findings.add("certificate-mismatch", where);
      faulty.add(key);
    }
    const { madeAtS: atS, harvestsS } = when;
    const state = atS === null || (fromS <= atS && atS < untilS) ? "in-force" : atS < fromS ? "not-yet" : "expired";
    const early = harvestsS.filter((timeS) => timeS < fromS);
    const [firstS] = early.sort((one, other) => one - other);
    if (state === "expired") findings.add("certificate-expired", where, { fromS, untilS, atS: atS ?? 0 });
    if (firstS !== undefined) findings.add("certificate-not-yet", where, { fromS, untilS, atS: firstS });
    const content = maker.group.group?.entries[0]?.content;
    list.push({
      id,
      issuer: maker.batch.stamp.organisation,
      ...{ beneficiary, fromS, untilS, scopes: scopes.map(hexOf), covers: covered.covers, state, atS },
      atHarvest: harvestsS.length === 0 ? null : harvestsS.every((timeS) => fromS <= timeS && timeS < untilS),
      ok: logs.get(id)?.ok === true && !documents.faulty.has(key) && !faulty.has(key),
      document: content === undefined || isZero(content) ? null : cidOf(content, "json"),
    });
  }
  return { list, faulty };
}

/** Every log of the story is there, down to what nothing came before. */
function isWhole({ history, makers, story }: Parts): boolean {
  const { lot, code } = history;
  if (lot === null || !story.has(lot) || (code?.run != null && !story.has(code.run))) return false;
  return [...story].every((id) => makers.get(id)?.inputs.every((input) => story.has(input)) === true);
}

/** Whoever takes the credential away with them must read in it what the ledger booked. A document that is not there says nothing. */
function saysSo(document: unknown, id: Hex, args: ArgsOf<"CERTIFY">): boolean {
  if (document === undefined) return true;
  const said = readCredential(document, id);
  if (said === null || said.fromS !== args.fromS || said.untilS !== args.untilS) return false;
  const named = [...said.products, ...said.plots].map(({ subject }) => subject).sort();
  const booked = args.scopes.map(hexOf).sort();
  if (named.length !== booked.length || named.some((one, n) => one !== booked[n])) return false;
  return said.beneficiary?.subject === hexOf(organisationId(args.beneficiary));
}
