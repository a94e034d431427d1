/** What lies look up in an honest history. Pure. */
import { decodeGroup } from "../../../protocol/batch.ts";
import { bytesOf } from "../../../protocol/bytes.ts";
import type { Entry } from "../../../protocol/entry.ts";
import type { Hex, History, Move, SubjectLog } from "../../../protocol/history.ts";
import { Problem } from "../../../protocol/problem.ts";

export { entryOf, firstMove, flipped, groupBytes, isOrganisation, movesOf, nothingToLieAbout, plantingOf };

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
function entryOf(history: History, subject: Hex): Entry {
  const { batch, group } = firstMove(history, subject);
  const [entry] = decodeGroup(bytesOf(groupBytes(history, batch, group))).entries;
  if (entry === undefined) throw nothingToLieAbout("the group is empty");
  return entry;
}

/** The subject with the longest log of own records beside the organisation: a planting, for it is written about all season. */
function plantingOf(history: History): Hex {
  const plantings = history.subjects.filter(({ id, moves }) => moves.length > 3 && !isOrganisation(id));
  const own = ({ moves }: SubjectLog) => moves.filter(({ entry }) => entry === null).length;
  const longest = plantings.toSorted((a, b) => own(b) - own(a))[0];
  if (longest === undefined) throw nothingToLieAbout("nothing was written about a planting");
  return longest.id;
}

/** An organisation's subject id is its number. */
function isOrganisation(id: Hex): boolean {
  return /^0x0{58}/.test(id);
}

/** The bytes with one bit at `at` changed. */
function flipped(bytes: Uint8Array, at: number): Uint8Array {
  return bytes.map((byte, place) => (place === at ? byte ^ 1 : byte));
}

function nothingToLieAbout(why: string): Problem {
  return new Problem("not-found", "/name", `this lie has nothing to change: ${why}`);
}
