/** Label runs over HTTP: a lot, serials, the list of their leaves as a file, and the LABEL entry. */
import { createHash, randomBytes, randomUUID } from "node:crypto";
import type { Group } from "../../protocol/batch.ts";
import { type Hex, hexOf, utf8 } from "../../protocol/bytes.ts";
import { labelEvent } from "../../protocol/document/epcis.ts";
import { makeEntry } from "../../protocol/entry.ts";
import { makeSerial, serialLeaves } from "../../protocol/label.ts";
import { treeRoot } from "../../protocol/merkle.ts";
import { addFile } from "../../server/blocks/file.ts";
import type { Recorder } from "./recorder.ts";

export type { Run };
export { aLot, aRun, randomSerials, sendAll };

interface Run {
  readonly group: Group;
  readonly subject: Hex;
  readonly root: Uint8Array;
  readonly cid: string;
  /** The list of leaves, not stored anywhere yet. */
  readonly list: Uint8Array;
}

const NET = 1n;
/** Answers at once, which for long runs is much faster than WebCrypto. */
const hashing = { sha256: (bytes: Uint8Array) => new Uint8Array(createHash("sha256").update(bytes).digest()) };

function randomSerials(count: number): readonly string[] {
  return Array.from({ length: count }, () => makeSerial(randomBytes(13)));
}

/** A product and a lot of it from outside, on the ledger and in the index. Amounts are thousandths of a kilogram, a piece is one of them. */
async function aLot(
  recorder: Recorder,
  amount: bigint,
): Promise<{ readonly lot: Uint8Array; readonly product: Uint8Array }> {
  const [first, second] = [recorder.takeNonce(), recorder.takeNonce()];
  const product = await recorder.product(first, { net: NET });
  const origin = await recorder.origin(second, product.subject, { amount });
  await sendAll(recorder, [first, [product]], [second, [origin]]);
  return { lot: origin.subject, product: product.subject };
}

/** A label run of these serials, made by the batch of `nonce`. Its document is stored, its list is not. */
async function aRun(recorder: Recorder, lot: Uint8Array, serials: readonly string[], nonce: bigint): Promise<Run> {
  const subject = await recorder.newId(nonce);
  const leaves = await serialLeaves(hashing, serials);
  const root = await treeRoot(hashing, leaves);
  const list = utf8(leaves.map((leaf) => `${hexOf(leaf)}\n`).join(""));
  const { cid } = await addFile(async () => {}, list);
  const document = labelEvent({
    ...{ subject: hexOf(subject), eventId: randomUUID(), occurredAtS: recorder.nowS, example: true },
    ...{
      lot: { gtin: null, lotNumber: "TEST-1" },
      lotSubject: hexOf(lot),
      count: serials.length,
      net: NET,
      uom: "KGM",
    },
    root: hexOf(root),
    leaves: { cid: cid.toString(), mediaType: "text/csv", size: list.length, name: "leaves.csv" },
  });
  const content = await recorder.put(document);
  const args = { index: 0, lot, certificate: new Uint8Array(32), count: BigInt(serials.length), root };
  const group = { subject, entries: [makeEntry("LABEL", { occurredAtS: recorder.nowS, content, args })] };
  return { group, subject: hexOf(subject), root, cid: cid.toString(), list };
}

/** Sends one batch after another and waits for each to be final. */
async function sendAll(
  recorder: Recorder,
  ...batches: readonly (readonly [bigint, readonly Group[]])[]
): Promise<void> {
  for (const [nonce, groups] of batches) {
    const batch = await recorder.sign(groups, { nonce });
    const answer = await recorder.send(batch);
    const settled = answer.status < 300 ? await recorder.settled(batch.hash) : answer.body;
    if (settled.state !== "final") throw new Error(`a batch was not taken: ${JSON.stringify(settled)}`);
  }
}
