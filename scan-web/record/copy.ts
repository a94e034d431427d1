/**
 * "Copy unsent": what no ledger has as final yet, in one file that any phone can deliver (deliver.ts). The file is a CAR, version 1: its
 * roots are a small JSON block that says what it is, then the signed batches as raw blocks; their documents and files are blocks of it
 * too. Every block is named by its digest, so a reader needs to trust nobody who carried it. @ipld/car is loaded when it is needed.
 */
import { decodeBatch } from "../../protocol/batch.ts";
import { concat } from "../../protocol/bytes.ts";
import { cidOf, parseCid } from "../../protocol/cid.ts";
import { attachmentsOf } from "../../protocol/document/read.ts";
import { recordsOf, signOpen } from "./batches.ts";
import { withDb } from "./borrow.ts";
import { type Db, getKept, type StoredBatch } from "./db.ts";
import { hashing } from "./key.ts";

export type { Copied, Copy, CopyNote };
export { copyUnsent, handOver, readCopy };

/** The JSON block: for people who open such a file, and for phones that must not send it to another ledger. Nothing in it is believed. */
interface CopyNote {
  readonly type: typeof NOTE_TYPE;
  readonly version: 1;
  readonly chainId: string;
  readonly ledger: string;
  readonly recorder: string;
  readonly organisation: number | null;
  /** RFC 3339, by the phone's clock. */
  readonly madeAt: string;
  readonly records: number;
  readonly files: readonly { readonly cid: string; readonly mediaType: string }[];
}

interface Copied {
  readonly file: File;
  readonly records: number;
  /** Not in it: unfinished ones, and those that need their person first. */
  readonly drafts: number;
  readonly needsYou: number;
}

/** What was read from such a file, every block checked against its name. */
interface Copy {
  readonly note: CopyNote;
  readonly batches: readonly Uint8Array[];
  /** By CID. */
  readonly blocks: ReadonlyMap<string, Uint8Array>;
}

const NOTE_TYPE = "furrow:unsent";
const MEDIA_TYPE = "application/vnd.ipld.car";
const CODES = { raw: 0x55, json: 0x0200 } as const;
const SHA256 = 0x12;
/** A day's pictures and more; what is larger is no copy of ours, and would not fit into an old phone's memory. */
const MAX_COPY = 256 * 1024 ** 2;

/** Null: there is nothing to copy. What is open is signed first; on the phone all of it stays as it is. */
async function copyUnsent({ isPractice }: { readonly isPractice: boolean }): Promise<Copied | null> {
  return withDb(isPractice, async (db) => {
    await signOpen(db);
    const batches = await unsentOf(db);
    const self = await getKept(db, "self");
    const [drafts, needsYou] = await Promise.all([
      db.idb.count("drafts"),
      db.idb.countFromIndex("records", "byState", IDBKeyRange.bound(["needs-you"], ["needs-you", []])),
    ]);
    if (batches.length === 0 || self === null) return null;
    const blocks = new Map<string, Uint8Array | Blob>();
    const files = new Map<string, string>();
    const roots: string[] = [];
    let records = 0;
    for (const batch of batches) {
      const { bytes } = batch;
      if (bytes === null) continue;
      roots.push(await put(blocks, bytes, "raw"));
      records += (await recordsOf(db, batch)).length;
      for (const cid of batch.documents) {
        const document = await db.idb.get("documents", cid);
        if (document === undefined) continue;
        blocks.set(cid, new TextEncoder().encode(document.text));
        for (const attachment of attachmentsOf(JSON.parse(document.text))) {
          const file = await db.idb.get("files", attachment.cid);
          if (file === undefined) continue;
          blocks.set(file.cid, file.blob);
          files.set(file.cid, file.mediaType);
        }
      }
    }
    const madeAt = new Date().toISOString();
    const note: CopyNote = {
      ...{ type: NOTE_TYPE, version: 1, chainId: self.chainId, ledger: self.ledger, recorder: self.recorder },
      ...{ organisation: self.organisation, madeAt, records },
      files: [...files].map(([cid, mediaType]) => ({ cid, mediaType })),
    };
    const said = await put(blocks, new TextEncoder().encode(JSON.stringify(note)), "json");
    const car = await carOf([said, ...roots], blocks);
    const name = `furrow-unsent-${madeAt.slice(0, 16).replace(/\D/g, "")}-${self.recorder.slice(2, 8)}.car`;
    return { file: new File([car], name, { type: MEDIA_TYPE }), records, drafts, needsYou };
  });
}

/** Signed or sent, and not final: until then only this phone is sure to have them. In the order of nonces. */
async function unsentOf({ idb }: Db): Promise<readonly StoredBatch[]> {
  const [signed, sent] = await Promise.all([
    idb.getAllFromIndex("batches", "byState", "signed"),
    idb.getAllFromIndex("batches", "byState", "sent"),
  ]);
  const unsent = [...signed, ...sent].filter(({ bytes }) => bytes !== null);
  return unsent.sort((one, other) => (BigInt(one.nonce) < BigInt(other.nonce) ? -1 : 1));
}

/**
 * Gives the file to whatever the phone shares with, else into its downloads. shared and saved: it left this page; whether it was kept
 * there, nobody tells. cancelled: the person closed the choice.
 */
async function handOver(file: File): Promise<"shared" | "saved" | "cancelled"> {
  const { share, canShare } = navigator as Partial<Navigator>;
  // Browsers share a short list of types; under a text's name the bytes are the same.
  const plain = new File([file], `${file.name}.txt`, { type: "text/plain" });
  const shared = [file, plain].find((one) => canShare?.call(navigator, { files: [one] }) === true);
  if (shared !== undefined && share !== undefined) {
    try {
      await share.call(navigator, { files: [shared] });
      return "shared";
    } catch (cause) {
      if (cause instanceof Error && cause.name === "AbortError") return "cancelled";
    }
  }
  const address = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = address;
  link.download = file.name;
  link.click();
  // The browser reads it after the click.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
  return "saved";
}

/** Null: it is no copy of unsent records, or a block in it is not what its name says. */
async function readCopy(file: Blob): Promise<Copy | null> {
  if (file.size > MAX_COPY) return null;
  try {
    const { CarBlockIterator } = await import("@ipld/car/iterator");
    const car = await CarBlockIterator.fromBytes(new Uint8Array(await file.arrayBuffer()));
    const [said = "", ...batches] = (await car.getRoots()).map((cid) => cid.toString());
    const blocks = new Map<string, Uint8Array>();
    for await (const { cid, bytes } of car) {
      const name = cid.toString();
      const { codec } = parseCid(name);
      if (cidOf(await hashing.sha256(bytes), codec) !== name) return null;
      blocks.set(name, bytes);
    }
    const note = JSON.parse(new TextDecoder().decode(blocks.get(said))) as Partial<CopyNote>;
    const found = batches.map((cid) => blocks.get(cid)).filter((bytes) => bytes !== undefined);
    if (note.type !== NOTE_TYPE || note.version !== 1 || found.length !== batches.length) return null;
    for (const bytes of found) decodeBatch(bytes);
    return { note: { ...EMPTY, ...note }, batches: found, blocks };
  } catch {
    // Bytes that are no CAR, names that are no CIDs, a note that is no JSON: all of it is no copy of ours.
    return null;
  }
}

const EMPTY: CopyNote = {
  ...{ type: NOTE_TYPE, version: 1, chainId: "", ledger: "", recorder: "", organisation: null, madeAt: "" },
  ...{ records: 0, files: [] },
};

async function put(blocks: Map<string, Uint8Array | Blob>, bytes: Uint8Array, codec: "raw" | "json"): Promise<string> {
  const cid = cidOf(await hashing.sha256(bytes), codec);
  blocks.set(cid, bytes);
  return cid;
}

async function carOf(roots: readonly string[], blocks: ReadonlyMap<string, Uint8Array | Blob>): Promise<Blob> {
  const { CarWriter } = await import("@ipld/car/writer");
  type Cid = Parameters<InstanceType<typeof CarWriter>["put"]>[0]["cid"];
  const cid = (name: string) => carCid(name) as unknown as Cid;
  const { writer, out } = CarWriter.create(roots.map(cid));
  const feeding = (async () => {
    for (const [name, block] of blocks) {
      const bytes = block instanceof Blob ? new Uint8Array(await block.arrayBuffer()) : block;
      await writer.put({ cid: cid(name), bytes });
    }
    await writer.close();
  })();
  feeding.catch(() => {}); // awaited below; without this a failure while `out` is read counts as unhandled
  const pieces: BlobPart[] = [];
  for await (const piece of out) pieces.push(piece.slice());
  await feeding;
  return new Blob(pieces, { type: MEDIA_TYPE });
}

/** A CID as @ipld/car takes those of other libraries: by its parts, and `asCID` that is itself. */
function carCid(name: string): object {
  const { codec, digest } = parseCid(name);
  if (codec === "dag-pb") throw new RangeError(`${name} is larger than one block`);
  const multihash = concat(Uint8Array.of(SHA256, 32), digest);
  const bytes = concat(codec === "raw" ? Uint8Array.of(1, 0x55) : Uint8Array.of(1, 0x80, 0x04), multihash);
  const cid: Record<string, unknown> = {
    ...{ version: 1, code: CODES[codec], bytes },
    multihash: { code: SHA256, size: 32, digest, bytes: multihash },
  };
  cid["asCID"] = cid;
  return cid;
}
