/**
 * Pages that were made a moment ago, as they go out: a code that is opened by many at once is put together four times a second,
 * not for each of them. In memory only. So a page is up to a quarter of a second behind the record; what must show at once (a lie that
 * is planted) is part of a page's name.
 */
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Request, Response } from "express";
import type { Hex } from "../../protocol/bytes.ts";

export type { KeptPage };
export { encodingOf, keptPages, packed, sendKept };

interface KeptPage {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Whose opening each sending of it is. */
  readonly leaf: Hex;
}

/** How long a count of openings may be behind. */
const KEPT_MS = 250;
const MAX_PAGES = 300;
/** As the rest of the server packs what it makes on demand. */
const BROTLI_QUALITY = 4;
/** 128 KiB: a page is hardly larger, and room for 4 MiB made anew for each takes four times as long as packing it. */
const BROTLI_WINDOW = 17;

const packers = {
  br: (text: Uint8Array) =>
    promisify(brotliCompress)(text, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
        [constants.BROTLI_PARAM_LGWIN]: BROTLI_WINDOW,
      },
    }),
  gzip: (text: Uint8Array) => promisify(gzip)(text),
} as const;

interface Given {
  readonly page: KeptPage;
  readonly wasKept: boolean;
}

type AskKept = (name: string, make: () => Promise<KeptPage | null>) => Promise<Given | null>;

/**
 * Gives what `make` gave for the same name a moment ago, and whether it was kept; those who ask while it is being made wait for it.
 * What `make` answers with null is not kept, and everybody who waited makes their own.
 */
function keptPages(nowMs: () => number = () => performance.now()): AskKept {
  const kept = new Map<string, { readonly page: Promise<KeptPage | null>; untilMs: number }>();
  return async (name, make) => {
    const known = kept.get(name);
    if (known !== undefined && known.untilMs > nowMs()) {
      const page = await known.page.catch(() => null);
      if (page !== null) return { page, wasKept: true };
    }
    const entry = { page: make(), untilMs: Number.POSITIVE_INFINITY };
    kept.delete(name);
    kept.set(name, entry);
    for (const oldest of kept.keys()) {
      if (kept.size <= MAX_PAGES) break;
      kept.delete(oldest);
    }
    const forget = () => {
      if (kept.get(name) === entry) kept.delete(name);
    };
    try {
      const page = await entry.page;
      if (page === null) forget();
      entry.untilMs = nowMs() + KEPT_MS;
      return page === null ? null : { page, wasKept: false };
    } catch (cause) {
      forget();
      throw cause;
    }
  };
}

/** `markup` with its headers, packed as this browser takes it. */
async function packed(
  request: Request,
  { markup, headers, leaf }: { markup: string; headers: Readonly<Record<string, string>>; leaf: Hex },
): Promise<KeptPage> {
  const encoding = encodingOf(request);
  const text = Buffer.from(markup);
  const body = encoding === "identity" ? text : await packers[encoding](text);
  const coded = encoding === "identity" ? {} : { "Content-Encoding": encoding };
  return { leaf, body, headers: { ...headers, ...coded, "Content-Length": String(body.length) } };
}

function encodingOf(request: Request): "br" | "gzip" | "identity" {
  const best = request.acceptsEncodings(["br", "gzip", "identity"]);
  return best === "br" || best === "gzip" ? best : "identity";
}

function sendKept(response: Response, { headers, body }: KeptPage): void {
  response.writeHead(200, headers).end(body);
}
