/**
 * A small server for the pages of 承诺达标合格证: the product's own routes over the goods of passage.ts, with certificates of its grower
 * and of whoever bought from it. Example data.
 */
import { createServer } from "node:http";
import { join } from "node:path";
import express from "express";
import { bytesOf, type Hex, hexOf } from "../../protocol/bytes.ts";
import { cidOf } from "../../protocol/cid.ts";
import { documentBytes } from "../../protocol/document/epcis.ts";
import type { PromiseForm } from "../../protocol/document/promise.ts";
import { buildWeb } from "../../scripts/build-web.ts";
import { ROOT } from "../../scripts/house/root.ts";
import { loadPromiseCss } from "../../server/http/page-assets.ts";
import { promisePageRoutes } from "../../server/http/promise-pages.ts";
import { drawPng } from "../../server/png/draw.ts";
import { openFont } from "../../server/png/font.ts";
import { documentsOf } from "../../server/resolve/history-documents.ts";
import type { PromiseRow } from "../../server/resolve/promises.ts";
import type { StandingRecall } from "../../server/resolve/standing.ts";
import { HANDS, type Passage, passage, promised } from "./passage.ts";
import { party } from "./passage-words.ts";
import { entriesOf } from "./third-parties.ts";
import { sha256 } from "./world.ts";

export type { PromiseServer };
export { LEAF, openPromisePages };

const LEAF: Partial<PromiseForm> = {
  productName: { zh: "茶鲜叶（一芽一叶）", en: "Fresh tea leaf, one bud and one leaf" },
  origin: { zh: "示例省示例县云山镇东坡村", en: "Dongpo village, Yunshan town (example)" },
};
const PURCHASER: Partial<PromiseForm> = {
  ...LEAF,
  productName: { zh: "茶鲜叶（混装）", en: "Fresh tea leaf, mixed" },
  promise: "purchaser",
  promisor: party(HANDS.processor),
  contact: { number: HANDS.processor, phone: "0000-1234567" },
};

interface PromiseServer {
  readonly origin: string;
  readonly it: Passage;
  /** CIDs of the certificates. */
  readonly producer: string;
  readonly purchaser: string;
  readonly state: { recall: StandingRecall | null };
  /** One more certificate of the harvest, as a form out of form would have it. */
  readonly add: (lot: Hex, document: Parameters<typeof documentBytes>[0], amount: bigint) => Promise<string>;
  readonly close: () => Promise<void>;
}

async function openPromisePages(): Promise<PromiseServer> {
  await buildWeb();
  const it = await passage();
  const { world, ids } = it;
  const lots = new Map<string, Hex>();
  const rows: PromiseRow[] = [];

  async function add(lot: Hex, document: Parameters<typeof documentBytes>[0], amount: bigint): Promise<string> {
    const by = lot === ids.harvest ? "grower" : "processor";
    await it.write(by, lot, { kind: "PROMISE", args: { amount }, document, occurredAtS: it.nextS });
    const digest = hexOf(sha256(documentBytes(document)));
    lots.set(digest, lot);
    rows.unshift(rowOf(it, lot, digest, amount));
    return cidOf(bytesOf(digest), "json");
  }

  const own = promised(it, ids.harvest, 100_000n, LEAF);
  const producer = await add(ids.harvest, own.document, 100_000n);
  const found = entriesOf(world, ids.inbound).find(({ kind }) => kind === "RECEIVE");
  const received = found === undefined ? "" : cidOf(sha256(documentBytes(found.document)), "json");
  const bought = promised(it, ids.harvest, 69_500n, {
    ...PURCHASER,
    subject: ids.inbound,
    basis: [{ code: "control", entries: [{ subject: ids.inbound, document: received, by: "holder" }] }],
    taken: [{ subject: ids.harvest, document: producer }],
  });
  const purchaser = await add(ids.inbound, bought.document, 69_500n);

  const state: PromiseServer["state"] = { recall: null };
  const app = express();
  app.use(
    promisePageRoutes({
      isPromised: async (lot, content) => lots.has(content) && (lot === null || lots.get(content) === lot),
      recall: async () => state.recall,
      history: async (lot) => world.history(lot, it.subjects()),
      word: async (lot) => world.heads().words[lot] ?? null,
      behind: async () => null,
      list: async ({ organisation, fromS = 0, untilS = Number.POSITIVE_INFINITY }) => ({
        promises: rows.filter((row) => {
          const atS = Date.parse(row.at) / 1000;
          return row.organisation === organisation && atS >= fromS && atS < untilS;
        }),
        next: null,
      }),
      organisation: async (number) => contentsOf(it, number),
      documentOf: async (cid) => world.documents.get(cid),
      documents: (contents) => documentsOf(async (cid) => world.documents.get(cid), contents),
      drawPng,
      missing: (text) => openFont().missing(text),
      publicOrigin: "https://trace.example.org",
      css: await loadPromiseCss(join(ROOT, "dist/web")),
    }),
  );
  const server = createServer(app);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    origin: `http://127.0.0.1:${port}`,
    ...{ it, producer, purchaser, state, add },
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

function rowOf(it: Passage, lot: Hex, document: Hex, amount: bigint): PromiseRow {
  const isLeaf = lot === it.ids.harvest;
  const { timeS } = it.world.latest;
  return {
    ...{ lot, seq: 2, entry: 0, product: null, document, unit: "KGM", amount: String(Number(amount) / 1000) },
    organisation: isLeaf ? HANDS.grower : HANDS.processor,
    at: new Date(timeS * 1000).toISOString(),
    state: isLeaf ? "stands" : "struck",
    said: {
      productName: { zh: isLeaf ? "茶鲜叶（一芽一叶）" : "=1+1", en: isLeaf ? "Fresh tea leaf" : "=1+1" },
      lotNumber: "26-1",
      issuedOn: new Date((timeS + 8 * 3600) * 1000).toISOString().slice(0, 10),
      promise: isLeaf ? "producer" : "purchaser",
      basis: isLeaf ? ["control", "labTest"] : ["control"],
    },
  };
}

async function contentsOf({ world }: Passage, number: number): Promise<readonly Hex[]> {
  return world.acts.filter(({ organisation }) => organisation === number).map(({ content }) => content);
}
