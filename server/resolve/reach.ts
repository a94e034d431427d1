/** Where a subject's goods went: everything derived from it, with what each has, and sums over all of it (a recall's reach). */
import type { Kysely } from "kysely";
import { kindByName } from "../../protocol/kinds/all.ts";
import type { IndexTables } from "../store/index-tables.ts";
import { chunks } from "./chunks.ts";
import { amountText, kindText, unitText } from "./told.ts";
import type { Trace } from "./trace.ts";

export type { ReachedSubject, ReachSums };
export { reachedSubjects, sumsOf };

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
  readonly labels: number;
  readonly valid: number;
  /** Numbers of the organisations that hold any of it, or are offered it. */
  readonly organisations: readonly number[];
}

const [LABEL, SHIP] = (["LABEL", "SHIP"] as const).map((name) => kindByName(name).number);
const LOTS: readonly number[] = (["ORIGIN", "HARVEST", "TRANSFORM"] as const).map((name) => kindByName(name).number);
const RECALLS = 15;

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
        recalled: (row.status & RECALLS) !== 0,
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

/** Of a whole walk, itself left out. */
async function sumsOf(index: Kysely<IndexTables>, { nodes }: Trace): Promise<ReachSums> {
  const reached = nodes.filter(({ depth }) => depth > 0);
  const sum = { lots: 0, consignments: 0, runs: 0, labels: 0, valid: 0 };
  const organisations = new Set<number>();
  for (const part of chunks(reached)) {
    const ids = part.map(({ id }) => id);
    for (const { sort, holder, made, remaining, state, receiver } of await rowsOf(index, ids)) {
      organisations.add(holder);
      if (state === "under-way" && receiver !== null) organisations.add(receiver);
      if (sort === SHIP) sum.consignments++;
      if (LOTS.includes(sort)) sum.lots++;
      if (sort !== LABEL) continue;
      sum.runs++;
      sum.labels += Number(made);
      sum.valid += Number(remaining);
    }
  }
  return { subjects: reached.length, ...sum, organisations: [...organisations].sort((a, b) => a - b) };
}
