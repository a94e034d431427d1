/**
 * The recorder's database, and the two things that every change of it needs: one writer at a time (tabs and the worker share it; a
 * transaction cannot be held open over WebCrypto), and word to everybody who shows something. Practice has a database of its own.
 *
 * A change is: take the write lock, read, compute, put all of it in one transaction. So a tab that is killed leaves it as it was
 * before or as it is after, never between.
 */
import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { Hex } from "../../protocol/bytes.ts";
import type { Attachment } from "../../protocol/document/attachment.ts";
import { withLock } from "./lock.ts";
import type {
  Answers,
  BatchRow,
  Draft,
  Field,
  FieldLot,
  FieldPlanting,
  FieldPlot,
  FieldProduct,
  FieldUse,
  FileRow,
  RecordRow,
  Section,
  Self,
  Work,
} from "./model.ts";
import type { Settings, SyncTold } from "./notebook.ts";

export type {
  Db,
  Effect,
  FieldRow,
  Kept,
  Keys,
  Known,
  SaidThen,
  Schema,
  StoredBatch,
  StoredDocument,
  StoredFile,
  StoredRecord,
  Taking,
  Transfer,
  Version,
};
export { channelName, getKept, openDb, putKept };

/** Private halves are not extractable: no script can read them, only use them. */
interface Keys {
  readonly signing: CryptoKeyPair;
  readonly sealing: CryptoKeyPair;
}

/** What there is one of. */
interface Kept {
  readonly keys: Keys;
  readonly self: Self;
  readonly settings: Settings;
  readonly synced: SyncTold;
  /** Next `order` of a record. */
  readonly order: number;
  /** Bytes on the wire, by day (meter.ts). */
  readonly meter: unknown;
  /** Whether storage was granted as persistent, and what else space.ts notes. */
  readonly space: unknown;
}

interface FieldRow {
  readonly section: Section;
  readonly version: string;
  /** The rows, or the one row of `organisation`. */
  readonly rows: unknown;
}

/** As much of the field as a record's document needs, kept with it: what is signed later does not depend on what a server tells by then. */
type Known = Pick<Field, "organisation" | "plots" | "products" | "plantings" | "lots">;

/** `of`: which balance is made smaller, by how much; below nothing: larger. Decimal text. */
interface Taking {
  readonly id: Hex;
  readonly of: "free" | "mayBear" | "left" | "packed";
  readonly amount: string;
}

/** What a record changes in the field as this phone shows it, until the server tells it. */
interface Effect {
  readonly plots: readonly FieldPlot[];
  readonly products: readonly FieldProduct[];
  readonly plantings: readonly FieldPlanting[];
  readonly lots: readonly FieldLot[];
  readonly takes: readonly Taking[];
  /** Work on a planting or plot, what it brought out included. */
  readonly worked: {
    readonly id: Hex;
    readonly work: string;
    readonly atS: number;
    readonly use: FieldUse | null;
  } | null;
  /** A planting whose season ends; a consignment that is received. */
  readonly ends: Hex | null;
  readonly receives: Hex | null;
}

/** A record as it was saved: what is told of a version that counted although it was changed since. */
type SaidThen = Pick<RecordRow, "target" | "answers" | "files" | "note" | "occurredAtS">;

/** A record as it lies here. */
interface StoredRecord extends RecordRow {
  readonly as: Pick<Work, "kind" | "zh" | "en" | "bizStep"> | { readonly kind: "ENROL" | "EXPEL" };
  readonly known: Known;
  readonly effect: Effect;
  /** Of the target; "": none. */
  readonly targetId: Hex | "";
  /** Somebody said when it happened. */
  readonly isDated: boolean;
  /** Of a LABEL: root of its serials, and the file of their leaves. */
  readonly labels: { readonly root: Hex; readonly leaves: Attachment } | null;
}

/** What one signature under a nonce was about: any of them may turn out to be the one that counts. */
interface Version {
  readonly hash: Hex;
  readonly records: readonly {
    readonly id: string;
    readonly document: string;
    readonly group: Hex;
    readonly entry: number;
    readonly withdrawn: boolean;
    readonly said: SaidThen;
  }[];
}

interface StoredBatch extends BatchRow {
  /** Observations without, and with files, share a batch with their like; all else has one of its own. */
  readonly sort: "plain" | "pictured" | "single";
  readonly versions: readonly Version[];
  /** When it was signed, device clock. */
  readonly signedAtMs: number | null;
}

interface StoredDocument {
  readonly cid: string;
  /** Canonical JSON. */
  readonly text: string;
}

type StoredFile = Omit<FileRow, "offset" | "stored">;

/** How much of a file the server has; apart from the file, so that noting it does not write the file again. */
interface Transfer {
  readonly cid: string;
  readonly offset: number;
  readonly stored: boolean;
  /** Something was sent and not answered yet: the server is asked how much it has before it is sent more. */
  readonly inDoubt?: boolean;
}

interface Schema extends DBSchema {
  /** Key: a name of {@link Kept}. */
  kept: { key: string; value: unknown };
  field: { key: Section; value: FieldRow };
  drafts: { key: string; value: Draft };
  records: {
    key: string;
    value: StoredRecord;
    indexes: { byOrder: number; byState: [string, number]; byNonce: string; byTarget: string };
  };
  /** Key: the nonce in 20 digits, so that keys are in the order of nonces. */
  batches: { key: string; value: StoredBatch; indexes: { byState: string; byHash: Hex } };
  documents: { key: string; value: StoredDocument };
  files: { key: string; value: StoredFile };
  transfers: { key: string; value: Transfer };
  /** Key: id of the LABEL record. In the order of the run. */
  serials: { key: string; value: { readonly id: string; readonly serials: readonly string[] } };
  /** Key: `work target`. */
  last: { key: string; value: { readonly key: string; readonly answers: Answers } };
  /** Lots told by another phone's code. */
  told: { key: Hex; value: FieldLot };
}

interface Db {
  readonly idb: IDBPDatabase<Schema>;
  readonly isPractice: boolean;
  /** Runs alone among all tabs and the worker; never call it inside itself. */
  write<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Tells everybody, this tab included, that something is other than it was. */
  changed(): void;
  onChange(listener: () => void): () => void;
  close(): void;
}

const VERSION = 1;

function channelName(isPractice: boolean): string {
  return `furrow-changed${isPractice ? "-practice" : ""}`;
}

async function openDb(isPractice: boolean): Promise<Db> {
  const idb = await openDB<Schema>(isPractice ? "furrow-practice" : "furrow", VERSION, {
    upgrade(db) {
      db.createObjectStore("kept");
      db.createObjectStore("field", { keyPath: "section" });
      db.createObjectStore("drafts", { keyPath: "id" });
      const records = db.createObjectStore("records", { keyPath: "id" });
      records.createIndex("byOrder", "order", { unique: true });
      records.createIndex("byState", ["state", "order"]);
      records.createIndex("byNonce", "nonce");
      records.createIndex("byTarget", "targetId");
      const batches = db.createObjectStore("batches");
      batches.createIndex("byState", "state");
      batches.createIndex("byHash", "hashes", { multiEntry: true });
      db.createObjectStore("documents", { keyPath: "cid" });
      db.createObjectStore("files", { keyPath: "cid" });
      db.createObjectStore("transfers", { keyPath: "cid" });
      db.createObjectStore("serials", { keyPath: "id" });
      db.createObjectStore("last", { keyPath: "key" });
      db.createObjectStore("told", { keyPath: "id" });
    },
    // A newer app in another tab waits for this one to let go; what this tab does next fails until it is loaded again, and loses nothing.
    blocking: (_old, _new, event) => (event.target as IDBDatabase).close(),
  });
  const channel = new BroadcastChannel(channelName(isPractice));
  const listeners = new Set<() => void>();
  const tell = (): void => listeners.forEach((listener) => listener());
  channel.onmessage = tell;
  return {
    idb,
    isPractice,
    write: (work) => withLock("write", isPractice, work),
    changed() {
      channel.postMessage(null);
      tell();
    },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close() {
      channel.close();
      idb.close();
    },
  };
}

async function getKept<Name extends keyof Kept>({ idb }: Db, name: Name): Promise<Kept[Name] | null> {
  return ((await idb.get("kept", name)) as Kept[Name] | undefined) ?? null;
}

/** One value, alone in its transaction. Call {@link Db.changed} where somebody shows it. */
async function putKept<Name extends keyof Kept>({ idb }: Db, name: Name, value: Kept[Name]): Promise<void> {
  await idb.put("kept", value, name);
}
