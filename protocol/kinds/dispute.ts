/**
 * Disputes: whom an entry concerns denies it, and the holder answers (docs/ledger.md §6, kinds 48 and 49). Neither changes the books;
 * what they say stands in their documents. Pure.
 */
import { concat, Reader, uint } from "../bytes.ts";
import type { Kind } from "./kind.ts";
import { checkLength, fixed, ROLES } from "./kind.ts";

export type { AnswerArgs, DisputeArgs };
export { answer, dispute };

interface DisputeArgs {
  /** The move of the group's subject that carries what is denied. */
  readonly seq: number;
  /** The entry's number in its group. */
  readonly entry: number;
  /** By what the organisation is concerned: itself, a subject that it holds, or a consignment that is offered to it. */
  readonly named: Uint8Array;
}

interface AnswerArgs {
  /** The move of the group's subject that carries the DISPUTE. */
  readonly seq: number;
}

/** One that the ledger knows at all: anybody may have a say, but not for nothing. */
const ANY_ROLE = Object.values(ROLES).reduce((all, role) => all | role, 0);

const dispute: Kind<DisputeArgs, "DISPUTE"> = {
  number: 48,
  name: "DISPUTE",
  making: false,
  roles: ANY_ROLE,
  encodeArgs: ({ seq, entry, named }) => concat(uint(seq, 4), uint(entry, 2), fixed(named, 32)),
  decodeArgs(bytes, at = "/args") {
    checkLength(bytes, 38, at);
    const reader = new Reader(bytes, at);
    return { seq: reader.u32(), entry: reader.u16(), named: reader.take(32) };
  },
  // Named is not touched: it may be the group's own subject, and its log does not grow by a quarrel elsewhere.
  touches: () => [],
  furtherOutputs: () => 0,
};

const answer: Kind<AnswerArgs, "ANSWER"> = {
  number: 49,
  name: "ANSWER",
  making: false,
  roles: 0,
  encodeArgs: ({ seq }) => uint(seq, 4),
  decodeArgs(bytes, at = "/args") {
    checkLength(bytes, 4, at);
    return { seq: new Reader(bytes, at).u32() };
  },
  touches: () => [],
  furtherOutputs: () => 0,
};
