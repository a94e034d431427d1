/**
 * Compares the heads that the logs fold to with those in the ledger's storage: a node that drops, adds or changes a log cannot give
 * the same ones. What is still to be compared are rows of the index, so that no restart forgets it, nor a fault that it found.
 */
import type { Kysely } from "kysely";
import { WORD_SELECTOR } from "../../protocol/ledger-abi.ts";
import type { Chain } from "../chain/chain.ts";
import type { IndexTables } from "../store/index-tables.ts";
import { IndexFault } from "./apply.ts";

export type { HeadParts };
export { checkHeads, noteMoved };

interface HeadParts {
  readonly chain: Chain;
  readonly index: Kysely<IndexTables>;
  readonly deployment: { readonly ledger: string };
}

/** Heads asked in one go. */
const HEADS_AT_ONCE = 100;
const ROWS_AT_ONCE = 1_000;

/** In the transaction that moves them. */
async function noteMoved(index: Kysely<IndexTables>, subjects: ReadonlySet<string>): Promise<void> {
  const rows = [...subjects].map((subject) => ({ subject }));
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
    await index
      .insertInto("unchecked")
      .values(rows.slice(at, at + ROWS_AT_ONCE))
      .onConflict((conflict) => conflict.doNothing())
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
    const rows = await index.selectFrom("unchecked").select("subject").limit(HEADS_AT_ONCE).execute();
    const ids = rows.map(({ subject }) => subject);
    if (ids.length === 0) return true;
    const words = await headsOf(parts, ids);
    // Asked of the node and not of `latest`: a block counts there before it is final here.
    if (Number(await chain.request("eth_blockNumber", [])) !== at) return false;
    if (words instanceof Error) throw words;
    for (const [place, id] of ids.entries()) {
      const move = await index
        .selectFrom("move")
        .select("word")
        .where("subject", "=", id)
        .orderBy("seq", "desc")
        .limit(1)
        .executeTakeFirst();
      if (move?.word !== words[place]) {
        throw new IndexFault(
          `the head of ${id} in the ledger is not the one that its logs fold to: the node's logs are not whole`,
        );
      }
    }
    await index.deleteFrom("unchecked").where("subject", "in", ids).execute();
  }
}

/** An error is given back: a node that keeps no old state refuses when a block comes in between. */
async function headsOf({ chain, deployment }: HeadParts, ids: readonly string[]): Promise<readonly unknown[] | Error> {
  const calls = ids.map((id) =>
    chain.request("eth_call", [{ to: deployment.ledger, data: `${WORD_SELECTOR}${id.slice(2)}` }, "latest"]),
  );
  return Promise.all(calls).catch((cause: unknown) => (cause instanceof Error ? cause : new Error(String(cause))));
}
