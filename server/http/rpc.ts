/**
 * `POST /rpc`: the chain's own JSON-RPC, reads only, for whoever checks a record without trusting our index.
 */
import { type Request, type Response, Router } from "express";
import { z } from "zod";
import { Problem } from "../../protocol/problem.ts";
import { RpcError } from "../chain/chain.ts";
import { answerRpc, CALL_LIMIT_MS, type Door } from "../chain/facade.ts";
import { bytesBody, jsonBody } from "./body.ts";
import type { Paths } from "./describe.ts";
import { methodNotAllowed } from "./problem.ts";
import { Turns } from "./turns.ts";

export { rpcPaths, rpcRoutes };

const MAX_RPC_BODY = 256 * 1024;
/** Calls that the engine works on for this door at once: the server's own are never behind more than these. */
const AT_ONCE = 4;
/** Requests that may be open at once, each with one call at a time. */
const MAX_OPEN = 200;

const Call = z
  .object({
    jsonrpc: z.literal("2.0"),
    id: z.union([z.string(), z.number(), z.null()]).optional(),
    method: z.string(),
    params: z.array(z.unknown()).optional(),
  })
  .meta({
    id: "RpcCall",
    example: { jsonrpc: "2.0", id: 1, method: "eth_blockNumber", params: [] },
  });
const Result = z
  .object({
    jsonrpc: z.literal("2.0"),
    id: z.union([z.string(), z.number(), z.null()]),
    result: z.unknown().optional(),
    error: z
      .object({
        code: z.int(),
        message: z.string(),
        data: z.unknown().optional(),
      })
      .optional(),
  })
  .meta({ id: "RpcResult" });

const rpcPaths: Paths = {
  "/rpc": {
    post: {
      id: "postRpc",
      tag: "chain",
      summary: "The chain's own JSON-RPC, reads only",
      description:
        "For whoever checks a record without trusting our index. What cannot be done is told as JSON-RPC tells it.",
      body: {
        description: "A call, or at most 50 of them.",
        content: { "application/json": z.union([Call, z.array(Call)]) },
      },
      answers: {
        200: {
          description: "The answers.",
          content: { "application/json": z.union([Result, z.array(Result)]) },
        },
        204: { description: "Nothing but notifications was sent." },
      },
      problems: ["json-unreadable", "body-too-large", "unsupported-media-type", "too-many-requests"],
    },
  },
};

function rpcRoutes(chain: Door): Router {
  const router = Router();
  const turns = new Turns(AT_ONCE, CALL_LIMIT_MS);
  const late = () => new RpcError(-32000, `the chain was busy for ${CALL_LIMIT_MS / 1000} s`);
  const door: Door = {
    request: (method, params) => turns.take(() => chain.request(method, params), late),
    latest: () => chain.latest(),
  };
  let open = 0;
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
      if (open >= MAX_OPEN) throw new Problem("too-many-requests", "", `${open} requests are being answered`);
      const body = parse(bytesBody(request));
      open++;
      const answer = await answerRpc(door, body).finally(() => {
        open--;
      });
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
