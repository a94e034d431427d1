/**
 * Labels on paper (docs/labels.md). `POST /api/label-sheets`: labels of serials that were issued, as HTML to print, or one of them as
 * PNG at 203 dpi. `GET /api/label-calibration`: the page that shows how far a printer is off.
 *
 * Serials are nowhere published: whoever holds them gives them, and each is looked for in the ledger's lists first, for a wrong label
 * costs a print run. So a stranger can make this server draw no more than the labels that he has in hand.
 */
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setImmediate } from "node:timers/promises";
import { type Request, type Response, Router } from "express";
import { z } from "zod";
import { bytesOf } from "../../protocol/bytes.ts";
import type { CodeClaim, Hex, History } from "../../protocol/history.ts";
import { codePath, fingerprint, printSerial, readCode, readFingerprint } from "../../protocol/label.ts";
import { Problem } from "../../protocol/problem.ts";
import { calibrationPage } from "../../scan-web/label/calibration.ts";
import { printCss } from "../../scan-web/label/css.ts";
import { DOTS_PER_MM, FORMAT_NAMES, FORMATS, type Format, outsideOf, PER_SHEET } from "../../scan-web/label/formats.ts";
import { type Drawing, drawLabel, type Fonts, labelSvg, SYSTEM_FONTS } from "../../scan-web/label/label.ts";
import { type Bag, type Job, printPages } from "../../scan-web/label/sheet.ts";
import { pathsOf, tellLabel } from "../../scan-web/label/told.ts";
import { tellIn } from "../../scan-web/label/words.ts";
import { LANGS, type Lang } from "../../scan-web/ui/i18n.ts";
import type { ResolvedCode } from "../resolve/code.ts";
import { jsonBody, jsonOf } from "./body.ts";
import { answer, type Paths, Subject } from "./describe.ts";
import { drawingOf } from "./drawing.ts";
import { HostField, originOf } from "./origin.ts";
import { cspOf } from "./pages.ts";
import { methodNotAllowed, read } from "./problem.ts";

export type { LabelSheetParts };
export { LabelSheet, labelSheetPaths, labelSheetRoutes, MAX_SERIALS };

interface LabelSheetParts {
  readonly code: (path: string) => Promise<ResolvedCode | { readonly state: "behind"; readonly why: string }>;
  /** The run of each serial, or null. */
  readonly runs: (serials: readonly string[]) => Promise<readonly (Hex | null)[]>;
  readonly history: (lot: Hex, code: CodeClaim) => Promise<History | null>;
  /** The newest final word of a lot. */
  readonly word: (lot: Hex) => Promise<Hex | null>;
  readonly drawPng: (svg: string, dotsPerMm: number) => Promise<Uint8Array>;
  /** Characters that pictures cannot show. */
  readonly missing: (text: string) => readonly string[];
  /** PUBLIC_URL's origin, or null: the address that was asked. */
  readonly publicOrigin: string | null;
}

/** 25 sheets of A4. */
const MAX_SERIALS = 1000;
const MAX_TEXT = 200;
const MAX_BODY = MAX_SERIALS * (MAX_TEXT + 4) + 2048;
/** The font of pictures is one file: other faces would be drawn as nothing. */
const PNG_FONTS: Fonts = { sans: "Noto Sans SC", serif: "Noto Sans SC" };

const tenths = (most: number) => z.coerce.number().int().min(-most).max(most).default(0);
const Shift = {
  x: tenths(100).meta({ description: "Tenths of a millimetre to the right." }),
  y: tenths(100).meta({ description: "Tenths of a millimetre down." }),
  pitchX: tenths(50).meta({ description: "Tenths of a millimetre from column to column, besides the label's width." }),
  pitchY: tenths(50).meta({ description: "Tenths of a millimetre from row to row, besides the label's height." }),
};
const FormatField = z.enum(FORMAT_NAMES).meta({ description: "Millimetres; a4: sheets of 4 × 10 labels." });
const LangField = z.enum(LANGS).default("zh-CN");

const LabelSheet = z
  .strictObject({
    serials: z.array(z.string().min(1).max(MAX_TEXT)).min(1).max(MAX_SERIALS).meta({
      description: "Serials, paths or whole addresses, all of one label run, each once.",
    }),
    run: Subject.optional().meta({ description: "The label run, where it is to be checked." }),
    format: FormatField.default("a4"),
    as: z
      .enum(["html", "png", "check"])
      .default("html")
      .meta({ description: "png: one label of 60x40 or 40x30 at 203 dpi; check: whether all of them can be drawn." }),
    lang: LangField,
    host: HostField,
    fingerprint: z.string().max(20).optional().meta({ description: "Else of the lot's newest head." }),
    shift: z.strictObject(Shift).default({ x: 0, y: 0, pitchX: 0, pitchY: 0 }),
    skip: z
      .int()
      .min(0)
      .max(PER_SHEET - 1)
      .default(0)
      .meta({ description: "Labels of the first sheet of A4 that are used up." }),
  })
  .refine(({ as, serials, format }) => as !== "png" || (serials.length === 1 && format !== "a4"), {
    path: ["as"],
    message: "a picture is of one serial, in 60x40 or 40x30",
  })
  .refine(({ skip, format }) => skip === 0 || format === "a4", {
    path: ["skip"],
    message: "only sheets of a4 have used labels",
  });

const Calibration = z.strictObject({ format: FormatField.default("a4"), lang: LangField, host: HostField, ...Shift });

const Checked = z.object({ run: Subject, lot: Subject, labels: z.int() });

const labelSheetPaths: Paths = {
  "/api/label-sheets": {
    post: {
      id: "printLabels",
      tag: "codes",
      summary: "Labels of issued serials, to print",
      description:
        "Each serial is looked for in the ledger's lists first; one that was never issued is refused by name.",
      body: { description: "Which labels, on what paper.", content: { "application/json": LabelSheet } },
      answers: {
        200: {
          description:
            "Pages in millimetres that any browser prints, without script; the picture of one label; or of which run they are.",
          content: {
            "text/html": "An HTML page.",
            "image/png": "A PNG of one bit a dot.",
            "application/json": Checked,
          },
        },
      },
      problems: [
        ...(["request-invalid", "unsupported-media-type", "body-too-large", "json-unreadable"] as const),
        ...(["json-duplicate-key", "text-unreadable", "code-malformed", "gtin-wrong-check"] as const),
        ...(["serial-malformed", "serial-wrong-check", "serial-repeated", "code-not-issued", "labels-mixed"] as const),
        ...(["fingerprint-malformed", "label-too-small", "letter-missing", "index-behind"] as const),
      ],
    },
  },
  "/api/label-calibration": {
    get: {
      id: "getLabelCalibration",
      tag: "codes",
      summary: "The page that shows how far a printer is off",
      query: Calibration,
      answers: { 200: { description: "Rulers, scales and three codes.", content: { "text/html": "An HTML page." } } },
      problems: ["request-invalid"],
    },
  },
};

function labelSheetRoutes(parts: LabelSheetParts): Router {
  const routes = Router();
  routes
    .route("/label-sheets")
    .post(...jsonBody(MAX_BODY), async (request: Request, response: Response) => {
      const asked = read(LabelSheet, jsonOf(request));
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
        response.type("image/png").send(Buffer.from(await parts.drawPng(svg, DOTS_PER_MM)));
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
      response
        .set("Content-Security-Policy", policy(format, asked.lang))
        .set("Content-Language", asked.lang)
        .type("html");
      await pipeline(Readable.from(paced(printPages(job, bags()))), response);
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

type Asked = z.output<typeof LabelSheet>;

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
  const history = await parts.history(lot, claim);
  if (history === null) throw new Problem("index-behind", "/serials/0", "the index is being made anew");
  const pathOf = pathsOf(history);
  checkPaths(given, history, pathOf);
  const word = asked.fingerprint === undefined ? await parts.word(lot) : null;
  if (asked.fingerprint === undefined && word === null)
    throw new Problem("index-behind", "/serials/0", "the lot has no head yet");
  const printed = {
    ...tellLabel(history, run, lang),
    fingerprint: word === null ? readFingerprint(asked.fingerprint ?? "") : fingerprint(bytesOf(word)),
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

function checkEachOnce(serials: readonly string[]): void {
  const places = new Map<string, number>();
  for (const [n, serial] of serials.entries()) {
    const before = places.get(serial);
    if (before !== undefined)
      throw new Problem("serial-repeated", `/serials/${n}`, `${printSerial(serial)} stands at ${before} already`);
    places.set(serial, n);
  }
}

/** All of one run. The first tells which; it alone needs its place in the run's tree, for the history that carries it. */
async function checkIssued(
  parts: LabelSheetParts,
  serials: readonly string[],
  wanted: string | undefined,
): Promise<{ readonly run: Hex; readonly lot: Hex; readonly claim: CodeClaim }> {
  const runs = await parts.runs(serials);
  const missing = runs.indexOf(null);
  const asked = Math.max(0, missing);
  const code = await parts.code(codePath({ gtin: null, lotNumber: null, serial: serials[asked] ?? "" }));
  const at = `/serials/${asked}`;
  if (code.state === "behind") throw new Problem("index-behind", at, code.why);
  if (code.state === "unknown" || missing >= 0)
    throw new Problem(
      "code-not-issued",
      at,
      `${printSerial(serials[asked] ?? "")} was never issued: no label run of this ledger holds it`,
    );
  const { run } = code.claim;
  const other = runs.findIndex((one) => one !== run);
  if (other >= 0)
    throw new Problem(
      "labels-mixed",
      `/serials/${other}`,
      `${printSerial(serials[other] ?? "")} is of the run ${runs[other]}, the first serial of ${run}`,
    );
  if (wanted !== undefined && wanted !== run)
    throw new Problem("labels-mixed", "/run", `these serials are of the run ${run}`);
  return { run, lot: code.lot, claim: code.claim };
}

/** Whoever gives a whole path means that one: what would be printed has to be it. The short form claims nothing. */
function checkPaths(
  given: readonly ReturnType<typeof readCode>[],
  history: History,
  pathOf: (serial: string) => string,
): void {
  for (const [n, code] of given.entries()) {
    if (code.gtin === null || codePath(code) === pathOf(code.serial)) continue;
    throw new Problem(
      "code-not-issued",
      `/serials/${n}`,
      `lot ${history.lot} has codes such as ${pathOf(code.serial)}, not ${codePath(code)}`,
    );
  }
}

function checkLetters({ missing }: LabelSheetParts, { layout }: Drawing): void {
  const lost = missing(layout.lines.map(({ text }) => text ?? "").join(""));
  if (lost.length > 0) throw new Problem("letter-missing", "/as", `the label needs ${lost.join(" ")}`);
}

function checkShift(format: Format, shift: Asked["shift"], at: string): void {
  const way = outsideOf(format, shift);
  if (way !== null) throw new Problem("request-invalid", `${at}/${way}`, "labels so shifted would leave the paper");
}

/** A page's worth at a time, so that others are served in between. */
async function* paced(pieces: Iterable<string>): AsyncGenerator<string> {
  for (const piece of pieces) {
    yield piece;
    await setImmediate();
  }
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

/** Whether buyers far away can open it, as far as a name tells. */
function isPublic(origin: string): boolean {
  const { hostname, protocol } = new URL(origin);
  const isNear = /^(127\.|10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|\[)|\.(local|internal|lan)$/.test(
    hostname,
  );
  return protocol === "https:" && hostname.includes(".") && !isNear;
}
