/**
 * `POST /api/batches` takes signed batches; `GET /api/batches/{batch}` tells how far one is.
 */
import { type Request, type Response, Router } from "express";
import { z } from "zod";
import { MAX_BATCH_BYTES } from "../../protocol/batch.ts";
import type { Hex } from "../../protocol/bytes.ts";
import { Problem } from "../../protocol/problem.ts";
import type { Receipt } from "../submit/outbox.ts";
import { jsonBody, jsonOf } from "./body.ts";
import { methodNotAllowed, problemBody, read } from "./problem.ts";

export type { BatchParts };
export { batchRoutes, MAX_BATCHES };

interface BatchParts {
  /** Resolves when all are on disk. */
  readonly submit: (batches: readonly Uint8Array[]) => Promise<readonly Receipt[]>;
  readonly find: (batch: Hex) => Promise<Receipt | null>;
  /** Throws `not-yet-open` while the example is being made, unless the request carries the maker's token. */
  readonly checkOpen: (authorization: string | undefined) => void;
}

/** Batches in one request. */
const MAX_BATCHES = 20;
/** Base64 takes four characters for three bytes; the rest is JSON. */
const MAX_BODY = MAX_BATCHES * (Math.ceil(MAX_BATCH_BYTES / 3) * 4 + 8) + 1_024;

const Submission = z.strictObject({ batches: z.array(z.base64url()).min(1).max(MAX_BATCHES) });
const BatchHash = z.strictObject({
  batch: z.string().regex(/^0x[0-9a-f]{64}$/, "not 0x and 64 lower-case hex digits"),
});

/** `POST /batches`: 202 once every batch is on disk, never before. */
function batchRoutes({ submit, find, checkOpen }: BatchParts): Router {
  const routes = Router();
  routes
    .route("/batches")
    .post(...jsonBody(MAX_BODY), async (request: Request, response: Response) => {
      checkOpen(request.get("authorization"));
      const { batches } = read(Submission, jsonOf(request));
      const receipts = await submit(batches.map((text) => new Uint8Array(Buffer.from(text, "base64url"))));
      response.status(202).json({ receipts: receipts.map(answerOf) });
    })
    .all(methodNotAllowed("POST"));
  routes
    .route("/batches/:batch")
    .get(async (request, response) => {
      const { batch } = read(BatchHash, request.params);
      const receipt = await find(batch as Hex);
      if (receipt === null)
        throw new Problem("not-found", "/batch", `batch ${batch} was neither sent here nor is it on the ledger`);
      response.json(answerOf(receipt));
    })
    .all(methodNotAllowed("GET"));
  return routes;
}

const SAID = {
  waiting: "On disk here, not yet on the ledger.",
  sent: "Handed to the chain; its block is awaited.",
  final: "On the ledger.",
  refused:
    "The ledger does not take it as it is; nothing of it counts. Mend it and sign it again under the same nonce.",
} as const;

/** The state for machines, `says` for people; `reason` has the members of a problem. */
function answerOf({ batch, state, block, reason }: Receipt): unknown {
  return {
    batch,
    state,
    says: state === "waiting" && reason !== null ? `${SAID.waiting} It waits: ${reason.detail}.` : SAID[state],
    ...(block === null ? {} : { block }),
    ...(reason === null ? {} : { reason: problemBody(reason.type, reason.at, reason.detail) }),
  };
}
