/** How the pages of 承诺达标合格证 go out, and what is said where there is none. */
import type { Request, Response } from "express";
import { Problem, problems } from "../../protocol/problem.ts";
import { type Refused, refusedText, renderRefused } from "../../scan-web/promise/refused.ts";
import type { Page } from "../../scan-web/ui/document.ts";
import type { Lang } from "../../scan-web/ui/i18n.ts";
import { cspOf } from "./csp.ts";
import { pageView } from "./pages.ts";

export type { Refusal };
export { refuse, send, spoken };

/** Seconds after which a reader may try again what is not read yet. */
const RETRY_S = 5;

const STATUS: Readonly<Partial<Record<Refused["why"], number>>> = {
  address: 400,
  none: 404,
  organisation: 404,
  behind: 503,
};

interface Refusal {
  readonly request: Request;
  readonly response: Response;
  readonly refused: Refused;
  /** Not a picture or a table: a browser is told by a page. */
  readonly isPage: boolean;
  /** Style sheet of scan-web/promise/promise.css, as built. */
  readonly css: string;
}

function refuse({ request, response, refused, isPage, css }: Refusal): void {
  const status = STATUS[refused.why] ?? problems["promise-not-printed"].status;
  if (isPage && request.accepts(["json", "html"]) === "html") {
    if (refused.why === "behind") response.set("Retry-After", String(RETRY_S));
    send(response, status, renderRefused({ ...pageView(request), css, refused }));
    return;
  }
  const detail = refusedText(refused, "en");
  if (status === 400) throw new Problem("cid-unreadable", "/cid", detail);
  if (status === 404) throw new Problem("not-found", "", detail);
  throw new Problem(status === 503 ? "index-behind" : "promise-not-printed", "", detail);
}

function send(response: Response, status: number, page: Page): void {
  spoken(response.status(status), page.lang).set("Content-Security-Policy", cspOf(page));
  response.type("html").send(page.markup);
}

/** Headers of what is made anew each time, in the language that the reader's browser asks for. */
function spoken(response: Response, lang: Lang): Response {
  return response.set({ "Cache-Control": "no-store", "Content-Language": lang, Vary: "Accept-Language" });
}
