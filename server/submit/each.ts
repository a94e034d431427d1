/**
 * Taking in what a phone sends when it syncs: documents first, then each batch by itself, so that one that cannot be taken holds up no
 * other. Whatever is told was committed to disk before.
 */
import { setImmediate } from "node:timers/promises";
import { type Hex, hexOf, utf8 } from "../../protocol/bytes.ts";
import { Problem, problems } from "../../protocol/problem.ts";
import { checkBatch, type KnownBatch, readBatch } from "./check.ts";
import type { Documents, Stored } from "./documents.ts";
import type { Receipt, Why } from "./receipt.ts";
import { knownReceipt, rememberLast, type SubmitParts } from "./submit.ts";

export type { EachParts, Refusals, Taken };
export { takeEach };

interface EachParts extends SubmitParts {
  readonly keep: Documents["keep"];
  /** Says that a document was stored here. */
  readonly stored: (document: Stored) => void;
}

/** Documents that were refused, by their digests. */
type Refusals = ReadonlyMap<Hex, Why>;

interface Taken {
  /** One for each batch, in their order. One whose bytes are no batch is named by their SHA-256, for it has no hash. */
  readonly receipts: readonly Receipt[];
  readonly refusals: Refusals;
}

/**
 * @param documents canonical JSON, a text each
 * @throws what says nothing of a batch: the chain, the database or the disk is not at hand. What was committed until then stays
 */
async function takeEach(
  parts: EachParts,
  { documents, batches }: { readonly documents: readonly string[]; readonly batches: readonly Uint8Array[] },
): Promise<Taken> {
  const refusals = new Map<Hex, Why>();
  for (const text of documents) {
    const bytes = utf8(text);
    try {
      parts.stored(await parts.keep(bytes));
    } catch (cause) {
      refusals.set(hexOf(await parts.primitives.sha256(bytes)), refusalIn(cause));
    }
    // Checking one keeps the process busy for a moment: others have their turn in between.
    await setImmediate();
  }
  const reading = { ...parts, documentAt: rememberLast((digest) => documentAt(parts, refusals, digest)) };
  const receipts: Receipt[] = [];
  try {
    for (const bytes of batches) receipts.push(await takeOne(reading, bytes));
  } finally {
    // What was committed before it failed is brought to the ledger all the same: the phone may not come back for hours.
    if (batches.length > 0) parts.wake();
  }
  return { receipts, refusals };
}

async function takeOne(parts: SubmitParts, bytes: Uint8Array): Promise<Receipt> {
  let known: KnownBatch | null = null;
  try {
    known = await readBatch(parts.primitives, bytes, "");
    const here = await knownReceipt(parts, known);
    if (here !== null) return here;
    await checkBatch(parts, known, "");
    const [receipt] = await parts.outbox.add([{ known, at: "" }]);
    if (receipt === undefined) throw new Error(`the outbox took ${known.batch} without a receipt`);
    return receipt;
  } catch (cause) {
    const batch = known?.batch ?? hexOf(await parts.primitives.sha256(bytes));
    return { batch, state: "refused", block: null, reason: refusalIn(cause) };
  }
}

/** Why this one cannot be taken. @throws what is no fault of it */
function refusalIn(cause: unknown): Why {
  if (!(cause instanceof Problem) || problems[cause.type].status >= 500) throw cause;
  return { type: cause.type, at: cause.at, detail: cause.detail };
}

/** What came in this very request and was refused is not merely unknown. */
async function documentAt({ documentAt: read }: EachParts, refusals: Refusals, digest: Uint8Array) {
  const why = refusals.get(hexOf(digest));
  const document = await read(digest);
  if (document === null && why !== undefined) throw new Problem(why.type, why.at, why.detail);
  return document;
}
