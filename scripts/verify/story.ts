/** All that belongs to a lot's story, found in the chain's log alone: what it came from, certificates, and whoever wrote of it. */
import { type Batch, decodeGroup, newIndexes, newSubjectId, organisationId } from "../../protocol/batch.ts";
import { bytesOf, hexOf } from "../../protocol/bytes.ts";
import { type OpenEntry, openEntry } from "../../protocol/entry.ts";
import { readStamp } from "../../protocol/fold.ts";
import type { BatchProof, Hex } from "../../protocol/history.ts";
import { kindByName, kindByNumber } from "../../protocol/kinds/all.ts";
import { isRecalledIn, isReturnedIn, nextOnward, type Sent } from "../../protocol/onward.ts";
import { Problem } from "../../protocol/problem.ts";
import type { Primitives } from "../../protocol/sign.ts";
import { type ChainLog, entriesOf } from "./chain-log.ts";

export type { Story };
export { storyOf };

/** Subjects of a story, certificates that may turn out to be of others included, and the batches of their logs. */
interface Story {
  readonly ids: ReadonlySet<Hex>;
  readonly batches: Readonly<Record<Hex, BatchProof>>;
}

const CERTIFY = kindByName("CERTIFY");
const SHIP = kindByName("SHIP");

/**
 * `from` and all that it came from, with certificates, where packed goods of it went, and the products and organisations named.
 * @param lot whose packed goods are followed; null: none are
 */
async function storyOf(primitives: Primitives, log: ChainLog, from: readonly Hex[], lot: Hex | null): Promise<Story> {
  const ids = new Set<Hex>(from);
  await withAncestors(primitives, log, ids);
  for (const id of certificatesOf(log, ids)) ids.add(id);
  for (const id of lot === null ? [] : await onwardFrom(log, lot)) ids.add(id);
  await withAncestors(primitives, log, ids);
  const batches: Record<Hex, BatchProof> = {};
  // Whoever wrote in a log comes in with a log of its own, in which others may have written: an inspector, say.
  for (const id of ids) {
    for (const number of writersOf(await proofs(log, id, batches))) ids.add(hexOf(organisationId(number)));
  }
  return { ids, batches };
}

/** Adds what they came from, down to what nothing came before. */
async function withAncestors(primitives: Primitives, log: ChainLog, ids: Set<Hex>): Promise<void> {
  // A set is walked to its end, what is added on the way included.
  for (const id of ids) for (const ancestor of await ancestryOf(primitives, log, id)) ids.add(ancestor);
}

/** Packed consignments of a lot's goods, and of those again: those that a page shows. */
async function onwardFrom(log: ChainLog, lot: Hex): Promise<ReadonlySet<Hex>> {
  const sent = new Map<Hex, Hex[]>();
  for (const { subject, bytes } of log.groupsOfKind(SHIP.number)) {
    const [entry] = entriesOf(bytes);
    const args = entry === undefined ? null : SHIP.decodeArgs(entry.args);
    if (args?.packed !== true) continue;
    const from = hexOf(args.lot);
    sent.set(from, [...(sent.get(from) ?? []), subject]);
  }
  const found = new Set<Hex>();
  let row: readonly Hex[] = [lot];
  while (row.length > 0) {
    const next = row.flatMap((id) => sent.get(id) ?? []);
    row = nextOnward(await Promise.all(next.map((id) => sentAs(log, id))), found);
    for (const id of row) found.add(id);
  }
  return found;
}

async function sentAs(log: ChainLog, id: Hex): Promise<Sent> {
  const own: OpenEntry[] = [];
  let recordedAtS = 0;
  for (const move of log.movesOf(id)) {
    const place = move.entry === null ? await log.placeOf(move) : null;
    if (place === null) continue;
    if (move.seq === 1) recordedAtS = readStamp(bytesOf(place.stamp)).recordedAtS;
    own.push(...entriesOf(place.bytes).map(openEntry));
  }
  return { id, recordedAtS, isRecalled: isRecalledIn(own), isReturned: isReturnedIn(own) };
}

/**
 * Every certificate of this ledger that names a product or plot of the story, whoever it is for: no server is asked. No ledger takes
 * one that cannot be read, so that is a lie about one which may have named them: it stays for `verify` to name.
 */
function certificatesOf(log: ChainLog, story: ReadonlySet<Hex>): Hex[] {
  return log.groupsOfKind(CERTIFY.number).flatMap(({ subject, bytes }) => {
    const [entry] = entriesOf(bytes);
    const scopes = entry === undefined ? null : CERTIFY.decodeArgs(entry.args).scopes;
    return scopes === null || scopes.some((scope) => story.has(hexOf(scope))) ? [subject] : [];
  });
}

/** What the subject was made of, and its product: read from the entry that made it. What cannot be read is `verify`'s to name. */
async function ancestryOf(primitives: Primitives, log: ChainLog, id: Hex): Promise<Hex[]> {
  const [first] = log.movesOf(id);
  if (first === undefined) return [];
  const proof = await log.proofOf(first.batch, new Set([first.group]));
  const bytes = proof?.groups[0]?.bytes;
  if (bytes === undefined) return [];
  try {
    const group = decodeGroup(bytesOf(bytes));
    const [entry] = group.entries;
    if (entry === undefined) return [];
    const kind = kindByNumber(entry.kind);
    if (!kind.making || !(await makes(primitives, proof, group, id))) return [];
    const args = kind.decodeArgs(entry.args) as {
      readonly product?: Uint8Array;
      readonly outputs?: readonly { readonly id: Uint8Array }[];
    };
    const products = [args.product, ...(args.outputs ?? []).map((output) => output.id)].filter(
      (product) => product !== undefined,
    );
    return [...kind.touches(args).map(({ id: input }) => hexOf(input)), ...products.map(hexOf)];
  } catch (cause) {
    if (cause instanceof Problem) return [];
    throw cause;
  }
}

/** Whether the group made `id`, and did not merely touch it. */
async function makes(
  primitives: Primitives,
  proof: BatchProof | null,
  group: Batch["groups"][number],
  id: Hex,
): Promise<boolean> {
  if (hexOf(group.subject) === id) return true;
  if (proof === null) return false;
  for (const index of newIndexes(group)) {
    if (hexOf(await newSubjectId(primitives, bytesOf(proof.recorder), BigInt(proof.nonce), index)) === id) return true;
  }
  return false;
}

/** Adds the batches of a subject's moves, each with the groups that the moves lie in. */
async function proofs(log: ChainLog, id: Hex, batches: Record<Hex, BatchProof>): Promise<BatchProof[]> {
  const found: BatchProof[] = [];
  for (const { batch, group } of log.movesOf(id)) {
    const groups = new Set([...(batches[batch]?.groups ?? []).map(({ index }) => index), group]);
    const proof = await log.proofOf(batch, groups);
    if (proof === null) continue;
    batches[batch] = proof;
    found.push(proof);
  }
  return found;
}

function writersOf(found: readonly BatchProof[]): number[] {
  return found.map(({ stamp }) => Number.parseInt(stamp.slice(42, 50), 16));
}
