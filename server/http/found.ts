/** Looking for one thing in the index: what is not there is missing only where the index holds everything. */
import type { Hex } from "../../protocol/history.ts";
import { Problem } from "../../protocol/problem.ts";
import { Subject } from "./describe.ts";

export type { Behind };
export { found, GONE, idOf };

/** Why the index cannot say of something that it is not there; null when it can. */
type Behind = () => Promise<string | null>;

/** What an address of one thing may be refused with. */
const GONE = ["not-found", "index-behind"] as const;

/** @throws Problem `not-found` for what is no subject's id */
function idOf(text: string): Hex {
  if (Subject.safeParse(text).success) return text as Hex;
  throw new Problem("not-found", "/id", "a subject id is 0x and 64 lower-case hex digits");
}

/** What is not there is missing only when the index was whole before and after the look (a rebuild may begin at any time). */
async function found<T>(behind: Behind, what: string, look: () => Promise<T | null>): Promise<T> {
  const before = await behind();
  const row = await look();
  if (row !== null) return row;
  const why = before ?? (await behind());
  if (why !== null) throw new Problem("index-behind", "/id", why);
  throw new Problem("not-found", "/id", `the ledger has no such ${what}`);
}
