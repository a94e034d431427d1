/**
 * The relay: brings what waits in the outbox to the ledger. It tries each batch without sending it, sends those that would be
 * taken in as few transactions as they fit, and settles by the ledger's logs. One at a time; whatever goes wrong, the rows
 * stay and are tried again. After a crash the ledger is asked first: it alone knows what was applied.
 */
import type { Hex } from "../../protocol/bytes.ts";
import { type Account, RevertedError } from "../chain/account.ts";
import { type Block, type Chain, ChainError } from "../chain/chain.ts";
import type { Ledger } from "../chain/ledger.ts";
import { callGas, gasEach, gather, orderByNeed, TRANSACTION_GAS, type Tried } from "./gather.ts";
import type { Outbox } from "./outbox.ts";
import type { Pending } from "./pending.ts";
import { type Sorted, sortReason } from "./reason.ts";
import type { Why } from "./receipt.ts";

export type { RelayParts };
export { Relay };

interface RelayParts {
  readonly ledger: Ledger;
  readonly account: Account;
  readonly outbox: Outbox;
  /** The ledger's first block: no log is older. */
  readonly fromBlock: number;
  readonly log: (line: string, cause?: unknown) => void;
  /** Set on a chain that may take back even what was final: the relay then sends that again. */
  readonly turning?: Pick<Chain, "latest" | "block">;
  /** Rows looked at in one round, where it is not the usual number. */
  readonly maxRows?: number;
}

/** Rows looked at in one round, awaited subjects asked for in one, and calls sent in one. */
const MAX_ROWS = 2_000;
const MAX_AWAITED = 50;
const MAX_CALLS = 4;
/** After a failure that is not a batch's, and after one that only time or the operator mends. */
const PAUSE_MS = 500;
const LONG_PAUSE_MS = 5_000;
/** So long the bytes of final batches are kept on a chain that may take them back; looked at so often. */
const KEPT_S = 7 * 24 * 3_600;
const SWEEP_MS = 3_600_000;
/** A batch that runs out of gas though its trial did not is given this many more chances. */
const MAX_GAS_CHANCES = 3;

/** Rows tried together: as many as one call may hold, so that a trial uses no more gas than a block has. */
const LOT_ROWS = 100;
const LOT_BYTES = 120 * 1024;

function* inLots(rows: readonly Pending[]): Generator<readonly Pending[]> {
  let lot: Pending[] = [];
  let bytes = 0;
  for (const row of rows) {
    if (lot.length === LOT_ROWS || bytes + row.bytes.length > LOT_BYTES) {
      yield lot;
      lot = [];
      bytes = 0;
    }
    lot.push(row);
    bytes += row.bytes.length;
  }
  if (lot.length > 0) yield lot;
}

class Relay {
  readonly #parts: RelayParts;
  readonly #gasChances = new Map<Hex, number>();
  /** Batches of a call that reverted as a whole: each goes alone with all the gas there is. */
  readonly #alone = new Set<Hex>();
  /** The awaited subject that was asked for last; null before the first look at the outbox. */
  #asked: Hex | null = null;
  /** The newest final block at the last round: gone, it took batches with it. Null before the first round. */
  #anchor: Block | null = null;
  /** Since which final block a batch of this run may be on the chain: nobody looks for it in older ones. */
  readonly #sentAfter = new Map<Hex, number>();
  #sweptMs = Number.NEGATIVE_INFINITY;
  #trouble: string | null = null;
  readonly #stopped = Promise.withResolvers<never>();
  #running: Promise<void> | null = null;
  #again = false;
  #closed = false;
  #pause: { timer: NodeJS.Timeout; end: () => void } | null = null;

  constructor(parts: RelayParts) {
    this.#parts = parts;
    this.#stopped.promise.catch(() => {});
  }

  /** Why it cannot go on at the moment, in one sentence; null while it can. */
  trouble(): string | null {
    return this.#trouble;
  }

  /** Looks at the outbox soon; cheap when nothing waits. Called after each submission and each block. */
  wake(): void {
    this.#again = true;
    if (this.#closed) return;
    this.#running ??= this.#run();
  }

  /** Resolves when everything that can be settled now is settled. */
  async idle(): Promise<void> {
    while (this.#running !== null) await this.#running;
  }

  /** Lets the round in hand end, without waiting for what it sent to be final. What is left waits on disk. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#stopped.reject(new ChainError("closed", "The relay is closed."));
    this.#pause?.end();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#again && !this.#closed) {
      this.#again = false;
      try {
        if (await this.#round()) this.#again = true;
        this.#trouble = null;
      } catch (cause) {
        if (this.#closed) break;
        const isLong = cause instanceof ChainError;
        const trouble = cause instanceof Error ? cause.message : String(cause);
        // What lasts is told once: the operator needs no second line of it.
        if (!isLong || this.#trouble !== trouble) this.#parts.log("the relay could not go on and tries again", cause);
        this.#trouble = trouble;
        this.#again = true;
        await this.#rest(isLong ? LONG_PAUSE_MS : PAUSE_MS);
      }
    }
    // In the same breath as the last look at `again`: a wake in between would be lost.
    this.#running = null;
  }

  /** True when something was sent, so that what waited for it may go on, or when there are rows that had no look yet. */
  async #round(): Promise<boolean> {
    const { outbox, maxRows = MAX_ROWS } = this.#parts;
    await this.#lookForVanished();
    await this.#lookForAwaited();
    const rows = await outbox.pending(maxRows);
    if (rows.length === 0) return false;
    const left = await this.#settleSent(rows);
    const row = await this.#try(orderByNeed(left));
    const calls = this.#cut(row).slice(0, MAX_CALLS);
    // Of so many rows without a call each was settled, or awaits a subject from now on: the next ones come up.
    if (calls.length === 0 || this.#closed) return rows.length === maxRows;
    const batches = calls.flat().map(({ pending }) => pending.batch);
    await outbox.markSent(batches);
    if (this.#anchor !== null)
      for (const batch of batches) this.#sentAfter.set(batch, this.#sentAfter.get(batch) ?? this.#anchor.number);
    await this.#send(calls);
    return true;
  }

  /** Of rows that were handed to the chain and not settled: final ones are marked, the others wait again. */
  async #settleSent(rows: readonly Pending[]): Promise<readonly Pending[]> {
    const sent = rows.filter(({ state }) => state === "sent").map(({ batch }) => batch);
    if (sent.length === 0) return rows;
    const settled = new Set(await this.#settle(sent));
    await this.#parts.outbox.markWaiting(
      sent.filter((batch) => !settled.has(batch)),
      null,
    );
    return rows.filter(({ batch }) => !settled.has(batch));
  }

  /** Marks those of the batches that the ledger holds, and names them. */
  async #settle(batches: readonly Hex[]): Promise<readonly Hex[]> {
    const { ledger, fromBlock } = this.#parts;
    const from = Math.min(...batches.map((batch) => this.#sentAfter.get(batch) ?? fromBlock));
    const accepted = await ledger.accepted(batches, Math.max(from, fromBlock));
    for (const { batch, block } of accepted) await this.#final(batch, block);
    return accepted.map(({ batch }) => batch);
  }

  /** Those that the ledger would take now, in order; no more than one round sends. */
  async #try(rows: readonly Pending[]): Promise<readonly Tried[]> {
    const row: Tried[] = [];
    /** What earlier lots of this round make: not on the chain yet, so a later lot cannot be tried on it. */
    const held = new Set<Hex>();
    for (const lot of inLots(rows)) {
      if (this.#closed || this.#cut(row).length > MAX_CALLS) break;
      const ready = lot.filter(({ needs }) => !needs.some((id) => held.has(id)));
      for (const { makes } of lot) for (const id of makes) held.add(id);
      const trials = ready.length === 0 ? [] : await this.#parts.ledger.attempt(ready.map(({ bytes }) => bytes));
      for (const [n, pending] of ready.entries()) {
        const trial = trials[n];
        if (trial !== undefined && "gas" in trial) row.push({ pending, gas: trial.gas });
        else if (trial !== undefined) await this.#sortTrial(pending, sortReason(trial.reason));
      }
    }
    return row;
  }

  /** Of what is refused because of blocks that are not final yet nothing is said: it is tried again when they are. */
  async #sortTrial(pending: Pending, sorted: Sorted): Promise<void> {
    if (sorted.sort !== "refuse" && sorted.sort !== "spent") return this.#sortOut(pending, sorted);
    const [trial] = await this.#parts.ledger.attempt([pending.bytes], "latest");
    if (trial === undefined || "gas" in trial) return;
    const final = sortReason(trial.reason);
    if (final.sort === "refuse" || final.sort === "spent") await this.#sortOut(pending, final);
  }

  /** At the start, and when the newest final block of the last round is gone: final batches that went with it wait again. */
  async #lookForVanished(): Promise<void> {
    const { turning, outbox, ledger, fromBlock, log } = this.#parts;
    if (turning === undefined) return;
    const anchor = this.#anchor;
    // Read first: what is taken back between the two looks is then seen now, or in the next round.
    const latest = await turning.latest();
    const isWhole = anchor !== null && (await turning.block(anchor.number))?.hash === anchor.hash;
    if (!isWhole) {
      this.#sentAfter.clear();
      let gone = 0;
      for await (const batches of outbox.kept()) {
        const held = new Set((await ledger.accepted(batches, fromBlock)).map(({ batch }) => batch));
        const lost = batches.filter((batch) => !held.has(batch));
        await outbox.takeBack(lost);
        gone += lost.length;
      }
      if (gone > 0) log(`${gone} final batches are not on the chain any more: they are sent again`);
    }
    this.#anchor = latest;
    if (performance.now() - this.#sweptMs < SWEEP_MS) return;
    this.#sweptMs = performance.now();
    await outbox.forget(KEPT_S);
  }

  /** Another relay may have brought what is awaited: some of it is asked for each round, in turn. */
  async #lookForAwaited(): Promise<void> {
    const { outbox, ledger } = this.#parts;
    if (this.#asked === null) await outbox.releaseAll();
    const awaited = await outbox.awaited(this.#asked ?? "0x", MAX_AWAITED);
    for (const subject of awaited) if ((await ledger.word(subject)) !== null) await outbox.release([subject]);
    this.#asked = awaited.length < MAX_AWAITED ? "0x" : (awaited.at(-1) ?? "0x");
  }

  #cut(row: readonly Tried[]): readonly (readonly Tried[])[] {
    const alone = row.filter(({ pending }) => this.#alone.has(pending.batch));
    return [...gather(row.filter(({ pending }) => !this.#alone.has(pending.batch))), ...alone.map((one) => [one])];
  }

  async #send(calls: readonly (readonly Tried[])[]): Promise<void> {
    const { ledger, account } = this.#parts;
    const isAlone = (call: readonly Tried[]) => call.length === 1 && this.#alone.has(call[0]?.pending.batch ?? "0x");
    try {
      const sent = account.send(
        calls.map((call) => {
          const most = isAlone(call) ? (TRANSACTION_GAS * 3n) / 4n : gasEach(call);
          const isWhole = isAlone(call) || callGas(call) > TRANSACTION_GAS;
          const bytes = call.map(({ pending }) => pending.bytes);
          return {
            to: ledger.address,
            data: ledger.submitCall(bytes, most),
            gas: isWhole ? TRANSACTION_GAS : callGas(call),
          };
        }),
      );
      const receipts = await Promise.race([sent, this.#stopped.promise]);
      const { accepted, rejected } = ledger.outcomes(receipts.flatMap(({ logs }) => logs));
      for (const { batch, block } of accepted) await this.#final(batch, block);
      const bySent = new Map(calls.flat().map(({ pending }) => [pending.sent, pending]));
      for (const { sent, reason } of rejected) {
        const pending = bySent.get(sent);
        if (pending !== undefined) await this.#sortOut(pending, sortReason(reason));
      }
    } catch (cause) {
      if (cause instanceof RevertedError) for (const { pending } of calls.flat()) this.#alone.add(pending.batch);
      throw cause;
    }
  }

  async #sortOut(pending: Pending, sorted: Sorted): Promise<void> {
    const { outbox } = this.#parts;
    const { batch } = pending;
    if (sorted.sort === "wait") {
      await outbox.markWaiting([batch], sorted.why, sorted.subject as Hex);
    } else if (sorted.sort === "spent") {
      const settled = await this.#settle([batch]);
      if (settled.length === 0) await this.#refuse(batch, sorted.why);
    } else if (sorted.sort === "gas" && this.#mayTryAgain(batch)) {
      this.#alone.add(batch);
      this.#again = true;
      await outbox.markWaiting([batch], sorted.why);
    } else {
      await this.#refuse(batch, sorted.why);
    }
  }

  #mayTryAgain(batch: Hex): boolean {
    const chances = (this.#gasChances.get(batch) ?? 0) + 1;
    this.#gasChances.set(batch, chances);
    return chances <= MAX_GAS_CHANCES;
  }

  async #final(batch: Hex, block: number): Promise<void> {
    await this.#parts.outbox.markFinal(batch, block);
    // What awaited it may go on.
    this.#again = true;
    this.#forget(batch);
  }

  async #refuse(batch: Hex, why: Why): Promise<void> {
    this.#parts.log(`batch ${batch} cannot be applied: ${why.detail}`);
    await this.#parts.outbox.markRefused(batch, why);
    this.#forget(batch);
  }

  #forget(batch: Hex): void {
    this.#gasChances.delete(batch);
    this.#alone.delete(batch);
    this.#sentAfter.delete(batch);
  }

  async #rest(ms: number): Promise<void> {
    await new Promise<void>((done) => {
      const end = () => {
        clearTimeout(this.#pause?.timer);
        this.#pause = null;
        done();
      };
      this.#pause = { timer: setTimeout(end, ms), end };
    });
  }
}
