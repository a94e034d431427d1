/** Custody (protocol/custody.ts) by a history's recomputed books. Pure. */
import type { Hex } from "../bytes.ts";
import { boundsOf, type CustodyLot } from "../custody.ts";
import type { Maker } from "./graph.ts";
import type { Report } from "./report.ts";
import type { Custody, LotBooks } from "./report-books.ts";

export { custodyOf };

/** Null where a part of what it came from is missing, or nothing of it is there. */
function custodyOf(
  lot: Hex | null,
  makers: ReadonlyMap<Hex, Pick<Maker, "entry" | "batch" | "groupIndex" | "output">>,
  books: Pick<Report["books"], "lots" | "plantings">,
): Custody | null {
  const lots = new Map(books.lots.map((one) => [one.id, one]));
  const plots = new Map(books.plantings.map(({ id, plot }) => [id, plot]));
  const outputs = outputsOf(lots, makers);
  const find = (id: Hex): CustodyLot | null => {
    const [found, maker] = [lots.get(id), makers.get(id)];
    if (found === undefined || maker === undefined) return null;
    const isHarvest = maker.entry.name === "HARVEST";
    const inputs = found.inputs.map((input) => ({ ...input, plot: isHarvest ? (plots.get(input.id) ?? null) : null }));
    return { made: found.made, together: togetherOf(found, maker, outputs), inputs };
  };
  const bounds = lot === null ? null : boundsOf(lot, find);
  return bounds === null ? null : { shares: bounds.plots, outside: bounds.outside > 0 };
}

/** By `placeOf`: what is made of each output of an entry, as corrected, as far as the history has them. */
type Outputs = ReadonlyMap<string, ReadonlyMap<number, bigint>>;

function outputsOf(
  lots: ReadonlyMap<Hex, LotBooks>,
  makers: ReadonlyMap<Hex, Pick<Maker, "batch" | "groupIndex" | "output">>,
): Outputs {
  const found = new Map<string, Map<number, bigint>>();
  for (const [id, { made }] of lots) {
    const maker = makers.get(id);
    if (maker === undefined) continue;
    const same = found.get(placeOf(maker)) ?? new Map<number, bigint>();
    found.set(placeOf(maker), same.set(maker.output, made));
  }
  return found;
}

function placeOf({ batch, groupIndex }: Pick<Maker, "batch" | "groupIndex">): string {
  return `${batch.hash} ${groupIndex}`;
}

/** Of an output whose log the history has not, what was written. */
function togetherOf(
  { made }: LotBooks,
  maker: Pick<Maker, "entry" | "batch" | "groupIndex">,
  outputs: Outputs,
): bigint {
  if (maker.entry.name !== "TRANSFORM") return made;
  const known = outputs.get(placeOf(maker));
  return maker.entry.args.outputs.reduce((sum, { amount }, n) => sum + (known?.get(n) ?? amount), 0n);
}
