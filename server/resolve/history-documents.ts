/** Which documents a history carries: as many as a phone should load at once, those first that a reader cannot do without. */
import type { Kysely } from "kysely";
import { decodeGroup } from "../../protocol/batch.ts";
import { bytesOf, hexOf } from "../../protocol/bytes.ts";
import { cidOf } from "../../protocol/cid.ts";
import { readStamp } from "../../protocol/fold.ts";
import type { BatchProof, Hex, Move } from "../../protocol/history.ts";
import { Problem } from "../../protocol/problem.ts";
import type { IndexTables } from "../store/index-tables.ts";
import { chunks } from "./chunks.ts";

export type { Contents, Told };
export { contentsOf, documentsOf, MAX_DOCUMENT_TEXT };

/** Documents beyond this much text are left for the reader to fetch by CID. */
const MAX_DOCUMENT_TEXT = 400_000;
/** Hardly a document is shorter. */
const LEAST_TEXT = 500;
const MOST_LEFT_OUT = 100;

interface Told {
  readonly moves: ReadonlyMap<string, readonly Move[]>;
  readonly batches: Readonly<Record<Hex, BatchProof>>;
  /** Of consignments: whom they were offered to and who carries them, whose word belongs to the goods' way. */
  readonly hands?: ReadonlyMap<string, readonly number[]>;
}

/** Digests of documents, subject by subject. */
interface Contents {
  /** By whoever made the subject, or had it in hand. */
  readonly own: readonly string[];
  /** By others who wrote in its log, or touched it: laboratories, and whoever wants to fill a page. */
  readonly others: readonly string[];
}

/** Of the groups that these subjects' moves lie in. */
async function contentsOf(
  index: Kysely<IndexTables>,
  { moves, batches, hands }: Told,
  ids: readonly string[],
): Promise<Contents> {
  const writer = ({ batch }: Move) => readStamp(bytesOf(batches[batch]?.stamp ?? "0x")).organisation;
  const wanted = ids.flatMap((id) => {
    const log = moves.get(id) ?? [];
    const [first] = log;
    const maker = first === undefined ? 0 : writer(first);
    return log
      .flatMap((move) => (move.bare === undefined ? [move] : []))
      .map((move) => ({
        place: placeOf(move.batch, move.group),
        batch: move.batch,
        isOwn: writer(move) === maker || hands?.get(id)?.includes(writer(move)) === true,
      }));
  });
  const places = new Set(wanted.map(({ place }) => place));
  const named = new Map<string, readonly string[]>();
  for (const part of chunks([...new Set(wanted.map(({ batch }) => batch))])) {
    const rows = await index
      .selectFrom("record_group")
      .select(["batch", "idx", "bytes"])
      .where("batch", "in", part)
      .execute();
    for (const { batch, idx, bytes } of rows) {
      const place = placeOf(batch, idx);
      if (places.has(place)) named.set(place, namedIn(new Uint8Array(bytes)));
    }
  }
  const of = (isOwn: boolean) => wanted.flatMap((one) => (one.isOwn === isOwn ? (named.get(one.place) ?? []) : []));
  return { own: of(true), others: of(false) };
}

function placeOf(batch: string, group: number): string {
  return `${batch} ${group}`;
}

/** Digests of the documents that the entries of a group name. Bytes that are no group name none: readers find that out. */
function namedIn(bytes: Uint8Array): readonly string[] {
  try {
    return decodeGroup(bytes).entries.map(({ content }) => hexOf(content));
  } catch (cause) {
    if (cause instanceof Problem) return [];
    throw cause;
  }
}

/** In the order given, as far as they fit within {@link MAX_DOCUMENT_TEXT}: one that does not leaves room for those after it. */
async function documentsOf(
  documentOf: (cid: string) => Promise<string | undefined>,
  contents: ReadonlySet<string>,
): Promise<Record<string, string>> {
  const documents: Record<string, string> = {};
  let size = 0;
  let leftOut = 0;
  for (const content of contents) {
    // Else all that is stored would be read to find what fits.
    if (leftOut > MOST_LEFT_OUT || MAX_DOCUMENT_TEXT - size < LEAST_TEXT) break;
    if (/^0x0*$/.test(content)) continue;
    const cid = cidOf(bytesOf(content), "json");
    const text = await documentOf(cid);
    if (text === undefined) continue;
    if (size + text.length > MAX_DOCUMENT_TEXT) {
      leftOut += 1;
      continue;
    }
    size += text.length;
    documents[cid] = text;
  }
  return documents;
}
