/**
 * Finds the label run that a serial was issued in, from the ledger's log and the lists of codes on IPFS. A list that is missing,
 * damaged or not the one in the ledger is said and passed over: it can hide its own codes and no others.
 */
import { bytesOf, equalBytes, hexOf, textOf } from "../../protocol/bytes.ts";
import { readCanonical } from "../../protocol/canonical.ts";
import { cidOf } from "../../protocol/cid.ts";
import { readEvent } from "../../protocol/document/read.ts";
import type { CodeClaim, Hex } from "../../protocol/history.ts";
import { kindByName } from "../../protocol/kinds/all.ts";
import { type Code, serialLeaf } from "../../protocol/label.ts";
import { rootFromPath, treePath } from "../../protocol/merkle.ts";
import { Problem } from "../../protocol/problem.ts";
import type { Primitives } from "../../protocol/sign.ts";
import { type ChainLog, entriesOf } from "./chain-log.ts";
import type { Gateway } from "./sources.ts";

export { findCode };

interface LookUpParts {
  readonly gateway: Gateway;
  readonly primitives: Primitives;
  readonly say: (line: string) => void;
}

const LABEL = kindByName("LABEL");
/** Longest list of codes that is fetched: one line for each of two million. */
const MAX_LIST = 128 * 1024 * 1024;

/** Looks through the lists of all label runs, oldest first: a serial that a later run repeats stays with the first. */
async function findCode(
  { primitives, gateway, say }: LookUpParts,
  log: ChainLog,
  code: Code,
): Promise<(CodeClaim & { readonly lot: Hex }) | null> {
  const leaf = await serialLeaf(primitives, code.serial);
  for (const { subject: run, bytes } of log.groupsOfKind(LABEL.number)) {
    const [entry] = entriesOf(bytes);
    if (entry === undefined) continue;
    const list = await leavesOf(gateway, run, cidOf(entry.content, "json"));
    if (typeof list === "string") {
      say(`label run ${run}: its list of codes ${list}, so its codes cannot be looked up`);
      continue;
    }
    const index = list.indexOf(hexOf(leaf));
    if (index < 0) continue;
    const leaves = list.map((one) => bytesOf(one));
    const path = await treePath(primitives, leaves, index);
    const args = LABEL.decodeArgs(entry.args);
    const root = await rootFromPath(primitives, { leaf, index, size: leaves.length, path });
    if (root === null || !equalBytes(root, args.root)) {
      say(`label run ${run}: its list of codes does not give the root in the ledger, so none of it was issued`);
      continue;
    }
    return { ...code, run, index, count: leaves.length, path: path.map(hexOf), lot: hexOf(args.lot) };
  }
  return null;
}

/** One leaf a line, `0x` and 64 hex digits; else what is the matter with the list. */
async function leavesOf(gateway: Gateway, run: Hex, documentCid: string): Promise<readonly string[] | string> {
  const document = await gateway.block(documentCid);
  if (!(document instanceof Uint8Array)) return `cannot be found, for its document is ${document}`;
  try {
    const file = readEvent(readCanonical(document), run)?.labels?.leaves ?? null;
    if (file === null) return "is not named in its document";
    if (file.size > MAX_LIST) return `is said to have ${file.size} bytes`;
    const bytes = await gateway.read(file.cid, file.size);
    if (!(bytes instanceof Uint8Array)) return `is ${bytes}`;
    const lines = textOf(bytes)
      .split("\n")
      .filter((line) => line !== "");
    return lines.every((line) => /^0x[0-9a-f]{64}$/.test(line)) ? lines : "has lines that are no leaves";
  } catch (cause) {
    if (!(cause instanceof Problem)) throw cause;
    return `cannot be read (${cause.detail})`;
  }
}
