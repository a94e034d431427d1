/** What a whole Furrow is started with, and what whoever started it has in hand (`main.ts` puts it together). */
import type { RequestListener } from "node:http";
import type { Deployment } from "../protocol/history.ts";
import type { Clock } from "./clock.ts";
import type { Config } from "./config.ts";
import type { ExampleMaker } from "./example.ts";
import type { Always } from "./invite/invitations.ts";
import type { Admission, Admitted } from "./operator.ts";
import type { ExampleShown } from "./shown.ts";
import type { Tls } from "./tls.ts";

export type { Furrow, StartOptions };

interface StartOptions {
  readonly config: Config;
  /** Set: an empty folder gets an example's days, from this time on (seconds). */
  readonly exampleFromS: number | null;
  /** Reads what the example's maker kept in the data folder; null when there is none. */
  readonly readExample: (folder: string) => ExampleShown | null;
  /** What `npm run build:web` made (dist/web); null: a server without pages. */
  readonly webFolder: string | null;
  /** A line a step, for the person who started it. */
  readonly log: (line: string) => void;
  /** What went wrong inside, with its cause. */
  readonly logError: (line: string, cause?: unknown) => void;
  /** Whether people may practise below `/practice`, on a ledger of their own. */
  readonly practice?: boolean;
  /** An invitation that is always open, as on a practice ledger. */
  readonly always?: Always;
  /** Set: it has no port of its own, and gets what is asked below this address. */
  readonly base?: string;
  /** Seconds; the machine's clock unless a test has its own. */
  readonly clock?: Clock;
}

interface Furrow {
  /** 0 and empty where PARTS names no API. */
  readonly port: number;
  readonly address: string;
  readonly lanAddress: string | null;
  /** What answers at its port, for who hands it requests in another way; null where PARTS names no API. */
  readonly answer: RequestListener | null;
  /** What phones are told to trust, where this server speaks TLS itself. */
  readonly authority: Tls["authority"] | null;
  readonly deployment: Deployment;
  /** null when there is no example to be made. */
  readonly example: ExampleMaker | null;
  admit(admission: Admission): Promise<Admitted>;
  /** Resolves when all that can be settled now is settled and indexed, as far as this process does that. */
  settled(): Promise<void>;
  close(): Promise<void>;
}
