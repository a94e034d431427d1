/** What recorders send, and how phones come to an organisation: routes with the parts behind them. */
import type { Hex } from "../protocol/bytes.ts";
import type { SealingKey } from "../protocol/document/sealing-key.ts";
import type { Deployment } from "../protocol/history.ts";
import type { Primitives } from "../protocol/sign.ts";
import type { Blocks } from "./blocks/blocks.ts";
import type { Chain } from "./chain/chain.ts";
import type { Ledger } from "./chain/ledger.ts";
import type { Clock } from "./clock.ts";
import type { Config } from "./config.ts";
import { knownBlock } from "./ground.ts";
import type { AppParts } from "./http/app.ts";
import { batchRoutes } from "./http/batches.ts";
import { documentRoutes } from "./http/documents.ts";
import { headRoutes } from "./http/head.ts";
import { invitationRoutes } from "./http/invitations.ts";
import type { Liar } from "./http/lies/liar.ts";
import { recorderRoutes } from "./http/recorders.ts";
import { uploadRoutes } from "./http/uploads.ts";
import type { Invitations } from "./invite/invitations.ts";
import { organisationNames } from "./organisation-name.ts";
import { groupsIn, whereBatchIs } from "./resolve/batches.ts";
import type { Progress } from "./resolve/progress.ts";
import type { Store } from "./store/store.ts";
import { documentReader } from "./stored-documents.ts";
import { hasFile, keepDocuments, MAX_DOCUMENT, MAX_FILE, putFile, type Stored } from "./submit/documents.ts";
import { formChecker } from "./submit/form.ts";
import type { Outbox } from "./submit/outbox.ts";
import { roomChecker } from "./submit/room.ts";
import { receiptFor, submitBatches } from "./submit/submit.ts";
import type { Uploads } from "./submit/uploads.ts";
import { phoneRoutes, recorderReader } from "./sync-routes.ts";

export type { RecordingParts };
export { joiningRoutes, writingRoutes };

interface RecordingParts {
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
  readonly liar: Liar;
  readonly checkOpen: (authorization: string | undefined) => void;
  readonly lookS: Clock;
  readonly logError: (line: string, cause?: unknown) => void;
}

/** What phones send. */
function writingRoutes(parts: RecordingParts): AppParts["api"] {
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
}: RecordingParts): AppParts["api"][number] {
  return invitationRoutes({
    ask: (code, of) => invitations.ask(code, of),
    take: (code, phone) => invitations.take(code, phone),
    told: (code) => invitations.told(code),
    nameOf: organisationNames(store.index, documentReader(blocks, logError)),
    isActive: async (organisation) => (await ledger.organisation(organisation)).active,
    checkOpen,
  });
}
