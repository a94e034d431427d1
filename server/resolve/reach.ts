/** Where a subject's goods went: everything derived from it, with what each has, and sums over all of it (a recall's reach). */
import { type Kysely, sql } from "kysely";
import { kindByName } from "../../protocol/kinds/all.ts";
import type { IndexTables } from "../store/index-tables.ts";
import { isRecalled } from "../store/status.ts";
import { keptAtBlock } from "./at-block.ts";
import { chunks } from "./chunks.ts";
import { sumText } from "./sum-text.ts";
import { amountText, kindText, unitText } from "./told.ts";
import type { Trace } from "./trace.ts";

export type { ReachedSubject, ReachSums };
export { MAX_REACH, reachedSubjects, recentSums, sumsOf };

interface ReachedSubject {
  readonly id: string;
  readonly kind: string;
  readonly holder: number;
  readonly product: string | null;
  /** Steps from the subject asked for. */
  readonly depth: number;
  readonly unit: string | null;
  /** Null for a label run, whose own numbers are pieces: what they hold is booked in its lot. */
  readonly made: string | null;
  readonly left: string | null;
  readonly packed: string | null;
  readonly recalled: boolean;
  /** Of a consignment. */
  readonly state: IndexTables["consignment"]["state"] | null;
  readonly to: number | null;
  /** Of a label run: labels issued, and those of them that are not void. */
  readonly count: number | null;
  readonly valid: number | null;
}

interface ReachSums {
  readonly subjects: number;
  readonly lots: number;
  readonly consignments: number;
  readonly runs: number;
  /** Whole numbers as text. */
  readonly labels: string;
  readonly valid: string;
  /** Numbers of the organisations that hold any of it, or are offered it. */
  readonly organisations: readonly number[];
}

const [LABEL, SHIP] = (["LABEL", "SHIP"] as const).map((name) => kindByName(name).number);
const LOTS: readonly number[] = (["ORIGIN", "HARVEST", "TRANSFORM"] as const).map((name) => kindByName(name).number);
/** Subjects that one recall is followed to: a walk to all of them takes a second or two. */
const MAX_REACH = 80_000;
const SUMS_KEPT = 100;

/** In their order. */
async function reachedSubjects(index: Kysely<IndexTables>, nodes: Trace["nodes"]): Promise<readonly ReachedSubject[]> {
  const rows = new Map<string, Awaited<ReturnType<typeof rowsOf>>[number]>();
  for (const part of chunks(nodes)) {
    const ids = part.map(({ id }) => id);
    for (const row of await rowsOf(index, ids)) rows.set(row.id, row);
  }
  return nodes.flatMap(({ id, depth }) => {
    const row = rows.get(id);
    if (row === undefined) return [];
    const isRun = row.sort === LABEL;
    return [
      {
        ...{ id, kind: kindText(row.sort), holder: row.holder, product: row.product, depth },
        unit: isRun ? null : unitText(row.unit),
        made: isRun ? null : amountText(row.made),
        left: isRun ? null : amountText(row.remaining),
        packed: isRun ? null : amountText(row.packed),
        recalled: isRecalled(row.status),
        ...{ state: row.state, to: row.receiver },
        ...{ count: isRun ? Number(row.made) : null, valid: isRun ? Number(row.remaining) : null },
      },
    ];
  });
}

function rowsOf(index: Kysely<IndexTables>, ids: readonly string[]) {
  return index
    .selectFrom("subject")
    .leftJoin("consignment", "consignment.id", "subject.id")
    .select(["subject.id", "subject.sort", "subject.holder", "subject.product", "subject.unit", "subject.status"])
    .select(["subject.made", "subject.remaining", "subject.packed", "consignment.state", "consignment.receiver"])
    .where("subject.id", "in", ids)
    .execute();
}

/**
 * Over all that came of the subject, itself left out; null where that is more than {@link MAX_REACH}. In one statement: how many and how
 * much of each sort, by whoever holds it and whoever it is offered to.
 */
async function sumsOf(index: Kysely<IndexTables>, subject: string): Promise<ReachSums | null> {
  const { rows } = await sql<{
    sort: number;
    holder: number;
    to: number | null;
    count: number;
    labels: string;
    valid: string;
  }>`
    with recursive reached(id) as (
      select cast(${subject} as text) union select link.consumer from link join reached on link.input = reached.id
    )
    select subject.sort, subject.holder,
      case when consignment.state = 'under-way' then consignment.receiver end as "to",
      count(*) as count, ${sumText("subject.made")} as labels, ${sumText("subject.remaining")} as valid
    from (select id from reached limit ${MAX_REACH + 2}) as few
    join subject on subject.id = few.id
    left join consignment on consignment.id = few.id
    where few.id <> ${subject}
    group by 1, 2, 3`.execute(index);
  const countOf = (some: readonly (typeof rows)[number][]) => some.reduce((sum, { count }) => sum + Number(count), 0);
  if (countOf(rows) > MAX_REACH) return null;
  const runs = rows.filter(({ sort }) => sort === LABEL);
  const labels = (name: "labels" | "valid") => String(runs.reduce((sum, row) => sum + BigInt(row[name]), 0n));
  const organisations = new Set(rows.flatMap(({ holder, to }) => (to === null ? [holder] : [holder, to])));
  return {
    ...{ subjects: countOf(rows), lots: countOf(rows.filter(({ sort }) => LOTS.includes(sort))) },
    ...{ consignments: countOf(rows.filter(({ sort }) => sort === SHIP)), runs: countOf(runs) },
    ...{ labels: labels("labels"), valid: labels("valid") },
    organisations: [...organisations].sort((a, b) => a - b),
  };
}

/** As {@link sumsOf}: whoever pages through a reach is told the sums that were reckoned for its first page, until the next block. */
function recentSums(index: Kysely<IndexTables>): (subject: string) => Promise<ReachSums | null> {
  const recent = keptAtBlock<ReachSums | null>(index, { most: SUMS_KEPT, weigh: () => 1 });
  return (subject) => recent(subject, () => sumsOf(index, subject));
}
