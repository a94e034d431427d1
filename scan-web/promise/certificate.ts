/**
 * History → one 承诺达标合格证 as it is printed, or why it is not. What its document says is held against what the ledger booked, and the
 * records on which it rests are looked for among those of the lot: paper goes where no page can put it right. Pure.
 */
import { BASIS_CODES, type BasisCode, HGZ_2026, type PromiseKind } from "../../protocol/document/hgz-2026.ts";
import { faultOfPromise } from "../../protocol/document/held-promise.ts";
import { type PromiseReading, readPromise } from "../../protocol/document/read-promise.ts";
import type { TakenCertificate } from "../../protocol/document/promise.ts";
import type { Hex, History } from "../../protocol/history.ts";
import { openHistory, type Graph, madeOf, organisationOf } from "../scan/graph.ts";
import { barePlots, isCarried, recordOf } from "../scan/basis.ts";
import type { GraphEntry } from "../scan/open.ts";
import type { Names, Unit } from "../ui/i18n.ts";
import { faultOfGoods, type GoodsFault } from "./goods.ts";

export type { Certificate, Leaned, Refusal, Told };
export { tellCertificate };

/** A record that carries a basis, or a certificate that was taken in; `entry` is null where the lot's history has none. */
interface Leaned {
  readonly document: string;
  readonly entry: {
    /** As on the scan page: batch, group, number in the group. */
    readonly id: string;
    readonly kind: string;
    /** The work, or the product of a certificate. */
    readonly what: Names | null;
    readonly occurredAtS: number;
    readonly organisation: Names;
  } | null;
}

interface Certificate {
  /** CID of its document. */
  readonly document: string;
  readonly lot: Hex;
  /** Who promises, by its number on the ledger. */
  readonly organisation: number;
  readonly example: boolean;
  readonly productName: Names;
  readonly lotNumber: string | null;
  /** As booked, which is as the document says. */
  readonly amount: { readonly amount: bigint; readonly unit: Unit };
  readonly origin: Names;
  /** `2026-04-03` */
  readonly issuedOn: string;
  readonly promisor: {
    readonly names: Names;
    /** As the ledger's operator admitted it, where the document has another name. */
    readonly registered: Names | null;
  };
  /** The number of the organisation to ask, and a phone where one is public. */
  readonly contact: { readonly number: number; readonly phone: string | null };
  readonly promise: PromiseKind;
  /** Those that it names; each with at least one record that carries it. */
  readonly basis: readonly {
    readonly code: BasisCode;
    readonly entries: readonly Leaned[];
    /** Plots that the lot came from and of which it names no record. */
    readonly bare: number;
  }[];
  readonly taken: readonly Leaned[];
  readonly notes: Names | null;
  readonly recordedAtS: number;
}

type Refusal =
  | { readonly why: "unreadable" | "struck" | "words" | "taken" }
  | { readonly why: "amount"; readonly written: bigint | null; readonly booked: bigint; readonly unit: Unit }
  | { readonly why: "promisor"; readonly booked: Names }
  | { readonly why: "incomplete"; readonly items: readonly Names[] }
  | { readonly why: "basis"; readonly basis: BasisCode }
  | Exclude<GoodsFault, { readonly why: "gone" }>
  | { readonly why: "gone"; readonly left: bigint; readonly booked: bigint; readonly unit: Unit };

type Told = { readonly certificate: Certificate } | { readonly refusal: Refusal & { readonly example: boolean } };

/** `history` is the lot's. Null where the lot has no PROMISE with this document. */
function tellCertificate(history: History, document: string): Told | null {
  const graph = openHistory(history);
  const entry = (graph.subjects.get(history.lot)?.entries ?? [])
    .filter(({ open, subject, cid }) => open.name === "PROMISE" && subject === history.lot && cid === document)
    .at(-1);
  if (entry?.open.name !== "PROMISE") return null;
  const said = readPromise(entry.document, history.lot);
  const refusal =
    said === null
      ? ({ why: "unreadable" } as const)
      : refusalOf(graph, entry, { said, booked: entry.open.args.amount });
  if (said === null || refusal !== null) {
    return { refusal: { ...(refusal ?? { why: "unreadable" }), example: said?.example ?? false } };
  }
  return { certificate: certificateOf(graph, entry, { said, booked: entry.open.args.amount }) };
}

interface Both {
  readonly said: PromiseReading;
  readonly booked: bigint;
}

function refusalOf(graph: Graph, entry: GraphEntry, { said, booked }: Both): Refusal | null {
  if (graph.corrections.struck.has(entry.id)) return { why: "struck" };
  const unit = unitOf(graph, entry.subject);
  const { organisation } = entry;
  const fault = faultOfPromise(said, { amount: booked, uom: unit, promisor: organisationSubject(organisation) });
  switch (fault?.why) {
    case "amount":
      return { why: "amount", written: said.amount, booked, unit };
    case "promisor":
      return { why: "promisor", booked: organisationOf(graph, organisation).names };
    case "incomplete":
      return { why: "incomplete", items: fault.items.map((item) => HGZ_2026.items[item]) };
    case "words":
    case "taken":
      return fault;
  }
  const bare = said.basis.find((basis) => !isCarried(graph, entry, basis));
  if (bare !== undefined) return { why: "basis", basis: bare.code };
  const goods = faultOfGoods(graph, entry, { said, booked });
  return goods?.why === "gone" ? { ...goods, booked, unit } : goods;
}

function certificateOf(graph: Graph, entry: GraphEntry, { said, booked }: Both): Certificate {
  const { organisation, cid, subject, recordedAtS } = entry;
  const admitted = organisationOf(graph, organisation);
  const names = said.promisor?.name ?? {};
  const isSame = names.zh === admitted.names.zh && names.en === admitted.names.en;
  const leaned = (named: TakenCertificate) => leanedOn(graph, entry, named);
  return {
    ...{ document: cid, lot: subject, organisation, example: said.example, recordedAtS },
    productName: said.productName ?? {},
    lotNumber: said.lot?.lotNumber ?? null,
    amount: { amount: booked, unit: unitOf(graph, subject) },
    origin: said.origin ?? {},
    issuedOn: said.issuedOn ?? "",
    promisor: { names, registered: isSame ? null : admitted.names },
    contact: contactOf(graph, said, organisation),
    promise: said.promise ?? "producer",
    basis: BASIS_CODES.flatMap((code) => {
      const found = said.basis.find((one) => one.code === code);
      return found === undefined
        ? []
        : [{ code, entries: found.entries.map(leaned), bare: barePlots(graph, entry, { said, code }) }];
    }),
    taken: said.taken.map(leaned),
    notes: said.notes,
  };
}

function contactOf(graph: Graph, { contact }: PromiseReading, organisation: number): Certificate["contact"] {
  const number = contact.number ?? organisation;
  return { number, phone: contact.phone ?? organisationOf(graph, number).phone };
}

function leanedOn(graph: Graph, promise: GraphEntry, named: TakenCertificate): Leaned {
  const entry = recordOf(graph, promise, named);
  if (entry === null) return { document: named.document, entry: null };
  const { open, event, occurredAtS, organisation, subject } = entry;
  const what = open.name === "PROMISE" ? readPromise(entry.document, subject)?.productName : event?.work?.words;
  return {
    document: named.document,
    entry: {
      ...{ id: entry.id, kind: open.name, what: what ?? null, occurredAtS },
      organisation: organisationOf(graph, organisation).names,
    },
  };
}

/** The ledger has an amount in the unit of the lot's product. */
function unitOf(graph: Graph, lot: Hex): Unit {
  const product = madeOf(graph, lot)?.product ?? null;
  const uom = product === null ? null : (graph.product(product)?.uom ?? null);
  return uom === "H87" || uom === "LTR" || uom === "MTK" ? uom : "KGM";
}

function organisationSubject(number: number): Hex {
  return `0x${number.toString(16).padStart(64, "0")}`;
}
