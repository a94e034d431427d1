/**
 * Every address that this server answers, with the parts behind it. Called by `main.ts` alone.
 */
import { join } from "node:path";
import type { Hex } from "../protocol/bytes.ts";
import type { SealingKey } from "../protocol/document/sealing-key.ts";
import type { Deployment } from "../protocol/history.ts";
import type { Primitives } from "../protocol/sign.ts";
import type { Blocks } from "./blocks/blocks.ts";
import type { Chain } from "./chain/chain.ts";
import type { Ledger } from "./chain/ledger.ts";
import { bookRoutes } from "./book-routes.ts";
import type { Clock } from "./clock.ts";
import type { Config } from "./config.ts";
import { knownBlock } from "./ground.ts";
import type { AppParts } from "./http/app.ts";
import { type AuthorityTold, authorityRoutes, secureGate } from "./http/authority.ts";
import { batchRoutes } from "./http/batches.ts";
import { deploymentRoutes } from "./http/deployment.ts";
import { documentRoutes } from "./http/documents.ts";
import { gatewayRoutes } from "./http/gateway.ts";
import { headRoutes } from "./http/head.ts";
import { healthRoutes } from "./http/health.ts";
import type { ExampleInfo } from "./http/home-view.ts";
import { invitationRoutes } from "./http/invitations.ts";
import { labelSheetRoutes } from "./http/label-sheets.ts";
import type { Liar } from "./http/lies/liar.ts";
import { lotRoutes } from "./http/lots.ts";
import { openapiRoutes } from "./http/openapi.ts";
import { loadAssets, loadPromiseCss } from "./http/page-assets.ts";
import { type PageParts, pageRoutes } from "./http/pages.ts";
import { practiceGate } from "./http/practice.ts";
import { promisePageRoutes } from "./http/promise-pages.ts";
import { inTurns } from "./http/promises.ts";
import { qrRoutes } from "./http/qr.ts";
import { loadRecord, recordGate, recordRoutes } from "./http/record.ts";
import { recorderRoutes } from "./http/recorders.ts";
import { regionReader } from "./http/region.ts";
import { uploadRoutes } from "./http/uploads.ts";
import { rpcRoutes } from "./http/rpc.ts";
import { loadTryAssets, tryRoutes } from "./http/try.ts";
import type { Invitations } from "./invite/invitations.ts";
import { organisationNames } from "./organisation-name.ts";
import type { Practice } from "./practice.ts";
import { drawPng } from "./png/draw.ts";
import { openFont } from "./png/font.ts";
import { groupsIn, whereBatchIs } from "./resolve/batches.ts";
import { type ResolvedCode, resolveCode } from "./resolve/code.ts";
import { historyOf } from "./resolve/history.ts";
import { documentsOf } from "./resolve/history-documents.ts";
import { labelRunOf, listLots, lotOf, wordsOf } from "./resolve/lots.ts";
import type { Progress } from "./resolve/progress.ts";
import { type ListPromises, listPromises } from "./resolve/promises.ts";
import { isPromised, organisationContents } from "./resolve/promised.ts";
import { type ReadHistory, recentHistories } from "./resolve/recent.ts";
import type { Openings } from "./resolve/scans.ts";
import { issuedOf } from "./resolve/serials.ts";
import { standingRecall } from "./resolve/standing.ts";
import { recentTraces } from "./resolve/trace.ts";
import type { Store } from "./store/store.ts";
import { documentReader } from "./stored-documents.ts";
import { hasFile, keepDocuments, MAX_DOCUMENT, MAX_FILE, putFile, type Stored } from "./submit/documents.ts";
import { formChecker } from "./submit/form.ts";
import type { Outbox } from "./submit/outbox.ts";
import { roomChecker } from "./submit/room.ts";
import { receiptFor, submitBatches } from "./submit/submit.ts";
import type { Uploads } from "./submit/uploads.ts";
import { phoneRoutes, recorderReader } from "./sync-routes.ts";

export type { RouteParts };
export { historyReader, routesOf };

interface RouteParts {
  readonly config: Config;
  readonly chain: Chain;
  readonly ledger: Ledger;
  readonly store: Store;
  readonly blocks: Blocks;
  readonly outbox: Outbox;
  readonly invitations: Invitations;
  /** The operator's sealing key; null: switched off. */
  readonly escrow: SealingKey | null;
  /** Files that come in parts. */
  readonly uploads: Uploads;
  /** Says that a document or file was stored here. */
  readonly stored: (cid: string) => void;
  /** Says that something was put into the outbox. */
  readonly wakeRelay: () => void;
  readonly progress: Progress;
  readonly primitives: Primitives;
  readonly record: { readonly current: Deployment };
  /** Whether the chain answers, and what the operator should look at, a sentence each. */
  readonly standing: () => { readonly answers: boolean; readonly warnings: readonly string[] };
  readonly liar: Liar;
  readonly lanAddress: string | null;
  /** Set: this server speaks TLS by it. */
  readonly authority: AuthorityTold | null;
  /** null: switched off. */
  readonly practice: Practice | null;
  /** dist/web; null: no pages. */
  readonly webFolder: string | null;
  readonly example: () => Promise<ExampleInfo | { readonly making: number } | null>;
  readonly checkOpen: (authorization: string | undefined) => void;
  readonly isOpen: () => boolean;
  readonly openings: Openings;
  readonly lookS: Clock;
  readonly logError: (line: string, cause?: unknown) => void;
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

/** What phones send. */
function writingRoutes(parts: RouteParts): AppParts["api"] {
  const { config, chain, ledger, store, blocks, outbox, wakeRelay, primitives, record, liar, checkOpen, lookS } = parts;
  const { logError } = parts;
  const documents = keepDocuments({ blocks, hashing: primitives, checkForm: formChecker() });
  const submit = {
    ...{ primitives, chainId: chain.chainId, ledger: ledger.address, nowS: lookS, outbox },
    block: async () => (await chain.latest()).number,
    recorder: (id: Hex) => ledger.recorder(id),
    organisation: (number: number) => ledger.organisation(number),
    nonceUsed: (recorder: Hex, nonce: bigint) => ledger.nonceUsed(recorder, nonce),
    documentAt: documents.at,
    hasFile: (cid: string) => hasFile(blocks, cid),
    async accepted(batch: Hex) {
      const { from, to } = await whereBatchIs(store.index, batch, record.current.block);
      // What the index has read and does not hold is not on the ledger.
      if (from > (await chain.latest()).number) return null;
      return (await ledger.accepted([batch], from, to ?? undefined))[0] ?? null;
    },
    wake: wakeRelay,
  };
  const noticed = async <One extends Stored>(putting: Promise<One>): Promise<One> => {
    const stored = await putting;
    parts.stored(stored.cid);
    return stored;
  };
  const submitted = () => liar.withdraw("a record was submitted");
  const checkRoom = roomChecker(config.data, config.keepFree);
  return [
    batchRoutes({
      async submit(batches) {
        const receipts = await submitBatches(submit, batches);
        await submitted();
        return receipts;
      },
      find: (batch) => receiptFor(submit, batch),
      groups: (batches) => groupsIn(store.index, batches),
      ...{ checkOpen, checkRoom },
    }),
    ...phoneRoutes({
      ...{ ...parts, documentOf: documentReader(blocks, logError), submitted, checkRoom },
      each: { ...submit, keep: documents.keep, stored: ({ cid }) => parts.stored(cid) },
    }),
    documentRoutes({
      putDocument: (cid, bytes) => noticed(documents.put(cid, bytes)),
      document: documents.told,
      putFile: (cid, bytes, mediaType) => noticed(putFile(blocks, { cid, bytes, mediaType })),
      ...{ maxDocument: MAX_DOCUMENT, maxFile: MAX_FILE, checkOpen },
      checkRoom,
    }),
    uploadRoutes({ uploads: parts.uploads, maxFile: MAX_FILE, checkRoom, checkOpen, log: parts.logError }),
    recorderRoutes(recorderReader(parts)),
    headRoutes(async () => ({
      block: knownBlock(await chain.latest()),
      nowS: Math.floor(lookS()),
      chainId: record.current.chainId,
      ledger: ledger.address,
      finality: record.current.finality,
    })),
  ];
}

/** How phones come to an organisation. */
function joiningRoutes({
  ledger,
  store,
  blocks,
  invitations,
  checkOpen,
  logError,
}: RouteParts): AppParts["api"][number] {
  return invitationRoutes({
    ask: (code, of) => invitations.ask(code, of),
    take: (code, phone) => invitations.take(code, phone),
    told: (code) => invitations.told(code),
    nameOf: organisationNames(store.index, documentReader(blocks, logError)),
    isActive: async (organisation) => (await ledger.organisation(organisation)).active,
    checkOpen,
  });
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
