/**
 * Submissions a second through the API, each answered once it is on disk, beside bare inserts of the same rows into SQLite, each on
 * disk as well. Ours checks signature, nonce and documents in between, and the relay works on meanwhile.
 */
import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { startServer } from "../support/server.ts";
import { Filler } from "./filler.ts";
import { inTurns, type Measured } from "./ratio.ts";

export { submissions };

const TIMES = 300;
const ROUNDS = 5;
const TOGETHER = 16;

async function submissions(): Promise<Measured[]> {
  const server = await startServer({ clock: "machine" });
  const database = new DatabaseSync(join(server.folder, "bare.sqlite"));
  try {
    const filler = await Filler.on(server.furrow);
    const signed = await Promise.all(Array.from({ length: TIMES * (ROUNDS + 1) }, () => filler.small()));
    database.exec(
      "pragma journal_mode = wal; pragma synchronous = full; create table bare (id integer primary key, bytes blob)",
    );
    const insert = database.prepare("insert into bare (bytes) values (?)");
    const send = async ({ bytes }: (typeof signed)[number]): Promise<void> => {
      const body = JSON.stringify({ batches: [Buffer.from(bytes).toString("base64url")] });
      const headers = { "content-type": "application/json" };
      const { status } = await fetch(`${server.address}/api/batches`, { method: "POST", headers, body });
      if (status !== 202) throw new Error(`a batch was answered ${status}`);
    };
    const ours = async (): Promise<number> => {
      const batches = signed.splice(0, TIMES);
      const begunMs = performance.now();
      await Promise.all(
        Array.from({ length: TOGETHER }, async () => {
          for (let one = batches.pop(); one !== undefined; one = batches.pop()) await send(one);
        }),
      );
      const tookMs = performance.now() - begunMs;
      // What the relay still has to do would weigh on the other side.
      await server.furrow.settled();
      return TIMES / (tookMs / 1000);
    };
    const beside = async (): Promise<number> => {
      const bytes = new Uint8Array(signed[0]?.bytes ?? new Uint8Array(229));
      const begunMs = performance.now();
      for (let n = 0; n < TIMES; n++) insert.run(bytes);
      return TIMES / ((performance.now() - begunMs) / 1000);
    };
    await ours();
    const found = await inTurns(ROUNDS, ours, beside);
    const name = "submissions a second, each on disk when answered, beside bare inserts on disk";
    return [{ name, ...found, unit: "/s", goal: null }];
  } finally {
    database.close();
    await server.close();
  }
}
