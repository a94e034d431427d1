/**
 * The histories that were put together last. A page and its checking script ask for the same one, and so do all bags of a run;
 * a new block makes a new one.
 */
import type { Kysely } from "kysely";
import type { CodeClaim, Deployment, Hex, History } from "../../protocol/history.ts";
import type { IndexTables } from "../store/index-tables.ts";

export type { ReadHistory };
export { recentHistories };

type ReadHistory = (lot: Hex, code: CodeClaim | null) => Promise<History | null>;

/** How many: the lots of a day in a shop, or one lot while a whole delivery is scanned. */
const KEPT = 16;
/** Documents may come to this server without a new block. */
const MAX_AGE_MS = 30_000;

interface Now {
  readonly deployment: () => Deployment;
  /** Another one after all that changes what is stored without a new block: the index made anew, a lie planted or taken back. */
  readonly generation: () => Promise<string>;
}

/**
 * Asks `read` only when this lot and run were not asked for since the index came to its block. What differs from bag to bag is the
 * claim alone: the other parts are the same objects for all of them.
 */
function recentHistories(index: Kysely<IndexTables>, { deployment, generation }: Now, read: ReadHistory): ReadHistory {
  /** Oldest use first. */
  const kept = new Map<string, { readonly history: Promise<History | null>; readonly sinceMs: number }>();

  function readNow(lot: Hex, code: CodeClaim | null, key: string) {
    const history = read(lot, code);
    const forget = () => {
      if (kept.get(key)?.history === history) kept.delete(key);
    };
    history.then((known) => known ?? forget(), forget);
    return { history, sinceMs: Date.now() };
  }

  return async (lot, code) => {
    // Taken before the first look: what is changed while we read is kept under a generation that nobody asks for any more.
    const begun = await generation();
    const at = await index.selectFrom("cursor").select("hash").executeTakeFirst();
    const key = `${lot} ${code?.run} ${at?.hash} ${begun}`;
    const known = kept.get(key);
    const entry = known !== undefined && Date.now() - known.sinceMs < MAX_AGE_MS ? known : readNow(lot, code, key);
    kept.delete(key);
    kept.set(key, entry);
    const [oldest] = kept.keys();
    if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
    const history = await entry.history;
    return history === null ? null : { ...history, code, deployment: deployment() };
  };
}
