/** Ten thousand acts at random on a real ledger, and the index of them: made once a test run, for all who compare sums. */
import type { Hex } from "../../protocol/bytes.ts";
import { type Indexer, startIndexer } from "../../server/indexer/follow.ts";
import type { IndexTables } from "../../server/store/index-tables.ts";
import { openStore, type Store } from "../../server/store/store.ts";
import { Acts } from "./acts.ts";
import { type Farm, openFarm, primitives } from "./ledger.ts";

export type { Acted };
export { ACTS, acted };

interface Acted {
  readonly farm: Farm;
  readonly acts: Acts;
  readonly store: Store;
  readonly indexer: Indexer;
  readonly subjects: readonly (IndexTables["subject"] & { readonly id: Hex })[];
}

const SEED = 20_261_124;
const ACTS = 10_000;
const EVERY_ROLE = 255;

let made: Promise<Acted> | null = null;

after(async function () {
  this.timeout(60_000);
  const all = await made;
  await all?.indexer.close();
  await all?.store.close();
  await all?.farm.close();
});

function acted(): Promise<Acted> {
  made ??= act();
  return made;
}

async function act(): Promise<Acted> {
  const farm = await openFarm();
  const acts = new Acts(farm, SEED);
  for (let n = 0; n < 4; n++) await acts.admit(EVERY_ROLE);
  // One that may nothing, and one whom nobody admitted.
  await acts.admit(0);
  await acts.meetStranger();
  await acts.perform(ACTS);
  const store = await openStore({ folder: farm.folder });
  const indexer = startIndexer({
    ...{ chain: farm.chain, index: store.index, deployment: farm.deployment, primitives },
    bytesOfCid: async () => undefined,
    log: () => {},
  });
  await indexer.reached((await farm.chain.latest()).number);
  const subjects = await store.index.selectFrom("subject").selectAll().execute();
  return { farm, acts, store, indexer, subjects: subjects.map((row) => ({ ...row, id: row.id as Hex })) };
}
