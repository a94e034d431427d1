/**
 * What the recorder's screens may do, whatever stands behind it: one object, opened by open-notebook.ts on the phone's own
 * database. Everything that changes something resolves when it is on disk; nothing here waits for the network but `sync`.
 */
import type { Hex } from "../../protocol/bytes.ts";
import type { Answers, Counts, Draft, Field, FileRow, Jwk, RecordRow, Self, Target } from "./model.ts";

export type { Notebook, Settings, SyncTold };

interface Settings {
  readonly lang: "zh-CN" | "en" | null;
  readonly picturesOnWifiOnly: boolean;
  /** The notice "buyers will see this" was read. */
  readonly noticeRead: boolean;
  /** Unit last used for weights, and the plot or lot last recorded about. */
  readonly weight: "jin" | "kg";
  readonly lastTarget: Target | null;
}

/** How the last look at the server went. `offline`: no answer; `waiting`: pictures wait for Wi-Fi. */
interface SyncTold {
  readonly state: "never" | "running" | "done" | "offline" | "waiting" | "refused";
  readonly atMs: number;
  readonly detail: string | null;
}

interface Notebook {
  /** practice: another database and another ledger; nothing of it can reach the real one. */
  readonly isPractice: boolean;
  /** "" or "/practice": before every address of the API. */
  readonly base: string;
  self(): Promise<Self | null>;
  /** Makes the key (not extractable) unless there is one. */
  makeSelf(): Promise<Self>;
  field(): Promise<Field>;
  settings(): Promise<Settings>;
  set(change: Partial<Settings>): Promise<void>;

  drafts(): Promise<readonly Draft[]>;
  draft(id: string): Promise<Draft | null>;
  keepDraft(draft: Draft): Promise<void>;
  dropDraft(id: string): Promise<void>;
  /** Answers given last for this work and target: offered again. */
  lastAnswers(work: string, target: Target | null): Promise<Answers | null>;

  /** @throws Problem that names the answer. Draft and record change places in one transaction. */
  save(draft: Draft): Promise<RecordRow>;
  /** Takes a record back while it is not signed; its draft is there again. False: too late. */
  undo(id: string): Promise<boolean>;
  /** Newest first; `before`: those with a smaller `order`. */
  records(page: {
    readonly before?: number;
    readonly limit: number;
    readonly state?: RecordRow["state"];
  }): Promise<readonly RecordRow[]>;
  record(id: string): Promise<RecordRow | null>;
  /** A draft with the answers of a record, that will change it. */
  change(id: string): Promise<Draft>;
  /** A record that is not final is taken out; a NOTE spends its nonce. */
  withdraw(id: string): Promise<void>;
  counts(): Promise<Counts>;

  /** Serials of a LABEL record, in the order of the run; null: it is none of this phone's. */
  serials(id: string): Promise<readonly string[] | null>;

  file(cid: string): Promise<FileRow | null>;
  keepFile(file: FileRow): Promise<void>;

  enrol(phone: {
    readonly x: Hex;
    readonly y: Hex;
    readonly sealing: Jwk;
    readonly device: string;
    readonly manager: boolean;
  }): Promise<RecordRow>;
  expel(recorder: Hex, reason: string): Promise<RecordRow>;
  /** A lot that another phone named: told by its code, not yet on record. */
  tell(lot: {
    readonly id: Hex;
    readonly product: Hex;
    readonly lotNumber: string;
    readonly gtin: string | null;
    readonly unit: string;
  }): Promise<void>;

  /** One look at the server, everything that is due both ways. Never throws: what went wrong is told. `pictures: "now"`: whatever the network. */
  sync(how?: { readonly pictures?: "now" }): Promise<SyncTold>;
  lastSync(): Promise<SyncTold>;
  /** Called after everything that screens may want to show again, changes by the worker and by other tabs included. */
  onChange(listener: () => void): () => void;
}
