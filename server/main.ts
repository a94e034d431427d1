/**
 * One whole Furrow: the only place where parts are put together. Order of a start: the port (so that a taken one leaves no
 * folder behind), the data folder and its lock, store, blocks, chain, ledger, then those who work on them. It ends in the
 * opposite order.
 */
import { randomBytes, timingSafeEqual, webcrypto } from "node:crypto";
import { join } from "node:path";
import { CID } from "multiformats/cid";
import { type Hex, textOf } from "../protocol/bytes.ts";
import { parseCid } from "../protocol/cid.ts";
import type { CodeClaim, Deployment } from "../protocol/history.ts";
import { Problem } from "../protocol/problem.ts";
import { type Primitives, webPrimitives } from "../protocol/sign.ts";
import type { Blocks } from "./blocks/blocks.ts";
import { openFolderBlocks } from "./blocks/folder.ts";
import { Account } from "./chain/account.ts";
import type { Chain } from "./chain/chain.ts";
import { Ledger } from "./chain/ledger.ts";
import { type Clock, ExampleClock, machineClock } from "./clock.ts";
import type { Config } from "./config.ts";
import { type Control, openControl } from "./control.ts";
import { openFolder } from "./folder.ts";
import { checkClock, knownBlock, openChain, openDeployment, recordExample } from "./ground.ts";
import { type AppParts, buildApp } from "./http/app.ts";
import { batchRoutes } from "./http/batches.ts";
import { deploymentRoutes } from "./http/deployment.ts";
import { documentRoutes } from "./http/documents.ts";
import { gatewayRoutes } from "./http/gateway.ts";
import { headRoutes } from "./http/head.ts";
import { healthRoutes } from "./http/health.ts";
import { lotRoutes } from "./http/lots.ts";
import { qrRoutes } from "./http/qr.ts";
import { recorderRoutes } from "./http/recorders.ts";
import { rpcRoutes } from "./http/rpc.ts";
import { type Indexer, startIndexer } from "./indexer/follow.ts";
import { listen } from "./listen.ts";
import { type Admission, type Admitted, Operator } from "./operator.ts";
import { resolveCode } from "./resolve/code.ts";
import { historyOf } from "./resolve/history.ts";
import { labelRunOf, listLots, lotOf } from "./resolve/lots.ts";
import { trace } from "./resolve/trace.ts";
import { openStore, type Store } from "./store/store.ts";
import { documentAt, hasFile, MAX_DOCUMENT, MAX_FILE, putDocument, putFile } from "./submit/documents.ts";
import { formChecker } from "./submit/form.ts";
import { nextNonce } from "./submit/nonce.ts";
import { Outbox } from "./submit/outbox.ts";
import { Relay } from "./submit/relay.ts";
import { receiptFor, submitBatches } from "./submit/submit.ts";

export type { ExampleMaker, Furrow, StartOptions };
export { startFurrow };

interface StartOptions {
  readonly config: Config;
  /** Set: an empty folder gets an example's days, from this time on (seconds). */
  readonly exampleFromS: number | null;
  /** A line a step, for the person who started it. */
  readonly log: (line: string) => void;
  /** What went wrong inside, with its cause. */
  readonly logError?: (line: string, cause?: unknown) => void;
  /** Seconds; the machine's clock unless a test has its own. */
  readonly clock?: Clock;
}

/** For whoever makes the example through the API, while everybody else is asked to come again. */
interface ExampleMaker {
  /** For `Authorization: Bearer …`; random, in memory only. */
  readonly token: string;
  /** The time of what happens next, in seconds; goes forward only. */
  setTime(timeS: number): void;
  /** The example is whole: real time begins, the API opens. @throws StartError when the machine's clock is behind it */
  finish(): Promise<void>;
}

interface Furrow {
  readonly port: number;
  readonly address: string;
  readonly lanAddress: string | null;
  readonly deployment: Deployment;
  /** null when there is no example to be made. */
  readonly example: ExampleMaker | null;
  readonly control: Control;
  admit(admission: Admission): Promise<Admitted>;
  /** Resolves when all that can be settled now is settled and indexed. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

type Closers = (() => unknown)[];

/**
 * Starts everything; resolves when the API answers.
 * @throws ListenError, FolderError, StoreError, ChainError, StartError: each one sentence for the operator
 */
async function startFurrow(options: StartOptions): Promise<Furrow> {
  const closers: Closers = [];
  const close = async () => {
    for (let closer = closers.pop(); closer !== undefined; closer = closers.pop()) await closer();
  };
  try {
    return await start(options, closers, close);
  } catch (cause) {
    await close();
    throw cause;
  }
}

async function start(options: StartOptions, closers: Closers, close: () => Promise<void>): Promise<Furrow> {
  const { config, log, exampleFromS, clock = machineClock } = options;
  const logError = options.logError ?? ((line: string, cause?: unknown) => console.error(line, cause ?? ""));

  const listener = await listen(config.host, config.port);
  closers.push(() => listener.close());

  const isExample = exampleFromS !== null;
  const birth = { genesisTimeS: Math.floor(exampleFromS ?? clock()), example: isExample ? "making" : "none" } as const;
  const folder = await openFolder(config.data, () => birth, log);
  closers.push(() => folder.release());
  log(`${folder.isNew ? "made" : "opened"} the data folder ${folder.path}`);
  const exampleClock = folder.marker.example === "making" ? new ExampleClock(folder.marker.genesisTimeS) : null;
  const now = exampleClock?.now ?? clock;

  const store = await openStore({ folder: folder.path, log });
  closers.push(() => store.close());
  const blocks = await openFolderBlocks(join(folder.path, "blocks"));
  closers.push(() => blocks.close());
  const chain = await openChain(folder, now, log);
  closers.push(() => chain.close());
  checkClock(await chain.latest(), clock);
  log(`the chain has ${(await chain.latest()).number} blocks (chain id ${chain.chainId})`);

  const relayAccount = new Account(chain, folder.relayKey.privateKey);
  const record = { current: await openDeployment(folder, { chain, config, deployer: relayAccount, log }) };
  const ledger = new Ledger(chain, record.current.ledger);
  log(`the ledger is at ${ledger.address}`);

  const primitives = webPrimitives(webcrypto.subtle);
  const outbox = new Outbox(store.kept, () => Math.floor(exampleClock?.look() ?? clock()));
  const relay = new Relay({ ledger, account: relayAccount, outbox, fromBlock: record.current.block, log: logError });
  closers.push(() => relay.close());
  closers.push(chain.onBlock(() => relay.wake()));
  relay.wake();
  const indexer = startIndexer({
    ...{ chain, index: store.index, deployment: record.current, primitives, log },
    bytesOfCid: (cid) => blocks.get(CID.parse(cid)),
  });
  closers.push(() => indexer.close());

  const account = new Account(chain, folder.operatorKey.privateKey);
  const operator = new Operator({
    chain,
    ledger,
    account,
    blocks,
    hashing: primitives,
    nowS: exampleClock?.look ?? clock,
  });
  const control = await openControl(folder.path);
  closers.push(() => control.close());
  control.on("admit", (args) => operator.admit(args as Admission));

  const token = randomBytes(32).toString("base64url");
  const isOpen = () => folder.marker.example !== "making";
  const checkOpen = (authorization: string | undefined) => {
    if (isOpen() || isSame(authorization ?? "", `Bearer ${token}`)) return;
    throw new Problem("not-yet-open", "", "the example is being made");
  };
  const lookS = exampleClock?.look ?? clock;
  const routes = routesOf({
    ...{ config, chain, ledger, store, blocks, outbox, relay, indexer, primitives },
    record,
    checkOpen,
    isOpen,
    lookS,
    logError,
  });
  listener.serve(buildApp({ ...routes, trustProxy: config.trustProxy, log: logError }));

  return {
    port: listener.port,
    address: listener.address,
    lanAddress: listener.lanAddress,
    get deployment() {
      return record.current;
    },
    control,
    example:
      exampleClock === null
        ? null
        : {
            token,
            setTime: (timeS) => exampleClock.set(timeS),
            async finish() {
              const last = await chain.latest();
              checkClock(last, clock);
              const days = { fromS: folder.marker.genesisTimeS, untilS: last.timeS, untilBlock: last.number };
              record.current = await recordExample(folder, record.current, days);
              exampleClock.useMachine();
            },
          },
    admit: (admission) => operator.admit(admission),
    async settled() {
      await relay.idle();
      await indexer.reached((await chain.latest()).number);
    },
    close,
  };
}

interface RouteParts {
  readonly config: Config;
  readonly chain: Chain;
  readonly ledger: Ledger;
  readonly store: Store;
  readonly blocks: Blocks;
  readonly outbox: Outbox;
  readonly relay: Relay;
  readonly indexer: Indexer;
  readonly primitives: Primitives;
  readonly record: { readonly current: Deployment };
  readonly checkOpen: (authorization: string | undefined) => void;
  readonly isOpen: () => boolean;
  readonly lookS: Clock;
  readonly logError: (line: string, cause?: unknown) => void;
}

function routesOf(parts: RouteParts): Pick<AppParts, "api" | "root"> {
  const { config, chain, blocks, record } = parts;
  return {
    api: [...writingRoutes(parts), ...readingRoutes(parts), qrRoutes(config.publicUrl)],
    root: [rpcRoutes(chain), deploymentRoutes(() => record.current), gatewayRoutes(blocks, { log: parts.logError })],
  };
}

/** What phones send. */
function writingRoutes({
  chain,
  ledger,
  blocks,
  outbox,
  relay,
  primitives,
  record,
  checkOpen,
  lookS,
}: RouteParts): AppParts["api"] {
  const submit = {
    ...{ primitives, chainId: chain.chainId, ledger: ledger.address, nowS: lookS, outbox },
    block: async () => (await chain.latest()).number,
    recorder: (id: Hex) => ledger.recorder(id),
    organisation: (number: number) => ledger.organisation(number),
    nonceUsed: (recorder: Hex, nonce: bigint) => ledger.nonceUsed(recorder, nonce),
    documentAt: (digest: Uint8Array) => documentAt(blocks, digest),
    hasFile: (cid: string) => hasFile(blocks, cid),
    accepted: (batches: readonly Hex[]) => ledger.accepted(batches, record.current.block),
    wake: () => relay.wake(),
  };
  const documents = { blocks, hashing: primitives, checkForm: formChecker() };
  return [
    batchRoutes({
      submit: (batches) => submitBatches(submit, batches),
      find: (batch) => receiptFor(submit, batch),
      checkOpen,
    }),
    documentRoutes({
      putDocument: (cid, bytes) => putDocument(documents, cid, bytes),
      putFile: (cid, bytes, mediaType) => putFile(blocks, { cid, bytes, mediaType }),
      ...{ maxDocument: MAX_DOCUMENT, maxFile: MAX_FILE, checkOpen },
    }),
    recorderRoutes(async (id) => {
      const recorder = await ledger.recorder(id);
      if (recorder === null) return null;
      const next = BigInt((await chain.latest()).number) + 1n;
      const { active } = await ledger.organisation(recorder.organisation);
      const nonces = { nonceWord: ledger.nonceWord.bind(ledger), waitingNonces: outbox.waitingNonces.bind(outbox) };
      return {
        ...{ recorder: id, organisation: recorder.organisation, manager: recorder.manager },
        active: active && next <= recorder.untilBlock,
        nextNonce: (await nextNonce(nonces, id)).toString(),
      };
    }),
    headRoutes(async () => ({
      block: knownBlock(await chain.latest()),
      nowS: Math.floor(lookS()),
      chainId: record.current.chainId,
      ledger: ledger.address,
    })),
  ];
}

/** What readers ask: the index, and how we are. */
function readingRoutes({
  chain,
  store,
  blocks,
  outbox,
  indexer,
  primitives,
  record,
  isOpen,
}: RouteParts): AppParts["api"] {
  const { index } = store;
  const history = (lot: Hex, code: CodeClaim | null) =>
    historyOf(
      {
        ...{ index, hashing: primitives, deployment: record.current },
        latest: async () => knownBlock(await chain.latest()),
        blockOf: async (at) => {
          const block = await chain.block(at);
          return block === null ? null : knownBlock(block);
        },
        documentOf: async (cid) => {
          const bytes = parseCid(cid).codec === "json" ? await blocks.get(CID.parse(cid)) : undefined;
          return bytes === undefined ? undefined : textOf(bytes);
        },
      },
      lot,
      code,
    );
  return [
    lotRoutes({
      list: (page) => listLots(index, page),
      lot: (id) => lotOf(index, id),
      labelRun: (id) => labelRunOf(index, id),
      history,
      trace: (id, walk) => trace(index, id, walk),
      code: (path) => resolveCode(index, primitives, path),
    }),
    healthRoutes(async () => {
      const block = await chain.latest().then(
        ({ number }) => number,
        () => null,
      );
      const { block: indexed, fault } = indexer.status();
      return { ok: block !== null && fault === null, block, indexed, waiting: await outbox.count(), open: isOpen() };
    }),
  ];
}

/** In equal time, whatever the guess. */
function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
