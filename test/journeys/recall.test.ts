/**
 * A regulator recalls one plot out of a thousand lots: who holds anything that came of it, and which labels. Once as whoever made the
 * lots knows it, once as the index has it, once as the API tells it, once as the heads prove it.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect } from "chai";
import { organisationId } from "../../protocol/batch.ts";
import { hexOf } from "../../protocol/bytes.ts";
import type { Hex, History } from "../../protocol/history.ts";
import type { Primitives } from "../../protocol/sign.ts";
import { proveReach, type ReachHistory } from "../../protocol/reach.ts";
import { verify } from "../../protocol/verify.ts";
import type { Heads } from "../../protocol/verify/report.ts";
import { headsOf } from "../../scripts/verify/collect.ts";
import { collectReach } from "../../scripts/verify/reach.ts";
import { connectRpc } from "../../scripts/verify/sources.ts";
import { randomOf } from "../support/history.ts";
import { growGraph, type LotGraph } from "../support/lot-graph.ts";
import { primitives as slow } from "../support/primitives.ts";
import { startServer, type TestServer } from "../support/server.ts";
import { type Subject, Trader } from "../support/trade.ts";

const SEED = 20_261_125;
const LOTS = 1_000;
/** Left out one at a time. */
const LEFT_OUT = 25;

/** Thousands of small digests: WebCrypto would go through another thread for each. */
const primitives: Primitives = {
  sha256: (bytes) => new Uint8Array(createHash("sha256").update(bytes).digest()),
  verifyP256: slow.verifyP256,
};

describe("A recall of one plot among a thousand lots", function () {
  this.timeout(300_000);
  let server: TestServer;
  let graph: LotGraph;
  let plot: Subject;
  /** All that came of the plot, by plain recursion over what the makers wrote down. */
  let expected: ReadonlySet<Hex>;
  let collected: Awaited<ReturnType<typeof collectReach>>;

  before(async () => {
    server = await startServer();
    const random = randomOf(SEED);
    graph = await growGraph(server, { lots: LOTS, random });
    const regulator = await Trader.admit(server, "regulator");
    plot = graph.plots[Math.floor(random() * graph.plots.length)] ?? none();
    await regulator.record(regulator.recall(plot, "regulator"));
    await server.furrow.settled();
    expected = derivedFrom(plot.subject, graph.madeOf);
    collected = await collectReach(sources(), plot.subject);
  });
  after(() => server?.close());

  const sources = () => ({
    rpc: connectRpc(`${server.address}/rpc`, { tellsFinal: true }),
    deployment: server.furrow.deployment,
    ...{ primitives, say: () => {} },
  });
  const reachedRuns = () => graph.runs.filter(({ subject }) => expected.has(subject));

  it("has something to show: splits, merges, handovers and labels, some of them of this plot and most of them not", () => {
    const share = expected.size / graph.madeOf.size;

    expect(graph.lots).to.be.at.least(LOTS);
    expect(graph.batches).to.be.lessThan(LOTS / 10);
    expect(graph.handovers).to.be.greaterThan(50);
    expect(reachedRuns().length).to.be.greaterThan(10).and.lessThan(graph.runs.length);
    expect(share).to.be.greaterThan(0.03).and.lessThan(0.7);
  });

  it("reaches in the index what a plain recursive query over its links finds, and that is all that was made of it", () => {
    const database = new DatabaseSync(join(server.folder, "index.sqlite"), { readOnly: true });
    const rows = database
      .prepare(
        `WITH RECURSIVE reached(id) AS (SELECT ? UNION SELECT link.consumer FROM link JOIN reached ON link.input = reached.id)
         SELECT id FROM reached`,
      )
      .all(plot.subject) as unknown as { readonly id: Hex }[];
    database.close();

    expect(sorted(rows.map(({ id }) => id))).to.deep.equal(sorted(expected));
  });

  it("is told by the API, page by page, with the sums over all of it", async () => {
    const found: Told["subjects"][number][] = [];
    let sums: Told["sums"] | null = null;
    for (let after: string | null = null, isFirst = true; isFirst || after !== null; isFirst = false) {
      const next: string = after === null ? "" : `&after=${after}`;
      const response = await fetch(`${server.address}/api/subjects/${plot.subject}/reach?limit=100${next}`);
      const page = (await response.json()) as Told;
      found.push(...page.subjects);
      [sums, after] = [page.sums, page.next];
    }

    const runs = reachedRuns();
    expect(sorted(found.map(({ id }) => id))).to.deep.equal(sorted(expected));
    expect(sorted(found.filter(({ kind }) => kind === "LABEL").map(({ id }) => id))).to.deep.equal(
      sorted(runs.map(({ subject }) => subject)),
    );
    expect(sums).to.include({ subjects: expected.size - 1, runs: runs.length, labels: String(2 * runs.length) });
  });

  it("is proven from the chain alone", () => {
    const { reach } = collected;

    expect(reach.gaps).to.deep.equal([]);
    expect(reach.whole).to.equal(true);
    expect(sorted(reach.reached.map(({ id }) => id))).to.deep.equal(sorted(expected));
    const labels = reach.reached.reduce((sum, one) => sum + (one.labels ?? 0n), 0n);
    expect(labels).to.equal(BigInt(2 * reachedRuns().length));
  });

  it("is found to be incomplete when any one of those who have it is left out, or the end of its log", async () => {
    const { history, heads } = collected;
    const random = randomOf(SEED + 1);
    const consumers = history.subjects.filter(({ id }) => id !== plot.subject);
    const chosen = Array.from({ length: LEFT_OUT }, () => consumers[Math.floor(random() * consumers.length)] ?? none());

    for (const { id, moves } of chosen) {
      const without: ReachHistory = { ...history, subjects: history.subjects.filter((log) => log.id !== id) };
      const cut = history.subjects.map((log) => (log.id === id ? { id, moves: moves.slice(0, -1) } : log));

      const [gone, short] = await Promise.all([
        proveReach(without, heads, primitives),
        proveReach({ ...history, subjects: cut }, heads, primitives),
      ]);

      expect(gone.whole, id).to.equal(false);
      expect(gone.gaps.map(({ subject, reason }) => [subject, reason])).to.deep.include([id, "not-shown"]);
      expect(short.whole, id).to.equal(false);
      expect(short.gaps.map(({ subject }) => subject)).to.include(id);
    }
  });

  it("is told on every label that came of it, and on none of the others", async () => {
    const all = await headsOf(sources(), new Set(await everySubject()), collected.history.asOf);
    const [ours, others] = [reachedRuns(), graph.runs.filter(({ subject }) => !expected.has(subject)).slice(0, 20)];

    const wrong: string[] = [];
    for (const { subject, lot, codes } of [...ours, ...others]) {
      const history = await historyOf(lot, codes[0] ?? "");
      const { findings, total, whole } = await verify(history, withActs(all, history), primitives);
      const codesFound = findings.map(({ code }) => code);
      if (whole !== total || codesFound.includes("head-mismatch")) wrong.push(`${subject}: ${whole} of ${total}`);
      if (codesFound.includes("recalled") !== expected.has(subject)) wrong.push(`${subject}: ${codesFound.join(" ")}`);
    }

    expect(others).to.not.deep.equal([]);
    expect(wrong).to.deep.equal([]);
  });

  async function historyOf(lot: Hex, code: string): Promise<History> {
    const response = await fetch(`${server.address}/api/lots/${lot}/history?code=${encodeURIComponent(code)}`);
    if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
    return (await response.json()) as History;
  }

  /** Whatever a history may name: subjects of the index, and organisations. */
  async function everySubject(): Promise<readonly Hex[]> {
    const database = new DatabaseSync(join(server.folder, "index.sqlite"), { readOnly: true });
    const rows = database.prepare("SELECT DISTINCT subject AS id FROM move").all() as unknown as { id: Hex }[];
    database.close();
    // The regulator came last.
    const organisations = Array.from({ length: graph.traders.length + 1 }, (_, n) => hexOf(organisationId(n + 1)));
    return [...rows.map(({ id }) => id), ...organisations];
  }
});

interface Told {
  readonly subjects: readonly { readonly id: Hex; readonly kind: string }[];
  readonly sums: { readonly subjects: number; readonly runs: number; readonly labels: string };
  readonly next: string | null;
}

/** Plain recursion; itself is in it. */
function derivedFrom(start: Hex, madeOf: LotGraph["madeOf"]): ReadonlySet<Hex> {
  const comesOf = new Map<Hex, boolean>([[start, true]]);
  const isReached = (id: Hex): boolean => {
    const known = comesOf.get(id) ?? (madeOf.get(id) ?? []).some(isReached);
    comesOf.set(id, known);
    return known;
  };
  return new Set([start, ...[...madeOf.keys()].filter(isReached)]);
}

function withActs(heads: Heads, { acts }: History): Heads {
  return { ...heads, acts };
}

function sorted(ids: Iterable<Hex>): readonly Hex[] {
  return [...ids].sort();
}

function none(): never {
  throw new Error("there is none");
}
