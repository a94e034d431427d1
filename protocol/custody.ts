/**
 * How much of a lot may come from each plot (DESIGN: claims follow custody): an upper bound by the weights that were put together, for
 * `verify` and the page alike. "From this plot" may be said only where it is all of it. Pure.
 *
 * Of what several outputs were made of, each has its part by weight, for what is lost in a process is lost evenly; all that one plot gave
 * may have gone into one of them. For output k of w = Σ in · out_k / Σ out: at most min(weight of the plot, w) / w.
 */
import type { Hex } from "./bytes.ts";

export type { Bounds, CustodyLot };
export { boundsOf };

/** A lot, with amounts in thousandths of its unit as they are after all corrections. */
interface CustodyLot {
  readonly made: bigint;
  /** Of all that its making entry made, itself included. */
  readonly together: bigint;
  /** What it was made of: lots, or what grew on a plot (of a harvest); none of a lot from outside. */
  readonly inputs: readonly { readonly id: Hex; readonly amount: bigint; readonly plot: Hex | null }[];
}

/** In thousandths of the lot, rounded up. */
interface Bounds {
  /** Largest first. */
  readonly plots: readonly { readonly plot: Hex; readonly most: number }[];
  /** Of what came from no plot of this ledger; 0 where nothing did. */
  readonly outside: number;
}

/** Parts of one while it is reckoned: what is rounded up on the way must not show in thousandths. */
const WHOLE = 1_000_000_000_000n;
const THOUSANDTHS = WHOLE / 1000n;

const OUTSIDE = null;
type Shares = ReadonlyMap<Hex | typeof OUTSIDE, bigint>;

/** @param find a lot by its id; null where it is not known. Null: a part of what it came from is missing, or nothing of it is there. */
function boundsOf(lot: Hex, find: (id: Hex) => CustodyLot | null): Bounds | null {
  const known = new Map<Hex, Shares | null>();
  const sharesOf = (id: Hex): Shares | null => {
    const before = known.get(id);
    if (before !== undefined) return before;
    // On the way down: a lot that comes from itself comes from nowhere.
    known.set(id, null);
    const shares = sharesIn(find(id), { find, sharesOf });
    known.set(id, shares);
    return shares;
  };
  const shares = sharesOf(lot);
  if (shares === null) return null;
  const plots = [...shares].flatMap(([plot, part]) => (plot === OUTSIDE ? [] : [{ plot, most: inThousandths(part) }]));
  return {
    plots: plots.sort((one, other) => other.most - one.most),
    outside: inThousandths(shares.get(OUTSIDE) ?? 0n),
  };
}

function sharesIn(
  lot: CustodyLot | null,
  of: { readonly find: (id: Hex) => CustodyLot | null; readonly sharesOf: (id: Hex) => Shares | null },
): Shares | null {
  if (lot === null || lot.made <= 0n) return null;
  const inputs = lot.inputs.filter(({ amount }) => amount > 0n);
  if (lot.inputs.length === 0) return new Map([[OUTSIDE, WHOLE]]);
  const total = inputs.reduce((sum, { amount }) => sum + amount, 0n);
  const weights = new Map<Hex | typeof OUTSIDE, bigint>();
  const add = (from: Hex | typeof OUTSIDE, weight: bigint): void =>
    void weights.set(from, (weights.get(from) ?? 0n) + weight);
  for (const { id, amount, plot } of inputs) {
    if (plot !== null) {
      add(plot, amount * WHOLE);
      continue;
    }
    const [input, shares] = [of.find(id), of.sharesOf(id)];
    if (input === null || shares === null) return null;
    // What was taken may be all of that plot's, as far as there is so much of it.
    for (const [from, share] of shares) add(from, least(share * input.made, amount * WHOLE));
  }
  // w of this output, times `together`.
  const own = total * lot.made;
  if (own === 0n) return null;
  return new Map([...weights].map(([from, weight]) => [from, ceil(least(weight * lot.together, own * WHOLE), own)]));
}

function inThousandths(part: bigint): number {
  return Number(ceil(part, THOUSANDTHS));
}

function least(one: bigint, other: bigint): bigint {
  return one < other ? one : other;
}

function ceil(sum: bigint, by: bigint): bigint {
  return (sum + by - 1n) / by;
}
