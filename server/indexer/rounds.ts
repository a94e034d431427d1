/**
 * Work beside the follower: documents that the index reads of what it has booked, one after another, the newest entry's first. What is
 * stored nowhere yet is looked for again, more and more seldom for a day, then not before it is put here. What waits stands in the table
 * `awaited`, so that a round asks for what is due and no more.
 */
import type { Kysely } from "kysely";
import type { IndexTables } from "../store/index-tables.ts";
import { messageOf, NeverRight, NotStored } from "./stored.ts";

export type { Rounds };
export { documentCame, noLonger, startRounds };

interface Rounds {
  /** Says that there may be more to do. */
  wake(): void;
  /** Resolves when everything that is due was tried. */
  idle(): Promise<void>;
  /** Resolves when nothing is done any more. */
  close(): Promise<void>;
}

type Awaited = IndexTables["awaited"];

interface Work {
  readonly index: Kysely<IndexTables>;
  readonly work: Awaited["work"];
  /** In the log, where they cannot be listed: "lists of codes". */
  readonly name: string;
  /**
   * Reads it, and takes it off the list ({@link noLonger}) with the last of its rows.
   * @throws NeverRight, NotStored, or Error for our own trouble, which is nobody's withholding and not counted
   */
  read(item: string): Promise<void>;
  /** Notes that it can never be read, in the same way. */
  giveUp(item: string): Promise<void>;
  /** What the log says of it, without the full stop. */
  said(item: string, cause: string, isForGood: boolean): string;
  readonly log: (line: string) => void;
  /** Before something is tried for a second time; each further wait is twice as long. */
  readonly firstRetryMs?: number | undefined;
  /** So long something that is stored nowhere is looked for. */
  readonly patienceMs?: number | undefined;
}

/** Of one round; whoever reads the index has turns between them. */
const AT_ONCE = 500;
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 300_000;
const PATIENCE_MS = 24 * 3_600_000;
const NEVER_MS = Number.MAX_SAFE_INTEGER;
/** Of so many the log's last sentence is known, and not said again. */
const MOST_SAID = 10_000;

function startRounds({ firstRetryMs = FIRST_RETRY_MS, patienceMs = PATIENCE_MS, ...work }: Work): Rounds {
  const { index, log } = work;
  const said = new Map<string, string>();
  let closed = false;
  let isQueued = false;
  let timer: NodeJS.Timeout | undefined;
  let job: Promise<void> = Promise.resolve();

  function wake(): void {
    if (closed || isQueued) return;
    isQueued = true;
    job = job.then(async () => {
      isQueued = false;
      try {
        while (!closed && (await round()) === AT_ONCE) await new Promise((done) => setImmediate(done));
        await wakeWhenDue();
      } catch (cause) {
        log(`index: ${work.name} wait. ${messageOf(cause)}`);
        wakeIn(FIRST_RETRY_MS);
      }
    });
  }

  /** How many were due. */
  async function round(): Promise<number> {
    const due = await index
      .selectFrom("awaited")
      .selectAll()
      .where("work", "=", work.work)
      .where("due_ms", "<=", Date.now())
      .orderBy("due_ms")
      .orderBy("block", "desc")
      .orderBy("item")
      .limit(AT_ONCE)
      .execute();
    for (const one of due) {
      if (closed) break;
      await tryOne(one);
    }
    return due.length;
  }

  async function tryOne(one: Awaited): Promise<void> {
    const { item } = one;
    try {
      await work.read(item);
      said.delete(item);
    } catch (cause) {
      const isForGood = cause instanceof NeverRight;
      say(item, work.said(item, messageOf(cause), isForGood));
      if (isForGood) await work.giveUp(item);
      else await waitFor(one, cause instanceof NotStored ? cause : null);
    }
  }

  async function waitFor(one: Awaited, missing: NotStored | null): Promise<void> {
    const now = Date.now();
    const waitMs = Math.min(LAST_RETRY_MS, Math.max(firstRetryMs, 2 * one.wait_ms));
    const sinceMs = missing === null ? one.since_ms : (one.since_ms ?? now);
    const isOver = sinceMs !== null && now - sinceMs >= patienceMs;
    if (isOver) log(`index: ${one.cid} is not looked for any more, until it is put here`);
    await index
      .updateTable("awaited")
      .set((row) => ({
        ...(missing === null ? {} : { cid: missing.cid, tries: row("tries", "+", 1) }),
        ...{ wait_ms: waitMs, since_ms: sinceMs, due_ms: isOver ? NEVER_MS : now + waitMs },
      }))
      .where("work", "=", work.work)
      .where("item", "=", one.item)
      // Else another entry named it meanwhile, or it was put here.
      .where("due_ms", "=", one.due_ms)
      .execute();
  }

  function say(item: string, line: string): void {
    if (said.get(item) === line) return;
    log(`index: ${line}`);
    said.set(item, line);
    const [oldest] = said.keys();
    if (said.size > MOST_SAID && oldest !== undefined) said.delete(oldest);
  }

  async function wakeWhenDue(): Promise<void> {
    const next = await index
      .selectFrom("awaited")
      .select("due_ms")
      .where("work", "=", work.work)
      .orderBy("due_ms")
      .limit(1)
      .executeTakeFirst();
    // Another process may be given the document in between.
    if (next !== undefined) wakeIn(Math.min(LAST_RETRY_MS, next.due_ms - Date.now()));
  }

  function wakeIn(milliseconds: number): void {
    clearTimeout(timer);
    if (!closed) timer = setTimeout(wake, Math.max(0, milliseconds));
  }

  return {
    wake,
    idle: () => job,
    async close() {
      closed = true;
      clearTimeout(timer);
      await job;
    },
  };
}

/** In the transaction that keeps what was read of it. */
async function noLonger(index: Kysely<IndexTables>, { work, item }: Pick<Awaited, "work" | "item">): Promise<void> {
  await index.deleteFrom("awaited").where("work", "=", work).where("item", "=", item).execute();
}

/** Something that may be waited for was stored here: it is looked for again, however long it was missing. Whether it is waited for. */
async function documentCame(index: Kysely<IndexTables>, cid: string): Promise<boolean> {
  const { numUpdatedRows } = await index
    .updateTable("awaited")
    .set({ wait_ms: 0, due_ms: 0, since_ms: null })
    .where("cid", "=", cid)
    .where("due_ms", ">", 0)
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}
