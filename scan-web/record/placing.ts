/**
 * Which batch a record goes into. Observations share one with their like, as long as the newest block that the phone knows stays the same
 * (docs/ledger.md §4.4); all else has one of its own, so that what is refused holds up nobody else. Those with files are apart: they wait
 * for their files. Used under the write lock.
 */
import { batchKey } from "./batches.ts";
import { isObservation } from "./capture.ts";
import { type Db, type StoredBatch, type StoredRecord } from "./db.ts";
import type { Self } from "./model.ts";

export { isSpent, Placer, rejoined };

/** Records of one batch. Forty observations are some 3 kB and 0.8 M gas: far below what a batch may have (protocol/pack.ts). */
const MOST = { plain: 40, pictured: 8, single: 1 } as const;

class Placer {
  readonly #batches: Map<string, StoredBatch>;
  readonly #touched = new Set<string>();
  #self: Self;

  private constructor(self: Self, batches: readonly StoredBatch[]) {
    this.#self = self;
    this.#batches = new Map(batches.map((batch) => [batch.nonce, batch]));
  }

  static async open(db: Db, self: Self): Promise<Placer> {
    return new Placer(self, await db.idb.getAllFromIndex("batches", "byState", "open"));
  }

  /** The nonce of the batch that takes it; a new one where none does. Two calls without {@link add} between give the same. */
  nonceFor(row: Pick<StoredRecord, "as" | "files" | "changes">): string {
    const sort = sortOf(row);
    const { seen } = this.#self;
    const open = [...this.#batches.values()].find(
      (batch) =>
        sort !== "single" &&
        batch.sort === sort &&
        batch.seen === seen &&
        batch.hashes.length === 0 &&
        batch.records.length < MOST[sort],
    );
    return open?.nonce ?? this.#self.nextNonce;
  }

  add(nonce: string, row: Pick<StoredRecord, "id" | "as" | "files" | "changes" | "makes">): void {
    const before = this.#batches.get(nonce) ?? this.#newBatch(sortOf(row));
    const records = [...before.records, row.id];
    this.#batches.set(nonce, { ...before, records, made: before.made + row.makes.length });
    this.#touched.add(nonce);
  }

  get self(): Self {
    return this.#self;
  }

  /** By key. */
  changed(): readonly (readonly [string, StoredBatch])[] {
    return [...this.#batches]
      .filter(([nonce]) => this.#touched.has(nonce))
      .map(([nonce, batch]) => [batchKey(nonce), batch]);
  }

  #newBatch(sort: StoredBatch["sort"]): StoredBatch {
    const { nextNonce: nonce, seen } = this.#self;
    this.#self = { ...this.#self, nextNonce: String(BigInt(nonce) + 1n) };
    return {
      ...{ nonce, seen, sort, state: "open", records: [], made: 0, hash: null, bytes: null, documents: [], hashes: [] },
      ...{ why: null, sentAtMs: null, versions: [], signedAtMs: null },
    };
  }
}

function sortOf({ as, files, changes }: Pick<StoredRecord, "as" | "files" | "changes">): StoredBatch["sort"] {
  if (changes !== null || !isObservation(as.kind)) return "single";
  return files.length === 0 ? "plain" : "pictured";
}

/**
 * Nothing more can be written under its nonce. Used already, it may be by an older signature of its own: until that is known the nonce
 * stays, else the record would count twice.
 */
function isSpent({ state, why, hashes }: StoredBatch): boolean {
  return state === "final" || (state === "refused" && why?.type === "nonce-used" && hashes.length < 2);
}

/**
 * The batch with a record of its nonce that is other than it was, open to be signed again; null where the record has to wait: what is left
 * of its batch is under way without it, and may yet turn out to be the version that carries it.
 */
function rejoined(batch: StoredBatch, id: string): StoredBatch | null {
  const isIn = batch.records.includes(id);
  if ((batch.state === "signed" || batch.state === "sent") && !isIn) return null;
  return { ...batch, state: "open", why: null, records: isIn ? batch.records : [...batch.records, id] };
}
