/**
 * What made each subject, and what it was made of: read from the first move of its log. Pure.
 */
import { newIndexes, newSubjectId } from "../batch.ts";
import { type Hex, hexOf } from "../bytes.ts";
import type { OpenEntry } from "../entry.ts";
import { kindByNumber } from "../kinds/all.ts";
import type { Hashing } from "../merkle.ts";
import type { CheckedBatch, CheckedGroup } from "./batches.ts";
import type { OpenedHistory, OpenLog, OpenMove } from "./open.ts";
import { together } from "./together.ts";

export type { Maker, Touched };
export { ancestorsOf, ancestry, makersOf, organisationOf, touchesOf };

interface Maker {
  readonly batch: CheckedBatch;
  readonly groupIndex: number;
  readonly group: CheckedGroup;
  readonly entry: OpenEntry;
  /** Which of the entry's outputs this subject is; 0 is the group's own. */
  readonly output: number;
  /** Subjects from whose words it was born, in order; none for a plain birth. */
  readonly inputs: readonly Hex[];
}

interface Touched {
  readonly id: Hex;
  /** It is born by this very entry. */
  readonly born: boolean;
}

/**
 * By subject. A subject whose first move makes nothing has no maker here; organisations never have. Bytes that nobody signed make
 * nothing; what they say they came from is told apart (`claimed`), so that what else is shown is still looked at and counted.
 */
async function makersOf(
  hashing: Hashing,
  history: OpenedHistory,
  batches: ReadonlyMap<Hex, CheckedBatch>,
): Promise<{ readonly makers: Map<Hex, Maker>; readonly claimed: ReadonlyMap<Hex, readonly Hex[]> }> {
  const found = await together(history.logs.values(), async (log) => ({
    id: log.id,
    maker: organisationOf(log.id) === null ? await makerOf(hashing, log, batches) : null,
  }));
  const all = found.flatMap(({ id, maker }) => (maker === null ? [] : [[id, maker] as const]));
  return {
    makers: new Map(all.filter(([, { group }]) => group.inBatch)),
    claimed: new Map(all.flatMap(([id, { group, inputs }]) => (group.inBatch ? [] : [[id, inputs]]))),
  };
}

async function makerOf(hashing: Hashing, log: OpenLog, batches: ReadonlyMap<Hex, CheckedBatch>): Promise<Maker | null> {
  const first: OpenMove | undefined = log.moves[0];
  const batch = first === undefined ? undefined : batches.get(first.batch);
  const group = first === undefined ? undefined : batch?.checked.get(first.group);
  const made = group?.group?.entries[0];
  const entry = group?.entries[0];
  if (first === undefined || batch === undefined || group === undefined || group.group === null) return null;
  if (made === undefined || entry === undefined || (first.entry !== null && first.entry !== 0)) return null;
  const outputs = await outputIds(hashing, batch, group);
  const output = outputs.indexOf(log.id);
  // The group's own subject moves as such, a further output as a touch of its own entry.
  if (output < 0 || (output === 0) !== (first.entry === null)) return null;
  const kind = kindByNumber(made.kind);
  const inputs = kind.touches(kind.decodeArgs(made.args)).map(({ id }) => hexOf(id));
  return { batch, groupIndex: first.group, group, entry, output, inputs };
}

/** Ids of all subjects that a group makes, as the ledger computes them. */
async function outputIds(hashing: Hashing, batch: CheckedBatch, group: CheckedGroup): Promise<Hex[]> {
  if (group.group === null) return [];
  const ids = newIndexes(group.group).map((index) => newSubjectId(hashing, batch.recorder, batch.nonce, index));
  return (await Promise.all(ids)).map(hexOf);
}

/** What an entry of a group moves besides the group's own subject. */
async function touchesOf(
  hashing: Hashing,
  batch: CheckedBatch,
  group: CheckedGroup,
  entry: number,
): Promise<readonly Touched[]> {
  const found = group.group?.entries[entry];
  if (found === undefined) return [];
  const kind = kindByNumber(found.kind);
  const inputs = kind.touches(kind.decodeArgs(found.args)).map(({ id }) => ({ id: hexOf(id), born: false }));
  const further = entry === 0 ? (await outputIds(hashing, batch, group)).slice(1) : [];
  return [...inputs, ...further.map((id) => ({ id, born: true }))];
}

/** `from` and all that it came from, or is claimed to, nearest first. Only logs that the history has. */
function ancestry(
  from: readonly Hex[],
  logs: ReadonlyMap<Hex, OpenLog>,
  { makers, claimed }: Awaited<ReturnType<typeof makersOf>>,
): Set<Hex> {
  const found = new Set<Hex>();
  let row = [...from];
  while (row.length > 0) {
    const next = row.filter((id) => logs.has(id) && !found.has(id));
    for (const id of next) found.add(id);
    row = next.flatMap((id) => makers.get(id)?.inputs ?? claimed.get(id) ?? []);
  }
  return found;
}

/** A subject and all that it is known to have come from. */
function ancestorsOf(makers: ReadonlyMap<Hex, Pick<Maker, "inputs">>, id: Hex): ReadonlySet<Hex> {
  const found = new Set([id]);
  // A set is walked to its end, what is added on the way included.
  for (const one of found) for (const input of makers.get(one)?.inputs ?? []) found.add(input);
  return found;
}

/** The number of an organisation by its subject id, else null. */
function organisationOf(id: Hex): number | null {
  const number = /^0x0{58}[0-9a-f]{6}$/.test(id) ? Number.parseInt(id.slice(60), 16) : 0;
  return number > 0 ? number : null;
}
