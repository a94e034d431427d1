/**
 * `GET /api/recalls`: recalls and drills, newest first, each with how many answered. `GET /api/recalls/{subject}/{seq}/acknowledgements`:
 * who answered for what of one, and how long that took.
 */
import express, { type Router } from "express";
import { z } from "zod";
import { Problem } from "../../protocol/problem.ts";
import type { AcknowledgementRow, AcknowledgementsAsked, RecallRow, RecallsAsked } from "../resolve/recalls.ts";
import { answer, Hash, type Paths, Subject, Time } from "./describe.ts";
import { type Behind, found, GONE, idOf } from "./found.ts";
import { OrganisationNumber } from "./organisation-number.ts";
import { nextPage } from "./page-link.ts";
import { LINK, NewestFirstStatement } from "./paging.ts";
import { methodNotAllowed, read } from "./problem.ts";

export type { RecallParts };
export { recallPaths, recallRoutes };

interface RecallParts {
  readonly list: (
    asked: RecallsAsked,
  ) => Promise<{ readonly recalls: readonly RecallRow[]; readonly next: string | null }>;
  /** Null: no such recall. */
  readonly acknowledgements: (
    subject: string,
    asked: AcknowledgementsAsked,
  ) => Promise<{ readonly acknowledgements: readonly AcknowledgementRow[]; readonly next: string | null } | null>;
  readonly behind: Behind;
}

const Capacity = z.enum(["holder", "regulator", "certifier"]);
const Asked = z.strictObject({
  subject: Subject.optional().meta({ description: "Of this lot, planting, plot or label run alone." }),
  organisation: OrganisationNumber.optional().meta({ description: "Who recalled." }),
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
    answers: z.int().meta({ description: "Acknowledgements of what was recalled, or came of it." }),
    others: z.int().meta({
      description:
        "Those of what has nothing to do with it: the ledger lets anybody name any recall, and they answer for nothing.",
    }),
  })
  .meta({ id: "Recall" });
const Recalls = z.object({ recalls: z.array(RecallTold), next: z.string().nullable() }).meta({ id: "Recalls" });

const One = z.strictObject({ subject: Subject, seq: z.coerce.number().int().min(1).max(0xffffffff) });
const OfOne = z.strictObject({
  ...NewestFirstStatement,
  others: z
    .enum(["true", "false"])
    .default("false")
    .transform((text) => text === "true")
    .meta({ description: "true: those of what has nothing to do with the recall." }),
});
const Acknowledgements = z
  .object({
    acknowledgements: z.array(
      z.object({
        organisation: z.int(),
        subject: Subject.meta({ description: "What it holds of the recalled goods." }),
        at: Time,
        tookS: z.int().meta({ description: "Seconds from the recall on." }),
        document: Hash,
      }),
    ),
    next: z.string().nullable(),
  })
  .meta({ id: "Acknowledgements" });

const ACKNOWLEDGEMENTS = "/recalls/:subject/:seq/acknowledgements";

function recallRoutes({ list, acknowledgements, behind }: RecallParts): Router {
  const routes = express.Router();
  routes.get("/recalls", async (request, response) => {
    const { after, ...asked } = read(Asked, request.query);
    const { recalls, next } = await list({ ...asked, after: after ?? null });
    nextPage(request, response, next);
    answer(response.set("Cache-Control", "no-cache"), Recalls, { recalls, next });
  });
  routes.get(ACKNOWLEDGEMENTS, async (request, response) => {
    const { after, ...asked } = read(OfOne, request.query);
    const [id, seq] = [idOf(request.params.subject), seqOf(request.params.seq)];
    const page = await found(behind, "recall", () => acknowledgements(id, { ...asked, seq, after: after ?? null }));
    nextPage(request, response, page.next);
    answer(response.set("Cache-Control", "no-cache"), Acknowledgements, page);
  });
  routes.all(["/recalls", ACKNOWLEDGEMENTS], methodNotAllowed("GET"));
  return routes;
}

function seqOf(text: string): number {
  const { success, data } = One.shape.seq.safeParse(text);
  if (success && /^\d+$/.test(text)) return data;
  throw new Problem(
    "not-found",
    "/seq",
    "a recall is named by the move of its subject that carries it, a number from 1 on",
  );
}

const recallPaths: Paths = {
  "/api/recalls": {
    get: {
      id: "listRecalls",
      tag: "reading",
      summary: "Recalls and drills, newest first, and how many answered for them",
      query: Asked,
      answers: { 200: { description: "A page.", content: { "application/json": Recalls }, headers: LINK } },
      problems: ["request-invalid"],
    },
  },
  "/api/recalls/{subject}/{seq}/acknowledgements": {
    get: {
      id: "listAcknowledgements",
      tag: "reading",
      summary: "Who answered for what of one recall, oldest first, by page",
      path: One,
      query: OfOne,
      answers: { 200: { description: "A page.", content: { "application/json": Acknowledgements }, headers: LINK } },
      problems: ["request-invalid", ...GONE],
    },
  },
};
