/** Making the index anew from the chain, beside fetching the same logs from the same chain alone. */
import { hash } from "node:crypto";
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
import { DAILY, DENSE, Filler, type Mix } from "./filler.ts";
import { inTurns, type Measured } from "./ratio.ts";

export { rebuild };

const ROUNDS = 5;
const BLOCKS_AT_ONCE = 50;

/**
 * Two ledgers: one of evenings as phones send them, and one of nothing but the largest batches, in which the logs of an entry are
 * smallest and its digests, rows and heads are the same.
 */
async function rebuild(): Promise<Measured[]> {
  return [
    await rebuilt({ mix: DAILY, entries: 20_000, told: "in evenings of 1 to 40", goal: { atMost: 2 } }),
    await rebuilt({ mix: DENSE, entries: 100_000, told: "in batches of 750", goal: null }),
  ];
}

interface Ledger {
  readonly mix: Mix;
  readonly entries: number;
  readonly told: string;
  readonly goal: Measured["goal"];
}

async function rebuilt({ mix, entries, told, goal }: Ledger): Promise<Measured> {
  const temporary = temporaryFolder();
  const server = await startServer({ folder: temporary.path });
  const filler = await Filler.on(server.furrow, mix);
  await filler.fillTo(entries);
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
      ...{ chain, index: store.index, deployment, log: () => {} },
      // As server/main.ts starts it.
      primitives: { ...primitives, sha256: (bytes) => hash("sha256", bytes, "buffer") },
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
    const count = filler.entries.toLocaleString("en");
    const name = `making the index of ${count} entries ${told} anew, beside fetching its logs alone`;
    return { name, ...found, unit: "ms", goal };
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
