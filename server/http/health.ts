/**
 * `GET /api/health`: 200 while everything works, 503 with the same body when a part does not.
 */
import { Router } from "express";
import { z } from "zod";
import { answer, type Paths } from "./describe.ts";
import { methodNotAllowed } from "./problem.ts";

export type { Health };
export { healthPaths, healthRoutes };

interface Health {
  readonly ok: boolean;
  /** Newest final block, and how far the index has read; null where that part does not answer. */
  readonly block: number | null;
  readonly indexed: number | null;
  /** Batches on disk that are not on the ledger yet. */
  readonly waiting: number;
  /** False while the example is being made. */
  readonly open: boolean;
  /** What the operator should look at before it is too late, a sentence each. */
  readonly warnings: readonly string[];
}

const HealthTold = z
  .object({
    ok: z.boolean(),
    block: z.int().nullable().meta({
      description: "Newest final block; null: the chain does not answer.",
    }),
    indexed: z.int().nullable().meta({ description: "How far the index has read; null: nothing yet." }),
    waiting: z.int().meta({ description: "Batches on disk that are not on the ledger yet." }),
    open: z.boolean().meta({ description: "False while the example is being made." }),
    warnings: z.array(z.string()).meta({
      description:
        "What the operator should look at before it is too late: coins of the relay, the price of gas, nodes left aside.",
    }),
  })
  .meta({ id: "Health" });

const healthPaths: Paths = {
  "/api/health": {
    get: {
      id: "getHealth",
      tag: "server",
      summary: "How this server is",
      answers: {
        200: {
          description: "All works.",
          content: { "application/json": HealthTold },
        },
        503: {
          description: "A part does not.",
          content: { "application/json": HealthTold },
        },
      },
    },
  },
};

function healthRoutes(health: () => Promise<Health>): Router {
  const router = Router();
  router
    .route("/health")
    .get(async (_request, response) => {
      const now = await health();
      answer(response.status(now.ok ? 200 : 503), HealthTold, now);
    })
    .all(methodNotAllowed("GET"));
  return router;
}
