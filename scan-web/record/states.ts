/** What servers answer about batches becomes the states of records. */
import type { Db } from "./db.ts";
import type { Receipt } from "./receipt.ts";

export { takeReceipts };

/**
 * Takes receipts, each in one transaction (batch and its records together); one that names no batch of this phone is passed over.
 * final: records are final, with seq where it is told · waiting, sent: going · unknown: the batch is due again · refused: repair.ts says
 * which records need their person, and what is signed again at once. Gives how many batches are due again because of it, so that the
 * engine goes round once more.
 */
async function takeReceipts(_db: Db, _receipts: readonly Receipt[]): Promise<number> {
  throw new Error("not built yet");
}
