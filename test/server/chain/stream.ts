/** Run as a process of its own by tests that kill it: opens the chain in the folder given and prints what was answered. */
import { openEmbeddedChain } from "../../../server/chain/embedded.ts";
import { answered, CHAIN_ID, GENESIS_S, Signer, stepping } from "./bench.ts";

const [, , folder = ""] = process.argv;
const signer = new Signer();
const options = { folder, chainId: CHAIN_ID, genesisTimeS: GENESIS_S, alloc: signer.alloc, now: stepping() };
const chain = await openEmbeddedChain(options);
for (;;) process.stdout.write(`${(await answered(chain, await signer.sign())).hash}\n`);
