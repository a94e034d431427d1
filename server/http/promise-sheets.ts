/** `GET /promise/{cid}`: one 承诺达标合格证 as a page that prints on A4, as a label to print, or as a picture of one at 203 dpi. */
import { type Request, type Response, Router } from "express";
import type { History } from "../../protocol/history.ts";
import { Problem } from "../../protocol/problem.ts";
import { printCss } from "../../scan-web/label/css.ts";
import { DOTS_PER_MM, FORMATS } from "../../scan-web/label/formats.ts";
import { PRINT_END, printHead } from "../../scan-web/label/frame.ts";
import { type Fonts, SYSTEM_FONTS } from "../../scan-web/label/label.ts";
import type { Certificate } from "../../scan-web/promise/certificate.ts";
import { nameIn } from "../../scan-web/promise/items.ts";
import { renderSheet } from "../../scan-web/promise/sheet.ts";
import { drawSlip, type Slip, slipSvg } from "../../scan-web/promise/slip.ts";
import { wordsIn } from "../../scan-web/promise/words.ts";
import type { Story } from "../../scan-web/scan/story.ts";
import { tellStory } from "../../scan-web/scan/tell.ts";
import { html } from "../../scan-web/ui/html.ts";
import type { Lang } from "../../scan-web/ui/i18n.ts";
import { cspOf } from "./csp.ts";
import { drawingOf } from "./drawing.ts";
import { isPublic, originOf } from "./origin.ts";
import { pageView } from "./pages.ts";
import { Press } from "./press.ts";
import { methodNotAllowed, read } from "./problem.ts";
import { refuse, send, spoken } from "./promise-answers.ts";
import { type FindParts, findCertificate } from "./promise-find.ts";
import { SheetAsked } from "./promise-page-paths.ts";

export type { SheetParts };
export { promiseSheetRoutes };

interface SheetParts extends FindParts {
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

function promiseSheetRoutes(parts: SheetParts): Router {
  const routes = Router();
  const press = new Press(parts.drawPng);
  const storyOf = stories();
  routes
    .route(["/promise/:cid", "/PROMISE/:cid"])
    .get(async (request: Request<{ cid: string }>, response) => {
      const { as, format } = read(SheetAsked, request.query);
      const found = await findCertificate(parts, request.params.cid);
      if ("why" in found) {
        refuse({ request, response, refused: found, isPage: as !== "png", css: parts.css });
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
  return routes;
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
  const policy = cspOf({ lang, markup: "", styles: [printCss(paper)], scripts: [], connect: [] });
  spoken(response, lang).set("Content-Security-Policy", policy);
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
