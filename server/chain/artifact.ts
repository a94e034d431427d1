/**
 * What the Solidity compiler left in `artifacts/`: ABI and bytecode by contract. Reads those files only.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Interface, type InterfaceAbi } from "ethers";
import type { ILedgerInterface } from "../../types/contracts/interfaces/ILedger.ts";
import { ChainError, type Hex } from "./chain.ts";

export type { Artifact, Compiler };
export { bytecodeOf, compilerOf, doesTheSame, isRuntimeOf, ledgerAbi, linksOf, readArtifact };

const ARTIFACTS = join(import.meta.dirname, "../../artifacts");

interface Artifact {
  readonly contractName: string;
  readonly abi: InterfaceAbi;
  /** With `__$…$__` where the address of a library goes. */
  readonly bytecode: string;
  /** What its creation leaves on the chain. */
  readonly deployedBytecode: string;
  /** Names the compiler's input in `artifacts/build-info`. */
  readonly buildInfoId: string;
  readonly linkReferences: Links;
  readonly deployedLinkReferences: Links;
  /** Zero here and set by the constructor: variable → places. */
  readonly immutableReferences: Readonly<Record<string, readonly Piece[]>>;
}

/** In bytes. */
interface Piece {
  readonly start: number;
  readonly length: number;
}

/** File → library → places. */
type Links = Readonly<Record<string, Readonly<Record<string, readonly Piece[]>>>>;

/** @param source as Solidity names it, such as `contracts/Ledger.sol` */
function readArtifact(source: string, name: string): Artifact {
  // Hardhat names our own sources with this prefix where it links, and without it where it writes.
  const path = join(ARTIFACTS, source.replace(/^project\//, ""), `${name}.json`);
  if (!existsSync(path))
    throw new ChainError("engine-missing", `The contracts are not built (${source}): run npm run build.`);
  return JSON.parse(readFileSync(path, "utf8")) as Artifact;
}

/** What whoever wants to check the code by building it has to use. */
interface Compiler {
  readonly solc: string;
  readonly evmVersion: string;
  readonly optimizerRuns: number;
}

function compilerOf({ buildInfoId }: Artifact): Compiler {
  const info = JSON.parse(readFileSync(join(ARTIFACTS, "build-info", `${buildInfoId}.json`), "utf8")) as {
    readonly solcLongVersion: string;
    readonly input: {
      readonly settings: { readonly evmVersion: string; readonly optimizer: { readonly runs: number } };
    };
  };
  const { evmVersion, optimizer } = info.input.settings;
  return { solc: info.solcLongVersion, evmVersion, optimizerRuns: optimizer.runs };
}

/** The libraries that a contract calls, as [source, name]. */
function linksOf(artifact: Artifact): readonly (readonly [string, string])[] {
  return Object.entries(artifact.linkReferences).flatMap(([source, names]) =>
    Object.keys(names).map((name) => [source, name] as const),
  );
}

/** Bytecode with the libraries' addresses in place. @param addresses by library name */
function bytecodeOf(artifact: Artifact, addresses: Readonly<Record<string, Hex>>): Hex {
  return linked(artifact, artifact.bytecode, artifact.linkReferences, addresses);
}

/** Whether this is the code that the artifact's creation leaves at `own`. @param addresses of its libraries */
function isRuntimeOf(artifact: Artifact, code: string, own: Hex, addresses: Readonly<Record<string, Hex>>): boolean {
  const wanted = runtimeAt(artifact, own, addresses);
  return withoutImmutables(artifact, code) === withoutImmutables(artifact, wanted);
}

/** As {@link isRuntimeOf}, whatever the comments of its sources say: the compiler ends the code with a digest of these. */
function doesTheSame(artifact: Artifact, code: string, own: Hex, addresses: Readonly<Record<string, Hex>>): boolean {
  const wanted = runtimeAt(artifact, own, addresses);
  return withoutDigest(withoutImmutables(artifact, code)) === withoutDigest(withoutImmutables(artifact, wanted));
}

function runtimeAt(artifact: Artifact, own: Hex, addresses: Readonly<Record<string, Hex>>): string {
  const { deployedBytecode, deployedLinkReferences } = artifact;
  const linkedCode = linked(artifact, deployedBytecode, deployedLinkReferences, addresses);
  // A library holds its own address, so that nobody calls it but by delegation.
  return linkedCode.replace(/^0x73(0{40})30/, `0x73${own.slice(2)}30`);
}

function withoutImmutables({ immutableReferences }: Artifact, code: string): string {
  const blank = Object.values(immutableReferences).flat();
  return blank.reduce((left, piece) => placed(left, piece, "0".repeat(2 * piece.length)), code.toLowerCase());
}

/** The last two bytes say how long the CBOR before them is, which names compiler and sources. */
function withoutDigest(code: string): string {
  const length = Number.parseInt(code.slice(-4), 16) + 2;
  return code.slice(0, Math.max(2, code.length - 2 * length));
}

function linked(artifact: Artifact, code: string, links: Links, addresses: Readonly<Record<string, Hex>>): Hex {
  for (const names of Object.values(links)) {
    for (const [name, pieces] of Object.entries(names)) {
      const address = addresses[name]?.slice(2);
      if (address?.length !== 40) throw new Error(`${artifact.contractName} needs the library ${name}`);
      for (const piece of pieces) code = placed(code, piece, address);
    }
  }
  return code as Hex;
}

function placed(code: string, { start, length }: Piece, hex: string): string {
  return code.slice(0, 2 + 2 * start) + hex + code.slice(2 + 2 * (start + length));
}

let abi: ILedgerInterface | null = null;

/** Functions, events and errors of the ledger (contracts/interfaces/ILedger.sol). */
function ledgerAbi(): ILedgerInterface {
  abi ??= new Interface(readArtifact("contracts/interfaces/ILedger.sol", "ILedger").abi) as unknown as ILedgerInterface;
  return abi;
}
