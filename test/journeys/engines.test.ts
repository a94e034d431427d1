import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CID } from "multiformats/cid";
import { blockPath } from "../../server/blocks/folder.ts";
import { type Engines, goesTheWholeWay } from "./engines.ts";

describe("The whole way on SQLite, a folder of blocks and the embedded chain", function () {
  this.timeout(120_000);

  goesTheWholeWay(async () => ({ env: {}, finality: "journal", spoil: spoilInFolder, close: async () => {} }));
});

const spoilInFolder: Engines["spoil"] = async (cid, data) => {
  const path = blockPath(join(data, "blocks"), CID.parse(cid));
  const bytes = await readFile(path);
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
  await writeFile(path, bytes);
};
