/**
 * One part of a whole Furrow (indexer, relay) as this process has it: always, by turns with other processes over one PostgreSQL,
 * or not at all.
 */
import { takeShifts } from "./store/lock.ts";

export type { PartHere };
export { startPart };

interface PartHere<T> {
  /** While it works in this process; else null. */
  readonly now: T | null;
  close(): Promise<void>;
}

interface PartOptions<T> {
  readonly name: string;
  /** Whether PARTS names it. */
  readonly isOurs: boolean;
  /** null: no other process can have it. */
  readonly databaseUrl: string | null;
  readonly start: () => T;
  readonly log: (line: string) => void;
}

/** Resolves once it works here, stands by, or waits for its database. */
async function startPart<T extends { close(): Promise<void> }>(options: PartOptions<T>): Promise<PartHere<T>> {
  const { name, isOurs, databaseUrl, start, log } = options;
  let now: T | null = null;
  const begin = () => {
    const own = start();
    now = own;
    return async () => {
      now = null;
      await own.close();
    };
  };
  let close = async () => {};
  if (isOurs && databaseUrl === null) close = begin();
  if (isOurs && databaseUrl !== null) {
    const shift = takeShifts({ databaseUrl, name, begin, log });
    await shift.looked;
    close = () => shift.close();
  }
  return {
    get now() {
      return now;
    },
    close: () => close(),
  };
}
