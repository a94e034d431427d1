/**
 * Fills a running server with entries as phones do: signed batches through the API, by the chain into the index. Field work on lots
 * of its own; all entries of a lot share one document.
 */
import { randomUUID } from "node:crypto";
import { hexOf } from "../../protocol/bytes.ts";
import { growEvent } from "../../protocol/document/epcis.ts";
import { makeEntry } from "../../protocol/entry.ts";
import type { Furrow } from "../../server/furrow.ts";
import { makeKey, Recorder, type Signed } from "../support/recorder.ts";

export type { Mix };
export { DAILY, DENSE, Filler };

const LOTS = 1_000;

/** How many records stand in each group of the n-th batch. */
type Mix = (n: number) => readonly number[];

/** As many as 32 KiB hold, ten lots and seventy-five records each: no phone sends that, and no ledger holds more in fewer logs. */
const DENSE: Mix = () => new Array<number>(10).fill(75);

/** What a phone sends in the evening: a record or eight on each of one to five lots, the same ones in every run. */
const DAILY: Mix = (n) => Array.from({ length: 1 + (n % 5) }, (_, lot) => 1 + ((n * 5 + lot * 3) % 8));

const BATCHES_A_CALL = 20;
const DAY_S = 86_400;

class Filler {
  readonly #furrow: Furrow;
  readonly #recorder: Recorder;
  readonly #lots: readonly Uint8Array[];
  readonly #documents: readonly Uint8Array[];
  readonly #mix: Mix;
  #next = 0;
  #batches = 0;
  /** Entries on the ledger by this filler. */
  entries = 0;

  private constructor(
    furrow: Furrow,
    recorder: Recorder,
    lots: readonly Uint8Array[],
    documents: readonly Uint8Array[],
    mix: Mix,
  ) {
    this.#furrow = furrow;
    this.#recorder = recorder;
    this.#lots = lots;
    this.#documents = documents;
    this.#mix = mix;
    this.entries = lots.length + 1;
  }

  /** An organisation of its own with a product and a thousand lots. */
  static async on(furrow: Furrow, mix: Mix = DENSE): Promise<Filler> {
    const signer = await makeKey();
    const { organisation } = await furrow.admit({
      name: { zh: "示例记录员", en: "Example recorder" },
      ...{
        roles: ["producer"],
        registration: null,
        checked: { en: "made for a measurement" },
        phone: null,
        example: true,
      },
      managerKey: { x: hexOf(signer.key.x), y: hexOf(signer.key.y) },
    });
    const recorder = await Recorder.at(furrow.address, signer, organisation);
    const nonce = recorder.takeNonce();
    const product = await recorder.product(nonce, { net: 0n });
    await taken(recorder, [await recorder.sign([product], { nonce })]);
    const lots: Uint8Array[] = [];
    const documents: Uint8Array[] = [];
    for (let at = 0; at < LOTS; at += 100) {
      const made = recorder.takeNonce();
      const groups = [];
      for (let index = 0; index < 100; index++) groups.push(await recorder.origin(made, product.subject, { index }));
      await taken(recorder, [await recorder.sign(groups, { nonce: made })]);
      for (const { subject } of groups) {
        lots.push(subject);
        documents.push(await recorder.put(fieldWork(subject, recorder.nowS)));
      }
    }
    await furrow.settled();
    return new Filler(furrow, recorder, lots, documents, mix);
  }

  /** Adds until there are at least so many; resolves when all are final and indexed. */
  async fillTo(entries: number): Promise<void> {
    while (this.entries < entries) {
      const batches: Signed[] = [];
      while (batches.length < BATCHES_A_CALL && this.entries < entries) batches.push(await this.#batch());
      await taken(this.#recorder, batches);
    }
    await this.#furrow.settled();
  }

  /** One note's batch, signed and not sent. */
  async small(): Promise<Signed> {
    return this.#recorder.sign([this.#group(this.#next++ % LOTS, 1)]);
  }

  async #batch(): Promise<Signed> {
    const groups = this.#mix(this.#batches++).map((records) => {
      this.entries += records;
      return this.#group(this.#next++ % LOTS, records);
    });
    return this.#recorder.sign(groups);
  }

  #group(lot: number, records: number) {
    const content = this.#documents[lot] ?? new Uint8Array(32);
    const said = { occurredAtS: this.#recorder.nowS - DAY_S, content, args: {} };
    return {
      subject: this.#lots[lot] ?? new Uint8Array(32),
      entries: Array.from({ length: records }, () => makeEntry("GROW", said)),
    };
  }
}

function fieldWork(subject: Uint8Array, occurredAtS: number) {
  const work = { id: "weeding", zh: "除草", en: "weeding" };
  const lot = { gtin: null, lotNumber: "MEASURED" };
  return growEvent({ subject: hexOf(subject), eventId: randomUUID(), occurredAtS, example: true, lot, work });
}

async function taken(recorder: Recorder, batches: readonly Signed[]): Promise<void> {
  for (;;) {
    const { status, body, headers } = await recorder.send(...batches);
    if (status === 202) return;
    if (status !== 503 && status !== 429) throw new Error(`${status} ${JSON.stringify(body)}`);
    await new Promise((done) => setTimeout(done, 1000 * Number(headers.get("retry-after") ?? 1)));
  }
}
