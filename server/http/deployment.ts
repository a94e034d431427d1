/**
 * `GET /.well-known/furrow.json`: where the ledger lives, its code hashes, and who runs the chain (protocol/history.ts).
 */
import { Router } from "express";
import type { Deployment } from "../../protocol/history.ts";
import { answer, type Paths } from "./describe.ts";
import { DeploymentTold } from "./history-schema.ts";
import { methodNotAllowed } from "./problem.ts";

export { deploymentPaths, deploymentRoutes };

const deploymentPaths: Paths = {
  "/.well-known/furrow.json": {
    get: {
      id: "getDeployment",
      tag: "chain",
      summary: "Where the ledger lives, its code hashes, and who runs the chain",
      answers: {
        200: {
          description: "The deployment record (docs/ledger.md §14).",
          content: { "application/json": DeploymentTold },
        },
      },
    },
  },
};

/** @param deployment asked for at each request: it changes when the example is complete */
function deploymentRoutes(deployment: () => Deployment): Router {
  const router = Router();
  router
    .route("/.well-known/furrow.json")
    .get((_request, response) => {
      response.set({
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Cache-Control": "no-cache",
      });
      answer(response, DeploymentTold, deployment());
    })
    .all(methodNotAllowed("GET"));
  return router;
}
