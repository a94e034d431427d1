/**
 * The finished example as home shows it, and as `npm run tamper` may lie about it: only while this server holds nothing else.
 */
import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { CID } from "multiformats/cid";
import { bytesOf, type Hex } from "../protocol/bytes.ts";
import type { CodeClaim, Deployment, History } from "../protocol/history.ts";
import type { Primitives } from "../protocol/sign.ts";
import type { Blocks } from "./blocks/blocks.ts";
import { blockPath } from "./blocks/folder.ts";
import { FolderError, readJsonFile, writeJsonFile } from "./folder.ts";
import { type Liar, type LiarParts, openLiar } from "./http/lies/liar.ts";
import { type Hands, type Target, WrittenLie } from "./http/lies/lie.ts";
import { resolveCode } from "./resolve/code.ts";
import type { Store } from "./store/store.ts";

export type { ExampleShown };
export { openExampleLiar };

const INDEX_LIMIT_MS = 5_000;

/** What its maker kept of it. */
interface ExampleShown {
  readonly product: { readonly zh: string; readonly en: string };
  readonly bag: { readonly code: string };
  readonly copied: { readonly code: string };
  readonly more: readonly {
    readonly about: { readonly zh: string; readonly en: string };
    readonly bag: { readonly code: string };
  }[];
  /** As printed on the bag. */
  readonly fingerprint: string;
  readonly records: number;
  readonly files: number;
}

interface ExampleLiarParts extends Pick<LiarParts, "log" | "logError"> {
  /** The data folder. */
  readonly folder: string;
  readonly shown: () => ExampleShown | null;
  readonly record: { readonly current: Deployment };
  readonly store: Store;
  readonly blocks: Blocks;
  /** null: blocks lie elsewhere, where nothing is to be overwritten for a lie's sake. */
  readonly blockFolder: string | null;
  readonly primitives: Primitives;
  readonly history: (lot: Hex, code: CodeClaim | null) => Promise<History | null>;
  /** Resolves when the index knows all that the chain has by now. */
  readonly indexed: () => Promise<void>;
}

/** @throws FolderError when what an earlier server wrote down of its lie cannot be read */
function openExampleLiar(parts: ExampleLiarParts): Promise<Liar> {
  const { folder, log, logError } = parts;
  return openLiar({ target: () => targetOf(parts), hands: handsOn(parts), kept: keptIn(folder), log, logError });
}

/** Null where this server holds anything beside the example. */
async function targetOf(parts: ExampleLiarParts): Promise<Target | null> {
  const { shown, record, store, primitives, history } = parts;
  const example = shown();
  const days = record.current.example;
  if (example === null || days === null) return null;
  if (await hasMore(parts, days.untilBlock)) return null;
  const code = await resolveCode(store.index, primitives, example.bag.code);
  if (code.state === "unknown") return null;
  const told = await history(code.lot, code.claim);
  return told === null ? null : { history: told, code: example.bag.code, fingerprint: example.fingerprint };
}

/** Whether anything was recorded, is on its way to the ledger, or was admitted after the example's last block. */
async function hasMore({ store, indexed }: ExampleLiarParts, untilBlock: number): Promise<boolean> {
  const { index, kept } = store;
  const waiting = await kept
    .selectFrom("outbox")
    .select("batch")
    .where("state", "in", ["waiting", "sent"])
    .executeTakeFirst();
  if (waiting !== undefined) return true;
  // In this order: what has left the outbox by now is on the chain, so that the index knows it.
  await Promise.race([indexed(), tooLate()]);
  const later = await Promise.all([
    index.selectFrom("batch").select("block").where("block", ">", untilBlock).executeTakeFirst(),
    index.selectFrom("organisation_act").select("block").where("block", ">", untilBlock).executeTakeFirst(),
  ]);
  return later.some((row) => row !== undefined);
}

/** An index in trouble must hold up nobody: whoever submits or stops the server waits for what is being planted. */
async function tooLate(): Promise<never> {
  await pause(INDEX_LIMIT_MS, null, { ref: false });
  throw new Error("The index is still being read: try again soon.");
}

/** Where a planted lie is written down: `lie.json` in the data folder. */
function keptIn(folder: string): LiarParts["kept"] {
  const path = join(folder, "lie.json");
  return {
    read() {
      try {
        return WrittenLie.nullable().parse(readJsonFile(path));
      } catch (cause) {
        throw new FolderError(`${path} is damaged: restore it from a backup.`, { cause });
      }
    },
    write: (lie) => writeJsonFile(path, lie),
    // Should a power cut bring it back, the honest bytes are written once more, which changes nothing.
    clear: () => rm(path, { force: true }),
  };
}

function handsOn({
  store,
  blocks,
  blockFolder,
}: Pick<ExampleLiarParts, "store" | "blocks" | "blockFolder">): LiarParts["hands"] {
  const block: Hands["block"] = async (cid) => {
    const bytes = await blocks.get(CID.parse(cid));
    if (bytes === undefined) throw new Error(`the example's block ${cid} is not here`);
    return bytes;
  };
  return {
    block,
    async write(overwriting, which) {
      if (overwriting.kind === "group") {
        await store.index
          .updateTable("record_group")
          .set({ bytes: bytesOf(overwriting[which]) })
          .where("batch", "=", overwriting.batch)
          .where("idx", "=", overwriting.group)
          .execute();
        return;
      }
      if (blockFolder === null) {
        if (which === "honest") return;
        throw new Error("Documents lie on Kubo nodes here: this lie can be told where they lie in the data folder.");
      }
      // One byte in place: a server killed in between leaves the one or the other, never half a file.
      const file = await open(blockPath(blockFolder, CID.parse(overwriting.cid)), "r+").catch((cause: unknown) => {
        // A block that is gone tells no lie: there is nothing to put back.
        if (which === "honest" && isMissing(cause)) return null;
        throw cause;
      });
      if (file === null) return;
      try {
        await file.write(Uint8Array.of(overwriting[which]), 0, 1, overwriting.at);
        await file.sync();
      } finally {
        await file.close();
      }
    },
  };
}

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && "code" in cause && cause.code === "ENOENT";
}
