/**
 * A whole server for tests: real chain, blocks and SQL in a temporary folder, a free port on the loopback address.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Hex } from "../../protocol/bytes.ts";
import { buildWeb } from "../../scripts/build-web.ts";
import { ROOT } from "../../scripts/house/root.ts";
import type { Clock } from "../../server/clock.ts";
import { readConfig } from "../../server/config.ts";
import type { Furrow } from "../../server/furrow.ts";
import { startFurrow } from "../../server/main.ts";
import { watchAnswers } from "./fits.ts";
import { makeKey, Recorder } from "./recorder.ts";

export type { ServerOptions, TestServer };
export { fastClock, seasonClock, startServer, temporaryFolder };

interface ServerOptions {
  /** An existing data folder; else a new one, removed at the end. */
  readonly folder?: string;
  /** fast (default): no block waits for a second to pass · machine: real time · a clock of the test's own. */
  readonly clock?: "fast" | "machine" | Clock;
  /** Set: the folder is born with an example to be made, from this time on. */
  readonly exampleFromS?: number;
  /** With the pages, as built last; without: the API alone. */
  readonly pages?: boolean;
  /** With what answers below `/practice`. */
  readonly practice?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  readonly logError?: (line: string, cause?: unknown) => void;
}

interface TestServer {
  readonly furrow: Furrow;
  /** `http://localhost:port`. */
  readonly address: string;
  readonly folder: string;
  /** What it told the person who started it. */
  readonly lines: readonly string[];
  /** A new organisation whose manager's key this is. */
  admitRecorder(roles?: readonly string[]): Promise<Recorder>;
  /** Ends the server and leaves the folder. */
  stop(): Promise<void>;
  /** Ends the server and removes the folder when it is temporary. */
  close(): Promise<void>;
}

async function builtPages(): Promise<string> {
  await buildWeb();
  return join(ROOT, "dist/web");
}

/** A clock that goes a second on at each look, from the machine's time: blocks follow each other without waiting. */
function fastClock(): Clock {
  let nowS = Math.floor(Date.now() / 1000);
  return () => {
    nowS += 1;
    return nowS;
  };
}

/** A clock that begins on a day of the test's own, goes as fast as any, and goes on by as much as the test says. */
function seasonClock(fromS: number): {
  readonly clock: Clock;
  readonly nowMs: () => number;
  goOn(seconds: number): void;
} {
  let aheadMs = fromS * 1000 - Date.now();
  const nowMs = () => Date.now() + aheadMs;
  return {
    clock: () => nowMs() / 1000,
    nowMs,
    goOn(seconds) {
      aheadMs += seconds * 1000;
    },
  };
}

function temporaryFolder(): { readonly path: string; remove(): void } {
  const parent = mkdtempSync(join(tmpdir(), "furrow-test-"));
  return { path: join(parent, "data"), remove: () => rmSync(parent, { recursive: true, force: true }) };
}

async function startServer(options: ServerOptions = {}): Promise<TestServer> {
  const temporary = options.folder === undefined ? temporaryFolder() : null;
  const folder = options.folder ?? temporary?.path ?? "";
  const lines: string[] = [];
  const furrow = await startFurrow({
    config: readConfig(options.env ?? {}, { data: folder, port: "0", host: "127.0.0.1" }),
    exampleFromS: options.exampleFromS ?? null,
    readExample: () => null,
    practice: options.practice ?? false,
    webFolder: options.pages === true ? await builtPages() : null,
    log: (line) => lines.push(line),
    logError: options.logError ?? (() => {}),
    ...(options.clock === "machine"
      ? {}
      : { clock: typeof options.clock === "function" ? options.clock : fastClock() }),
  });
  watchAnswers(furrow.address);
  return {
    furrow,
    address: furrow.address,
    folder,
    lines,
    async admitRecorder(roles = ["producer", "processor"]) {
      const signer = await makeKey();
      const { organisation } = await furrow.admit({
        name: { zh: "示例合作社", en: "Example cooperative" },
        ...{ roles, registration: null, checked: { en: "made for a test" }, phone: null, example: true },
        managerKey: { x: hexKey(signer.key.x), y: hexKey(signer.key.y) },
      });
      return Recorder.at(furrow.address, signer, organisation);
    },
    stop: () => furrow.close(),
    async close() {
      await furrow.close();
      temporary?.remove();
    },
  };
}

function hexKey(bytes: Uint8Array): Hex {
  return `0x${Buffer.from(bytes).toString("hex")}`;
}
