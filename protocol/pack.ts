/**
 * Packing: many groups into as few batches as may be (docs/ledger.md §4 and §9), for whoever has more to record than one batch takes, as
 * five hundred consignments of one truck. Pure.
 *
 * Order is kept, within a batch and from batch to batch, so that what is made comes before what needs it. With the order fixed, filling
 * each batch before the next is begun gives the fewest.
 *
 * The id of a new subject depends on nonce and index (§3), hence on the batch that it falls into. So packing comes first: a group that
 * makes something is handed in under any id of the caller's own (none twice; all zero for one that nobody names) and with any index;
 * `Placed` says which nonce and index it has. The caller then names ids, builds documents, and makes the groups that it signs.
 * Neither ids nor documents change a group's size or cost.
 */
import type { Group } from "./batch.ts";
import { encodeGroup, HEADER_BYTES, MAX_BATCH_BYTES, MAX_GROUPS, newIndexes, SIGNATURE_BYTES } from "./batch.ts";
import type { Hex } from "./bytes.ts";
import { equalBytes, hexOf, isZero } from "./bytes.ts";
import { openEntry } from "./entry.ts";
import { entryGas, GAS_OF_BATCH, GAS_OF_BYTE, GAS_OF_GROUP } from "./gas.ts";
import { kindByNumber } from "./kinds/all.ts";
import { Problem } from "./problem.ts";

export type { Parcel, Placed };
export { estimateGas, MAX_BATCH_GAS, pack };

/** One batch to be signed. */
interface Parcel {
  readonly nonce: bigint;
  /** In order; at least one. */
  readonly groups: readonly Placed[];
  /** As sent, signature included. */
  readonly bytes: number;
  /** Estimated: what a call with this batch alone uses at most, or little less. */
  readonly gas: number;
}

interface Placed {
  /** Its place among the groups that were handed in, from 0. */
  readonly group: number;
  /** Of a group that makes a subject: that subject's index in this batch; its further outputs have the next ones. */
  readonly index: number | null;
}

/** So that a relay's call, which gives each batch a sixth more than it used, stays below the 16,777,216 gas of EIP-7825. */
const MAX_BATCH_GAS = 12_000_000;

/**
 * Splits `groups` into batches, the n-th with the n-th of `nonces`.
 * Refused: a group that fits no batch (`batch-too-large`), one about, or touching, what a later one makes (`subject-unknown`), and two of one
 * existing subject side by side (`group-repeated`). Fewer nonces than batches is the caller's mistake: RangeError.
 */
function pack(groups: readonly Group[], nonces: Iterable<bigint>): Parcel[] {
  checkOrder(groups);
  const next = nonces[Symbol.iterator]();
  const parcels: Parcel[] = [];
  let open = emptyBatch();
  const close = (): void => {
    const nonce = next.next();
    if (nonce.done === true) throw new RangeError(`${parcels.length} nonces are too few`);
    parcels.push({ nonce: nonce.value, groups: open.groups, bytes: open.bytes, gas: open.gas });
    open = emptyBatch();
  };
  for (const [n, group] of groups.entries()) {
    const at = `/groups/${n}`;
    const weight = { bytes: encodeGroup(group, at).length, gas: groupGas(group) };
    if (!fits(emptyBatch(), weight)) {
      const found = `${weight.bytes} bytes and about ${weight.gas} gas`;
      throw new Problem("batch-too-large", at, `one group of ${found} fits no batch: split its entries`);
    }
    if (!fits(open, weight)) close();
    const makes = newIndexes(group).length;
    open.groups.push({ group: n, index: makes > 0 ? open.indexes : null });
    open.indexes += makes;
    open.bytes += weight.bytes;
    open.gas += weight.gas;
  }
  if (open.groups.length > 0) close();
  return parcels;
}

/** What a call with a batch of these groups uses at most, or little less. */
function estimateGas(groups: readonly Group[]): number {
  return groups.reduce((sum, group) => sum + groupGas(group), emptyBatch().gas);
}

interface Weight {
  readonly bytes: number;
  readonly gas: number;
}

function emptyBatch() {
  const bytes = HEADER_BYTES + SIGNATURE_BYTES;
  return { groups: [] as Placed[], indexes: 0, bytes, gas: GAS_OF_BATCH + GAS_OF_BYTE * bytes };
}

function fits(batch: ReturnType<typeof emptyBatch>, { bytes, gas }: Weight): boolean {
  return batch.bytes + bytes <= MAX_BATCH_BYTES && batch.gas + gas <= MAX_BATCH_GAS && batch.groups.length < MAX_GROUPS;
}

function groupGas(group: Group): number {
  const entries = group.entries.reduce((sum, entry) => sum + entryGas(openEntry(entry)), 0);
  return GAS_OF_GROUP + GAS_OF_BYTE * encodeGroup(group).length + entries;
}

function checkOrder(groups: readonly Group[]): void {
  const makers = new Map<Hex, number>();
  for (const [n, group] of groups.entries())
    if (newIndexes(group).length > 0 && !isZero(group.subject)) makers.set(hexOf(group.subject), n);
  for (const [n, group] of groups.entries()) {
    const later = named(group).find((id) => (makers.get(hexOf(id)) ?? n) > n);
    if (later !== undefined)
      throw new Problem("subject-unknown", `/groups/${n}`, `needs ${hexOf(later)}, which a later group makes`);
    const before = groups[n - 1];
    // Two that make something make different subjects, whatever they are called here.
    if (before !== undefined && equalBytes(before.subject, group.subject) && newIndexes(group).length === 0)
      throw new Problem("group-repeated", `/groups/${n}`, "has the subject of the group before it");
  }
}

/** The group's subject and what its entries touch. */
function named(group: Group): Uint8Array[] {
  const touched = group.entries.flatMap(({ kind, args }) => {
    const { touches, decodeArgs } = kindByNumber(kind);
    return touches(decodeArgs(args)).map(({ id }) => id);
  });
  return [group.subject, ...touched];
}
