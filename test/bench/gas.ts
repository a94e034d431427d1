/**
 * Gas of a record, beside EAS (its published package, fetched by npm into a temporary folder) and beside plain structs in storage.
 * All on Hardhat's simulator, whole transactions.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ContractFactory, type ContractTransactionResponse, type InterfaceAbi, ZeroAddress, ZeroHash } from "ethers";
import { network } from "hardhat";
import { playScenes } from "../support/scenes.ts";
import type { Measured } from "./ratio.ts";

export { gas };

const EAS = "@ethereum-attestation-service/eas-contracts@1.9.0";
/** kind u8, occurredAt u40, content 32: what an entry without args says. */
const SAID = `0x20${"00".repeat(5)}${"ab".repeat(32)}`;
const CONTENT = `0x${"ab".repeat(32)}`;
/** A hundred attestations in one transaction pass its cap of 16,777,216 gas (EIP-7825): they go as two of fifty. */
const AT_MOST = 50;
/** Of our scenes: how many records over how many lots. */
const SIZES = [
  { name: "1 record", scene: "GROW alone", records: 1, lots: 1 },
  { name: "10 records of one lot", scene: "10 × GROW, 1 lot", records: 10, lots: 1 },
  { name: "100 records of one lot", scene: "100 × GROW, 1 lot", records: 100, lots: 1 },
  { name: "100 records of ten lots", scene: "100 × GROW, 10 lots", records: 100, lots: 10 },
  { name: "100 records of 100 lots", scene: "100 × GROW, 100 lots", records: 100, lots: 100 },
] as const;

interface Artifact {
  readonly abi: InterfaceAbi;
  readonly bytecode: string;
}

type Connection = Awaited<ReturnType<typeof network.create>>;

async function gas(): Promise<Measured[]> {
  const connection = await network.create();
  const scenes = await playScenes(connection);
  const eas = await easPerRecord(connection);
  const plain = await plainPerRecord(connection);
  return SIZES.flatMap(({ name, scene, records, lots }) => {
    const played = scenes[scene];
    if (played === undefined) throw new Error(`there is no scene ${scene}`);
    const ours = played.gas / records;
    const call = records === 1 ? "attest" : "multiAttest";
    const beside = { unit: "gas", goal: null, ours };
    return [
      { ...beside, name: `gas a record, ${name}, beside EAS \`${call}\``, beside: eas[records] ?? Number.NaN },
      { ...beside, name: `gas a record, ${name}, beside a struct in storage`, beside: plain(records, lots) },
    ];
  });
}

/** Gas a record of `attest`, and of `multiAttest` with ten and a hundred, under one schema. */
async function easPerRecord(connection: Connection): Promise<Readonly<Record<number, number>>> {
  const { registry, eas } = publishedEas();
  const [signer] = await connection.ethers.getSigners();
  const registered = await new ContractFactory(registry.abi, registry.bytecode, signer).deploy();
  const schema = "uint8 kind,uint40 occurredAt,bytes32 content";
  await mined(await call(registered, "register", schema, ZeroAddress, false));
  const deployed = await new ContractFactory(eas.abi, eas.bytecode, signer).deploy(await registered.getAddress());
  const [log] = await connection.ethers.provider.getLogs({ address: await registered.getAddress(), fromBlock: 0 });
  const id = log?.topics[1] ?? ZeroHash;
  const data = () => ({
    ...{ recipient: ZeroAddress, expirationTime: 0, revocable: false, refUID: ZeroHash, data: SAID, value: 0 },
  });
  // The first pays for counters that go from zero to one; what stands here is the second.
  await mined(await call(deployed, "attest", { schema: id, data: data() }));
  const found: Record<number, number> = {};
  found[1] = await mined(await call(deployed, "attest", { schema: id, data: data() }));
  for (const count of [10, 100]) {
    let used = 0;
    for (let done = 0; done < count; done += AT_MOST) {
      const length = Math.min(AT_MOST, count - done);
      used += await mined(await call(deployed, "multiAttest", [{ schema: id, data: Array.from({ length }, data) }]));
    }
    found[count] = used / count;
  }
  return found;
}

/** The compiled contracts inside the package. */
function publishedEas(): { readonly registry: Artifact; readonly eas: Artifact } {
  const folder = mkdtempSync(join(tmpdir(), "furrow-eas-"));
  try {
    execFileSync("npm", ["pack", EAS, "--silent", "--pack-destination", folder], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    execFileSync("tar", ["-xzf", join(folder, "ethereum-attestation-service-eas-contracts-1.9.0.tgz"), "-C", folder]);
    const read = (name: string) =>
      JSON.parse(
        readFileSync(join(folder, `package/artifacts/contracts/${name}.sol/${name}.json`), "utf8"),
      ) as Artifact;
    return { registry: read("SchemaRegistry"), eas: read("EAS") };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function plainPerRecord(connection: Connection): Promise<(records: number, lots: number) => number> {
  const [signer] = await connection.ethers.getSigners();
  const { abi, bytecode } = compiled("PlainRecords");
  const deployed = await new ContractFactory(abi, bytecode, signer).deploy();
  const given = (lot: number) => ({
    ...{ subject: `0x${lot.toString(16).padStart(64, "0")}`, content: CONTENT, occurredAt: 1_775_000_000, kind: 32 },
  });
  await mined(await call(deployed, "add", [given(1)]));
  const found = new Map<string, number>();
  for (const { records, lots } of SIZES) {
    const many = Array.from({ length: records }, (_, n) => given(1 + (n % lots)));
    found.set(`${records} ${lots}`, (await mined(await call(deployed, "add", many))) / records);
  }
  return (records, lots) => found.get(`${records} ${lots}`) ?? Number.NaN;
}

function compiled(name: string): Artifact {
  const solc = createRequire(import.meta.url)("solc") as { compile(input: string): string };
  const source = readFileSync(new URL(`./${name}.sol`, import.meta.url), "utf8");
  const settings = {
    ...{ evmVersion: "osaka", optimizer: { enabled: true, runs: 200 } },
    outputSelection: { "*": { "*": ["abi", "evm.bytecode.object"] } },
  };
  const input = { language: "Solidity", sources: { [`${name}.sol`]: { content: source } }, settings };
  const output = JSON.parse(solc.compile(JSON.stringify(input))) as {
    contracts?: Record<string, Record<string, { abi: InterfaceAbi; evm: { bytecode: { object: string } } }>>;
    errors?: readonly { formattedMessage: string }[];
  };
  const contract = output.contracts?.[`${name}.sol`]?.[name];
  if (contract === undefined) throw new Error(output.errors?.[0]?.formattedMessage ?? `${name} was not compiled`);
  return { abi: contract.abi, bytecode: `0x${contract.evm.bytecode.object}` };
}

function call(contract: Awaited<ReturnType<ContractFactory["deploy"]>>, name: string, ...args: readonly unknown[]) {
  return contract.getFunction(name)(...args) as Promise<ContractTransactionResponse>;
}

async function mined(sent: ContractTransactionResponse): Promise<number> {
  const receipt = await sent.wait();
  if (receipt?.status !== 1) throw new Error(`transaction ${sent.hash} reverted`);
  return Number(receipt.gasUsed);
}
