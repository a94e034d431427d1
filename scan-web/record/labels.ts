/**
 * The serials of a run of labels: made on the phone when the record is saved, so that they can be printed at once and offline. They stay
 * here; what is published is the file of their leaves (docs/ledger.md §12, §13).
 */
import { hexOf, utf8 } from "../../protocol/bytes.ts";
import { cidOf } from "../../protocol/cid.ts";
import { makeSerial, serialLeaves } from "../../protocol/label.ts";
import { treeRoot } from "../../protocol/merkle.ts";
import type { StoredFile, StoredRecord } from "./db.ts";
import { hashing } from "./key.ts";

export type { Run };
export { makeRun };

interface Run {
  readonly serials: readonly string[];
  readonly labels: NonNullable<StoredRecord["labels"]>;
  readonly file: StoredFile;
}

const RANDOM_BYTES = 13;

/** @param before serials of the same record that are there already, printed perhaps: the first of the run */
async function makeRun(count: number, before: readonly string[]): Promise<Run> {
  const serials = before.slice(0, count);
  while (serials.length < count) serials.push(makeSerial(crypto.getRandomValues(new Uint8Array(RANDOM_BYTES))));
  const leaves = await serialLeaves(hashing, serials);
  const bytes = utf8(leaves.map((leaf) => `${hexOf(leaf)}\n`).join(""));
  const cid = cidOf(await hashing.sha256(bytes), "raw");
  const [name, mediaType, size] = ["leaves.csv", "text/csv", bytes.length];
  const blob = new Blob([bytes], { type: mediaType });
  return {
    serials,
    labels: { root: hexOf(await treeRoot(hashing, leaves)), leaves: { cid, mediaType, size, name } },
    file: { cid, blob, mediaType, name, size, sealed: null },
  };
}
