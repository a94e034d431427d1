/**
 * Applies the ledger's logs to the index. Each batch is recomputed from its logs: groups give leaves, leaves the root, header and
 * root the batch's own hash; the fold (docs/ledger.md §5) must give exactly the moves and words that were logged.
 * What does not fit stops the index: no row is written on trust.
 */
import type { Kysely } from "kysely";
import {
  type Batch,
  decodeGroup,
  type Group,
  newIndexes,
  newSubjectId,
  organisationNumber,
} from "../../protocol/batch.ts";
import { bytesOf, hexOf } from "../../protocol/bytes.ts";
import { birthWord, type FoldedBatch, foldBatch, readStamp } from "../../protocol/fold.ts";
import type { Deployment, Hex } from "../../protocol/history.ts";
import { kindByName } from "../../protocol/kinds/all.ts";
import { leafHash } from "../../protocol/merkle.ts";
import type { Primitives } from "../../protocol/sign.ts";
import type { IndexTables } from "../store/index-tables.ts";
import { addRecorder, bookEntry, isBooked } from "./books.ts";
import type { AcceptedLog, LedgerLog, OrganisationLog, RecordedLog, TouchedLog } from "./logs.ts";
import { GatheredRows } from "./rows.ts";
import type { Words } from "./words.ts";

export { applyLogs, IndexFault };

/** The chain's answer does not fit together; the message says where, for the operator. */
class IndexFault extends Error {}

interface Applying {
  readonly index: Kysely<IndexTables>;
  readonly deployment: Deployment;
  readonly primitives: Primitives;
  readonly timeOfBlock: (number: number) => Promise<number>;
  /** As they were before; whose is not among them is read from the index. */
  readonly words?: Words;
}

/** Of one transaction. */
interface Step extends Applying {
  readonly rows: GatheredRows;
}

interface LoggedBatch {
  readonly accepted: AcceptedLog;
  readonly groups: RecordedLog[];
  readonly touches: TouchedLog[];
}

const NO_ENTRY = -1;
const NO_BYTES = new Uint8Array(0);
const CORRECT = kindByName("CORRECT").number;
/** Others have their turn after so long. */
const TURN_MS = 15;

/** Applies the logs of some blocks, in order, and gives back the words of the subjects that moved. */
async function applyLogs(applying: Applying, logs: readonly LedgerLog[]): Promise<ReadonlyMap<Hex, Uint8Array>> {
  const rows = new GatheredRows(applying.index);
  let turnMs = performance.now();
  for (const step of inSteps(logs)) {
    if ("act" in step) await applyAct(applying, step);
    else await applyBatch({ ...applying, rows }, step);
    if (performance.now() - turnMs < TURN_MS) continue;
    await new Promise((done) => setImmediate(done));
    turnMs = performance.now();
  }
  await rows.flush();
  return rows.words;
}

/** Logs by batch, `Accepted` first; acts on their own. */
function inSteps(logs: readonly LedgerLog[]): (LoggedBatch | OrganisationLog)[] {
  const steps: (LoggedBatch | OrganisationLog)[] = [];
  const open = new Map<Hex, LoggedBatch>();
  for (const log of [...logs].sort((a, b) => a.block - b.block || a.logIndex - b.logIndex)) {
    if (log.name === "Organisation") steps.push(log);
    if (log.name === "Accepted") {
      const batch = { accepted: log, groups: [], touches: [] };
      open.set(log.batch, batch);
      steps.push(batch);
    }
    if (log.name !== "Recorded" && log.name !== "Touched") continue;
    const batch = open.get(log.batch);
    if (batch === undefined)
      throw new IndexFault(`block ${log.block} has a log of batch ${log.batch}, which was not accepted`);
    if (log.name === "Recorded") batch.groups.push(log);
    else batch.touches.push(log);
  }
  return steps;
}

async function applyAct({ index, primitives, timeOfBlock }: Applying, act: OrganisationLog): Promise<void> {
  await index
    .insertInto("organisation_act")
    .values({
      block: act.block,
      log_index: act.logIndex,
      organisation: act.organisation,
      act: act.act,
      roles: act.roles,
      content: act.content,
      x: act.x,
      y: act.y,
      until_block: act.untilBlock,
      time_s: await timeOfBlock(act.block),
    })
    .execute();
  if (BigInt(act.x) === 0n && BigInt(act.y) === 0n) return;
  await addRecorder(
    { index, primitives },
    { organisation: act.organisation, manager: true, x: bytesOf(act.x), y: bytesOf(act.y) },
  );
}

async function applyBatch(applying: Step, logged: LoggedBatch): Promise<void> {
  const { primitives, rows } = applying;
  const { accepted } = logged;
  const { batch, bytes } = rebuilt(applying.deployment, logged);
  const by = readStamp(bytesOf(accepted.stamp));
  // What was read strictly is written again to the same bytes.
  const leaves = await Promise.all(bytes.map((group) => leafHash(primitives, group)));
  const folded = await foldBatch(primitives, { ...batch, leaves }, by, (subject) => wordBefore(applying, subject));
  checkFold(logged, folded);
  await rows.add("batch", {
    hash: accepted.batch,
    emitter: accepted.emitter,
    recorder: accepted.recorder,
    stamp: accepted.stamp,
    nonce: accepted.nonce,
    seen: accepted.seen,
    r: accepted.r,
    s: accepted.s,
    block: accepted.block,
    size: batch.groups.length,
  });
  for (const [place, group] of batch.groups.entries()) {
    await addGroup(applying, logged, folded, {
      place,
      group,
      bytes: bytes[place] ?? NO_BYTES,
      organisation: by.organisation,
      recordedAtS: by.recordedAtS,
    });
  }
  for (const { subject, seq, group, entry, word } of folded.moves) {
    const id = hexOf(subject);
    await rows.add("move", {
      ...{ subject: id, seq, batch: accepted.batch, group_idx: group },
      ...{ entry_idx: entry ?? NO_ENTRY, word: hexOf(word) },
    });
    rows.words.set(id, word);
  }
}

/** The batch as it was signed, from what was logged of it, and the bytes of its groups. */
function rebuilt(
  deployment: Deployment,
  { accepted, groups }: LoggedBatch,
): { readonly batch: Batch; readonly bytes: readonly Uint8Array[] } {
  if (groups.length === 0)
    throw new IndexFault(`batch ${accepted.batch} was accepted, and the log of its groups is missing`);
  const bytes = [...groups].sort((a, b) => a.group - b.group).map(groupBytes);
  const batch = {
    header: {
      version: 1,
      chainId: BigInt(deployment.chainId),
      ledger: bytesOf(deployment.ledger),
      recorder: bytesOf(accepted.recorder),
      nonce: BigInt(accepted.nonce),
      seen: bytesOf(accepted.seen),
    },
    groups: bytes.map((group) => decodeGroup(group)),
    signature: bytesOf(`0x${accepted.r.slice(2)}${accepted.s.slice(2)}`),
  };
  return { batch, bytes };
}

/** Logs.ts has seen that it is whole hex; most of what a rebuild reads is this. */
function groupBytes({ bytes }: RecordedLog): Uint8Array {
  return new Uint8Array(Buffer.from(bytes.slice(2), "hex"));
}

function checkFold({ accepted, groups, touches }: LoggedBatch, folded: FoldedBatch): void {
  if (hexOf(folded.hash) !== accepted.batch) {
    throw new IndexFault(
      `the groups of batch ${accepted.batch} do not give its hash: a log is missing, added or changed`,
    );
  }
  const own = folded.moves.filter(({ entry }) => entry === null);
  const touching = folded.moves.filter(({ entry }) => entry !== null);
  const fits =
    own.length === groups.length &&
    touching.length === touches.length &&
    own.every(({ group, seq }) => groups.some((log) => log.group === group && log.seq === seq)) &&
    touching.every(({ subject, seq, word }, place) => {
      const log = touches[place];
      return log !== undefined && log.subject === hexOf(subject) && log.seq === seq && log.word === hexOf(word);
    });
  if (!fits) throw new IndexFault(`the logs of batch ${accepted.batch} are not what its entries fold to`);
}

async function addGroup(
  { index, primitives, rows }: Step,
  { accepted, groups }: LoggedBatch,
  folded: FoldedBatch,
  {
    place,
    group,
    bytes,
    organisation,
    recordedAtS,
  }: { place: number; group: Group; bytes: Uint8Array; organisation: number; recordedAtS: number },
): Promise<void> {
  const log = groups.find((found) => found.group === place);
  const leaf = folded.leaves[place];
  if (log === undefined || leaf === undefined)
    throw new IndexFault(`group ${place} of batch ${accepted.batch} was not logged`);
  const subject = hexOf(group.subject);
  await rows.add("record_group", {
    ...{ batch: accepted.batch, idx: place, subject, seq: log.seq, entries: group.entries.length },
    ...{ bytes, leaf: hexOf(leaf) },
  });
  const further: Hex[] = [];
  for (const number of newIndexes(group).slice(1)) {
    further.push(hexOf(await newSubjectId(primitives, bytesOf(accepted.recorder), BigInt(accepted.nonce), number)));
  }
  for (const [number, entry] of group.entries.entries()) {
    if (!isBooked(entry.kind)) continue;
    // It looks at the group that made its subject.
    if (entry.kind === CORRECT) await rows.flush();
    const at = {
      batch: accepted.batch,
      subject,
      seq: log.seq,
      entry: number,
      block: log.block,
      logIndex: log.logIndex,
    };
    const said = { kind: entry.kind, content: hexOf(entry.content), args: entry.args };
    await bookEntry({ index, primitives }, { ...at, ...said, organisation, recordedAtS, further });
  }
}

/** The subject's word in the index; an organisation is born with its admission, before its first move. */
async function wordBefore(
  { index, deployment, primitives, rows, words }: Step,
  subject: Uint8Array,
): Promise<Uint8Array | null> {
  const id = hexOf(subject);
  const known = rows.words.get(id) ?? words?.get(id);
  if (known !== undefined) return known;
  if (words?.areAll !== true) {
    const row = await index
      .selectFrom("move")
      .select("word")
      .where("subject", "=", id)
      .orderBy("seq", "desc")
      .limit(1)
      .executeTakeFirst();
    if (row !== undefined) return bytesOf(row.word);
  }
  const organisation = organisationNumber(subject);
  if (organisation === null) return null;
  const act = await index
    .selectFrom("organisation_act")
    .select("act")
    .where("organisation", "=", organisation)
    .executeTakeFirst();
  if (act === undefined) return null;
  return birthWord(primitives, { chainId: BigInt(deployment.chainId), ledger: bytesOf(deployment.ledger), subject });
}
