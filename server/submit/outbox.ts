/**
 * The outbox: what was taken and is not on the ledger yet, among what is kept. A row that was committed here is never lost, and
 * is applied once, however often the server ends in between, and by however many relays: the ledger's own nonce sees to that.
 */
import type { Kysely, Updateable } from "kysely";
import { type Hex, hexOf } from "../../protocol/bytes.ts";
import { Problem } from "../../protocol/problem.ts";
import type { BatchState, KeptTables, OutboxTable } from "../store/kept-tables.ts";
import { takeTurns } from "../store/turns.ts";
import { checkRoom, MAX_PARAMETERS, release } from "./awaiting.ts";
import type { KnownBatch } from "./check.ts";
import { type Pending, pendingOf } from "./pending.ts";
import { type Receipt, receiptOf, type Why } from "./receipt.ts";

export { Outbox };

class Outbox {
  readonly #kept: Kysely<KeptTables>;
  readonly #nowS: () => number;
  readonly #keepsBytes: boolean;

  /** @param of keepsBytes: final batches may be taken back by their chain, so their bytes stay until {@link forget} */
  constructor(kept: Kysely<KeptTables>, nowS: () => number, of: { readonly keepsBytes?: boolean } = {}) {
    this.#kept = kept;
    this.#nowS = nowS;
    this.#keepsBytes = of.keepsBytes ?? false;
  }

  /** Null when this server was never given it. */
  async find(batch: Hex): Promise<Receipt | null> {
    const row = await this.#kept
      .selectFrom("outbox")
      .select(["batch", "state", "block", "reason"])
      .where("batch", "=", batch)
      .executeTakeFirst();
    return row === undefined ? null : receiptOf(row);
  }

  /** Of each that this server was given. */
  async findAll(batches: readonly Hex[]): Promise<ReadonlyMap<Hex, Receipt>> {
    const found = new Map<Hex, Receipt>();
    for (let n = 0; n < batches.length; n += MAX_PARAMETERS) {
      const rows = await this.#kept
        .selectFrom("outbox")
        .select(["batch", "state", "block", "reason"])
        .where("batch", "in", batches.slice(n, n + MAX_PARAMETERS))
        .execute();
      for (const row of rows) found.set(row.batch as Hex, receiptOf(row));
    }
    return found;
  }

  /**
   * All of them or none; resolves after the commit is on disk. One that is here already keeps its state, a refused one is
   * tried again.
   * @param at place of each batch in the request, for the Problem
   * @throws Problem `nonce-used` when another batch waits under the same nonce, `too-many-waiting`
   */
  async add(batches: readonly { readonly known: KnownBatch; readonly at: string }[]): Promise<readonly Receipt[]> {
    return this.#kept.transaction().execute(async (all) => {
      // Two processes may be given batches of one recorder at once: each looks only when the other has put down its own.
      await takeTurns(
        all,
        batches.map(({ known }) => hexOf(known.header.recorder)),
      );
      const last = await all
        .selectFrom("outbox")
        .select((row) => row.fn.max<number | null>("position").as("position"))
        .executeTakeFirst();
      let position = last?.position ?? 0;
      const receipts: Receipt[] = [];
      for (const { known, at } of batches) {
        const recorder = hexOf(known.header.recorder);
        const nonce = known.header.nonce.toString();
        const rows = await all
          .selectFrom("outbox")
          .select(["batch", "state", "block", "reason"])
          .where("recorder", "=", recorder)
          .where("nonce", "=", nonce)
          .execute();
        const other = rows.find((row) => row.batch !== known.batch && row.state !== "refused");
        if (other !== undefined) {
          throw new Problem(
            "nonce-used",
            `${at}/header/nonce`,
            `nonce ${nonce} is that of batch ${other.batch}, which is ${other.state}`,
          );
        }
        const same = rows.find((row) => row.batch === known.batch);
        if (same !== undefined && same.state !== "refused") {
          receipts.push(receiptOf(same));
          continue;
        }
        const fresh = { state: "waiting" as const, reason: null, awaits: null, block: null, settled_at: null };
        const arrival = {
          bytes: known.bytes,
          sent_digest: known.sent,
          received_at: this.#nowS(),
          position: ++position,
        };
        if (same === undefined) {
          const names = { makes: JSON.stringify(known.makes), needs: JSON.stringify(known.needs) };
          await all
            .insertInto("outbox")
            .values({ batch: known.batch, recorder, nonce, ...names, ...arrival, ...fresh })
            .execute();
        } else {
          await all
            .updateTable("outbox")
            .set({ ...arrival, ...fresh })
            .where("batch", "=", known.batch)
            .execute();
        }
        await checkRoom(all, recorder, known, at);
        await release(all, known.makes);
        receipts.push({ batch: known.batch, state: "waiting", block: null, reason: null });
      }
      return receipts;
    });
  }

  /** Waiting and sent ones in the order of their arrival, without those that await a subject. */
  async pending(limit: number): Promise<readonly Pending[]> {
    const rows = await this.#kept
      .selectFrom("outbox")
      .selectAll()
      .where("state", "in", ["waiting", "sent"])
      .where("awaits", "is", null)
      .orderBy("position")
      .limit(limit)
      .execute();
    return rows.map(pendingOf);
  }

  /** How many are not settled. */
  async count(): Promise<number> {
    const row = await this.#kept
      .selectFrom("outbox")
      .select((all) => all.fn.countAll<number>().as("count"))
      .where("state", "in", ["waiting", "sent"])
      .executeTakeFirst();
    return Number(row?.count ?? 0);
  }

  /** Nonces of this recorder that wait here: the phone's next one is above them. */
  async waitingNonces(recorder: Hex): Promise<readonly bigint[]> {
    const rows = await this.#kept
      .selectFrom("outbox")
      .select("nonce")
      .where("recorder", "=", recorder)
      .where("state", "in", ["waiting", "sent"])
      .execute();
    return rows.map((row) => BigInt(row.nonce));
  }

  /** Before they are handed to the chain: after a crash their fate is asked of the ledger. */
  async markSent(batches: readonly Hex[]): Promise<void> {
    await this.#change(batches, OPEN, { state: "sent", reason: null });
  }

  /** @param awaits the subject without which it cannot go on: it is aside until {@link release} names that */
  async markWaiting(batches: readonly Hex[], why: Why | null, awaits: Hex | null = null): Promise<void> {
    const reason = why === null ? null : JSON.stringify(why);
    await this.#change(batches, OPEN, { state: "waiting", reason, awaits, block: null, settled_at: null });
  }

  /** Final ones whose chain holds them no longer wait again. */
  async takeBack(batches: readonly Hex[]): Promise<void> {
    await this.#change(batches, ["final"], { state: "waiting", block: null, settled_at: null });
  }

  async markFinal(batch: Hex, block: number): Promise<void> {
    const settled = { reason: null, awaits: null, settled_at: this.#nowS() };
    const gone = this.#keepsBytes ? {} : { bytes: new Uint8Array() };
    await this.#change([batch], EVERY, { state: "final", block, ...gone, ...settled });
    const row = await this.#kept.selectFrom("outbox").select("makes").where("batch", "=", batch).executeTakeFirst();
    if (row !== undefined) await this.release(JSON.parse(row.makes) as Hex[]);
  }

  /** Final batches whose bytes are still here, some at a time. */
  async *kept(): AsyncGenerator<readonly Hex[]> {
    for (let after = { position: -1, batch: "" }; ;) {
      const rows = await this.#kept
        .selectFrom("outbox")
        .select(["batch", "position"])
        .where("state", "=", "final")
        // Two processes may have given one position to batches of different recorders.
        .where((row) => row(row.refTuple("position", "batch"), ">", row.tuple(after.position, after.batch)))
        .where("bytes", "!=", new Uint8Array())
        .orderBy("position")
        .orderBy("batch")
        .limit(MAX_PARAMETERS)
        .execute();
      const last = rows.at(-1);
      if (last === undefined) return;
      after = last;
      yield rows.map(({ batch }) => batch as Hex);
    }
  }

  /** Lets go of the bytes of what has been final for so many seconds. */
  async forget(keptS: number): Promise<void> {
    await this.#kept
      .updateTable("outbox")
      .set({ bytes: new Uint8Array() })
      .where("state", "=", "final")
      .where("settled_at", "<", this.#nowS() - keptS)
      // Let go of before: written once more each hour, the whole table would be.
      .where("bytes", "!=", new Uint8Array())
      .execute();
  }

  async markRefused(batch: Hex, why: Why): Promise<void> {
    const settled = { reason: JSON.stringify(why), awaits: null, settled_at: this.#nowS() };
    await this.#change([batch], OPEN, { state: "refused", ...settled });
  }

  /** Subjects that batches await, in the order of their ids, those after `after`. */
  async awaited(after: Hex, limit: number): Promise<readonly Hex[]> {
    const rows = await this.#kept
      .selectFrom("outbox")
      .select("awaits")
      .distinct()
      .where("awaits", ">", after)
      .orderBy("awaits")
      .limit(limit)
      .execute();
    return rows.map(({ awaits }) => awaits as Hex);
  }

  /** Lets the batches that await one of these subjects go on, and those that await what these make. */
  async release(subjects: readonly Hex[]): Promise<void> {
    await release(this.#kept, subjects);
  }

  /** Nothing awaits anything: what happened since the last start is not known. */
  async releaseAll(): Promise<void> {
    await this.#kept.updateTable("outbox").set({ awaits: null }).where("awaits", "is not", null).execute();
  }

  /** Leaves those alone that are in none of the states `from`: another relay may have settled them meanwhile. */
  async #change(batches: readonly Hex[], from: readonly BatchState[], change: Updateable<OutboxTable>): Promise<void> {
    for (let n = 0; n < batches.length; n += MAX_PARAMETERS) {
      const some = batches.slice(n, n + MAX_PARAMETERS);
      await this.#kept
        .updateTable("outbox")
        .set(change)
        .where("batch", "in", some)
        .where("state", "in", from)
        .execute();
    }
  }
}

/** Not settled; and all states, for of what the ledger holds nobody else has the word. */
const OPEN: readonly BatchState[] = ["waiting", "sent"];
const EVERY: readonly BatchState[] = [...OPEN, "final", "refused"];
