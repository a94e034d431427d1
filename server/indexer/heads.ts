/**
 * Compares the heads that the logs fold to with those in the ledger's storage: a node that drops, adds or changes a log cannot give
 * the same ones. What is still to be compared are rows of the index, so that no restart forgets it, nor a fault that it found.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { Kysely } from "kysely";
import { type Hex, hexOf, uint } from "../../protocol/bytes.ts";
import { WORD_SELECTOR } from "../../protocol/ledger-abi.ts";
import { type Chain, RpcError } from "../chain/chain.ts";
import type { IndexTables } from "../store/index-tables.ts";
import { IndexFault } from "./apply.ts";

export type { HeadParts };
export { checkHeads, noteMoved };

interface HeadParts {
  readonly chain: Chain;
  readonly index: Kysely<IndexTables>;
  readonly deployment: { readonly ledger: string };
}

/** Heads asked in one go: their words are well below what a contract's code may be, as which they come back. */
const HEADS_AT_ONCE = 300;
const ROWS_AT_ONCE = 1_000;
const ASKED = 3;
const ASK_AGAIN_MS = 100;

/** In the transaction that moves them. @param words after the last move of each */
async function noteMoved(index: Kysely<IndexTables>, words: ReadonlyMap<Hex, Uint8Array>): Promise<void> {
  const rows = [...words].map(([subject, word]) => ({ subject, word: hexOf(word) }));
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
    await index
      .insertInto("unchecked")
      .values(rows.slice(at, at + ROWS_AT_ONCE))
      .onConflict((conflict) => conflict.column("subject").doUpdateSet((row) => ({ word: row.ref("excluded.word") })))
      .execute();
  }
}

/**
 * Compares all heads that moved, at the newest block `at`, up to which the index has followed.
 * False when a block came in between, which puts the rest off.
 * @throws IndexFault when a head is another one
 */
async function checkHeads(parts: HeadParts, at: number): Promise<boolean> {
  const { chain, index } = parts;
  for (;;) {
    const rows = await index.selectFrom("unchecked").selectAll().limit(HEADS_AT_ONCE).execute();
    const ids = rows.map(({ subject }) => subject);
    if (ids.length === 0) return true;
    // Of what differs it is asked again: an engine in the midst of a block may have its state already and not its number.
    let left: readonly { readonly subject: string; readonly word: string }[] = rows;
    for (let times = 0; times < ASKED && left.length > 0; times++) {
      if (times > 0) await pause(ASK_AGAIN_MS);
      const words = await headsOf(
        parts,
        left.map(({ subject }) => subject),
      );
      // Asked of the node and not of `latest`: a block counts there before it is final here.
      if (Number(await chain.request("eth_blockNumber", [])) !== at) return false;
      if (words instanceof Error) throw words;
      left = left.filter(({ word }, place) => word !== words[place]);
    }
    const [wrong] = left;
    if (wrong !== undefined) {
      throw new IndexFault(
        `the head of ${wrong.subject} in the ledger is not the one that its logs fold to: the node's logs are not whole`,
      );
    }
    // As they were read: of one that moved meanwhile, by another process, the newer word is still to be compared.
    const read = rows.map(({ word }) => word);
    await index.deleteFrom("unchecked").where("subject", "in", ids).where("word", "in", read).execute();
  }
}

/** An error is given back: a node that keeps no old state refuses when a block comes in between. */
async function headsOf({ chain, deployment }: HeadParts, ids: readonly string[]): Promise<readonly unknown[] | Error> {
  const call = (request: object) => chain.request("eth_call", [request, "latest"]);
  const oneByOne = () =>
    Promise.all(ids.map((id) => call({ to: deployment.ledger, data: `${WORD_SELECTOR}${id.slice(2)}` })));
  const together = async () => {
    const words = String(await call({ data: manyWords(deployment.ledger, ids) }));
    return ids.map((_, n) => `0x${words.slice(2 + 64 * (n + 1), 2 + 64 * (n + 2))}`);
  };
  return (ids.length === 1 ? oneByOne() : together())
    .catch((cause: unknown) => (cause instanceof RpcError ? oneByOne() : Promise.reject(cause)))
    .catch((cause: unknown) => (cause instanceof Error ? cause : new Error(String(cause))));
}

/**
 * A program that nobody deploys: run by `eth_call` as if it made a contract, it asks the ledger for each word and gives back a zero
 * word and then the words, as that contract's code (which may not begin with 0xef). One request for what would take hundreds.
 *
 *   00 mem[0] = selector · i = 0
 *   0b while (i != length) { mem[4] = ids[i] · staticcall(ledger, mem[0..36]) → mem[0x60 + i], or revert · i += 32 }
 *   4f return mem[0x40 .. 0x60 + length]
 *   56 the ids
 */
function manyWords(ledger: string, ids: readonly string[]): Hex {
  const length = hexOf(uint(32 * ids.length, 2)).slice(2);
  const program = [
    `63${WORD_SELECTOR.slice(2)}60e01b5f52`,
    "5f",
    `5b8061${length}1461004f57`,
    "6020816100560160043960208160600160245f",
    `73${ledger.slice(2)}5afa`,
    "1561004b57",
    "60200161000b56",
    "5b5f5ffd",
    "5b6020016040f3",
  ];
  return `0x${program.join("")}${ids.map((id) => id.slice(2)).join("")}`;
}
