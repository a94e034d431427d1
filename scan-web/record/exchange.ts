/**
 * One round trip of `POST /api/sync`: what is sent, what is asked, and what the answer changes on the phone. The order in which an answer
 * is taken matters: first whose ledger it is (another's answer changes nothing), then the clock, then what became of records.
 */
import type { Hex } from "../../protocol/bytes.ts";
import { asksOf, type DueBatch } from "./batches.ts";
import { takeClock } from "./clock.ts";
import { type Db, getKept } from "./db.ts";
import { haveOf, takeField, type ToldSection } from "./field.ts";
import { type Head, takeHead } from "./key.ts";
import type { Section } from "./model.ts";
import type { Receipt } from "./receipt.ts";
import { takeReceipts } from "./states.ts";
import { type Refusal, refusalOf, type Wire } from "./wire.ts";

export type { Exchange, Exchanged };
export { base64url, chooseBatches, exchange, MAX_ASKED };

interface Exchange {
  readonly batches: readonly DueBatch[];
  /** Sent before without an answer: asked for, not sent again. */
  readonly doubted: readonly Hex[];
  /** Whether sections of the field that have changed are told. */
  readonly field: boolean;
}

/**
 * `apartMs`: how far the phone's clock was from the browser's own count when the answer came; null: the clock was set anew meanwhile ·
 * `later`: batches that the server cannot take now, and asks to send again after a while · `lacking`: those of which it lacks a file.
 */
type Exchanged =
  | {
      readonly state: "done";
      readonly apartMs: number | null;
      readonly later: readonly Hex[];
      readonly lacking: readonly Hex[];
    }
  | { readonly state: "refused"; readonly refusal: Refusal };

type Told = Head & {
  readonly nowMs: number;
  readonly receipts: readonly Receipt[];
  readonly field?: Readonly<Partial<Record<Section, ToldSection>>>;
};

/** The server's own limits. */
const MAX_BATCHES = 20;
const MAX_DOCUMENTS = 200;
const MAX_ASKED = 200;
/** Characters of one request before compression; a tenth or so goes over the line. A lost answer costs at most that. */
const MAX_TEXT = 192 * 1024;
/** A longer way says little about the clock. */
const MAX_MEASURED_MS = 8_000;
const PASSING = new Set(["too-many-waiting", "too-many-requests"]);
const LACKING = new Set(["file-unknown"]);
const PREFIX = /^urn:furrow:problem:/;

/** As many of them, in their order, as fit into one request; the first one always does. */
function chooseBatches(due: readonly DueBatch[]): readonly DueBatch[] {
  const chosen: DueBatch[] = [];
  let documents = 0;
  let text = 0;
  for (const batch of due) {
    documents += batch.documents.length;
    text += (batch.bytes.length * 4) / 3 + batch.documents.reduce((sum, one) => sum + one.text.length + 3, 0);
    const isFull = chosen.length === MAX_BATCHES || documents > MAX_DOCUMENTS || text > MAX_TEXT;
    if (isFull && chosen.length > 0) break;
    chosen.push(batch);
  }
  return chosen;
}

/**
 * @throws Away where there is no answer: whether the batches arrived is then not known
 * @throws Problem `wrong-ledger`: another ledger's server answered; nothing was taken of it
 */
async function exchange(db: Db, wire: Wire, asked: Exchange): Promise<Exchanged> {
  const self = await getKept(db, "self");
  // What becomes final leaves this phone's own reckoning (field.ts), so its field is to be told by the same answer, else a balance or an interval were
  // missing until the next: without it nothing is asked about, and what is final all the same is so without its place, and asked about again.
  const asks = new Set([...asked.doubted, ...(asked.field ? await asksOf(db, MAX_ASKED) : [])]);
  for (const { hash } of asked.batches) asks.delete(hash);
  const documents = new Map(asked.batches.flatMap((batch) => batch.documents.map(({ cid, text }) => [cid, text])));
  const body = JSON.stringify({
    ...(self === null ? {} : { recorder: self.recorder }),
    ...(self?.organisation == null ? {} : { organisation: self.organisation }),
    ...(documents.size === 0 ? {} : { documents: [...documents.values()] }),
    ...(asked.batches.length === 0 ? {} : { batches: asked.batches.map(({ bytes }) => base64url(bytes)) }),
    ...(asks.size === 0 ? {} : { ask: [...asks].slice(0, MAX_ASKED) }),
    ...(asked.field ? { have: await haveOf(db) } : {}),
  });
  const sentAtMs = Date.now();
  const answer = await wire.ask({ method: "POST", path: `${db.isPractice ? "/practice" : ""}/api/sync`, body });
  const gotAtMs = Date.now();
  const apartMs = gotAtMs - performance.now();
  if (answer.status !== 200) return { state: "refused", refusal: refusalOf(answer, gotAtMs) };

  const told = JSON.parse(answer.text) as Told;
  await takeHead(db, told, Math.floor(told.nowMs / 1000));
  // A clock that jumped in between would be believed; the way that the browser measured by itself tells.
  const isSteady = Math.abs(gotAtMs - sentAtMs - answer.tookMs) < MAX_MEASURED_MS;
  if (isSteady && answer.tookMs < MAX_MEASURED_MS) await takeClock(db, { nowMs: told.nowMs, sentAtMs, gotAtMs });
  const passing = told.receipts.filter((receipt) => isRefusedAs(receipt, PASSING));
  const lacking = told.receipts.filter((receipt) => isRefusedAs(receipt, LACKING));
  const others = told.receipts.filter((receipt) => !passing.includes(receipt) && !lacking.includes(receipt));
  await takeReceipts(db, asked.field ? others : others.map(({ groups: _groups, ...receipt }) => receipt));
  if (told.field !== undefined) await takeField(db, told.field);
  return {
    state: "done",
    apartMs: isSteady ? apartMs : null,
    later: passing.map(({ batch }) => batch),
    lacking: lacking.map(({ batch }) => batch),
  };
}

function isRefusedAs({ state, reason }: Receipt, types: ReadonlySet<string>): boolean {
  return state === "refused" && reason !== undefined && types.has(reason.type.replace(PREFIX, ""));
}

function base64url(bytes: Uint8Array): string {
  let text = "";
  for (let n = 0; n < bytes.length; n += 8_192) text += String.fromCharCode(...bytes.subarray(n, n + 8_192));
  return btoa(text).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
