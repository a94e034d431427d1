/**
 * One 承诺达标合格证 by the CID of its document, held against the ledger: what is not on record, says something else, was corrected or
 * stands under a recall is refused. The document says of which lot it is, and there alone it is looked for: whoever records another's
 * document on lots of his own neither makes work nor changes what is said of it.
 */
import { bytesOf, type Hex, hexOf } from "../../protocol/bytes.ts";
import { maybeCanonical } from "../../protocol/canonical.ts";
import { parseCid } from "../../protocol/cid.ts";
import { promisedLot, readPromise } from "../../protocol/document/read-promise.ts";
import type { History } from "../../protocol/history.ts";
import { fingerprint } from "../../protocol/label.ts";
import { type Certificate, tellCertificate } from "../../scan-web/promise/certificate.ts";
import type { Refused } from "../../scan-web/promise/refused.ts";
import { openHistory, organisationOf } from "../../scan-web/scan/graph.ts";
import type { StandingRecall } from "../resolve/standing.ts";

export type { FindParts, Found };
export { findCertificate };

interface FindParts {
  /** Whether the lot (null: any lot) has a PROMISE with the document of this digest. */
  readonly isPromised: (lot: Hex | null, content: Hex) => Promise<boolean>;
  /** The newest that stands on the lot or on anything that it came from. */
  readonly recall: (lot: Hex) => Promise<StandingRecall | null>;
  readonly history: (lot: Hex, code: null) => Promise<History | null>;
  /** The newest final word of a lot. */
  readonly word: (lot: Hex) => Promise<Hex | null>;
  /** Why the index cannot say of something that it is not there; null when it can. */
  readonly behind: () => Promise<string | null>;
  readonly documentOf: (cid: string) => Promise<string | undefined>;
  /** Of these digests, by CID: as many as a page should load. */
  readonly documents: (contents: ReadonlySet<string>) => Promise<Readonly<Record<string, string>>>;
}

interface Found {
  readonly certificate: Certificate;
  /** Of its lot, with its own document and those that it names, as far as they are here. */
  readonly history: History;
  /** Of the lot's newest head. */
  readonly fingerprint: string;
}

interface Named {
  readonly cid: string;
  readonly digest: Hex;
}

/** @param address as it stands in the address: a CID, or one in capitals */
async function findCertificate(parts: FindParts, address: string): Promise<Found | Refused> {
  const named = digestOf(address);
  if (named === null) return { why: "address" };
  const behind = await parts.behind();
  const text = await parts.documentOf(named.cid);
  const lot = promisedLot(maybeCanonical(text));
  if (await parts.isPromised(lot, named.digest)) {
    return text === undefined || lot === null ? { why: "unreadable" } : tellOf(parts, lot, { cid: named.cid, text });
  }
  // Between two looks a rebuild may have emptied the index.
  return { why: (behind ?? (await parts.behind())) === null ? "none" : "behind" };
}

interface Own {
  readonly cid: string;
  readonly text: string;
}

async function tellOf(parts: FindParts, lot: Hex, own: Own): Promise<Found | Refused> {
  const known = await parts.history(lot, null);
  const word = await parts.word(lot);
  if (known === null || word === null) return { why: "behind" };
  const history = await withNamed(parts, known, own);
  const told = tellCertificate(history, own.cid);
  if (told === null) return { why: "behind" };
  // Looked for last: one that came meanwhile is seen.
  const recall = await parts.recall(lot);
  if (recall !== null) {
    const { names } = organisationOf(openHistory(history), recall.organisation);
    const { example } = "refusal" in told ? told.refusal : told.certificate;
    return { why: "recalled", organisation: names, atS: recall.atS, example };
  }
  if ("refusal" in told) return told.refusal;
  return { certificate: told.certificate, history, fingerprint: fingerprint(bytesOf(word)) };
}

/** A long history comes without the papers of what is far from the lot, or of what came late in it: the certificate and those that it names are laid in. */
async function withNamed({ documents }: FindParts, history: History, { cid, text }: Own): Promise<History> {
  const said = readPromise(maybeCanonical(text), history.lot);
  const named = [...(said?.basis ?? []).flatMap(({ entries }) => entries), ...(said?.taken ?? [])];
  const missing = named.flatMap(({ document }) =>
    history.documents[document] === undefined ? (digestOf(document)?.digest ?? []) : [],
  );
  if (missing.length === 0 && history.documents[cid] !== undefined) return history;
  return { ...history, documents: { [cid]: text, ...history.documents, ...(await documents(new Set(missing))) } };
}

/** Codes carry it in capitals, which take less room there. */
function digestOf(text: string): Named | null {
  const cid = /^B[A-Z2-7]+$/.test(text) ? text.toLowerCase() : text;
  try {
    const { codec, digest } = parseCid(cid);
    return codec === "json" ? { cid, digest: hexOf(digest) } : null;
  } catch {
    return null;
  }
}
