/**
 * The ledger's logs as values (docs/ledger.md §8). Whatever does not have exactly the shape of one of its events is refused:
 * a node's answer is untrusted input.
 */
import type { Hex } from "../../protocol/history.ts";
import { TOPICS } from "../../protocol/ledger-abi.ts";
import type { RawLog } from "../chain/chain.ts";

export type { AcceptedLog, LedgerLog, OrganisationLog, RecordedLog, RejectedLog, TouchedLog };
export { decodeLog, readRawLog, UnreadableLog };

interface At {
  readonly emitter: Hex;
  readonly block: number;
  readonly logIndex: number;
}
interface AcceptedLog extends At {
  readonly name: "Accepted";
  readonly batch: Hex;
  readonly recorder: Hex;
  readonly stamp: Hex;
  readonly nonce: string;
  readonly seen: Hex;
  readonly r: Hex;
  readonly s: Hex;
}
interface RecordedLog extends At {
  readonly name: "Recorded";
  readonly subject: Hex;
  readonly batch: Hex;
  readonly seq: number;
  readonly group: number;
  readonly bytes: Hex;
}
interface TouchedLog extends At {
  readonly name: "Touched";
  readonly subject: Hex;
  readonly batch: Hex;
  readonly seq: number;
  readonly group: number;
  readonly entry: number;
  readonly word: Hex;
}
interface RejectedLog extends At {
  readonly name: "Rejected";
  readonly sent: Hex;
}
interface OrganisationLog extends At {
  readonly name: "Organisation";
  readonly organisation: number;
  readonly act: number;
  readonly roles: number;
  readonly content: Hex;
  readonly x: Hex;
  readonly y: Hex;
  readonly untilBlock: string;
}
type LedgerLog = AcceptedLog | RecordedLog | TouchedLog | RejectedLog | OrganisationLog;

class UnreadableLog extends Error {}

/** Characters of one word of the ABI in hex. */
const WORD = 64;

/** One log of an `eth_getLogs` answer, as a value; nothing in it is believed yet. */
function readRawLog(log: Readonly<Record<string, unknown>>): RawLog {
  return {
    address: String(log.address) as Hex,
    topics: (Array.isArray(log.topics) ? log.topics : []).map(lower),
    data: String(log.data) as Hex,
    blockNumber: Number(log.blockNumber),
    blockHash: String(log.blockHash) as Hex,
    transactionHash: String(log.transactionHash) as Hex,
    index: Number(log.logIndex),
  };
}

/** Null for an event that is not the ledger's (an AccessManaged event of its authority). */
function decodeLog(raw: RawLog): LedgerLog | null {
  const at: At = { emitter: lower(raw.address), block: raw.blockNumber, logIndex: raw.index };
  const [topic, first = "0x", second = "0x"] = raw.topics;
  try {
    switch (topic) {
      case TOPICS.Accepted: {
        const [stamp = "0x", nonce = "0x", seen = "0x", r = "0x", s = "0x"] = words(raw.data, 5);
        const recorder: Hex = `0x${lower(second).slice(26)}`;
        return {
          ...at,
          name: "Accepted",
          batch: lower(first),
          recorder,
          ...{ stamp, nonce: String(whole(nonce, 64)), seen, r, s },
        };
      }
      case TOPICS.Recorded: {
        const [seqPlace = "0x", bytes = "0x"] = wordAndBytes(raw.data);
        const { seq, group } = split(whole(seqPlace, 64));
        return {
          ...at,
          name: "Recorded",
          subject: lower(first),
          batch: lower(second),
          seq,
          group,
          bytes,
        };
      }
      case TOPICS.Touched: {
        const [seqPlace = "0x", word = "0x"] = words(raw.data, 2);
        return {
          ...at,
          name: "Touched",
          subject: lower(first),
          batch: lower(second),
          ...split(whole(seqPlace, 64)),
          word,
        };
      }
      case TOPICS.Rejected:
        return { ...at, name: "Rejected", sent: lower(first) };
      case TOPICS.Organisation: {
        const [act = "0x", roles = "0x", content = "0x", x = "0x", y = "0x", untilBlock = "0x"] = words(raw.data, 6);
        return {
          ...at,
          name: "Organisation",
          organisation: Number(whole(first, 32)),
          act: Number(whole(act, 8)),
          roles: Number(whole(roles, 32)),
          ...{ content, x, y, untilBlock: String(whole(untilBlock, 64)) },
        };
      }
      default:
        return null;
    }
  } catch (cause) {
    throw new UnreadableLog(`the log ${raw.index} of block ${raw.blockNumber} does not have the shape of its event`, {
      cause,
    });
  }
}

/** Exactly so many words of 32 bytes. */
function words(data: string, count: number): readonly Hex[] {
  if (data.length !== 2 + count * WORD || !/^0x[0-9a-fA-F]*$/.test(data)) throw new Error("another length");
  return Array.from({ length: count }, (_, n): Hex => `0x${lower(data.slice(2 + n * WORD, 2 + (n + 1) * WORD))}`);
}

/** A word, then `bytes` as the ABI puts them: where they begin (64), how many, and zeros up to a whole word. */
function wordAndBytes(data: string): readonly [Hex, Hex] {
  const [word = "0x", offset = "0x", length = "0x"] = words(data.slice(0, 2 + 3 * WORD), 3);
  const from = 2 + 3 * WORD;
  const characters = 2 * Number(whole(length, 32));
  const bytes = data.slice(from, from + characters);
  const rest = data.slice(from + characters);
  const isWhole = bytes.length === characters && rest.length === (WORD - (characters % WORD)) % WORD;
  if (whole(offset, 32) !== 64n || !isWhole || !/^0*$/.test(rest) || !/^[0-9a-fA-F]*$/.test(bytes))
    throw new Error("another layout");
  return [word, `0x${lower(bytes)}`];
}

/** @throws Error when the number takes more than `bits`, or is none */
function whole(word: string, bits: number): bigint {
  const value = BigInt(word);
  if (value >> BigInt(bits) !== 0n) throw new Error("too large a number");
  return value;
}

function split(seqPlace: bigint): { seq: number; group: number; entry: number } {
  return {
    seq: Number(seqPlace >> 32n),
    group: Number((seqPlace >> 16n) & 0xffffn),
    entry: Number(seqPlace & 0xffffn),
  };
}

function lower(value: unknown): Hex {
  return String(value).toLowerCase() as Hex;
}
