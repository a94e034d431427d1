/** Which documents a history carries: as many as a phone should load at once, those first that a reader cannot do without. */
import type { Kysely } from "kysely";
import { decodeGroup } from "../../protocol/batch.ts";
import { bytesOf, hexOf } from "../../protocol/bytes.ts";
import { cidOf } from "../../protocol/cid.ts";
import type { Entry } from "../../protocol/entry.ts";
import { readStamp } from "../../protocol/fold.ts";
import type { BatchProof, Hex, Move } from "../../protocol/history.ts";
import { kindByName } from "../../protocol/kinds/all.ts";
import { Problem } from "../../protocol/problem.ts";
import type { IndexTables } from "../store/index-tables.ts";
import { chunks } from "./chunks.ts";

export type { Heart, Told };
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

/** Whose history it is: what stands first. */
interface Heart {
  readonly lot: string;
  readonly run: string | null;
  readonly certificates: readonly string[];
  readonly products: readonly string[];
  /** The certificate that the run draws on. */
  readonly claimed: string | null;
  /** Digests of the operator's words about organisations. */
  readonly names: readonly string[];
}

/** A digest as an entry of a log names it. */
interface Content {
  readonly content: string;
  readonly log: string;
  readonly kind: number;
  /** By an entry of the log's own groups; else what touched it. */
  readonly isEntry: boolean;
  /** By whoever made the subject, or had it in hand; else by others: laboratories, and whoever wants to fill a page. */
  readonly isOwn: boolean;
}

/**
 * Digests of documents in the order in which a reader needs them: recalls, what became of the certificate that is claimed, and the lot's promise;
 * the bag and its lot; names of organisations, products, plots and sites; certificates; what others say of all these; then where it came
 * from, nearest first, what its people wrote before what others did.
 * @param ids in the order of nearness
 */
async function contentsOf(
  index: Kysely<IndexTables>,
  told: Told,
  ids: readonly string[],
  heart: Heart,
): Promise<ReadonlySet<string>> {
  const all = await namedIn(index, told, ids);
  const near = new Set([heart.lot, heart.run, ...heart.certificates, ...heart.products]);
  const rankOf = (one: Content): number => {
    const { kind, log, isEntry, isOwn } = one;
    const isFirst = log === heart.claimed || RECALLS.has(kind) || (kind === PROMISE && log === heart.lot);
    if (isEntry && isFirst && (isOwn || RECALLS.has(kind))) return 0;
    if (isEntry && isOwn && (log === heart.lot || log === heart.run)) return 1;
    if (isEntry && isOwn && MASTERS.has(kind)) return 2;
    if (near.has(log)) return isOwn ? 3 : 4;
    return isOwn ? 5 : 6;
  };
  const ranks = Array.from({ length: 7 }, (): string[] => []);
  for (const one of all) ranks[rankOf(one)]?.push(one.content);
  const [first = [], lot = [], ...rest] = ranks;
  return new Set([...first, ...lot, ...heart.names, ...rest.flat()]);
}

const PROMISE = kindByName("PROMISE").number;
const RECALLS: ReadonlySet<number> = new Set((["RECALL", "RELEASE"] as const).map((name) => kindByName(name).number));
const MASTERS: ReadonlySet<number> = new Set(
  (["PRODUCT", "PLOT", "SITE"] as const).map((name) => kindByName(name).number),
);

/** Of the groups that these subjects' moves lie in, log by log; groups that are not handed out name nothing. */
async function namedIn(
  index: Kysely<IndexTables>,
  { moves, batches, hands }: Told,
  ids: readonly string[],
): Promise<readonly Content[]> {
  const writer = ({ batch }: Move) => readStamp(bytesOf(batches[batch]?.stamp ?? "0x")).organisation;
  const wanted = ids.flatMap((id) => {
    const log = moves.get(id) ?? [];
    const [first] = log;
    const maker = first === undefined ? 0 : writer(first);
    return log
      .filter(({ bare }) => bare === undefined)
      .map((move) => ({
        ...{ place: placeOf(move.batch, move.group), batch: move.batch, log: id, isEntry: move.entry === null },
        isOwn: writer(move) === maker || hands?.get(id)?.includes(writer(move)) === true,
      }));
  });
  const places = new Set(wanted.map(({ place }) => place));
  const named = new Map<string, readonly Entry[]>();
  for (const part of chunks([...new Set(wanted.map(({ batch }) => batch))])) {
    const rows = await index
      .selectFrom("record_group")
      .select(["batch", "idx", "bytes"])
      .where("batch", "in", part)
      .execute();
    for (const { batch, idx, bytes } of rows) {
      const place = placeOf(batch, idx);
      if (places.has(place)) named.set(place, entriesIn(new Uint8Array(bytes)));
    }
  }
  return wanted.flatMap(({ place, log, isEntry, isOwn }) =>
    (named.get(place) ?? []).map(({ content, kind }) => ({ content: hexOf(content), kind, log, isEntry, isOwn })),
  );
}

function placeOf(batch: string, group: number): string {
  return `${batch} ${group}`;
}

/** Bytes that are no group name nothing: readers find that out. */
function entriesIn(bytes: Uint8Array): readonly Entry[] {
  try {
    return decodeGroup(bytes).entries;
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
