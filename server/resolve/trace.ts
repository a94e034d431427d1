/**
 * Where a lot came from and where it went: the graph of `link` rows, walked breadth first.
 * Reads the index only; every link was booked by the ledger (docs/ledger.md §7).
 */
import type { Kysely } from "kysely";
import type { IndexTables } from "../store/index-tables.ts";
import { keptAtBlock } from "./at-block.ts";
import { chunks } from "./chunks.ts";

export type { Trace, TraceLink, TraceNode };
export { ancestorsOf, recentTraces, trace };

interface TraceNode {
  readonly id: string;
  readonly sort: number;
  readonly holder: number;
  readonly product: string | null;
  /** Steps from the subject asked for; itself is 0. */
  readonly depth: number;
}

/** `amount` of `input` (thousandths of its unit) went into `consumer`. */
interface TraceLink {
  readonly consumer: string;
  readonly input: string;
  readonly amount: number;
}

interface Trace {
  readonly nodes: readonly TraceNode[];
  readonly links: readonly TraceLink[];
  /** True when `limit` cut the walk short. */
  readonly cut: boolean;
}

/** Links for each subject of the limit: a walk through a dense web ends, too. */
const LINKS_EACH = 10;
/** However large the walk. */
const MOST_LINKS = 300_000;
/** Subjects and links of walks that are paged through at the same time. */
const MOST_KEPT = 400_000;

/**
 * Walks `up` (to plots) or `down` (to label runs) from `subject`, at most `limit` subjects: nearest first, in the order in which they
 * are found, so that a walk to fewer of them is the beginning of one to more.
 */
async function trace(
  index: Kysely<IndexTables>,
  subject: string,
  { direction, limit }: { readonly direction: "up" | "down"; readonly limit: number },
): Promise<Trace> {
  const [from, to] = direction === "up" ? (["consumer", "input"] as const) : (["input", "consumer"] as const);
  const depths = new Map<string, number>([[subject, 0]]);
  const links = new Map<string, TraceLink>();
  let frontier = [subject];
  const mostLinks = limit === Number.MAX_SAFE_INTEGER ? limit : Math.min(LINKS_EACH * limit, MOST_LINKS);
  let cut = false;
  for (let depth = 1; frontier.length > 0 && !cut; depth++) {
    const next: string[] = [];
    for (const part of chunks(frontier)) {
      let asked = index.selectFrom("link").selectAll().where(from, "in", part).orderBy("consumer").orderBy("input");
      const room = mostLinks - links.size;
      if (mostLinks < Number.MAX_SAFE_INTEGER) asked = asked.limit(room + 1);
      const found = await asked.execute();
      const rows = found.slice(0, room);
      cut ||= found.length > room;
      for (const row of rows) {
        const reached = row[to];
        if (!depths.has(reached)) {
          if (depths.size >= limit) {
            cut = true;
            continue;
          }
          depths.set(reached, depth);
          next.push(reached);
        }
        links.set(`${row.consumer} ${row.input}`, {
          consumer: row.consumer,
          input: row.input,
          amount: Number(row.amount),
        });
      }
    }
    frontier = next;
  }
  const rows = new Map<string, Omit<TraceNode, "depth">>();
  for (const part of chunks([...depths.keys()]))
    for (const row of await index
      .selectFrom("subject")
      .select(["id", "sort", "holder", "product"])
      .where("id", "in", part)
      .execute())
      rows.set(row.id, row);
  const nodes = [...depths].flatMap(([id, depth]) => {
    const row = rows.get(id);
    return row === undefined ? [] : [{ ...row, depth }];
  });
  return { nodes, links: [...links.values()], cut };
}

/** Ids of `subject` and of all it came from, nearest first. */
async function ancestorsOf(index: Kysely<IndexTables>, subject: string): Promise<readonly string[]> {
  const { nodes } = await trace(index, subject, { direction: "up", limit: Number.MAX_SAFE_INTEGER });
  return nodes.map((node) => node.id);
}

type Walk = { readonly direction: "up" | "down"; readonly limit: number };

/** As {@link trace}; whoever pages through a walk is given the same one until the index comes to another block. */
function recentTraces(index: Kysely<IndexTables>): (subject: string, walk: Walk) => Promise<Trace> {
  const weigh = ({ nodes, links }: Trace) => nodes.length + links.length;
  const recent = keptAtBlock<Trace>(index, { most: MOST_KEPT, weigh });
  return (subject, walk) => recent(`${subject} ${walk.direction} ${walk.limit}`, () => trace(index, subject, walk));
}
