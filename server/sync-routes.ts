/** What a phone sends and asks in one round trip, and its field for programs: routes with the parts behind them. */
import type { Hex } from "../protocol/bytes.ts";
import type { SealingKey } from "../protocol/document/sealing-key.ts";
import type { Deployment } from "../protocol/history.ts";
import type { Chain } from "./chain/chain.ts";
import type { Ledger } from "./chain/ledger.ts";
import type { Clock } from "./clock.ts";
import type { AppParts } from "./http/app.ts";
import { fieldRoutes } from "./http/field.ts";
import type { RecorderAnswer } from "./http/recorders.ts";
import { syncRoutes } from "./http/sync.ts";
import { groupsIn, whereBatchesAre } from "./resolve/batches.ts";
import { fieldReader } from "./resolve/field.ts";
import type { Progress } from "./resolve/progress.ts";
import type { Store } from "./store/store.ts";
import { type EachParts, takeEach } from "./submit/each.ts";
import { nextNonce } from "./submit/nonce.ts";
import type { Outbox } from "./submit/outbox.ts";
import { receiptsFor } from "./submit/submit.ts";

export { phoneRoutes, recorderReader };

interface PhoneParts {
  readonly chain: Chain;
  readonly ledger: Ledger;
  readonly store: Store;
  readonly outbox: Outbox;
  readonly progress: Progress;
  readonly record: { readonly current: Deployment };
  /** The operator's sealing key; null: switched off. */
  readonly escrow: SealingKey | null;
  readonly lookS: Clock;
  readonly documentOf: (cid: string) => Promise<string | undefined>;
  readonly each: EachParts;
  /** Said after something was submitted. */
  readonly submitted: () => Promise<void>;
  readonly checkRoom: (bytes: number) => Promise<void>;
  readonly checkOpen: (authorization: string | undefined) => void;
}

function phoneRoutes(parts: PhoneParts): AppParts["api"] {
  const { chain, ledger, store, outbox, progress, record, lookS, documentOf, each, checkRoom, checkOpen } = parts;
  const { index } = store;
  const field = fieldReader({
    ...{ index, documentOf, generation: () => store.generation(), behind: () => progress.behind() },
    ...{ escrow: () => parts.escrow, nowS: lookS },
  });
  return [
    syncRoutes({
      async take(sent) {
        const taken = await takeEach(each, sent);
        if (sent.batches.length > 0) await parts.submitted();
        return taken;
      },
      find: (batches) => receiptsFor(outbox, (open) => acceptedAmong(parts, open), batches),
      groups: (batches) => groupsIn(index, batches),
      ...{ recorder: recorderReader(parts), field, block: () => chain.latest() },
      ...{ chainId: String(record.current.chainId), ledger: ledger.address, nowMs: () => Math.floor(lookS() * 1000) },
      ...{ checkRoom, checkOpen },
    }),
    fieldRoutes(field),
  ];
}

/** Those of the batches that the ledger holds. */
async function acceptedAmong({ chain, ledger, store, record }: PhoneParts, batches: readonly Hex[]) {
  const { found, from } = await whereBatchesAre(store.index, batches, record.current.block);
  const known = new Set(found.map(({ batch }) => batch));
  const open = batches.filter((batch) => !known.has(batch));
  // What the index has read and does not hold is not on the ledger.
  if (open.length === 0 || from > (await chain.latest()).number) return found;
  return [...found, ...(await ledger.accepted(open, from))];
}

/** Whose a key is, and its next nonce; null when nobody has enrolled it. */
function recorderReader({
  chain,
  ledger,
  outbox,
}: Pick<PhoneParts, "chain" | "ledger" | "outbox">): (id: Hex) => Promise<RecorderAnswer | null> {
  const nonces = { nonceWord: ledger.nonceWord.bind(ledger), waitingNonces: outbox.waitingNonces.bind(outbox) };
  return async (id) => {
    const recorder = await ledger.recorder(id);
    if (recorder === null) return null;
    const next = BigInt((await chain.latest()).number) + 1n;
    const { active } = await ledger.organisation(recorder.organisation);
    return {
      ...{ recorder: id, organisation: recorder.organisation, manager: recorder.manager },
      active: active && next <= recorder.untilBlock,
      nextNonce: (await nextNonce(nonces, id)).toString(),
    };
  };
}
