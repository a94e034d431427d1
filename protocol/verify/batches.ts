/**
 * Batches: does each group lie in the batch whose hash the log names (docs/ledger.md §4, §10.2)? Pure.
 */
import { decodeGroup, type Group, type Header, signedBytes, VERSION } from "../batch.ts";
import { equalBytes, type Hex, hexOf } from "../bytes.ts";
import { type OpenEntry, openEntry } from "../entry.ts";
import { leafHash, rootFromPath } from "../merkle.ts";
import type { Primitives } from "../sign.ts";
import { attempt, type OpenBatch, type OpenDeployment, type OpenedHistory } from "./open.ts";
import { together } from "./together.ts";

export type { CheckedBatch, CheckedGroup };
export { checkBatches };

interface CheckedGroup {
  readonly leaf: Uint8Array;
  /** Null where the bytes are not a group of this format. */
  readonly group: Group | null;
  readonly subject: Hex | null;
  /** With their args read. */
  readonly entries: readonly OpenEntry[];
  readonly inBatch: boolean;
}

interface CheckedBatch extends OpenBatch {
  readonly checked: ReadonlyMap<number, CheckedGroup>;
  /** The log was emitted by another contract than the ledger. */
  readonly foreign: boolean;
  /** What was signed; null where no group leads to the batch's hash. */
  readonly signed: Uint8Array | null;
}

async function checkBatches(primitives: Primitives, history: OpenedHistory): Promise<Map<Hex, CheckedBatch>> {
  const checked = await together(history.batches.values(), (batch) =>
    checkBatch(primitives, history.deployment, batch),
  );
  return new Map(checked.map((batch) => [batch.hash, batch]));
}

async function checkBatch(
  primitives: Primitives,
  deployment: OpenDeployment | null,
  batch: OpenBatch,
): Promise<CheckedBatch> {
  const checked = new Map<number, CheckedGroup>();
  const header = deployment === null ? null : headerOf(batch, deployment);
  let signed: Uint8Array | null = null;
  for (const { index, bytes, path } of batch.groups) {
    const leaf = await leafHash(primitives, bytes);
    const root = await rootFromPath(primitives, { leaf, index, size: batch.size, path });
    const said = header === null || root === null ? null : signedBytes(header, root);
    const inBatch = said !== null && equalBytes(await primitives.sha256(said), batch.hashBytes);
    if (inBatch) signed = said;
    const group = attempt(() => decodeGroup(bytes));
    // Two proofs of one place: the one that holds.
    if (checked.get(index)?.inBatch === true) continue;
    checked.set(index, {
      leaf,
      group,
      subject: group === null ? null : hexOf(group.subject),
      entries: group?.entries.map(openEntry) ?? [],
      inBatch,
    });
  }
  const foreign = deployment !== null && (batch.emitter === null || batch.emitter !== deployment.ledgerHex);
  return { ...batch, checked, foreign, signed };
}

function headerOf(batch: OpenBatch, { chainId, ledger }: OpenDeployment): Header {
  return { version: VERSION, chainId, ledger, recorder: batch.recorder, nonce: batch.nonce, seen: batch.seen };
}
