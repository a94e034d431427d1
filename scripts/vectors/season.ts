/** The season of docs/ledger/sequence.json while it is played: who takes part, the batches, and the words as a ledger would keep them. */
import type { Group } from "../../protocol/batch.ts";
import { organisationId } from "../../protocol/batch.ts";
import type { Hex } from "../../protocol/bytes.ts";
import { compareBytes, hexOf, Reader } from "../../protocol/bytes.ts";
import { birthWord, foldBatch } from "../../protocol/fold.ts";
import type { ArgsOf, KindName } from "../../protocol/kinds/all.ts";
import type { Share } from "../../protocol/kinds/kind.ts";
import { REASONS } from "../../protocol/ledger-abi.ts";
import type { Case } from "./world.ts";
import {
  asIn,
  atS,
  CHAIN,
  entryOf,
  groupIn,
  headerOf,
  idOf,
  LEDGER,
  signed,
  signerOf,
  vectorPrimitives,
} from "./world.ts";

export type { Who };
export { COOPERATIVE, ORGANISATIONS, PARTIES, Season, sorted };

type Who = keyof typeof PARTIES;
type Reason = keyof typeof REASONS;

/** Keys, each with the number of its organisation; the stranger's has none. */
const PARTIES = {
  ...{ manager: 1, picker: 1, packer: 1, neighbour: 2, stranger: 0 },
  ...{ laboratory: 3, certifier: 4, expert: 5, authority: 6, visitor: 7, shop: 8 },
} as const;

/** In the order in which they are admitted, with roles as bits. */
const ORGANISATIONS = [
  { number: 1, roles: 1 | 2 | 4, manager: "manager" },
  { number: 2, roles: 8, manager: "neighbour" },
  { number: 3, roles: 16, manager: "laboratory" },
  { number: 4, roles: 32, manager: "certifier" },
  { number: 5, roles: 64, manager: "expert" },
  { number: 6, roles: 128, manager: "authority" },
  { number: 7, roles: 0, manager: "visitor" },
  { number: 8, roles: 4, manager: "shop" },
] as const;

const COOPERATIVE = organisationId(1);

function sorted(shares: readonly Share[]): Share[] {
  return shares.toSorted((one, other) => compareBytes(one.id, other.id));
}

/** Collects the batches, and keeps the words as a ledger would. */
class Season {
  readonly cases: Case[] = [];
  readonly before: Record<Hex, Hex> = {};
  readonly #words = new Map<Hex, Uint8Array>();
  #timeS = atS("04-02", "18:00");

  /** Organisations are born when they are admitted. */
  async begin(): Promise<void> {
    for (const { number } of ORGANISATIONS) {
      const subject = organisationId(number);
      const word = await birthWord(vectorPrimitives, { chainId: CHAIN, ledger: LEDGER, subject });
      this.#words.set(hexOf(subject), word);
      this.before[hexOf(subject)] = hexOf(word);
    }
  }

  id(who: Who, nonce: bigint, index: number): Promise<Uint8Array> {
    return idOf(signerOf(who), nonce, index);
  }

  /** How often the subject has moved so far. */
  seqOf(subject: Uint8Array): number {
    const word = this.#words.get(hexOf(subject));
    if (word === undefined) throw new Error("no such subject yet");
    return new Reader(word.subarray(28)).u32();
  }

  async make<Name extends KindName>(
    who: Who,
    nonce: bigint,
    name: Name,
    args: ArgsOf<Name> & { index: number },
  ): Promise<Group> {
    return { subject: await this.id(who, nonce, args.index), entries: [entryOf(name, args)] };
  }

  async accept(name: string, who: Who, nonce: bigint, groups: readonly Group[]): Promise<void> {
    this.#timeS += 3600;
    const signer = signerOf(who);
    const header = headerOf(signer, nonce);
    const by = { organisation: PARTIES[who], recordedAtS: this.#timeS };
    const before = (subject: Uint8Array) => this.#words.get(hexOf(subject)) ?? null;
    const { hash, births, moves } = await foldBatch(vectorPrimitives, { header, groups }, by, before);
    for (const { subject, word } of [...births, ...moves]) this.#words.set(hexOf(subject), word);
    this.cases.push({
      ...this.#case(name, who, nonce, groups),
      batch: hexOf(hash),
      births: births.map(({ subject, from, word }) => asIn({ subject, from, word })),
      moves: moves.map((move) => asIn(move)),
      bytes: hexOf(await signed(signer, header, groups)),
    });
  }

  refuse(name: string, who: Who, nonce: bigint, groups: readonly Group[], reason: Reason): void {
    this.cases.push({ ...this.#case(name, who, nonce, groups), problem: REASONS[reason], reason });
  }

  #case(name: string, who: Who, nonce: bigint, groups: readonly Group[]): Case {
    const said = { by: who, organisation: PARTIES[who], nonce: nonce.toString(), recordedAtS: this.#timeS };
    return { name, in: { ...said, seen: hexOf(headerOf(signerOf(who), nonce).seen), groups: groups.map(groupIn) } };
  }
}
