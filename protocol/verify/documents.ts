/**
 * Documents: their bytes have the digest that was signed, they speak of the subject in whose log they stand, and they state the
 * amounts that the ledger booked. Files are listed with what the reader found. Pure.
 */

import { formatAmount } from "../amount.ts";
import { organisationId } from "../batch.ts";
import { bytesOf, equalBytes, type Hex, hexOf, isZero, utf8 } from "../bytes.ts";
import { type Json, readCanonical } from "../canonical.ts";
import { cidOf } from "../cid.ts";
import { attachmentsOf, namesSubject, readEvent } from "../document/read.ts";
import type { OpenEntry } from "../entry.ts";
import type { Share } from "../kinds/kind.ts";
import type { Primitives } from "../sign.ts";
import type { CheckedLog } from "./logs.ts";
import { attempt, fieldsOf, type OpenedHistory } from "./open.ts";
import type { AttachmentCheck, FileState, Findings, VerifyOptions, Where } from "./report.ts";

export type { CheckedDocuments };
export { checkDocuments, entryKey };

interface CheckedDocuments {
  /** By `entryKey`: the document of an entry, where it is there and unaltered. */
  readonly byEntry: ReadonlyMap<string, Json>;
  /** Keys of entries whose document does not hold. */
  readonly faulty: ReadonlySet<string>;
  readonly attachments: readonly AttachmentCheck[];
}

interface Parts {
  readonly primitives: Primitives;
  readonly history: OpenedHistory;
  readonly logs: ReadonlyMap<Hex, CheckedLog>;
  readonly findings: Findings;
  readonly files: VerifyOptions["files"];
}

/** One entry of the history. */
function entryKey(batch: Hex, group: number, entry: number): string {
  return `${batch}-${group}-${entry}`;
}

async function checkDocuments(parts: Parts): Promise<CheckedDocuments> {
  const byEntry = new Map<string, Json>();
  const faulty = new Set<string>();
  const attachments: AttachmentCheck[] = [];
  for (const log of parts.logs.values()) {
    for (const [n, move] of log.moves.entries()) {
      if (move.entry !== null || move.found?.group == null || !move.found.inBatch || move.found.subject !== log.id)
        continue;
      for (const [entry, { content }] of move.found.group.entries.entries()) {
        const place = { group: move.group, entry };
        const where = { subject: log.id, seq: n + 1, batch: move.batch, ...place };
        const key = entryKey(move.batch, move.group, entry);
        const document = await readContent(parts, content, log.id, where);
        const opened = move.found.entries[entry];
        const agrees =
          document == null || opened === undefined || statesBooked(parts.findings, document, opened, where);
        if (document === null || !agrees) faulty.add(key);
        if (document === undefined || document === null) continue;
        byEntry.set(key, document);
        // A correction repeats the wrong event, files included: they are those of the entry that it speaks of.
        const listed = opened?.name === "CORRECT" ? [] : filesOf(parts, document, where);
        if (listed.some(({ state }) => state === "altered" || state === "missing")) faulty.add(key);
        for (const file of listed) {
          attachments.push({ ...file, subject: log.id, seq: n + 1, batch: move.batch, entry: place });
        }
      }
    }
  }
  for (const { content, organisation } of parts.history.acts) {
    const subject = hexOf(organisationId(organisation));
    if (parts.logs.has(subject)) await readContent(parts, bytesOf(content), subject, { subject });
  }
  return { byEntry, faulty, attachments };
}

/** The document; undefined where the entry names none; null where it does not hold (told). */
async function readContent(
  { primitives, history, findings }: Parts,
  content: Uint8Array,
  subject: Hex,
  where: Where,
): Promise<Json | undefined | null> {
  if (isZero(content)) return undefined;
  const cid = cidOf(content, "json");
  const text = history.documents.get(cid);
  if (text === undefined) {
    findings.once(`${cid} ${subject}`, "document-missing", where, { cid });
    return null;
  }
  const bytes = attempt(() => utf8(text));
  if (bytes === null || !equalBytes(await primitives.sha256(bytes), content)) {
    findings.once(`${cid} ${subject}`, "document-altered", where, { cid });
    return null;
  }
  const document = attempt(() => readCanonical(bytes));
  if (document === null || !namesSubject(document, subject)) {
    findings.once(`${cid} ${subject}`, "document-of-other-subject", where, { cid });
    return null;
  }
  return document;
}

function filesOf(
  { files, findings }: Parts,
  document: Json,
  where: Where,
): (ReturnType<typeof attachmentsOf>[number] & { state: FileState | "unchecked" })[] {
  const states = fieldsOf(files) ?? {};
  return attachmentsOf(document).map((file) => {
    const told = Object.hasOwn(states, file.cid) ? states[file.cid] : undefined;
    const state = told === "ok" || told === "altered" || told === "missing" ? told : "unchecked";
    if (state === "altered" || state === "missing") {
      findings.once(`${file.cid} ${where.subject}`, `file-${state}`, where, { cid: file.cid, name: file.name });
    }
    return { ...file, state };
  });
}

/** A document that says 200 kg where 100 kg were booked would show a reader what the ledger never checked. */
function statesBooked(findings: Findings, document: Json, opened: OpenEntry, where: Where): boolean {
  const event = where.subject == null ? null : readEvent(document, where.subject);
  if (event === null) return true;
  let agrees = true;
  const compare = (what: string, stated: bigint | null | undefined, booked: bigint): void => {
    if (stated === null || stated === undefined || stated === booked) return;
    agrees = false;
    findings.add("sums-mismatch", where, { what, stated: formatAmount(stated), booked: formatAmount(booked) });
  };
  const shares = (what: string, booked: readonly Share[], stated: typeof event.inputs): void => {
    for (const share of booked) {
      compare(what, stated.find(({ subject }) => subject === hexOf(share.id))?.amount, share.amount);
    }
  };
  if (opened.name === "HARVEST") shares("input", opened.args.inputs, event.inputs);
  if (opened.name === "TRANSFORM") {
    shares("input", opened.args.inputs, event.inputs);
    // Outputs have no ids in the args; documents list them in the same order.
    for (const [n, { amount }] of opened.args.outputs.entries()) compare("output", event.outputs[n]?.amount, amount);
  }
  if (opened.name === "LABEL" && event.labels !== null && Number(opened.args.count) !== event.labels.count) {
    agrees = false;
    const detail = { what: "labels", stated: event.labels.count, booked: Number(opened.args.count) };
    findings.add("sums-mismatch", where, detail);
  }
  return agrees;
}
