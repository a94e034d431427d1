/** What an entry says, as sentences: a title and a few lines. Pure. */
import { hexOf } from "../../protocol/bytes.ts";
import type { EventReading } from "../../protocol/document/read.ts";
import { type PlotMaster, readPlot } from "../../protocol/document/read-master.ts";
import type { Hex } from "../../protocol/history.ts";
import { type Key, type Said, said, type Unit, type Value } from "../ui/i18n.ts";
import { dayFrom } from "./field.ts";
import { type Graph, madeOf } from "./graph.ts";
import { inputLines, mergedInputs, stepWords } from "./inputs.ts";
import type { GraphEntry } from "./open.ts";
import type { Stage } from "./story.ts";
import { tradeLines, tradeTitle } from "./trade.ts";
import { unitOf } from "./units.ts";

export { byCode, inOrder, linesOf, placesToldOf, someOf, stageOf, titleOf };

/** Whatever it speaks of. */
const STAGES_OF_KINDS: Readonly<Record<string, Stage>> = {
  TEST: "test",
  INSPECT: "test",
  ATTEST: "test",
  APPLY: "test",
  CERTIFY: "test",
  SUSPEND: "test",
  LIFT: "test",
  REVOKE: "test",
  PLOT: "plant",
  PLANT: "plant",
  ORIGIN: "plant",
  HARVEST: "harvest",
  LABEL: "pack",
  VOID: "pack",
  PROMISE: "pack",
  SHIP: "move",
  RECEIVE: "move",
  REFUSE: "move",
  WITHDRAW: "move",
  RECALL: "move",
  RELEASE: "move",
  ACKNOWLEDGE: "move",
};

function stageOf(graph: Graph, { open, subject }: GraphEntry): Stage {
  const fixed = STAGES_OF_KINDS[open.name];
  if (fixed !== undefined) return fixed;
  switch (open.name) {
    case "TRANSFORM":
      return open.args.step === PACK ? "pack" : "make";
    default: {
      if (madeOf(graph, subject) === null) return "tend";
      const maker = graph.subjects.get(subject)?.maker?.open;
      if (maker?.name === "SHIP") return "move";
      if (maker?.name === "HARVEST") return "harvest";
      return maker?.name === "TRANSFORM" && maker.args.step === PACK ? "pack" : "make";
    }
  }
}

/** As `step` of TRANSFORM says it (docs/ledger.md, kind 57). */
const PACK = 2;

function titleOf(graph: Graph, entries: readonly GraphEntry[]): Said {
  const [entry] = entries as readonly [GraphEntry, ...GraphEntry[]];
  const { open, event } = entry;
  const trade = tradeTitle(graph, entry);
  if (trade !== null) return trade;
  switch (open.name) {
    case "PLOT":
      return said("entry.PLOT");
    case "PLANT":
      return said("entry.PLANT", { product: productName(graph, hexOf(open.args.product)) });
    case "HARVEST":
      return said("entry.HARVEST", { amount: kilograms(harvested(graph, entries)) });
    case "ORIGIN":
      return said("entry.ORIGIN", { amount: kilograms(open.args.amount, unit(event)) });
    case "TRANSFORM":
      return said(TRANSFORMS[open.args.step] ?? "entry.other", {
        product: productName(graph, open.args.outputs[0] === undefined ? null : hexOf(open.args.outputs[0].id)),
      });
    case "LABEL":
      return said("entry.LABEL", { count: Number(open.args.count) });
    case "GROW":
      return event?.work == null ? said("entry.GROW") : said("entry.note", { text: event.work.words });
    case "NOTE":
      if (graph.corrections.right.has(entry.id)) return rightTitle(graph, entry);
      return event?.work == null ? said("entry.NOTE") : said("entry.note", { text: event.work.words });
    default:
      return said("entry.other");
  }
}

/** Right data of what has an effect on chain follow as a note, whose document is the right event. */
function rightTitle(graph: Graph, { id, event }: GraphEntry): Said {
  const wrong = graph.corrections.right.get(id)?.target.open.name;
  if (event !== null && wrong === "HARVEST")
    return said("entry.HARVEST", { amount: kilograms(statedIn(event), unit(event)) });
  return event?.work == null ? said("entry.right") : said("entry.note", { text: event.work.words });
}

function statedIn(event: EventReading): bigint {
  return event.inputs.reduce((sum, { amount }) => sum + (amount ?? 0n), 0n);
}

const TRANSFORMS: Readonly<Record<number, Key>> = {
  1: "entry.TRANSFORM.process",
  [PACK]: "entry.TRANSFORM.pack",
  3: "entry.TRANSFORM.split",
  4: "entry.TRANSFORM.merge",
};

/** So many places are listed with what each says; more are summed up. */
const LISTED = 3;

function linesOf(graph: Graph, entries: readonly GraphEntry[]): readonly Said[] {
  const own = summedUp(graph, entries) ?? entries.flatMap((entry) => ownLines(graph, entry));
  return unique([...sharedLines(graph, entries), ...own, ...entries.flatMap(({ event }) => noteLines(event))]);
}

/** Many plots or plantings put on record at once: their names, their area together, the caps that were stated. */
function summedUp(graph: Graph, entries: readonly GraphEntry[]): readonly Said[] | null {
  const [first] = entries;
  if (first?.open.name === "GROW") return mergedInputs(entries).flatMap(inputLines);
  if (entries.length <= LISTED) return null;
  const opened = entries.flatMap(({ open }) => (open.name === "PLOT" || open.name === "PLANT" ? [open] : []));
  if (opened.length === 0) return null;
  const plots = opened.length;
  const area: Value = { amount: opened.reduce((sum, { args }) => sum + args.area, 0n), unit: "MTK" };
  const list = placesWords(
    graph,
    entries.map(({ subject }) => subject),
  );
  const caps = [...new Set(opened.flatMap((open) => (open.name === "PLANT" ? open.args.cap : [])))];
  return [
    said("entry.places", { list }),
    caps.length === 0
      ? said("entry.PLOT.several", { plots, area })
      : said("entry.PLANT.several", { plots, area, cap: { list: caps.map((cap) => ({ cap: Number(cap) / 1000 })) } }),
  ];
}

/** What several entries of one piece say together: where, and by how many. */
function sharedLines(graph: Graph, entries: readonly GraphEntry[]): readonly Said[] {
  const [{ open }] = entries as readonly [GraphEntry, ...GraphEntry[]];
  const wrong = graph.corrections.right.get(entries[0]?.id ?? "")?.target.open.name;
  if (open.name === "NOTE" && wrong === "HARVEST") return harvestLines(graph, entries);
  if (open.name === "GROW" || open.name === "NOTE" || open.name === "TEST" || open.name === "INSPECT") {
    const ids = entries.map((entry) => entry.subject).filter((id) => isField(graph, id));
    return ids.length === 0 ? [] : [said("entry.places", { list: placesWords(graph, ids) })];
  }
  return open.name === "HARVEST" ? harvestLines(graph, entries) : [];
}

/** So many names at most stand in a line; a whole list is in the proof. */
const NAMED = 3;

function someOf(names: readonly Value[]): Value {
  if (names.length <= NAMED) return { list: names };
  return said("places.some", { list: { list: names.slice(0, NAMED - 1) }, count: names.length });
}

/** Plots whose names are not here are counted with those that are: one name alone would stand for all. */
function placesWords(graph: Graph, ids: readonly Hex[]): Value {
  const plots = new Set(ids.map((id) => plotIdOf(graph, id)));
  const names = placesOf(graph, plots);
  if (names.length === plots.size) return someOf(names);
  if (names.length === 0) return said("flow.plots", { count: plots.size });
  return said("places.some", { list: { list: names.slice(0, NAMED - 1) }, count: plots.size });
}

/** The whole list of a piece's places; null where its line names them all. */
function placesToldOf(graph: Graph, entries: readonly GraphEntry[]): Value | null {
  const harvests = harvestedFrom(entries);
  const places = placesOf(graph, harvests.size > 0 ? harvests : entries.map(({ subject }) => subject));
  return places.length > NAMED ? { list: places } : null;
}

function harvestedFrom(entries: readonly GraphEntry[]): ReadonlySet<Hex> {
  return new Set(
    entries.flatMap((entry) => [
      ...harvestInputs(entry).map(({ id }) => hexOf(id)),
      ...(entry.open.name === "NOTE" ? (entry.event?.inputs ?? []).map(({ subject }) => subject) : []),
    ]),
  );
}

function harvestLines(graph: Graph, entries: readonly GraphEntry[]): readonly Said[] {
  // Of sheets that are not here nobody knows how many weighed: those of the others alone would be too few.
  const isRead = entries.every(({ event }) => event !== null);
  const growers = new Set(
    entries.flatMap((entry) => [
      ...(entry.event?.member == null ? [] : [entry.event.member.number]),
      ...(entry.event?.inputs ?? [])
        .filter((input) => isHere(graph, entry, input.subject))
        .flatMap((input) => input.member?.number ?? []),
    ]),
  );
  const from = [...harvestedFrom(entries)].filter((id) => entries.some((entry) => isHere(graph, entry, id)));
  return [
    said("entry.places", { list: placesWords(graph, from) }),
    ...(growers.size === 0 || !isRead ? [] : [said("entry.HARVEST.growers", { count: growers.size })]),
  ];
}

function ownLines(graph: Graph, entry: GraphEntry): readonly Said[] {
  const { open, event, subject } = entry;
  switch (open.name) {
    case "PLOT": {
      const master = graph.plot(subject);
      const name = master?.name ?? { zh: master?.code ?? "" };
      const area: Value = { amount: open.args.area, unit: "MTK" };
      const place = master?.village ?? null;
      return [
        place === null ? said("entry.PLOT.line.bare", { name, area }) : said("entry.PLOT.line", { name, area, place }),
      ];
    }
    case "PLANT": {
      const [name = ""] = placesOf(graph, [hexOf(open.args.plot)]);
      const area: Value = { amount: open.args.area, unit: "MTK" };
      return [said("entry.PLANT.line", { name, area, cap: { cap: Number(open.args.cap) / 1000 } })];
    }
    case "TRANSFORM": {
      const total = (shares: readonly { readonly amount: bigint }[]) =>
        shares.reduce((sum, { amount }) => sum + amount, 0n);
      const from = kilograms(total(open.args.inputs), unit(event));
      const to = kilograms(total(open.args.outputs), unit(event));
      const steps = event?.steps ?? [];
      return [
        said("entry.TRANSFORM.line", { in: from, out: to }),
        ...(steps.length === 0 ? [] : [said("entry.TRANSFORM.steps", { list: { list: steps.map(stepWords) } })]),
      ];
    }
    case "NOTE":
      return rightLines(graph, entry);
    case "LABEL": {
      const labels = event?.labels;
      if (labels == null || labels.net === null) return [];
      const net: Value = { amount: labels.net, unit: unit(event), form: "small" };
      return [said("entry.LABEL.line", { net, lot: event?.lots[0]?.lotNumber ?? "" })];
    }
    default:
      return tradeLines(graph, entry);
  }
}

function rightLines(graph: Graph, { id, event, document, subject, occurredAtS, open }: GraphEntry): readonly Said[] {
  const wrong = graph.corrections.right.get(id)?.target;
  if (wrong === undefined) return [];
  const area_m2 = event?.area_m2 ?? readPlot(document, subject)?.area_m2 ?? null;
  const day = dayFrom({ open, event, occurredAtS });
  return [
    ...(wrong.open.name === "TRANSFORM" && event !== null
      ? [
          said("entry.TRANSFORM.line", {
            in: kilograms(statedIn(event), unit(event)),
            out: kilograms(
              event.outputs.reduce((sum, { amount }) => sum + (amount ?? 0n), 0n),
              unit(event),
            ),
          }),
        ]
      : []),
    ...(area_m2 === null
      ? []
      : [said("plots.area", { area: { amount: BigInt(Math.round(area_m2 * 1000)), unit: "MTK" } })]),
    ...(day === wrong.occurredAtS ? [] : [said("entry.right.day", { day: { moment: day } })]),
  ];
}

function noteLines(event: EventReading | null): readonly Said[] {
  return event?.notes == null ? [] : [said("entry.note", { text: event.notes })];
}

/** Names of the plots of plots and plantings, each once, in the order of their codes; lots have none. */
function placesOf(graph: Graph, ids: Iterable<Hex>): readonly Value[] {
  const plots = new Map([...ids].flatMap((id) => plotOf(graph, id) ?? []).map((master) => [master.subject, master]));
  const inOrder = [...plots.values()].sort((one, other) => byCode(one.code, other.code));
  return inOrder.map(({ name, code }) => name ?? code);
}

function plotOf(graph: Graph, id: Hex): PlotMaster | null {
  return graph.plot(plotIdOf(graph, id));
}

/** Of a planting its plot; else the id itself. */
function plotIdOf(graph: Graph, id: Hex): Hex {
  const open = graph.subjects.get(id)?.maker?.open;
  return open?.name === "PLANT" ? hexOf(open.args.plot) : id;
}

function isField(graph: Graph, id: Hex): boolean {
  return graph.subjects.get(plotIdOf(graph, id))?.maker?.open.name === "PLOT";
}

/** Plots in the order of their codes, however their ids fall. */
function inOrder<Row extends readonly [Hex, ...unknown[]]>(graph: Graph, rows: readonly Row[]): readonly Row[] {
  const code = ([plot]: Row) => graph.plot(plot)?.code ?? "";
  return [...rows].sort((one, other) => byCode(code(one), code(other)));
}

/** "YS-2" before "YS-10". */
function byCode(one: string, other: string): number {
  return one.localeCompare(other, "en", { numeric: true });
}

function productName(graph: Graph, id: Hex | null): Value {
  return (id === null ? null : graph.product(id)?.name) ?? "";
}

function harvestInputs({ open }: GraphEntry): readonly { readonly id: Uint8Array; readonly amount: bigint }[] {
  return open.name === "HARVEST" ? open.args.inputs : [];
}

function harvested(graph: Graph, entries: readonly GraphEntry[]): bigint {
  return entries
    .flatMap((entry) => harvestInputs(entry).filter(({ id }) => isHere(graph, entry, hexOf(id))))
    .reduce((sum, { amount }) => sum + amount, 0n);
}

/** Of a harvest that went into another lot, what came from fields of this one: its sheet has those of others besides. */
function isHere(graph: Graph, { subject }: GraphEntry, planting: Hex): boolean {
  return graph.subjects.has(subject) || graph.subjects.has(planting);
}

function kilograms(amount: bigint, of: Unit = "KGM"): Value {
  return { amount, unit: of };
}

function unit(event: EventReading | null): Unit {
  return unitOf(event?.uom ?? event?.labels?.uom ?? null);
}

function unique(lines: readonly Said[]): readonly Said[] {
  const key = (line: Said) => JSON.stringify(line, (_, value) => (typeof value === "bigint" ? String(value) : value));
  return [...new Map(lines.map((line) => [key(line), line])).values()];
}
