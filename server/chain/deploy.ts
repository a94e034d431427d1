/**
 * Puts the ledger on a chain: its libraries, an AccessManager whose admin is the operator, the ledger; and the record of
 * where they are. Later starts compare that record with the code that the chain holds.
 */
import { createHash } from "node:crypto";
import { AbiCoder, getCreateAddress } from "ethers";
import type { Deployment } from "../../protocol/history.ts";
import type { Account, Call } from "./account.ts";
import { type Artifact, bytecodeOf, doesTheSame, isRuntimeOf, linksOf, readArtifact } from "./artifact.ts";
import { type Chain, ChainError, type Hex } from "./chain.ts";

export type { Part, Place, Plan };
export { checkDeployment, codeHashAt, deployLedger, otherCodeIn, planLedger, placeOf };

type Place = Pick<Deployment, "chainId" | "ledger" | "codeHash" | "libraries" | "access" | "block">;

/** A contract that is to be created, and the address that it will have. */
interface Part {
  readonly name: string;
  readonly address: Hex;
  readonly call: Call;
  /** Whether the code found at the address is what its creation leaves there. */
  readonly isCode: (found: string) => boolean;
}

/** In the order in which they are created, by transactions that follow each other. The last is the ledger. */
interface Plan {
  readonly parts: readonly Part[];
  readonly libraries: readonly string[];
}

const ACCESS_MANAGER = "@openzeppelin/contracts/access/manager/AccessManager.sol";

/**
 * What creates the ledger: a contract's address follows from who creates it and the number of the transaction. Pure.
 * @param operator admits organisations; may later be a multisig
 * @param first number of the first transaction
 */
function planLedger(deployer: Hex, operator: Hex, first: number): Plan {
  const parts: Part[] = [];
  const addresses: Record<string, Hex> = {};
  const create = (artifact: Artifact, argument: Hex = "0x") => {
    const name = artifact.contractName;
    const data = (bytecodeOf(artifact, addresses) + argument.slice(2)) as Hex;
    const address = getCreateAddress({ from: deployer, nonce: first + parts.length }).toLowerCase() as Hex;
    const isCode = (found: string) => isRuntimeOf(artifact, found, address, addresses);
    parts.push({ name, address, call: { to: null, data, gas: createGas(data) }, isCode });
    addresses[name] = address;
    return address;
  };
  const link = (artifact: Artifact) => {
    for (const [source, name] of linksOf(artifact)) {
      if (addresses[name] !== undefined) continue;
      const library = readArtifact(source, name);
      link(library);
      create(library);
    }
  };
  const ledger = readArtifact("contracts/Ledger.sol", "Ledger");
  link(ledger);
  const libraries = Object.keys(addresses);
  const wordOf = (address: Hex) => AbiCoder.defaultAbiCoder().encode(["address"], [address]) as Hex;
  const access = create(readArtifact(ACCESS_MANAGER, "AccessManager"), wordOf(operator));
  create(ledger, wordOf(access));
  return { parts, libraries };
}

/** Puts the ledger on the chain; resolves once all of it is final. */
async function deployLedger(chain: Chain, deployer: Account, operator: Hex): Promise<Place> {
  const first = await deployer.count();
  const plan = planLedger(deployer.address, operator, first);
  const receipts = await deployer.send(
    plan.parts.map(({ call }) => call),
    first,
  );
  return placeOf(chain, plan, receipts.at(-1)?.blockNumber ?? 0);
}

/** Where a plan's contracts are and what code they have, once it is final. @param block no log of the ledger is older */
async function placeOf(chain: Chain, { parts, libraries }: Plan, block: number): Promise<Place> {
  const at = (name: string) => parts.find((part) => part.name === name)?.address ?? "0x";
  const hashed = await Promise.all(
    libraries.toSorted().map(async (name) => {
      const address = at(name);
      return [name, { address, codeHash: await codeHashAt(chain, address) }] as const;
    }),
  );
  const ledger = at("Ledger");
  return {
    chainId: Number(chain.chainId),
    ledger,
    codeHash: await codeHashAt(chain, ledger),
    libraries: Object.fromEntries(hashed),
    access: at("AccessManager"),
    block,
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
    if (found === NO_CODE) {
      const { number } = await chain.latest();
      throw new ChainError(
        "journal-foreign",
        `The chain holds no contract ${name} at ${address} as of its newest final block ${number}: it is not final yet (start again in a while), or the deployment record is of another chain.`,
      );
    }
    if (found !== codeHash)
      throw foreign(`the code of ${name} at ${address} has hash ${found}, recorded is ${codeHash}`);
  }
}

/**
 * The first contract of a deployment that does something else than the one of this version; null when all are ours. What the
 * record says of it is checked already: a ledger is not changed after its deployment, so this one is of another version.
 */
async function otherCodeIn(chain: Chain, { ledger, libraries }: Deployment): Promise<string | null> {
  const addresses = Object.fromEntries(Object.entries(libraries).map(([name, { address }]) => [name, address]));
  const open = [{ artifact: readArtifact("contracts/Ledger.sol", "Ledger"), address: ledger as Hex | undefined }];
  const looked = new Set<string>();
  for (const { artifact, address } of open) {
    const name = artifact.contractName;
    looked.add(name);
    const links = linksOf(artifact);
    const code = address === undefined ? "0x" : String(await chain.request("eth_getCode", [address, "latest"]));
    const isLinked = links.every(([, library]) => addresses[library] !== undefined);
    if (address === undefined || !isLinked || !doesTheSame(artifact, code, address, addresses)) return name;
    for (const [source, library] of links)
      if (!looked.has(library)) open.push({ artifact: readArtifact(source, library), address: addresses[library] });
  }
  return null;
}

/** sha256 of nothing. */
const NO_CODE: Hex = `0x${createHash("sha256").digest("hex")}`;

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
