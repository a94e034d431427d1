/**
 * `GET /api/head`: the newest final block, which a phone names as `seen`, and the server's clock.
 */
import { Router } from "express";
import type { KnownBlock } from "../../protocol/history.ts";
import { methodNotAllowed } from "./problem.ts";

export type { Head };
export { headRoutes };

interface Head {
  readonly block: KnownBlock;
  readonly nowS: number;
  readonly chainId: number;
  readonly ledger: string;
}

function headRoutes(head: () => Promise<Head>): Router {
  const router = Router();
  router
    .route("/head")
    .get(async (_request, response) => void response.json(await head()))
    .all(methodNotAllowed("GET"));
  return router;
}
