/**
 * The example: while it is being made through the API, by one who holds a token, everybody else is asked to come again.
 */
import { randomBytes, timingSafeEqual } from "node:crypto";
import type { Deployment } from "../protocol/history.ts";
import { Problem } from "../protocol/problem.ts";
import type { Chain } from "./chain/chain.ts";
import type { Clock, ExampleClock } from "./clock.ts";
import type { DataFolder } from "./folder.ts";
import { checkClock, recordExample } from "./ground.ts";
import type { Liar } from "./http/lies/liar.ts";
import { countScan, type Scan } from "./resolve/scans.ts";
import type { ExampleShown } from "./shown.ts";
import { keepForGood } from "./store/owner.ts";
import type { Store } from "./store/store.ts";

export type { ExampleMaker, Making };
export { homeExample, makingOf };

/** For whoever makes the example through the API, while everybody else is asked to come again. */
interface ExampleMaker {
  /** For `Authorization: Bearer …`; random, in memory only. */
  readonly token: string;
  /** The time of what happens next, in seconds; goes forward only. */
  setTime(timeS: number): void;
  /** For home: how many records there are by now. */
  progress(records: number): void;
  /** Counts openings of codes that nobody made. */
  plantScans(scans: readonly (Scan & { readonly times: number })[]): Promise<void>;
  /** The example is whole: real time begins, the API opens. @throws StartError when the machine's clock is behind it */
  finish(): Promise<void>;
}

interface Making {
  /** Whether the API is everybody's. */
  isOpen(): boolean;
  /** @throws Problem `not-yet-open` for whoever does not hold the token */
  checkOpen(authorization: string | undefined): void;
  /** How many there are by now. */
  records(): number;
  /** null when there is no example to be made. */
  readonly maker: ExampleMaker | null;
}

interface MakingParts {
  /** null when there is no example to be made. */
  readonly exampleClock: ExampleClock | null;
  readonly folder: DataFolder;
  readonly chain: Chain;
  readonly store: Store;
  /** Changed when the example is whole. */
  readonly record: { current: Deployment };
  readonly clock: Clock;
}

function makingOf({ exampleClock, folder, chain, store, record, clock }: MakingParts): Making {
  const token = randomBytes(32).toString("base64url");
  let records = 0;
  const isOpen = () => folder.marker.example !== "making";
  const checkOpen = (authorization: string | undefined) => {
    if (isOpen() || isSame(authorization ?? "", `Bearer ${token}`)) return;
    throw new Problem("not-yet-open", "", "the example is being made");
  };
  const maker = (of: ExampleClock): ExampleMaker => ({
    token,
    setTime: (timeS) => of.set(timeS),
    progress: (count) => {
      records = count;
    },
    async plantScans(scans) {
      for (const { times, ...scan } of scans) await countScan(store.kept, scan, times);
    },
    async finish() {
      const last = await chain.latest();
      checkClock(last, clock);
      const days = { fromS: folder.marker.genesisTimeS, untilS: last.timeS, untilBlock: last.number };
      record.current = await recordExample(folder, record.current, days);
      await keepForGood(store);
      of.useMachine();
    },
  });
  return {
    ...{ isOpen, checkOpen, records: () => records },
    maker: exampleClock === null ? null : maker(exampleClock),
  };
}

/** What home shows of the finished example; a planted lie may have changed the first bag's print. */
function homeExample(shown: ExampleShown | null, liar: Liar) {
  if (shown === null) return null;
  const { product, records, files, copied } = shown;
  const more = shown.more.map(({ about, bag }) => ({ about, code: bag.code }));
  const { code, fingerprint } = liar.bag({ code: shown.bag.code, fingerprint: shown.fingerprint });
  return { product, codes: [code, copied.code], more, fingerprint, records, files };
}

/** In equal time, whatever the guess. */
function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
