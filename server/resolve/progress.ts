/**
 * How far the index is, as its own rows tell it: whoever reads it may be another process than whoever writes it.
 */
import type { Kysely } from "kysely";
import type { IndexTables } from "../store/index-tables.ts";

export type { Progress };
export { progressOf };

interface Status {
  /** Everything up to this block is applied; null: nothing yet. */
  readonly block: number | null;
  /** Up to this block heads were compared as well. */
  readonly checked: number | null;
  /** Why the index stands still, in one sentence; null while it follows. */
  readonly fault: string | null;
}

interface Progress {
  status(): Promise<Status>;
  /** Why the index cannot say of a subject that the ledger does not hold it, in one sentence; null when it can. */
  behind(): Promise<string | null>;
  /** The same of a code: it may also stand in a list that is not read yet. */
  behindOnCodes(): Promise<string | null>;
}

interface ProgressParts {
  readonly index: Kysely<IndexTables>;
  /** Number of the newest final block. */
  readonly newest: () => Promise<number>;
  /** The ledger's first block. */
  readonly first: number;
}

/**
 * A list that was not there so many times, for some minutes, is not waited for any more: whoever withholds one would else keep every
 * unknown code from being called so. Times when our own place of documents was out of order are not among them (indexer/rounds.ts).
 */
const PATIENCE_TRIES = 8;

function progressOf({ index, newest, first }: ProgressParts): Progress {
  async function status(): Promise<Status> {
    const row = await index
      .selectNoFrom((from) => [
        from.selectFrom("cursor").select("block").where("name", "=", "followed").as("block"),
        from.selectFrom("progress").select("checked").where("name", "=", "index").as("checked"),
        from.selectFrom("progress").select("fault").where("name", "=", "index").as("fault"),
      ])
      .executeTakeFirstOrThrow();
    return { block: row.block ?? null, checked: row.checked ?? null, fault: row.fault ?? null };
  }

  async function behind(): Promise<string | null> {
    const { checked, fault } = await status();
    if (fault !== null) return "the index stands still; its operator finds the cause in the server's log";
    const number = await newest();
    const known = checked ?? first - 1;
    return known < number ? `read up to block ${known} of ${number}` : null;
  }

  return {
    status,
    behind,
    async behindOnCodes() {
      const why = await behind();
      if (why !== null) return why;
      const { count } = await index
        .selectFrom("awaited")
        .select((row) => row.fn.countAll<number>().as("count"))
        .where("work", "=", "list")
        .where("tries", "<", PATIENCE_TRIES)
        .executeTakeFirstOrThrow();
      return Number(count) === 0 ? null : `the lists of codes of ${count} label runs are not read yet`;
    },
  };
}
