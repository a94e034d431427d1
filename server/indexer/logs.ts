/**
 * The ledger's logs as values (docs/ledger.md §8). Whatever does not have exactly the shape of one of its events is refused:
 * a node's answer is untrusted input.
 */
import { AbiCoder } from "ethers";
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

const coder = AbiCoder.defaultAbiCoder();

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
        const [stamp, nonce, seen, r, s] = values(["bytes32", "uint64", "bytes32", "bytes32", "bytes32"], raw.data);
        const recorder: Hex = `0x${lower(second).slice(26)}`;
        return {
          ...at,
          name: "Accepted",
          batch: lower(first),
          recorder,
          stamp: lower(stamp),
          nonce: String(nonce),
          seen: lower(seen),
          r: lower(r),
          s: lower(s),
        };
      }
      case TOPICS.Recorded: {
        const [seqPlace, bytes] = values(["uint64", "bytes"], raw.data);
        const { seq, group } = split(BigInt(String(seqPlace)));
        return {
          ...at,
          name: "Recorded",
          subject: lower(first),
          batch: lower(second),
          seq,
          group,
          bytes: lower(bytes),
        };
      }
      case TOPICS.Touched: {
        const [seqPlace, word] = values(["uint64", "bytes32"], raw.data);
        return {
          ...at,
          name: "Touched",
          subject: lower(first),
          batch: lower(second),
          ...split(BigInt(String(seqPlace))),
          word: lower(word),
        };
      }
      case TOPICS.Rejected:
        return { ...at, name: "Rejected", sent: lower(first) };
      case TOPICS.Organisation: {
        const [act, roles, content, x, y, untilBlock] = values(
          ["uint8", "uint32", "bytes32", "bytes32", "bytes32", "uint64"],
          raw.data,
        );
        return {
          ...at,
          name: "Organisation",
          organisation: Number(BigInt(first)),
          act: Number(act),
          roles: Number(roles),
          content: lower(content),
          x: lower(x),
          y: lower(y),
          untilBlock: String(untilBlock),
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

function values(types: readonly string[], data: string): readonly unknown[] {
  return coder.decode(types, data).toArray();
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
