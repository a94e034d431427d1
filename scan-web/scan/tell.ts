/**
 * History → story: what is told, in which order, by whom. Pure; in both languages at once, for sentences are keys here.
 */

import type { Attachment } from "../../protocol/document/attachment.ts";
import type { Hex, History } from "../../protocol/history.ts";
import { lotsOf, sharesOf, storyOf } from "./ancestry.ts";
import { disputesIn } from "./disputes.ts";
import { flowOf } from "./flow.ts";
import { sixFacts } from "./facts.ts";
import { fieldGaps, fieldsOf } from "./field.ts";
import { type Graph, holderOf, madeOf, openHistory, organisationOf } from "./graph.ts";
import { handsOf, onwardOf } from "./hands.ts";
import { promisesOf } from "./promises.ts";
import { recallsOf } from "./recalls.ts";
import { inOrder } from "./sentences.ts";
import { inStages, isTold, type Telling } from "./stages.ts";
import type { Picture, Story } from "./story.ts";
import { certificatesFor } from "./third.ts";
import { voidReason } from "./trade.ts";
import { unitOf } from "./units.ts";

export { registeredCode, tellStory };

function tellStory(history: History): Story {
  const graph = openHistory(history);
  const { lot, deployment } = history;
  const fields = fieldsOf(graph, lot);
  const shares = sharesOf(graph, lot);
  const productId = madeOf(graph, lot)?.product ?? null;
  const product = productId === null ? null : graph.product(productId);
  const story = storyOf(graph);
  const onward = onwardOf(graph);
  const telling: Telling = { graph, certificates: certificatesFor(graph), story, disputes: disputesIn(graph) };
  const shown = graph.entries.filter((entry) => isTold(telling, entry));
  const { stages, numbers } = inStages(telling, shown, fieldGaps(graph, fields));
  const counted = stages
    .flatMap(({ rows }) => rows)
    .reduce((most, row) => ("to" in row ? Math.max(most, row.to) : most), 0);
  const unread = telling.certificates.reduce((sum, { id }) => sum + (graph.subjects.get(id)?.unread ?? 0), 0);
  const maker = graph.subjects.get(lot)?.maker;
  const holder = organisationOf(graph, holderOf(graph.subjects.get(lot)) ?? maker?.organisation ?? 0);
  const reach = { story, onward, numbers };
  const recalls = recallsOf(graph, reach);
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
    organisations: [...others].map((number) => organisationOf(graph, number)),
    example: isExample
      ? { days: deployment.example === null ? null : [deployment.example.fromS, deployment.example.untilS] }
      : null,
    facts: sixFacts({ graph, lot, fields, shares, certificates: telling.certificates }),
    stated: stages.some(({ rows }) =>
      rows.some((row) => "ids" in row && row.grade === "stated" && row.stated !== "grade.stated"),
    )
      ? "grade.stated.other"
      : "grade.stated",
    stages,
    pictures: picturesOf(graph),
    flow: flowOf(graph, lot, numbers),
    recalls,
    voided: voidedIn(graph, numbers),
    hands: handsOf(graph, reach),
    promises: promisesOf(graph, { ...reach, recalls }),
    plots: inOrder(graph, [...shares.plots]).map(([subject, share]) => {
      const master = graph.plot(subject);
      const open = graph.subjects.get(subject)?.maker?.open;
      return {
        subject,
        names: master?.name ?? { zh: master?.code ?? `№ ${subject.slice(2, 6)}` },
        area: {
          amount: (open?.name === "PLOT" ? open.args.area : 0n) + (graph.corrections.made.get(subject) ?? 0n),
          unit: "MTK",
        },
        outline: master?.outline ?? [],
        share,
        recorded: fields.some((field) => field.plot === subject && field.works.length > 0),
      };
    }),
    outside: shares.outside,
    chain: {
      chainId: deployment.chainId,
      ledger: deployment.ledger,
      block: history.asOf.number,
      blockTimeS: history.asOf.timeS,
      finality: deployment.finality,
      runBy: deployment.runBy,
    },
    statements: counted + unread,
  };
}

/** Why the very label in hand counts no more: ranges name labels by their place in the run. */
function voidedIn({ history, subjects }: Graph, numbers: ReadonlyMap<string, number>): Story["voided"] {
  const { code } = history;
  if (code === null) return null;
  const index = BigInt(Number.isSafeInteger(code.index) ? code.index : -1);
  for (const { open, subject, recordedAtS, id } of subjects.get(code.run)?.entries ?? []) {
    if (open.name !== "VOID" || subject !== code.run) continue;
    if (!open.args.ranges.some(({ first, number }) => index >= first && index < first + number)) continue;
    return { reason: voidReason(open.args.reason), atS: recordedAtS, number: numbers.get(id) ?? null };
  }
  return null;
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
      sealed: null,
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
