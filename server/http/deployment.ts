/**
 * `GET /.well-known/furrow.json`: where the ledger lives, its code hashes, and who runs the chain (protocol/history.ts).
 */
import { Router } from "express";
import type { Deployment } from "../../protocol/history.ts";
import { methodNotAllowed } from "./problem.ts";

export { deploymentRoutes };

/** @param deployment asked for at each request: it changes when the example is complete */
function deploymentRoutes(deployment: () => Deployment): Router {
  const router = Router();
  router
    .route("/.well-known/furrow.json")
    .get((_request, response) => {
      response
        .set({
          "Access-Control-Allow-Origin": "*",
          "Cross-Origin-Resource-Policy": "cross-origin",
          "Cache-Control": "no-cache",
        })
        .json(deployment());
    })
    .all(methodNotAllowed("GET"));
  return router;
}
