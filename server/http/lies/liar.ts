/**
 * Holds at most one planted lie, and puts it into what goes out: histories, `eth_getLogs`, blocks, the print on the example's bag.
 * While none is planted everything passes through untouched. A lie is written down before it is planted and taken back at the
 * start, at the end, and with the first record that is not the example's.
 */
import type { CID } from "multiformats/cid";
import { hexOf } from "../../../protocol/bytes.ts";
import type { History } from "../../../protocol/history.ts";
import { parseCodePath } from "../../../protocol/label.ts";
import { Problem } from "../../../protocol/problem.ts";
import type { Blocks } from "../../blocks/blocks.ts";
import type { Chain } from "../../chain/chain.ts";
import { lies } from "./all.ts";
import type { Hands, Lie, Planted, RpcLog, Target, WrittenDown } from "./lie.ts";

export type { Bag, Liar, LiarParts };
export { openLiar };

/** What is printed on the example's first bag. */
interface Bag {
  readonly code: string;
  readonly fingerprint: string;
}

interface Liar {
  /** Names and what each does. */
  list(): readonly {
    readonly name: string;
    readonly says: string;
    readonly finding: string;
    readonly where: string;
    readonly planted: boolean;
  }[];
  /** Takes back what was planted before. @throws Problem when there is no such lie, or not all data is example data */
  plant(name: string): Promise<Lie>;
  /** The lie that was taken back; null: none was planted. */
  undo(): Promise<string | null>;
  /**
   * For whoever has just stored what is not the example's: after it no lie is told. Never throws; bytes that could not be put
   * back are left to the next start.
   */
  withdraw(because: string): Promise<void>;
  /** Moves when a lie is planted, and once what is stored is honest again: what was begun to be read before may be neither. */
  generation(): number;
  history(history: History): History;
  bag(bag: Bag): Bag;
  /** The code to look up when `path` is asked for: the honest one where a false code is planted and sworn to. */
  asked(path: string): string;
  /** The same chain and blocks, as readers from outside are shown them. */
  chain(chain: Chain): Chain;
  blocks(blocks: Blocks): Blocks;
  /** Takes back what is planted; nothing can be planted from here on. */
  close(): Promise<void>;
}

interface LiarParts {
  /** The honest history of the example's first bag; null when this ledger holds anything beside the example. */
  readonly target: () => Promise<Target | null>;
  readonly hands: Hands;
  /** Where a planted lie is written down; durable when `write` resolves. */
  readonly kept: {
    readonly read: () => WrittenDown | null;
    readonly write: (lie: WrittenDown) => Promise<void>;
    readonly clear: () => Promise<void>;
  };
  readonly log: (line: string) => void;
  readonly logError: (line: string, cause?: unknown) => void;
}

/** Resolves when no lie of an earlier, killed server is left. */
async function openLiar({ target, hands, kept, log, logError }: LiarParts): Promise<Liar> {
  let current: { readonly lie: Lie; readonly planted: Planted; readonly about: Target } | null = null;
  let generation = 0;
  let isClosed = false;
  let last: Promise<unknown> = Promise.resolve();

  /** One after another: two lies at once could not be told apart, nor taken back. */
  function inTurn<T>(act: () => Promise<T>): Promise<T> {
    const done = last.then(act);
    last = done.catch(() => {});
    return done;
  }

  async function takeBack(): Promise<string | null> {
    // First of all: whatever fails below, the lie is told on no longer.
    current = null;
    const written = kept.read();
    if (written === null) return null;
    for (const overwriting of written.overwrites) await hands.write(overwriting, "honest");
    generation++;
    await kept.clear();
    return written.name;
  }

  async function plant(name: string): Promise<Lie> {
    const lie = lies.find((known) => known.name === name);
    if (lie === undefined) throw new Error(`There is no lie called "${name}": \`npm run tamper -- list\` names them.`);
    if (isClosed) throw new Error("the server is stopping");
    await takeBack();
    const about = await target();
    if (about === null) throw new Problem("only-example", "", "this server holds records that are not the example's");
    const planted = await lie.plan(about, hands.block);
    const { overwrites = [] } = planted;
    await kept.write({ name, overwrites: [...overwrites] });
    current = { lie, planted, about };
    generation++;
    for (const overwriting of overwrites) await hands.write(overwriting, "planted");
    return lie;
  }

  const left = await takeBack();
  if (left !== null) log(`the lie "${left}", planted before the server ended, is taken back`);

  return {
    list: () =>
      lies.map((lie) => ({
        name: lie.name,
        says: lie.says,
        finding: lie.finding,
        where: lie.where,
        planted: lie === current?.lie,
      })),
    plant: (name) => inTurn(() => plant(name)),
    undo: () => inTurn(takeBack),
    async withdraw(because) {
      try {
        const name = await inTurn(takeBack);
        if (name !== null) log(`the lie "${name}" is taken back: ${because}`);
      } catch (cause) {
        logError("a planted lie could not be taken back; the next start tries again", cause);
      }
    },
    generation: () => generation,
    history: (history) => current?.planted.history?.(history) ?? history,
    bag: (bag) => ({ ...bag, ...current?.planted.bag }),
    asked(path) {
      const code = current?.planted.bag?.code;
      return code !== undefined && serialOf(path) === serialOf(code) ? (current?.about.code ?? path) : path;
    },
    chain: (chain) => ({
      chainId: chain.chainId,
      send: (raw) => chain.send(raw),
      latest: () => chain.latest(),
      block: (at) => chain.block(at),
      onBlock: (listener) => chain.onBlock(listener),
      close: () => chain.close(),
      async request(method, params) {
        const answer = await chain.request(method, params);
        const change = method === "eth_getLogs" ? current?.planted.logs : undefined;
        return change === undefined ? answer : change(answer as readonly RpcLog[]);
      },
    }),
    blocks: (blocks) => {
      const other = (cid: CID) => current?.planted.blocks?.get(hexOf(cid.multihash.digest));
      return {
        put: (cid, bytes) => blocks.put(cid, bytes),
        get: async (cid) => other(cid) ?? blocks.get(cid),
        has: (cid) => blocks.has(cid),
        addFile: (bytes) => blocks.addFile(bytes),
        readFile: async (cid) => {
          const bytes = other(cid);
          if (bytes === undefined) return blocks.readFile(cid);
          return {
            size: bytes.length,
            bytes: async function* () {
              yield bytes;
            },
          };
        },
        close: () => blocks.close(),
      };
    },
    close: () =>
      inTurn(async () => {
        isClosed = true;
        await takeBack();
      }),
  };
}

/** null: not the path of a code; whoever looks it up says why. */
function serialOf(path: string): string | null {
  try {
    return parseCodePath(path).serial;
  } catch (cause) {
    if (cause instanceof Problem) return null;
    throw cause;
  }
}
