/**
 * `GET /promise/{cid}`: one 承诺达标合格证 as a page that prints on A4, as a label to print, or as a picture of one at 203 dpi.
 * `GET /promises/{organisation}`: the register of those that an organisation issued, as a page or as CSV.
 *
 * Each is held against the ledger before it is shown: what is not on record, says something else, was corrected or stands under a
 * recall is not printed, and a page says why.
 */
import { type Request, type Response, Router } from "express";
import { bytesOf, type Hex, hexOf } from "../../protocol/bytes.ts";
import { parseCanonical } from "../../protocol/canonical.ts";
import { cidOf, parseCid } from "../../protocol/cid.ts";
import { readPromise } from "../../protocol/document/read-promise.ts";
import { readOrganisation } from "../../protocol/document/read-master.ts";
import type { History } from "../../protocol/history.ts";
import { fingerprint } from "../../protocol/label.ts";
import { Problem, problems } from "../../protocol/problem.ts";
import { printCss } from "../../scan-web/label/css.ts";
import { DOTS_PER_MM, FORMATS } from "../../scan-web/label/formats.ts";
import { PRINT_END, printHead } from "../../scan-web/label/frame.ts";
import { type Fonts, SYSTEM_FONTS } from "../../scan-web/label/label.ts";
import { type Certificate, tellCertificate } from "../../scan-web/promise/certificate.ts";
import { nameIn } from "../../scan-web/promise/items.ts";
import { type Refused, refusedText, renderRefused } from "../../scan-web/promise/refused.ts";
import { registerCsv, type RegisterRow, type RegisterView, renderRegister } from "../../scan-web/promise/register.ts";
import { renderSheet } from "../../scan-web/promise/sheet.ts";
import { drawSlip, type Slip, slipSvg } from "../../scan-web/promise/slip.ts";
import { wordsIn } from "../../scan-web/promise/words.ts";
import { openHistory, organisationOf } from "../../scan-web/scan/graph.ts";
import type { Story } from "../../scan-web/scan/story.ts";
import { tellStory } from "../../scan-web/scan/tell.ts";
import type { Page } from "../../scan-web/ui/document.ts";
import { html } from "../../scan-web/ui/html.ts";
import type { Lang } from "../../scan-web/ui/i18n.ts";
import type { StandingRecall } from "../resolve/promised.ts";
import type { PromiseRow, PromisesAsked } from "../resolve/promises.ts";
import { cspOf } from "./csp.ts";
import { drawingOf } from "./drawing.ts";
import { isPublic, originOf } from "./origin.ts";
import { pageView } from "./pages.ts";
import { Press } from "./press.ts";
import { methodNotAllowed, read } from "./problem.ts";
import { MAX_ROWS, RegisterAsked, SheetAsked } from "./promise-page-paths.ts";

export type { PromisePageParts };
export { promisePageRoutes };

interface PromisePageParts {
  /** Lots that have a PROMISE with the document of this digest. */
  readonly lots: (content: Hex) => Promise<readonly Hex[]>;
  readonly recall: (lot: Hex) => Promise<StandingRecall | null>;
  readonly history: (lot: Hex, code: null) => Promise<History | null>;
  /** The newest final word of a lot. */
  readonly word: (lot: Hex) => Promise<Hex | null>;
  /** Why the index cannot say of something that it is not there; null when it can. */
  readonly behind: () => Promise<string | null>;
  readonly list: (
    asked: PromisesAsked,
  ) => Promise<{ readonly promises: readonly PromiseRow[]; readonly next: string | null }>;
  /** Digests of the operator's documents of an organisation, newest first. */
  readonly organisation: (number: number) => Promise<readonly Hex[]>;
  readonly documentOf: (cid: string) => Promise<string | undefined>;
  readonly drawPng: (svg: string, dotsPerMm: number) => Promise<Uint8Array>;
  /** Characters that pictures cannot show. */
  readonly missing: (text: string) => readonly string[];
  /** PUBLIC_URL's origin, or null: the address that was asked. */
  readonly publicOrigin: string | null;
  /** Style sheet of scan-web/promise/promise.css, as built. */
  readonly css: string;
}

/** The font of pictures is one file: other faces would be drawn as nothing. */
const PNG_FONTS: Fonts = { sans: "Noto Sans SC", serif: "Noto Sans SC" };
/** Seconds after which a reader may try again what is not read yet. */
const RETRY_S = 5;

interface Found {
  readonly certificate: Certificate;
  readonly history: History;
  readonly fingerprint: string;
}

function promisePageRoutes(parts: PromisePageParts): Router {
  const routes = Router();
  const press = new Press(parts.drawPng);
  const storyOf = stories();
  routes
    .route(["/promise/:cid", "/PROMISE/:cid"])
    .get(async (request: Request<{ cid: string }>, response) => {
      const { as, format } = read(SheetAsked, request.query);
      const found = await find(parts, request.params.cid);
      if ("why" in found) {
        refuse(parts, { request, response, refused: found, isPage: as !== "png" });
        return;
      }
      const { certificate, history } = found;
      const origin = originOf(parts.publicOrigin, request, undefined);
      const code = drawingOf(origin, `/PROMISE/${certificate.document.toUpperCase()}`);
      const codeHost = new URL(origin).host;
      if (as === "page") {
        const view = { ...pageView(request), css: parts.css, certificate, code, codeHost, isFar: isPublic(origin) };
        send(response, 200, renderSheet({ ...view, story: storyOf(history), fingerprint: found.fingerprint }));
        return;
      }
      const fonts = as === "png" ? PNG_FONTS : SYSTEM_FONTS;
      const slip = drawSlip(certificate, { format, code, fonts, fingerprint: found.fingerprint, host: codeHost });
      if (as === "png") {
        const lost = parts.missing(slip.text);
        if (lost.length > 0) throw new Problem("letter-missing", "/as", `the certificate needs ${lost.join(" ")}`);
        const picture = await press.picture(slipSvg(slip, fonts), DOTS_PER_MM);
        response.set("Cache-Control", "no-store").type("image/png").send(Buffer.from(picture));
        return;
      }
      sendSlip(response, slip, { lang: pageView(request).lang, certificate, origin });
    })
    .all(methodNotAllowed("GET"));
  routes
    .route("/promises/:organisation")
    .get(async (request, response) => {
      const { as, from, until } = read(RegisterAsked, request.query);
      const organisation = await organisationNamed(parts, request.params.organisation);
      if ("why" in organisation) {
        refuse(parts, { request, response, refused: organisation, isPage: as === "page" });
        return;
      }
      const { number } = organisation;
      const { rows, isMore } = await rowsOf(parts, { organisation: number, ...secondsOf(from, until) });
      const view = pageView(request);
      if (as === "page") {
        const days = { from: from ?? null, until: until ?? null };
        send(response, 200, renderRegister({ ...view, css: parts.css, organisation, rows, isMore, ...days }));
        return;
      }
      if (isMore) throw new Problem("request-invalid", "/from", `more than ${MAX_ROWS} certificates: name fewer days`);
      const origin = originOf(parts.publicOrigin, request, undefined);
      response.set({
        "Cache-Control": "no-store",
        "Content-Disposition": `attachment; filename="promises-${number}.csv"`,
        "Content-Language": view.lang,
      });
      response.type("text/csv; charset=utf-8").send(registerCsv(rows, view.lang, origin));
    })
    .all(methodNotAllowed("GET"));
  return routes;
}

async function find(parts: PromisePageParts, text: string): Promise<Found | Refused> {
  const named = digestOf(text);
  if (named === null) return { why: "address" };
  const behind = await parts.behind();
  const lots = await parts.lots(named.digest);
  let refused: Refused | null = null;
  for (const lot of lots) {
    const told = await tellOf(parts, lot, named.cid);
    if (!("why" in told)) return told;
    refused ??= told;
  }
  if (refused !== null) return refused;
  // Between two looks a rebuild may have emptied the index.
  return { why: (behind ?? (await parts.behind())) === null ? "none" : "behind" };
}

async function tellOf(parts: PromisePageParts, lot: Hex, cid: string): Promise<Found | Refused> {
  const history = await parts.history(lot, null);
  const word = await parts.word(lot);
  const told = history === null ? null : tellCertificate(await withNamed(parts, history, cid), cid);
  if (history === null || word === null || told === null) return { why: "behind" };
  // Looked for last: one that came meanwhile is seen.
  const recall = await parts.recall(lot);
  if (recall !== null) {
    const { names } = organisationOf(openHistory(history), recall.organisation);
    return { why: "recalled", organisation: names, atS: recall.atS };
  }
  if ("refusal" in told) return told.refusal;
  return { certificate: told.certificate, history, fingerprint: fingerprint(bytesOf(word)) };
}

/** A long history comes without the papers of what is far from the lot: those that the certificate names are laid beside. */
async function withNamed(parts: PromisePageParts, history: History, cid: string): Promise<History> {
  const text = history.documents[cid];
  const said = text === undefined ? null : readPromise(parsed(text), history.lot);
  const named = [...(said?.basis ?? []).flatMap(({ entries }) => entries), ...(said?.taken ?? [])];
  const missing = new Set(named.map(({ document }) => document).filter((one) => history.documents[one] === undefined));
  const found: [string, string][] = [];
  for (const one of missing) {
    const document = isDocument(one) ? await parts.documentOf(one) : undefined;
    if (document !== undefined) found.push([one, document]);
  }
  return { ...history, documents: { ...history.documents, ...Object.fromEntries(found) } };
}

function isDocument(cid: string): boolean {
  return digestOf(cid) !== null;
}

/** Codes carry it in capitals, which take less room there. */
function digestOf(text: string): { readonly cid: string; readonly digest: Hex } | null {
  const cid = /^B[A-Z2-7]+$/.test(text) ? text.toLowerCase() : text;
  try {
    const { codec, digest } = parseCid(cid);
    return codec === "json" ? { cid, digest: hexOf(digest) } : null;
  } catch {
    return null;
  }
}

const STATUS: Readonly<Partial<Record<Refused["why"], number>>> = {
  address: 400,
  none: 404,
  organisation: 404,
  behind: 503,
};

function refuse(
  parts: PromisePageParts,
  to: {
    readonly request: Request;
    readonly response: Response;
    readonly refused: Refused;
    readonly isPage: boolean;
  },
): void {
  const { request, response, refused, isPage } = to;
  const status = STATUS[refused.why] ?? problems["promise-not-printed"].status;
  if (isPage && request.accepts(["json", "html"]) === "html") {
    if (refused.why === "behind") response.set("Retry-After", String(RETRY_S));
    send(response, status, renderRefused({ ...pageView(request), css: parts.css, refused }));
    return;
  }
  const detail = refusedText(refused, "en");
  if (status === 400) throw new Problem("cid-unreadable", "/cid", detail);
  if (status === 404) throw new Problem("not-found", "", detail);
  throw new Problem(status === 503 ? "index-behind" : "promise-not-printed", "", detail);
}

function send(response: Response, status: number, page: Page): void {
  response.status(status).set({
    "Content-Security-Policy": cspOf(page),
    "Cache-Control": "no-store",
    "Content-Language": page.lang,
    Vary: "Accept-Language",
  });
  response.type("html").send(page.markup);
}

/** A page of the label's own size; what the person who prints has to know stands on the screen alone. */
function sendSlip(
  response: Response,
  slip: Slip,
  { lang, certificate, origin }: { readonly lang: Lang; readonly certificate: Certificate; readonly origin: string },
): void {
  const { width, height, drawing } = slip;
  const tell = wordsIn(lang);
  const paper = { ...FORMATS["60x40"], width, height };
  const title = tell("sheet.title", { product: nameIn(certificate.productName, lang) });
  const lines = [tell("slip.count", { width, height }), tell("slip.print"), tell("slip.hidden")];
  const warning = isPublic(origin) ? null : html`<p class="warning">${tell("sheet.host", { host: origin })}</p>`;
  const notes = html`${warning}${lines.map((line) => html`<p>${line}</p>`)}`;
  const page = html`<svg class="page" xmlns="http://www.w3.org/2000/svg" lang="zh-CN" viewBox="0 0 ${width} ${height}" font-family="${SYSTEM_FONTS.sans}">${drawing}</svg>
`;
  response.set({
    "Content-Security-Policy": cspOf({ lang, markup: "", styles: [printCss(paper)], scripts: [], connect: [] }),
    "Cache-Control": "no-store",
    "Content-Language": lang,
  });
  response.type("html").send(printHead(paper, lang, { title, notes }) + page.markup + PRINT_END);
}

/** What a history tells, told once. */
function stories(): (history: History) => Story {
  const known = new WeakMap<object, Story>();
  return (history) => {
    const story = known.get(history.documents) ?? tellStory(history);
    known.set(history.documents, story);
    return story;
  };
}

async function organisationNamed(
  parts: PromisePageParts,
  text: string,
): Promise<RegisterView["organisation"] | Refused> {
  const number = /^[1-9]\d{0,7}$/.test(text) ? Number(text) : 0;
  const contents = number === 0 ? [] : await parts.organisation(number);
  if (contents.length === 0) {
    const isBehind = number > 0 && (await parts.behind()) !== null;
    return { why: isBehind ? "behind" : "organisation" };
  }
  for (const content of contents) {
    const text = await parts.documentOf(cidOf(bytesOf(content), "json"));
    const master =
      text === undefined ? null : readOrganisation(parsed(text), `0x${number.toString(16).padStart(64, "0")}`);
    if (master !== null) return { number, names: master.name ?? {}, example: master.example };
  }
  return { number, names: { zh: `№ ${number}` }, example: false };
}

function parsed(text: string): unknown {
  try {
    return parseCanonical(text);
  } catch {
    return null;
  }
}

/** Rows of the index are read so many at a time. */
const PAGE = 200;

async function rowsOf(
  parts: PromisePageParts,
  asked: Omit<PromisesAsked, "limit" | "after">,
): Promise<{ readonly rows: readonly RegisterRow[]; readonly isMore: boolean }> {
  const rows: RegisterRow[] = [];
  let after: string | null = null;
  do {
    const page = await parts.list({ ...asked, after, limit: Math.min(PAGE, MAX_ROWS - rows.length) });
    rows.push(...page.promises.map(rowOf));
    after = page.next;
  } while (after !== null && rows.length < MAX_ROWS);
  return { rows, isMore: after !== null };
}

function rowOf({ lot, document, amount, unit, at, said }: PromiseRow): RegisterRow {
  const cid = cidOf(bytesOf(document), "json");
  return { lot, document: cid, amount, unit, recordedAtS: Date.parse(at) / 1000, said };
}

/** Days of China, both included. */
function secondsOf(from: string | undefined, until: string | undefined) {
  const start = (day: string) => Date.parse(`${day}T00:00:00+08:00`) / 1000;
  return {
    ...(from === undefined ? {} : { fromS: start(from) }),
    ...(until === undefined ? {} : { untilS: start(until) + 86_400 }),
  };
}
