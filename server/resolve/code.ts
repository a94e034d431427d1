/**
 * Code → label run → lot (docs/ledger.md §12). A code is resolved from the list of leaves alone, which any operator can fetch:
 * nothing here needs the server that made the code.
 */
import type { Kysely } from "kysely";
import { hexOf } from "../../protocol/bytes.ts";
import type { CodeClaim, Hex } from "../../protocol/history.ts";
import { parseCodePath, serialLeaf } from "../../protocol/label.ts";
import type { Hashing } from "../../protocol/merkle.ts";
import type { IndexTables } from "../store/index-tables.ts";
import { pathOf } from "../store/label-tree.ts";

export type { ResolvedCode };
export { resolveCode };

/** `leaf` names the serial without telling it. */
type ResolvedCode =
  | { readonly state: "issued"; readonly claim: CodeClaim; readonly lot: Hex; readonly leaf: Hex }
  | { readonly state: "unknown"; readonly serial: string; readonly leaf: Hex };

/**
 * `unknown` says only that no list read so far holds the serial.
 * Throws the Problem of a malformed code; `path` is `/01/…` or `/T/…`.
 */
async function resolveCode(index: Kysely<IndexTables>, hashing: Hashing, path: string): Promise<ResolvedCode> {
  const { serial, gtin, lotNumber } = parseCodePath(path);
  const leaf = hexOf(await serialLeaf(hashing, serial));
  // A list is public, so a later run may repeat it; the serial stays with the run that was first in the ledger.
  const found = await index
    .selectFrom("label_serial")
    .innerJoin("label_run", "label_run.run", "label_serial.run")
    .innerJoin("subject", "subject.id", "label_serial.run")
    .select(["label_serial.run", "label_serial.idx", "subject.made", "label_run.lot"])
    .where("label_serial.leaf", "=", leaf)
    .orderBy("label_run.block")
    .orderBy("label_run.log_index")
    .executeTakeFirst();
  if (found === undefined) return { state: "unknown", serial, leaf };
  const [run, idx, count] = [found.run as Hex, found.idx, Number(found.made)];
  const claim = { serial, gtin, lotNumber, run, index: idx, count, path: await pathOf(index, run, { idx, count }) };
  return { state: "issued", claim, lot: found.lot as Hex, leaf };
}
