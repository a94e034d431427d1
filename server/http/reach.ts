/** `GET /api/subjects/{id}/reach`: everything that came of a subject, by page, with sums over all of it: what a recall of it reaches. */
import express, { type Router } from "express";
import { z } from "zod";
import { MAX_REACH, type ReachedSubject, type ReachSums } from "../resolve/reach.ts";
import type { Trace } from "../resolve/trace.ts";
import { AmountText, answer, type Paths, Subject } from "./describe.ts";
import { type Behind, found, GONE, idOf } from "./found.ts";
import { MAX_WALK } from "./lot-paths.ts";
import { nextPage } from "./page-link.ts";
import { LINK, NEXT_OF_PAGE_BEFORE } from "./paging.ts";
import { methodNotAllowed, read } from "./problem.ts";
import { pageOfWalk } from "./walk.ts";

export type { ReachParts };
export { reachPaths, reachRoutes };

interface ReachParts {
  readonly trace: (id: string, walk: { readonly direction: "down"; readonly limit: number }) => Promise<Trace>;
  readonly subjects: (nodes: Trace["nodes"]) => Promise<readonly ReachedSubject[]>;
  /** Null: there is more than a walk goes to. */
  readonly sums: (id: string) => Promise<ReachSums | null>;
  readonly behind: Behind;
}

const Asked = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1_000).default(200).meta({ description: "How many subjects at most." }),
  after: Subject.optional().meta({ description: NEXT_OF_PAGE_BEFORE }),
});

/** A sum may be larger than any one amount. */
const Count = z.string().regex(/^\d{1,20}$/);
const MOST_TOLD = MAX_REACH.toLocaleString("en");

const ReachTold = z
  .object({
    subject: Subject,
    sums: z
      .object({
        subjects: z.int(),
        lots: z.int(),
        consignments: z.int(),
        runs: z.int().meta({ description: "Label runs." }),
        labels: Count.meta({ description: "Labels issued in them." }),
        valid: Count.meta({ description: "Those of them that are not void." }),
        organisations: z.array(z.int()).meta({ description: "Who holds any of it, or is offered it." }),
      })
      .nullable()
      .meta({
        description: `Over all of it, this page or not, as of the newest block; the subject itself is not among them. Null where it is more than ${MOST_TOLD} subjects.`,
      }),
    subjects: z
      .array(
        z.object({
          id: Subject,
          kind: z.string().meta({ description: "The kind of entry that made it, such as HARVEST, SHIP or LABEL." }),
          holder: z.int(),
          product: Subject.nullable(),
          depth: z.int().meta({ description: "Steps from the subject asked for." }),
          unit: z.string().nullable(),
          made: AmountText.nullable().meta({ description: "Null for a label run, as the two below." }),
          left: AmountText.nullable(),
          packed: AmountText.nullable(),
          recalled: z.boolean().meta({ description: "Whether a recall of this very subject stands." }),
          state: z.enum(["under-way", "received", "refused", "withdrawn"]).nullable().meta({
            description: "Of a consignment.",
          }),
          to: z.int().nullable().meta({ description: "To whom a consignment was offered." }),
          count: z.int().nullable().meta({ description: "Labels of a run." }),
          valid: z.int().nullable(),
        }),
      )
      .meta({ description: "Nearest first, the subject itself before all." }),
    links: z.array(z.object({ consumer: Subject, input: Subject, amount: z.int() })).meta({
      description:
        "Thousandths of `input`'s unit that went into `consumer`, 0 where they went back; both ends are on this page or an earlier one. Where subjects have many links a page has fewer of them.",
    }),
    cut: z.boolean().meta({
      description: `True when there is more: on the next page, or, on the last one, than the ${MOST_TOLD} subjects to which pages go.`,
    }),
    next: z.string().nullable(),
  })
  .meta({ id: "Reach" });

function reachRoutes({ trace, subjects, sums, behind }: ReachParts): Router {
  const routes = express.Router();
  routes.get("/subjects/:id/reach", async (request, response) => {
    const id = idOf(request.params.id);
    const { limit, after } = read(Asked, request.query);
    const whole = await found(behind, "subject", async () => {
      const walk = await walkTo({ trace }, { id, limit, after });
      return walk.nodes.length === 0 ? null : walk;
    });
    const { nodes, links, cut, next } = pageOfWalk(whole, limit, after ?? null);
    nextPage(request, response, next);
    const told = { subject: id, sums: await sums(id), subjects: await subjects(nodes), links, cut, next };
    answer(response.set("Cache-Control", "no-cache"), ReachTold, told);
  });
  routes.all("/subjects/:id/reach", methodNotAllowed("GET"));
  return routes;
}

/** Only as far as the page needs: most that is asked for is small. */
async function walkTo(
  { trace }: Pick<ReachParts, "trace">,
  { id, limit, after }: { readonly id: string; readonly limit: number; readonly after: string | undefined },
): Promise<Trace> {
  for (let most = MAX_WALK; ; most = Math.min(2 * most, MAX_REACH)) {
    const walk = await trace(id, { direction: "down", limit: most });
    const at = after === undefined ? 0 : walk.nodes.findIndex((node) => node.id === after);
    if (!walk.cut || most >= MAX_REACH || (at >= 0 && at + limit < walk.nodes.length - 1)) return walk;
  }
}

const reachPaths: Paths = {
  "/api/subjects/{id}/reach": {
    get: {
      id: "getReach",
      tag: "reading",
      summary: "Everything that came of a subject: what a recall of it reaches",
      description:
        "Lots, consignments and label runs made of a lot, planting or plot, in every hand. That nothing is left out can be proven from the heads: `npm run verify -- --reach`.",
      path: z.strictObject({ id: Subject }),
      query: Asked,
      answers: {
        200: { description: "A page of it.", content: { "application/json": ReachTold }, headers: LINK },
      },
      problems: ["request-invalid", ...GONE],
    },
  },
};
