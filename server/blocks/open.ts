/** The store of blocks that the settings ask for: a folder, or Kubo nodes. */
import { existsSync } from "node:fs";
import { opendir } from "node:fs/promises";
import { base32upper } from "multiformats/bases/base32";
import { CID } from "multiformats/cid";
import { decode } from "multiformats/hashes/digest";
import { type Blocks, BlocksError } from "./blocks.ts";
import { RAW } from "./digest.ts";
import { openFolderBlocks } from "./folder.ts";
import { openKuboBlocks } from "./kubo.ts";

export { openBlocks };

interface BlocksOptions {
  /** Of the data folder. */
  readonly folder: string;
  /** RPC addresses; none: blocks are kept in the folder. */
  readonly kuboRpc: readonly string[];
  readonly log: (line: string) => void;
}

/** So many blocks of the folder are looked for in Kubo: enough to see that they were forgotten, few enough for every start. */
const LOOKED_FOR = 20;

/** @throws BlocksError when Kubo cannot be used, or lacks what the folder was given before there was Kubo */
async function openBlocks({ folder, kuboRpc, log }: BlocksOptions): Promise<Blocks> {
  if (kuboRpc.length === 0) return openFolderBlocks(folder);
  const blocks = await openKuboBlocks(kuboRpc, log);
  for await (const cid of cidsIn(folder)) {
    if (await blocks.has(cid)) continue;
    await blocks.close();
    throw new BlocksError(
      `Documents and files in ${folder} are not on the Kubo nodes: put them there once (docs/operate.md, "Kubo"), or start without KUBO_RPC_URL.`,
    );
  }
  return blocks;
}

async function* cidsIn(folder: string): AsyncGenerator<CID> {
  if (!existsSync(folder)) return;
  let left = LOOKED_FOR;
  for await (const entry of await opendir(folder, { recursive: true })) {
    const name = /^(B[A-Z2-7]+)\.data$/.exec(entry.name)?.[1];
    if (!entry.isFile() || name === undefined) continue;
    yield CID.createV1(RAW, decode(base32upper.decode(name)));
    left--;
    if (left === 0) return;
  }
}
