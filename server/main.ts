/**
 * One whole Furrow, or those of its parts that PARTS names: the only place where they are put together (their addresses:
 * `routes.ts`). Order of a start: the port (so that a taken one leaves no folder behind), the data folder and its lock, store,
 * blocks, chain, ledger, then those who work on them. It ends in the opposite order.
 */
import { hash, webcrypto } from "node:crypto";
import type { RequestListener } from "node:http";
import { hostname } from "node:os";
import { join } from "node:path";
import { CID } from "multiformats/cid";
import type { Deployment } from "../protocol/history.ts";
import { webPrimitives } from "../protocol/sign.ts";
import { MAX_FILE } from "./blocks/inspect.ts";
import { openBlocks } from "./blocks/open.ts";
import { readWhole } from "./blocks/whole.ts";
import { privatePlaces } from "./authority.ts";
import { Account } from "./chain/account.ts";
import { Funds, type Payer } from "./chain/funds.ts";
import { Ledger } from "./chain/ledger.ts";
import { type Clock, ExampleClock, machineClock } from "./clock.ts";
import { Closers } from "./closers.ts";
import { apartWarnings, type Config } from "./config.ts";
import { openControl } from "./control.ts";
import { answerControl } from "./control-answers.ts";
import { openEscrow } from "./escrow.ts";
import { type ExampleMaker, homeExample, makingOf } from "./example.ts";
import { type DataFolder, openFolder } from "./folder.ts";
import { checkClock, openChain, openDeployment } from "./ground.ts";
import { buildApp } from "./http/app.ts";
import { startIndexer } from "./indexer/follow.ts";
import { documentCame } from "./indexer/rounds.ts";
import { inviter, openInvitations, recorderAddress } from "./joining.ts";
import type { Always } from "./invite/invitations.ts";
import { lanAddresses, listen } from "./listen.ts";
import { type Admission, type Admitted, Operator } from "./operator.ts";
import { startPart } from "./part.ts";
import { reached } from "./reached.ts";
import { progressOf } from "./resolve/progress.ts";
import { Openings } from "./resolve/scans.ts";
import { historyReader, routesOf } from "./routes.ts";
import { openPractice, PRACTICE, type Practice, practiceConfig } from "./practice.ts";
import { type ExampleShown, openExampleLiar } from "./shown.ts";
import { claimStore } from "./store/owner.ts";
import { openStore } from "./store/store.ts";
import { putFile } from "./submit/documents.ts";
import { Outbox } from "./submit/outbox.ts";
import { Relay } from "./submit/relay.ts";
import { openTls, type Tls } from "./tls.ts";
import { keepUploads } from "./submit/uploads.ts";

export type { Furrow, StartOptions };
export { startFurrow };

/** How often what other processes did is looked for. */
const LOOK_MS = 250;
/** How often what is over is looked for. */
const SWEEP_MS = 10 * 60_000;

interface StartOptions {
  readonly config: Config;
  /** Set: an empty folder gets an example's days, from this time on (seconds). */
  readonly exampleFromS: number | null;
  /** Reads what the example's maker kept in the data folder; null when there is none. */
  readonly readExample: (folder: string) => ExampleShown | null;
  /** What `npm run build:web` made (dist/web); null: a server without pages. */
  readonly webFolder: string | null;
  /** A line a step, for the person who started it. */
  readonly log: (line: string) => void;
  /** What went wrong inside, with its cause. */
  readonly logError: (line: string, cause?: unknown) => void;
  /** Whether people may practise below `/practice`, on a ledger of their own. */
  readonly practice?: boolean;
  /** An invitation that is always open, as on a practice ledger. */
  readonly always?: Always;
  /** Set: it has no port of its own, and gets what is asked below this address. */
  readonly base?: string;
  /** Seconds; the machine's clock unless a test has its own. */
  readonly clock?: Clock;
}

interface Furrow {
  /** 0 and empty where PARTS names no API. */
  readonly port: number;
  readonly address: string;
  readonly lanAddress: string | null;
  /** What answers at its port, for who hands it requests in another way; null where PARTS names no API. */
  readonly answer: RequestListener | null;
  /** What phones are told to trust, where this server speaks TLS itself. */
  readonly authority: Tls["authority"] | null;
  readonly deployment: Deployment;
  /** null when there is no example to be made. */
  readonly example: ExampleMaker | null;
  admit(admission: Admission): Promise<Admitted>;
  /** Resolves when all that can be settled now is settled and indexed, as far as this process does that. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts everything; resolves when API and pages answer.
 * @throws ListenError, FolderError, StoreError, BlocksError, ChainError, StartError, RegionError, ControlError: each one sentence for the operator
 */
async function startFurrow(options: StartOptions): Promise<Furrow> {
  const closers = new Closers();
  try {
    return await start(options, closers);
  } catch (cause) {
    // Why it could not start is told, not what went wrong in cleaning up after it.
    await closers.close().catch((other: unknown) => options.logError("not everything could be ended", other));
    throw cause;
  }
}

async function start(options: StartOptions, closers: Closers): Promise<Furrow> {
  const { config, log, logError, clock = machineClock, base = "" } = options;
  const hasPort = config.parts.has("api") && base === "";
  const listener = hasPort ? await listen(config.host, config.port, config.https ? "https" : "http") : null;
  closers.push(() => listener?.close());

  const folder = await openDataFolder(options, clock);
  closers.push(() => folder.release());
  const tls = listener !== null && config.https ? await secured(folder, options) : null;
  if (tls !== null) {
    listener?.secure(tls.pair);
    tls.onRenewed((pair) => listener?.secure(pair));
    closers.push(() => tls.close());
  }
  const exampleClock = folder.marker.example === "making" ? new ExampleClock(folder.marker.genesisTimeS) : null;
  const lookS = exampleClock?.look ?? clock;

  const store = await openStore({ folder: folder.path, databaseUrl: config.databaseUrl, log });
  closers.push(() => store.close());
  const blockFolder = join(folder.path, "blocks");
  const blocks = await openBlocks({ folder: blockFolder, kuboRpc: config.kuboRpc, log });
  closers.push(() => blocks.close());
  const apart = apartWarnings(config);
  for (const line of apart) log(line);
  const ground = await openChain(folder, { config, now: exampleClock?.now ?? clock, log });
  const { chain, pricing } = ground;
  closers.push(() => chain.close());
  checkClock(await chain.latest(), clock);
  log(`the chain has ${(await chain.latest()).number} blocks (chain id ${chain.chainId})`);

  const relayAccount = new Account(chain, folder.relayKey.privateKey, pricing);
  const record = { current: await openDeployment(folder, { ground, config, base, deployer: relayAccount, log }) };
  const isHalfMade = exampleClock !== null;
  await claimStore(store, { chainId: record.current.chainId, ledger: record.current.ledger, isHalfMade });
  const ledger = new Ledger(chain, record.current.ledger);
  log(`the ledger is at ${ledger.address}`);

  const primitives = webPrimitives(webcrypto.subtle);
  // An outside chain may take back even what was final: what it took is then sent again.
  const isOutside = ground.place !== null;
  const outbox = new Outbox(store.kept, () => Math.floor(lookS()), { keepsBytes: isOutside });
  const { databaseUrl, parts } = config;
  const relay = await startPart({
    ...{ name: "relay", isOurs: parts.has("relay"), databaseUrl, log },
    start() {
      const own = new Relay({
        ...{ ledger, account: relayAccount, outbox, fromBlock: record.current.block, log: logError },
        ...(isOutside ? { turning: chain } : {}),
      });
      own.wake();
      return own;
    },
  });
  closers.push(() => relay.close());
  const wakeRelay = () => relay.now?.wake();
  closers.push(chain.onBlock(wakeRelay));
  // Others may fill the outbox too, and they cannot wake ours.
  if (databaseUrl !== null) closers.push(every(LOOK_MS, wakeRelay));
  const indexer = await startPart({
    ...{ name: "indexer", isOurs: parts.has("indexer"), databaseUrl, log },
    start: () =>
      startIndexer({
        ...{ chain, index: store.index, deployment: record.current, log },
        // It hashes thousands of small pieces, for each of which WebCrypto would go through another thread.
        primitives: { ...primitives, sha256: (bytes) => hash("sha256", bytes, "buffer") },
        bytesOfCid: (cid) => readWhole(blocks, CID.parse(cid), MAX_FILE),
        drop: () => store.dropIndex(),
      }),
  });
  closers.push(() => indexer.close());
  const newest = async () => (await chain.latest()).number;
  const progress = progressOf({ index: store.index, newest, first: record.current.block });
  const operatorAccount = new Account(chain, folder.operatorKey.privateKey, pricing);
  const mayAdmit = await ledger.mayAdmit(record.current.access, operatorAccount.address);
  const paying =
    pricing === "free" || !parts.has("relay") ? [] : payers(relayAccount, mayAdmit ? operatorAccount : null);
  const funds = new Funds(chain, paying, log);
  closers.push(chain.onBlock(() => void funds.look()));
  await funds.look();
  const escrow = await openEscrow(folder.path, config.sealEscrow);
  const operator = new Operator({
    ...{ chain, ledger, account: operatorAccount, blocks, hashing: primitives, nowS: lookS },
    ...{ access: record.current.access, admits: ground.place?.operator ?? null },
  });

  const shown = () => options.readExample(folder.path);
  const history = historyReader({ chain, store, blocks, primitives, record, logError });
  const indexed = async () => reached(indexer, progress, (await chain.latest()).number);
  const liar = await openExampleLiar({
    ...{ folder: folder.path, shown, record, store, blocks, primitives, history, indexed, log, logError },
    blockFolder: config.kuboRpc.length === 0 ? blockFolder : null,
  });
  closers.push(() => liar.close());
  const admit = async (admission: Admission) => {
    let because = "an admission failed, and may stand on the ledger all the same";
    try {
      const admitted = await operator.admit(admission);
      because = "an organisation was admitted";
      return admitted;
    } finally {
      await liar.withdraw(because);
    }
  };
  const making = makingOf({ exampleClock, folder, chain, store, record, clock });
  const invitations = openInvitations({
    ...{ store, ledger, operator, admit, mayAdmit, hashing: primitives, nowS: lookS, logError },
    always: options.always ?? null,
  });
  closers.push(chain.onBlock(() => void invitations.goOn()));
  closers.push(every(SWEEP_MS, () => void invitations.sweep()));
  void invitations.goOn();
  const { invite, list: listInvitations } = inviter({ invitations, operator });
  const control = await openControl(folder.path);
  closers.push(() => control.close());
  answerControl(control, {
    ...{ admit, invite, listInvitations, liar, indexer, indexed, store, shown },
    replace: (replacement) => operator.replaceManager(replacement),
    address: recorderAddress(config) ?? listener?.lanAddress ?? listener?.address ?? "",
    checkOpen: () => making.checkOpen(undefined),
  });

  const openings = new Openings(store.kept, {
    nowS: lookS,
    onError: (cause) => logError("openings of pages could not be counted yet", cause),
  });
  closers.push(() => openings.close());
  const uploads = keepUploads({
    folder: join(folder.path, "uploads"),
    async put(cid, bytes, mediaType) {
      stored((await putFile(blocks, { cid, bytes, mediaType })).cid);
    },
    sizeOf: async (cid) => (await blocks.readFile(CID.parse(cid)))?.size ?? null,
    log: logError,
  });
  closers.push(() => uploads.close());
  const stored = (cid: string) =>
    void documentCame(store.index, cid).then(
      (isAwaited) => (isAwaited ? indexer.now?.look() : undefined),
      (cause: unknown) => logError("the index was not told of what was stored, and looks for it later", cause),
    );
  const routesAt = (lanAddress: string | null, practice: Practice | null) =>
    routesOf({
      ...{ config, chain, ledger, store, blocks, outbox, wakeRelay, stored, progress, primitives, record, liar },
      ...{ uploads, openings, invitations, escrow },
      standing: () => ({
        answers: ground.answers(),
        warnings: [...apart, ...ground.warnings(), ...funds.warnings(), ...[relay.now?.trouble() ?? []].flat()],
      }),
      ...{ lanAddress, authority: tls?.authority ?? null, practice, webFolder: options.webFolder, lookS, logError },
      ...{ checkOpen: making.checkOpen, isOpen: making.isOpen },
      example: async () => (making.isOpen() ? homeExample(shown(), liar) : { making: making.records() }),
    });
  const practice = options.practice === true ? openPractice(practiceParts(options)) : null;
  closers.push(() => practice?.close());
  const { trustProxy } = config;
  const app = config.parts.has("api")
    ? buildApp({ ...(await routesAt(listener?.lanAddress ?? null, practice)), trustProxy, log: logError })
    : null;
  if (app !== null) listener?.serve(app);
  // Before all parts behind it: requests in hand still get their answers.
  closers.push(() => listener?.close());

  return {
    port: listener?.port ?? 0,
    address: listener?.address ?? "",
    lanAddress: listener?.lanAddress ?? null,
    answer: app,
    authority: tls?.authority ?? null,
    get deployment() {
      return record.current;
    },
    example: making.maker,
    admit,
    async settled() {
      await relay.now?.idle();
      await indexed();
    },
    close: () => closers.close(),
  };
}

/** A whole Furrow like this one, without port, pages, example and practice. */
function practiceParts(options: StartOptions): Parameters<typeof openPractice>[0] {
  const { log, logError } = options;
  const config = practiceConfig(options.config);
  const start = () => {
    let isUp = false;
    const started = startFurrow({
      ...options,
      ...{ config, exampleFromS: null, readExample: () => null, webFolder: null },
      ...{ practice: false, always: PRACTICE, base: "/practice" },
      // How a second one starts is of no interest; what befalls it later is.
      log: (line) => void (isUp && log(`practice: ${line}`)),
      logError: (line, cause) => logError(`practice: ${line}`, cause),
    });
    return started.finally(() => {
      isUp = true;
    });
  };
  return { folder: config.data, start, log, logError };
}

/** Its certificate is for this machine alone, or for every name and address by which its network finds it. */
function secured(folder: DataFolder, { config, log, logError }: StartOptions): Promise<Tls> {
  const isEverywhere = ["::", "0.0.0.0"].includes(config.host);
  return openTls({
    ...{ folder: join(folder.path, "tls"), host: hostname(), log, logError },
    place: () => privatePlaces(hostname(), isEverywhere ? lanAddresses() : [config.host]),
    nowMs: Date.now,
  });
}

async function openDataFolder({ config, log, exampleFromS }: StartOptions, clock: Clock): Promise<DataFolder> {
  const isExample = exampleFromS !== null;
  const birth = { genesisTimeS: Math.floor(exampleFromS ?? clock()), example: isExample ? "making" : "none" } as const;
  const folder = await openFolder(config.data, () => birth, log);
  log(`${folder.isNew ? "made" : "opened"} the data folder ${folder.path}`);
  return folder;
}

function every(milliseconds: number, act: () => void): () => void {
  const timer = setInterval(act, milliseconds);
  return () => clearInterval(timer);
}

/** What a batch takes of gas is what a harvest takes, with the share of the transaction. @param operator null: its key admits nobody */
function payers(relay: Account, operator: Account | null): readonly Payer[] {
  const own = { account: relay, name: "the relay", pays: "batches", gasEach: 200_000n, low: 1_000n };
  if (operator === null) return [own];
  return [own, { account: operator, name: "the operator", pays: "admissions", gasEach: 300_000n, low: 20n }];
}
