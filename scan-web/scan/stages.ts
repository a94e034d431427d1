/**
 * The way of a lot by its stages: which entries are told, as which pieces, in which order and under which number of N; gaps in their
 * place. Pure.
 */
import type { Attachment } from "../../protocol/document/attachment.ts";
import { hexOf } from "../../protocol/bytes.ts";
import { readAnswer, readDispute } from "../../protocol/document/dispute.ts";
import type { Hex } from "../../protocol/history.ts";
import { type Key, said } from "../ui/i18n.ts";
import type { Dispute } from "./disputes.ts";
import { correctionLines, correctionTitle, reasonOf, rootOf } from "./fates.ts";
import { DAY_S, type FieldGap } from "./field.ts";
import { type Graph, organisationOf, rolesAt } from "./graph.ts";
import type { GraphEntry } from "./open.ts";
import { inOrder, linesOf, placesToldOf, someOf, stageOf, titleOf } from "./sentences.ts";
import { type DisputeStory, type Folded, type Gap, STAGES, type Story, type StoryEntry } from "./story.ts";
import { aboutOf, type Certificate, isThird, roleOf, testTable, thirdLines, thirdTitle } from "./third.ts";

export type { Telling };
export { inStages, isTold };

interface Telling {
  readonly graph: Graph;
  readonly certificates: readonly Certificate[];
  /** The run in hand, its lot and all that they came from. */
  readonly story: ReadonlySet<Hex>;
  readonly disputes: readonly Dispute[];
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
  const pieces = pieced(telling, shown);
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
    return { stage, rows, silent: silentOf(stage, mine), folded: foldedOf(rows) };
  });
  return { stages, numbers };
}

/** A stage with more pieces than this is one line, which opens by a tap: a page of forty screens is read by nobody. */
const OPEN_PIECES = 5;

function foldedOf(rows: readonly (StoryEntry | Gap)[]): Folded | null {
  const told = rows.filter((row): row is StoryEntry => "ids" in row);
  if (told.length <= OPEN_PIECES) return null;
  const times = told.map((row) => row.occurredAtS);
  const gaps = rows.length - told.length;
  return {
    said: said("stage.folded", { count: told.length, days: { days: [Math.min(...times), Math.max(...times)] } }),
    gaps: gaps === 0 ? null : said("stage.gaps", { count: gaps }),
  };
}

/** Stages of which nothing was recorded say so themselves: nothing stands there that could be taken for "fine". */
function silentOf(stage: (typeof STAGES)[number], pieces: readonly Piece[]): Key | null {
  if (stage === "move") return pieces.length === 0 ? "stage.move.none" : null;
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
function pieced(telling: Telling, shown: readonly GraphEntry[]): readonly Piece[] {
  const { graph, disputes } = telling;
  const denied = new Map(
    disputes.flatMap(({ at, target, answer }) =>
      [at, target, answer].flatMap((one) => (one === null ? [] : [[one.id, target] as const])),
    ),
  );
  const pieces = new Map<string, Piece>();
  for (const entry of shown) {
    const { open, event, batch, occurredAtS } = entry;
    const day = Math.floor((occurredAtS + 8 * 3600) / DAY_S);
    const { struck, contradicted, right, byEntry } = graph.corrections;
    const isCorrected =
      denied.has(entry.id) || [struck, contradicted, right, byEntry].some((some) => some.has(entry.id));
    const draws = drawnFrom(telling, entry);
    const alone = isCorrected || (draws === null && !TOGETHER.has(open.name));
    const key = alone
      ? entry.id
      : (draws ?? [batch, open.name, event?.work?.id ?? "", day, isElsewhere(graph, entry)].join(" "));
    const piece = pieces.get(key);
    if (piece !== undefined) {
      piece.entries.push(entry);
      continue;
    }
    const root = rootOf(graph, denied.get(entry.id) ?? entry);
    // Corrections are rarely of corrections; those come in the order of their blocks.
    const rank = entry === root ? 0 : (RANKS[open.name] ?? (byEntry.has(entry.id) ? 1 : 2));
    pieces.set(key, {
      ...{
        stage: draws === null ? stageOf(graph, root) : "test",
        timeS: entry === root ? occurredAtS : root.occurredAtS,
      },
      ...{ root: isCorrected ? root.id : "", rank, entries: [entry] },
    });
  }
  return [...pieces.values()];
}

/** What is denied, its denial and the answer stand together. */
const RANKS: Readonly<Record<string, number>> = { DISPUTE: 3, ANSWER: 4 };

/** Other labels that draw on a certificate of this lot are one piece, however many; null for all else. */
function drawnFrom({ story, certificates }: Telling, { open, subject }: GraphEntry): string | null {
  if ((open.name !== "LABEL" && open.name !== "VOID") || story.has(subject)) return null;
  const id = hexOf(open.args.certificate);
  if (story.has(hexOf(open.args.lot))) return null;
  return story.has(id) || certificates.some((certificate) => certificate.id === id) ? `draws ${id}` : null;
}

/** Kinds of which a day's work is many entries. */
const TOGETHER: ReadonlySet<string> = new Set(["PLOT", "PLANT", "GROW", "HARVEST"]);

/** A plot's harvest may have gone into another lot: its log says so, and so does the page. */
function isElsewhere(graph: Graph, entry: GraphEntry): boolean {
  return !graph.subjects.has(entry.subject);
}

function tellEntry(
  telling: Telling & { readonly numbers: ReadonlyMap<string, number> },
  entries: readonly GraphEntry[],
  { from, to }: { readonly from: number; readonly to: number },
): StoryEntry {
  const { graph, certificates, numbers, disputes } = telling;
  const [first] = entries as readonly [GraphEntry, ...GraphEntry[]];
  const draws = drawnFrom(telling, first) !== null;
  const role = isThird(graph, first) ? roleOf(graph, first) : null;
  const isCorrection = first.open.name === "CORRECT";
  const lateS = Math.max(...entries.map((entry) => entry.recordedAtS - entry.occurredAtS));
  const elsewhere = isElsewhere(graph, first) ? [said("entry.other-lot")] : [];
  const { proof } = first;
  const seen = graph.history.blocks.find((block) => block.hash === proof.seen);
  const files = new Map(entries.flatMap((entry) => filesOf(graph, entry)).map((file) => [file.cid, file]));
  return {
    from,
    to,
    ids: entries.map((entry) => entry.id),
    title: draws
      ? said("entry.draws", { count: entries.length })
      : isCorrection
        ? correctionTitle(graph, first)
        : (thirdTitle(first) ?? titleOf(graph, entries)),
    lines: draws
      ? []
      : [
          ...elsewhere,
          ...(isCorrection ? correctionLines(graph, first) : linesOf(graph, entries)),
          ...thirdLines(graph, first, certificates),
        ],
    table: testTable(first),
    about: aboutOf(first),
    places: placesToldOf(graph, entries),
    grade: role === null ? "stated" : "third",
    stated:
      (rolesAt(graph, first.organisation, first.recordedAtS) & PRODUCER) === 0 ? "grade.stated.other" : "grade.stated",
    role,
    ...fateOf(graph, first, numbers),
    disputes: disputes
      .filter(({ target }) => target.id === first.id)
      .map((dispute) => denialOf(graph, dispute, numbers)),
    occurredAtS: first.occurredAtS,
    recordedAtS: first.recordedAtS,
    lateDays: lateS > DAY_S ? Math.floor(lateS / DAY_S) : 0,
    isLate: lateS > DAY_S && !graph.corrections.right.has(first.id) && !isElsewhere(graph, first),
    organisation: organisationOf(graph, first.organisation),
    files: [...files.values()].map((file) => ({
      cid: file.cid,
      mediaType: file.mediaType,
      bytes: file.size,
      name: file.name,
      sealed: file.sealed?.what ?? null,
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

/** Of its event; of a plot, what its keeper sealed (its pictures stand in the strip). */
function filesOf(graph: Graph, { open, subject, event }: GraphEntry): readonly Attachment[] {
  const kept = open.name === "PLOT" ? (graph.plot(subject)?.pictures ?? []) : [];
  return [...(event?.attachments ?? []), ...kept.filter(({ sealed }) => sealed !== undefined)];
}

/** Bit of docs/ledger.md §6. */
const PRODUCER = 1;

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
        organisation: organisationOf(graph, at.organisation).names,
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

function denialOf(graph: Graph, { at, isNamed, answer }: Dispute, numbers: ReadonlyMap<string, number>): DisputeStory {
  const organisation = organisationOf(graph, at.organisation).names;
  return {
    said: said(isNamed ? "entry.disputed" : "entry.disputed.stranger", { organisation }),
    denied: readDispute(at.document, at.subject)?.denied ?? null,
    by: numbers.get(at.id) ?? 0,
    isNamed,
    answer:
      answer === null
        ? null
        : { text: readAnswer(answer.document, answer.subject)?.answer ?? null, by: numbers.get(answer.id) ?? 0 },
  };
}

/** N counts what the run, the lots, the plantings, the plots and certificates for the lot moved with, as `verify` does. */
function isCounted({ graph, story, certificates }: Telling, id: Hex): boolean {
  if (!graph.subjects.has(id)) return false;
  return story.has(id) || certificates.some((certificate) => certificate.id === id);
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
  const place = someOf(
    inOrder(
      graph,
      plots.map((plot) => [plot] as const),
    ).map(([plot]) => graph.plot(plot)?.name ?? graph.plot(plot)?.code ?? ""),
  );
  if (untilS === null) return { fromS: Number.POSITIVE_INFINITY, said: said("gap.none", { place }) };
  const length = Math.floor((untilS - fromS) / DAY_S);
  return { fromS, said: said("gap.field", { place, days: { days: [fromS, untilS] }, length }) };
}
