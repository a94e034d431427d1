/**
 * verify(history, heads) → report: recomputes a lot's whole history, trusting nobody (docs/ledger.md §10). The same function runs in
 * the scan page, the auditor's command and on evidence files; they differ only in where they read from.
 *
 * What a page needs of it beside the findings: each statement's `standing` (a third party's is told as such), `correctedBy` and
 * `contradictedBy` (struck through, or another's word beside it; both are entries, to be found among the statements by batch, group
 * and entry), `isRightData`; for a CORRECT its line in `corrections`; `certificates`, with what each covers and what became of it;
 * `recalls`, `promises`, `disputes`; `hands`, further on too, and `custody`. Findings of the grade `alarm` come before all else.
 *
 * Throws nothing for bad data: whatever is wrong becomes a finding with its place. What it cannot show is in docs/ledger.md §11.
 * Pure: digest and signature check are passed in.
 */
import type { Hex } from "./bytes.ts";
import { wordSeq } from "./fold.ts";
import type { History } from "./history.ts";
import type { Primitives } from "./sign.ts";
import { checkActs } from "./verify/acts.ts";
import { checkAuthors } from "./verify/authors.ts";
import { type CheckedBatch, checkBatches } from "./verify/batches.ts";
import { recompute } from "./verify/books.ts";
import { certificatesFor, checkCertificates } from "./verify/certificates.ts";
import { checkCode, checkFingerprint, checkVoided } from "./verify/code.ts";
import { checkCorrections } from "./verify/corrections.ts";
import { custodyOf } from "./verify/custody.ts";
import { checkDisputes } from "./verify/disputes.ts";
import { checkDocuments } from "./verify/documents.ts";
import { ancestry, makersOf } from "./verify/graph.ts";
import { checkHands, onwardFrom } from "./verify/hands.ts";
import { learnKeys } from "./verify/keys.ts";
import { checkLedger } from "./verify/ledger.ts";
import { checkLogs } from "./verify/logs.ts";
import { checkNonces } from "./verify/nonces.ts";
import { findGaps, noticeBatches, noticeDates } from "./verify/notices.ts";
import { type OpenedHistory, type OpenHeads, type OpenMove, openHeads, openHistory } from "./verify/open.ts";
import { Findings } from "./verify/findings.ts";
import type { Heads, Report, VerifyOptions } from "./verify/report.ts";
import { checkPromises } from "./verify/promises.ts";
import { checkRecalls } from "./verify/recalls.ts";
import { checkRules } from "./verify/rules.ts";
import { partyAt, peopleOf, strangersOf } from "./verify/standing.ts";
import { statementsIn, statementsOf } from "./verify/statements.ts";
import { tenuresOf } from "./verify/tenure.ts";

export { certificatesOfOthers, verify };

async function verify(
  history: History,
  heads: Heads,
  primitives: Primitives,
  options: VerifyOptions = {},
): Promise<Report> {
  const findings = new Findings();
  const given = openHistory(history);
  const read = openHeads(heads);
  for (const at of given.unread) findings.add("malformed-entry", {}, { at });

  checkLedger(given, read, findings);
  checkActs(given, read, findings);
  const batches = await checkBatches(primitives, given);
  const organisations = await learnKeys(primitives, given, batches);
  const made = await makersOf(primitives, given, batches);
  const { makers } = made;
  const tenures = tenuresOf(given.logs, batches, makers);
  const story = ancestry(startOf(given), given.logs, made);
  const counted = new Set([...story, ...certificatesFor({ history: given, makers, story, tenures })]);
  const onMove = progress(given, batches, counted, options);
  const logs = await checkLogs({
    primitives,
    history: given,
    heads: read,
    batches,
    makers,
    organisations,
    findings,
    onMove,
  });
  // What the checks below find of one entry makes its whole move fail; a recall beside it stands all the same.
  const sound = new Set([...logs.values()].flatMap(({ moves }) => moves.filter(({ ok }) => ok)));
  const strangers = strangersOf(story, makers, tenures);
  const { files } = options;
  const documents = await checkDocuments({ primitives, history: given, makers, logs, findings, files, strangers });
  await checkCode({ primitives, history: given, makers, documents, findings }, options.code);
  const fingerprint = checkFingerprint(options.fingerprint, given.lot, logs, findings);
  const authored = checkAuthors({ logs, makers, tenures, organisations, findings });
  const broken = checkRules({ logs, makers, tenures, organisations, findings });
  const unfit = new Set([...authored, ...broken]);
  const books = recompute({ logs, makers, tenures, findings });
  const corrections = checkCorrections({ logs, batches, makers, documents, findings, strangers });
  const certificates = checkCertificates({
    ...{ history: given, makers, story, tenures, logs, documents, corrections, unfit, findings },
  });
  const onward = onwardFrom(given.lot, logs, makers, findings);
  const checked = { logs, makers, tenures, documents, corrections, unfit, story, onward, findings, strangers, sound };
  const recalls = checkRecalls(checked);
  const promises = checkPromises(checked);
  const disputes = checkDisputes(checked);
  const hands = checkHands(checked, books);
  const custody = custodyOf(given.lot, makers, books);
  checkVoided(given, books, findings);
  checkNonces(logs, batches, findings);

  const faulty = new Set([...documents.faulty, ...certificates.faulty, ...promises.faulty]);
  const judged = { faulty, unfit, corrections };
  const people = new Set([...peopleOf(story, makers, tenures), ...[...story].flatMap((id) => tenures.offered(id))]);
  const statements = [...logs.values()].flatMap((log) =>
    statementsOf(log, {
      ...judged,
      hands: (place) => ({
        holder: tenures.at(log.id, place).holder,
        party: partyAt(log.id, place, makers, tenures),
      }),
      isInvolved: (by) =>
        people.has(by) || tenures.holders(log.id).includes(by) || tenures.offered(log.id).includes(by),
    }),
  );
  const countedStatements = statements.filter(({ subject }) => counted.has(subject));
  noticeDates(countedStatements, findings);
  noticeBatches(countedStatements, batches, given, findings);
  findGaps({ counted, logs, makers, struck: corrections.struck }, findings);

  const subjects = [...logs.values()].map(({ id, moves, ok }) => ({
    id,
    seq: moves.length,
    ok,
    counted: counted.has(id),
  }));
  const absent = missingLogs(given, read, findings);
  const missing = [...logs.values()].reduce((sum, log) => sum + (counted.has(log.id) ? log.missing : 0), absent);
  return {
    findings: findings.list,
    statements,
    total: countedStatements.length + missing,
    whole: countedStatements.filter(({ ok }) => ok).length,
    unread: countedStatements.filter(({ unread }) => unread).length,
    subjects,
    books,
    attachments: documents.attachments,
    corrections: corrections.list,
    certificates: certificates.list,
    ...{ recalls, promises: promises.list, disputes, hands, custody },
    fingerprint,
    heads: { block: read.block, source: read.source, origin: read.origin },
  };
}

/**
 * Certificates in a history that do not count for its lot: for whoever gathers one from the chain alone, where others name the same
 * products and plots. One whose entry is not in its batch is not judged: what is wrong with it, `verify` says.
 */
async function certificatesOfOthers(history: History, primitives: Primitives): Promise<ReadonlySet<Hex>> {
  const given = openHistory(history);
  const batches = await checkBatches(primitives, given);
  const made = await makersOf(primitives, given, batches);
  const { makers } = made;
  const tenures = tenuresOf(given.logs, batches, makers);
  const story = ancestry(startOf(given), given.logs, made);
  const counting = new Set([...story, ...certificatesFor({ history: given, makers, story, tenures })]);
  const others = [...makers].filter(([id, { entry, group }]) => {
    return entry.name === "CERTIFY" && group.inBatch && !counting.has(id);
  });
  return new Set(others.map(([id]) => id));
}

/** N begins at the label run (or, without a code, at the lot). */
function startOf({ code, lot }: OpenedHistory): Hex[] {
  return [code?.run ?? null, lot].filter((id) => id !== null);
}

/** The lot's own log (and the run's) must be there. How many moves the heads have of those that are not. */
function missingLogs(given: OpenedHistory, heads: OpenHeads, findings: Findings): number {
  let missing = 0;
  if (given.lot === null) findings.add("malformed-entry", {}, { at: "/lot" });
  for (const id of startOf(given)) {
    if (given.logs.has(id)) continue;
    const word = heads.words.get(id);
    const head = word === undefined ? 0 : wordSeq(word);
    findings.add("entry-missing", { subject: id, seq: 1 }, { head, log: 0 });
    missing += head;
  }
  return missing;
}

/** Counts the statements of N as their moves are checked. */
function progress(
  given: OpenedHistory,
  batches: ReadonlyMap<Hex, CheckedBatch>,
  counted: ReadonlySet<Hex>,
  { onProgress }: VerifyOptions,
): (log: Hex, move: OpenMove) => void {
  if (onProgress === undefined) return () => {};
  const size = (move: OpenMove): number => statementsIn(move, batches.get(move.batch)?.checked.get(move.group) ?? null);
  let total = 0;
  for (const id of counted) for (const move of given.logs.get(id)?.moves ?? []) total += size(move);
  let done = 0;
  return (log, move) => {
    if (!counted.has(log)) return;
    done += size(move);
    onProgress(done, total);
  };
}
