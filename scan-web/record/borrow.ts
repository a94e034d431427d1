/** The phone's database for a while, for what screens ask for beside the notebook: copies, room, bytes used. */
import { type Db, openDb } from "./db.ts";

export { withDb };

/** Closes it again; other openings of the same database stay. */
async function withDb<Result>(isPractice: boolean, work: (db: Db) => Promise<Result>): Promise<Result> {
  const db = await openDb(isPractice);
  try {
    return await work(db);
  } finally {
    db.close();
  }
}
