/** The pages (`pages.ts`) as the API's document tells them: a program that follows a code's address finds a page there. */
import { z } from "zod";
import type { Operation, Paths } from "./describe.ts";

export { pagePaths };

const Lang = z.object({
  lang: z.string().optional().meta({ description: "zh-CN or en; else as Accept-Language says." }),
});
const page = { description: "The page.", content: { "text/html": "HTML." } };
const none = {
  description: "A page that says why not, and what to do.",
  content: { "text/html": "HTML." },
};

const scan = (id: string, path: z.ZodObject, summary: string): Operation => ({
  id,
  tag: "pages",
  summary,
  path,
  query: Lang,
  answers: { 200: page, 400: none, 404: none, 500: none, 503: none },
});

const pagePaths: Paths = {
  "/": {
    get: {
      id: "home",
      tag: "pages",
      summary: "Home",
      query: Lang,
      answers: { 200: page, 500: none },
    },
  },
  "/record/": {
    get: {
      id: "recorder",
      tag: "pages",
      summary: "The recorder: the page on which people in the field write down what they do",
      description:
        "The same for everybody and in either language; a phone keeps it and opens it without a link. With RECORD_HOST set it answers there alone.",
      answers: {
        200: page,
        304: { description: "The phone has it as it is." },
        307: { description: "The recorder's own host.", headers: { Location: "Its address." } },
      },
    },
  },
  "/api": {
    get: { id: "tryApi", tag: "pages", summary: "The page to try the API", query: Lang, answers: { 200: page } },
  },
  "/api/ui/{file}": {
    get: {
      id: "getUiFile",
      tag: "pages",
      summary: "What the page to try the API loads",
      path: z.object({ file: z.enum(["swagger-ui.css", "swagger-ui-bundle.js"]) }),
      answers: {
        200: { description: "The file.", content: { "text/css": "A style sheet.", "text/javascript": "A script." } },
      },
      problems: ["not-found"],
    },
  },
  "/find": {
    get: {
      id: "findCode",
      tag: "pages",
      summary: "The page of a code that was typed",
      query: Lang.extend({ code: z.string().optional() }),
      answers: {
        303: {
          description: "The code's page.",
          headers: { Location: "Its address." },
        },
        400: none,
        500: none,
      },
    },
  },
  "/01/{gtin}/10/{lot}/21/{serial}": {
    get: scan(
      "scanLong",
      z.object({ gtin: z.string(), lot: z.string(), serial: z.string() }),
      "The page of a code (GS1 Digital Link)",
    ),
  },
  "/T/{serial}": {
    get: scan("scanShort", z.object({ serial: z.string() }), "The page of a code without an article number"),
  },
};
