/** `GET /api/organisations/{number}/field`: what an organisation's phones carry with them, all sections of it. */
import express, { type Router } from "express";
import { z } from "zod";
import { Problem } from "../../protocol/problem.ts";
import type { ReadField } from "../resolve/field.ts";
import { answer, type Paths } from "./describe.ts";
import { FieldTold } from "./field-schema.ts";
import { GONE } from "./found.ts";
import { OrganisationNumber, organisationOf } from "./organisation-number.ts";
import { methodNotAllowed } from "./problem.ts";

export { fieldPaths, fieldRoutes };

function fieldRoutes(field: ReadField): Router {
  const routes = express.Router();
  routes.get("/organisations/:number/field", async (request, response) => {
    const told = await field(organisationOf(request.params.number));
    if (told === null) throw new Problem("not-found", "/number", "the ledger has no such organisation");
    if ("behind" in told) throw new Problem("index-behind", "/number", told.behind);
    answer(response.set("Cache-Control", "no-cache"), FieldTold, told);
  });
  routes.all("/organisations/:number/field", methodNotAllowed("GET"));
  return routes;
}

const fieldPaths: Paths = {
  "/api/organisations/{number}/field": {
    get: {
      id: "getField",
      tag: "reading",
      summary: "What an organisation's phones carry: its plots, plantings, lots, products, sites and keys",
      description:
        "As POST /api/sync tells it, all sections. Names are those of the documents; of a document that is not stored here the first digits of the subject's id stand in place of the name.",
      path: z.strictObject({ number: OrganisationNumber }),
      answers: { 200: { description: "Its field.", content: { "application/json": FieldTold } } },
      problems: GONE,
    },
  },
};
