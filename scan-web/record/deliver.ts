/**
 * Delivers a copy of unsent records (copy.ts) from any phone, one that never joined included: batches are signed by whoever wrote them, so
 * whoever carries them needs no right. What the server has already is not sent again, and the first phone later finds its records on record.
 */
import { batchHash, batchRoot, decodeBatch } from "../../protocol/batch.ts";
import { type Hex, hexOf } from "../../protocol/bytes.ts";
import { cidOf } from "../../protocol/cid.ts";
import { attachmentsOf } from "../../protocol/document/read.ts";
import type { DueBatch } from "./batches.ts";
import { withDb } from "./borrow.ts";
import type { Copy } from "./copy.ts";
import { base64url, chooseBatches } from "./exchange.ts";
import { hashing } from "./key.ts";
import { countBytes } from "./meter.ts";
import type { Receipt } from "./receipt.ts";
import { uploadFile } from "./uploads.ts";
import { Away, openWire, refusalOf, type Wire } from "./wire.ts";

export type { Delivered };
export { deliverCopy };

interface Delivered {
  /** offline: some are left, and it can be tried again · other-ledger: nothing was sent · refused: the server takes nothing now. */
  readonly state: "done" | "offline" | "other-ledger" | "refused";
  /** Batches: all of the copy, those that the server has (or the ledger), and those that it refused. */
  readonly count: number;
  readonly arrived: number;
  readonly refused: number;
  /** A problem's type. */
  readonly detail: string | null;
}

interface Told {
  readonly chainId: string;
  readonly ledger: string;
  readonly receipts: readonly Receipt[];
}

/** Tries of one file or request before it is left. */
const TRIES = 4;
const MAX_ASKED = 200;
const HERE = new Set(["waiting", "sent", "final"]);
const PASSING = /too-many-(waiting|requests)$/;

/** @param onProgress called with the number of batches that arrived */
async function deliverCopy(
  { isPractice }: { readonly isPractice: boolean },
  copy: Copy,
  onProgress: (arrived: number) => void = () => {},
): Promise<Delivered> {
  return withDb(isPractice, async (db) => {
    const counting: Promise<void>[] = [];
    const wire = openWire({ count: (bytes) => void counting.push(countBytes(db, bytes)) });
    try {
      return await new Delivery(wire, isPractice ? "/practice" : "", onProgress).send(copy);
    } finally {
      await Promise.all(counting);
    }
  });
}

class Delivery {
  readonly #wire: Wire;
  readonly #base: string;
  readonly #onProgress: (arrived: number) => void;
  readonly #states = new Map<Hex, "here" | "refused">();

  constructor(wire: Wire, base: string, onProgress: (arrived: number) => void) {
    this.#wire = wire;
    this.#base = base;
    this.#onProgress = onProgress;
  }

  async send(copy: Copy): Promise<Delivered> {
    const batches: readonly DueBatch[] = await Promise.all(copy.batches.map((bytes) => batchOf(copy, bytes)));
    const told = (state: Delivered["state"], detail: string | null = null): Delivered => {
      const states = [...this.#states.values()];
      const arrived = states.filter((one) => one === "here").length;
      return { state, count: batches.length, arrived, refused: states.length - arrived, detail };
    };
    try {
      for (let n = 0; n < batches.length; n += MAX_ASKED) {
        const asked = batches.slice(n, n + MAX_ASKED).map(({ hash }) => hash);
        const answer = await this.#ask({ ask: asked });
        if (answer.ledger !== copy.note.ledger || answer.chainId !== copy.note.chainId) return told("other-ledger");
        this.#take(answer.receipts.filter(({ state }) => HERE.has(state)));
      }
      for (let left = this.#left(batches); left.length > 0; left = this.#left(batches)) {
        const before = this.#states.size;
        // Small ones first; then those with files, one by one.
        const small = left.filter(({ files }) => files.length === 0);
        const next = small.length > 0 ? chooseBatches(small) : left.slice(0, 1);
        for (const cid of next.flatMap(({ files }) => files)) await this.#file(copy, cid);
        const documents = new Map(next.flatMap((one) => one.documents.map(({ cid, text }) => [cid, text])));
        const sent = next.map(({ bytes }) => base64url(bytes));
        const answer = await this.#ask({ documents: [...documents.values()], batches: sent });
        this.#take(answer.receipts);
        if (this.#states.size === before) return told("offline", "too-many-waiting");
      }
      return told("done");
    } catch (cause) {
      if (cause instanceof Away) return told("offline");
      if (cause instanceof Stopped) return told("refused", cause.type);
      throw cause;
    }
  }

  #left(batches: readonly DueBatch[]): readonly DueBatch[] {
    return batches.filter(({ hash }) => !this.#states.has(hash));
  }

  #take(receipts: readonly Receipt[]): void {
    for (const { batch, state, reason } of receipts) {
      if (HERE.has(state)) this.#states.set(batch, "here");
      else if (state === "refused" && !PASSING.test(reason?.type ?? "")) this.#states.set(batch, "refused");
    }
    this.#onProgress([...this.#states.values()].filter((one) => one === "here").length);
  }

  async #ask(body: Readonly<Record<string, unknown>>): Promise<Told> {
    for (let tries = 1; ; tries++) {
      try {
        const path = `${this.#base}/api/sync`;
        const answer = await this.#wire.ask({ method: "POST", path, body: JSON.stringify(body) });
        if (answer.status === 200) return JSON.parse(answer.text) as Told;
        throw new Stopped(refusalOf(answer, Date.now()).type);
      } catch (cause) {
        if (!(cause instanceof Away) || tries === TRIES) throw cause;
      }
    }
  }

  /** One that the server refuses makes it refuse the batch, too: that is told there. */
  async #file(copy: Copy, cid: string): Promise<void> {
    const bytes = copy.blocks.get(cid);
    if (bytes === undefined) return;
    const mediaType = copy.note.files.find((file) => file.cid === cid)?.mediaType ?? "application/octet-stream";
    let at = { offset: 0, inDoubt: true };
    for (let tries = 1; ; tries++) {
      const keep = async (one: typeof at) => {
        at = one;
      };
      const parts = { wire: this.#wire, base: this.#base, nowMs: Date.now, keep };
      const went = await uploadFile(parts, { cid, mediaType, blob: new Blob([bytes.slice()]), ...at });
      if (went.state === "stored" || went.state === "refused") return;
      if (went.state === "later") throw new Stopped(went.refusal.type);
      if (tries === TRIES) throw new Away("an upload");
    }
  }
}

/** The server answers, and takes nothing. */
class Stopped extends Error {
  readonly type: string;

  constructor(type: string) {
    super(type);
    this.type = type;
  }
}

/** Its documents by what its entries are about, its files by what those list: nothing else of the copy is sent with it. */
async function batchOf({ blocks }: Copy, bytes: Uint8Array): Promise<DueBatch> {
  const { header, groups } = decodeBatch(bytes);
  const hash = hexOf(await batchHash(hashing, header, await batchRoot(hashing, groups)));
  const cids = new Set(groups.flatMap(({ entries }) => entries.map(({ content }) => cidOf(content, "json"))));
  const documents = [...cids].flatMap((cid) => {
    const block = blocks.get(cid);
    return block === undefined ? [] : [{ cid, text: new TextDecoder().decode(block) }];
  });
  const files = documents.flatMap(({ text }) => filesIn(text));
  return {
    nonce: String(header.nonce),
    hash,
    bytes,
    documents,
    files: [...new Set(files)].filter((cid) => blocks.has(cid)),
  };
}

/** A document that is no JSON is the server's to refuse. */
function filesIn(text: string): readonly string[] {
  try {
    return attachmentsOf(JSON.parse(text)).map(({ cid }) => cid);
  } catch {
    return [];
  }
}
