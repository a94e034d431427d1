/**
 * Documents: their bytes have the digest that was signed, they speak of the subject in whose log they stand, and they state the
 * amounts that the ledger booked. Files are listed with what the reader found. Pure.
 */

import { organisationId } from "../batch.ts";
import { bytesOf, equalBytes, type Hex, hexOf, isZero, utf8 } from "../bytes.ts";
import { type Json, parseCanonical } from "../canonical.ts";
import { cidOf } from "../cid.ts";
import { isOfKind, type Written } from "../of-kind.ts";
import { attachmentsOf, namesSubject } from "../document/read.ts";
import type { OpenEntry } from "../entry.ts";
import type { Primitives } from "../sign.ts";
import type { Maker } from "./graph.ts";
import type { CheckedLog, CheckedMove } from "./logs.ts";
import { attempt, fieldsOf, type OpenedHistory } from "./open.ts";
import type { FindingCode, Findings, Where } from "./findings.ts";
import type { AttachmentCheck, FileState, VerifyOptions } from "./report.ts";
import { entryKey } from "./ref.ts";
import { type Strangers, tellFault } from "./standing.ts";
import { bookedBy, statesBooked, unitFor } from "./stated.ts";
import { parts as inParts } from "./together.ts";

export type { CheckedDocuments };
export { checkDocuments };

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
  readonly makers: ReadonlyMap<Hex, Maker>;
  readonly logs: ReadonlyMap<Hex, CheckedLog>;
  readonly findings: Findings;
  readonly files: VerifyOptions["files"];
  readonly strangers: Strangers;
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
  /** Null where it is no canonical document. */
  readonly document: Json | null;
}

/** After all of a log: an operator's act has no place in it. */
const LAST = { seq: Number.POSITIVE_INFINITY, entry: 0 };

/** Who said it, where that is a stranger. */
type Stranger = number | null;

async function checkDocuments(parts: Parts): Promise<CheckedDocuments> {
  const { makers } = parts;
  const byEntry = new Map<string, Json>();
  const faulty = new Set<string>();
  const attachments: AttachmentCheck[] = [];
  // Many entries may share a document: it is looked at once.
  const known = new Map<string, Promise<Found | null>>();
  for (const part of inParts([...parts.logs.values()].flatMap(saidIn))) {
    const contents = await Promise.all(part.map(({ content }) => lookUp(parts, content, known)));
    for (const [n, { move, opened, where }] of part.entries()) {
      const key = entryKey(move.batch, where.group, where.entry);
      const author = move.proof?.stamp.organisation ?? null;
      const stranger = parts.strangers(where.subject, where, author) ? author : null;
      const document = readContent(parts, contents[n], where, stranger);
      const booked = opened === undefined ? null : bookedBy(opened, unitFor(makers, where.subject));
      const agrees =
        document == null || booked === null || statesBooked(parts.findings, document, booked, where, stranger);
      if (document === null || !agrees) faulty.add(key);
      // What is not there, or does not hold, was told above; a correction's is compared with its entry (corrections.ts).
      const asked = document === null || opened === undefined || opened.name === "CORRECT" ? null : opened;
      if (
        asked !== null &&
        !isOfKind(document, where.subject, asked, { by: author, sent: sentIn(makers, where.subject) })
      ) {
        faulty.add(key);
        const detail = { kind: asked.name };
        tellFault(parts.findings, { key, code: "document-not-of-its-kind", where, detail, stranger });
      }
      if (document === undefined || document === null) continue;
      byEntry.set(key, document);
      // A correction repeats the wrong event, files included: they are those of the entry that it speaks of.
      const listed = opened?.name === "CORRECT" ? [] : filesOf(parts, document, where, stranger);
      if (listed.some(({ state }) => state === "altered" || state === "missing")) faulty.add(key);
      const { subject, seq, batch, group, entry } = where;
      for (const file of listed) attachments.push({ ...file, subject, seq, batch, entry: { group, entry } });
    }
  }
  for (const { content, organisation } of parts.history.acts) {
    const subject = hexOf(organisationId(organisation));
    const stranger = parts.strangers(subject, LAST, organisation) ? organisation : null;
    if (parts.logs.has(subject))
      readContent(parts, await lookUp(parts, bytesOf(content), known), { subject }, stranger);
  }
  return { byEntry, faulty, attachments };
}

/** What a consignment is, to whoever writes of it. */
function sentIn(makers: Parts["makers"], subject: Hex): Written["sent"] {
  const made = makers.get(subject);
  return made?.entry.name === "SHIP" ? { lot: hexOf(made.entry.args.lot), by: made.batch.stamp.organisation } : null;
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
function lookUp(parts: Parts, content: Uint8Array, known: Map<string, Promise<Found | null>>): Promise<Found | null> {
  const key = hexOf(content);
  const found = known.get(key) ?? find(parts, content);
  known.set(key, found);
  return found;
}

async function find({ primitives, history }: Parts, content: Uint8Array): Promise<Found | null> {
  if (isZero(content)) return null;
  const cid = cidOf(content, "json");
  const text = history.documents.get(cid);
  const bytes = text === undefined ? null : attempt(() => utf8(text));
  const isUnaltered = bytes !== null && equalBytes(await primitives.sha256(bytes), content);
  return { cid, text, isUnaltered, document: isUnaltered ? attempt(() => parseCanonical(text ?? "")) : null };
}

/** The document; undefined where the entry names none; null where it does not hold (told). */
function readContent(
  { findings }: Parts,
  found: Found | null | undefined,
  where: Where & { readonly subject: Hex },
  stranger: Stranger,
): Json | undefined | null {
  if (found === null || found === undefined) return undefined;
  const { cid, text, isUnaltered, document } = found;
  const tell = (code: FindingCode): null => {
    tellFault(findings, { key: `${cid} ${where.subject}`, code, where, detail: { cid }, stranger });
    return null;
  };
  if (text === undefined) return tell("document-missing");
  if (!isUnaltered) return tell("document-altered");
  if (document === null || !namesSubject(document, where.subject)) return tell("document-of-other-subject");
  return document;
}

function filesOf(
  { files, findings }: Parts,
  document: Json,
  where: Where,
  stranger: Stranger,
): (ReturnType<typeof attachmentsOf>[number] & { state: FileState | "unchecked" })[] {
  const states = fieldsOf(files) ?? {};
  return attachmentsOf(document).map((file) => {
    const told = Object.hasOwn(states, file.cid) ? states[file.cid] : undefined;
    const state = told === "ok" || told === "altered" || told === "missing" ? told : "unchecked";
    if (state === "altered" || state === "missing") {
      const [key, detail] = [`${file.cid} ${where.subject}`, { cid: file.cid, name: file.name }];
      tellFault(findings, { key, code: `file-${state}`, where, detail, stranger });
    }
    return { ...file, state };
  });
}
