/**
 * CARs, version 1, both ways. A reader trusts nothing in them (trustless gateway specification, 2026-03-05).
 * Writing streams. Reading takes the whole into memory, bounded by `maxBytes`, for blocks may come in any order.
 */
import { CarBlockIterator } from "@ipld/car/iterator";
import { CarWriter } from "@ipld/car/writer";
import type { CID } from "multiformats/cid";
import { Problem } from "../../protocol/problem.ts";
import { type FileBytes, type GetBlock, MAX_BLOCK_READ, MAX_DEPTH } from "./blocks.ts";
import { planDag } from "./dag.ts";
import { identityBytes, isGenuine, keyOf, requireSha256 } from "./digest.ts";
import { CHUNK, openFile } from "./file.ts";

export type { Car, CarLimits };
export { carAllowance, readCar, writeCar };

/** `maxBytes`: of the CAR as it comes over the wire, headers included; see `carAllowance`. */
type CarLimits = { readonly maxBytes: number; readonly maxDepth?: number };

/** Complete when `missing` is empty. Every block was checked against its CID and belongs to the root. */
type Car = {
  readonly missing: readonly CID[];
  /** Bytes of the blocks, each counted once. */
  readonly size: number;
  readonly get: GetBlock;
  /** The file at the root; undefined when the root is missing. Reading past a missing block throws `block-missing`. */
  readonly file: () => Promise<FileBytes | undefined>;
};

/** What a CAR of a file of `size` bytes may weigh: the bytes, and per chunk its CID twice, sizes and a node's share. */
function carAllowance(size: number): number {
  return size + 1024 + 256 * (Math.ceil(size / CHUNK) + 1);
}

/** Streams the given blocks in the given order; ends at the first that is not here. @throws what `get` throws, after what went before. */
async function* writeCar(root: CID, cids: Iterable<CID>, get: GetBlock): AsyncGenerator<Uint8Array> {
  const { writer, out } = CarWriter.create([root]);
  const feeding = (async () => {
    try {
      for (const cid of cids) {
        const bytes = await get(cid);
        if (bytes === undefined) break;
        await writer.put({ cid, bytes });
      }
    } finally {
      await writer.close();
    }
  })();
  feeding.catch(() => {}); // awaited below; without this a failure while `out` is read counts as unhandled
  yield* out;
  await feeding;
}

/**
 * Reads a CAR that was asked for with `root` and dag-scope=all. Roots in its header are ignored, duplicates too;
 * what is missing is reported, not thrown.
 * @throws Problem `car-too-large`, `car-unreadable`, `car-unasked-block`, `block-mismatch`, `block-too-large`,
 *   `hash-refused`, `dag-too-deep`, `dag-unreadable`, `codec-refused`
 */
async function readCar(source: Uint8Array | AsyncIterable<Uint8Array>, root: CID, limits: CarLimits): Promise<Car> {
  const { blocks, cut } = await blocksOf(await bounded(source, limits.maxBytes));
  const find = (cid: CID) => identityBytes(cid) ?? blocks.get(keyOf(cid));
  const get: GetBlock = async (cid) => find(cid);
  const plan = await planDag(
    { get, has: async (cid) => find(cid) !== undefined },
    root,
    "all",
    limits.maxDepth ?? MAX_DEPTH,
  );
  const asked = new Set(plan.steps.map(({ cid }) => keyOf(cid)));
  if (plan.missing.length === 0) {
    // While something is missing nobody knows what else belongs to it: strangers are dropped then, and not used.
    const stranger = [...blocks.keys()].find((key) => !asked.has(key));
    if (stranger !== undefined) throw new Problem("car-unasked-block", "", `a block that ${root} does not lead to`);
    if (cut) throw new Problem("car-unreadable", "", "the CAR ends within a block");
  }
  const kept = plan.steps.flatMap(({ cid }) => blocks.get(keyOf(cid)) ?? []);
  return {
    missing: plan.missing,
    size: kept.reduce((sum, block) => sum + block.length, 0),
    get: async (cid) => (asked.has(keyOf(cid)) || identityBytes(cid) !== undefined ? find(cid) : undefined),
    file: () => openFile(get, root),
  };
}

/** Every block checked against its own CID, by multihash. `cut`: the bytes end within a block. */
async function blocksOf(
  car: Uint8Array,
): Promise<{ readonly blocks: ReadonlyMap<string, Uint8Array>; readonly cut: boolean }> {
  const blocks = new Map<string, Uint8Array>();
  try {
    const reader = await CarBlockIterator.fromBytes(car);
    if (reader.version !== 1) throw new Error(`version ${reader.version}`);
    for await (const { cid, bytes } of reader) {
      const carried = identityBytes(cid);
      if (carried === undefined) requireSha256(cid);
      if (bytes.length > MAX_BLOCK_READ)
        throw new Problem(
          "block-too-large",
          "",
          `${cid} has ${bytes.length} bytes, at most ${MAX_BLOCK_READ} are read`,
        );
      if (carried === undefined ? !isGenuine(cid, bytes) : !Buffer.from(carried).equals(bytes)) {
        throw new Problem("block-mismatch", "", `the bytes sent are not those of ${cid}`);
      }
      if (carried === undefined) blocks.set(keyOf(cid), bytes);
    }
  } catch (error) {
    if (error instanceof Problem) throw error;
    const why = error instanceof Error ? error.message : String(error);
    if (blocks.size === 0 || why !== "Unexpected end of data") throw new Problem("car-unreadable", "", why);
    return { blocks, cut: true };
  }
  return { blocks, cut: false };
}

async function bounded(source: Uint8Array | AsyncIterable<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of source instanceof Uint8Array ? [source] : source) {
    size += piece.length;
    if (size > maxBytes) throw new Problem("car-too-large", "", `more than ${maxBytes} bytes`);
    pieces.push(piece);
  }
  return pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces);
}
