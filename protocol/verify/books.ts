/**
 * The books, recomputed from the entries alone (docs/ledger.md §6, §7): areas of plots, caps of plantings, what of each lot was made,
 * used, packed and is left, corrections included. The ledger checked all this when it accepted them; a reader need not believe that. Pure.
 */
import { formatAmount } from "../amount.ts";
import { type Hex, hexOf } from "../bytes.ts";
import type { OpenEntry } from "../entry.ts";
import type { Share } from "../kinds/kind.ts";
import type { Maker } from "./graph.ts";
import type { CheckedLog, CheckedMove } from "./logs.ts";
import type { Findings } from "./findings.ts";
import type { LotBooks, PlantingBooks, PlotBooks, Report, RunBooks } from "./report.ts";

export { productOf, recompute };

interface Parts {
  readonly logs: ReadonlyMap<Hex, CheckedLog>;
  readonly makers: ReadonlyMap<Hex, Maker>;
  readonly findings: Findings;
}

interface Keeping extends Parts {
  /** Corrections of what was taken from an input, by `takenKey`. */
  readonly taken: ReadonlyMap<string, readonly BookEvent[]>;
}

/** Square-metre thousandths × thousandths a hectare → thousandths of the unit. */
const CAP_DIVISOR = 10_000_000n;

function recompute({ logs, makers, findings }: Parts): Report["books"] {
  const parts: Keeping = { logs, makers, findings, taken: takenIn(logs) };
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
      const { count } = entry.args;
      const net = netOf(parts, productOf(parts, lot));
      runs.push({ id: log.id, lot, count, net, certificate: null, voided: [], valid: count });
    }
  }
  return { lots, plantings, plots, runs, certificates: [] };
}

/** Areas of a plot, with every correction of its own and of its plantings. */
function plotBooks({ findings }: Parts, log: CheckedLog, made: bigint): PlotBooks {
  let [area, planted] = [made, 0n];
  for (const event of eventsOf(log)) {
    const { entry } = event;
    if (entry.name === "PLANT" && event.isTouch) planted += entry.args.area;
    if (entry.name === "CORRECT" && event.isTouch) planted += entry.args.others;
    if (entry.name === "CORRECT" && !event.isTouch) area += entry.args.own;
    if (planted > area) over(findings, event, "planted", planted, area);
    if (planted < 0n) over(findings, event, "planted", planted, 0n);
  }
  return { id: log.id, area, planted, free: area - planted };
}

function plantingBooks({ findings }: Parts, log: CheckedLog, made: OpenEntry & { name: "PLANT" }): PlantingBooks {
  const { cap, plot, product } = made.args;
  let [area, harvested] = [made.args.area, 0n];
  const allowed = (): bigint => (area * cap) / CAP_DIVISOR;
  for (const event of eventsOf(log)) {
    const { entry } = event;
    if (entry.name === "HARVEST" && event.isTouch) harvested += shareOf(entry.args.inputs, log.id);
    if (entry.name === "CORRECT" && event.isTouch) harvested += entry.args.others;
    if (entry.name === "CORRECT" && !event.isTouch) {
      area += entry.args.own;
      if (entry.args.own !== entry.args.others) {
        over(findings, event, "area of planting and plot", entry.args.own, entry.args.others);
      }
    }
    if (harvested > allowed()) over(findings, event, "harvested", harvested, allowed());
    if (harvested < 0n || area < 0n) over(findings, event, "harvested", harvested, 0n);
  }
  return {
    id: log.id,
    plot: hexOf(plot),
    product: hexOf(product),
    area,
    allowed: allowed(),
    harvested,
    endedAtS: null,
  };
}

function lotBooks(parts: Keeping, log: CheckedLog, entry: OpenEntry): LotBooks {
  const { findings } = parts;
  const product = productOf(parts, log.id);
  const net = netOf(parts, product);
  const origin = originOf(parts.makers.get(log.id), entry);
  let { made, loss } = origin;
  let [used, packed] = [0n, 0n];
  unitsAgree(parts, log, origin.inputs);
  for (const event of eventsOf(log)) {
    const said = event.entry;
    if (said.name === "TRANSFORM" && event.isTouch) used += shareOf(said.args.inputs, log.id);
    if (said.name === "LABEL" && net !== null) {
      packed += said.args.count * net;
      if (net === 0n) over(findings, event, "packed without net content", said.args.count, 0n);
    }
    if (said.name === "CORRECT" && event.isTouch) used += said.args.others;
    if (said.name === "CORRECT" && !event.isTouch) {
      made += said.args.own;
      if (entry.name !== "ORIGIN") loss += said.args.others - said.args.own;
    }
    if (used + packed > made) over(findings, event, "used and packed", used + packed, made);
    if (used < 0n) over(findings, event, "used", used, 0n);
    if (loss < 0n) over(findings, event, "out of what went in", -loss, 0n);
  }
  const left = made - used - packed;
  const inputs = origin.inputs.map(({ id, amount }) => linkOf(parts, log, hexOf(id), amount));
  const nowhere = { shipped: 0n, returned: 0n, lost: 0n, holder: null, state: "here", under: null } as const;
  return { id: log.id, product, unit: unitOf(parts, product), made, used, packed, left, ...nowhere, loss, inputs };
}

/** What went into a lot from one input, as corrected: the same for all outputs of an entry. */
function linkOf(
  { makers, findings, taken }: Keeping,
  log: CheckedLog,
  id: Hex,
  made: bigint,
): LotBooks["inputs"][number] {
  let amount = made;
  for (const event of taken.get(takenKey(id, makers.get(log.id)?.group.subject ?? null)) ?? []) {
    // A link that has come down to 0 is gone, and does not come back.
    if (amount === 0n) over(findings, event, "taken of what is gone", 1n, 0n);
    if (event.entry.name === "CORRECT") amount += event.entry.args.others;
    if (amount < 0n) over(findings, event, "taken", amount, 0n);
  }
  return { id, amount };
}

/** From the inputs' own logs, for a further output has no corrections of this sort in its own. */
function takenIn(logs: ReadonlyMap<Hex, CheckedLog>): ReadonlyMap<string, readonly BookEvent[]> {
  const taken = new Map<string, BookEvent[]>();
  for (const log of logs.values()) {
    for (const event of eventsOf(log)) {
      if (event.entry.name !== "CORRECT" || !event.isTouch) continue;
      const key = takenKey(log.id, event.move.found?.subject ?? null);
      const same = taken.get(key);
      if (same === undefined) taken.set(key, [event]);
      else same.push(event);
    }
  }
  return taken;
}

/** `by`: the subject of the group, which is the first output of what took it. */
function takenKey(input: Hex, by: Hex | null): string {
  return `${input} ${by}`;
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
function productOf({ makers }: Pick<Parts, "makers">, id: Hex): Hex | null {
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

/** What moved a subject's books: an entry of another subject that touched it, or a correction in its own log. */
interface BookEvent {
  readonly log: CheckedLog;
  readonly move: CheckedMove;
  readonly entry: OpenEntry;
  readonly place: number;
  readonly isTouch: boolean;
}

/** In order; only those whose bytes are the signed ones. */
function eventsOf(log: CheckedLog): readonly BookEvent[] {
  return log.moves.flatMap((move) => {
    if (!move.ok) return [];
    const entries = [...(move.found?.entries ?? []).entries()];
    const isTouch = move.entry !== null;
    return entries.flatMap(([place, entry]) => {
      const counts = isTouch ? place === move.entry : entry.name === "CORRECT";
      return counts ? [{ log, move, entry, place, isTouch }] : [];
    });
  });
}

function shareOf(shares: readonly Share[], id: Hex): bigint {
  return shares.find((share) => hexOf(share.id) === id)?.amount ?? 0n;
}

function sum(shares: readonly Share[]): bigint {
  return shares.reduce((total, { amount }) => total + amount, 0n);
}

/** Told once a subject and rule, at the first entry that went over; none that went over can count. */
function over(findings: Findings, { log, move, place }: BookEvent, what: string, sums: bigint, most: bigint): void {
  const where = { subject: log.id, seq: move.seq, batch: move.batch, group: move.group, entry: place };
  move.ok = false;
  const detail = { what, stated: formatAmount(sums), booked: formatAmount(most) };
  findings.once(`${log.id} ${what}`, "sums-mismatch", where, detail);
}
