/**
 * Practice: a whole second Furrow below `/practice`, with a ledger, a chain and a folder (`<data>/practice`) of its own, in this
 * process. It starts with the first request to it. Its chain id and its ledger's address are others than the real ones, so nothing
 * that is signed there counts here. The folder may be deleted at any time: practice then begins anew, as it does by itself at a start
 * that finds too much in it.
 */
import { existsSync } from "node:fs";
import { readdir, rename, rm, stat } from "node:fs/promises";
import type { RequestListener } from "node:http";
import { join } from "node:path";
import { Problem } from "../protocol/problem.ts";
import type { Config } from "./config.ts";
import type { Furrow, StartOptions } from "./furrow.ts";
import type { Always } from "./invite/invitations.ts";
import type { Said } from "./operator.ts";

export type { Practice, Practised };
export { openPractice, practising };

const SAID: Said = {
  name: { zh: "练习合作社", en: "Practice cooperative" },
  roles: ["producer", "processor", "trader", "carrier"],
  registration: null,
  checked: { zh: "练习用：谁都可以加入，什么也没有核对", en: "for practice: anybody may join, nothing was checked" },
  phone: null,
  example: true,
};

/** Everybody who asks gets an organisation of their own there. */
const PRACTICE: Always = { code: "PRACTICE", said: SAID, anHour: 60 };

/** Bytes of its folder: above that it begins anew when it is started, for nobody tidies up what was practised. */
const MOST = 256 * 1024 * 1024;

/** Requests wait so long for it to start; then they are asked to come again. */
const PATIENCE_MS = 30_000;
/** After a start that failed. */
const REST_MS = 10_000;

/** What runs there. */
interface Practised {
  readonly answer: RequestListener | null;
  close(): Promise<void>;
}

interface Practice {
  /** Starts it if it does not run. @throws Problem `starting` when that takes too long, or cannot be */
  answer(): Promise<RequestListener>;
  close(): Promise<void>;
}

interface PracticeParts {
  /** Its data folder. */
  readonly folder: string;
  readonly start: () => Promise<Practised>;
  readonly log: (line: string) => void;
  readonly logError: (line: string, cause?: unknown) => void;
}

/** All in its own folder, whatever the real one rests on. @param data the real one's folder */
function practiceConfig(config: Config): Config {
  return {
    ...config,
    ...{ data: join(config.data, "practice"), parts: new Set(["api", "indexer", "relay"] as const) },
    ...{ databaseUrl: null, kuboRpc: [], chainRpc: [], chainFinality: null, deployment: null, recordHost: null },
    ...{ moreRpc: [], moreGateways: [] },
  };
}

/** A whole Furrow like this one, without port, pages, example and practice. */
function practising(options: StartOptions, startFurrow: (options: StartOptions) => Promise<Furrow>): PracticeParts {
  const { log, logError } = options;
  const config = practiceConfig(options.config);
  const start = () => {
    let isUp = false;
    const started = startFurrow({
      ...options,
      ...{ config, exampleFromS: null, readExample: () => null, webFolder: null },
      ...{ practice: false, always: PRACTICE, base: "/practice" },
      // How a second one starts is of no interest; what befalls it later is.
      log: (line) => void (isUp && log(`practice: ${line}`)),
      logError: (line, cause) => logError(`practice: ${line}`, cause),
    });
    return started.finally(() => {
      isUp = true;
    });
  };
  return { folder: config.data, start, log, logError };
}

function openPractice({ folder, start, log, logError }: PracticeParts): Practice {
  let running: Promise<Practised> | null = null;
  let isUp = false;
  let isClosed = false;
  let restsUntilMs = 0;

  function begin(before: Promise<unknown>): Promise<Practised> {
    isUp = false;
    const own = before.then(() => emptyWhereFull(folder, log)).then(start);
    own.then(
      () => {
        isUp = true;
        log(`practice runs below /practice, on a ledger of its own in ${folder}`);
      },
      (cause: unknown) => {
        running = null;
        restsUntilMs = performance.now() + REST_MS;
        logError("practice could not be started, and is tried again when it is asked for", cause);
      },
    );
    return own;
  }

  async function end(): Promise<void> {
    const last = await running?.catch(() => null);
    await last?.close();
  }

  return {
    async answer() {
      if (isClosed) throw new Problem("starting", "", "the server is ending");
      if (isUp && !existsSync(join(folder, "furrow.json"))) {
        log("the practice folder was deleted: practice begins anew");
        running = begin(end().catch((cause: unknown) => logError("practice did not end in order", cause)));
      }
      if (running === null && performance.now() < restsUntilMs)
        throw new Problem("starting", "", "practice could not be started; the cause is in the server's log");
      running ??= begin(Promise.resolve());
      const { answer } = await inTime(running);
      if (answer === null) throw new Problem("starting", "", "practice answers nobody yet");
      return answer;
    },
    close() {
      isClosed = true;
      return end();
    },
  };
}

/** Before it is started: nobody has the folder open. */
async function emptyWhereFull(folder: string, log: (line: string) => void): Promise<void> {
  // Out of the way in one step: a kill in between leaves no half of a folder, which no start could read.
  const over = `${folder}-over`;
  await rm(over, { recursive: true, force: true });
  const bytes = await sizeOf(folder);
  if (bytes <= MOST) return;
  await rename(folder, over);
  log(`practice begins anew: its folder had ${Math.ceil(bytes / 2 ** 20)} MiB, more than ${MOST / 2 ** 20}`);
  await rm(over, { recursive: true, force: true });
}

/** In bytes; 0 where it is not there. */
async function sizeOf(folder: string): Promise<number> {
  if (!existsSync(folder)) return 0;
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  let bytes = 0;
  for (const one of found) if (one.isFile()) bytes += (await stat(join(one.parentPath, one.name))).size;
  return bytes;
}

/** Whoever waits hears nothing of why: that is in the log. */
async function inTime<T>(starting: Promise<T>): Promise<T> {
  const failed = new Problem("starting", "", "practice is being started");
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_done, fail) => {
    timer = setTimeout(fail, PATIENCE_MS, failed);
  });
  const own = starting.catch(() => Promise.reject(failed));
  return Promise.race([own, late]).finally(() => clearTimeout(timer));
}
