/**
 * `POST /rpc`: the chain's own JSON-RPC, reads only, for whoever checks a record without trusting our index.
 */
import { type Request, type Response, Router } from "express";
import { Problem } from "../../protocol/problem.ts";
import type { Chain } from "../chain/chain.ts";
import { answerRpc } from "../chain/facade.ts";
import { bytesBody, jsonBody } from "./body.ts";
import { methodNotAllowed } from "./problem.ts";

export { rpcRoutes };

const MAX_RPC_BODY = 256 * 1024;

function rpcRoutes(chain: Chain): Router {
  const router = Router();
  router
    .route("/rpc")
    .all((_request, response, next) => {
      response.set({
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Cache-Control": "no-store",
      });
      next();
    })
    .post(...jsonBody(MAX_RPC_BODY), async (request: Request, response: Response) => {
      const answer = await answerRpc(chain, parse(bytesBody(request)));
      // JSON-RPC 2.0 §4.1: notifications get nothing back.
      if (answer === undefined) response.sendStatus(204);
      else response.json(answer);
    })
    .all(methodNotAllowed("POST"));
  return router;
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new Problem("json-unreadable", "", "the body is not JSON");
  }
}
