/** Certificates on which hundreds of label runs draw: their logs are handed out so that the fold can be checked without each draw's bytes. */
import type { Kysely } from "kysely";
import type { Hex, Move } from "../../protocol/history.ts";
import type { IndexTables } from "../store/index-tables.ts";
import { chunks } from "./chunks.ts";

export { MAX_WHOLE_TOUCHES, withBareMoves };

/** Touches of all certificates, beyond what the history shows itself, that are handed out whole. */
const MAX_WHOLE_TOUCHES = 100;

/**
 * The same logs; in those of `certificates` that go beyond {@link MAX_WHOLE_TOUCHES}, touches in groups that no other log leans on are bare
 * (docs/ledger.md §10). The first keep theirs whole the longest.
 */
async function withBareMoves(
  index: Kysely<IndexTables>,
  moves: ReadonlyMap<string, readonly Move[]>,
  certificates: readonly string[],
): Promise<ReadonlyMap<string, readonly Move[]>> {
  const needed = placesNeeded(moves, new Set(certificates));
  const isOthers = (move: Move): boolean => move.entry !== null && !needed.has(placeOf(move));
  let whole = 0;
  const large = certificates.filter((id) => {
    const size = (moves.get(id) ?? []).filter(isOthers).length;
    const isLarge = whole + size > MAX_WHOLE_TOUCHES;
    if (!isLarge) whole += size;
    return isLarge;
  });
  if (large.length === 0) return moves;
  // What lies in a group that a smaller log needs is whole everywhere.
  for (const id of certificates)
    if (!large.includes(id)) for (const move of moves.get(id) ?? []) needed.add(placeOf(move));
  const bare = new Set(large.flatMap((id) => (moves.get(id) ?? []).filter(isOthers)));
  const known = await stampsAndLeaves(index, bare);
  const bared = (move: Move): Move => {
    const found = bare.has(move) ? known.get(placeOf(move)) : undefined;
    return found === undefined ? move : { ...move, bare: found };
  };
  return new Map([...moves].map(([id, log]) => [id, large.includes(id) ? log.map(bared) : log]));
}

/** Groups of all other logs, and of the certificates' own moves. */
function placesNeeded(moves: ReadonlyMap<string, readonly Move[]>, certificates: ReadonlySet<string>): Set<string> {
  const needed = new Set<string>();
  for (const [id, log] of moves)
    for (const move of log) if (!certificates.has(id) || move.entry === null) needed.add(placeOf(move));
  return needed;
}

async function stampsAndLeaves(
  index: Kysely<IndexTables>,
  moves: Iterable<Move>,
): Promise<ReadonlyMap<string, NonNullable<Move["bare"]>>> {
  const found = new Map<string, NonNullable<Move["bare"]>>();
  for (const part of chunks([...new Set([...moves].map(({ batch }) => batch))])) {
    const rows = await index
      .selectFrom("record_group")
      .innerJoin("batch", "batch.hash", "record_group.batch")
      .select(["record_group.batch", "record_group.idx", "record_group.leaf", "batch.stamp"])
      .where("record_group.batch", "in", part)
      .execute();
    for (const { batch, idx, leaf, stamp } of rows)
      found.set(placeOf({ batch, group: idx }), { stamp: stamp as Hex, leaf: leaf as Hex });
  }
  return found;
}

function placeOf({ batch, group }: { readonly batch: string; readonly group: number }): string {
  return `${batch} ${group}`;
}
