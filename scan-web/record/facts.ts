/** Looks at the browser for the self-test (checks.ts). Asks it for lasting storage where that is wanted; asks people nothing. */
import type { Basics, Facts } from "./checks.ts";

export type { Known };
export { findBasics, findFacts, modelName };

/** What the notebook knows already. Without one (the app cannot run here): nothing. */
interface Known {
  readonly offsetMs: number | null;
  readonly isAnswered: boolean | null;
}

const NOTHING: Known = { offsetMs: null, isAnswered: null };

/** Asks the browser for nothing. */
async function findBasics(): Promise<Basics> {
  return {
    userAgent: navigator.userAgent,
    isSecure: isSecureContext,
    // The types know no browser without them.
    hasSubtle: (globalThis.crypto as Crypto | undefined)?.subtle !== undefined,
    hasDatabase: await databaseOpens(),
  };
}

/** Never throws: what cannot be found out is null, or lacks. */
async function findFacts({ offsetMs, isAnswered }: Known = NOTHING): Promise<Facts> {
  const [estimate, isLasting, basics, isCameraRefused, isMicrophoneRefused] = await Promise.all([
    estimated(),
    lasting(),
    findBasics(),
    isRefused("camera"),
    isRefused("microphone"),
  ]);
  const { memory } = performance as { readonly memory?: { readonly jsHeapSizeLimit?: number } };
  return {
    ...basics,
    isLasting,
    ...estimate,
    memoryBytes: memory?.jsHeapSizeLimit ?? null,
    hasWorker: "serviceWorker" in navigator,
    offsetMs,
    nowMs: Date.now(),
    isAnswered,
    isCameraRefused,
    isMicrophoneRefused,
  };
}

/** The phone's model, where Chromium tells it to a page that asks; "" elsewhere. */
async function modelName(): Promise<string> {
  const { userAgentData } = navigator as {
    readonly userAgentData?: { getHighEntropyValues(names: readonly string[]): Promise<{ readonly model?: string }> };
  };
  const told = await userAgentData?.getHighEntropyValues(["model"]).catch(() => null);
  return told?.model ?? "";
}

function storage(): StorageManager | null {
  return navigator.storage ?? null;
}

async function estimated(): Promise<Pick<Facts, "roomBytes" | "quotaBytes">> {
  try {
    const { quota, usage } = (await storage()?.estimate()) ?? {};
    return quota === undefined
      ? { roomBytes: null, quotaBytes: null }
      : { roomBytes: Math.max(0, quota - (usage ?? 0)), quotaBytes: quota };
  } catch {
    return { roomBytes: null, quotaBytes: null };
  }
}

/** Asking twice does no harm; Chromium decides by itself, Firefox asks the person once. */
async function lasting(): Promise<boolean | null> {
  const asked = storage();
  // Safari before 15.2 has the one without the other.
  if (asked === null || typeof asked.persist !== "function") return null;
  try {
    return (await asked.persisted()) || (await asked.persist());
  } catch {
    return null;
  }
}

/** A private tab of some browsers has `indexedDB` and refuses to open one. */
function databaseOpens(): Promise<boolean> {
  return new Promise((tell) => {
    try {
      const opening = indexedDB.open("furrow-self-test", 1);
      opening.onsuccess = () => {
        opening.result.close();
        indexedDB.deleteDatabase("furrow-self-test");
        tell(true);
      };
      opening.onerror = () => tell(false);
    } catch {
      tell(false);
    }
  });
}

/** Firefox and Safari know neither name: then nothing is said. */
async function isRefused(name: "camera" | "microphone"): Promise<boolean> {
  try {
    return (await navigator.permissions.query({ name: name })).state === "denied";
  } catch {
    return false;
  }
}
