/**
 * Files that are packed before anybody asks: brotli (RFC 7932) and gzip at their best, which is too slow to do for each answer.
 */
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Request, Response } from "express";
import { encodingOf } from "./kept-pages.ts";

export type { Packed };
export { packOf, sendPacked };

interface Packed {
  readonly identity: Buffer;
  /** Null: packing gains nothing. */
  readonly br: Buffer | null;
  readonly gzip: Buffer | null;
}

async function packOf(bytes: Buffer, type: string): Promise<Packed> {
  if (type.startsWith("image/png")) return { identity: bytes, br: null, gzip: null };
  const [br, gz] = await Promise.all([
    promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }),
    promisify(gzip)(bytes, { level: constants.Z_BEST_COMPRESSION }),
  ]);
  return { identity: bytes, br, gzip: gz };
}

/** Sends it as this browser takes it, or 304 where the browser has it. Type and caching are the caller's. */
function sendPacked(request: Request, response: Response, packed: Packed): void {
  response.vary("Accept-Encoding");
  const encoding = encodingOf(request);
  const coded = packed[encoding];
  if (encoding !== "identity" && coded !== null) response.set("Content-Encoding", encoding);
  response.send(coded ?? packed.identity);
}
