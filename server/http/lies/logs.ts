/** Lies in the ledger's logs, told alike in histories and in `eth_getLogs`: left out, in another order, by another contract or key. */
import { decodeGroup } from "../../../protocol/batch.ts";
import { bytesOf, hexOf } from "../../../protocol/bytes.ts";
import { readSeqPlace, readStamp, seqPlaceOf, stampOf } from "../../../protocol/fold.ts";
import type { BatchProof, Hex, History, Move } from "../../../protocol/history.ts";
import { kindByName } from "../../../protocol/kinds/all.ts";
import { TOPICS } from "../../../protocol/ledger-abi.ts";
import type { Lie, Planted, RpcLog } from "./lie.ts";
import { firstMove, flipped, isOrganisation, movesOf, nothingToLieAbout, plantingOf } from "./reading.ts";

export { liesInLogs };

const EXPEL = kindByName("EXPEL").number;
const HOUR_S = 3600;

const liesInLogs: readonly Lie[] = [
  {
    name: "last-entry-dropped",
    says: "the last record of the lot is left out",
    finding: "entry-missing",
    where: "everywhere",
    plan: async ({ history }) => dropped(history.lot, movesOf(history, history.lot).at(-1)),
  },
  {
    name: "middle-entry-dropped",
    says: "a record in the middle of a planting's log is left out",
    finding: "move-out-of-order",
    where: "everywhere",
    plan: async ({ history }) => {
      const planting = plantingOf(history);
      const moves = movesOf(history, planting);
      return dropped(planting, moves[Math.floor(moves.length / 2)]);
    },
  },
  {
    name: "entries-swapped",
    says: "two records of a planting's log change places",
    finding: "move-out-of-order",
    where: "everywhere",
    plan: async ({ history }) => {
      const planting = plantingOf(history);
      const own = movesOf(history, planting).filter(({ entry }) => entry === null);
      return swapped(planting, own[0], own[1]);
    },
  },
  {
    name: "foreign-log",
    says: "a batch is shown that another contract emitted, not the ledger",
    finding: "log-foreign",
    where: "everywhere",
    plan: async ({ history }) => {
      const { batch } = firstMove(history, history.lot);
      const foreign: Hex = `0x${"f0".repeat(20)}`;
      return {
        history: (honest) => withBatch(honest, batch, (proof) => ({ ...proof, emitter: foreign })),
        logs: (logs) => logs.map((log) => (log.topics.includes(batch) ? { ...log, address: foreign } : log)),
      };
    },
  },
  {
    name: "expelled-key",
    says: "a batch by an expelled key is shown as recorded after its expulsion",
    finding: "key-expelled",
    where: "everywhere",
    plan: async ({ history }) => {
      const { batch, afterS } = batchOfExpelled(history);
      return withAcceptedWord(batch, "stamp", (stamp) =>
        hexOf(stampOf({ ...readStamp(bytesOf(stamp)), recordedAtS: afterS + HOUR_S })),
      );
    },
  },
  {
    name: "signature-bit",
    says: "one bit in a signature",
    finding: "signature-invalid",
    where: "everywhere",
    plan: async ({ history }) => {
      const { batch } = firstMove(history, history.lot);
      return withAcceptedWord(batch, "r", (word) => hexOf(flipped(bytesOf(word), 31)));
    },
  },
];

function dropped(subject: Hex, move: Move | undefined): Planted {
  if (move === undefined) throw nothingToLieAbout("the log is empty");
  return {
    history: (honest) => withMoves(honest, subject, (moves) => moves.filter(({ seq }) => seq !== move.seq)),
    logs: (logs) => logs.filter((log) => !isMove(log, subject, move.seq)),
  };
}

function swapped(subject: Hex, one: Move | undefined, other: Move | undefined): Planted {
  if (one === undefined || other === undefined) throw nothingToLieAbout("fewer than two records");
  const partner = (seq: number) => (seq === one.seq ? other : seq === other.seq ? one : null);
  return {
    history: (honest) =>
      withMoves(honest, subject, (moves) => moves.map((move) => ({ ...(partner(move.seq) ?? move), seq: move.seq }))),
    logs: (logs) =>
      logs.map((log) => {
        const other = isMove(log, subject, null) ? partner(seqOf(log)) : null;
        return other === null ? log : { ...log, data: replacedWord(log.data, 0, (word) => withSeq(word, other.seq)) };
      }),
  };
}

/** A phone's last batch before it was expelled, and when that was. */
function batchOfExpelled(history: History): { readonly batch: Hex; readonly afterS: number } {
  const expelled = new Map<string, number>();
  for (const { stamp, groups } of Object.values(history.batches)) {
    for (const { bytes } of groups) {
      for (const { kind, args } of decodeGroup(bytesOf(bytes)).entries) {
        if (kind === EXPEL) expelled.set(hexOf(args), readStamp(bytesOf(stamp)).recordedAtS);
      }
    }
  }
  const written = new Set(
    history.subjects.filter(({ id }) => !isOrganisation(id)).flatMap(({ moves }) => moves.map(({ batch }) => batch)),
  );
  for (const [batch, { recorder }] of Object.entries(history.batches) as [Hex, BatchProof][]) {
    const afterS = expelled.get(recorder);
    if (afterS !== undefined && written.has(batch)) return { batch, afterS };
  }
  throw nothingToLieAbout("no expelled phone wrote about this lot");
}

/** Words of an `Accepted` log's data (docs/ledger.md §8). */
const ACCEPTED_WORDS = { stamp: 0, r: 3 } as const;

function withAcceptedWord(batch: Hex, name: keyof typeof ACCEPTED_WORDS, change: (word: Hex) => Hex): Planted {
  return {
    history: (honest) => withBatch(honest, batch, (proof) => ({ ...proof, [name]: change(proof[name]) })),
    logs: (logs) =>
      logs.map((log) =>
        log.topics[0] === TOPICS.Accepted && log.topics[1] === batch
          ? { ...log, data: replacedWord(log.data, ACCEPTED_WORDS[name], change) }
          : log,
      ),
  };
}

function withBatch(history: History, batch: Hex, change: (proof: BatchProof) => BatchProof): History {
  const proof = history.batches[batch];
  return proof === undefined ? history : { ...history, batches: { ...history.batches, [batch]: change(proof) } };
}

function withMoves(history: History, subject: Hex, change: (moves: readonly Move[]) => readonly Move[]): History {
  const subjects = history.subjects.map((log) => (log.id === subject ? { ...log, moves: change(log.moves) } : log));
  return { ...history, subjects };
}

/** `seq` null: any move of the subject by a group of its own. */
function isMove(log: RpcLog, subject: Hex, seq: number | null): boolean {
  const [topic, first] = log.topics;
  if (first !== subject) return false;
  if (seq === null) return topic === TOPICS.Recorded;
  return (topic === TOPICS.Recorded || topic === TOPICS.Touched) && seqOf(log) === seq;
}

function seqOf(log: RpcLog): number {
  return readSeqPlace(BigInt(log.data.slice(0, 66))).seq;
}

function withSeq(word: Hex, seq: number): Hex {
  const place = readSeqPlace(BigInt(word));
  return `0x${seqPlaceOf({ ...place, seq })
    .toString(16)
    .padStart(64, "0")}`;
}

/** The `place`-th 32-byte word of ABI data, changed. */
function replacedWord(data: Hex, place: number, change: (word: Hex) => Hex): Hex {
  const [from, to] = [2 + 64 * place, 2 + 64 * (place + 1)];
  return `${data.slice(0, from)}${change(`0x${data.slice(from, to)}`).slice(2)}${data.slice(to)}` as Hex;
}
