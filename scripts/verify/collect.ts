/**
 * Puts a lot's history together from chain and gateway alone (docs/ledger.md §10): no index, no server's word.
 */
import { createHash } from "node:crypto";
import { type Batch, decodeGroup, newIndexes, newSubjectId, organisationId } from "../../protocol/batch.ts";
import { bytesOf, hexOf, textOf } from "../../protocol/bytes.ts";
import { readCanonical } from "../../protocol/canonical.ts";
import { cidOf } from "../../protocol/cid.ts";
import { attachmentsOf, readEvent } from "../../protocol/document/read.ts";
import type {
  BatchProof,
  CodeClaim,
  Deployment,
  Hex,
  History,
  KnownBlock,
  OrganisationAct,
} from "../../protocol/history.ts";
import { kindByName, kindByNumber } from "../../protocol/kinds/all.ts";
import { serialLeaf } from "../../protocol/label.ts";
import { WORD_SELECTOR } from "../../protocol/ledger-abi.ts";
import { treePath } from "../../protocol/merkle.ts";
import type { Primitives } from "../../protocol/sign.ts";
import type { Heads } from "../../protocol/verify/report.ts";
import { blockAt, type ChainLog, newestBlock, readChainLog } from "./chain-log.ts";
import { type FetchedFile, type Gateway, type Rpc, SourceError } from "./sources.ts";

export type { Collected, Sources };
export { collect };

interface Sources {
  readonly rpc: Rpc;
  readonly gateway: Gateway;
  readonly deployment: Deployment;
  readonly primitives: Primitives;
  readonly say: (line: string) => void;
}

interface Collected {
  readonly history: History;
  readonly heads: Heads;
  readonly files: Readonly<Record<string, FetchedFile>>;
}

interface Code {
  readonly gtin: string | null;
  readonly lotNumber: string | null;
  readonly serial: string;
}

/** How often the log is read again because a block came in between: a busy chain makes one a second. */
const TRIES = 5;

/** Null when no label run of this ledger holds the serial. */
async function collect(sources: Sources, code: Code): Promise<Collected | null> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const log = await readChainLog(sources.rpc, sources.deployment, sources.primitives);
    sources.say(`read the ledger's log up to block ${log.asOf.number}`);
    const claim = await findCode(sources, log, code);
    if (claim === null) return null;
    const collected = await collectLot(sources, log, claim);
    // Heads are the newest block's: a log that ends before it would look as if its end were missing.
    if ((await newestBlock(sources.rpc)).number === log.asOf.number) return collected;
  }
  throw new SourceError(`${sources.rpc.url} makes blocks faster than its log can be read`);
}

/** Looks through the lists of all label runs, newest first. */
async function findCode(
  sources: Sources,
  log: ChainLog,
  code: Code,
): Promise<(CodeClaim & { readonly lot: Hex }) | null> {
  const { primitives, gateway, say } = sources;
  const leaf = hexOf(await serialLeaf(primitives, code.serial));
  for (const group of log.groupsOfKind(kindByName("LABEL").number).toReversed()) {
    const [entry] = decodeGroup(bytesOf(group.bytes)).entries;
    if (entry === undefined) continue;
    const args = kindByName("LABEL").decodeArgs(entry.args);
    const leaves = await leavesOf(gateway, group.subject, cidOf(entry.content, "json"));
    if (leaves === null) {
      say(`the list of codes of label run ${group.subject} is not to be had: its codes cannot be looked up`);
      continue;
    }
    const index = leaves.indexOf(leaf);
    if (index < 0) continue;
    const path = await treePath(
      primitives,
      leaves.map((one) => bytesOf(one)),
      index,
    );
    return { ...code, run: group.subject, index, count: leaves.length, path: path.map(hexOf), lot: hexOf(args.lot) };
  }
  return null;
}

async function leavesOf(gateway: Gateway, run: Hex, documentCid: string): Promise<readonly string[] | null> {
  const document = await gateway.block(documentCid);
  if (!(document instanceof Uint8Array)) return null;
  const file = readEvent(readCanonical(document), run)?.labels?.leaves ?? null;
  const bytes = file === null ? "missing" : await gateway.block(file.cid);
  return bytes instanceof Uint8Array
    ? textOf(bytes)
        .split("\n")
        .filter((line) => line !== "")
    : null;
}

async function collectLot(
  sources: Sources,
  log: ChainLog,
  claim: CodeClaim & { readonly lot: Hex },
): Promise<Collected> {
  const { lot, ...code } = claim;
  const ids = new Set<Hex>();
  const batches: Record<Hex, BatchProof> = {};
  const queue: Hex[] = [code.run, lot];
  const organisations = new Set<number>();
  while (queue.length > 0) {
    const id = queue.shift();
    if (id === undefined || ids.has(id)) continue;
    ids.add(id);
    queue.push(...(await ancestryOf(sources.primitives, log, id)));
  }
  for (const id of ids) for (const number of writersOf(await proofs(log, id, batches))) organisations.add(number);
  for (const number of organisations) {
    const id = hexOf(organisationId(number));
    ids.add(id);
    await proofs(log, id, batches);
  }
  const acts = await log.acts();
  const documents = await documentsOf(sources.gateway, batches, acts);
  const history: History = {
    furrow: 1,
    deployment: sources.deployment,
    asOf: log.asOf,
    code,
    lot,
    subjects: [...ids].map((id) => ({ id, moves: log.movesOf(id) })),
    batches,
    acts,
    blocks: await blocksOf(sources.rpc, batches, log.asOf),
    documents: documents.texts,
  };
  return { history, heads: await headsOf(sources, ids, log.asOf), files: await filesOf(sources.gateway, documents) };
}

/** What the subject was made of, and its product: read from the entry that made it. */
async function ancestryOf(primitives: Primitives, log: ChainLog, id: Hex): Promise<Hex[]> {
  const [first] = log.movesOf(id);
  if (first === undefined) return [];
  const proof = await log.proofOf(first.batch, new Set([first.group]));
  const bytes = proof?.groups[0]?.bytes;
  if (bytes === undefined) return [];
  const group = decodeGroup(bytesOf(bytes));
  const [entry] = group.entries;
  if (entry === undefined) return [];
  const kind = kindByNumber(entry.kind);
  if (!kind.making || !(await makes(primitives, proof, group, id))) return [];
  const args = kind.decodeArgs(entry.args) as {
    readonly product?: Uint8Array;
    readonly outputs?: readonly { readonly id: Uint8Array }[];
  };
  const products = [args.product, ...(args.outputs ?? []).map((output) => output.id)].filter(
    (product) => product !== undefined,
  );
  return [...kind.touches(args).map(({ id: input }) => hexOf(input)), ...products.map(hexOf)];
}

/** Whether the group made `id`, and did not merely touch it. */
async function makes(
  primitives: Primitives,
  proof: BatchProof | null,
  group: Batch["groups"][number],
  id: Hex,
): Promise<boolean> {
  if (hexOf(group.subject) === id) return true;
  if (proof === null) return false;
  for (const index of newIndexes(group)) {
    if (hexOf(await newSubjectId(primitives, bytesOf(proof.recorder), BigInt(proof.nonce), index)) === id) return true;
  }
  return false;
}

/** Adds the batches of a subject's moves, each with the groups that the moves lie in. */
async function proofs(log: ChainLog, id: Hex, batches: Record<Hex, BatchProof>): Promise<BatchProof[]> {
  const found: BatchProof[] = [];
  for (const { batch, group } of log.movesOf(id)) {
    const groups = new Set([...(batches[batch]?.groups ?? []).map(({ index }) => index), group]);
    const proof = await log.proofOf(batch, groups);
    if (proof === null) continue;
    batches[batch] = proof;
    found.push(proof);
  }
  return found;
}

function writersOf(found: readonly BatchProof[]): number[] {
  return found.map(({ stamp }) => Number.parseInt(stamp.slice(42, 50), 16));
}

interface Documents {
  readonly texts: Record<string, string>;
  readonly attachments: Map<string, number>;
}

async function documentsOf(
  gateway: Gateway,
  batches: Record<Hex, BatchProof>,
  acts: readonly OrganisationAct[],
): Promise<Documents> {
  const cids = new Set<string>();
  for (const { content } of acts) if (!/^0x0*$/.test(content)) cids.add(cidOf(bytesOf(content), "json"));
  for (const { groups } of Object.values(batches)) {
    for (const { bytes } of groups)
      for (const { content } of decodeGroup(bytesOf(bytes)).entries) cids.add(cidOf(content, "json"));
  }
  const texts: Record<string, string> = {};
  const attachments = new Map<string, number>();
  for (const cid of cids) {
    const bytes = await gateway.block(cid);
    if (bytes === "missing") continue;
    // Altered bytes are handed on as what they are: `verify` names the entry to which they do not belong.
    texts[cid] = bytes === "altered" ? "" : textOf(bytes);
    if (bytes !== "altered")
      for (const { cid: file, size } of attachmentsOf(readCanonical(bytes))) attachments.set(file, size);
  }
  return { texts, attachments };
}

async function filesOf(gateway: Gateway, { attachments }: Documents): Promise<Record<string, FetchedFile>> {
  const files: Record<string, FetchedFile> = {};
  for (const [cid, size] of attachments) files[cid] = await gateway.file(cid, size);
  return files;
}

async function blocksOf(rpc: Rpc, batches: Record<Hex, BatchProof>, asOf: KnownBlock): Promise<KnownBlock[]> {
  const wanted = new Set<number | Hex>();
  for (const { seen, block } of Object.values(batches)) wanted.add(seen).add(block);
  const found = new Map<Hex, KnownBlock>([[asOf.hash, asOf]]);
  for (const at of wanted) {
    const block = await blockAt(rpc, at);
    if (block !== null) found.set(block.hash, block);
  }
  return [...found.values()].sort((a, b) => a.number - b.number);
}

/** Words, chain id and code hashes, straight from the chain. */
async function headsOf({ rpc, deployment }: Sources, ids: ReadonlySet<Hex>, asOf: KnownBlock): Promise<Heads> {
  const words: Record<Hex, Hex> = {};
  for (const id of ids) {
    words[id] = String(
      await rpc.call("eth_call", [{ to: deployment.ledger, data: `${WORD_SELECTOR}${id.slice(2)}` }, "latest"]),
    ) as Hex;
  }
  const codeHashes: Record<Hex, Hex> = {};
  for (const address of [deployment.ledger, ...Object.values(deployment.libraries).map((library) => library.address)]) {
    const code = String(await rpc.call("eth_getCode", [address, "latest"]));
    codeHashes[address] = `0x${createHash("sha256")
      .update(Buffer.from(code.slice(2), "hex"))
      .digest("hex")}`;
  }
  const chainId = Number(await rpc.call("eth_chainId", []));
  return { words, block: asOf.number, source: "rpc", origin: rpc.url, chainId, codeHashes };
}
