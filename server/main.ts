/**
 * One whole Furrow, or those of its parts that PARTS names: the only place where they are put together (their addresses:
 * `routes.ts`). Order of a start: the port (so that a taken one leaves no folder behind), the data folder and its lock, store,
 * blocks, chain, ledger, then those who work on them. It ends in the opposite order.
 */
import { hash, webcrypto } from "node:crypto";
import { join } from "node:path";
import { CID } from "multiformats/cid";
import { webPrimitives } from "../protocol/sign.ts";
import { MAX_FILE } from "./blocks/inspect.ts";
import { openBlocks } from "./blocks/open.ts";
import { readWhole } from "./blocks/whole.ts";
import { Account } from "./chain/account.ts";
import { Funds, type Payer } from "./chain/funds.ts";
import { Ledger } from "./chain/ledger.ts";
import { type Clock, ExampleClock, machineClock } from "./clock.ts";
import { Closers } from "./closers.ts";
import { apartWarnings } from "./config.ts";
import { openControl } from "./control.ts";
import { answerControl } from "./control-answers.ts";
import { openEscrow } from "./escrow.ts";
import { homeExample, makingOf } from "./example.ts";
import { type DataFolder, openFolder } from "./folder.ts";
import type { Furrow, StartOptions } from "./furrow.ts";
import { checkClock, openChain, openDeployment } from "./ground.ts";
import { buildApp } from "./http/app.ts";
import { startIndexer } from "./indexer/follow.ts";
import { documentCame } from "./indexer/rounds.ts";
import { inviter, openInvitations, recorderAddress } from "./joining.ts";
import { listen } from "./listen.ts";
import { type Admission, Operator } from "./operator.ts";
import { startPart } from "./part.ts";
import { reached } from "./reached.ts";
import { progressOf } from "./resolve/progress.ts";
import { Openings } from "./resolve/scans.ts";
import { historyReader, routesOf } from "./routes.ts";
import { secure } from "./secure.ts";
import { openPractice, type Practice, practising } from "./practice.ts";
import { openExampleLiar } from "./shown.ts";
import { claimStore } from "./store/owner.ts";
import { openStore } from "./store/store.ts";
import { putFile } from "./submit/documents.ts";
import { Outbox } from "./submit/outbox.ts";
import { Relay } from "./submit/relay.ts";
import { keepUploads } from "./submit/uploads.ts";

export { startFurrow };

/** How often what other processes did is looked for. */
const LOOK_MS = 250;
/** How often what is over is looked for. */
const SWEEP_MS = 10 * 60_000;

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
  const security = { folder: folder.path, host: config.host, log, logError };
  const tls = listener !== null && config.https ? await secure(listener, security) : null;
  closers.push(() => tls?.close());
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
  const practice = options.practice === true ? openPractice(practising(options, startFurrow)) : null;
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
