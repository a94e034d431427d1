/**
 * A small server for the pages' own tests: the product's page routes over a history made by tea.ts, with the chain's door answered
 * from its heads. What it serves can be spoiled, for the pages have to name it.
 */
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import express from "express";
import { organisationId } from "../../protocol/batch.ts";
import { bytesOf, hexOf } from "../../protocol/bytes.ts";
import type { Hex, History, OrganisationAct } from "../../protocol/history.ts";
import { fingerprint, parseCodePath } from "../../protocol/label.ts";
import { TOPICS, WORD_SELECTOR } from "../../protocol/ledger-abi.ts";
import type { Opened } from "../../scan-web/ui/view.ts";
import { buildWeb } from "../../scripts/build-web.ts";
import { ROOT } from "../../scripts/house/root.ts";
import type { ExampleInfo } from "../../server/http/home-view.ts";
import { loadAssets } from "../../server/http/page-assets.ts";
import { pageRoutes } from "../../server/http/pages.ts";
import type { Tea } from "./tea.ts";

export type { PageServer };
export { openPages };

interface PageServer {
  readonly origin: string;
  /** What the next answers are made of; tests change it. */
  readonly state: {
    history: (code: string) => History | null;
    opened: Opened | null;
    /** How often an opening was counted. */
    counted: number;
    example: ExampleInfo | { readonly making: number } | null;
    words: Readonly<Record<Hex, Hex>> | null;
    files: Map<string, { readonly mediaType: string; readonly bytes: Uint8Array }>;
    fails: boolean;
    /** This machine's address in its network. */
    lan: string | null;
  };
  readonly requests: string[];
  close(): Promise<void>;
}

const LEAF: Hex = `0x${"1f".repeat(32)}`;

async function openPages(tea: Tea, host = "127.0.0.1"): Promise<PageServer> {
  await buildWeb();
  const folder = join(ROOT, "dist/web");
  const serials = tea.codes.map((code) => parseCodePath(code).serial);
  const state: PageServer["state"] = {
    history: (code) => [tea.history, tea.second][serials.indexOf(parseCodePath(code).serial)] ?? null,
    opened: { total: 1, firstDay: "2026-04-20", regions: null, recent: { days: 3, count: 1, regions: null } },
    counted: 0,
    example: {
      product: { zh: "绿茶", en: "green tea" },
      codes: tea.codes,
      fingerprint: printOf(tea),
      records: 26,
      files: 2,
    },
    words: tea.words,
    files: new Map(tea.files),
    fails: false,
    lan: null,
  };
  const requests: string[] = [];
  const app = express();
  app.use((request, _response, next) => {
    requests.push(request.originalUrl);
    next();
  });
  app.get("/api/lots/:id/history", (request, response) => {
    const history = state.history(String(request.query.code));
    if (history === null) response.status(404).json({});
    else response.json(history);
  });
  app.post("/rpc", express.json(), (request, response) => {
    if (state.words === null) response.status(503).json({});
    else
      response.json(
        (request.body as Call[]).map((call) => ({
          jsonrpc: "2.0",
          id: call.id,
          result: answer(tea, state.words, call),
        })),
      );
  });
  app.get("/ipfs/:cid", (request, response) => {
    const file = state.files.get(request.params.cid);
    if (file === undefined) response.status(404).end();
    else response.type(file.mediaType).send(Buffer.from(file.bytes));
  });
  app.use(
    pageRoutes({
      lookup: async (path) => {
        if (state.fails) throw new Error("the index is away");
        const history = state.history(path);
        return history === null ? { state: "unknown" } : { state: "issued", leaf: LEAF, lot: history.lot, history };
      },
      countScan: async () => {
        state.counted++;
        return state.opened;
      },
      countMore: () => {
        state.counted++;
      },
      // Another one each time: these tests change what a page is made of from one look to the next.
      version: () => String(requests.length),
      example: async () => state.example,
      assets: await loadAssets(folder),
      assetFolder: folder,
      publicOrigin: null,
      lanOrigin: () => state.lan,
    }),
  );
  const server = createServer(app);
  await new Promise<void>((done) => server.listen(0, host, done));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { origin: `http://${host}:${port}`, state, requests, close: () => closed(server) };
}

interface Call {
  readonly id: number;
  readonly method: string;
  readonly params: readonly [unknown, ...unknown[]];
}

function answer(tea: Tea, words: Readonly<Record<Hex, Hex>> | null, { method, params }: Call): unknown {
  if (method === "eth_chainId") return quantity(tea.history.deployment.chainId);
  if (method === "eth_getCode") return tea.code;
  if (method === "eth_getBlockByNumber") {
    const [which] = params;
    const { asOf, blocks } = tea.history;
    const block = which === "latest" ? asOf : blocks.find(({ number }) => number === Number(which));
    if (block === undefined) return null;
    return { number: quantity(block.number), hash: block.hash, timestamp: quantity(block.timeS) };
  }
  if (method === "eth_getLogs") return tea.history.acts.map((act) => logOf(act, tea.history.deployment.ledger));
  const { data } = params[0] as { data: string };
  const subject: Hex = `0x${data.slice(WORD_SELECTOR.length)}`;
  return words?.[subject] ?? `0x${"00".repeat(32)}`;
}

/** As the ledger writes an operator's act (docs/ledger.md §8). */
function logOf(act: OrganisationAct, ledger: Hex): unknown {
  const numbers = [act.act, act.roles].map((value) => BigInt(value));
  const words = [...numbers, BigInt(act.content), BigInt(act.x), BigInt(act.y), BigInt(act.untilBlock)];
  return {
    address: ledger,
    topics: [TOPICS.Organisation, hexOf(organisationId(act.organisation))],
    data: `0x${words.map((word) => word.toString(16).padStart(64, "0")).join("")}`,
    blockNumber: quantity(act.block),
  };
}

function quantity(number: number): Hex {
  return `0x${number.toString(16)}`;
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((done, fail) => server.close((error) => (error ? fail(error) : done())));
}

/** The mark that is printed on the bags: of the lot's head as it is now. */
function printOf({ history, words }: Tea): string {
  return fingerprint(bytesOf(words[history.lot] ?? "0x"));
}
