/**
 * Waiting for the index, whichever process makes it.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { Indexer } from "./indexer/follow.ts";
import type { PartHere } from "./part.ts";
import type { Progress } from "./resolve/progress.ts";

export { reached };

/** How often what another process did is looked for. */
const LOOK_MS = 250;

/** Resolves when the index has read `block`, here or in another process; rejects with the fault that stops it. */
async function reached(indexer: PartHere<Indexer>, progress: Progress, block: number): Promise<void> {
  if (indexer.now !== null) return await indexer.now.reached(block);
  for (;;) {
    const { checked, fault } = await progress.status();
    if (fault !== null) throw new Error(fault);
    if (checked !== null && checked >= block) return;
    await pause(LOOK_MS);
  }
}
