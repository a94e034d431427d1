/**
 * Puts a lot's history together from chain and gateway alone (docs/ledger.md §10): no index, no server's word.
 */
import { createHash } from "node:crypto";
import { bytesOf } from "../../protocol/bytes.ts";
import { readCanonical } from "../../protocol/canonical.ts";
import { cidOf } from "../../protocol/cid.ts";
import type { Attachment } from "../../protocol/document/attachment.ts";
import { attachmentsOf } from "../../protocol/document/read.ts";
import type { Deployment, Hex, History, KnownBlock, OrganisationAct } from "../../protocol/history.ts";
import type { Code } from "../../protocol/label.ts";
import { WORD_SELECTOR } from "../../protocol/ledger-abi.ts";
import { Problem } from "../../protocol/problem.ts";
import type { Primitives } from "../../protocol/sign.ts";
import type { FileState, Heads } from "../../protocol/verify/report.ts";
import { certificatesOfOthers } from "../../protocol/verify.ts";
import { blockAt, type ChainLog, entriesOf, newestBlock, openChainLog } from "./chain-log.ts";
import { findCode } from "./find-code.ts";
import { type Gateway, type Rpc, SourceError } from "./sources.ts";
import { type Story, storyOf } from "./story.ts";

export type { Collected, Sources };
export { blocksByCid, collect, headsOf };

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
  readonly files: Readonly<Record<string, FileState>>;
}

/** How often what came in between is read on: asking for all heads takes a fraction of a second, a busy chain's block one. */
const TRIES = 20;
/** Documents, files or blocks that are asked for at a time. */
const AT_ONCE = 16;
/** How many documents are fetched between two lines of progress. */
const TOLD_EVERY = 200;

/** Null when no label run of this ledger holds the serial. @throws SourceError when chain or files cannot be read */
async function collect(sources: Sources, code: Code): Promise<Collected | null> {
  const { rpc, deployment, gateway, primitives, say } = sources;
  const log = await openChainLog(rpc, deployment, primitives);
  say(`read the ledger's log up to block ${log.asOf.number}`);
  const claim = await findCode(sources, log, code);
  if (claim === null) return null;
  const { lot, ...claimed } = claim;
  // Heads are the newest block's, so the log has to end there as well: both first, documents and files in their own time.
  const { story, heads } = await headsWithLog(sources, log, [claimed.run, lot], lot);
  const { ids, batches } = story;
  say(`found ${ids.size} subjects of its story and read their heads`);
  const acts = await log.acts();
  const documents = await documentsOf(sources, batches, acts);
  const history: History = {
    ...{ furrow: 1, deployment, asOf: log.asOf, code: claimed, lot, batches, acts },
    subjects: [...ids].map((id) => ({ id, moves: log.movesOf(id) })),
    blocks: await blocksOf(rpc, batches, log.asOf),
    documents: documents.texts,
  };
  const others = await certificatesOfOthers(history, primitives);
  const subjects = history.subjects.filter(({ id }) => !others.has(id));
  const files = await filesOf(gateway, documents);
  say(`fetched ${Object.keys(files).length} files; checking all of it`);
  return { history: { ...history, subjects }, heads, files };
}

/** Heads, and the story up to the very block that they are of. */
async function headsWithLog(
  sources: Sources,
  log: ChainLog,
  from: readonly Hex[],
  lot: Hex,
): Promise<{ readonly story: Story; readonly heads: Heads }> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    await log.readOn();
    const story = await storyOf(sources.primitives, log, from, lot);
    const heads = await headsOf(sources, story.ids, log.asOf);
    if ((await newestBlock(sources.rpc, sources.deployment.finality)).hash === log.asOf.hash) return { story, heads };
  }
  throw new SourceError(`${sources.rpc.url} makes blocks faster than its heads can be read`);
}

interface Documents {
  readonly texts: Record<string, string>;
  readonly attachments: Map<string, number>;
}

async function documentsOf(
  { gateway, say }: Sources,
  batches: Story["batches"],
  acts: readonly OrganisationAct[],
): Promise<Documents> {
  const cids = new Set<string>();
  for (const { content } of acts) if (!/^0x0*$/.test(content)) cids.add(cidOf(bytesOf(content), "json"));
  for (const { groups } of Object.values(batches)) {
    for (const { bytes } of groups) for (const { content } of entriesOf(bytes)) cids.add(cidOf(content, "json"));
  }
  const texts: Record<string, string> = {};
  const attachments = new Map<string, number>();
  const fetched = await severalAtOnce([...cids], (cid, done) => {
    if (done > 0 && done % TOLD_EVERY === 0) say(`fetched ${done} of ${cids.size} documents`);
    return gateway.block(cid);
  });
  say(`fetched ${cids.size} documents`);
  for (const [cid, bytes] of fetched) {
    if (bytes === "missing") continue;
    // Altered bytes are handed on as what they are: `verify` names the entry to which they do not belong.
    texts[cid] = bytes === "altered" ? "" : new TextDecoder().decode(bytes);
    for (const { cid: file, size } of bytes === "altered" ? [] : filesNamedIn(bytes)) attachments.set(file, size);
  }
  return { texts, attachments };
}

/** Texts of those that a gateway has, unaltered. @throws SourceError */
async function blocksByCid(gateway: Gateway, cids: Iterable<string>): Promise<Record<string, string>> {
  const found = await severalAtOnce([...cids], (cid) => gateway.block(cid));
  return Object.fromEntries(
    found.flatMap(([cid, bytes]) => (bytes instanceof Uint8Array ? [[cid, new TextDecoder().decode(bytes)]] : [])),
  );
}

/** In their order, some under way at a time. `ask` hears how many were begun before. */
async function severalAtOnce<Item, Found>(
  items: readonly Item[],
  ask: (item: Item, begun: number) => Promise<Found>,
): Promise<readonly (readonly [Item, Found])[]> {
  const found: (readonly [Item, Found])[] = [];
  const left = items.entries();
  const walk = async (): Promise<void> => {
    for (const [n, item] of left) found[n] = [item, await ask(item, n)];
  };
  await Promise.all(Array.from({ length: AT_ONCE }, walk));
  return found;
}

/** None in what is no document: `verify` says that of it. */
function filesNamedIn(document: Uint8Array): readonly Attachment[] {
  try {
    return attachmentsOf(readCanonical(document));
  } catch (cause) {
    if (cause instanceof Problem) return [];
    throw cause;
  }
}

async function filesOf(gateway: Gateway, { attachments }: Documents): Promise<Record<string, FileState>> {
  const found = await severalAtOnce([...attachments], ([cid, size]) => gateway.read(cid, size));
  return Object.fromEntries(found.map(([[cid], file]) => [cid, file instanceof Uint8Array ? "ok" : file]));
}

async function blocksOf(rpc: Rpc, batches: Story["batches"], asOf: KnownBlock): Promise<KnownBlock[]> {
  const wanted = new Set<number | Hex>();
  for (const { seen, block } of Object.values(batches)) wanted.add(seen).add(block);
  const blocks = await severalAtOnce([...wanted], (at) => blockAt(rpc, at));
  const found = new Map<Hex, KnownBlock>([[asOf.hash, asOf]]);
  for (const [, block] of blocks) if (block !== null) found.set(block.hash, block);
  return [...found.values()].sort((a, b) => a.number - b.number);
}

/** Words, chain id and code hashes, straight from the chain, in as few requests as can be. */
async function headsOf(
  { rpc, deployment }: Pick<Sources, "rpc" | "deployment">,
  ids: ReadonlySet<Hex>,
  asOf: KnownBlock,
): Promise<Heads> {
  const { ledger, libraries, finality } = deployment;
  const addresses = [ledger, ...Object.values(libraries).map(({ address }) => address)];
  // The embedded chain answers for the state of its newest block alone, other doors for that of any.
  const at = finality === "journal" ? "latest" : `0x${asOf.number.toString(16)}`;
  const answers = await rpc.all([
    ...[...ids].map((id) => {
      const call = { to: ledger, data: `${WORD_SELECTOR}${id.slice(2)}` };
      return { method: "eth_call", params: [call, at] };
    }),
    ...addresses.map((address) => ({ method: "eth_getCode", params: [address, at] })),
    { method: "eth_chainId", params: [] },
  ]);
  const words = Object.fromEntries([...ids].map((id, n) => [id, String(answers[n]) as Hex]));
  const codeHashes = Object.fromEntries(
    addresses.map((address, n) => [address, sha256Of(String(answers[ids.size + n]))]),
  );
  const chainId = Number(answers.at(-1));
  return { words, block: asOf.number, source: "rpc", origin: rpc.url, chainId, codeHashes };
}

function sha256Of(code: string): Hex {
  return `0x${createHash("sha256")
    .update(Buffer.from(code.slice(2), "hex"))
    .digest("hex")}`;
}
