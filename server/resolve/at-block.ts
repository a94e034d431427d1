/** What is dear to read from the index, kept until it comes to another block: for pages that are asked for one after another. */
import type { Kysely } from "kysely";
import type { IndexTables } from "../store/index-tables.ts";

export { keptAtBlock };

/** @param weigh what is kept may weigh `most` in all; the oldest goes first, and what weighs more by itself is not kept */
function keptAtBlock<Made>(
  index: Kysely<IndexTables>,
  { most, weigh }: { readonly most: number; readonly weigh: (made: Made) => number },
): (name: string, make: () => Promise<Made>) => Promise<Made> {
  const kept = new Map<string, { readonly made: Promise<Made>; weight: number }>();
  return async (name, make) => {
    // Looked at before: what is read meanwhile is kept under a block that nobody asks for any more.
    const at = await index.selectFrom("cursor").select("hash").executeTakeFirst();
    const place = `${name} ${at?.hash}`;
    const known = kept.get(place);
    const one = known ?? { made: make(), weight: 0 };
    // Whoever was asked for last is kept longest, and two who ask at once wait for one answer.
    kept.delete(place);
    kept.set(place, one);
    if (known !== undefined) return known.made;
    try {
      one.weight = weigh(await one.made);
    } catch (cause) {
      kept.delete(place);
      throw cause;
    }
    let weight = [...kept.values()].reduce((sum, other) => sum + other.weight, 0);
    for (const [oldest, other] of kept) {
      if (weight <= most) break;
      kept.delete(oldest);
      weight -= other.weight;
    }
    return one.made;
  };
}
