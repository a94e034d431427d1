/**
 * PROMISE: the 承诺达标合格证 (hgz-2026.ts) as a W3C Verifiable Credential 2.0 in UNTP 0.7.0's shape, a declaration that its issuer
 * assessed itself. Its subject is the lot. The builder is the form: it refuses what lacks an item, and names every one that is missing.
 * Contact: the organisation's number, under which its public document is found, and a phone only where its owner agreed that it is public.
 * Pure; read back by `read-promise.ts`.
 */
import type { UnitCode } from "../amount.ts";
import type { Hex } from "../bytes.ts";
import { Problem } from "../problem.ts";
import type { Attachment } from "./attachment.ts";
import { declaration, checkFiles, fileFields, full, oneOf } from "./credential-fields.ts";
import { optional, productField, UUID } from "./event-fields.ts";
import { amountNumber, checkHex, whole } from "./fields.ts";
import type { PartyRef, ProductRef } from "./form.ts";
import {
  BASIS_CODES,
  type BasisCode,
  HGZ_2026,
  PROMISE_KINDS,
  type PromiseItem,
  type PromiseKind,
} from "./hgz-2026.ts";
import { type Carrier, carriesBasis } from "./promise-basis.ts";
import { dateOf, type Fields, type JsonObject, lotClass, type LotName, NAMESPACE } from "./terms.ts";
import { cleanText, cleanWords, MAX_NOTE, type Words } from "./text.ts";

export type { BasisEntry, Missing, PromiseBasis, PromiseForm, TakenCertificate };
export { MAX_BASIS_ENTRIES, missingOfPromise, promiseDocument };

/** An entry that carries a basis, by its subject and the CID of its document. Who wrote it is not stored: the ledger says it. */
interface BasisEntry extends Carrier {
  readonly subject: Hex;
  readonly document: string;
}

interface PromiseBasis {
  readonly code: BasisCode;
  readonly entries: readonly BasisEntry[];
}

/** A certificate that came with goods that went in: the subject of its log and the CID of its document. */
interface TakenCertificate {
  readonly subject: Hex;
  readonly document: string;
}

/** Items may be left out or null while somebody fills it in; `promiseDocument` refuses it then. */
interface PromiseForm {
  /** The lot. */
  readonly subject: Hex;
  /** A UUID, without `urn:uuid:`. */
  readonly id: string;
  readonly issuedAtS?: number | null;
  readonly productName?: Words | null;
  readonly product?: ProductRef;
  readonly lot: LotName;
  /** Thousandths of `uom`, as in the entry's args. */
  readonly amount?: bigint | null;
  readonly uom: UnitCode;
  /** 产地, in words. */
  readonly origin?: Words | null;
  readonly promisor?: PartyRef | null;
  readonly contact?: {
    /** The organisation's number on the ledger. */
    readonly number: number;
    /** Only by its owner's consent. */
    readonly phone: string | null;
  } | null;
  readonly promise?: PromiseKind | null;
  /** At least one; each with the entries that carry it. */
  readonly basis?: readonly PromiseBasis[];
  /** Of a purchaser: at least one. */
  readonly taken?: readonly TakenCertificate[];
  readonly notes?: Words;
  readonly attachments?: readonly Attachment[];
  readonly example?: boolean;
}

/** An item that is not there, or not carried by any entry. */
interface Missing {
  /** `taken`: the certificates that a purchaser took in. */
  readonly item: PromiseItem | "taken";
  /** JSON Pointer into the form. */
  readonly at: string;
  readonly zh: string;
  readonly en: string;
}

const MAX_BASIS_ENTRIES = 100;
const CID_SHAPE = /^b[a-z2-7]{30,110}$/;

/** What the form still lacks, in its order; nothing: it can be signed. */
function missingOfPromise(form: PromiseForm): readonly Missing[] {
  const items: readonly [PromiseItem, string, boolean][] = [
    ["productName", "/productName", isSaid(form.productName)],
    ["quantity", "/amount", typeof form.amount === "bigint" && form.amount > 0n],
    ["origin", "/origin", isSaid(form.origin)],
    ["issuedOn", "/issuedAtS", typeof form.issuedAtS === "number"],
    ["promisor", "/promisor", form.promisor !== undefined && form.promisor !== null && isSaid(form.promisor.name)],
    ["contact", "/contact", form.contact !== undefined && form.contact !== null],
    ["promise", "/promise", PROMISE_KINDS.some((kind) => kind === form.promise)],
  ];
  const absent = items.flatMap(([item, at, isThere]) => (isThere ? [] : [{ item, at, ...HGZ_2026.items[item] }]));
  return [...absent, ...missingBasis(form), ...missingTaken(form)];
}

/** @throws Problem `promise-incomplete` (its detail names every missing item), `form-refused`, `text-refused` … with the place */
function promiseDocument(form: PromiseForm): JsonObject {
  const missing = missingOfPromise(form);
  const [first] = missing;
  if (first !== undefined) {
    const names = missing.map(({ zh, en }) => `${zh} (${en})`).join(", ");
    throw new Problem("promise-incomplete", first.at, `missing: ${names}`);
  }
  return complete(form as Complete);
}

type Complete = { readonly [Name in keyof PromiseForm]-?: NonNullable<PromiseForm[Name]> } & PromiseForm;

function complete(form: Complete): JsonObject {
  if (!UUID.test(form.id)) throw new Problem("form-refused", "/id", "a UUID in lower case is expected");
  const { attachments = [], basis, promise } = form;
  checkFiles(attachments);
  const unknown = basis.findIndex(({ code }) => !BASIS_CODES.includes(code));
  if (unknown >= 0) {
    throw new Problem("form-refused", `/basis/${unknown}/code`, `a basis is one of ${BASIS_CODES.join(", ")}`);
  }
  if (new Set(basis.map(({ code }) => code)).size < basis.length) {
    throw new Problem("form-refused", "/basis", "each basis is named once, with all its records");
  }
  const id = `urn:uuid:${form.id}`;
  const name = HGZ_2026.title.zh;
  const productName = cleanWords(form.productName, "/productName");
  return {
    ...declaration({
      ...{ id, name, by: form.promisor, at: "/promisor", issuedAtS: form.issuedAtS, issuedAt: "/issuedAtS" },
      scheme: { id: NAMESPACE + HGZ_2026.id, name: HGZ_2026.rule.zh },
      assessment: {
        assessmentCriteria: basis.map(({ code }) => ({
          type: ["Criterion"],
          id: `${NAMESPACE}${HGZ_2026.id}-${code}`,
          name: HGZ_2026.basis[code].zh,
        })),
        assessedProduct: [{ product: { type: ["Product"], id: lotClass(form.lot), name: oneOf(productName) } }],
      },
    }),
    ...full({
      subject: checkHex(form.subject, "/subject"),
      example: form.example === true ? true : undefined,
      promise: {
        rule: HGZ_2026.id,
        productName,
        product: optional(form.product, productField),
        lot: lotClass(form.lot),
        amount: amountNumber(form.amount, "/amount"),
        uom: form.uom,
        origin: cleanWords(form.origin, "/origin"),
        issuedOn: dateOf(form.issuedAtS),
        contact: {
          number: whole(form.contact.number, "/contact/number"),
          phone: form.contact.phone === null ? undefined : cleanText(form.contact.phone, "/contact/phone", 40),
        },
        promise,
        // The words as they were signed stand with the code: who reads this in ten years has both.
        words: HGZ_2026.promise[promise].zh,
        basis: basis.map((one, n) => basisField(one, `/basis/${n}`)),
        taken: takenFields(form),
      },
      notes: optional(form.notes, (words) => cleanWords(words, "/notes", MAX_NOTE)),
      attachments: fileFields(attachments),
    }),
  };
}

const LACKING: Readonly<Record<BasisCode, { readonly zh: string; readonly en: string }>> = {
  control: { zh: "缺本单位的记录", en: "a record of one's own" },
  selfTest: { zh: "缺本单位检测合格的记录", en: "a record of a test of one's own that was passed" },
  labTest: { zh: "缺检测机构的合格检测记录", en: "a laboratory's TEST that was passed" },
};

function missingBasis({ basis = [] }: PromiseForm): readonly Missing[] {
  const { zh, en } = HGZ_2026.items.basis;
  if (basis.length === 0) return [{ item: "basis", at: "/basis", zh, en }];
  return basis.flatMap(({ code, entries }, n) => {
    // One that the rule does not know is refused by its place, not asked for.
    if (!BASIS_CODES.includes(code)) return [];
    if (carriesBasis(code, entries)) return [];
    const name = HGZ_2026.basis[code];
    const lacks = LACKING[code];
    const words = { zh: `「${name.zh}」${lacks.zh}`, en: `${lacks.en} for "${name.en}"` };
    return [{ item: "basis", at: `/basis/${n}/entries`, ...words } as const];
  });
}

function missingTaken({ promise, taken = [] }: PromiseForm): readonly Missing[] {
  if (promise !== "purchaser" || taken.length > 0) return [];
  return [{ item: "taken", at: "/taken", zh: "所收取的合格证", en: "the certificates that were taken in" }];
}

function isSaid(words: Words | null | undefined): boolean {
  return words !== null && words !== undefined && `${words.zh ?? ""}${words.en ?? ""}`.trim() !== "";
}

function basisField({ code, entries }: PromiseBasis, at: string): Fields {
  if (entries.length > MAX_BASIS_ENTRIES) {
    throw new Problem("form-refused", `${at}/entries`, `${entries.length} records, at most ${MAX_BASIS_ENTRIES}`);
  }
  return { code, entries: entries.map((entry, n) => namedDocument(entry, `${at}/entries/${n}`)) };
}

function takenFields({ promise, taken = [] }: PromiseForm): readonly Fields[] | undefined {
  if (taken.length === 0) return undefined;
  if (promise !== "purchaser") {
    throw new Problem("form-refused", "/taken", "who grew it took no certificates in: those words are a purchaser's");
  }
  if (taken.length > MAX_BASIS_ENTRIES) {
    throw new Problem("form-refused", "/taken", `${taken.length} certificates, at most ${MAX_BASIS_ENTRIES}`);
  }
  return taken.map((one, n) => namedDocument(one, `/taken/${n}`));
}

function namedDocument({ subject, document }: TakenCertificate, at: string): Fields {
  if (!CID_SHAPE.test(document)) throw new Problem("form-refused", `${at}/document`, "a CIDv1 in base32 is expected");
  return { subject: checkHex(subject, `${at}/subject`), document };
}
