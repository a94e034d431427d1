/** The notebook on a page of its own, with a small field in it and no server: what a test asks is answered as plain data. */
import { decodeBatch, organisationId } from "../../../protocol/batch.ts";
import { hexOf, type Hex } from "../../../protocol/bytes.ts";
import { openEntry } from "../../../protocol/entry.ts";
import { asksOf, dueBatches, dueFiles, signOpen } from "../../../scan-web/record/batches.ts";
import { takeClock } from "../../../scan-web/record/clock.ts";
import { type Db, openDb } from "../../../scan-web/record/db.ts";
import { takeField } from "../../../scan-web/record/field.ts";
import { takeHead } from "../../../scan-web/record/key.ts";
import type { Draft, Field, RecordRow, Section } from "../../../scan-web/record/model.ts";
import type { Notebook } from "../../../scan-web/record/notebook.ts";
import { openNotebook } from "../../../scan-web/record/open-notebook.ts";
import type { Receipt } from "../../../scan-web/record/receipt.ts";
import { takeReceipts } from "../../../scan-web/record/states.ts";
import { findWork } from "../../../scan-web/record/works.ts";

export { begin, look, notebookOf, newBlock, push, signedOf, takeClock, takeReceipts, unsigned, wholeness };

const LEDGER: Hex = `0x${"11".repeat(20)}`;
const opened = new Map<boolean, Promise<{ db: Db; notebook: Notebook }>>();

function notebookOf(isPractice = false): Promise<{ db: Db; notebook: Notebook }> {
  const open = async () => {
    const sync = () => Promise.resolve({ state: "never" as const, atMs: 0, detail: null });
    return { db: await openDb(isPractice), notebook: await openNotebook({ isPractice, workOf: findWork, sync }) };
  };
  const one = opened.get(isPractice) ?? open();
  opened.set(isPractice, one);
  return one;
}

/** A key, enrolled for the field's organisation, and the field as a server would tell it. */
async function begin(field: Field): Promise<void> {
  const { db, notebook } = await notebookOf();
  await notebook.makeSelf();
  await newBlock(1);
  const sections = Object.entries(field).map(([section, rows]) => [
    section,
    section === "organisation" ? { version: "1", row: rows } : { version: "1", rows },
  ]);
  await takeField(db, Object.fromEntries(sections) as Partial<Record<Section, { version: string }>>);
}

async function newBlock(number: number, chainId = "42"): Promise<void> {
  const { db } = await notebookOf();
  const block = { number, hash: `0x${number.toString(16).padStart(64, "0")}` as const };
  const recorder = { organisation: 7, manager: true, active: true, nextNonce: "0" };
  await takeHead(db, { chainId, ledger: LEDGER, block, recorder }, 1_775_091_600);
}

/** Saves drafts one after the other; those of which only a part is said are about the planting. */
async function push(...drafts: readonly (Partial<Draft> & Pick<Draft, "work">)[]): Promise<readonly RecordRow[]> {
  const { notebook } = await notebookOf();
  const rows: RecordRow[] = [];
  for (const draft of drafts) {
    const whole: Draft = {
      ...{ id: crypto.randomUUID(), target: null, answers: {}, files: [], note: "", occurredAtS: null },
      ...{ changedAtMs: Date.now(), changes: null },
      ...draft,
    };
    await notebook.keepDraft(whole);
    rows.push(await notebook.save(whole));
  }
  return rows;
}

/** What is signed now: bytes and what they say, batch by batch. */
async function signedOf() {
  const { db, notebook } = await notebookOf();
  await signOpen(db);
  const self = await notebook.self();
  return {
    key: self?.key,
    recorder: self?.recorder,
    batches: (await dueBatches(db)).map(({ nonce, hash, bytes, documents, files }) => {
      const { header, groups } = decodeBatch(bytes);
      const said = groups.map(({ subject, entries }) => ({
        subject: hexOf(subject),
        names: entries.map((entry) => openEntry(entry).name),
        contents: entries.map(({ content }) => hexOf(content)),
        occurredAtS: entries.map(({ occurredAtS }) => occurredAtS),
      }));
      return { nonce, hash, bytes: hexOf(bytes), seen: hexOf(header.seen), groups: said, documents, files };
    }),
  };
}

/** Receipts for batches by nonce, taken; gives how many are due again. */
async function look(answers: Readonly<Record<string, Omit<Receipt, "batch">>>): Promise<number> {
  const { db } = await notebookOf();
  const receipts: Receipt[] = [];
  for (const [nonce, answer] of Object.entries(answers)) {
    const batch = await db.idb.get("batches", nonce.padStart(20, "0"));
    if (batch?.hash) receipts.push({ ...answer, batch: batch.hash });
  }
  return takeReceipts(db, receipts);
}

/** What is open, sent and asked for, by nonce. */
async function unsigned() {
  const { db } = await notebookOf();
  const batches = await db.idb.getAll("batches");
  return {
    batches: batches.map(({ nonce, state, records, sort, hashes }) => ({
      nonce,
      state,
      sort,
      records: records.length,
      hashes,
    })),
    asks: await asksOf(db, 200),
    files: await dueFiles(db),
    own: hexOf(organisationId(7)),
  };
}

/** What would be wrong with the database: nothing, after however many kills. */
async function wholeness(): Promise<{
  readonly wrong: readonly string[];
  readonly drafts: number;
  readonly records: number;
}> {
  const { db } = await notebookOf();
  const [drafts, records, batches] = [
    await db.idb.getAll("drafts"),
    await db.idb.getAll("records"),
    await db.idb.getAll("batches"),
  ];
  const ids = new Set(records.map(({ id }) => id));
  const placed = batches.flatMap((batch) => batch.records);
  const self = (await db.idb.get("kept", "self")) as { nextNonce: string };
  const wrong = [
    ...drafts.filter(({ id }) => ids.has(id)).map(({ id }) => `${id} is a draft and a record`),
    ...records
      .filter(({ id }) => placed.filter((one) => one === id).length !== 1)
      .map(({ id }) => `${id} is in no batch, or in two`),
    ...placed.filter((id) => !ids.has(id)).map((id) => `${id} is in a batch and is no record`),
    ...batches
      .filter(({ nonce }) => BigInt(nonce) >= BigInt(self.nextNonce))
      .map(({ nonce }) => `nonce ${nonce} could be given again`),
    ...batches.filter(({ records: list }) => list.length > 40).map(({ nonce }) => `batch ${nonce} is too large`),
    ...batches
      .filter(({ state, bytes }) => state === "signed" && bytes === null)
      .map(({ nonce }) => `batch ${nonce} has no bytes`),
  ];
  return { wrong, drafts: drafts.length, records: records.length };
}
