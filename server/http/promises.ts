/** `GET /api/promises`: the register of promises (承诺达标合格证), newest first. */
import express, { type Router } from "express";
import { z } from "zod";
import type { PromiseRow, PromisesAsked } from "../resolve/promises.ts";
import { AmountText, answer, Hash, type Paths, Subject, Time } from "./describe.ts";
import { nextPage } from "./page-link.ts";
import { LINK, NewestFirstStatement } from "./paging.ts";
import { methodNotAllowed, read } from "./problem.ts";

export type { PromiseParts };
export { promisePaths, promiseRoutes };

interface PromiseParts {
  readonly list: (
    asked: PromisesAsked,
  ) => Promise<{ readonly promises: readonly PromiseRow[]; readonly next: string | null }>;
}

const Asked = z.strictObject({
  organisation: z.coerce.number().int().min(1).max(0xffffff).optional().meta({ description: "Who promised." }),
  lot: Subject.optional(),
  ...NewestFirstStatement,
});
const Words = z.object({ zh: z.string().exactOptional(), en: z.string().exactOptional() });

const PromiseTold = z
  .object({
    lot: Subject,
    seq: z.int().meta({ description: "The move of the lot that carries the PROMISE, and its number in the group." }),
    entry: z.int(),
    organisation: z.int(),
    product: Subject.nullable(),
    amount: AmountText,
    unit: z.string().nullable(),
    at: Time.meta({ description: "When it was recorded." }),
    document: Hash,
    said: z
      .object({
        productName: Words.nullable(),
        lotNumber: z.string().nullable(),
        issuedOn: z.iso.date().nullable().meta({ description: "Calendar day in China." }),
        promise: z.enum(["producer", "purchaser"]).nullable().meta({ description: "Whose words of the rule it has." }),
        basis: z.array(z.string()).meta({ description: "On what it rests: labTest, selfTest, control." }),
      })
      .nullable()
      .meta({ description: "What its document says, checked against nothing; null where the document is not here." }),
  })
  .meta({ id: "Promise" });
const Promises = z.object({ promises: z.array(PromiseTold), next: z.string().nullable() }).meta({ id: "Promises" });

function promiseRoutes({ list }: PromiseParts): Router {
  const routes = express.Router();
  routes.get("/promises", async (request, response) => {
    const { after, ...asked } = read(Asked, request.query);
    const page = await list({ ...asked, after: after ?? null });
    nextPage(request, response, page.next);
    answer(response.set("Cache-Control", "no-cache"), Promises, page);
  });
  routes.all("/promises", methodNotAllowed("GET"));
  return routes;
}

const promisePaths: Paths = {
  "/api/promises": {
    get: {
      id: "listPromises",
      tag: "reading",
      summary: "The register of promises (承诺达标合格证), newest first",
      query: Asked,
      answers: { 200: { description: "A page.", content: { "application/json": Promises }, headers: LINK } },
      problems: ["request-invalid"],
    },
  },
};
