import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CID } from "multiformats/cid";
import { blockPath } from "../../server/blocks/folder.ts";
import { startHardhatNode } from "../support/nodes.ts";
import { ledgerOn } from "../support/outside.ts";
import { sharedPostgres } from "../support/postgres.ts";
import { type Engines, goesTheWholeWay } from "./engines.ts";

describe("The whole way on SQLite, a folder of blocks and the embedded chain", function () {
  this.timeout(120_000);

  goesTheWholeWay(async () => ({ env: {}, finality: "journal", spoil: spoilInFolder, close: async () => {} }));
});

describe("The whole way on PostgreSQL, a folder of blocks and Hardhat's node", function () {
  this.timeout(240_000);

  goesTheWholeWay(async (data) => {
    const postgres = await sharedPostgres();
    const node = await startHardhatNode({ chainId: 4_242_005n });
    const fund = async (address: string, wei: bigint) => {
      await node.rpc("hardhat_setBalance", address, `0x${wei.toString(16)}`);
      await node.mine(3);
    };
    node.mineWhatWaits(3);
    const chain = await ledgerOn({ url: node.url, fund }, { data, finality: "2" });
    return {
      env: { ...chain, DATABASE_URL: await postgres.makeDatabase() },
      finality: 2,
      spoil: spoilInFolder,
      close: () => node.close(),
    };
  });
});

const spoilInFolder: Engines["spoil"] = async (cid, data) => {
  const path = blockPath(join(data, "blocks"), CID.parse(cid));
  const bytes = await readFile(path);
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
  await writeFile(path, bytes);
};
