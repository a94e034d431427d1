/** `GET /api/organisations/{number}/stock`: what an organisation has, product by product. */
import express, { type Router } from "express";
import { z } from "zod";
import type { StockRow } from "../resolve/stock.ts";
import { answer, type Paths, Subject } from "./describe.ts";
import { type Behind, found, GONE } from "./found.ts";
import { OrganisationNumber, organisationOf } from "./organisation-number.ts";
import { methodNotAllowed } from "./problem.ts";

export type { StockParts };
export { stockPaths, stockRoutes };

interface StockParts {
  readonly stock: (organisation: number) => Promise<readonly StockRow[] | null>;
  readonly behind: Behind;
}

/** A sum may be larger than any one amount. */
const SumText = z
  .string()
  .regex(/^\d{1,20}(?:\.\d{1,3})?$/)
  .meta({ id: "Sum", description: "Decimal, at most three places, in the unit named beside it.", example: "1284.5" });
const StockTold = z
  .object({
    organisation: z.int(),
    products: z.array(
      z.object({
        product: Subject,
        unit: z.string().nullable(),
        plantings: z.int().meta({ description: "Seasons that are not over." }),
        area: SumText.meta({ description: "Square metres that they have." }),
        mayBear: SumText.meta({ description: "What may still be harvested of them, by area and cap." }),
        inStore: SumText.meta({ description: "Loose, in lots that are on their way to nobody." }),
        packed: SumText.meta({ description: "In labelled packages that are here." }),
        underWay: SumText.meta({ description: "Sent, and not received yet." }),
        coming: SumText.meta({ description: "Offered to it, and not received yet." }),
      }),
    ),
  })
  .meta({ id: "Stock" });

function stockRoutes({ stock, behind }: StockParts): Router {
  const routes = express.Router();
  routes.get("/organisations/:number/stock", async (request, response) => {
    const organisation = organisationOf(request.params.number);
    const products = await found(behind, "organisation", () => stock(organisation));
    answer(response.set("Cache-Control", "no-cache"), StockTold, { organisation, products });
  });
  routes.all("/organisations/:number/stock", methodNotAllowed("GET"));
  return routes;
}

const stockPaths: Paths = {
  "/api/organisations/{number}/stock": {
    get: {
      id: "getStock",
      tag: "reading",
      summary: "What an organisation has, product by product: in the field, in store, packed, and on its way",
      path: z.strictObject({ number: OrganisationNumber }),
      answers: { 200: { description: "Its stock.", content: { "application/json": StockTold } } },
      problems: GONE,
    },
  },
};
