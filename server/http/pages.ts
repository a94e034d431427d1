/**
 * Pages: `GET /` is home, `GET /find` takes a typed code to its page, `GET /01/{gtin}/10/{lot}/21/{serial}` and `GET /T/{serial}` are the
 * scan page of a code or what is said of one that leads nowhere, `GET /assets/{file}` what pages load, `GET /*rest` the page for all else.
 * HTML is made by `scan-web` on each request; this file chooses the page, its language and its status, and allows what is inline by hash.
 */
import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";
import express, { type ErrorRequestHandler, type Request, type Response, type Router } from "express";
import type { Hex, History } from "../../protocol/history.ts";
import { codePath, parseCodePath, printSerial, readCode } from "../../protocol/label.ts";
import { Problem, problems } from "../../protocol/problem.ts";
import { renderError } from "../../scan-web/home/error.ts";
import { renderHome } from "../../scan-web/home/page.ts";
import { renderScan } from "../../scan-web/scan/page.ts";
import { registeredCode, tellStory } from "../../scan-web/scan/tell.ts";
import type { Page } from "../../scan-web/ui/document.ts";
import { chooseLang } from "../../scan-web/ui/i18n.ts";
import type { Assets, ErrorView, Opened, PageView } from "../../scan-web/ui/view.ts";
import { assets } from "./assets.ts";
import { cspOf } from "./csp.ts";
import { type ExampleInfo, type HomeParts, homeView } from "./home-view.ts";
import { encodingOf, keptPages, packed, sendKept } from "./kept-pages.ts";

export type { Lookup, PageParts };
export { pageRoutes, pageView };

/** What a code stands for; `behind`: not found, and the index does not hold everything yet. Malformed codes throw their Problem. */
type Lookup =
  | { readonly state: "issued"; readonly leaf: Hex; readonly lot: Hex; readonly history: History }
  | { readonly state: "unknown" | "behind" };

interface PageParts extends HomeParts {
  /** `path` as it was opened. */
  readonly lookup: (path: string) => Promise<Lookup>;
  /** Counts this opening of a serial's page, by day and region, and says how often it was opened; null: not counted. */
  readonly countScan: (leaf: Hex, request: Request) => Promise<Opened | null>;
  /** Counts one more opening of a page that was made a moment ago. */
  readonly countMore: (leaf: Hex, request: Request) => void;
  /** Another one when a page must not be sent once more, a moment old as it is: a lie was planted or taken back. */
  readonly version: () => string;
  readonly assets: Assets;
  /** dist/web */
  readonly assetFolder: string;
  /** Told of what nobody foresaw; the reader gets a page without its insides. */
  readonly onError?: (cause: unknown) => void;
}

const compress = promisify(gzip);
/** Seconds after which a reader may try again what is not read yet. */
const RETRY_S = 5;

function pageRoutes(parts: PageParts): Router {
  const routes = express.Router();
  const sizeOf = sizesOf();
  const told = stories();
  routes.get("/", async (request, response) => {
    send(response, 200, renderHome(await homeView(parts, viewOf(parts, request))));
  });
  routes.get("/find", (request, response) => {
    const typed = String(request.query.code ?? "").slice(0, 400);
    const lang = request.query.lang;
    if (typed.trim() === "") {
      sendError(parts, request, response, { state: "empty", code: null, reason: null });
      return;
    }
    try {
      const path = codePath(readCode(typed));
      response
        .set("Cache-Control", "no-store")
        .redirect(303, typeof lang === "string" ? `${path}?lang=${chooseLang(lang, null)}` : path);
    } catch (problem) {
      sendError(parts, request, response, malformed(problem, typed));
    }
  });
  const askKept = keptPages();
  routes.get(["/01/*rest", "/T/*rest", "/t/*rest"], async (request, response) => {
    if (!isOpening(request)) {
      const answer = await scanAnswer(request, null);
      if ("trouble" in answer) sendError(parts, request, response, answer.trouble);
      else send(response, 200, answer.page);
      return;
    }
    let trouble: Trouble | null = null;
    const { lang, host, isLangAsked } = pageView(request);
    const made = [parts.version(), lang, isLangAsked, host, encodingOf(request), openedPath(request)].join(" ");
    const given = await askKept(made, async () => {
      const answer = await scanAnswer(request, (leaf) => parts.countScan(leaf, request));
      if ("trouble" in answer) {
        trouble = answer.trouble;
        return null;
      }
      const { page, leaf } = answer;
      return packed(request, { markup: page.markup, headers: headersOf(page), leaf });
    });
    if (given === null) {
      sendError(parts, request, response, trouble ?? { state: "behind", code: null, reason: null });
      return;
    }
    if (given.wasKept) parts.countMore(given.page.leaf, request);
    sendKept(response, given.page);
  });

  /** The scan page of the code that is opened, or what is said instead. */
  async function scanAnswer(
    request: Request,
    count: ((leaf: Hex) => Promise<Opened | null>) | null,
  ): Promise<{ readonly page: Page; readonly leaf: Hex } | { readonly trouble: Trouble }> {
    const opened = openedPath(request);
    let code: ReturnType<typeof parseCodePath>;
    let found: Lookup;
    try {
      code = parseCodePath(opened);
      found = await parts.lookup(opened);
    } catch (problem) {
      return { trouble: malformed(problem, numberIn(opened, problem)) };
    }
    const serial = printSerial(code.serial);
    if (found.state !== "issued") return { trouble: { state: found.state, code: serial, reason: null } };
    const { history, leaf, lot } = found;
    const { story, registered } = told(history);
    const right = codePath({ ...registered, serial: code.serial });
    const differs = differenceOf(code, registered);
    if (differs !== null) return { trouble: { state: "altered", code: serial, ...differs, right } };
    const path = codePath(code);
    const trying = request.query.try === undefined ? "" : `?try=${encodeURIComponent(String(request.query.try))}`;
    const view = {
      ...viewOf(parts, request),
      // Whatever else an address carries is none of the page's, or each of them would be a page of its own.
      here: opened + trying,
      code: path,
      history,
      historyAt: `/api/lots/${lot}/history?code=${encodeURIComponent(path)}`,
      historyBytes: await sizeOf(history),
      opened: (await count?.(leaf)) ?? null,
      isPlanted: isPlanted(await parts.example(), code.serial),
    };
    return { page: renderScan(view, story), leaf };
  }
  routes.use("/assets", assets(parts.assetFolder));
  // Programs go on to a problem document; who opens an address in a browser reads a page.
  routes.get("/*rest", (request, response, next) => {
    if (request.accepts(["json", "html"]) !== "html") next();
    else sendError(parts, request, response, { state: "missing", code: null, reason: null });
  });
  routes.use(pageError(parts));
  return routes;
}

/** Bytes of a history as it travels. Bags of one run differ by a few bytes of their claim: they are measured once. */
function sizesOf(): (history: History) => Promise<number> {
  const sizes = new WeakMap<object, Promise<number>>();
  return (history) => {
    const known = sizes.get(history.documents);
    if (known !== undefined) return known;
    const size = compress(JSON.stringify(history), { level: constants.Z_BEST_SPEED }).then(({ length }) => length);
    sizes.set(history.documents, size);
    return size;
  };
}

/** What a history tells, which is the same for all bags of one run: told once. */
function stories(): (history: History) => {
  readonly story: ReturnType<typeof tellStory>;
  readonly registered: ReturnType<typeof registeredCode>;
} {
  const known = new WeakMap<object, ReturnType<ReturnType<typeof stories>>>();
  return (history) => {
    const before = known.get(history.documents);
    if (before !== undefined) return before;
    const fresh = { story: tellStory(history), registered: registeredCode(history) };
    known.set(history.documents, fresh);
    return fresh;
  };
}

function openedPath(request: Request): string {
  return request.originalUrl.split("?")[0] ?? "/";
}

function viewOf({ assets }: PageParts, request: Request): PageView {
  return { ...pageView(request), assets };
}

/** Language, address and host of a page that somebody opens. */
function pageView(request: Request): Omit<PageView, "assets"> {
  const url = new URL(request.originalUrl, "http://page");
  const asked = url.searchParams.get("lang");
  url.searchParams.delete("lang");
  return {
    lang: chooseLang(asked, request.get("accept-language")),
    here: url.pathname + url.search,
    isLangAsked: asked !== null,
    host: hostOf(request),
  };
}

function hostOf(request: Request): string {
  const origin = URL.parse(`${request.protocol}://${request.get("host") ?? "localhost"}`)?.origin;
  return origin === undefined || origin === "null" ? "http://localhost" : origin;
}

type Trouble = Omit<ErrorView, keyof PageView>;

function malformed(cause: unknown, code: string): Trouble {
  if (cause instanceof Problem && problems[cause.type].status < 500)
    return { state: "malformed", code, reason: cause.type };
  throw cause;
}

const STATUS: Readonly<Record<ErrorView["state"], number>> = {
  malformed: 400,
  unknown: 404,
  behind: 503,
  altered: 404,
  missing: 404,
  empty: 400,
  failed: 500,
};

function sendError(parts: PageParts, request: Request, response: Response, trouble: Trouble): void {
  if (trouble.state === "behind") response.set("Retry-After", String(RETRY_S));
  send(response, STATUS[trouble.state], renderError({ ...viewOf(parts, request), ...trouble }));
}

/** Counts are in the page, so it is never kept by a cache. */
function send(response: Response, status: number, page: Page): void {
  response.status(status).set(headersOf(page)).send(page.markup);
}

function headersOf(page: Page): Record<string, string> {
  return {
    "Content-Security-Policy": cspOf(page),
    "Cache-Control": "no-store",
    "Content-Language": page.lang,
    "Content-Type": "text/html; charset=utf-8",
    Vary: "Accept-Language, Accept-Encoding",
  };
}

/**
 * What of an address is not what its serial was issued for; the short form claims nothing. What cannot be read on record is no
 * difference: then the scan page itself says what is wrong with the record.
 */
function differenceOf(
  code: { readonly gtin: string | null; readonly lotNumber: string | null },
  registered: { readonly gtin: string | null; readonly lotNumber: string | null },
): { readonly reason: string; readonly given: string; readonly expected: string } | null {
  if (code.gtin === null) return null;
  if (registered.gtin !== null && code.gtin !== registered.gtin)
    return { reason: "gtin", given: code.gtin, expected: registered.gtin };
  if (registered.lotNumber === null || code.lotNumber === registered.lotNumber) return null;
  return { reason: "lot", given: code.lotNumber ?? "–", expected: registered.lotNumber };
}

/**
 * A browser that looks ahead, or a program that only asks for the headers, has not shown the page to anybody; and whoever tries out
 * a spoiled copy has not scanned a bag once more.
 */
function isOpening(request: Request): boolean {
  const ahead = /prefetch|prerender/i.test(request.get("sec-purpose") ?? request.get("purpose") ?? "");
  return request.method === "GET" && !ahead && request.query.try === undefined;
}

/** Openings of the example's second bag were planted with it. */
function isPlanted(example: ExampleInfo | { readonly making: number } | null, serial: string): boolean {
  if (example === null || "making" in example) return false;
  const [, second] = example.codes;
  return second !== undefined && parseCodePath(second).serial === serial;
}

/** What of an address is wrong as a number: the article's or the package's; else the address. */
function numberIn(path: string, problem: unknown): string {
  if (problem instanceof Problem && problem.type === "code-malformed") return shown(path);
  const isArticle = problem instanceof Problem && problem.type === "gtin-wrong-check";
  const [, number] = (isArticle ? /^\/01\/([^/]+)/ : /\/(?:21|[Tt])\/([^/]+)\/?$/).exec(path) ?? [];
  return shown(number ?? path);
}

function shown(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** A person who opened a page gets a page; an address that cannot be decoded leads nowhere. */
function pageError(parts: PageParts): ErrorRequestHandler {
  return (cause, request, response, next) => {
    if (response.headersSent || cause instanceof Problem || request.accepts(["json", "html"]) !== "html") {
      next(cause);
      return;
    }
    if (cause instanceof URIError) {
      sendError(parts, request, response, { state: "missing", code: null, reason: null });
      return;
    }
    parts.onError?.(cause);
    sendError(parts, request, response, { state: "failed", code: null, reason: null });
  };
}
