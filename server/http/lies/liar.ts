/**
 * Holds at most one planted lie, and puts it into what goes out: histories, `eth_getLogs`, blocks, the print on the example's bag.
 * While none is planted everything passes through untouched.
 */
import type { CID } from "multiformats/cid";
import { hexOf } from "../../../protocol/bytes.ts";
import type { History } from "../../../protocol/history.ts";
import { parseCodePath } from "../../../protocol/label.ts";
import { Problem } from "../../../protocol/problem.ts";
import type { Blocks } from "../../blocks/blocks.ts";
import type { Chain } from "../../chain/chain.ts";
import { lies } from "./all.ts";
import type { Hands, Lie, Planted, RpcLog, Target } from "./lie.ts";

export type { Bag, Liar };
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
  undo(): Promise<string | null>;
  history(history: History): History;
  bag(bag: Bag): Bag;
  /** The code to look up when `path` is asked for: the honest one where a false code is planted and sworn to. */
  asked(path: string): string;
  /** The same chain and blocks, as readers from outside are shown them. */
  chain(chain: Chain): Chain;
  blocks(blocks: Blocks): Blocks;
}

interface LiarParts {
  /** The honest history of the example's first bag; null when this ledger holds anything beside the example. */
  readonly target: () => Promise<Target | null>;
  readonly hands: Hands;
}

function openLiar({ target, hands }: LiarParts): Liar {
  let current: { readonly lie: Lie; readonly planted: Planted; readonly about: Target } | null = null;

  async function undo(): Promise<string | null> {
    const before = current;
    if (before === null) return null;
    await before.planted.undo?.();
    current = null;
    return before.lie.name;
  }

  return {
    list: () =>
      lies.map((lie) => ({
        name: lie.name,
        says: lie.says,
        finding: lie.finding,
        where: lie.where,
        planted: lie === current?.lie,
      })),
    async plant(name) {
      const lie = lies.find((known) => known.name === name);
      if (lie === undefined)
        throw new Problem("not-found", "/name", `there is no lie called "${name}"; \`list\` shows them`);
      await undo();
      const about = await target();
      if (about === null) throw new Problem("only-example", "", "this server holds records that are not the example's");
      current = { lie, planted: await lie.plant(about, hands), about };
      return lie;
    },
    undo,
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
