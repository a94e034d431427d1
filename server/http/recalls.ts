/** `GET /api/recalls`: recalls and drills, newest first, each with who answered for what of it and how long that took. */
import express, { type Router } from "express";
import { z } from "zod";
import { MAX_ACKNOWLEDGED, type RecallRow, type RecallsAsked } from "../resolve/recalls.ts";
import { answer, Hash, type Paths, Subject, Time } from "./describe.ts";
import { nextPage } from "./page-link.ts";
import { LINK, NewestFirstStatement } from "./paging.ts";
import { methodNotAllowed, read } from "./problem.ts";

export type { RecallParts };
export { recallPaths, recallRoutes };

interface RecallParts {
  readonly list: (
    asked: RecallsAsked,
  ) => Promise<{ readonly recalls: readonly RecallRow[]; readonly next: string | null }>;
}

const Capacity = z.enum(["holder", "regulator", "certifier"]);
const Asked = z.strictObject({
  subject: Subject.optional().meta({ description: "Of this lot, planting, plot or label run alone." }),
  organisation: z.coerce.number().int().min(1).max(0xffffff).optional().meta({ description: "Who recalled." }),
  standing: z
    .enum(["true", "false"])
    .transform((text) => text === "true")
    .optional()
    .meta({ description: "true: those that stand; false: drills, and those that ended." }),
  ...NewestFirstStatement,
});

const RecallTold = z
  .object({
    subject: Subject.meta({ description: "What was recalled; `GET /api/subjects/{id}/reach` tells what came of it." }),
    kind: z.string().meta({ description: "The kind of entry that made it." }),
    holder: z.int().meta({ description: "Who holds it now." }),
    seq: z.int().meta({ description: "The move of the subject that carries the RECALL, and its number in the group." }),
    entry: z.int(),
    organisation: z.int(),
    capacity: Capacity,
    drill: z.boolean(),
    certificate: Subject.nullable().meta({ description: "Of a certifier's recall." }),
    at: Time,
    releasedAt: Time.nullable().meta({ description: "Null while it stands, and for a drill." }),
    document: Hash,
    answers: z.int().meta({ description: "How many acknowledgements there are." }),
    acknowledged: z
      .array(
        z.object({
          organisation: z.int(),
          subject: Subject.meta({ description: "What it holds of the recalled goods." }),
          at: Time,
          tookS: z.int().meta({ description: "Seconds from the recall on." }),
          document: Hash,
        }),
      )
      .meta({ description: `The first ${MAX_ACKNOWLEDGED} of them.` }),
  })
  .meta({ id: "Recall" });
const Recalls = z.object({ recalls: z.array(RecallTold), next: z.string().nullable() }).meta({ id: "Recalls" });

type Told = z.infer<typeof RecallTold>["capacity"];

function recallRoutes({ list }: RecallParts): Router {
  const routes = express.Router();
  routes.get("/recalls", async (request, response) => {
    const { after, ...asked } = read(Asked, request.query);
    const { recalls, next } = await list({ ...asked, after: after ?? null });
    nextPage(request, response, next);
    const told = recalls.map((recall) => ({ ...recall, capacity: recall.capacity as Told }));
    answer(response.set("Cache-Control", "no-cache"), Recalls, { recalls: told, next });
  });
  routes.all("/recalls", methodNotAllowed("GET"));
  return routes;
}

const recallPaths: Paths = {
  "/api/recalls": {
    get: {
      id: "listRecalls",
      tag: "reading",
      summary: "Recalls and drills, newest first, and who answered for them",
      query: Asked,
      answers: { 200: { description: "A page.", content: { "application/json": Recalls }, headers: LINK } },
      problems: ["request-invalid"],
    },
  },
};
