/**
 * How much of a lot may come from each plot (DESIGN: claims follow custody): an upper bound by the weights that were put together. "From
 * this plot" may be said only where it is all of it. Pure.
 */
import type { Hex } from "../bytes.ts";
import type { Maker } from "./graph.ts";
import type { Report } from "./report.ts";
import type { Custody, LotBooks } from "./report-books.ts";

export { custodyOf };

/** Parts of one while it is reckoned: what is rounded up on the way must not show in thousandths. */
const WHOLE = 1_000_000_000_000n;
const THOUSANDTHS = WHOLE / 1000n;

type Shares = ReadonlyMap<Hex, bigint>;

interface Found {
  readonly shares: Shares;
  readonly outside: boolean;
}

/** Null where a part of what it came from is missing, or nothing of it is there. */
function custodyOf(
  lot: Hex | null,
  makers: ReadonlyMap<Hex, Pick<Maker, "entry">>,
  books: Pick<Report["books"], "lots" | "plantings">,
): Custody | null {
  const lots = new Map(books.lots.map((one) => [one.id, one]));
  const plots = new Map(books.plantings.map(({ id, plot }) => [id, plot]));
  const known = new Map<Hex, Found | null>();
  const find = (id: Hex): Found | null => {
    const before = known.get(id);
    if (before !== undefined) return before;
    // On the way down: a lot that comes from itself comes from nowhere.
    known.set(id, null);
    const found = sharesOf(lots.get(id), makers.get(id)?.entry.name, { plots, lots, find });
    known.set(id, found);
    return found;
  };
  const found = lot === null ? null : find(lot);
  if (found === null) return null;
  const shares = [...found.shares].map(([plot, part]) => ({ plot, most: Number(ceil(part, THOUSANDTHS)) }));
  return { shares: shares.sort((one, other) => other.most - one.most), outside: found.outside };
}

function sharesOf(
  lot: LotBooks | undefined,
  kind: string | undefined,
  of: {
    readonly plots: ReadonlyMap<Hex, Hex>;
    readonly lots: ReadonlyMap<Hex, LotBooks>;
    readonly find: (id: Hex) => Found | null;
  },
): Found | null {
  if (lot === undefined || kind === undefined) return null;
  if (kind === "ORIGIN") return { shares: new Map(), outside: true };
  const inputs = lot.inputs.filter(({ amount }) => amount > 0n);
  const total = inputs.reduce((sum, { amount }) => sum + amount, 0n);
  if (total === 0n) return null;
  const weights = new Map<Hex, bigint>();
  let outside = false;
  const add = (plot: Hex, weight: bigint): void => void weights.set(plot, (weights.get(plot) ?? 0n) + weight);
  for (const { id, amount } of inputs) {
    const plot = kind === "HARVEST" ? of.plots.get(id) : undefined;
    if (kind === "HARVEST") {
      if (plot === undefined) return null;
      add(plot, amount * WHOLE);
      continue;
    }
    const [input, found] = [of.lots.get(id), of.find(id)];
    if (input === undefined || found === null) return null;
    outside ||= found.outside;
    // What was taken may be all of that plot's, as far as there is so much of it.
    for (const [from, share] of found.shares) {
      const most = share * input.made;
      add(from, most < amount * WHOLE ? most : amount * WHOLE);
    }
  }
  return { shares: new Map([...weights].map(([plot, weight]) => [plot, ceil(weight, total)])), outside };
}

function ceil(sum: bigint, by: bigint): bigint {
  return (sum + by - 1n) / by;
}
