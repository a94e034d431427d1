/** Run by .ci/interop, which builds Kubo and geth and names them in KUBO_BIN and GETH_BIN. */
import { readFile, writeFile } from "node:fs/promises";
import { CID } from "multiformats/cid";
import { startGeth } from "../support/geth.ts";
import { makeKubo } from "../support/kubo.ts";
import { ledgerOn } from "../support/outside.ts";
import { sharedPostgres } from "../support/postgres.ts";
import { goesTheWholeWay } from "./engines.ts";

describe("The whole way on PostgreSQL, Kubo and geth", function () {
  this.timeout(300_000);

  goesTheWholeWay(async (data) => {
    const [postgres, kubo, geth] = await Promise.all([sharedPostgres(), makeKubo(), startGeth()]);
    await kubo.start();
    const chain = await ledgerOn(geth, { data, finality: "2" });
    return {
      env: { ...chain, DATABASE_URL: await postgres.makeDatabase(), KUBO_RPC_URL: kubo.address },
      finality: 2,
      async spoil(cid) {
        const path = kubo.pathOf(CID.parse(cid));
        const bytes = await readFile(path);
        bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
        await writeFile(path, bytes);
      },
      async close() {
        await Promise.all([kubo.remove(), geth.close()]);
      },
    };
  });
});
