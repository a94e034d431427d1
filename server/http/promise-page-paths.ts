/** What `promise-pages.ts` takes and answers, and its addresses as the API's document tells them. */
import { z } from "zod";
import { SLIP_FORMATS } from "../../scan-web/promise/slip.ts";
import type { Operation, Paths } from "./describe.ts";
import { LINK, NewestFirstStatement } from "./paging.ts";

export { MAX_ROWS, PAGE, promisePagePaths, RegisterAsked, SheetAsked };

/** Of one page of a register, and of a list as the API gives it. */
const PAGE = 200;
/** Of a register as CSV; more is asked for by days. */
const MAX_ROWS = 2000;

const lang = z.string().max(20).optional().meta({ description: "zh-CN or en; else as Accept-Language says." });
/** An empty field of a form is none. */
const day = (description: string) =>
  z.preprocess((text) => (text === "" ? undefined : text), z.iso.date().optional()).meta({ description });

const SheetAsked = z.object({
  as: z.enum(["page", "slip", "png"]).default("page").meta({
    description:
      "page: the certificate, to print on A4; slip: a page of the label's size; png: a picture of it at 203 dpi.",
  }),
  format: z.enum(SLIP_FORMATS).default("60x40").meta({
    description: "Of slip and png. 60x40: millimetres; roll58: 48 mm of ink on a roll of 58 mm, as long as it needs.",
  }),
  lang,
});

const RegisterAsked = z.object({
  from: day("First day of recording, in China."),
  until: day("Last day of recording, in China."),
  as: z
    .enum(["page", "csv"])
    .default("page")
    .meta({ description: `csv: all of these days, at most ${MAX_ROWS}.` }),
  after: NewestFirstStatement.after.meta({
    description: `Of a page: the first line after this place, ${PAGE} in all.`,
  }),
  lang,
});

const none = { description: "A page that says why not, and what to do.", content: { "text/html": "HTML." } };

const sheet = (id: string, summary: string): Operation => ({
  id,
  tag: "pages",
  summary,
  description:
    "Held against the ledger first. What is not on record, says something else, was corrected or stands under a recall is not printed.",
  path: z.object({ cid: z.string().max(200).meta({ description: "CID of its document." }) }),
  query: SheetAsked,
  answers: {
    200: {
      description: "The certificate.",
      content: { "text/html": "HTML.", "image/png": "A PNG of one bit a dot." },
    },
    ...{ 400: none, 404: none, 409: none, 503: none },
  },
  problems: [
    ...(["request-invalid", "cid-unreadable", "not-found", "index-behind", "promise-not-printed"] as const),
    ...(["label-too-small", "letter-missing", "too-many-requests"] as const),
  ],
});

const promisePagePaths: Paths = {
  "/promise/{cid}": { get: sheet("promiseSheet", "A 承诺达标合格证, to read and to print") },
  "/PROMISE/{cid}": {
    get: sheet("promiseCode", "The same, as its code has it: in capitals, which take less room there"),
  },
  "/promises/{organisation}": {
    get: {
      id: "promiseRegister",
      tag: "pages",
      summary: "The register of an organisation's 承诺达标合格证",
      description:
        "Each is held against the ledger, as `state` of `GET /api/promises`; a page leads to the next one by a link.",
      path: z.object({ organisation: z.string().max(20).meta({ description: "Its number on the ledger." }) }),
      query: RegisterAsked,
      answers: {
        200: {
          description: "Newest first.",
          content: { "text/html": "HTML.", "text/csv": "CSV (RFC 4180) with a byte order mark." },
          headers: LINK,
        },
        ...{ 404: none, 503: none },
      },
      problems: ["request-invalid", "not-found", "index-behind", "too-many-requests"],
    },
  },
};
