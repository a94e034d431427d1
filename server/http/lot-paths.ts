/** What `lots.ts` takes and answers, and its addresses as the API's document tells them. */
import { z } from "zod";
import type { ProblemType } from "../../protocol/problem.ts";
import { MAX_VOIDED } from "../resolve/lots.ts";
import { AmountText, Hash, type Paths, Subject, Time } from "./describe.ts";
import { GONE } from "./found.ts";
import { ClaimTold, HistoryTold } from "./history-schema.ts";
import { LINK, NewestFirst, NEXT_OF_PAGE_BEFORE } from "./paging.ts";

export { Code, CodeTold, LotTold, lotPaths, Lots, MAX_WALK, MaybeCode, Page, RunTold, TraceTold, Walk };

/** Subjects of one walk, with ten links for each: beyond them `cut` stays true on the last page. */
const MAX_WALK = 10_000;
const Page = z.strictObject(NewestFirst);
const Walk = z.strictObject({
  direction: z.enum(["up", "down"]).default("up").meta({ description: "up: where it came from; down: where it went." }),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(MAX_WALK)
    .default(1_000)
    .meta({ description: "How many subjects at most." }),
  after: Subject.optional().meta({ description: NEXT_OF_PAGE_BEFORE }),
});
const CodeText = z.string().min(1).max(200).meta({
  description: "The code's path, /01/… or /T/….",
  example: "/T/K7QMZ3V5XABTC9",
});
const Code = z.strictObject({ code: CodeText });
const MaybeCode = z.strictObject({ code: CodeText.optional() });
const Id = z.strictObject({ id: Subject });
const Run = z.strictObject({ run: Subject });

const LotTold = z
  .object({
    id: Subject,
    kind: z.string().meta({
      description: "The kind of entry that made it: ORIGIN, HARVEST, TRANSFORM or SHIP (a consignment).",
    }),
    holder: z.int().meta({ description: "Number of the organisation that holds it." }),
    product: Subject.nullable(),
    unit: z.string().meta({
      description: "UN/CEFACT Recommendation 20: KGM, MTK, H87 or LTR.",
    }),
    made: AmountText,
    left: AmountText,
    packed: AmountText,
    lost: AmountText.meta({ description: "Discarded, or lost between hands." }),
    recalled: z
      .boolean()
      .meta({ description: "Whether a recall of this very lot stands; what came of it is not asked." }),
    madeAt: Time,
    document: Hash.meta({
      description: "SHA-256 of the document that made it.",
    }),
  })
  .meta({ id: "Lot" });
const Lots = z.object({ lots: z.array(LotTold), next: z.string().nullable() }).meta({ id: "Lots" });
const TraceTold = z
  .object({
    nodes: z.array(
      z.object({
        id: Subject,
        sort: z.int().meta({ description: "Number of the kind that made it." }),
        holder: z.int(),
        product: z.string().nullable(),
        depth: z.int().meta({ description: "Steps from the subject asked for." }),
      }),
    ),
    links: z.array(z.object({ consumer: Subject, input: Subject, amount: z.int() })).meta({
      description:
        "Thousandths of `input`'s unit that went into `consumer`; both ends are on this page or an earlier one.",
    }),
    cut: z
      .boolean()
      .meta({ description: "True when there is more than this. A walk ends at 10,000 subjects, or 100,000 links." }),
    next: z.string().nullable(),
  })
  .meta({ id: "Trace" });
const RunTold = z
  .object({
    id: Subject,
    lot: Subject,
    certificate: Subject.nullable().meta({ description: "The one that the labels claim." }),
    holder: z.int(),
    count: z.int().meta({ description: "Labels issued." }),
    valid: z.int().meta({ description: "Those of them that are not void." }),
    voided: z
      .array(
        z.object({
          first: z.int().meta({ description: "Place in the run, from 0." }),
          number: z.int(),
          reason: z.enum(["misprinted", "unsold", "lost", "taken-back"]),
          at: Time,
        }),
      )
      .meta({ description: `Labels that count no more, by place; the first ${MAX_VOIDED} ranges of them.` }),
    madeAt: Time,
  })
  .meta({ id: "LabelRun" });
const CodeTold = ClaimTold.extend({
  state: z.literal("issued"),
  lot: Subject,
}).meta({ id: "IssuedCode" });

const NO_CODE = [
  ...["request-invalid", "code-malformed", "gtin-wrong-check", "serial-malformed", "serial-wrong-check"],
  ...["code-not-issued", "index-behind"],
] as ProblemType[];

const lotPaths: Paths = {
  "/api/lots": {
    get: {
      id: "listLots",
      tag: "reading",
      summary: "Lots, newest first, by page",
      query: Page,
      answers: {
        200: {
          description: "A page.",
          content: { "application/json": Lots },
          headers: LINK,
        },
      },
      problems: ["request-invalid"],
    },
  },
  "/api/lots/{id}": {
    get: {
      id: "getLot",
      tag: "reading",
      summary: "One lot",
      path: Id,
      answers: {
        200: {
          description: "The lot.",
          content: { "application/json": LotTold },
        },
      },
      problems: GONE,
    },
  },
  "/api/lots/{id}/history": {
    get: {
      id: "getHistory",
      tag: "reading",
      summary: "All that a reader needs to check a lot",
      description:
        "With `code`, the claim of that code too. Nothing of it is to be believed until it was verified: `protocol/verify.ts`.",
      path: Id,
      query: MaybeCode,
      answers: {
        200: {
          description: "The history.",
          content: { "application/json": HistoryTold },
        },
      },
      problems: [...NO_CODE, "not-found", "chain-unavailable"],
    },
  },
  "/api/lots/{id}/trace": {
    get: {
      id: "traceLot",
      tag: "reading",
      summary: "Where a lot, plot or label run came from, or went",
      path: Id,
      query: Walk,
      answers: {
        200: {
          description: "Subjects, nearest first, and what links them.",
          content: { "application/json": TraceTold },
          headers: LINK,
        },
      },
      problems: ["request-invalid", ...GONE],
    },
  },
  "/api/labels/{run}": {
    get: {
      id: "getLabelRun",
      tag: "codes",
      summary: "One label run",
      path: Run,
      answers: {
        200: {
          description: "The run.",
          content: { "application/json": RunTold },
        },
      },
      problems: GONE,
    },
  },
  "/api/codes": {
    get: {
      id: "resolveCode",
      tag: "codes",
      summary: "What a code stands for",
      query: Code,
      answers: {
        200: {
          description: "It was issued, with the proof.",
          content: { "application/json": CodeTold },
        },
      },
      problems: NO_CODE,
    },
  },
};
