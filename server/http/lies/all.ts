/** The list of lies. Each takes the honest answers for the example's first bag and changes one thing in them. */

import { decodeGroup } from "../../../protocol/batch.ts";
import { bytesOf, hexOf, utf8 } from "../../../protocol/bytes.ts";
import { cidOf, parseCid } from "../../../protocol/cid.ts";
import { attachmentsOf } from "../../../protocol/document/read.ts";
import { readSeqPlace, readStamp, seqPlaceOf, stampOf } from "../../../protocol/fold.ts";
import type { BatchProof, Hex, History, Move, SubjectLog } from "../../../protocol/history.ts";
import { kindByName } from "../../../protocol/kinds/all.ts";
import { codePath, makeSerial, parseCodePath, readSerial } from "../../../protocol/label.ts";
import { TOPICS } from "../../../protocol/ledger-abi.ts";
import { Problem } from "../../../protocol/problem.ts";
import type { Lie, Planted, RpcLog } from "./lie.ts";

export { lies };

const EXPEL = kindByName("EXPEL").number;

const lies: readonly Lie[] = [
  {
    name: "index-row",
    says: "one bit in a row of the SQL index: a group of the lot's log",
    finding: "group-not-in-batch",
    where: "index",
    plant: async ({ history }, hands) => {
      const { batch, group } = firstMove(history, history.lot);
      const bytes = bytesOf(groupBytes(history, batch, group));
      // Within the content digest of the group's first entry, so that it still reads as an entry.
      const changed = flipped(bytes, 36 + 6 + 10);
      const honest = await hands.rewriteGroup({ batch, group }, changed);
      return { undo: async () => void (await hands.rewriteGroup({ batch, group }, honest)) };
    },
  },
  {
    name: "picture-bit",
    says: "one bit in the file of a picture on this server's disk",
    finding: "file-altered",
    where: "everywhere",
    plant: async ({ history }, hands) => {
      const cid = firstPicture(history);
      const bytes = await hands.block(cid);
      await hands.flipBit(cid);
      // The store itself refuses what it finds damaged; a server that lies gives it out all the same.
      const blocks = new Map([[hexOf(parseCid(cid).digest), flipped(bytes, bytes.length >> 1)]]);
      return { blocks, undo: () => hands.flipBit(cid) };
    },
  },
  {
    name: "document-letter",
    says: "one letter in the document of the harvest or processing behind the lot",
    finding: "document-altered",
    where: "everywhere",
    plant: async (target, hands) => {
      const cid = documentOfLot(target.history);
      const text = Buffer.from(await hands.block(cid)).toString("utf8");
      return otherDocument(
        cid,
        text.replace(
          /"eventTime":"(\d{3})(\d)/,
          (_, year: string, digit: string) => `"eventTime":"${year}${(Number(digit) + 1) % 10}`,
        ),
      );
    },
  },
  {
    name: "document-of-another",
    says: "the document of another subject in place of the lot's own",
    finding: "document-altered",
    where: "everywhere",
    plant: async (target, hands) => {
      const cid = documentOfLot(target.history);
      const other = cidOf(entryOf(target.history, plantingOf(target.history)).content, "json");
      return otherDocument(cid, Buffer.from(await hands.block(other)).toString("utf8"));
    },
  },
  {
    name: "last-entry-dropped",
    says: "the last record of the lot is left out",
    finding: "entry-missing",
    where: "everywhere",
    plant: async ({ history }) => {
      const last = movesOf(history, history.lot).at(-1);
      return dropped(history.lot, last);
    },
  },
  {
    name: "middle-entry-dropped",
    says: "a record in the middle of a planting's log is left out",
    finding: "move-out-of-order",
    where: "everywhere",
    plant: async ({ history }) => {
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
    plant: async ({ history }) => {
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
    plant: async ({ history }) => {
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
    plant: async ({ history }) => {
      const { batch, afterS } = batchOfExpelled(history);
      return withStamp(batch, (stamp) => hexOf(stampOf({ ...readStamp(bytesOf(stamp)), recordedAtS: afterS + 3600 })));
    },
  },
  {
    name: "signature-bit",
    says: "one bit in a signature",
    finding: "signature-invalid",
    where: "everywhere",
    plant: async ({ history }) => {
      const { batch } = firstMove(history, history.lot);
      const change = (word: Hex): Hex => hexOf(flipped(bytesOf(word), 31));
      return {
        history: (honest) => withBatch(honest, batch, (proof) => ({ ...proof, r: change(proof.r) })),
        logs: (logs) =>
          logs.map((log) => (isAccepted(log, batch) ? { ...log, data: replacedWord(log.data, 3, change) } : log)),
      };
    },
  },
  {
    name: "serial-letter",
    says: "the bag's serial is one letter off, and the server swears that it was issued",
    finding: "serial-not-issued",
    where: "everywhere",
    plant: async ({ code }) => {
      const parsed = parseCodePath(code);
      const serial = neighbour(parsed.serial);
      return {
        bag: { code: codePath({ ...parsed, serial }) },
        history: (honest) => (honest.code === null ? honest : { ...honest, code: { ...honest.code, serial } }),
      };
    },
  },
  {
    name: "fingerprint-letter",
    says: "the fingerprint printed on the bag is one letter off",
    finding: "fingerprint-mismatch",
    where: "everywhere",
    plant: async ({ fingerprint }) => ({
      bag: { fingerprint: `${fingerprint.startsWith("0") ? "1" : "0"}${fingerprint.slice(1)}` },
    }),
  },
];

function movesOf(history: History, subject: Hex): readonly Move[] {
  return history.subjects.find(({ id }) => id === subject)?.moves ?? [];
}

function firstMove(history: History, subject: Hex): Move {
  const [first] = movesOf(history, subject);
  if (first === undefined) throw nothingToLieAbout("the lot has no record");
  return first;
}

function groupBytes(history: History, batch: Hex, group: number): Hex {
  const found = history.batches[batch]?.groups.find(({ index }) => index === group);
  if (found === undefined) throw nothingToLieAbout("a group of the lot is not at hand");
  return found.bytes;
}

/** The first entry of the group in which the subject was made. */
function entryOf(history: History, subject: Hex) {
  const { batch, group } = firstMove(history, subject);
  const [entry] = decodeGroup(bytesOf(groupBytes(history, batch, group))).entries;
  if (entry === undefined) throw nothingToLieAbout("the group is empty");
  return entry;
}

function documentOfLot(history: History): string {
  return cidOf(entryOf(history, history.lot).content, "json");
}

/** The subject with the longest log of own records beside the organisation: a planting, for it is written about all season. */
function plantingOf(history: History): Hex {
  const plantings = history.subjects.filter(({ id, moves }) => moves.length > 3 && !/^0x0{58}/.test(id));
  const own = ({ moves }: SubjectLog) => moves.filter(({ entry }) => entry === null).length;
  const longest = plantings.toSorted((a, b) => own(b) - own(a))[0];
  if (longest === undefined) throw nothingToLieAbout("nothing was written about a planting");
  return longest.id;
}

function firstPicture(history: History): string {
  for (const text of Object.values(history.documents)) {
    const picture = attachmentsOf(JSON.parse(text)).find(({ mediaType }) => mediaType.startsWith("image/"));
    if (picture !== undefined) return picture.cid;
  }
  throw nothingToLieAbout("the history shows no picture");
}

function otherDocument(cid: string, text: string): Planted {
  return {
    history: (honest) => ({ ...honest, documents: { ...honest.documents, [cid]: text } }),
    blocks: new Map([[hexOf(parseCid(cid).digest), utf8(text)]]),
  };
}

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
    history.subjects.filter(({ id }) => !/^0x0{58}/.test(id)).flatMap(({ moves }) => moves.map(({ batch }) => batch)),
  );
  for (const [batch, { recorder }] of Object.entries(history.batches) as [Hex, BatchProof][]) {
    const afterS = expelled.get(recorder);
    if (afterS !== undefined && written.has(batch)) return { batch, afterS };
  }
  throw nothingToLieAbout("no expelled phone wrote about this lot");
}

function withStamp(batch: Hex, change: (stamp: Hex) => Hex): Planted {
  return {
    history: (honest) => withBatch(honest, batch, (proof) => ({ ...proof, stamp: change(proof.stamp) })),
    logs: (logs) =>
      logs.map((log) => (isAccepted(log, batch) ? { ...log, data: replacedWord(log.data, 0, change) } : log)),
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

function isAccepted(log: RpcLog, batch: Hex): boolean {
  return log.topics[0] === TOPICS.Accepted && log.topics[1] === batch;
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

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  return bytes.map((byte, place) => (place === at ? byte ^ 1 : byte));
}

/** A serial that differs in one letter, and in the check character that goes with it. */
function neighbour(serial: string): string {
  const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  const values = Uint8Array.from(serial.slice(0, -1), (letter) => alphabet.indexOf(letter));
  return readSerial(makeSerial(values.map((value, place) => (place === 0 ? (value + 1) % 32 : value))));
}

function nothingToLieAbout(why: string): Problem {
  return new Problem("not-found", "/name", `this lie has nothing to change: ${why}`);
}
