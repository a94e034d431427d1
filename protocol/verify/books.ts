/**
 * The books, recomputed from the entries alone (docs/ledger.md §6, §7): areas of plots, caps of plantings, what of each lot was made,
 * used, packed and is left. The ledger checked all this when it accepted them; a reader need not believe that. Pure.
 */
import { formatAmount } from "../amount.ts";
import { type Hex, hexOf } from "../bytes.ts";
import type { OpenEntry } from "../entry.ts";
import type { Share } from "../kinds/kind.ts";
import type { Maker } from "./graph.ts";
import type { CheckedLog, CheckedMove } from "./logs.ts";
import type { Findings, LotBooks, PlantingBooks, PlotBooks, Report, RunBooks } from "./report.ts";

export { recompute };

interface Parts {
  readonly logs: ReadonlyMap<Hex, CheckedLog>;
  readonly makers: ReadonlyMap<Hex, Maker>;
  readonly findings: Findings;
}

/** Square-metre thousandths × thousandths a hectare → thousandths of the unit. */
const CAP_DIVISOR = 10_000_000n;

function recompute(parts: Parts): Report["books"] {
  const [lots, plantings, plots, runs]: [LotBooks[], PlantingBooks[], PlotBooks[], RunBooks[]] = [[], [], [], []];
  for (const log of parts.logs.values()) {
    const entry = parts.makers.get(log.id)?.entry;
    if (entry?.name === "PLOT") plots.push(plotBooks(parts, log, entry.args.area));
    if (entry?.name === "PLANT") plantings.push(plantingBooks(parts, log, entry));
    if (entry?.name === "ORIGIN" || entry?.name === "HARVEST" || entry?.name === "TRANSFORM") {
      lots.push(lotBooks(parts, log, entry));
    }
    if (entry?.name === "LABEL") {
      const lot = hexOf(entry.args.lot);
      runs.push({ id: log.id, lot, count: entry.args.count, net: netOf(parts, productOf(parts, lot)) });
    }
  }
  return { lots, plantings, plots, runs };
}

function plotBooks({ findings }: Parts, log: CheckedLog, area: bigint): PlotBooks {
  let planted = 0n;
  for (const { move, entry } of touches(log)) {
    if (entry.name !== "PLANT") continue;
    planted += entry.args.area;
    if (planted > area) over(findings, log, move, "planted", planted, area);
  }
  return { id: log.id, area, planted, free: area - planted };
}

function plantingBooks({ findings }: Parts, log: CheckedLog, made: OpenEntry & { name: "PLANT" }): PlantingBooks {
  const { area, cap, plot, product } = made.args;
  const allowed = (area * cap) / CAP_DIVISOR;
  let harvested = 0n;
  for (const { move, entry } of touches(log)) {
    if (entry.name !== "HARVEST") continue;
    harvested += shareOf(entry.args.inputs, log.id);
    if (harvested > allowed) over(findings, log, move, "harvested", harvested, allowed);
  }
  return { id: log.id, plot: hexOf(plot), product: hexOf(product), area, allowed, harvested };
}

function lotBooks(parts: Parts, log: CheckedLog, entry: OpenEntry): LotBooks {
  const product = productOf(parts, log.id);
  const { made, loss, inputs } = originOf(parts.makers.get(log.id), entry);
  unitsAgree(parts, log, inputs);
  let [used, packed] = [0n, 0n];
  for (const touch of touches(log)) {
    const net = touch.entry.name === "LABEL" ? netOf(parts, product) : null;
    if (touch.entry.name === "TRANSFORM") used += shareOf(touch.entry.args.inputs, log.id);
    if (touch.entry.name === "LABEL" && net !== null) {
      packed += touch.entry.args.count * net;
      if (net === 0n) over(parts.findings, log, touch.move, "packed without net content", touch.entry.args.count, 0n);
    }
    if (used + packed > made) over(parts.findings, log, touch.move, "used and packed", used + packed, made);
  }
  return {
    id: log.id,
    product,
    unit: unitOf(parts, product),
    made,
    used,
    packed,
    left: made - used - packed,
    loss,
    inputs: inputs.map(({ id, amount }) => ({ id: hexOf(id), amount })),
  };
}

function originOf(
  maker: Maker | undefined,
  entry: OpenEntry,
): { made: bigint; loss: bigint; inputs: readonly Share[] } {
  if (entry.name === "ORIGIN") return { made: entry.args.amount, loss: 0n, inputs: [] };
  if (entry.name === "HARVEST") return { made: sum(entry.args.inputs), loss: 0n, inputs: entry.args.inputs };
  if (entry.name !== "TRANSFORM" || maker === undefined) return { made: 0n, loss: 0n, inputs: [] };
  const { inputs, outputs } = entry.args;
  const made = outputs[maker.output]?.amount ?? 0n;
  return { made, loss: maker.output === 0 ? sum(inputs) - sum(outputs) : 0n, inputs };
}

/** The product of a lot or planting: as its making entry says, for a harvest as its plantings' do. */
function productOf({ makers }: Parts, id: Hex): Hex | null {
  const maker = makers.get(id);
  const entry = maker?.entry;
  if (entry?.name === "ORIGIN" || entry?.name === "PLANT") return hexOf(entry.args.product);
  if (entry?.name === "TRANSFORM") {
    const output = entry.args.outputs[maker?.output ?? 0];
    return output === undefined ? null : hexOf(output.id);
  }
  const planting = entry?.name === "HARVEST" ? entry.args.inputs[0] : undefined;
  const planted = planting === undefined ? undefined : makers.get(hexOf(planting.id))?.entry;
  return planted?.name === "PLANT" ? hexOf(planted.args.product) : null;
}

function unitOf({ makers }: Parts, product: Hex | null): number | null {
  const entry = product === null ? undefined : makers.get(product)?.entry;
  return entry?.name === "PRODUCT" ? entry.args.unit : null;
}

function netOf({ makers }: Parts, product: Hex | null): bigint | null {
  const entry = product === null ? undefined : makers.get(product)?.entry;
  return entry?.name === "PRODUCT" ? entry.args.net : null;
}

/** Kilograms do not become litres on the way. */
function unitsAgree(parts: Parts, log: CheckedLog, inputs: readonly Share[]): void {
  const own = unitOf(parts, productOf(parts, log.id));
  const first = log.moves[0];
  for (const { id } of inputs) {
    const unit = unitOf(parts, productOf(parts, hexOf(id)));
    if (own === null || unit === null || unit === own || first === undefined) continue;
    const where = { subject: log.id, seq: 1, batch: first.batch, group: first.group, entry: 0 };
    parts.findings.once(log.id, "sums-mismatch", where, { what: "units", stated: unit, booked: own });
    first.ok = false;
  }
}

/** Entries of other subjects that moved this one, in order; only those whose bytes are the signed ones. */
function touches(log: CheckedLog): readonly { move: CheckedMove; entry: OpenEntry }[] {
  return log.moves.flatMap((move) => {
    const entry = move.entry === null || !move.ok ? undefined : move.found?.entries[move.entry];
    return entry === undefined ? [] : [{ move, entry }];
  });
}

function shareOf(shares: readonly Share[], id: Hex): bigint {
  return shares.find((share) => hexOf(share.id) === id)?.amount ?? 0n;
}

function sum(shares: readonly Share[]): bigint {
  return shares.reduce((total, { amount }) => total + amount, 0n);
}

/** Told once a subject and rule, at the first entry that went over; none that went over can count. */
function over(findings: Findings, log: CheckedLog, move: CheckedMove, what: string, sums: bigint, most: bigint): void {
  const where = { subject: log.id, seq: move.seq, batch: move.batch, group: move.group, entry: move.entry };
  move.ok = false;
  const detail = { what, stated: formatAmount(sums), booked: formatAmount(most) };
  findings.once(`${log.id} ${what}`, "sums-mismatch", where, detail);
}
