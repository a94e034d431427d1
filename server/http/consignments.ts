/** `GET /api/consignments`: goods on their way and what came of them, by `to`, `from`, `state` and `sscc`; `GET /api/consignments/{id}`: one. */
import express, { type Router } from "express";
import { z } from "zod";
import type { ConsignmentRow, ConsignmentsAsked } from "../resolve/consignments.ts";
import { AmountText, answer, Hash, type Paths, Subject, Time } from "./describe.ts";
import { type Behind, found, GONE, idOf } from "./found.ts";
import { OrganisationNumber } from "./organisation-number.ts";
import { nextPage } from "./page-link.ts";
import { LINK, NewestFirst } from "./paging.ts";
import { methodNotAllowed, read } from "./problem.ts";

export type { ConsignmentParts };
export { consignmentPaths, consignmentRoutes };

interface ConsignmentParts {
  readonly list: (asked: ConsignmentsAsked) => Promise<{
    readonly consignments: readonly ConsignmentRow[];
    readonly next: string | null;
    readonly unread: number | null;
  }>;
  readonly one: (id: string) => Promise<ConsignmentRow | null>;
  readonly behind: Behind;
}

const State = z.enum(["under-way", "received", "refused", "withdrawn"]);
const Parties = z.strictObject({
  to: OrganisationNumber.optional().meta({ description: "Number of the organisation to which they were offered." }),
  from: OrganisationNumber.optional().meta({ description: "Number of the organisation that sent them." }),
  state: State.optional(),
  sscc: z
    .string()
    .regex(/^\d{18}$/, "an SSCC has 18 digits")
    .optional()
    .meta({
      description:
        "Number of the pallet or load, 18 digits, as the sender's document has it; with `to` or `from`. Anybody can write any number into a document: what a stranger sent under yours is no part of your load.",
      example: "095201230000000011",
    }),
  ...NewestFirst,
});
const Asked = Parties.refine(({ sscc, to, from }) => sscc === undefined || to !== undefined || from !== undefined, {
  path: ["sscc"],
  message: "name `to` or `from` beside it: anybody can write this number into a document",
});

const ConsignmentTold = z
  .object({
    id: Subject,
    lot: Subject.meta({ description: "The lot that it was taken from." }),
    product: Subject.nullable(),
    unit: z.string().nullable(),
    from: z.int().meta({ description: "Number of the organisation that sent it." }),
    to: z.int().meta({ description: "Number of the organisation to which it was offered." }),
    carrier: z.int().nullable(),
    packed: z.boolean().meta({ description: "Labelled packages; false: loose goods." }),
    state: State,
    offered: AmountText,
    found: AmountText.nullable().meta({ description: "By its receiver; what is missing was lost between hands." }),
    sscc: z.string().nullable().meta({ description: "As its document says; null: none, or not read yet." }),
    shippedAt: Time,
    settledAt: Time.nullable().meta({ description: "When it was received, refused or withdrawn." }),
    document: Hash.meta({ description: "SHA-256 of the document of its SHIP." }),
  })
  .meta({ id: "Consignment" });
const Consignments = z
  .object({
    consignments: z.array(ConsignmentTold),
    next: z.string().nullable(),
    unread: z.int().nullable().meta({
      description:
        "Of a list by SSCC, consignments of the same parties of which the document is not read yet: none of them is found by its number. Else null.",
    }),
  })
  .meta({ id: "Consignments" });

function consignmentRoutes({ list, one, behind }: ConsignmentParts): Router {
  const routes = express.Router();
  routes.get("/consignments", async (request, response) => {
    const { after, ...asked } = read(Asked, request.query);
    const page = await list({ ...asked, after: after ?? null });
    nextPage(request, response, page.next);
    answer(response.set("Cache-Control", "no-cache"), Consignments, page);
  });
  routes.get("/consignments/:id", async (request, response) => {
    const row = await found(behind, "consignment", () => one(idOf(request.params.id)));
    answer(response.set("Cache-Control", "no-cache"), ConsignmentTold, row);
  });
  routes.all(["/consignments", "/consignments/:id"], methodNotAllowed("GET"));
  return routes;
}

const consignmentPaths: Paths = {
  "/api/consignments": {
    get: {
      id: "listConsignments",
      tag: "reading",
      summary: "Goods on their way and what came of them, newest first, by page",
      description: "A truck of many lots is found by its `sscc`, among what one organisation sent or is offered.",
      query: Parties,
      answers: {
        200: { description: "A page.", content: { "application/json": Consignments }, headers: LINK },
      },
      problems: ["request-invalid"],
    },
  },
  "/api/consignments/{id}": {
    get: {
      id: "getConsignment",
      tag: "reading",
      summary: "One consignment",
      path: z.strictObject({ id: Subject }),
      answers: { 200: { description: "The consignment.", content: { "application/json": ConsignmentTold } } },
      problems: GONE,
    },
  },
};
