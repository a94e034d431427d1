/**
 * One Kubo node over its RPC. Asked for what it holds itself and never for what it would have to fetch: a reader's request
 * must not set it searching the network, and "not here" has to be an answer.
 */
import { create, type HTTPRPCOptions, type KuboRPCClient } from "kubo-rpc-client";
import { CID } from "multiformats/cid";
import { MAX_BLOCK_READ } from "./blocks.ts";
import { isGenuine, RAW } from "./digest.ts";

export { KuboNode, NodeError };

/** Milliseconds: a node that is silent for longer hangs. A block of 1 MiB is read or written within a second. */
const LIMIT_MS = 20_000;
/** Of an error's text. */
const MAX_SAID = 2_000;
/** How Kubo says that it does not hold a block. */
const ABSENT = /could not find|not found locally/;

/**
 * The node could not do it, for the reason in `message`. Whether a write had its effect is not known.
 * `full`: its disk has no room.
 */
class NodeError extends Error {
  override readonly name = "NodeError";
  readonly isFull: boolean;

  constructor(cause: unknown) {
    const said = reasonOf(cause);
    super(said, { cause });
    this.isFull = /no space left|disk quota exceeded/i.test(said);
  }
}

/**
 * Every block is stored and pinned under its raw CID: one digest is one block and one pin, whatever codec its readers know it
 * by. (Pinned as dag-pb, a node whose children are not here yet would be searched for in the network.)
 */
class KuboNode {
  /** Host and port, without what the URL may hold of a password. */
  readonly name: string;
  /** Whether the last thing asked of it was answered. */
  answers = true;
  readonly #client: KuboRPCClient;
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #closing = new AbortController();
  readonly #log: (line: string) => void;

  constructor(address: string, log: (line: string) => void) {
    const url = new URL(address);
    const { username, password } = url;
    [url.username, url.password] = ["", ""];
    url.pathname = `${url.pathname.replace(/(\/api\/v0)?\/*$/, "")}/api/v0`;
    this.name = url.host;
    this.#log = log;
    const basic = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString("base64");
    this.#url = url.href;
    this.#headers = username === "" ? {} : { authorization: `Basic ${basic}` };
    this.#client = create({ url, headers: this.#headers });
  }

  /** The node's version, such as "0.43.1". @throws NodeError */
  version(): Promise<string> {
    return this.#ask(async (options) => (await this.#client.version(options)).version);
  }

  /**
   * Whether a block that it acknowledges is on its disk. The default store of Kubo is told not to sync (`"sync": false`),
   * and its flush after pinning does nothing then. undefined: it does not show its settings to us.
   */
  async isDurable(): Promise<boolean | undefined> {
    const spec = await this.#unlessSaid(/.*/, (options) => this.#client.config.get("Datastore.Spec", options));
    return spec === undefined ? undefined : !hasUnsynced(spec);
  }

  /** Resolves once the node has the block, pinned and flushed. Mends one that it holds damaged. @throws NodeError */
  async put(cid: CID, bytes: Uint8Array): Promise<void> {
    const raw = rawOf(cid);
    const found = await this.get(cid);
    // It may keep what it has under that name without a look: a damaged block has to go first.
    if (found !== undefined && !isGenuine(cid, found)) await this.#drop(raw);
    await this.#ask(async (options) => {
      const stored = await this.#client.block.put(bytes, { ...options, pin: true });
      if (!stored.equals(raw)) throw new Error(`it stored ${raw} as ${stored}`);
    });
  }

  /**
   * The bytes as the node gives them, not checked; undefined when it does not hold them. Of more than a block may have only the
   * first are read: they are no genuine block. @throws NodeError
   */
  get(cid: CID): Promise<Uint8Array | undefined> {
    return this.#unlessSaid(ABSENT, ({ signal }) => this.#read(rawOf(cid), signal));
  }

  /** Ends what is under way; nothing is asked any more. */
  close(): void {
    this.#closing.abort(new Error("it is being closed"));
  }

  /** The client reads whatever comes to its end: a node that lies could fill the memory. */
  async #read(cid: CID, signal: AbortSignal | undefined): Promise<Uint8Array> {
    const address = `${this.#url}/block/get?arg=${cid}&offline=true`;
    const response = await fetch(address, { method: "POST", headers: this.#headers, signal: signal ?? null });
    const bytes = await firstBytes(response, MAX_BLOCK_READ + 1);
    if (response.ok) return bytes;
    const said = new Error(new TextDecoder().decode(bytes.subarray(0, MAX_SAID)));
    said.name = "HTTPError";
    throw said;
  }

  /** @throws NodeError */
  async has(cid: CID): Promise<boolean> {
    return (await this.#unlessSaid(ABSENT, (options) => this.#client.block.stat(rawOf(cid), options))) !== undefined;
  }

  async #drop(raw: CID): Promise<void> {
    await this.#unlessSaid(/not pinned/, (options) => this.#client.pin.rm(raw, options));
    await this.#ask(async (options) => {
      for await (const { error } of this.#client.block.rm(raw, { ...options, force: true })) if (error) throw error;
    });
  }

  /** undefined when the node itself answers with an error of that wording. @throws NodeError for every other failure */
  #unlessSaid<T>(wording: RegExp, ask: (options: HTTPRPCOptions) => Promise<T>): Promise<T | undefined> {
    return this.#ask(async (options) => {
      try {
        return await ask(options);
      } catch (cause) {
        const isAnswer = cause instanceof Error && cause.name === "HTTPError";
        if (isAnswer && wording.test(cause.message)) return undefined;
        throw cause;
      }
    });
  }

  /** One request, within its time; says once when the node stops answering, and once when it answers again. */
  async #ask<T>(ask: (options: HTTPRPCOptions) => Promise<T>): Promise<T> {
    try {
      const signal = AbortSignal.any([AbortSignal.timeout(LIMIT_MS), this.#closing.signal]);
      // The type of the client's options does not know Kubo's own `offline`.
      const options: HTTPRPCOptions & { readonly offline: true } = { signal, offline: true };
      const answer = await ask(options);
      if (!this.answers) this.#log(`Kubo at ${this.name} answers again`);
      this.answers = true;
      return answer;
    } catch (cause) {
      const error = new NodeError(cause);
      if (this.answers) this.#log(`Kubo at ${this.name} does not do what it is asked: ${error.message}`);
      this.answers = false;
      throw error;
    }
  }
}

/** At most so many; the rest is not fetched. */
async function firstBytes({ body }: Response, most: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= most) break;
  }
  return Buffer.concat(chunks).subarray(0, most);
}

function rawOf(cid: CID): CID {
  return CID.createV1(RAW, cid.multihash);
}

/** Whether a part of the store that holds blocks is told not to sync. */
function hasUnsynced(spec: unknown): boolean {
  if (typeof spec !== "object" || spec === null) return false;
  if ("type" in spec && spec.type === "flatfs") return !("sync" in spec && spec.sync === true);
  return Object.values(spec).some((part) => (Array.isArray(part) ? part.some(hasUnsynced) : hasUnsynced(part)));
}

/** The innermost reason: what the client wraps says no more than "fetch failed". */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  if (cause.cause instanceof Error) return reasonOf(cause.cause);
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : "";
  return cause.message || code || cause.name;
}
