/**
 * `GET /api/health`: 200 while everything works, 503 with the same body when a part does not.
 */
import { Router } from "express";
import { methodNotAllowed } from "./problem.ts";

export type { Health };
export { healthRoutes };

interface Health {
  readonly ok: boolean;
  /** Newest final block, and how far the index has read; null where that part does not answer. */
  readonly block: number | null;
  readonly indexed: number | null;
  /** Batches on disk that are not on the ledger yet. */
  readonly waiting: number;
  /** False while the example is being made. */
  readonly open: boolean;
}

function healthRoutes(health: () => Promise<Health>): Router {
  const router = Router();
  router
    .route("/health")
    .get(async (_request, response) => {
      const now = await health();
      response.status(now.ok ? 200 : 503).json(now);
    })
    .all(methodNotAllowed("GET"));
  return router;
}
