/** A phone's one question to its server, as `POST /api/sync` takes it. */
import { gzipSync } from "node:zlib";
import type { z } from "zod";
import type { Hex } from "../../protocol/bytes.ts";
import type { FieldTold } from "../../server/http/field-schema.ts";
import type { Signed } from "./recorder.ts";

export type { Asked, Synced, SyncReceipt };
export { batchText, sync, syncBytes };

interface Asked {
  readonly recorder?: Hex;
  readonly organisation?: number;
  readonly documents?: readonly string[];
  readonly batches?: readonly string[];
  readonly ask?: readonly Hex[];
  readonly have?: Readonly<Record<string, string>>;
}

interface SyncReceipt {
  readonly batch: Hex;
  readonly state: string;
  readonly says: string;
  readonly block?: number;
  readonly groups?: readonly { readonly subject: Hex; readonly seq: number }[] | null;
  readonly reason?: {
    readonly type: string;
    readonly pointer: string;
    readonly detail: string;
    readonly ledger?: { readonly error: string; readonly values: readonly string[] };
  };
}

interface Synced {
  readonly nowMs: number;
  readonly block: { readonly number: number; readonly hash: Hex };
  readonly chainId: string;
  readonly ledger: Hex;
  readonly recorder: {
    readonly organisation: number;
    readonly manager: boolean;
    readonly active: boolean;
    readonly nextNonce: string;
  } | null;
  readonly receipts: readonly SyncReceipt[];
  readonly documents?: readonly { readonly document: Hex; readonly reason: NonNullable<SyncReceipt["reason"]> }[];
  readonly field?: Partial<z.output<typeof FieldTold>>;
}

function batchText({ bytes }: Pick<Signed, "bytes">): string {
  return Buffer.from(bytes).toString("base64url");
}

async function sync(address: string, asked: Asked): Promise<Synced> {
  const { status, text } = await syncBytes(address, Buffer.from(JSON.stringify(asked)));
  if (status !== 200) throw new Error(`refused with ${status}: ${text}`);
  return JSON.parse(text) as Synced;
}

/** @param of isPacked: the body goes out as gzip */
async function syncBytes(
  address: string,
  body: Uint8Array,
  { isPacked = false }: { readonly isPacked?: boolean } = {},
): Promise<{ readonly status: number; readonly text: string }> {
  const response = await fetch(`${address}/api/sync`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(isPacked ? { "content-encoding": "gzip" } : {}) },
    body: new Uint8Array(isPacked ? gzipSync(body) : body),
  });
  return { status: response.status, text: await response.text() };
}
