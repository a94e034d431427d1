/**
 * The finished example as home shows it, and as `npm run tamper` may lie about it: only while this server holds nothing else.
 */
import { readFile, writeFile } from "node:fs/promises";
import { CID } from "multiformats/cid";
import type { Hex } from "../protocol/bytes.ts";
import type { CodeClaim, Deployment, History } from "../protocol/history.ts";
import type { Primitives } from "../protocol/sign.ts";
import type { Blocks } from "./blocks/blocks.ts";
import { blockPath } from "./blocks/folder.ts";
import { type Liar, openLiar } from "./http/lies/liar.ts";
import type { Hands, Target } from "./http/lies/lie.ts";
import { resolveCode } from "./resolve/code.ts";
import type { Store } from "./store/store.ts";

export type { ExampleShown };
export { openExampleLiar };

/** What its maker kept of it. */
interface ExampleShown {
  readonly product: { readonly zh: string; readonly en: string };
  readonly bag: { readonly code: string };
  readonly copied: { readonly code: string };
  /** As printed on the bag. */
  readonly fingerprint: string;
  readonly records: number;
  readonly files: number;
}

interface LiarParts {
  readonly shown: () => ExampleShown | null;
  readonly record: { readonly current: Deployment };
  readonly store: Store;
  readonly blocks: Blocks;
  readonly blockFolder: string;
  readonly primitives: Primitives;
  readonly history: (lot: Hex, code: CodeClaim | null) => Promise<History | null>;
}

function openExampleLiar(parts: LiarParts): Liar {
  return openLiar({ target: () => targetOf(parts), hands: handsOn(parts) });
}

/** Null where this ledger holds anything beside the example. */
async function targetOf({ shown, record, store, primitives, history }: LiarParts): Promise<Target | null> {
  const example = shown();
  const days = record.current.example;
  if (example === null || days === null) return null;
  const later = await store.index
    .selectFrom("batch")
    .select("hash")
    .where("block", ">", days.untilBlock)
    .limit(1)
    .executeTakeFirst();
  const code = await resolveCode(store.index, primitives, example.bag.code);
  if (later !== undefined || code.state === "unknown") return null;
  const told = await history(code.lot, code.claim);
  return told === null ? null : { history: told, code: example.bag.code, fingerprint: example.fingerprint };
}

function handsOn({ store, blocks, blockFolder }: LiarParts): Hands {
  const block = async (cid: string) => {
    const bytes = await blocks.get(CID.parse(cid));
    if (bytes === undefined) throw new Error(`the example's block ${cid} is not here`);
    return bytes;
  };
  return {
    block,
    async rewriteGroup({ batch, group }, bytes) {
      const before = await store.index
        .selectFrom("record_group")
        .select("bytes")
        .where("batch", "=", batch)
        .where("idx", "=", group)
        .executeTakeFirstOrThrow();
      await store.index
        .updateTable("record_group")
        .set({ bytes })
        .where("batch", "=", batch)
        .where("idx", "=", group)
        .execute();
      return before.bytes;
    },
    async flipBit(cid) {
      const path = blockPath(blockFolder, CID.parse(cid));
      const bytes = await readFile(path);
      const middle = bytes.length >> 1;
      bytes[middle] = (bytes[middle] ?? 0) ^ 1;
      await writeFile(path, bytes);
    },
  };
}
