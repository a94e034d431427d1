/**
 * To which ledger the store belongs. What waits in an outbox was signed for one ledger, and a database, unlike a file of the data
 * folder, can be named by the settings of another server.
 */
import type { Store } from "./store.ts";
import { StoreError } from "./tables.ts";

export { claimStore, keepForGood };

interface Owner {
  readonly chainId: number;
  readonly ledger: string;
  /** It is an example that is being made: left half made, it is made anew on another ledger, and nothing of it is missed. */
  readonly isHalfMade: boolean;
}

/** The first ledger that claims the store has it. @throws StoreError where it is another's */
async function claimStore(store: Store, { chainId, ledger, isHalfMade }: Owner): Promise<void> {
  const own = { name: "ledger", chain_id: String(chainId), ledger, half_made: isHalfMade ? 1 : 0 } as const;
  // Of several processes that start at once one writes the row; all read the same one.
  await store.kept
    .insertInto("owner")
    .values(own)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const row = await store.kept.selectFrom("owner").selectAll().executeTakeFirstOrThrow();
  if (row.chain_id === own.chain_id && row.ledger === own.ledger) {
    // The server may have ended between the folder's last word on the example and ours.
    if (row.half_made === 1 && !isHalfMade) await keepForGood(store);
    return;
  }
  if (row.half_made === 0) {
    throw new StoreError(
      `The database belongs to the ledger ${row.ledger} on chain ${row.chain_id}, and this server is of ${ledger} on chain ${chainId}: give each a database of its own (DATABASE_URL).`,
    );
  }
  await store.kept.transaction().execute(async (all) => {
    await all.deleteFrom("outbox").execute();
    await all.deleteFrom("scan").execute();
    await all.deleteFrom("invitation").execute();
    await all.updateTable("owner").set(own).execute();
  });
  await store.dropIndex();
}

/** The example is whole: from now on the store is nobody else's. */
async function keepForGood(store: Store): Promise<void> {
  await store.kept.updateTable("owner").set({ half_made: 0 }).execute();
}
