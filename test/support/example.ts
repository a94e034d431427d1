/** A real server with the example made on it, as `npm start` makes it, for tests that need all of it. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Hex } from "../../protocol/bytes.ts";
import type { History } from "../../protocol/history.ts";
import type { Heads } from "../../protocol/verify/report.ts";
import { httpField } from "../../scripts/example/field.ts";
import { keepExample, type MadeExample, readExample } from "../../scripts/example/kept.ts";
import { EXAMPLE_FROM_S, type PlantedScan, seedExample } from "../../scripts/seed.ts";
import { readConfig } from "../../server/config.ts";
import type { Furrow } from "../../server/furrow.ts";
import { startFurrow } from "../../server/main.ts";
import { watchAnswers } from "./fits.ts";

export type { Grown };
export { growExample, stopExample };

interface Grown {
  readonly furrow: Furrow;
  readonly folder: string;
  readonly made: MadeExample;
  readonly scans: readonly PlantedScan[];
  /** As `GET /api/lots/{lot}/history` gives it; without a lot that of the home page's bag. */
  historyOf(code: string, lot?: Hex): Promise<History>;
  /** The words of all its subjects, read from the chain. */
  headsOf(history: History): Promise<Heads>;
  nextNonce(recorder: Hex): Promise<bigint>;
  /** Ends the server and deletes its folder. */
  end(): Promise<void>;
}

interface GrowOptions {
  /** Where it was begun before; else a new one. */
  readonly folder?: string;
  /** dist/web as `npm run build:web` makes it; without it the server has no pages. */
  readonly webFolder?: string;
}

/** Everything is made, final and indexed when it resolves. */
async function growExample({ folder = newFolder(), webFolder }: GrowOptions = {}): Promise<Grown> {
  const { furrow, said } = await startOn(folder, webFolder);
  try {
    const scans: PlantedScan[] = [];
    const made = await seedExample({
      ...seedOptions(furrow),
      async plantScans(planted) {
        scans.push(...planted);
        await furrow.example?.plantScans(planted);
      },
    });
    await furrow.settled();
    await keepExample(folder, made);
    await furrow.example?.finish();
    const { address } = furrow;
    const ask = async (path: string): Promise<unknown> => {
      const answer = await fetch(new URL(path, address));
      if (!answer.ok) throw new Error(`${path} was answered ${answer.status}: ${await answer.text()}`);
      return answer.json();
    };
    return {
      ...{ furrow, folder, made, scans },
      async historyOf(code, lot = made.example.lot) {
        await furrow.settled();
        return (await ask(`/api/lots/${lot}/history?code=${encodeURIComponent(code)}`)) as History;
      },
      async headsOf({ subjects, asOf, deployment }) {
        const field = httpField({ address, token: null });
        const words = await Promise.all(
          subjects.map(async ({ id }) => [id, `0x${Buffer.from(await field.word(id)).toString("hex")}`] as const),
        );
        const { chainId } = deployment;
        return { words: Object.fromEntries(words), block: asOf.number, source: "rpc", origin: address, chainId };
      },
      nextNonce: async (recorder) =>
        BigInt(((await ask(`/api/recorders/${recorder}`)) as { nextNonce: string }).nextNonce),
      async end() {
        await furrow.close();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  } catch (cause) {
    await furrow.close();
    throw new Error(`the example was not made; the server said: ${said.join(" · ")}`, { cause });
  }
}

/** The folder of a server that ended when the example had so many records. */
async function stopExample(afterRecords: number): Promise<string> {
  const folder = newFolder();
  const { furrow } = await startOn(folder);
  const progress = (records: number) => {
    if (records >= afterRecords) throw new Error("stopped");
  };
  const stopped = await seedExample({ ...seedOptions(furrow), progress, plantScans: async () => {} }).catch(() => null);
  await furrow.close();
  if (stopped !== null) throw new Error(`the example has fewer than ${afterRecords} records`);
  return folder;
}

async function startOn(
  folder: string,
  webFolder: string | null = null,
): Promise<{ readonly furrow: Furrow; readonly said: readonly string[] }> {
  const said: string[] = [];
  const furrow = await startFurrow({
    config: readConfig({}, { data: folder, port: "0", host: "127.0.0.1" }),
    ...{ exampleFromS: EXAMPLE_FROM_S, readExample, webFolder },
    log: (line) => void said.push(line),
    logError: (line, cause) => void said.push(`${line} ${String(cause ?? "")}`),
  });
  watchAnswers(furrow.address);
  return { furrow, said };
}

function seedOptions({ address, example, admit }: Furrow) {
  if (example === null) throw new Error("this folder gets no example");
  return {
    ...{ address, seedToken: example.token, admit, log: () => {} },
    clock: { set: (timeS: number) => example.setTime(timeS) },
    random: (length: number) => new Uint8Array(randomBytes(length)),
  };
}

function newFolder(): string {
  return mkdtempSync(join(tmpdir(), "furrow-example-"));
}
