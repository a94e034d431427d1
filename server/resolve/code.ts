/**
 * Code → label run → lot (docs/ledger.md §12). A code is resolved from the list of leaves alone, which any operator can fetch:
 * nothing here needs the server that made the code.
 */
import type { Kysely } from "kysely";
import { bytesOf, hexOf } from "../../protocol/bytes.ts";
import type { CodeClaim, Hex } from "../../protocol/history.ts";
import { parseCodePath, serialLeaf } from "../../protocol/label.ts";
import { type Hashing, treePath } from "../../protocol/merkle.ts";
import type { IndexTables } from "../store/index-tables.ts";

export type { ResolvedCode };
export { claimOf, resolveCode };

/** `leaf` names the serial without telling it. */
type ResolvedCode =
  | { readonly state: "issued"; readonly claim: CodeClaim; readonly lot: Hex; readonly leaf: Hex }
  | { readonly state: "unknown"; readonly serial: string; readonly leaf: Hex };

/** Throws the Problem of a malformed code; `path` is `/01/…` or `/T/…`, or a bare serial. */
async function resolveCode(index: Kysely<IndexTables>, hashing: Hashing, path: string): Promise<ResolvedCode> {
  const { serial, gtin, lotNumber } = parseCodePath(path);
  const leaf = hexOf(await serialLeaf(hashing, serial));
  const row = await index.selectFrom("label_serial").selectAll().where("leaf", "=", leaf).executeTakeFirst();
  if (row === undefined) return { state: "unknown", serial, leaf };
  const lot = await index.selectFrom("link").select("input").where("consumer", "=", row.run).executeTakeFirstOrThrow();
  const claim = await claimOf(index, hashing, { run: row.run as Hex, idx: row.idx, serial, gtin, lotNumber });
  return { state: "issued", claim, lot: lot.input as Hex, leaf };
}

/** The proof that the leaf at `idx` belongs to the run's root. */
async function claimOf(
  index: Kysely<IndexTables>,
  hashing: Hashing,
  code: {
    readonly run: Hex;
    readonly idx: number;
    readonly serial: string;
    readonly gtin: string | null;
    readonly lotNumber: string | null;
  },
): Promise<CodeClaim> {
  const { run, idx, serial, gtin, lotNumber } = code;
  const rows = await index.selectFrom("label_serial").select("leaf").where("run", "=", run).orderBy("idx").execute();
  const path = await treePath(
    hashing,
    rows.map(({ leaf }) => bytesOf(leaf)),
    idx,
  );
  return { serial, gtin, lotNumber, run, index: idx, count: rows.length, path: path.map(hexOf) };
}
