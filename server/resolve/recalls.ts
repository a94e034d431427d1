/** Recalls as the index holds them, newest first, and who answered for what of one. */
import type { Kysely } from "kysely";
import { CAPACITIES } from "../../protocol/kinds/status.ts";
import type { IndexTables } from "../store/index-tables.ts";
import { kindText, maybeTime, nameOf, type Paged, placeOf, readPlace, timeText } from "./told.ts";

export type { AcknowledgementRow, AcknowledgementsAsked, RecallRow, RecallsAsked };
export { acknowledgementsOf, listRecalls };

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
  readonly capacity: keyof typeof CAPACITIES;
  readonly drill: boolean;
  readonly certificate: string | null;
  readonly at: string;
  readonly releasedAt: string | null;
  readonly document: string;
  /** Acknowledgements of what was recalled or came of it; and of what has nothing to do with it, for anybody can name a recall. */
  readonly answers: number;
  readonly others: number;
}

interface AcknowledgementsAsked extends Paged {
  /** The move of the subject that carries the RECALL. */
  readonly seq: number;
  /** true: those of what has nothing to do with it. */
  readonly others: boolean;
}

interface AcknowledgementRow {
  readonly organisation: number;
  readonly subject: string;
  readonly at: string;
  /** Seconds from the recall on. */
  readonly tookS: number;
  readonly document: string;
}

async function listRecalls(
  index: Kysely<IndexTables>,
  { limit, after, subject, organisation, standing }: RecallsAsked,
): Promise<{ readonly recalls: readonly RecallRow[]; readonly next: string | null }> {
  let query = index
    .selectFrom("recall")
    .innerJoin("subject", "subject.id", "recall.subject")
    .selectAll("recall")
    .select(["subject.sort", "subject.holder"])
    .orderBy("recall.at_s", "desc")
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
      row(row.refTuple("recall.at_s", "recall.subject", "seq", "entry"), "<", row.tuple(atS, id, seq, entry)),
    );
  }
  const rows = await query.execute();
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const counts = await countsOf(index, shown);
  const isMore = rows.length > limit && last !== undefined;
  return {
    recalls: shown.map((row) => toldOf(row, counts)),
    next: isMore ? placeOf(last.at_s, last.subject, last.seq, last.entry) : null,
  };
}

/** By subject, seq and whether they are of what was recalled. */
async function countsOf(
  index: Kysely<IndexTables>,
  recalls: readonly Pick<IndexTables["recall"], "subject" | "seq">[],
): Promise<ReadonlyMap<string, number>> {
  if (recalls.length === 0) return new Map();
  const rows = await index
    .selectFrom("acknowledgement")
    .select((row) => ["recalled", "recall_seq", "came_of", row.fn.count<number>("subject").distinct().as("count")])
    .where((row) =>
      row.or(recalls.map(({ subject, seq }) => row.and([row("recalled", "=", subject), row("recall_seq", "=", seq)]))),
    )
    .groupBy(["recalled", "recall_seq", "came_of"])
    .execute();
  return new Map(
    rows.map(({ recalled, recall_seq, came_of, count }) => [`${recalled} ${recall_seq} ${came_of}`, Number(count)]),
  );
}

function toldOf(
  row: IndexTables["recall"] & Pick<IndexTables["subject"], "sort" | "holder">,
  counts: ReadonlyMap<string, number>,
): RecallRow {
  const place = `${row.subject} ${row.seq}`;
  return {
    ...{ subject: row.subject, kind: kindText(row.sort), holder: row.holder, seq: Number(row.seq), entry: row.entry },
    ...{ organisation: row.organisation, capacity: nameOf(CAPACITIES, row.capacity), drill: row.drill === 1 },
    ...{ certificate: row.certificate, at: timeText(row.at_s), releasedAt: maybeTime(row.released_at) },
    ...{ document: row.content, answers: counts.get(`${place} 1`) ?? 0, others: counts.get(`${place} 0`) ?? 0 },
  };
}

/** Oldest first; null where no such recall is known. */
async function acknowledgementsOf(
  index: Kysely<IndexTables>,
  subject: string,
  { limit, after, seq, others }: AcknowledgementsAsked,
): Promise<{ readonly acknowledgements: readonly AcknowledgementRow[]; readonly next: string | null } | null> {
  const recall = await index
    .selectFrom("recall")
    .select("at_s")
    .where("subject", "=", subject)
    .where("seq", "=", seq)
    .executeTakeFirst();
  if (recall === undefined) return null;
  let query = index
    .selectFrom("acknowledgement")
    .selectAll()
    .where("recalled", "=", subject)
    .where("recall_seq", "=", seq)
    .where("came_of", "=", others ? 0 : 1)
    .orderBy("at_s")
    .orderBy("subject")
    .orderBy("seq")
    .orderBy("entry")
    .limit(limit + 1);
  if (after !== null) {
    const { atS, id, more } = readPlace(after);
    const [own = 0, entry = 0] = more;
    query = query.where((row) =>
      row(row.refTuple("at_s", "subject", "seq", "entry"), ">", row.tuple(atS, id, own, entry)),
    );
  }
  const rows = await query.execute();
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const isMore = rows.length > limit && last !== undefined;
  return {
    acknowledgements: shown.map(({ organisation, subject: own, at_s, content }) => ({
      ...{ organisation, subject: own, at: timeText(at_s) },
      ...{ tookS: Number(at_s) - Number(recall.at_s), document: content },
    })),
    next: isMore ? placeOf(last.at_s, last.subject, last.seq, last.entry) : null,
  };
}
