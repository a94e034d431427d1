/**
 * Puts the ledger on a chain: its libraries, an AccessManager whose admin is the operator, the ledger; and the record of
 * where they are. Later starts compare that record with the code that the chain holds.
 */
import { createHash } from "node:crypto";
import { AbiCoder, getCreateAddress } from "ethers";
import type { Deployment } from "../../protocol/history.ts";
import type { Account, Call } from "./account.ts";
import { type Artifact, bytecodeOf, linksOf, readArtifact } from "./artifact.ts";
import { type Chain, ChainError, type Hex } from "./chain.ts";

export { checkDeployment, codeHashAt, deployLedger };

type Place = Pick<Deployment, "chainId" | "ledger" | "codeHash" | "libraries" | "access" | "block">;

const ACCESS_MANAGER = "@openzeppelin/contracts/access/manager/AccessManager.sol";

/** @param operator admits organisations; may later be a multisig */
async function deployLedger(chain: Chain, deployer: Account, operator: Hex): Promise<Place> {
  const calls: Call[] = [];
  const addresses: Record<string, Hex> = {};
  const first = await deployer.count();
  const create = (name: string, data: Hex) => {
    const address = getCreateAddress({ from: deployer.address, nonce: first + calls.length }).toLowerCase() as Hex;
    calls.push({ to: null, data, gas: createGas(data) });
    addresses[name] = address;
    return address;
  };
  const link = (artifact: Artifact) => {
    for (const [source, name] of linksOf(artifact)) {
      if (addresses[name] !== undefined) continue;
      const library = readArtifact(source, name);
      link(library);
      create(name, bytecodeOf(library, addresses));
    }
  };
  const ledgerArtifact = readArtifact("contracts/Ledger.sol", "Ledger");
  link(ledgerArtifact);
  const names = Object.keys(addresses);
  const withArgument = (code: Hex, address: Hex) =>
    (code + AbiCoder.defaultAbiCoder().encode(["address"], [address]).slice(2)) as Hex;
  const access = create(
    "AccessManager",
    withArgument(bytecodeOf(readArtifact(ACCESS_MANAGER, "AccessManager"), {}), operator),
  );
  const ledger = create("Ledger", withArgument(bytecodeOf(ledgerArtifact, addresses), access));
  const receipts = await deployer.send(calls, first);
  const libraries: Record<string, { address: Hex; codeHash: Hex }> = {};
  for (const name of names.toSorted()) {
    const address = addresses[name] ?? "0x";
    libraries[name] = { address, codeHash: await codeHashAt(chain, address) };
  }
  return {
    chainId: Number(chain.chainId),
    ledger,
    codeHash: await codeHashAt(chain, ledger),
    libraries,
    access,
    block: receipts.at(-1)?.blockNumber ?? 0,
  };
}

/** Gas to create a contract: 200 a byte of code, at most 16 a byte as data, and what its constructor does, with room to spare. */
function createGas(data: Hex): bigint {
  return 1_000_000n + 260n * BigInt(data.length / 2);
}

/** @throws ChainError that names what is not as recorded */
async function checkDeployment(chain: Chain, deployment: Deployment): Promise<void> {
  if (BigInt(deployment.chainId) !== chain.chainId) {
    throw foreign(`deployment.json is of chain ${deployment.chainId}, this is chain ${chain.chainId}`);
  }
  const parts = { Ledger: { address: deployment.ledger, codeHash: deployment.codeHash }, ...deployment.libraries };
  for (const [name, { address, codeHash }] of Object.entries(parts)) {
    const found = await codeHashAt(chain, address);
    if (found !== codeHash)
      throw foreign(`the code of ${name} at ${address} has hash ${found}, recorded is ${codeHash}`);
  }
}

/** sha256 of the runtime code, as the deployment record states it. */
async function codeHashAt(chain: Chain, address: Hex): Promise<Hex> {
  const code = String(await chain.request("eth_getCode", [address, "latest"]));
  return `0x${createHash("sha256")
    .update(Buffer.from(code.slice(2), "hex"))
    .digest("hex")}`;
}

function foreign(what: string): ChainError {
  return new ChainError("journal-foreign", `The chain and its deployment record do not belong together: ${what}.`);
}
