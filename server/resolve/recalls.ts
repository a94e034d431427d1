/** Recalls as the index holds them, newest first, each with who answered for what of it. */
import type { Kysely } from "kysely";
import { CAPACITIES } from "../../protocol/kinds/status.ts";
import type { IndexTables } from "../store/index-tables.ts";
import { kindText, maybeTime, type Paged, placeOf, readPlace, timeText } from "./told.ts";

export type { RecallRow, RecallsAsked };
export { listRecalls, MAX_ACKNOWLEDGED };

interface RecallsAsked extends Paged {
  readonly subject?: string | undefined;
  readonly organisation?: number | undefined;
  /** true: those that stand, no drills. */
  readonly standing?: boolean | undefined;
}

interface RecallRow {
  readonly subject: string;
  readonly kind: string;
  readonly holder: number;
  readonly seq: number;
  readonly entry: number;
  readonly organisation: number;
  readonly capacity: string;
  readonly drill: boolean;
  readonly certificate: string | null;
  readonly at: string;
  readonly releasedAt: string | null;
  readonly document: string;
  /** How many there are; the first {@link MAX_ACKNOWLEDGED} of them follow. */
  readonly answers: number;
  readonly acknowledged: readonly {
    readonly organisation: number;
    readonly subject: string;
    readonly at: string;
    /** Seconds from the recall on. */
    readonly tookS: number;
    readonly document: string;
  }[];
}

/** Of one recall; a whole recall's are found in the log of what was recalled. */
const MAX_ACKNOWLEDGED = 200;
const NAMES = new Map<number, string>(Object.entries(CAPACITIES).map(([name, number]) => [number, name]));

async function listRecalls(
  index: Kysely<IndexTables>,
  { limit, after, subject, organisation, standing }: RecallsAsked,
): Promise<{ readonly recalls: readonly RecallRow[]; readonly next: string | null }> {
  let query = index
    .selectFrom("recall")
    .innerJoin("subject", "subject.id", "recall.subject")
    .selectAll("recall")
    .select(["subject.sort", "subject.holder"])
    .orderBy("at_s", "desc")
    .orderBy("recall.subject", "desc")
    .orderBy("seq", "desc")
    .orderBy("entry", "desc")
    .limit(limit + 1);
  if (subject !== undefined) query = query.where("recall.subject", "=", subject);
  if (organisation !== undefined) query = query.where("organisation", "=", organisation);
  if (standing === true) query = query.where("drill", "=", 0).where("released_at", "is", null);
  if (standing === false)
    query = query.where((row) => row.or([row("drill", "=", 1), row("released_at", "is not", null)]));
  if (after !== null) {
    const { atS, id, more } = readPlace(after);
    const [seq = 0, entry = 0] = more;
    query = query.where((row) =>
      row(row.refTuple("at_s", "recall.subject", "seq", "entry"), "<", row.tuple(atS, id, seq, entry)),
    );
  }
  const rows = await query.execute();
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const recalls: RecallRow[] = [];
  for (const row of shown) recalls.push(await toldOf(index, row));
  const isMore = rows.length > limit && last !== undefined;
  return { recalls, next: isMore ? placeOf(last.at_s, last.subject, last.seq, last.entry) : null };
}

async function toldOf(
  index: Kysely<IndexTables>,
  row: IndexTables["recall"] & Pick<IndexTables["subject"], "sort" | "holder">,
): Promise<RecallRow> {
  const answers = index
    .selectFrom("acknowledgement")
    .where("recalled", "=", row.subject)
    .where("recall_seq", "=", row.seq);
  const { count } = await answers.select((all) => all.fn.countAll<number>().as("count")).executeTakeFirstOrThrow();
  const some = await answers
    .selectAll()
    .orderBy("at_s")
    .orderBy("subject")
    .orderBy("seq")
    .orderBy("entry")
    .limit(MAX_ACKNOWLEDGED)
    .execute();
  return {
    ...{ subject: row.subject, kind: kindText(row.sort), holder: row.holder, seq: Number(row.seq), entry: row.entry },
    ...{ organisation: row.organisation, capacity: NAMES.get(row.capacity) ?? "", drill: row.drill === 1 },
    ...{ certificate: row.certificate, at: timeText(row.at_s), releasedAt: maybeTime(row.released_at) },
    ...{ document: row.content, answers: Number(count) },
    acknowledged: some.map(({ organisation, subject, at_s, content }) => ({
      ...{ organisation, subject, at: timeText(at_s), tookS: Number(at_s) - Number(row.at_s), document: content },
    })),
  };
}
