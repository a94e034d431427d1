/**
 * The self-test of a phone: from what was found about it, what is fine, what needs care, and what makes it useless for recording. The words of each
 * stand under `record.join.check.<id>`: what was looked at, `.fine`, and where something is wrong `.cause` and `.mend`. Pure.
 */
import { type InsideApp, insideApp } from "./browser.ts";

export type { Basics, CheckId, Facts, Finding };
export { CHECKS, judge, stops };

type CheckId =
  | "app"
  | "secure"
  | "signing"
  | "database"
  | "private"
  | "lasting"
  | "room"
  | "clock"
  | "worker"
  | "server"
  | "camera"
  | "microphone";

interface Facts {
  readonly userAgent: string;
  /** https, or this very machine. */
  readonly isSecure: boolean;
  readonly hasSubtle: boolean;
  /** IndexedDB was really opened. */
  readonly hasDatabase: boolean;
  /** What the browser answered to the wish that nothing be cleared; null: it cannot be asked, or was not yet. */
  readonly isLasting: boolean | null;
  /** Bytes that may still be stored, and that may be stored at all; null: the browser does not say. */
  readonly roomBytes: number | null;
  readonly quotaBytes: number | null;
  /** Chromium's limit of the page's memory; null elsewhere. */
  readonly memoryBytes: number | null;
  readonly hasWorker: boolean;
  /** Server's clock less this phone's; null: never measured. */
  readonly offsetMs: number | null;
  readonly nowMs: number;
  /** The server answered last time; null: it was not asked yet. */
  readonly isAnswered: boolean | null;
  /** Somebody said no to it. */
  readonly isCameraRefused: boolean;
  readonly isMicrophoneRefused: boolean;
}

/** Without these there is nothing to look at further. */
type Basics = Pick<Facts, "userAgent" | "isSecure" | "hasSubtle" | "hasDatabase">;

const UNKNOWN: Omit<Facts, keyof Basics> = {
  ...{
    isLasting: null,
    roomBytes: null,
    quotaBytes: null,
    memoryBytes: null,
    hasWorker: true,
    offsetMs: null,
    nowMs: 0,
  },
  ...{ isAnswered: null, isCameraRefused: false, isMicrophoneRefused: false },
};

type Finding =
  | { readonly id: "app"; readonly verdict: "fine" | "stop"; readonly app: InsideApp | null }
  | { readonly id: "clock"; readonly verdict: "fine" | "care"; readonly phoneS: number; readonly serverS: number }
  | { readonly id: "room"; readonly verdict: "fine" | "care"; readonly bytes: number }
  | { readonly id: Exclude<CheckId, "app" | "clock" | "room">; readonly verdict: "fine" | "care" | "stop" };

/** In the order in which they are shown. */
const CHECKS: readonly CheckId[] = [
  "app",
  "secure",
  "signing",
  "database",
  "private",
  "lasting",
  "room",
  "clock",
  "worker",
  "server",
  "camera",
  "microphone",
];

/** More than this is told: a record's hour would look odd. */
const CLOCK_MS = 5 * 60_000;
/** A day of sixty pictures takes some 12 MB; a browser clears pages long before the last byte. */
const LEAST_ROOM = 50_000_000;
/** A private tab is given a part of the memory instead of a part of the disk; Chromium's own limits differ by these much. */
const LEAST_QUOTA = 120_000_000;
const MEMORIES = 2;

/** Checks about which nothing is known are left out. */
function judge(facts: Facts): readonly Finding[] {
  const { roomBytes, offsetMs, nowMs } = facts;
  const found: (Finding | null)[] = [
    { id: "app", verdict: insideApp(facts.userAgent) === null ? "fine" : "stop", app: insideApp(facts.userAgent) },
    { id: "secure", verdict: facts.isSecure ? "fine" : "stop" },
    // Over plain http no browser offers it: that is said once, above.
    facts.isSecure ? { id: "signing", verdict: facts.hasSubtle ? "fine" : "stop" } : null,
    { id: "database", verdict: facts.hasDatabase ? "fine" : "stop" },
    facts.hasDatabase && looksPrivate(facts) ? { id: "private", verdict: "care" } : null,
    facts.isLasting === null ? null : { id: "lasting", verdict: facts.isLasting ? "fine" : "care" },
    roomBytes === null ? null : { id: "room", verdict: roomBytes < LEAST_ROOM ? "care" : "fine", bytes: roomBytes },
    offsetMs === null
      ? null
      : {
          id: "clock",
          verdict: Math.abs(offsetMs) > CLOCK_MS ? "care" : "fine",
          ...{ phoneS: Math.floor(nowMs / 1000), serverS: Math.floor((nowMs + offsetMs) / 1000) },
        },
    facts.isSecure ? { id: "worker", verdict: facts.hasWorker ? "fine" : "care" } : null,
    facts.isAnswered === null ? null : { id: "server", verdict: facts.isAnswered ? "fine" : "care" },
    facts.isCameraRefused ? { id: "camera", verdict: "care" } : null,
    facts.isMicrophoneRefused ? { id: "microphone", verdict: "care" } : null,
  ];
  return found.filter((one) => one !== null);
}

/** What makes a key pointless here: it would be lost, or cannot be made at all. Another app's window alone is enough said. */
function stops(facts: Basics): readonly Finding[] {
  const wrong = judge({ ...UNKNOWN, ...facts }).filter(({ verdict }) => verdict === "stop");
  return wrong[0]?.id === "app" ? wrong.slice(0, 1) : wrong;
}

/** A guess, since no browser says it: so it is told, and forbids nothing. */
function looksPrivate({ isLasting, quotaBytes, memoryBytes }: Facts): boolean {
  if (isLasting === true || quotaBytes === null) return false;
  return memoryBytes === null ? quotaBytes < LEAST_QUOTA : quotaBytes < MEMORIES * memoryBytes;
}
