/**
 * Documents: their bytes have the digest that was signed, they speak of the subject in whose log they stand, and they state the
 * amounts that the ledger booked. Files are listed with what the reader found. Pure.
 */

import { formatAmount } from "../amount.ts";
import { organisationId } from "../batch.ts";
import { bytesOf, equalBytes, type Hex, hexOf, isZero, utf8 } from "../bytes.ts";
import { type Json, parseCanonical } from "../canonical.ts";
import { cidOf } from "../cid.ts";
import { attachmentsOf, namesSubject, readEvent } from "../document/read.ts";
import type { OpenEntry } from "../entry.ts";
import type { Share } from "../kinds/kind.ts";
import type { Primitives } from "../sign.ts";
import type { CheckedLog, CheckedMove } from "./logs.ts";
import { attempt, fieldsOf, type OpenedHistory } from "./open.ts";
import type { AttachmentCheck, FileState, Findings, VerifyOptions, Where } from "./report.ts";
import { parts as inParts } from "./together.ts";

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

/** An entry that may name a document. */
interface Said {
  readonly move: CheckedMove;
  readonly content: Uint8Array;
  readonly opened: OpenEntry | undefined;
  readonly where: {
    readonly subject: Hex;
    readonly seq: number;
    readonly batch: Hex;
    readonly group: number;
    readonly entry: number;
  };
}

/** What the history has under a document's address. */
interface Found {
  readonly cid: string;
  readonly text: string | undefined;
  /** It has the digest that was signed. */
  readonly isUnaltered: boolean;
}

/** One entry of the history. */
function entryKey(batch: Hex, group: number, entry: number): string {
  return `${batch}-${group}-${entry}`;
}

async function checkDocuments(parts: Parts): Promise<CheckedDocuments> {
  const byEntry = new Map<string, Json>();
  const faulty = new Set<string>();
  const attachments: AttachmentCheck[] = [];
  for (const part of inParts([...parts.logs.values()].flatMap(saidIn))) {
    const contents = await Promise.all(part.map(({ content }) => lookUp(parts, content)));
    for (const [n, { move, opened, where }] of part.entries()) {
      const key = entryKey(move.batch, where.group, where.entry);
      const document = readContent(parts, contents[n], where.subject, where);
      const agrees = document == null || opened === undefined || statesBooked(parts.findings, document, opened, where);
      if (document === null || !agrees) faulty.add(key);
      if (document === undefined || document === null) continue;
      byEntry.set(key, document);
      // A correction repeats the wrong event, files included: they are those of the entry that it speaks of.
      const listed = opened?.name === "CORRECT" ? [] : filesOf(parts, document, where);
      if (listed.some(({ state }) => state === "altered" || state === "missing")) faulty.add(key);
      const { subject, seq, batch, group, entry } = where;
      for (const file of listed) attachments.push({ ...file, subject, seq, batch, entry: { group, entry } });
    }
  }
  for (const { content, organisation } of parts.history.acts) {
    const subject = hexOf(organisationId(organisation));
    if (parts.logs.has(subject)) readContent(parts, await lookUp(parts, bytesOf(content)), subject, { subject });
  }
  return { byEntry, faulty, attachments };
}

/** The entries of a log's own groups, in order. */
function saidIn(log: CheckedLog): Said[] {
  return log.moves.flatMap((move, n) => {
    const { found } = move;
    if (move.entry !== null || found?.group == null || !found.inBatch || found.subject !== log.id) return [];
    return found.group.entries.map(({ content }, entry) => ({
      move,
      content,
      opened: found.entries[entry],
      where: { subject: log.id, seq: n + 1, batch: move.batch, group: move.group, entry },
    }));
  });
}

/** Null where the entry names no document. */
async function lookUp({ primitives, history }: Parts, content: Uint8Array): Promise<Found | null> {
  if (isZero(content)) return null;
  const cid = cidOf(content, "json");
  const text = history.documents.get(cid);
  const bytes = text === undefined ? null : attempt(() => utf8(text));
  return { cid, text, isUnaltered: bytes !== null && equalBytes(await primitives.sha256(bytes), content) };
}

/** The document; undefined where the entry names none; null where it does not hold (told). */
function readContent(
  { findings }: Parts,
  found: Found | null | undefined,
  subject: Hex,
  where: Where,
): Json | undefined | null {
  if (found === null || found === undefined) return undefined;
  const { cid, text, isUnaltered } = found;
  if (text === undefined) {
    findings.once(`${cid} ${subject}`, "document-missing", where, { cid });
    return null;
  }
  if (!isUnaltered) {
    findings.once(`${cid} ${subject}`, "document-altered", where, { cid });
    return null;
  }
  const document = attempt(() => parseCanonical(text));
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

/** Kinds whose documents state what the ledger booked; others need not be read for it. */
const WITH_SUMS: readonly OpenEntry["name"][] = ["HARVEST", "TRANSFORM", "LABEL"];

/** A document that says 200 kg where 100 kg were booked would show a reader what the ledger never checked. */
function statesBooked(findings: Findings, document: Json, opened: OpenEntry, where: Where): boolean {
  if (where.subject == null || !WITH_SUMS.includes(opened.name)) return true;
  const event = readEvent(document, where.subject);
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
