/**
 * Reads from the index. `GET /api/lots`: lots by page, `limit` and `after`. `GET /api/lots/{id}`: one lot;
 * `GET /api/lots/{id}/history`: all that a reader needs to check it, with `code` the claim of that code;
 * `GET /api/lots/{id}/trace`: where it came from or went, `direction` up or down, to `limit`.
 * `GET /api/labels/{run}`: one label run. `GET /api/codes`: what the code in `code` stands for.
 */
import express, { type Router } from "express";
import { z } from "zod";
import type { CodeClaim, Hex, History } from "../../protocol/history.ts";
import { Problem, type ProblemType } from "../../protocol/problem.ts";
import type { ResolvedCode } from "../resolve/code.ts";
import type { LabelRunRow, LotRow } from "../resolve/lots.ts";
import type { TraceLink, TraceNode } from "../resolve/trace.ts";
import { AmountText, answer, Hash, type Paths, Subject, Time } from "./describe.ts";
import { ClaimTold, HistoryTold } from "./history-schema.ts";
import { nextPage } from "./page-link.ts";
import { methodNotAllowed, read } from "./problem.ts";

export type { LotParts };
export { lotPaths, lotRoutes };

interface Way {
  readonly nodes: readonly TraceNode[];
  readonly links: readonly TraceLink[];
  readonly cut: boolean;
}

interface LotParts {
  readonly list: (page: { readonly limit: number; readonly after: string | null }) => Promise<{
    readonly lots: readonly LotRow[];
    readonly next: string | null;
  }>;
  readonly lot: (id: string) => Promise<LotRow | null>;
  readonly labelRun: (id: string) => Promise<LabelRunRow | null>;
  readonly history: (lot: Hex, code: CodeClaim | null) => Promise<History | null>;
  readonly trace: (id: string, walk: { readonly direction: "up" | "down"; readonly limit: number }) => Promise<Way>;
  /** `why`: one sentence. */
  readonly code: (path: string) => Promise<ResolvedCode | { readonly state: "behind"; readonly why: string }>;
  /** Why the index cannot say of a lot, run or other subject that it is not there; null when it can. */
  readonly behind: () => Promise<string | null>;
}

/** Subjects of one walk, which is made anew for each page: beyond it `cut` stays true on the last one. */
const MAX_WALK = 10_000;
const AFTER = "The `next` of the page before.";
const Page = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50).meta({ description: "How many at most." }),
  after: z
    .string()
    .regex(/^\d{1,12}-0x[0-9a-f]{64}$/)
    .optional()
    .meta({ description: AFTER }),
});
const Walk = z.strictObject({
  direction: z.enum(["up", "down"]).default("up").meta({ description: "up: where it came from; down: where it went." }),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(MAX_WALK)
    .default(1_000)
    .meta({ description: "How many subjects at most." }),
  after: Subject.optional().meta({ description: AFTER }),
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
      description: "The kind of entry that made it: ORIGIN, HARVEST or TRANSFORM.",
    }),
    holder: z.int().meta({ description: "Number of the organisation that holds it." }),
    product: Subject.nullable(),
    unit: z.string().meta({
      description: "UN/CEFACT Recommendation 20: KGM, MTK, H87 or LTR.",
    }),
    made: AmountText,
    left: AmountText,
    packed: AmountText,
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
    cut: z.boolean().meta({ description: "True when there is more than this. A walk ends at 10,000 subjects." }),
    next: z.string().nullable(),
  })
  .meta({ id: "Trace" });
const RunTold = z
  .object({
    id: Subject,
    lot: Subject,
    holder: z.int(),
    count: z.int(),
    madeAt: Time,
  })
  .meta({ id: "LabelRun" });
const CodeTold = ClaimTold.extend({
  state: z.literal("issued"),
  lot: Subject,
}).meta({ id: "IssuedCode" });

const LINK = {
  Link: '`<address>; rel="next"` (RFC 8288) where there is a next page.',
};
const GONE = ["not-found", "index-behind"] as const;
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

const ADDRESSES = ["/lots", "/lots/:id", "/lots/:id/history", "/lots/:id/trace", "/labels/:run", "/codes"];

function lotRoutes(parts: LotParts): Router {
  const routes = express.Router();
  // May be kept, and is asked for again by its ETag each time.
  routes.use(["/lots", "/labels", "/codes"], (_request, response, next) => {
    response.set("Cache-Control", "no-cache");
    next();
  });
  routes.get("/lots", async (request, response) => {
    const { limit, after } = read(Page, request.query);
    const page = await parts.list({ limit, after: after ?? null });
    nextPage(request, response, page.next);
    answer(response, Lots, page);
  });
  routes.get("/lots/:id", async (request, response) => {
    answer(response, LotTold, await found(parts, "lot", () => parts.lot(idOf(request.params.id))));
  });
  routes.get("/lots/:id/history", async (request, response) => {
    const lot = idOf(request.params.id);
    const { code } = read(MaybeCode, request.query);
    const resolved = code === undefined ? null : issued(await parts.code(code));
    if (resolved !== null && resolved.lot !== lot)
      throw new Problem("code-not-issued", "/code", "this code was issued for another lot");
    answer(response, HistoryTold, await found(parts, "lot", () => parts.history(lot, resolved?.claim ?? null)));
  });
  routes.get("/lots/:id/trace", async (request, response) => {
    const id = idOf(request.params.id);
    const { direction, limit, after } = read(Walk, request.query);
    const way = await found(parts, "subject", async () => {
      const whole = await parts.trace(id, { direction, limit: MAX_WALK });
      return whole.nodes.length === 0 ? null : whole;
    });
    const page = pageOf(way, limit, after ?? null);
    nextPage(request, response, page.next);
    answer(response, TraceTold, page);
  });
  routes.get("/labels/:run", async (request, response) => {
    answer(response, RunTold, await found(parts, "label run", () => parts.labelRun(idOf(request.params.run))));
  });
  routes.get("/codes", async (request, response) => {
    const { code } = read(Code, request.query);
    const { lot, claim } = issued(await parts.code(code));
    answer(response, CodeTold, { state: "issued", lot, ...claim });
  });
  routes.all(ADDRESSES, methodNotAllowed("GET"));
  return routes;
}

/** A page of a walk; a link stands on the page that brings the later of its two ends. */
function pageOf({ nodes, links, cut }: Way, limit: number, after: string | null) {
  const from = after === null ? 0 : nodes.findIndex(({ id }) => id === after) + 1;
  if (after !== null && from === 0) throw new Problem("request-invalid", "/after", "not a subject of this walk");
  const to = Math.min(nodes.length, from + limit);
  const places = new Map(nodes.map(({ id }, place) => [id, place]));
  const isHere = ({ consumer, input }: TraceLink) => {
    const later = Math.max(places.get(consumer) ?? 0, places.get(input) ?? 0);
    return later >= from && later < to;
  };
  const more = to < nodes.length;
  const next = more ? (nodes[to - 1]?.id ?? null) : null;
  return {
    nodes: nodes.slice(from, to),
    links: links.filter(isHere),
    cut: cut || more,
    next,
  };
}

function issued(resolved: Awaited<ReturnType<LotParts["code"]>>): ResolvedCode & { readonly state: "issued" } {
  if (resolved.state === "issued") return resolved;
  if (resolved.state === "behind") throw new Problem("index-behind", "/code", resolved.why);
  throw new Problem(
    "code-not-issued",
    "/code",
    `${resolved.serial} is well formed, but no label run of this ledger holds it`,
  );
}

function idOf(text: string): Hex {
  if (Subject.safeParse(text).success) return text as Hex;
  throw new Problem("not-found", "/id", "a subject id is 0x and 64 lower-case hex digits");
}

/** What is not there is missing only when the index was whole before and after the look (a rebuild may begin at any time). */
async function found<T>({ behind }: LotParts, what: string, look: () => Promise<T | null>): Promise<T> {
  const before = await behind();
  const row = await look();
  if (row !== null) return row;
  const why = before ?? (await behind());
  if (why !== null) throw new Problem("index-behind", "/id", why);
  throw new Problem("not-found", "/id", `the ledger has no such ${what}`);
}
