/**
 * Certificates (docs/ledger.md §10.8): which of those in the history are for this lot, and whether they were in force when it was
 * harvested and labelled. Pure. That there is no further certificate cannot be shown (§11).
 */
import { uomOf } from "../amount.ts";
import { organisationId } from "../batch.ts";
import { type Hex, hexOf, isZero } from "../bytes.ts";
import { cidOf } from "../cid.ts";
import { readFate } from "../document/fate.ts";
import { type CredentialReading, readCredential } from "../document/read-credential.ts";
import type { ArgsOf } from "../kinds/all.ts";
import { productOf } from "./products.ts";
import type { CheckedCorrections } from "./corrections.ts";
import { type Covered, coveredBy, type LotCovered } from "./covering.ts";
import type { CheckedDocuments } from "./documents.ts";
import { keyOf } from "./ref.ts";
import { refOf } from "./events.ts";
import { fatesOf } from "./fates.ts";
import type { Maker } from "./graph.ts";
import type { CheckedLog } from "./logs.ts";
import type { OpenedHistory } from "./open.ts";
import type { Findings } from "./findings.ts";
import type { CertificateCheck, CertificateFate, CertificateState } from "./report-claims.ts";
import type { Tenures } from "./tenure.ts";

export { certificatesFor, checkCertificates };

const FIRST = { seq: 1, entry: 0 };

interface Parts {
  readonly history: OpenedHistory;
  readonly makers: ReadonlyMap<Hex, Maker>;
  /** The label run, the lot and what they came from. */
  readonly story: ReadonlySet<Hex>;
  readonly tenures: Tenures;
}

/** Ids of the certificates that count for the lot. */
function certificatesFor(parts: Parts): readonly Hex[] {
  const lot = lotOf(parts);
  return [...parts.makers].flatMap(([id, { entry }]) =>
    lot !== null && entry.name === "CERTIFY" && coveredBy(entry.args, lot).counts ? [id] : [],
  );
}

function lotOf({ history, makers, story, tenures }: Parts): LotCovered | null {
  const { lot } = history;
  if (lot === null) return null;
  const recordedAtS = (id: Hex | null | undefined): number | null =>
    (id == null ? undefined : makers.get(id))?.batch.stamp.recordedAtS ?? null;
  const told = [...story].flatMap((id) => {
    const maker = makers.get(id);
    return maker === undefined ? [] : [{ id, name: maker.entry.name, first: maker.group.group?.entries[0] }];
  });
  return {
    // Whoever made the labels held it then; it may have been handed on since.
    holder: (history.code?.run == null ? null : tenures.at(history.code.run, FIRST).holder) ?? tenures.now(lot).holder,
    product: productOf({ makers }, lot),
    plots: new Set(told.filter(({ name }) => name === "PLOT").map(({ id }) => id)),
    harvestsS: told.flatMap(({ name, first }) =>
      name === "HARVEST" && first !== undefined ? [first.occurredAtS] : [],
    ),
    lotAtS: recordedAtS(lot),
    labelsAtS: recordedAtS(history.code?.run),
  };
}

interface Checking extends Parts {
  readonly logs: ReadonlyMap<Hex, CheckedLog>;
  readonly documents: CheckedDocuments;
  readonly corrections: CheckedCorrections;
  /** `entryKey`s of entries that the ledger would have refused. */
  readonly unfit: ReadonlySet<string>;
  readonly findings: Findings;
}

interface Certificates {
  readonly list: readonly CertificateCheck[];
  /** `entryKey`s of entries whose credential says another thing than was booked. */
  readonly faulty: ReadonlySet<string>;
}

/** One check a certificate that counts. One of somebody or something else is a finding, and so is a credential that says another thing. */
function checkCertificates(parts: Checking): Certificates {
  const { makers, findings, history } = parts;
  const list: CertificateCheck[] = [];
  const faulty = new Set<string>();
  const lot = lotOf(parts);
  const claimedId = claimedBy(parts);
  const fromOutside = [...parts.story].some((id) => makers.get(id)?.entry.name === "ORIGIN");
  for (const [id, maker] of lot === null ? [] : makers) {
    if (maker.entry.name !== "CERTIFY" || lot === null) continue;
    const covered = coveredBy(maker.entry.args, lot);
    const claimed = id === claimedId;
    if (!claimed && (!covered.beneficiary || covered.covers.length === 0)) {
      const reason = covered.beneficiary ? "scope" : "beneficiary";
      const where = { subject: id, seq: 1, batch: maker.batch.hash, group: maker.groupIndex, entry: 0 };
      // Where a part of the story is missing, it may be of that part.
      if (isWhole(parts)) findings.add("certificate-of-other", where, { reason });
    }
    // Of another season: it is nothing to this lot, and nothing is wrong with it.
    if (!claimed && !covered.counts) continue;
    const certificate = { id, maker, args: maker.entry.args, covered, claimed, plots: lot.plots, fromOutside };
    list.push(checkOne(parts, certificate, { faulty, nowS: history.asOfS }));
  }
  if (history.certificatesNotShown > 0)
    findings.add("certificates-not-shown", { subject: history.lot }, { more: history.certificatesNotShown });
  return { list, faulty };
}

/** The certificate that the run in hand draws on. */
function claimedBy({ history, makers }: Parts): Hex | null {
  const run = history.code?.run == null ? undefined : makers.get(history.code.run)?.entry;
  return run?.name === "LABEL" && !isZero(run.args.certificate) ? hexOf(run.args.certificate) : null;
}

function checkOne(
  parts: Checking,
  certificate: {
    readonly id: Hex;
    readonly maker: Maker;
    readonly args: ArgsOf<"CERTIFY">;
    readonly covered: Covered;
    readonly claimed: boolean;
    /** That the lot came from. */
    readonly plots: ReadonlySet<Hex>;
    /** Some of it came from no plot at all. */
    readonly fromOutside: boolean;
  },
  { faulty, nowS }: { readonly faulty: Set<string>; readonly nowS: number | null },
): CertificateCheck {
  const { makers, logs, documents, findings, corrections, history, unfit } = parts;
  const { id, maker, args, covered, claimed, plots, fromOutside } = certificate;
  const { beneficiary, fromS, untilS, scopes } = args;
  const { state, atS, earlyS } = covered;
  const at = { batch: maker.batch.hash, group: maker.groupIndex, entry: 0 };
  const where = { subject: id, seq: 1, ...at };
  const struck = corrections.struck.get(keyOf(at));
  const issuer = maker.batch.stamp.organisation;
  const now = struck === undefined ? at : struck.now;
  // Once its issuer has put the words right, the right ones count.
  const stands = now ?? at;
  const document = documents.byEntry.get(keyOf(stands));
  const said = document === undefined ? null : readCredential(document, id);
  if (document !== undefined && !saysSo(said, { issuer, args })) {
    findings.add("certificate-mismatch", { ...where, ...stands });
    faulty.add(keyOf(stands));
  }
  if (now === null) findings.add("certificate-withdrawn", where, { organisation: issuer });
  if (state === "expired") findings.add("certificate-expired", where, { fromS, untilS, atS: atS ?? 0 });
  if (earlyS !== null) findings.add("certificate-not-yet", where, { fromS, untilS, atS: earlyS });

  const log = logs.get(id);
  const fates = fatesOf(log, args, (event) => event.move.ok && !unfit.has(keyOf(refOf(event))));
  const run = history.code?.run ?? null;
  const atLabels = atS === null ? state : fates.stateAt(atS, claimed ? fates.drawnAt(run) : null);
  const nowState = fates.stateAt(nowS ?? atS ?? 0);
  const last = fates.list.at(-1);
  const fate = { organisation: issuer, atS: last?.atS ?? 0, labels: run === null ? "none" : LABELS[atLabels] };
  const told = last === undefined ? where : { subject: id, ...last.ref };
  // One that nobody here leans on or asked for stains nothing: anybody with the role may certify, and revoke what it certified.
  const isAskedFor = claimed || !isZero(args.application);
  const isSuspended = nowState === "suspended" || atLabels === "suspended";
  if (isAskedFor && nowState === "revoked")
    findings.add("certificate-revoked", told, { ...fate, ...labelsOutOf(parts, id, last) });
  else if (isAskedFor && isSuspended) findings.add("certificate-suspended", told, fate);

  // Which of its subjects are plots its document says; what it cannot know is looked up.
  const named = scopes.map(hexOf);
  const namesPlots =
    (said?.plots.length ?? 0) > 0 ||
    named.some((scope) => plots.has(scope) || makers.get(scope)?.entry.name === "PLOT");
  const outside = namesPlots ? [...plots].filter((plot) => !named.includes(plot)) : [];
  const origin = fromOutside ? "yes" : "no";
  if (claimed && covered.covers.length === 0 && isWhole(parts)) {
    findings.add("certificate-of-other", where, { reason: "scope", claimed: "yes", of: plots.size, origin });
  } else if (claimed && namesPlots && (outside.length > 0 || fromOutside)) {
    findings.add("certificate-scope", where, {
      ...{ organisation: issuer, outside: outside.length, of: plots.size, origin },
    });
  }
  const content = maker.group.group?.entries[0]?.content;
  return {
    ...{ id, issuer, beneficiary, fromS, untilS, scopes: named, covers: covered.covers, state, atS },
    ...{ atHarvest: covered.atHarvest, correctedBy: struck?.by ?? null, withdrawn: now === null },
    ok: log?.ok === true && !documents.faulty.has(keyOf(stands)) && !faulty.has(keyOf(stands)),
    document: content === undefined || isZero(content) ? null : cidOf(content, "json"),
    ...{ claimed, application: isZero(args.application) ? null : hexOf(args.application) },
    ...{ fates: fates.list, atLabels, nowState, outside },
  };
}

/** What a REVOKE says of labels that are out already. */
function labelsOutOf({ documents }: Checking, id: Hex, last: CertificateFate | undefined): { labelsOut?: string } {
  const document = last?.kind === "REVOKE" ? documents.byEntry.get(keyOf(last.ref)) : undefined;
  const labelsOut = document === undefined ? null : readFate(document, id)?.labelsOut;
  return labelsOut == null ? {} : { labelsOut };
}

/** Whether the labels were made before what became of it, or after. */
const LABELS: Readonly<Record<CertificateState, string>> = {
  ...{ revoked: "after", suspended: "after" },
  ...{ "in-force": "before", expired: "before", "not-yet": "before" },
};

/** Every log of the story is there, down to what nothing came before. */
function isWhole({ history, makers, story }: Parts): boolean {
  const { lot, code } = history;
  if (lot === null || !story.has(lot) || (code?.run != null && !story.has(code.run))) return false;
  return [...story].every((id) => makers.get(id)?.inputs.every((input) => story.has(input)) === true);
}

/** Whoever takes the credential away with them must read in it what the ledger booked. */
function saysSo(
  said: CredentialReading | null,
  { issuer, args }: { readonly issuer: number; readonly args: ArgsOf<"CERTIFY"> },
): boolean {
  if (said === null || said.fromS !== args.fromS || said.untilS !== args.untilS) return false;
  const uom = uomOf(args.unit);
  if ((said.volume ?? 0n) !== args.volume || (uom !== null && said.uom !== uom)) return false;
  const named = [...said.products, ...said.plots].map(({ subject }) => subject).sort();
  const booked = args.scopes.map(hexOf).sort();
  if (named.length !== booked.length || named.some((one, n) => one !== booked[n])) return false;
  if (said.issuer?.subject !== hexOf(organisationId(issuer))) return false;
  return said.beneficiary?.subject === hexOf(organisationId(args.beneficiary));
}
