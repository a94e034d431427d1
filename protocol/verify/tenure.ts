/**
 * Who holds a subject, entry by entry (docs/ledger.md §6): whoever made it, and of a consignment, from RECEIVE on, the receiver. While
 * it is under way it is offered to one organisation, and a carrier may be named. Pure.
 */
import type { Hex } from "../bytes.ts";
import type { CheckedBatch } from "./batches.ts";
import { type Maker, organisationOf } from "./graph.ts";
import type { OpenLog } from "./open.ts";

export type { Place, Tenure, Tenures };
export { tenuresOf };

interface Tenure {
  /** Null where it cannot be told. */
  readonly holder: number | null;
  /** To whom it is offered; null of all that is not under way. */
  readonly offered: number | null;
  /** May write observations; null: nobody. */
  readonly carrier: number | null;
}

/** An entry's move in the log, by its number there, and its own number in its group. */
interface Place {
  readonly seq: number;
  readonly entry: number;
}

interface Tenures {
  /** As it is before that entry counts. */
  at(id: Hex, place: Place): Tenure;
  now(id: Hex): Tenure;
  /** All who ever held it. */
  holders(id: Hex): readonly number[];
  /** All to whom it was ever offered. */
  offered(id: Hex): readonly number[];
}

interface Change extends Place {
  readonly tenure: Tenure;
}

const NOBODY: Tenure = { holder: null, offered: null, carrier: null };

/** Only what signed bytes say counts; whoever was not offered a consignment does not get it by saying so. */
function tenuresOf(
  logs: ReadonlyMap<Hex, OpenLog>,
  batches: ReadonlyMap<Hex, CheckedBatch>,
  makers: ReadonlyMap<Hex, Pick<Maker, "entry" | "batch">>,
): Tenures {
  const known = new Map<Hex, readonly Change[]>();
  const changesOf = (id: Hex): readonly Change[] => {
    const found = known.get(id) ?? changes(id, logs.get(id), batches, makers.get(id));
    known.set(id, found);
    return found;
  };
  return {
    at(id, { seq, entry }) {
      const before = changesOf(id).filter((one) => one.seq < seq || (one.seq === seq && one.entry < entry));
      return (before.at(-1) ?? changesOf(id)[0])?.tenure ?? NOBODY;
    },
    now: (id) => changesOf(id).at(-1)?.tenure ?? NOBODY,
    offered: (id) => changesOf(id).flatMap(({ tenure }) => tenure.offered ?? []),
    holders: (id) => [...new Set(changesOf(id).flatMap(({ tenure }) => tenure.holder ?? []))],
  };
}

function changes(
  id: Hex,
  log: OpenLog | undefined,
  batches: ReadonlyMap<Hex, CheckedBatch>,
  maker: Pick<Maker, "entry" | "batch"> | undefined,
): readonly Change[] {
  const holder = organisationOf(id) ?? maker?.batch.stamp.organisation ?? null;
  const born: Tenure =
    maker?.entry.name === "SHIP"
      ? { holder, offered: maker.entry.args.to, carrier: maker.entry.args.carrier || null }
      : { ...NOBODY, holder };
  const found: Change[] = [{ seq: 0, entry: -1, tenure: born }];
  if (born.offered === null) return found;
  for (const [n, move] of (log?.moves ?? []).entries()) {
    const batch = batches.get(move.batch);
    const group = batch?.checked.get(move.group);
    if (batch === undefined || group?.inBatch !== true || move.entry !== null || group.subject !== id) continue;
    const by = batch.stamp.organisation;
    for (const [entry, { name }] of group.entries.entries()) {
      const { offered } = found.at(-1)?.tenure ?? NOBODY;
      if (offered === null) continue;
      const at = { seq: n + 1, entry };
      if (name === "RECEIVE" && by === offered) found.push({ ...at, tenure: { ...NOBODY, holder: by } });
      if ((name === "REFUSE" && by === offered) || (name === "WITHDRAW" && by === holder))
        found.push({ ...at, tenure: { ...NOBODY, holder } });
    }
  }
  return found;
}
