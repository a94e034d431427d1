/**
 * Taking batches in: all of a request are checked, then all are put into the outbox in one commit, then the answer.
 */
import { type Hex, hexOf } from "../../protocol/bytes.ts";
import { Problem } from "../../protocol/problem.ts";
import type { Accepted } from "../chain/ledger.ts";
import { type CheckParts, checkBatch, type KnownBatch, readBatch } from "./check.ts";
import type { Outbox } from "./outbox.ts";
import type { Receipt } from "./receipt.ts";

export type { SubmitParts };
export { knownReceipt, receiptFor, receiptsFor, rememberLast, submitBatches };

interface SubmitParts extends CheckParts {
  readonly outbox: Outbox;
  /** What the ledger says of the batch when it holds it already, by whomever it was relayed. */
  readonly accepted: (batch: Hex) => Promise<Accepted | null>;
  /** Called after the commit. */
  readonly wake: () => void;
}

/**
 * Resolves once every batch is on disk (or was there, or is on the ledger already), never before.
 * @throws Problem with its place in `{"batches": […]}`; nothing of the request is stored then
 */
async function submitBatches(parts: SubmitParts, batches: readonly Uint8Array[]): Promise<readonly Receipt[]> {
  const known: { known: KnownBatch; at: string }[] = [];
  for (const [n, bytes] of batches.entries()) {
    const at = `/batches/${n}`;
    known.push({ known: await readBatch(parts.primitives, bytes, at), at });
  }
  checkOwnNonces(known);
  const here = new Map<Hex, Receipt>();
  const reading = { ...parts, documentAt: rememberLast(parts.documentAt) };
  for (const { known: one, at } of known) {
    const receipt = await knownReceipt(parts, one);
    if (receipt !== null) here.set(one.batch, receipt);
    else await checkBatch(reading, one, at);
  }
  const added = await parts.outbox.add(known.filter(({ known: one }) => !here.has(one.batch)));
  for (const receipt of added) here.set(receipt.batch, receipt);
  parts.wake();
  return known.flatMap(({ known: one }) => here.get(one.batch) ?? []);
}

/** For a batch that need not be taken in again. The ledger's logs are searched only where its nonce says that it may be there. */
async function knownReceipt(parts: SubmitParts, { batch, header }: KnownBatch): Promise<Receipt | null> {
  const receipt = await parts.outbox.find(batch);
  if (receipt !== null && receipt.state !== "refused") return receipt;
  if (!(await parts.nonceUsed(hexOf(header.recorder), header.nonce))) return null;
  const found = await receiptFor(parts, batch);
  return found?.state === "final" ? found : null;
}

/** What is known of a batch: from the outbox, else from the ledger; null when neither has it. */
async function receiptFor(
  { outbox, accepted }: Pick<SubmitParts, "outbox" | "accepted">,
  batch: Hex,
): Promise<Receipt | null> {
  const receipt = await outbox.find(batch);
  if (receipt !== null && receipt.state !== "refused") return receipt;
  // "Refused" is what this relay found; another one may have brought the same batch in since.
  const found = await accepted(batch);
  return found === null ? receipt : { batch, state: "final", block: found.block, reason: null };
}

/** The same of many at once; what neither has is left out. @param acceptedAmong those of them that the ledger holds */
async function receiptsFor(
  outbox: Pick<Outbox, "findAll">,
  acceptedAmong: (batches: readonly Hex[]) => Promise<readonly Pick<Accepted, "batch" | "block">[]>,
  batches: readonly Hex[],
): Promise<ReadonlyMap<Hex, Receipt>> {
  const here = await outbox.findAll(batches);
  const receipts = new Map(here);
  const open = batches.filter((batch) => (here.get(batch)?.state ?? "refused") === "refused");
  for (const { batch, block } of open.length === 0 ? [] : await acceptedAmong(open))
    receipts.set(batch, { batch, state: "final", block, reason: null });
  return receipts;
}

/** Documents of up to 256 KiB: one request names the same again and again, on forty plots or in twenty batches. */
const REMEMBERED = 32;

function rememberLast(read: CheckParts["documentAt"]): CheckParts["documentAt"] {
  const last = new Map<Hex, ReturnType<typeof read>>();
  return (digest) => {
    const name = hexOf(digest);
    const document = last.get(name) ?? read(digest);
    last.delete(name);
    last.set(name, document);
    const [oldest] = last.keys();
    if (last.size > REMEMBERED && oldest !== undefined) last.delete(oldest);
    return document;
  };
}

function checkOwnNonces(batches: readonly { readonly known: KnownBatch; readonly at: string }[]): void {
  const taken = new Map<string, Hex>();
  for (const { known, at } of batches) {
    const name = `${known.header.recorder.join()} ${known.header.nonce}`;
    const other = taken.get(name) ?? known.batch;
    if (other !== known.batch) {
      throw new Problem(
        "nonce-used",
        `${at}/header/nonce`,
        `nonce ${known.header.nonce} is also that of batch ${other} in this request`,
      );
    }
    taken.set(name, other);
  }
}
