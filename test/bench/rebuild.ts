/** Making the index anew from the chain, beside fetching the same logs from the same chain alone. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CID } from "multiformats/cid";
import { openFolderBlocks } from "../../server/blocks/folder.ts";
import { MAX_FILE } from "../../server/blocks/inspect.ts";
import { readWhole } from "../../server/blocks/whole.ts";
import type { Chain } from "../../server/chain/chain.ts";
import { openEmbeddedChain } from "../../server/chain/embedded.ts";
import { openFolder } from "../../server/folder.ts";
import { startIndexer } from "../../server/indexer/follow.ts";
import { openStore } from "../../server/store/store.ts";
import { primitives } from "../support/primitives.ts";
import { startServer, temporaryFolder } from "../support/server.ts";
import { Filler } from "./filler.ts";
import { inTurns, type Measured } from "./ratio.ts";

export { rebuild };

const ENTRIES = 100_000;
const ROUNDS = 3;
const BLOCKS_AT_ONCE = 50;

async function rebuild(): Promise<Measured[]> {
  const temporary = temporaryFolder();
  const server = await startServer({ folder: temporary.path });
  const filler = await Filler.on(server.furrow);
  await filler.fillTo(ENTRIES);
  const { deployment } = server.furrow;
  await server.stop();

  const { marker, release } = await openFolder(
    temporary.path,
    () => ({ genesisTimeS: 0, example: "none" }),
    () => {},
  );
  const { chainId, genesisTimeS } = marker;
  const folder = join(temporary.path, "chain");
  const chain = await openEmbeddedChain({
    folder,
    chainId: BigInt(chainId),
    genesisTimeS,
    alloc: {},
    now: () => 2 ** 33,
  });
  const blocks = await openFolderBlocks(join(temporary.path, "blocks"));
  const { number } = await chain.latest();
  const ours = async (): Promise<number> => {
    const place = mkdtempSync(join(tmpdir(), "furrow-rebuild-"));
    const store = await openStore({ folder: place, databaseUrl: null, log: () => {} });
    const begunMs = performance.now();
    const indexer = startIndexer({
      ...{ chain, index: store.index, deployment, primitives, log: () => {} },
      bytesOfCid: (cid) => readWhole(blocks, CID.parse(cid), MAX_FILE),
    });
    await indexer.reached(number);
    const tookMs = performance.now() - begunMs;
    await indexer.close();
    await store.close();
    rmSync(place, { recursive: true, force: true });
    return tookMs;
  };
  try {
    const found = await inTurns(ROUNDS, ours, () => fetchLogs(chain, deployment, number));
    const name = `making the index of ${filler.entries.toLocaleString("en")} entries anew, beside fetching its logs alone`;
    return [{ name, ...found, unit: "ms", goal: { atMost: 2 } }];
  } finally {
    await chain.close();
    await blocks.close();
    release();
    temporary.remove();
  }
}

async function fetchLogs(
  chain: Chain,
  { ledger, block }: { ledger: string; block: number },
  last: number,
): Promise<number> {
  const begunMs = performance.now();
  for (let at = block; at <= last; at += BLOCKS_AT_ONCE) {
    const [fromBlock, toBlock] = [at, Math.min(last, at + BLOCKS_AT_ONCE - 1)].map((n) => `0x${n.toString(16)}`);
    await chain.request("eth_getLogs", [{ fromBlock, toBlock, address: ledger }]);
  }
  return performance.now() - begunMs;
}
