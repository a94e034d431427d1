/**
 * How many bytes one address may send: a store of them that fills again with time. In memory only; nothing about who sent
 * what is kept.
 */
import { isIPv6 } from "node:net";
import type { Request, RequestHandler, Response } from "express";
import { Problem } from "../../protocol/problem.ts";

export type { AllowanceLimits };
export { allowance, blockOfAddress };

interface AllowanceLimits {
  /** Bytes that an address may send at once. */
  readonly atOnce: number;
  /** Bytes a second that come back to it. */
  readonly perSecond: number;
  /** What one request counts at least: storing one costs more than its bytes. */
  readonly least: number;
}

/** Addresses kept in memory; beyond it those are forgotten that have most left. */
const MAX_ADDRESSES = 10_000;

/**
 * A pair around the parser of a body: `before` counts the length that the head of the request states, so that nothing is read
 * of one that is too much; `after` counts what the body had beyond that (packed, or sent without a length). What is above the
 * path's own `limit` (bytes), or above all that an address may send at once, is refused as such and counts nothing: no time
 * will come at which it is taken.
 * @param nowMs rises
 */
function allowance(
  { atOnce, perSecond, least }: AllowanceLimits,
  nowMs: () => number = () => performance.now(),
): { readonly before: (limit: number) => RequestHandler; readonly after: RequestHandler } {
  const left = new Map<string, { bytes: number; atMs: number }>();

  const now = (one: { readonly bytes: number; readonly atMs: number }) =>
    Math.min(atOnce, one.bytes + ((nowMs() - one.atMs) / 1000) * perSecond);

  function checkSize(bytes: number, limit: number): void {
    if (bytes > limit) throw new Problem("body-too-large", "", `the limit is ${limit} bytes`);
  }

  /** @param whole what must be there for the same request to be taken when it comes again */
  function spend(request: Request, response: Response, bytes: number, whole = bytes): void {
    const address = blockOfAddress(request.ip ?? "");
    const known = left.get(address);
    const has = known === undefined ? atOnce : now(known);
    if (bytes > has) {
      const waitS = Math.ceil((whole - has) / perSecond);
      response.set("Retry-After", String(waitS));
      throw new Problem("too-many-requests", "", `${bytes} more bytes from this address can be taken in ${waitS} s`);
    }
    left.set(address, { bytes: has - bytes, atMs: nowMs() });
    if (left.size > MAX_ADDRESSES) forget();
  }

  /** Half of them, the fullest first: their count is nearest to that of an address never seen. */
  function forget(): void {
    const fullest = [...left].sort(([, a], [, b]) => now(b) - now(a));
    for (const [address] of fullest.slice(0, MAX_ADDRESSES / 2)) left.delete(address);
  }

  const lengthOf = (request: Request) => Number(request.get("content-length") ?? 0) || 0;
  return {
    before: (limit) => (request, response, next) => {
      const stated = lengthOf(request);
      checkSize(stated, Math.min(limit, atOnce));
      spend(request, response, Math.max(least, stated));
      next();
    },
    after: (request, response, next) => {
      const length = Buffer.isBuffer(request.body) ? request.body.length : 0;
      checkSize(length, atOnce);
      const more = length - Math.max(least, lengthOf(request));
      if (more > 0) spend(request, response, more, length);
      next();
    },
  };
}

/** One IPv4 address; of IPv6 the network of 64 bits, for a single customer has all of that. */
function blockOfAddress(address: string): string {
  if (!isIPv6(address)) return address;
  const v4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (v4 !== undefined) return v4;
  const [head = "", tail] = (address.split("%")[0] ?? "").split("::");
  const first = head === "" ? [] : head.split(":");
  const last = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - first.length - last.length }, () => "0");
  return [...first, ...zeros, ...last]
    .slice(0, 4)
    .map((part) => part.toLowerCase().replace(/^0+(?=.)/, ""))
    .join(":");
}
