/**
 * Who of several processes does what only one may do: whoever holds an advisory lock of the database. It belongs to a connection,
 * so it falls to another process when its holder ends, is cut off or hangs.
 */
import { setTimeout as pause } from "node:timers/promises";
import { Client } from "pg";
import { clientConfig } from "./postgres.ts";

export type { Shift };
export { takeShifts };

interface Shift {
  /** Resolves after the first look: the work has begun here, or this process stands by. */
  readonly looked: Promise<void>;
  /** Ends the work and lets another process have it. */
  close(): Promise<void>;
}

interface ShiftOptions {
  readonly databaseUrl: string;
  /** The same in all processes that may do this work. */
  readonly name: string;
  /** Begins the work; its answer ends it. */
  readonly begin: () => () => Promise<void>;
  readonly log: (line: string) => void;
}

/** Between two looks of one that stands by, and between two signs of life of one that works. */
const LOOK_MS = 500;
const ALIVE_MS = 3_000;
/** The database ends a session that gave no sign of life for so long, and with it the lock. */
const SILENT = "15s";
const ANSWER_MS = 5_000;

/** Works whenever no other process does, until it is closed. */
function takeShifts({ databaseUrl, name, begin, log }: ShiftOptions): Shift {
  const closing = new AbortController();
  const looked = Promise.withResolvers<void>();
  let said = "";

  function say(line: string): void {
    if (line !== said) log(line);
    said = line;
  }

  async function run(): Promise<void> {
    while (!closing.signal.aborted) {
      const lost = Promise.withResolvers<void>();
      let client: Client | null = null;
      try {
        client = new Client({ ...clientConfig(databaseUrl), query_timeout: ANSWER_MS });
        client.on("error", () => lost.resolve());
        client.on("end", () => lost.resolve());
        await client.connect();
        await client.query(`set idle_session_timeout = '${SILENT}'`);
        while (!closing.signal.aborted && !(await hasLock(client, name))) {
          say(`the ${name} works in another process; this one stands by`);
          looked.resolve();
          await rest(LOOK_MS, closing.signal);
        }
        if (!closing.signal.aborted) await work(client, lost.promise);
      } catch (cause) {
        say(`the ${name} waits for the database. ${cause instanceof Error ? cause.message : cause}`);
        looked.resolve();
        await rest(LOOK_MS, closing.signal);
      } finally {
        await client?.end().catch(() => {});
      }
    }
    looked.resolve();
  }

  async function work(client: Client, lost: Promise<void>): Promise<void> {
    if (said !== "") say(`the ${name} works in this process now`);
    const end = begin();
    looked.resolve();
    try {
      const ended = Promise.race([lost, aborted(closing.signal)]);
      let isOver = false;
      void ended.then(() => {
        isOver = true;
      });
      while (!isOver) {
        await Promise.race([ended, pause(ALIVE_MS, null, { ref: false })]);
        if (!isOver) await client.query("select 1");
      }
    } finally {
      await end();
    }
    if (!closing.signal.aborted) say(`the ${name} has lost its connection to the database`);
  }

  const running = run();
  return {
    looked: looked.promise,
    async close() {
      closing.abort();
      await running;
    },
  };
}

async function hasLock(client: Client, name: string): Promise<boolean> {
  const { rows } = await client.query<{ held: boolean }>(
    "select pg_try_advisory_lock(hashtextextended($1, 0)) as held",
    [`furrow ${name}`],
  );
  return rows[0]?.held === true;
}

async function rest(milliseconds: number, signal: AbortSignal): Promise<void> {
  await pause(milliseconds, null, { signal }).catch(() => {});
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done();
    else signal.addEventListener("abort", () => done(), { once: true });
  });
}
