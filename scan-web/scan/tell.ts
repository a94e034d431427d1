/**
 * History → story: what is told, in which order, by whom. Pure; in both languages at once, for sentences are keys here.
 */

import { organisationNumber } from "../../protocol/batch.ts";
import { bytesOf, hexOf } from "../../protocol/bytes.ts";
import type { Attachment } from "../../protocol/document/attachment.ts";
import type { Hex, History } from "../../protocol/history.ts";
import type { Unit } from "../ui/i18n.ts";
import { said } from "../ui/i18n.ts";
import { freshInput, harvestsOf, lotsOf, sharesOf } from "./ancestry.ts";
import { sixFacts } from "./facts.ts";
import { type FieldGap, fieldGaps, fieldsOf } from "./field.ts";
import { type Graph, type GraphEntry, madeOf, openHistory } from "./graph.ts";
import { byCode, linesOf, stageOf, titleOf } from "./sentences.ts";
import {
  type Gap,
  type Organisation,
  type Picture,
  STAGES,
  type Story,
  type StoryEntry,
  type Weights,
} from "./story.ts";

export { registeredCode, tellStory };

const DAY_S = 86_400;

function tellStory(history: History): Story {
  const graph = openHistory(history);
  const { lot, deployment } = history;
  const fields = fieldsOf(graph, lot);
  const shares = sharesOf(graph, lot);
  const productId = madeOf(graph, lot)?.product ?? null;
  const product = productId === null ? null : graph.product(productId);
  const shown = graph.entries.filter(isTold);
  const stages = inStages(graph, shown, fieldGaps(graph, fields));
  const counted = stages
    .flatMap(({ rows }) => rows)
    .reduce((most, row) => ("to" in row ? Math.max(most, row.to) : most), 0);
  const maker = graph.subjects.get(lot)?.maker;
  const holder = organisation(graph, maker?.organisation ?? 0);
  const others = new Set(shown.map((entry) => entry.organisation));
  const isExample = shown.some((entry) => entry.event?.example === true) || deployment.example !== null;
  return {
    lot,
    product: product?.name ?? null,
    net:
      product === null || product.net === null || product.net === 0n
        ? null
        : { amount: product.net, unit: unitOf(product.uom) },
    lotNumber: lotNumberOf(graph, lot),
    holder,
    organisations: [...others].map((number) => organisation(graph, number)),
    example: isExample
      ? { days: deployment.example === null ? null : [deployment.example.fromS, deployment.example.untilS] }
      : null,
    facts: sixFacts({ graph, lot, fields, shares }),
    stages,
    pictures: picturesOf(graph),
    weights: weightsOf(graph, lot),
    plots: inOrder(graph, [...shares.plots]).map(([subject, share]) => {
      const master = graph.plot(subject);
      const open = graph.subjects.get(subject)?.maker?.open;
      return {
        subject,
        names: master?.name ?? { zh: master?.code ?? "" },
        area: { amount: open?.name === "PLOT" ? open.args.area : 0n, unit: "MTK" },
        outline: master?.outline ?? [],
        share,
        recorded: fields.some((field) => field.plot === subject && field.works.length > 0),
      };
    }),
    chain: {
      chainId: deployment.chainId,
      ledger: deployment.ledger,
      block: history.asOf.number,
      blockTimeS: history.asOf.timeS,
      finality: deployment.finality,
      runBy: deployment.runBy,
    },
    statements: counted,
  };
}

/** Plots in the order of their codes, however their ids fall. */
function inOrder<Row extends readonly [Hex, ...unknown[]]>(graph: Graph, rows: readonly Row[]): readonly Row[] {
  const code = ([plot]: Row) => graph.plot(plot)?.code ?? "";
  return [...rows].sort((one, other) => byCode(code(one), code(other)));
}

/** Under which article and lot number the lot's own records are: what the address on a bag has to say. */
function registeredCode(history: History): { readonly gtin: string | null; readonly lotNumber: string | null } {
  const graph = openHistory(history);
  const product = madeOf(graph, history.lot)?.product ?? null;
  return {
    gtin: product === null ? null : (graph.product(product)?.gtin ?? null),
    lotNumber: lotNumberOf(graph, history.lot),
  };
}

function lotNumberOf(graph: Graph, lot: Hex): string | null {
  const event = graph.subjects.get(lot)?.maker?.event;
  const name = event?.outputs.find((output) => output.subject === lot)?.lot ?? event?.lots[0];
  return name?.lotNumber ?? null;
}

/** Organisations, products and members have logs of their own; the way of a lot tells of the run, the lots and the fields. */
function isTold({ open }: GraphEntry): boolean {
  return open.name !== "ENROL" && open.name !== "EXPEL" && open.name !== "PRODUCT" && open.name !== "MEMBER";
}

function inStages(graph: Graph, shown: readonly GraphEntry[], gaps: readonly FieldGap[]): Story["stages"] {
  const pieces = pieced(graph, shown);
  let counted = 0;
  return STAGES.map((stage) => {
    const mine = pieces.filter((piece) => piece.stage === stage).sort((one, other) => one.timeS - other.timeS);
    const rows: (StoryEntry | Gap)[] = mine.map(({ entries }) => {
      const row = tellEntry(graph, entries, counted + 1);
      counted = row.to;
      return row;
    });
    return { stage, rows: stage === "tend" ? withGaps(graph, rows, gaps) : rows };
  });
}

interface Piece {
  readonly stage: (typeof STAGES)[number];
  readonly timeS: number;
  readonly entries: GraphEntry[];
}

/** A day's round over many plots is one piece: same batch, same work, same day. Lots are made one by one. */
function pieced(graph: Graph, shown: readonly GraphEntry[]): readonly Piece[] {
  const pieces = new Map<string, Piece>();
  for (const entry of shown) {
    const { open, event, batch, occurredAtS } = entry;
    const day = Math.floor((occurredAtS + 8 * 3600) / DAY_S);
    const alone = open.name === "TRANSFORM" || open.name === "LABEL" || open.name === "ORIGIN" || open.name === "NOTE";
    const key = alone ? entry.id : [batch, open.name, event?.work?.id ?? "", day, isElsewhere(graph, entry)].join(" ");
    const piece = pieces.get(key);
    if (piece === undefined) pieces.set(key, { stage: stageOf(graph, entry), timeS: occurredAtS, entries: [entry] });
    else piece.entries.push(entry);
  }
  return [...pieces.values()];
}

/** A plot's harvest may have gone into another lot: its log says so, and so does the page. */
function isElsewhere(graph: Graph, entry: GraphEntry): boolean {
  return !graph.subjects.has(entry.subject);
}

function tellEntry(graph: Graph, entries: readonly GraphEntry[], from: number): StoryEntry {
  const [first] = entries as readonly [GraphEntry, ...GraphEntry[]];
  const statements = entries.reduce((sum, entry) => sum + entry.moves.filter((id) => isCounted(graph, id)).length, 0);
  const lateS = Math.max(...entries.map((entry) => entry.recordedAtS - entry.occurredAtS));
  const elsewhere = isElsewhere(graph, first) ? [said("entry.other-lot")] : [];
  const { proof } = first;
  const seen = graph.history.blocks.find((block) => block.hash === proof.seen);
  const files = new Map(entries.flatMap((entry) => (entry.event?.attachments ?? []).map((file) => [file.cid, file])));
  return {
    from,
    to: from + statements - 1,
    ids: entries.map((entry) => entry.id),
    title: titleOf(graph, entries),
    lines: [...elsewhere, ...linesOf(graph, entries)],
    grade: "stated",
    occurredAtS: first.occurredAtS,
    recordedAtS: first.recordedAtS,
    lateDays: lateS > DAY_S ? Math.floor(lateS / DAY_S) : 0,
    organisation: organisation(graph, first.organisation),
    files: [...files.values()].map((file) => ({
      cid: file.cid,
      mediaType: file.mediaType,
      bytes: file.size,
      name: file.name,
    })),
    proof: {
      batch: first.batch,
      recorder: proof.recorder,
      signature: `0x${proof.r.slice(2)}${proof.s.slice(2)}`,
      block: proof.block,
      seen: proof.seen,
      seenS: seen?.timeS ?? null,
      documents: [...new Set(entries.map((entry) => entry.cid))],
    },
  };
}

/** N counts what the run, the lots, the plantings and the plots moved with, as `verify` does. */
function isCounted(graph: Graph, id: Hex): boolean {
  const name = graph.subjects.get(id)?.maker?.open.name;
  return name !== undefined && name !== "PRODUCT" && name !== "MEMBER" && organisationNumber(bytesOf(id)) === null;
}

function withGaps(graph: Graph, rows: readonly (StoryEntry | Gap)[], gaps: readonly FieldGap[]): (StoryEntry | Gap)[] {
  const byTime = new Map<string, { gap: FieldGap; plots: Hex[] }>();
  for (const gap of gaps) {
    const key = `${gap.fromS} ${gap.untilS}`;
    const known = byTime.get(key);
    if (known === undefined) byTime.set(key, { gap, plots: [gap.plot] });
    else known.plots.push(gap.plot);
  }
  const told = [...byTime.values()].map(({ gap, plots }): Gap => {
    const place = {
      list: inOrder(
        graph,
        plots.map((plot) => [plot] as const),
      ).map(([plot]) => graph.plot(plot)?.name ?? graph.plot(plot)?.code ?? ""),
    };
    if (gap.untilS === null) return { fromS: Number.POSITIVE_INFINITY, said: said("gap.none", { place }) };
    const length = Math.floor((gap.untilS - gap.fromS) / DAY_S);
    return { fromS: gap.fromS, said: said("gap.field", { place, days: { days: [gap.fromS, gap.untilS] }, length }) };
  });
  // A gap stands after the record that it follows.
  const timeOf = (row: StoryEntry | Gap) => ("to" in row ? row.occurredAtS : row.fromS + 1);
  return [...rows, ...told].sort((one, other) => timeOf(one) - timeOf(other));
}

function weightsOf(graph: Graph, lot: Hex): Weights | null {
  const made = madeOf(graph, lot);
  if (made === null) return null;
  const product = made.product === null ? null : graph.product(made.product);
  const input = freshInput(graph, lot);
  const entries = graph.subjects.get(lot)?.entries ?? [];
  const net = product?.net ?? 0n;
  let labels = 0n;
  let used = 0n;
  for (const { open, subject } of entries) {
    if (open.name === "LABEL") labels += open.args.count;
    if (open.name === "TRANSFORM" && subject !== lot)
      used += open.args.inputs.find(({ id }) => hexOf(id) === lot)?.amount ?? 0n;
  }
  const [harvest] = harvestsOf(graph, lot);
  const fresh = harvest === undefined ? null : (madeOf(graph, harvest)?.product ?? null);
  return {
    unit: unitOf(product?.uom ?? null),
    input,
    made: made.amount,
    loss: input - made.amount,
    labels: Number(labels),
    net,
    labelled: labels * net,
    used,
    left: made.amount - labels * net - used,
    inputName: fresh === null ? null : (graph.product(fresh)?.name ?? null),
    madeName: product?.name ?? null,
  };
}

/** Pictures of plots, of work, of goods, in time order, each once. */
function picturesOf(graph: Graph): readonly Picture[] {
  const found = new Map<string, Picture>();
  const lots = lotsOf(graph, graph.history.lot);
  const add = (file: Attachment, timeS: number): void => {
    if (!file.mediaType.startsWith("image/") || found.has(file.cid)) return;
    const { author = "", licence = "", source = "", changes = "" } = file.credit ?? {};
    found.set(file.cid, {
      cid: file.cid,
      mediaType: file.mediaType,
      bytes: file.size,
      name: file.name,
      caption: file.caption ?? null,
      day: timeS,
      credit: { author, licence, source, changes },
    });
  };
  for (const entry of [...graph.entries].sort((one, other) => one.occurredAtS - other.occurredAtS)) {
    const { open, subject, occurredAtS } = entry;
    if (open.name === "PLOT") for (const file of graph.plot(subject)?.pictures ?? []) add(file, occurredAtS);
    if (graph.subjects.has(subject) || lots.has(subject))
      for (const file of entry.event?.attachments ?? []) add(file, occurredAtS);
  }
  return [...found.values()];
}

function organisation(graph: Graph, number: number): Organisation {
  return graph.organisations.get(number) ?? { number, names: { zh: `№ ${number}` }, checked: null, phone: null };
}

function unitOf(uom: string | null): Unit {
  return uom === "MTK" || uom === "H87" || uom === "LTR" ? uom : "KGM";
}
