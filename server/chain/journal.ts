/**
 * The journal of the embedded chain: the one file from which it is made again at every start.
 *
 * Lines of `checksum SP json LF`, the checksum being the first 16 hex digits of sha256(json):
 *   {"journal":1,"chainId":"…","genesisTimeS":…,"gasLimit":…,"hardfork":"…","alloc":{…}}   first line
 *   {"block":n,"timeS":…,"raw":["0x…"]}                                           fsynced before block n is mined
 *   {"sealed":n,"hash":"…","stateRoot":"…","receiptsRoot":"…","engine":"…"}       fsynced before anybody is answered
 *
 * Each line is durable before the next is begun, so a crash can spoil the last one only. Such a line has no LF yet, or
 * holds the zeros of a page that never reached the disk; nobody was answered on it, and it is cut. Any other line that
 * does not fit its checksum was whole once and may have been answered: it stops the start.
 */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, mkdir, open, rename, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ChainError, type Hex } from "./chain.ts";

export type { BlockRecord, Genesis, JournalledBlock, SealRecord };
export { Journal };

interface Genesis {
  readonly journal: 1;
  readonly chainId: string;
  readonly genesisTimeS: number;
  readonly gasLimit: number;
  readonly hardfork: string;
  /** Address → wei, decimal. */
  readonly alloc: Readonly<Record<string, string>>;
}

interface BlockRecord {
  readonly block: number;
  readonly timeS: number;
  readonly raw: readonly Hex[];
}

interface SealRecord {
  readonly sealed: number;
  readonly hash: Hex;
  readonly stateRoot: Hex;
  readonly receiptsRoot: Hex;
  readonly engine: string;
}

/** `seal` is null for the last block only: the server ended between mining it and answering. */
interface JournalledBlock {
  readonly block: BlockRecord;
  readonly seal: SealRecord | null;
}

type Entry = Genesis | BlockRecord | SealRecord;

class Journal {
  readonly path: string;
  readonly genesis: Genesis;
  readonly #file: FileHandle;
  readonly #log: (line: string) => void;
  #length: number;
  /** A seal that the disk did not take; it goes before the next block. */
  #owed: SealRecord | null = null;
  #broken: unknown = null;

  private constructor(path: string, genesis: Genesis, file: FileHandle, length: number, log: (line: string) => void) {
    this.path = path;
    this.genesis = genesis;
    this.#file = file;
    this.#length = length;
    this.#log = log;
  }

  /** Opens `folder/journal`, or begins it with `genesis` where there is none; cuts a torn last line and says so to `log`. */
  static async open(folder: string, genesis: Genesis, log: (line: string) => void): Promise<Journal> {
    const path = join(folder, "journal");
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const exists = await stat(path).then(
      () => true,
      () => false,
    );
    if (!exists) await begin(path, genesis);

    let first: Genesis | null = null;
    let length = 0;
    for await (const line of lines(path)) {
      if (line.torn) {
        log(
          `chain: cut ${line.bytes.length} bytes of a record that was being written when the server last stopped (${path})`,
        );
        break;
      }
      const entry = parse(line, path);
      if (first === null) first = asGenesis(entry, path);
      length = line.start + line.bytes.length + 1;
    }
    if (first === null)
      throw new ChainError(
        "journal-damaged",
        `The chain's journal ${path} has no first line; restore it from a backup.`,
      );

    const file = await open(path, "r+");
    await file.truncate(length);
    await file.sync();
    return new Journal(path, first, file, length, log);
  }

  /** All blocks in order. Order and numbers are checked here, so that a line lost or doubled is damage too. */
  async *blocks(): AsyncGenerator<JournalledBlock> {
    let block: BlockRecord | null = null;
    let next = 1;
    for await (const line of lines(this.path, this.#length)) {
      const entry = parse(line, this.path);
      if (line.number === 1) continue;
      if ("block" in entry && block === null && entry.block === next) {
        block = entry;
      } else if ("sealed" in entry && block !== null && entry.sealed === next) {
        yield { block, seal: entry };
        block = null;
        next++;
      } else {
        throw damaged(this.path, line.number, `it should tell of block ${next}`);
      }
    }
    if (block !== null) yield { block, seal: null };
  }

  /** Throws {@link ChainError} where the disk does not take the record; the journal is then as before. */
  async appendBlock(record: BlockRecord): Promise<void> {
    if (this.#owed !== null) await this.#append(this.#owed);
    this.#owed = null;
    await this.#append(record);
  }

  /** Never throws: the block itself is on disk, so its senders can be answered whatever becomes of its seal. */
  async appendSeal(record: SealRecord): Promise<void> {
    this.#owed = record;
    try {
      await this.#append(record);
      this.#owed = null;
    } catch (error) {
      this.#log(`chain: ${error instanceof Error ? error.message : error}`);
    }
  }

  async close(): Promise<void> {
    this.#broken ??= new Error("it is closed");
    await this.#file.close();
  }

  async #append(entry: Entry): Promise<void> {
    if (this.#broken !== null) throw unwritable(this.path, this.#broken);
    const bytes = Buffer.from(format(entry));
    try {
      await writeAll(this.#file, bytes, this.#length);
      await this.#file.datasync();
      this.#length += bytes.length;
    } catch (cause) {
      try {
        await this.#file.truncate(this.#length);
        await this.#file.sync();
      } catch {
        // What is on disk is not known any more: only a new start, which reads it, may go on.
        this.#broken = cause;
      }
      throw unwritable(this.path, cause);
    }
  }
}

async function begin(path: string, genesis: Genesis): Promise<void> {
  const draft = `${path}.new`;
  const file = await open(draft, "w", 0o600);
  await writeAll(file, Buffer.from(format(genesis)), 0);
  await file.sync();
  await file.close();
  await rename(draft, path);
  // Windows opens no folders; there the rename is durable by itself.
  if (process.platform === "win32") return;
  const folder = await open(dirname(path), "r");
  await folder.sync();
  await folder.close();
}

async function writeAll(file: FileHandle, bytes: Buffer, at: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    done += (await file.write(bytes, done, bytes.length - done, at + done)).bytesWritten;
  }
}

function format(entry: Entry): string {
  const json = JSON.stringify(entry);
  return `${checksum(json)} ${json}\n`;
}

function checksum(json: string): string {
  return createHash("sha256").update(json).digest("hex").slice(0, 16);
}

interface Line {
  readonly number: number;
  readonly start: number;
  /** Without LF. */
  readonly bytes: Buffer;
  readonly torn: boolean;
}

/** Lines of the first `end` bytes; only the last can be torn. */
async function* lines(path: string, end = Number.POSITIVE_INFINITY): AsyncGenerator<Line> {
  if (end === 0) return;
  let number = 0;
  let start = 0;
  let held: Line | null = null;
  let rest: Buffer[] = [];
  for await (const chunk of createReadStream(path, { end: end - 1, highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    let from = 0;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
      const bytes = Buffer.concat([...rest, chunk.subarray(from, at)]);
      rest = [];
      from = at + 1;
      if (held !== null) yield held;
      number++;
      held = { number, start, bytes, torn: false };
      start += bytes.length + 1;
    }
    if (from < chunk.length) rest.push(chunk.subarray(from));
  }
  const tail = Buffer.concat(rest);
  if (tail.length > 0) {
    if (held !== null) yield held;
    yield { number: number + 1, start, bytes: tail, torn: true };
  } else if (held !== null) {
    yield { ...held, torn: held.bytes.includes(0) };
  }
}

function parse(line: Line, path: string): Entry {
  const text = line.bytes.toString("utf8");
  const json = text.slice(17);
  if (text.slice(0, 17) !== `${checksum(json)} `) throw damaged(path, line.number, "it does not fit its checksum");
  return JSON.parse(json) as Entry;
}

function asGenesis(entry: Entry, path: string): Genesis {
  if ("journal" in entry && entry.journal === 1) return entry;
  throw new ChainError("journal-foreign", `${path} is not a chain journal that this version reads.`);
}

function damaged(path: string, line: number, why: string): ChainError {
  return new ChainError(
    "journal-damaged",
    `Line ${line} of the chain's journal ${path} is damaged: ${why}; restore the file from a backup.`,
  );
}

function unwritable(path: string, cause: unknown): ChainError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new ChainError("journal-unwritable", `The chain's journal ${path} cannot be written: ${reason}.`, cause);
}
