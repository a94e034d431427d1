/**
 * Rows of the outbox that await a subject which some other batch makes: how many of a recorder's may wait, and which of them go on
 * when it is there.
 */
import type { Kysely } from "kysely";
import type { Hex } from "../../protocol/bytes.ts";
import { Problem } from "../../protocol/problem.ts";
import type { KeptTables } from "../store/kept-tables.ts";
import type { KnownBatch } from "./check.ts";

export { checkRoom, MAX_PARAMETERS, MAX_WAITING, release };

/**
 * Batches of one recorder that wait here at once: some days of a busy phone, and at most 32 MiB. What waits for a subject that
 * never comes would else fill the disk.
 */
const MAX_WAITING = 1_000;
/** So many more where they make what others await. */
const MAX_MAKERS = 1_000;

/** Values in one SQL statement, well below every engine's limit. */
const MAX_PARAMETERS = 500;

/**
 * Batches that make what another one awaits are let in all the same: without them it could never go on.
 * @throws Problem `too-many-waiting`
 */
async function checkRoom(all: Kysely<KeptTables>, recorder: Hex, { makes }: KnownBatch, at: string): Promise<void> {
  const row = await all
    .selectFrom("outbox")
    .select((rows) => rows.fn.countAll<number>().as("count"))
    .where("recorder", "=", recorder)
    .where("state", "in", ["waiting", "sent"])
    .executeTakeFirst();
  const count = Number(row?.count ?? 0);
  if (count <= MAX_WAITING) return;
  for (let n = 0; n < makes.length && count <= MAX_WAITING + MAX_MAKERS; n += MAX_PARAMETERS) {
    const some = makes.slice(n, n + MAX_PARAMETERS);
    const awaited = await all.selectFrom("outbox").select("batch").where("awaits", "in", some).executeTakeFirst();
    if (awaited !== undefined) return;
  }
  throw new Problem("too-many-waiting", at, `${count - 1} batches of ${recorder} wait here already`);
}

/** Lets the batches that await one of these go on, and those that await what these make. */
async function release(all: Kysely<KeptTables>, subjects: readonly Hex[]): Promise<void> {
  const open = [...subjects];
  while (open.length > 0) {
    const some = open.splice(0, MAX_PARAMETERS);
    const rows = await all.selectFrom("outbox").select(["batch", "makes"]).where("awaits", "in", some).execute();
    if (rows.length === 0) continue;
    await all.updateTable("outbox").set({ awaits: null }).where("awaits", "in", some).execute();
    open.push(...rows.flatMap(({ makes }) => JSON.parse(makes) as Hex[]));
  }
}
