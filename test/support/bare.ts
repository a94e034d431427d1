/** Histories in which a certificate's log is folded and not read, as a server hands them out where hundreds drew on it. */
import { bytesOf, type Hex, hexOf } from "../../protocol/bytes.ts";
import type { History, Move } from "../../protocol/history.ts";
import { leafHash } from "../../protocol/merkle.ts";
import { primitives } from "./world.ts";

export { baredAt, withLog };

/** Moves of `subject` that `which` chooses are bare; groups that nothing else leans on are gone. */
async function baredAt(history: History, subject: Hex, which: (move: Move) => boolean): Promise<History> {
  const log = history.subjects.find(({ id }) => id === subject)?.moves ?? [];
  const moves: Move[] = [];
  for (const move of log) moves.push(which(move) ? await bared(history, move) : move);
  const told = withLog(history, subject, moves);
  const wanted = new Set(
    told.subjects.flatMap(({ moves: all }) =>
      all.flatMap(({ batch, group, bare }) => (bare === undefined ? [`${batch} ${group}`] : [])),
    ),
  );
  const batches = Object.entries(history.batches).flatMap(([hash, proof]) => {
    const groups = proof.groups.filter(({ index }) => wanted.has(`${hash} ${index}`));
    return groups.length === 0 ? [] : [[hash, { ...proof, groups }] as const];
  });
  return { ...told, batches: Object.fromEntries(batches) };
}

async function bared({ batches }: History, move: Move): Promise<Move> {
  const proof = batches[move.batch];
  const group = proof?.groups.find(({ index }) => index === move.group);
  if (proof === undefined || group === undefined) throw new Error("the move has no group");
  return { ...move, bare: { stamp: proof.stamp, leaf: hexOf(await leafHash(primitives, bytesOf(group.bytes))) } };
}

function withLog(history: History, subject: Hex, moves: readonly Move[]): History {
  return { ...history, subjects: history.subjects.map((log) => (log.id === subject ? { ...log, moves } : log)) };
}
