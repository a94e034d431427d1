/** The notebook on the phone's own database. */
import { type Db, openDb } from "./db.ts";
import type { Work } from "./model.ts";
import type { Notebook, SyncTold } from "./notebook.ts";

export type { NotebookParts };
export { openNotebook };

interface NotebookParts {
  readonly isPractice: boolean;
  /** By its id (works.ts); null: this version knows none of that name. */
  readonly workOf: (id: string) => Work | null;
  /** Passed in by whoever opens it (sync.ts). */
  readonly sync: (db: Db, how?: Parameters<Notebook["sync"]>[0]) => Promise<SyncTold>;
}

async function openNotebook({ isPractice }: NotebookParts): Promise<Notebook> {
  await openDb(isPractice);
  throw new Error("not built yet");
}
