/**
 * Finds the label run that a serial was issued in, from the ledger's log and the lists of codes on IPFS. A list that is not the
 * one in the ledger is said and passed over. One that cannot be had may hold the code: without it nothing can be called not issued.
 */
import { bytesOf, equalBytes, hexOf, textOf } from "../../protocol/bytes.ts";
import { readCanonical } from "../../protocol/canonical.ts";
import { cidOf } from "../../protocol/cid.ts";
import { readEvent } from "../../protocol/document/read.ts";
import type { CodeClaim, Hex } from "../../protocol/history.ts";
import { kindByName } from "../../protocol/kinds/all.ts";
import { type Code, printSerial, serialLeaf } from "../../protocol/label.ts";
import { rootFromPath, treePath } from "../../protocol/merkle.ts";
import { Problem } from "../../protocol/problem.ts";
import type { Primitives } from "../../protocol/sign.ts";
import { type ChainLog, entriesOf } from "./chain-log.ts";
import { type Gateway, SourceError } from "./sources.ts";

export { findCode };

interface LookUpParts {
  readonly gateway: Gateway;
  readonly primitives: Primitives;
  readonly say: (line: string) => void;
}

const LABEL = kindByName("LABEL");
/** Longest list of codes that is fetched: one line for each of two million. */
const MAX_LIST = 128 * 1024 * 1024;

/**
 * Looks through the lists of all label runs, oldest first: a serial that a later run repeats stays with the first. Null: never issued.
 * @throws SourceError when no list that can be had holds it, and not all can be had
 */
async function findCode(
  { primitives, gateway, say }: LookUpParts,
  log: ChainLog,
  code: Code,
): Promise<(CodeClaim & { readonly lot: Hex }) | null> {
  const leaf = await serialLeaf(primitives, code.serial);
  let unread = 0;
  for (const { subject: run, bytes } of log.groupsOfKind(LABEL.number)) {
    const [entry] = entriesOf(bytes);
    if (entry === undefined) continue;
    const list = await leavesOf(gateway, run, cidOf(entry.content, "json"));
    if ("is" in list) {
      say(`label run ${run}: its list of codes ${list.is}, so its codes cannot be looked up`);
      if (list.mayCome) unread += 1;
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
  if (unread > 0) {
    throw new SourceError(
      `no list of codes that could be had holds ${printSerial(code.serial)}, and ${unread} could not: try another --gateway`,
    );
  }
  return null;
}

/** What is the matter with a list. `mayCome`: another gateway may have it. */
interface NoList {
  readonly is: string;
  readonly mayCome: boolean;
}

/** One leaf a line, `0x` and 64 hex digits; else what is the matter with the list. */
async function leavesOf(gateway: Gateway, run: Hex, documentCid: string): Promise<readonly string[] | NoList> {
  const document = await gateway.block(documentCid);
  if (!(document instanceof Uint8Array))
    return { is: `cannot be found, for its document is ${document}`, mayCome: true };
  try {
    const file = readEvent(readCanonical(document), run)?.labels?.leaves ?? null;
    if (file === null) return { is: "is not named in its document", mayCome: false };
    if (file.size > MAX_LIST) return { is: `is said to have ${file.size} bytes`, mayCome: false };
    const bytes = await gateway.read(file.cid, file.size);
    if (!(bytes instanceof Uint8Array)) return { is: `is ${bytes}`, mayCome: true };
    const lines = textOf(bytes)
      .split("\n")
      .filter((line) => line !== "");
    if (lines.every((line) => /^0x[0-9a-f]{64}$/.test(line))) return lines;
    return { is: "has lines that are no leaves", mayCome: false };
  } catch (cause) {
    if (!(cause instanceof Problem)) throw cause;
    return { is: `cannot be read (${cause.detail})`, mayCome: false };
  }
}
