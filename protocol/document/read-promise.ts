/**
 * A 承诺达标合格证 back into everything that a page needs to print it, read as defensively as `read.ts`. The lot and the amount are the
 * ledger's to say; who wrote the entries that a basis names is for the reader of their logs. Pure.
 */
import type { Amount } from "../amount.ts";
import type { Hex } from "../bytes.ts";
import { type Attachment, readAttachment } from "./attachment.ts";
import { CREDENTIAL_TYPE } from "./credential-fields.ts";
import { readAmount } from "./fields.ts";
import { BASIS_CODES, type BasisCode, HGZ_2026, isWordsOf, PROMISE_KINDS, type PromiseKind } from "./hgz-2026.ts";
import { type TakenCertificate, MAX_BASIS_ENTRIES } from "./promise.ts";
import { type PartyReading, type ProductReading, readHex, readParty, readProductRef } from "./read-parts.ts";
import { type Reading, reading } from "./reading.ts";
import { type LotName, readDay, readLotClass, readTime } from "./terms.ts";
import type { Words } from "./text.ts";

export type { PromiseReading };
export { promisedLot, readPromise };

interface PromiseReading {
  /** The lot. */
  readonly subject: Hex;
  readonly example: boolean;
  /** `urn:uuid:…`, or null. */
  readonly id: string | null;
  readonly productName: Words | null;
  readonly product: ProductReading | null;
  readonly lot: LotName | null;
  readonly amount: Amount | null;
  readonly uom: string | null;
  readonly origin: Words | null;
  /** `2026-04-03`, in China. */
  readonly issuedOn: string | null;
  readonly issuedAtS: number | null;
  readonly promisor: PartyReading | null;
  readonly contact: { readonly number: number | null; readonly phone: string | null };
  /** Null unless the words are those of the rule, whichever width their marks have: print nothing as the rule's that is not. */
  readonly promise: PromiseKind | null;
  /** As the document has them. */
  readonly words: string | null;
  readonly basis: readonly { readonly code: BasisCode; readonly entries: readonly TakenCertificate[] }[];
  /** The certificates that a purchaser took in. */
  readonly taken: readonly TakenCertificate[];
  readonly notes: Words | null;
  readonly attachments: readonly Attachment[];
  /** JSON Pointers of texts that were not taken whole. */
  readonly stripped: readonly string[];
}

/** Null where the document is no 承诺达标合格证 of this lot. */
function readPromise(document: unknown, subject: Hex): PromiseReading | null {
  const top = reading(document);
  const types = top?.plain("type");
  if (top === null || !Array.isArray(types) || !types.includes(CREDENTIAL_TYPE)) return null;
  const part = top.object("promise");
  if (part === null || readHex(top, "subject") !== subject || part.value("rule") !== HGZ_2026.id) return null;
  const kind = PROMISE_KINDS.find((name) => name === part.value("promise")) ?? null;
  const words = part.text("words", 400);
  const contact = part.object("contact");
  return {
    subject,
    example: top.flag("example"),
    id: readUrn(top.plain("id")),
    productName: part.words("productName"),
    product: readProductRef(part.object("product")),
    lot: readLotClass(part.value("lot")),
    amount: readAmount(part.number("amount")),
    uom: part.text("uom", 3),
    origin: part.words("origin"),
    issuedOn: readDay(part.value("issuedOn")),
    issuedAtS: readTime(top.plain("validFrom")),
    promisor: readParty(top.inside("issuer")),
    contact: { number: contact?.number("number") ?? null, phone: contact?.text("phone", 40) ?? null },
    promise: kind !== null && isWordsOf(words, kind) ? kind : null,
    words,
    basis: part.list("basis").slice(0, BASIS_CODES.length).flatMap(readBasis),
    taken: part.list("taken").slice(0, MAX_BASIS_ENTRIES).flatMap(readNamed),
    notes: top.words("notes"),
    attachments: top.list("attachments").flatMap((item) => readAttachment(item) ?? []),
    stripped: top.stripped,
  };
}

/** The lot that the document says it is of, which is where its promise is to be looked for; null where it names none. */
function promisedLot(document: unknown): Hex | null {
  return readHex(reading(document), "subject");
}

function readBasis(read: Reading) {
  const code = BASIS_CODES.find((name) => name === read.value("code"));
  if (code === undefined) return [];
  return [{ code, entries: read.list("entries").slice(0, MAX_BASIS_ENTRIES).flatMap(readNamed) }];
}

function readNamed(read: Reading): readonly TakenCertificate[] {
  const [subject, document] = [readHex(read, "subject"), read.value("document")];
  const isCid = typeof document === "string" && /^b[a-z2-7]{30,110}$/.test(document);
  return subject === null || !isCid ? [] : [{ subject, document }];
}

function readUrn(value: unknown): string | null {
  return typeof value === "string" && /^urn:uuid:[0-9a-f-]{36}$/.test(value) ? value : null;
}
