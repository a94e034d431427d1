/**
 * What waits to be sent: batches that are open are closed, their documents built and signed when a sync begins, and not before. So undo
 * and change cost nothing until then, and a clock found wrong can still be put right.
 */
import type { Hex } from "../../protocol/bytes.ts";
import type { Db } from "./db.ts";

export type { DueBatch };
export { asksOf, dueBatches, dueFiles, signOpen };

/** A signed batch that no server has on its disk yet. */
interface DueBatch {
  readonly nonce: string;
  readonly hash: Hex;
  readonly bytes: Uint8Array;
  readonly documents: readonly { readonly cid: string; readonly text: string }[];
  /** CIDs of files that its documents list and that no server has whole: the server refuses the batch before them. */
  readonly files: readonly string[];
}

/**
 * Closes and signs every open batch, each in one transaction of its own (batch, documents and records together); nothing is done where
 * the phone is not enrolled. What cannot be built any more needs its person. Gives how many were signed.
 */
async function signOpen(_db: Db): Promise<number> {
  throw new Error("not built yet");
}

/** Signed and not yet taken by a server, in the order of nonces. Reads only. */
async function dueBatches(_db: Db): Promise<readonly DueBatch[]> {
  throw new Error("not built yet");
}

/** Hashes to ask about: what servers have and is not final yet, older signatures under the same nonce included; oldest first. */
async function asksOf(_db: Db, _limit: number): Promise<readonly Hex[]> {
  throw new Error("not built yet");
}

/** CIDs of files of records that are not final and that no server has whole, oldest record first; those of open batches included. */
async function dueFiles(_db: Db): Promise<readonly string[]> {
  throw new Error("not built yet");
}
