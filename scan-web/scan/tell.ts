/**
 * History → story: what is told, in which order, by whom. Pure; in both languages at once, for sentences are keys here.
 */

import { organisationNumber } from "../../protocol/batch.ts";
import { bytesOf, hexOf } from "../../protocol/bytes.ts";
import type { Attachment } from "../../protocol/document/attachment.ts";
import type { Hex, History } from "../../protocol/history.ts";
import { type Key, said } from "../ui/i18n.ts";
import { freshInput, harvestsOf, lotsOf, sharesOf } from "./ancestry.ts";
import { bookedOf, correctionLines, correctionTitle, reasonOf, rootOf } from "./fates.ts";
import { sixFacts } from "./facts.ts";
import { type FieldGap, fieldGaps, fieldsOf } from "./field.ts";
import { type Graph, madeOf, openHistory } from "./graph.ts";
import type { GraphEntry } from "./open.ts";
import { byCode, linesOf, stageOf, titleOf, unitOf } from "./sentences.ts";
import {
  type Gap,
  type Organisation,
  type Picture,
  STAGES,
  type Story,
  type StoryEntry,
  type Weights,
} from "./story.ts";
import {
  aboutOf,
  type Certificate,
  certificatesFor,
  isThird,
  roleOf,
  testTable,
  thirdLines,
  thirdTitle,
} from "./third.ts";

export { registeredCode, tellStory };

const DAY_S = 86_400;

function tellStory(history: History): Story {
  const graph = openHistory(history);
  const { lot, deployment } = history;
  const fields = fieldsOf(graph, lot);
  const shares = sharesOf(graph, lot);
  const productId = madeOf(graph, lot)?.product ?? null;
  const product = productId === null ? null : graph.product(productId);
  const telling: Telling = { graph, certificates: certificatesFor(graph) };
  const shown = graph.entries.filter((entry) => isTold(telling, entry));
  const { stages, numbers } = inStages(telling, shown, fieldGaps(graph, fields));
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
    facts: sixFacts({ graph, lot, fields, shares, certificates: telling.certificates }),
    stages,
    pictures: picturesOf(graph),
    weights: weightsOf(graph, lot, numbers),
    plots: inOrder(graph, [...shares.plots]).map(([subject, share]) => {
      const master = graph.plot(subject);
      const open = graph.subjects.get(subject)?.maker?.open;
      return {
        subject,
        names: master?.name ?? { zh: master?.code ?? "" },
        area: {
          amount: (open?.name === "PLOT" ? open.args.area : 0n) + (graph.corrections.made.get(subject) ?? 0n),
          unit: "MTK",
        },
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

interface Telling {
  readonly graph: Graph;
  readonly certificates: readonly Certificate[];
}

/** Organisations, products and members have logs of their own; the way of a lot tells of the run, the lots, the fields and certificates. */
function isTold(telling: Telling, { open, moves }: GraphEntry): boolean {
  if (open.name === "ENROL" || open.name === "EXPEL") return false;
  return moves.some((id) => isCounted(telling, id));
}

/** Entries by stage, and by entry the number under which it is told. */
function inStages(
  telling: Telling,
  shown: readonly GraphEntry[],
  gaps: readonly FieldGap[],
): { readonly stages: Story["stages"]; readonly numbers: ReadonlyMap<string, number> } {
  const pieces = pieced(telling.graph, shown);
  const numbers = new Map<string, number>();
  let counted = 0;
  const order = STAGES.map((stage) => ({
    stage,
    mine: pieces.filter((piece) => piece.stage === stage).sort(inPlace),
  }));
  const counts = new Map<Piece, { from: number; to: number }>();
  for (const piece of order.flatMap(({ mine }) => mine)) {
    const from = counted + 1;
    counted += piece.entries.reduce((sum, { moves }) => sum + moves.filter((id) => isCounted(telling, id)).length, 0);
    counts.set(piece, { from, to: counted });
    for (const { id } of piece.entries) numbers.set(id, from);
  }
  const stages = order.map(({ stage, mine }) => {
    const told = mine.map((piece) => ({
      row: tellEntry({ ...telling, numbers }, piece.entries, counts.get(piece) ?? { from: 0, to: 0 }),
      timeS: piece.timeS,
    }));
    const rows = stage === "tend" ? withGaps(telling.graph, told, gaps) : told.map(({ row }) => row);
    return { stage, rows, silent: silentOf(stage, mine) };
  });
  return { stages, numbers };
}

/** Stages of which nothing was recorded say so themselves: nothing stands there that could be taken for "fine". */
function silentOf(stage: (typeof STAGES)[number], pieces: readonly Piece[]): Key | null {
  if (stage === "move") return "stage.move.none";
  const isTested = pieces.some(({ entries }) => entries.some(({ open }) => open.name === "TEST"));
  return stage === "test" && !isTested ? "stage.test.none" : null;
}

interface Told {
  readonly row: StoryEntry | Gap;
  readonly timeS: number;
}

interface Piece {
  readonly stage: (typeof STAGES)[number];
  readonly timeS: number;
  /** What was wrong, its corrections and the right data stand together, in this order. */
  readonly root: string;
  readonly rank: number;
  readonly entries: GraphEntry[];
}

function inPlace(one: Piece, other: Piece): number {
  return one.timeS - other.timeS || one.root.localeCompare(other.root) || one.rank - other.rank;
}

/** A day's round over many plots is one piece: same batch, same work, same day. Lots are made one by one. */
function pieced(graph: Graph, shown: readonly GraphEntry[]): readonly Piece[] {
  const pieces = new Map<string, Piece>();
  for (const entry of shown) {
    const { open, event, batch, occurredAtS } = entry;
    const day = Math.floor((occurredAtS + 8 * 3600) / DAY_S);
    const { struck, contradicted, right, byEntry } = graph.corrections;
    const isCorrected = [struck, contradicted, right, byEntry].some((some) => some.has(entry.id));
    const alone = isCorrected || !TOGETHER.has(open.name);
    const key = alone ? entry.id : [batch, open.name, event?.work?.id ?? "", day, isElsewhere(graph, entry)].join(" ");
    const piece = pieces.get(key);
    if (piece !== undefined) {
      piece.entries.push(entry);
      continue;
    }
    const root = rootOf(graph, entry);
    // Corrections are rarely of corrections; those come in the order of their blocks.
    const rank = entry === root ? 0 : byEntry.has(entry.id) ? 1 : 2;
    pieces.set(key, {
      ...{ stage: stageOf(graph, root), timeS: entry === root ? occurredAtS : root.occurredAtS },
      ...{ root: isCorrected ? root.id : "", rank, entries: [entry] },
    });
  }
  return [...pieces.values()];
}

/** Kinds of which a day's work is many entries. */
const TOGETHER: ReadonlySet<string> = new Set(["PLOT", "PLANT", "GROW", "HARVEST"]);

/** A plot's harvest may have gone into another lot: its log says so, and so does the page. */
function isElsewhere(graph: Graph, entry: GraphEntry): boolean {
  return !graph.subjects.has(entry.subject);
}

function tellEntry(
  { graph, certificates, numbers }: Telling & { readonly numbers: ReadonlyMap<string, number> },
  entries: readonly GraphEntry[],
  { from, to }: { readonly from: number; readonly to: number },
): StoryEntry {
  const [first] = entries as readonly [GraphEntry, ...GraphEntry[]];
  const role = isThird(graph, first) ? roleOf(graph, first) : null;
  const isCorrection = first.open.name === "CORRECT";
  const lateS = Math.max(...entries.map((entry) => entry.recordedAtS - entry.occurredAtS));
  const elsewhere = isElsewhere(graph, first) ? [said("entry.other-lot")] : [];
  const { proof } = first;
  const seen = graph.history.blocks.find((block) => block.hash === proof.seen);
  const files = new Map(entries.flatMap((entry) => (entry.event?.attachments ?? []).map((file) => [file.cid, file])));
  return {
    from,
    to,
    ids: entries.map((entry) => entry.id),
    title: isCorrection ? correctionTitle(graph, first) : (thirdTitle(first) ?? titleOf(graph, entries)),
    lines: [
      ...elsewhere,
      ...(isCorrection ? correctionLines(graph, first) : linesOf(graph, entries)),
      ...thirdLines(graph, first, certificates),
    ],
    table: testTable(first),
    about: aboutOf(first),
    grade: role === null ? "stated" : "third",
    role,
    ...fateOf(graph, first, numbers),
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

/** What became of it, what it is said to be by others, and of which other entry it speaks. */
function fateOf(
  graph: Graph,
  { id }: GraphEntry,
  numbers: ReadonlyMap<string, number>,
): Pick<StoryEntry, "struck" | "contradictions" | "of"> {
  const { struck, contradicted, byEntry, right } = graph.corrections;
  const numberOf = (entry: GraphEntry | null): number | null =>
    entry === null ? null : (numbers.get(entry.id) ?? null);
  const by = struck.get(id);
  const speaks = byEntry.get(id) ?? right.get(id);
  const target = numberOf(speaks?.target ?? null);
  return {
    struck:
      by === undefined
        ? null
        : {
            said: said("entry.struck", { reason: reasonOf(by.reason) }),
            by: numberOf(by.at) ?? 0,
            right: numberOf(by.right),
          },
    contradictions: (contradicted.get(id) ?? []).map(({ at, reason }) => ({
      said: said("entry.contradicted", {
        organisation: organisation(graph, at.organisation).names,
        reason: reasonOf(reason),
      }),
      by: numberOf(at) ?? 0,
    })),
    of:
      target === null
        ? null
        : { said: said(right.has(id) ? "entry.right.of" : "entry.CORRECT.of", { number: target }), number: target },
  };
}

/** N counts what the run, the lots, the plantings, the plots and certificates for the lot moved with, as `verify` does. */
function isCounted({ graph, certificates }: Telling, id: Hex): boolean {
  const name = graph.subjects.get(id)?.maker?.open.name;
  if (name === "CERTIFY") return certificates.some((certificate) => certificate.id === id);
  return name !== undefined && name !== "PRODUCT" && name !== "MEMBER" && organisationNumber(bytesOf(id)) === null;
}

/** A gap stands after the piece that it follows; a correction stays with what it corrects, whenever it was written. */
function withGaps(graph: Graph, told: readonly Told[], gaps: readonly FieldGap[]): (StoryEntry | Gap)[] {
  const byTime = new Map<string, { gap: FieldGap; plots: Hex[] }>();
  for (const gap of gaps) {
    const key = `${gap.fromS} ${gap.untilS}`;
    const known = byTime.get(key);
    if (known === undefined) byTime.set(key, { gap, plots: [gap.plot] });
    else known.plots.push(gap.plot);
  }
  const rows = [...byTime.values()].map(({ gap, plots }) => gapRow(graph, gap, plots));
  const placed = [...told, ...rows.map((row) => ({ row, timeS: row.fromS + 1 }))];
  return placed.sort((one, other) => one.timeS - other.timeS).map(({ row }) => row);
}

function gapRow(graph: Graph, { fromS, untilS }: FieldGap, plots: readonly Hex[]): Gap {
  const place = {
    list: inOrder(
      graph,
      plots.map((plot) => [plot] as const),
    ).map(([plot]) => graph.plot(plot)?.name ?? graph.plot(plot)?.code ?? ""),
  };
  if (untilS === null) return { fromS: Number.POSITIVE_INFINITY, said: said("gap.none", { place }) };
  const length = Math.floor((untilS - fromS) / DAY_S);
  return { fromS, said: said("gap.field", { place, days: { days: [fromS, untilS] }, length }) };
}

function weightsOf(graph: Graph, lot: Hex, numbers: ReadonlyMap<string, number>): Weights | null {
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
    if (open.name === "CORRECT" && hexOf(open.args.other) === lot) used += open.args.others;
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
    booked: bookedOf(graph, lotsOf(graph, lot)).map(({ id, difference }) => ({
      difference,
      number: numbers.get(id) ?? 0,
    })),
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
