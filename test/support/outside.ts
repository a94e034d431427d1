/** The ledger on a chain of others, put there as an operator does: `npm run deploy`, then coins for relay and operator. */
import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { addressOf } from "../../server/chain/account.ts";
import { chainIdOf } from "../../server/chain/outside.ts";
import { beginScript } from "./start.ts";

export { ledgerOn };

interface Chain {
  readonly url: string;
  fund(address: string, wei: bigint): Promise<void>;
}

const ENOUGH_WEI = 10n ** 19n;

/**
 * @param data the data folder of the server that will work on it; made here
 * @returns the settings for that server
 */
async function ledgerOn(
  { url, fund }: Chain,
  { data, finality }: { readonly data: string; readonly finality: string },
): Promise<Readonly<Record<string, string>>> {
  const key = `0x${randomBytes(32).toString("hex")}`;
  const keyFile = join(dirname(data), "deployer");
  const out = join(dirname(data), "deployments");
  writeFileSync(keyFile, key, { mode: 0o600 });
  await fund(addressOf(key), ENOUGH_WEI);
  const settings = { CHAIN_RPC_URL: url, CHAIN_FINALITY: finality, CHAIN_POLL_MS: "50" };
  const told = ["--key", keyFile, "--data", data, "--out", out];
  const { code, output } = await beginScript(settings, "scripts/deploy.ts", ...told).outcome;
  if (code !== 0) throw new Error(output);
  for (const name of ["relay", "operator"]) {
    const { privateKey } = JSON.parse(readFileSync(join(data, "keys", `${name}.json`), "utf8")) as {
      privateKey: string;
    };
    await fund(addressOf(privateKey), ENOUGH_WEI);
  }
  return { ...settings, DEPLOYMENT: join(out, `${await chainIdOf([url])}.json`) };
}
