/** What `label-sheets.ts` takes and answers, and its addresses as the API's document tells them. */
import { z } from "zod";
import { FORMAT_NAMES, PER_SHEET } from "../../scan-web/label/formats.ts";
import { LANGS } from "../../scan-web/ui/i18n.ts";
import { type Paths, Subject } from "./describe.ts";
import { HostField } from "./origin.ts";

export type { Asked };
export { Calibration, Checked, LabelSheet, labelSheetPaths, MAX_BODY };

type Asked = z.output<typeof LabelSheet>;

/** 25 sheets of A4. */
const MAX_SERIALS = 1000;
const MAX_TEXT = 200;
const MAX_BODY = MAX_SERIALS * (MAX_TEXT + 4) + 2048;
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

const SheetForm = z.object({ sheet: z.string() });

const Calibration = z.strictObject({ format: FormatField.default("a4"), lang: LangField, host: HostField, ...Shift });

const Checked = z.object({ run: Subject, lot: Subject, labels: z.int() });

const labelSheetPaths: Paths = {
  "/api/label-sheets": {
    post: {
      id: "printLabels",
      tag: "codes",
      summary: "Labels of issued serials, to print",
      description:
        "Each serial is looked for in the ledger's lists first; one that was never issued or is void is refused by name, all of them while the goods are recalled.",
      body: {
        description: "Which labels, on what paper. A form carries the same JSON in its field `sheet`.",
        content: { "application/json": LabelSheet, "application/x-www-form-urlencoded": SheetForm },
      },
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
        ...(["label-voided", "recalled", "fingerprint-unknown", "too-many-requests"] as const),
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
