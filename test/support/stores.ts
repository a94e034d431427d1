/** A place for a store on either engine: what is opened there again is the same store. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore, type Store } from "../../server/store/store.ts";
import { sharedPostgres } from "./postgres.ts";

export type { Engine, StorePlace };
export { engines, storePlace };

const engines = ["SQLite", "PostgreSQL"] as const;
type Engine = (typeof engines)[number];

interface StorePlace {
  open(log?: (line: string) => void): Promise<Store>;
  remove(): void;
}

async function storePlace(engine: Engine): Promise<StorePlace> {
  const folder = mkdtempSync(join(tmpdir(), "furrow-store-"));
  const databaseUrl = engine === "SQLite" ? null : await (await sharedPostgres()).makeDatabase();
  return {
    open: (log = () => {}) => openStore({ folder, databaseUrl, log }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
