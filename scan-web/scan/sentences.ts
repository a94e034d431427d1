/** What an entry says, as sentences: a title and a few lines. Pure. */
import { hexOf } from "../../protocol/bytes.ts";
import type { EventReading, InputReading, StepReading } from "../../protocol/document/read.ts";
import type { PlotMaster } from "../../protocol/document/read-master.ts";
import type { Hex } from "../../protocol/history.ts";
import { type Key, type Said, said, type Unit, type Value } from "../ui/i18n.ts";
import { type Graph, type GraphEntry, madeOf } from "./graph.ts";
import type { Stage } from "./story.ts";

export { byCode, linesOf, stageOf, titleOf };

function stageOf(graph: Graph, { open, subject }: GraphEntry): Stage {
  switch (open.name) {
    case "PLOT":
    case "PLANT":
    case "ORIGIN":
      return "plant";
    case "HARVEST":
      return "harvest";
    case "TRANSFORM":
      return open.args.step === PACK ? "pack" : "make";
    case "LABEL":
      return "pack";
    default: {
      if (madeOf(graph, subject) === null) return "tend";
      const maker = graph.subjects.get(subject)?.maker?.open;
      return maker?.name === "TRANSFORM" && maker.args.step === PACK ? "pack" : "make";
    }
  }
}

/** As `step` of TRANSFORM says it (docs/ledger.md, kind 57). */
const PACK = 2;

function titleOf(graph: Graph, entries: readonly GraphEntry[]): Said {
  const [{ open, event }] = entries as readonly [GraphEntry, ...GraphEntry[]];
  switch (open.name) {
    case "PLOT":
      return said("entry.PLOT");
    case "PLANT":
      return said("entry.PLANT", { product: productName(graph, hexOf(open.args.product)) });
    case "HARVEST":
      return said("entry.HARVEST", { amount: kilograms(harvested(entries)) });
    case "ORIGIN":
      return said("entry.ORIGIN", { amount: kilograms(open.args.amount, unit(event)) });
    case "TRANSFORM":
      return said(TRANSFORMS[open.args.step] ?? "entry.other", {
        product: productName(graph, open.args.outputs[0] === undefined ? null : hexOf(open.args.outputs[0].id)),
      });
    case "LABEL":
      return said("entry.LABEL", { labels: Number(open.args.count) });
    case "GROW":
      return event?.work == null ? said("entry.GROW") : said("entry.note", { text: event.work.words });
    case "NOTE":
      return event?.work == null ? said("entry.NOTE") : said("entry.note", { text: event.work.words });
    default:
      return said("entry.other");
  }
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
  const list = placesOf(
    graph,
    entries.map(({ subject }) => subject),
  );
  const caps = [...new Set(opened.flatMap((open) => (open.name === "PLANT" ? open.args.cap : [])))];
  return [
    said("entry.places", { list: { list } }),
    caps.length === 0
      ? said("entry.PLOT.several", { plots, area })
      : said("entry.PLANT.several", { plots, area, cap: { list: caps.map((cap) => ({ cap: Number(cap) / 1000 })) } }),
  ];
}

type Applied = InputReading & { readonly plots: number };

/** The same product on several plots of a day's round is told once, with its doses together. */
function mergedInputs(entries: readonly GraphEntry[]): readonly Applied[] {
  const merged = new Map<string, Applied>();
  for (const input of entries.flatMap(({ event }) => event?.applied ?? [])) {
    const { name, activeIngredient, uom } = input;
    const key = JSON.stringify([name, activeIngredient, uom, input.dose === null]);
    const known = merged.get(key);
    if (known === undefined) merged.set(key, { ...input, plots: 1 });
    else merged.set(key, { ...known, dose: (known.dose ?? 0) + (input.dose ?? 0), plots: known.plots + 1 });
  }
  return [...merged.values()];
}

/** What several entries of one piece say together: where, and by how many. */
function sharedLines(graph: Graph, entries: readonly GraphEntry[]): readonly Said[] {
  const [{ open }] = entries as readonly [GraphEntry, ...GraphEntry[]];
  if (open.name === "GROW" || open.name === "NOTE") {
    const places = placesOf(graph, new Set(entries.map((entry) => entry.subject)));
    return places.length === 0 ? [] : [said("entry.places", { list: { list: places } })];
  }
  if (open.name !== "HARVEST") return [];
  const plantings = new Set(entries.flatMap((entry) => harvestInputs(entry).map(({ id }) => hexOf(id))));
  const growers = new Set(
    entries.flatMap(({ event }) => [
      ...(event?.member == null ? [] : [event.member.number]),
      ...(event?.inputs ?? []).flatMap((input) => input.member?.number ?? []),
    ]),
  );
  const places = placesOf(graph, plantings);
  return [
    places.length <= 4
      ? said("entry.places", { list: { list: places } })
      : said("entry.HARVEST.line", { plots: plantings.size }),
    ...(growers.size === 0 ? [] : [said("entry.HARVEST.growers", { growers: growers.size })]),
  ];
}

function ownLines(graph: Graph, { open, event, subject }: GraphEntry): readonly Said[] {
  switch (open.name) {
    case "PLOT": {
      const master = graph.plot(subject);
      const name = master?.name ?? { zh: master?.code ?? "" };
      return [
        said("entry.PLOT.line", { name, area: { amount: open.args.area, unit: "MTK" }, place: master?.village ?? "" }),
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
    case "LABEL": {
      const labels = event?.labels;
      if (labels == null || labels.net === null) return [];
      const net: Value = { amount: labels.net, unit: unit(event), form: "small" };
      return [said("entry.LABEL.line", { net, lot: event?.lots[0]?.lotNumber ?? "" })];
    }
    default:
      return [];
  }
}

function inputLines(input: Applied): readonly Said[] {
  const dose =
    input.dose === null
      ? ""
      : said(input.plots > 1 ? "entry.dose.sum" : "entry.dose", { amount: input.dose, unit: doseUnit(input.uom) });
  const what =
    input.activeIngredient === null
      ? said("entry.input", { name: input.name, dose })
      : said("entry.input.ingredient", { name: input.name, ingredient: input.activeIngredient, dose });
  return [
    what,
    ...(input.preHarvestIntervalDays === null
      ? []
      : [said("entry.GROW.interval", { days: input.preHarvestIntervalDays })]),
    ...(input.registration === null ? [] : [said("entry.GROW.registration", { number: input.registration })]),
  ];
}

/** A unit that the messages do not know is shown as its code. */
function doseUnit(uom: string | null): Value {
  const known: Readonly<Record<string, Key>> = {
    KGM: "entry.unit.KGM",
    GRM: "entry.unit.GRM",
    LTR: "entry.unit.LTR",
    MLT: "entry.unit.MLT",
  };
  const key = known[uom ?? ""];
  return key === undefined ? (uom ?? "") : said(key);
}

function stepWords(step: StepReading): Said {
  const name = step.words;
  const { temperatureC: degrees, minutes } = step;
  if (degrees !== null && minutes !== null) return said("entry.step.heat-minutes", { name, degrees, minutes });
  if (degrees !== null) return said("entry.step.heat", { name, degrees });
  if (minutes !== null) return said("entry.step.minutes", { name, minutes });
  return said("entry.step", { name });
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
  const open = graph.subjects.get(id)?.maker?.open;
  return graph.plot(open?.name === "PLANT" ? hexOf(open.args.plot) : id);
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

function harvested(entries: readonly GraphEntry[]): bigint {
  return entries.flatMap(harvestInputs).reduce((sum, { amount }) => sum + amount, 0n);
}

function kilograms(amount: bigint, of: Unit = "KGM"): Value {
  return { amount, unit: of };
}

function unit(event: EventReading | null): Unit {
  const uom = event?.uom ?? event?.labels?.uom;
  return uom === "MTK" || uom === "H87" || uom === "LTR" ? uom : "KGM";
}

function unique(lines: readonly Said[]): readonly Said[] {
  const key = (line: Said) => JSON.stringify(line, (_, value) => (typeof value === "bigint" ? String(value) : value));
  return [...new Map(lines.map((line) => [key(line), line])).values()];
}
