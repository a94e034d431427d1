/**
 * Every address that this server answers, with the parts behind it. Called by `main.ts` alone.
 */
import { join } from "node:path";
import type { Hex } from "../protocol/bytes.ts";
import { bookRoutes } from "./book-routes.ts";
import { knownBlock } from "./ground.ts";
import type { AppParts } from "./http/app.ts";
import { type AuthorityTold, authorityRoutes, secureGate } from "./http/authority.ts";
import { deploymentRoutes } from "./http/deployment.ts";
import { gatewayRoutes } from "./http/gateway.ts";
import { healthRoutes } from "./http/health.ts";
import type { ExampleInfo } from "./http/home-view.ts";
import { labelSheetRoutes } from "./http/label-sheets.ts";
import { lotRoutes } from "./http/lots.ts";
import { openapiRoutes } from "./http/openapi.ts";
import { loadAssets, loadPromiseCss } from "./http/page-assets.ts";
import { type PageParts, pageRoutes } from "./http/pages.ts";
import { practiceGate } from "./http/practice.ts";
import { promisePageRoutes } from "./http/promise-pages.ts";
import { inTurns } from "./http/promises.ts";
import { qrRoutes } from "./http/qr.ts";
import { loadRecord, recordGate, recordRoutes } from "./http/record.ts";
import { regionReader } from "./http/region.ts";
import { rpcRoutes } from "./http/rpc.ts";
import { loadTryAssets, tryRoutes } from "./http/try.ts";
import type { Practice } from "./practice.ts";
import { drawPng } from "./png/draw.ts";
import { openFont } from "./png/font.ts";
import { joiningRoutes, type RecordingParts, writingRoutes } from "./recording-routes.ts";
import { type ResolvedCode, resolveCode } from "./resolve/code.ts";
import { historyOf } from "./resolve/history.ts";
import { documentsOf } from "./resolve/history-documents.ts";
import { labelRunOf, listLots, lotOf, wordsOf } from "./resolve/lots.ts";
import { type ListPromises, listPromises } from "./resolve/promises.ts";
import { isPromised, organisationContents } from "./resolve/promised.ts";
import { type ReadHistory, recentHistories } from "./resolve/recent.ts";
import type { Openings } from "./resolve/scans.ts";
import { issuedOf } from "./resolve/serials.ts";
import { standingRecall } from "./resolve/standing.ts";
import { recentTraces } from "./resolve/trace.ts";
import { documentReader } from "./stored-documents.ts";

export type { RouteParts };
export { historyReader, routesOf };

interface RouteParts extends RecordingParts {
  /** Whether the chain answers, and what the operator should look at, a sentence each. */
  readonly standing: () => { readonly answers: boolean; readonly warnings: readonly string[] };
  readonly lanAddress: string | null;
  /** Set: this server speaks TLS by it. */
  readonly authority: AuthorityTold | null;
  /** null: switched off. */
  readonly practice: Practice | null;
  /** dist/web; null: no pages. */
  readonly webFolder: string | null;
  readonly example: () => Promise<ExampleInfo | { readonly making: number } | null>;
  readonly isOpen: () => boolean;
  readonly openings: Openings;
}

async function routesOf(parts: RouteParts): Promise<Pick<AppParts, "gate" | "api" | "root">> {
  const { config, chain, blocks, record, liar, practice, logError, webFolder } = parts;
  const history = toldHistory(parts);
  const documentOf = documentReader(blocks, logError);
  const promises = inTurns((asked) => listPromises({ index: parts.store.index, documentOf }, asked));
  const tryPage = webFolder === null ? [] : [tryRoutes(await loadTryAssets(webFolder))];
  return {
    gate: [
      ...(parts.authority === null ? [] : [secureGate]),
      ...recordGate(config.recordHost),
      practiceGate(practice === null ? null : () => practice.answer()),
    ],
    api: [
      ...writingRoutes(parts),
      joiningRoutes(parts),
      ...readingRoutes(parts, history, promises),
      qrRoutes(config.publicUrl),
      labelRoutes(parts, history),
      openapiRoutes(),
      ...tryPage,
    ],
    root: [
      rpcRoutes(liar.chain(chain)),
      deploymentRoutes(() => record.current),
      gatewayRoutes(liar.blocks(blocks), { log: logError }),
      ...(webFolder === null
        ? []
        : [
            recordRoutes(await loadRecord(webFolder)),
            ...(parts.authority === null ? [] : [await authorityPage(parts.authority, webFolder)]),
            await promisePages(parts, { webFolder, history, promises }),
            pageRoutes(await pageParts(parts, webFolder, history)),
          ]),
    ],
  };
}

/** What readers ask: the index, and how we are. */
function readingRoutes(parts: RouteParts, history: ReadHistory, promises: ListPromises): AppParts["api"] {
  const { chain, store, outbox, progress, isOpen } = parts;
  const { index } = store;
  const trace = recentTraces(index);
  return [
    lotRoutes({
      list: (page) => listLots(index, page),
      lot: (id) => lotOf(index, id),
      labelRun: (id) => labelRunOf(index, id),
      history,
      trace,
      code: (path) => readCode(parts, path),
      behind: () => progress.behind(),
    }),
    ...bookRoutes({
      ...{ index, promises, trace, progress, lookS: parts.lookS },
    }),
    healthRoutes(async () => {
      const block = await chain.latest().then(
        ({ number }) => number,
        () => null,
      );
      const { checked: indexed, fault } = await progress.status();
      const { answers, warnings } = parts.standing();
      const ok = answers && block !== null && fault === null;
      return { ok, block, indexed, waiting: await outbox.count(), open: isOpen(), warnings };
    }),
  ];
}

/** Labels on paper, of serials that whoever asks holds. */
function labelRoutes(parts: RouteParts, history: ReadHistory): AppParts["api"][number] {
  const { config, store, primitives, ledger } = parts;
  return labelSheetRoutes({
    code: (path) => readCode(parts, path),
    issued: (serials) => issuedOf(store.index, primitives, serials),
    recall: (subject) => standingRecall(store.index, subject),
    history,
    word: (lot) => ledger.word(lot),
    words: (lot) => wordsOf(store.index, lot),
    drawPng,
    missing: (text) => openFont().missing(text),
    publicOrigin: config.publicUrl,
  });
}

/** 承诺达标合格证 on paper, and their registers. */
async function promisePages(
  parts: RouteParts,
  given: { readonly webFolder: string; readonly history: ReadHistory; readonly promises: ListPromises },
): Promise<AppParts["root"][number]> {
  const { config, store, blocks, ledger, progress, logError } = parts;
  const { index } = store;
  const documentOf = documentReader(blocks, logError);
  return promisePageRoutes({
    isPromised: (lot, content) => isPromised(index, lot, content),
    recall: (lot) => standingRecall(index, lot),
    history: given.history,
    word: (lot) => ledger.word(lot),
    behind: () => progress.behind(),
    list: given.promises,
    organisation: (number) => organisationContents(index, number),
    documentOf,
    documents: (contents) => documentsOf(documentOf, contents),
    drawPng,
    missing: (text) => openFont().missing(text),
    publicOrigin: config.publicUrl,
    css: await loadPromiseCss(given.webFolder),
  });
}

/** `behind`: not found in an index that does not hold everything yet, which says nothing of the code. */
async function readCode(
  { progress, store, primitives, liar }: RouteParts,
  path: string,
): Promise<ResolvedCode | { readonly state: "behind"; readonly why: string }> {
  const before = await progress.behindOnCodes();
  const code = await resolveCode(store.index, primitives, liar.asked(path));
  if (code.state === "issued") return code;
  // Asked once more: a rebuild may have emptied the index in between.
  const why = before ?? (await progress.behindOnCodes());
  return why === null ? code : { state: "behind", why };
}

async function pageParts(parts: RouteParts, webFolder: string, history: ReadHistory): Promise<PageParts> {
  const { config, lanAddress, example, liar, openings, logError } = parts;
  const regionOf = regionReader({ header: config.regionHeader, table: config.regionTable });
  return {
    async lookup(path) {
      const code = await readCode(parts, path);
      if (code.state !== "issued") return { state: code.state };
      const found = await history(code.lot, code.claim);
      // Between the two looks a rebuild has emptied the index.
      return found === null ? { state: "behind" } : { state: "issued", leaf: code.leaf, lot: code.lot, history: found };
    },
    async countScan(leaf, request) {
      openings.count(leaf, regionOf(request));
      // A page is worth more than its count: a full disk keeps nobody from reading.
      return openings.summary(leaf).catch((cause: unknown) => {
        logError("an opening could not be counted yet", cause);
        return null;
      });
    },
    countMore: (leaf, request) => openings.count(leaf, regionOf(request)),
    version: () => String(liar.generation()),
    example,
    assets: await loadAssets(webFolder),
    assetFolder: join(webFolder),
    publicOrigin: config.publicUrl,
    lanOrigin: () => lanAddress,
    onError: (cause) => logError("a page failed", cause),
  };
}

/** How a phone comes to trust this server. */
async function authorityPage(authority: AuthorityTold, webFolder: string): Promise<AppParts["root"][number]> {
  const { css } = await loadAssets(webFolder);
  return authorityRoutes({ ...authority, css: css.home });
}

/** A lot's history as it is told: the honest one, unless a lie is planted. */
function toldHistory(parts: RouteParts): ReadHistory {
  const { store, record, liar } = parts;
  const honest = historyReader(parts);
  const now = {
    deployment: () => record.current,
    generation: async () => `${await store.generation()} ${liar.generation()}`,
  };
  const recent = recentHistories(store.index, now, honest);
  return async (lot, code) => {
    // A lie may be planted in what is stored: it must show at once, and must not be remembered.
    const isLying = liar.list().some(({ planted }) => planted);
    const history = await (isLying ? honest : recent)(lot, code);
    return history === null ? null : liar.history(history);
  };
}

function historyReader({
  chain,
  store,
  blocks,
  primitives,
  record,
  logError,
}: Pick<RouteParts, "chain" | "store" | "blocks" | "primitives" | "record" | "logError">): ReadHistory {
  const reading = {
    ...{ index: store.index, hashing: primitives },
    latest: async () => knownBlock(await chain.latest()),
    blockOf: async (at: Hex | number) => {
      const block = await chain.block(at);
      return block === null ? null : knownBlock(block);
    },
    documentOf: documentReader(blocks, logError),
  };
  return (lot, code) => historyOf({ ...reading, deployment: record.current }, lot, code);
}
