/**
 * Labels on paper (docs/labels.md). `POST /api/label-sheets`: labels of serials that were issued, as HTML to print, or one of them as
 * PNG at 203 dpi. `GET /api/label-calibration`: the page that shows how far a printer is off.
 *
 * Serials are nowhere published: whoever holds them gives them, and each is looked for in the ledger's lists first, for a wrong label
 * costs a print run, and one that is void or of recalled goods must not be printed at all. So a stranger can make this server draw no more than the labels that he has in hand.
 */
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Request, type Response, Router } from "express";
import type { Hex } from "../../protocol/history.ts";
import { printSerial, readCode } from "../../protocol/label.ts";
import { Problem } from "../../protocol/problem.ts";
import { calibrationPage } from "../../scan-web/label/calibration.ts";
import { printCss } from "../../scan-web/label/css.ts";
import { DOTS_PER_MM, FORMATS, type Format } from "../../scan-web/label/formats.ts";
import { type Drawing, drawLabel, type Fonts, labelSvg, SYSTEM_FONTS } from "../../scan-web/label/label.ts";
import { type Bag, type Job, printPages } from "../../scan-web/label/sheet.ts";
import { pathsOf, tellLabel } from "../../scan-web/label/told.ts";
import { tellIn } from "../../scan-web/label/words.ts";
import type { Lang } from "../../scan-web/ui/i18n.ts";
import { jsonOrFormBody, jsonOrFormOf } from "./body.ts";
import { answer } from "./describe.ts";
import { cspOf } from "./csp.ts";
import { drawingOf } from "./drawing.ts";
import {
  checkEachOnce,
  checkIssued,
  checkLetters,
  checkNotRecalled,
  checkPaths,
  checkShift,
  fingerprintOf,
  type LabelSources,
} from "./label-checks.ts";
import { type Asked, Calibration, Checked, LabelSheet, MAX_BODY } from "./label-sheet-paths.ts";
import { isPublic, originOf } from "./origin.ts";
import { Press } from "./press.ts";
import { methodNotAllowed, read } from "./problem.ts";

export type { LabelSheetParts };
export { labelSheetRoutes };

interface LabelSheetParts extends LabelSources {
  readonly drawPng: (svg: string, dotsPerMm: number) => Promise<Uint8Array>;
  /** PUBLIC_URL's origin, or null: the address that was asked. */
  readonly publicOrigin: string | null;
}

/** The font of pictures is one file: other faces would be drawn as nothing. */
const PNG_FONTS: Fonts = { sans: "Noto Sans SC", serif: "Noto Sans SC" };

function labelSheetRoutes(parts: LabelSheetParts): Router {
  const routes = Router();
  const press = new Press(parts.drawPng);
  routes
    .route("/label-sheets")
    .post(...jsonOrFormBody(MAX_BODY), async (request: Request, response: Response) => {
      const asked = read(LabelSheet, jsonOrFormOf(request, "sheet"));
      const format = FORMATS[asked.format];
      checkShift(format, asked.shift, "/shift");
      const origin = originOf(parts.publicOrigin, request, asked.host);
      const { bags, drawing, product, of } = await prepare(parts, asked, origin);
      if (asked.as === "check") {
        answer(response, Checked, { ...of, labels: asked.serials.length });
        return;
      }
      if (asked.as === "png") {
        const [bag] = bags();
        if (bag === undefined) throw new Problem("request-invalid", "/serials", "no serial");
        const svg = labelSvg(drawing, drawing.bag(bag.serial, bag.code), PNG_FONTS);
        response.type("image/png").send(Buffer.from(await press.picture(svg, DOTS_PER_MM)));
        return;
      }
      const job: Job = {
        drawing,
        product,
        lang: asked.lang,
        shift: asked.shift,
        skip: asked.skip,
        ...notesOf(asked, origin),
      };
      const pages = await press.pages(printPages(job, bags()));
      response
        .set("Content-Security-Policy", policy(format, asked.lang))
        .set("Content-Language", asked.lang)
        .type("html");
      await pipeline(Readable.from(pages), response);
    })
    .all(methodNotAllowed("POST"));
  routes
    .route("/label-calibration")
    .get((request, response) => {
      const { format: name, lang, host, ...shift } = read(Calibration, request.query);
      const format = FORMATS[name];
      checkShift(format, shift, "");
      const codes = SAMPLES.map((text) => drawingOf(`${originOf(parts.publicOrigin, request, host)}/`, text));
      response.set("Content-Security-Policy", policy(format, lang)).set("Content-Language", lang).type("html");
      response.send(calibrationPage({ format, lang, shift, codes }));
    })
    .all(methodNotAllowed("GET"));
  return routes;
}

/** As long as a code with article and lot number, so as dense. What a phone shows says which of the three it read. */
const SAMPLES = ["0.4", "0.5", "0.6"].map((size) => `CALIBRATION/${size}/MM/0000000000000000000000000000`);

/** Checks every serial, then lays the label out once for all of them. */
async function prepare(
  parts: LabelSheetParts,
  asked: Asked,
  origin: string,
): Promise<{
  readonly drawing: Drawing;
  readonly product: string;
  readonly of: { readonly run: Hex; readonly lot: Hex };
  readonly bags: () => Generator<Bag>;
}> {
  const { format: name, lang, as } = asked;
  const given = asked.serials.map((text, n) => readCode(text, `/serials/${n}`));
  const serials = given.map(({ serial }) => serial);
  checkEachOnce(serials);
  const { run, lot, claim } = await checkIssued(parts, serials, asked.run);
  await checkNotRecalled(parts, run);
  const history = await parts.history(lot, claim);
  if (history === null) throw new Problem("index-behind", "/serials/0", "the index is being made anew");
  const pathOf = pathsOf(history);
  checkPaths(given, history, pathOf);
  const printed = {
    ...tellLabel(history, run, lang),
    fingerprint: await fingerprintOf(parts, lot, asked.fingerprint),
    host: new URL(origin).host,
  };
  const codeOf = (serial: string) => drawingOf(origin, pathOf(serial));
  const fonts = as === "png" ? PNG_FONTS : SYSTEM_FONTS;
  const drawing = drawLabel(printed, { format: FORMATS[name], lang, modules: codeOf(serials[0] ?? "").size, fonts });
  if (as === "png") checkLetters(parts, drawing);
  const { zh, en } = printed.product;
  return {
    drawing,
    of: { run, lot },
    product: (lang === "zh-CN" ? (zh ?? en) : (en ?? zh)) ?? "",
    *bags() {
      for (const serial of serials) yield { serial, code: codeOf(serial) };
    },
  };
}

function policy(format: Format, lang: Lang): string {
  return cspOf({ lang, markup: "", styles: [printCss(format)], scripts: [], connect: [] });
}

function notesOf({ serials, format, lang, shift, skip }: Asked, origin: string): Pick<Job, "notes" | "warning"> {
  const tell = tellIn(lang);
  const inMm = (value: number) => value / 10;
  const { x, y, pitchX, pitchY } = shift;
  const [first = "", last = ""] = [serials[0], serials.at(-1)].map((text = "") => printSerial(readCode(text).serial));
  return {
    notes: [
      tell("note.count", { count: serials.length, first, last }),
      tell("note.print"),
      format === "a4" ? tell("note.sheet", { skip }) : tell("note.roll", { size: format.replace("x", " × ") }),
      tell("note.shift", { x: inMm(x), y: inMm(y), pitchX: inMm(pitchX), pitchY: inMm(pitchY) }),
      tell("note.hidden"),
    ],
    warning: isPublic(origin) ? null : tell("note.host", { host: origin }),
  };
}
