/**
 * A history as it came (from a server, a file, a stranger) into values that the checks can rely on. Everything may be missing, of
 * another type, or nonsense: what cannot be read is left out and its place noted. Never throws. Pure.
 */
import { type Bytes, bytesOf, type Hex } from "../bytes.ts";
import { readStamp, type Stamp } from "../fold.ts";

export type {
  OpenAct,
  OpenBare,
  OpenBatch,
  OpenCode,
  OpenDeployment,
  OpenedHistory,
  OpenGroup,
  OpenHeads,
  OpenLog,
  OpenMove,
};
export { attempt, fieldsOf, hexText, openHeads, openHistory, wholeNumber };

interface OpenDeployment {
  readonly chainId: bigint;
  readonly ledger: Bytes;
  readonly ledgerHex: Hex;
  /** Address → sha256 of its code: the ledger and its libraries. */
  readonly codeHashes: ReadonlyMap<Hex, Hex>;
}

interface OpenMove {
  readonly seq: number;
  readonly batch: Hex;
  readonly group: number;
  readonly entry: number | null;
  /** What the fold needs, where the history gives no more of it; else null. */
  readonly bare: OpenBare | null;
}

interface OpenBare {
  readonly stampBytes: Bytes;
  readonly stamp: Stamp;
  readonly leaf: Bytes;
}

interface OpenLog {
  readonly id: Hex;
  readonly bytes: Bytes;
  readonly moves: readonly OpenMove[];
}

interface OpenGroup {
  readonly index: number;
  readonly bytes: Bytes;
  readonly path: readonly Bytes[];
}

interface OpenBatch {
  readonly hash: Hex;
  readonly hashBytes: Bytes;
  readonly emitter: Hex | null;
  readonly recorder: Bytes;
  readonly recorderHex: Hex;
  readonly stampBytes: Bytes;
  readonly stamp: Stamp;
  readonly nonce: bigint;
  readonly seen: Bytes;
  readonly seenHex: Hex;
  /** r ‖ s */
  readonly signature: Bytes;
  readonly block: number;
  readonly size: number;
  readonly groups: readonly OpenGroup[];
}

interface OpenAct {
  readonly organisation: number;
  readonly act: number;
  /** As they are after the act. */
  readonly roles: number;
  readonly content: Hex;
  readonly x: Bytes;
  readonly y: Bytes;
  readonly block: number;
  readonly timeS: number;
}

interface OpenCode {
  readonly serial: string;
  readonly gtin: string | null;
  readonly lotNumber: string | null;
  readonly run: Hex | null;
  readonly index: number | null;
  readonly count: number | null;
  readonly path: readonly Bytes[] | null;
}

interface OpenedHistory {
  readonly deployment: OpenDeployment | null;
  readonly lot: Hex | null;
  /** As told. */
  readonly certificatesNotShown: number;
  /** Null: the history is of a lot, without a code. */
  readonly code: OpenCode | null;
  readonly logs: ReadonlyMap<Hex, OpenLog>;
  readonly batches: ReadonlyMap<Hex, OpenBatch>;
  readonly acts: readonly OpenAct[];
  /** By hash. */
  readonly blocks: ReadonlyMap<Hex, { readonly number: number; readonly timeS: number }>;
  readonly documents: ReadonlyMap<string, string>;
  readonly asOfBlock: number | null;
  readonly asOfS: number | null;
  /** JSON Pointers of what could not be read. */
  readonly unread: readonly string[];
}

interface OpenHeads {
  readonly words: ReadonlyMap<Hex, Bytes>;
  readonly block: number;
  readonly source: "rpc" | "server";
  readonly origin: string;
  readonly chainId: number | null;
  readonly codeHashes: ReadonlyMap<Hex, Hex> | null;
  /** Null: the door gave none; undefined: it was not asked. */
  readonly acts: readonly OpenAct[] | null | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

function openHistory(value: unknown): OpenedHistory {
  const history = fieldsOf(value) ?? {};
  const unread: string[] = [];
  const kept = <T>(list: readonly unknown[], at: string, open: (item: unknown) => T | null): T[] =>
    list.flatMap((item, n) => {
      const opened = open(item);
      if (opened === null) unread.push(`${at}/${n}`);
      return opened === null ? [] : [opened];
    });

  const logs = new Map<Hex, OpenLog>();
  for (const [n, item] of listOf(history.subjects).entries()) {
    const fields = fieldsOf(item);
    const id = hexText(fields?.id, 32);
    if (fields === null || id === null || logs.has(id)) {
      unread.push(`/subjects/${n}`);
      continue;
    }
    logs.set(id, { id, bytes: bytesOf(id), moves: kept(listOf(fields.moves), `/subjects/${n}/moves`, openMove) });
  }

  const batches = new Map<Hex, OpenBatch>();
  for (const [key, item] of Object.entries(fieldsOf(history.batches) ?? {})) {
    const opened = openBatch(key, item, unread);
    if (opened === null) unread.push(`/batches/${key}`);
    else batches.set(opened.hash, opened);
  }

  const blocks = new Map<Hex, { number: number; timeS: number }>();
  for (const block of kept(listOf(history.blocks), "/blocks", openBlock)) blocks.set(block.hash, block);

  const documents = new Map<string, string>();
  for (const [cid, text] of Object.entries(fieldsOf(history.documents) ?? {})) {
    if (typeof text === "string") documents.set(cid, text);
    else unread.push(`/documents/${cid}`);
  }

  return {
    deployment: openDeployment(history.deployment),
    lot: hexText(history.lot, 32),
    certificatesNotShown: wholeNumber(history.certificatesNotShown) ?? 0,
    code: history.code === null || history.code === undefined ? null : openCode(history.code),
    logs,
    batches,
    acts: kept(listOf(history.acts), "/acts", openAct),
    blocks,
    documents,
    asOfBlock: wholeNumber(fieldsOf(history.asOf)?.number),
    asOfS: wholeNumber(fieldsOf(history.asOf)?.timeS),
    unread,
  };
}

function openHeads(value: unknown): OpenHeads {
  const heads = fieldsOf(value) ?? {};
  const words = new Map<Hex, Bytes>();
  for (const [id, word] of Object.entries(fieldsOf(heads.words) ?? {})) {
    const [subject, read] = [hexText(id, 32), hexText(word, 32)];
    if (subject !== null && read !== null) words.set(subject, bytesOf(read));
  }
  return {
    words,
    block: wholeNumber(heads.block) ?? 0,
    // Whatever does not say that it comes from the chain does not.
    source: heads.source === "rpc" ? "rpc" : "server",
    origin: typeof heads.origin === "string" ? heads.origin : "",
    chainId: heads.chainId === undefined ? null : (wholeNumber(heads.chainId) ?? -1),
    codeHashes: heads.codeHashes === undefined ? null : hexPairs(heads.codeHashes),
    acts: Array.isArray(heads.acts)
      ? heads.acts.flatMap((act) => openAct(act) ?? [])
      : heads.acts === undefined
        ? undefined
        : null,
  };
}

function openDeployment(value: unknown): OpenDeployment | null {
  const fields = fieldsOf(value);
  const chainId = wholeNumber(fields?.chainId);
  const ledger = hexText(fields?.ledger, 20);
  if (fields === null || chainId === null || ledger === null) return null;
  const codeHashes = new Map<Hex, Hex>();
  const parts = [{ address: ledger, codeHash: fields.codeHash }, ...Object.values(fieldsOf(fields.libraries) ?? {})];
  for (const part of parts) {
    const address = hexText(fieldsOf(part)?.address, 20);
    // An unreadable hash stays as one that nothing can have.
    if (address !== null) codeHashes.set(address, hexText(fieldsOf(part)?.codeHash, 32) ?? "0x");
  }
  return { chainId: BigInt(chainId), ledger: bytesOf(ledger), ledgerHex: ledger, codeHashes };
}

function openMove(value: unknown): OpenMove | null {
  const fields = fieldsOf(value);
  const batch = hexText(fields?.batch, 32);
  const [seq, group] = [wholeNumber(fields?.seq), wholeNumber(fields?.group)];
  const entry = fields?.entry === null ? null : (wholeNumber(fields?.entry) ?? undefined);
  if (batch === null || seq === null || group === null || entry === undefined) return null;
  if (seq > 0xffffffff || group >= 0xffff || (entry !== null && entry >= 0xffff)) return null;
  const bare = fields?.bare === undefined ? null : (openBare(fields.bare) ?? undefined);
  return bare === undefined ? null : { seq, batch, group, entry, bare };
}

function openBare(value: unknown): OpenBare | null {
  const fields = fieldsOf(value);
  const [stamp, leaf] = [hexText(fields?.stamp, 32), hexText(fields?.leaf, 32)];
  if (stamp === null || leaf === null) return null;
  return { stampBytes: bytesOf(stamp), stamp: readStamp(bytesOf(stamp)), leaf: bytesOf(leaf) };
}

function openBatch(key: string, value: unknown, unread: string[]): OpenBatch | null {
  const fields = fieldsOf(value);
  const hash = hexText(key, 32);
  const [recorder, stamp] = [hexText(fields?.recorder, 20), hexText(fields?.stamp, 32)];
  const [seen, r, s] = [hexText(fields?.seen, 32), hexText(fields?.r, 32), hexText(fields?.s, 32)];
  const [block, size] = [wholeNumber(fields?.block), wholeNumber(fields?.size)];
  const nonce = typeof fields?.nonce === "string" && /^\d{1,20}$/.test(fields.nonce) ? BigInt(fields.nonce) : null;
  if (fields === null || hash === null || recorder === null || stamp === null || seen === null) return null;
  if (r === null || s === null || block === null || size === null || nonce === null || nonce >> 64n !== 0n) return null;
  const groups = listOf(fields.groups).flatMap((item, n) => {
    const group = openGroup(item);
    if (group === null) unread.push(`/batches/${key}/groups/${n}`);
    return group === null ? [] : [group];
  });
  return {
    hash,
    hashBytes: bytesOf(hash),
    emitter: hexText(fields.emitter, 20),
    recorder: bytesOf(recorder),
    recorderHex: recorder,
    stampBytes: bytesOf(stamp),
    stamp: readStamp(bytesOf(stamp)),
    nonce,
    seen: bytesOf(seen),
    seenHex: seen,
    signature: bytesOf(`0x${r.slice(2)}${s.slice(2)}`),
    block,
    size,
    groups,
  };
}

function openGroup(value: unknown): OpenGroup | null {
  const fields = fieldsOf(value);
  const index = wholeNumber(fields?.index);
  const bytes = fields?.bytes;
  const path = openPath(fields?.path);
  if (index === null || path === null || typeof bytes !== "string") return null;
  const read = attempt(() => bytesOf(bytes));
  return read === null ? null : { index, bytes: read, path };
}

function openPath(value: unknown): Bytes[] | null {
  if (!Array.isArray(value) || value.length > 64) return null;
  const path = value.map((node) => hexText(node, 32));
  return path.every((node) => node !== null) ? path.map((node) => bytesOf(node)) : null;
}

function openAct(value: unknown): OpenAct | null {
  const fields = fieldsOf(value);
  const [organisation, act] = [wholeNumber(fields?.organisation), wholeNumber(fields?.act)];
  const roles = wholeNumber(fields?.roles);
  const [block, timeS] = [wholeNumber(fields?.block), wholeNumber(fields?.timeS)];
  const [content, x, y] = [hexText(fields?.content, 32), hexText(fields?.x, 32), hexText(fields?.y, 32)];
  if (organisation === null || act === null || roles === null || block === null || timeS === null) return null;
  if (content === null || x === null || y === null || organisation < 1 || organisation > 0xffffff) return null;
  return { organisation, act, roles, content, x: bytesOf(x), y: bytesOf(y), block, timeS };
}

function openBlock(value: unknown): { hash: Hex; number: number; timeS: number } | null {
  const fields = fieldsOf(value);
  const hash = hexText(fields?.hash, 32);
  const [number, timeS] = [wholeNumber(fields?.number), wholeNumber(fields?.timeS)];
  return hash === null || number === null || timeS === null ? null : { hash, number, timeS };
}

function openCode(value: unknown): OpenCode {
  const fields = fieldsOf(value) ?? {};
  const text = (found: unknown): string | null => (typeof found === "string" ? found : null);
  return {
    serial: text(fields.serial) ?? "",
    gtin: text(fields.gtin),
    lotNumber: text(fields.lotNumber),
    run: hexText(fields.run, 32),
    index: wholeNumber(fields.index),
    count: wholeNumber(fields.count),
    path: openPath(fields.path),
  };
}

function hexPairs(value: unknown): Map<Hex, Hex> {
  const pairs = new Map<Hex, Hex>();
  for (const [address, hash] of Object.entries(fieldsOf(value) ?? {})) {
    const [read, code] = [hexText(address.toLowerCase(), 20), hexText(hash, 32)];
    if (read !== null) pairs.set(read, code ?? "0x");
  }
  return pairs;
}

function fieldsOf(value: unknown): Fields | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function hexText(value: unknown, bytes: number): Hex | null {
  if (typeof value !== "string" || value.length !== 2 + 2 * bytes || !/^0x[0-9a-f]*$/.test(value)) return null;
  return value as Hex;
}

function wholeNumber(value: unknown): number | null {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

/** The value, or null where strict code refuses what it was given. */
function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
