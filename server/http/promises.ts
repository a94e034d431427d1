/** `GET /api/promises`: the register of promises (承诺达标合格证), newest first. */
import express, { type Router } from "express";
import { z } from "zod";
import { PROMISE_STATES } from "../../protocol/document/held-promise.ts";
import { Problem } from "../../protocol/problem.ts";
import type { ListPromises } from "../resolve/promises.ts";
import { AmountText, answer, Hash, type Paths, Subject, Time } from "./describe.ts";
import { nextPage } from "./page-link.ts";
import { LINK, NewestFirstStatement } from "./paging.ts";
import { methodNotAllowed, read } from "./problem.ts";
import { Turns } from "./turns.ts";

export type { PromiseParts };
export { inTurns, promisePaths, promiseRoutes };

interface PromiseParts {
  readonly list: ListPromises;
}

/** A page of 200 takes a tenth of a second: who is the last of them waits two. */
const MAX_WAITING = 20;
const WAIT_MS = 30_000;

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
    state: z.enum(PROMISE_STATES).meta({
      description:
        "The first that fits. recalled: a recall stands on the lot or on what it came from; struck: its issuer has corrected it; unread: its document is not here, is none, or is longer than a list reads; differs: it says something else than is booked, or not all that the rule asks for; stands: none of these. Records that carry its basis are looked for where it is printed.",
    }),
    said: z
      .object({
        productName: Words.nullable(),
        lotNumber: z.string().nullable(),
        issuedOn: z.iso.date().nullable().meta({ description: "Calendar day in China." }),
        promise: z.enum(["producer", "purchaser"]).nullable().meta({ description: "Whose words of the rule it has." }),
        basis: z.array(z.string()).meta({ description: "On what it rests: labTest, selfTest, control." }),
      })
      .nullable()
      .meta({ description: "What its document says, whatever its state; null where it is unread." }),
  })
  .meta({ id: "Promise" });
const Promises = z.object({ promises: z.array(PromiseTold), next: z.string().nullable() }).meta({ id: "Promises" });

/** Whoever asks: a page of a register at a time, for each reads many documents. @throws Problem `too-many-requests` */
function inTurns(list: ListPromises): ListPromises {
  const turns = new Turns(1, WAIT_MS);
  const tooMany = () => new Problem("too-many-requests", "", "too many registers are being read");
  return (asked) => (turns.waiting >= MAX_WAITING ? Promise.reject(tooMany()) : turns.take(() => list(asked), tooMany));
}

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
      problems: ["request-invalid", "too-many-requests"],
    },
  },
};
