/**
 * `POST /api/batches` takes signed batches; `GET /api/batches/{batch}` tells how far one is.
 */
import { type Request, type Response, Router } from "express";
import { z } from "zod";
import { MAX_BATCH_BYTES } from "../../protocol/batch.ts";
import type { Hex } from "../../protocol/bytes.ts";
import { Problem } from "../../protocol/problem.ts";
import type { Receipt } from "../submit/receipt.ts";
import { jsonBody, jsonOf } from "./body.ts";
import { answer, Hash, type Paths, ProblemAnswer, type Told, typesWith } from "./describe.ts";
import { methodNotAllowed, problemBody, read } from "./problem.ts";

export type { BatchParts };
export { batchPaths, batchRoutes, MAX_BATCHES };

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

const Submission = z
  .strictObject({
    batches: z.array(z.base64url()).min(1).max(MAX_BATCHES).meta({
      description: "Signed batches (docs/ledger.md §4), each in base64url.",
    }),
  })
  .meta({ id: "Submission" });
const BatchHash = z.strictObject({ batch: Hash });

const ReceiptAnswer = z
  .object({
    batch: Hash,
    state: z.enum(["waiting", "sent", "final", "refused"]),
    says: z.string().meta({ description: "The state in words." }),
    block: z.int().optional().meta({ description: "Where it is final." }),
    reason: ProblemAnswer.optional().meta({
      description: "Why it is refused, or what it waits for.",
    }),
  })
  .meta({ id: "Receipt" });
const Receipts = z.object({ receipts: z.array(ReceiptAnswer) }).meta({ id: "Receipts" });

const batchPaths: Paths = {
  "/api/batches": {
    post: {
      id: "postBatches",
      tag: "recording",
      summary: "Take signed batches, all of them or none",
      description:
        "Answered once every batch is on disk, never before. A batch is named by its hash: sent again it is taken once, and answered with the same receipt; only its state moves on. One that was refused is tried again.",
      body: {
        description: "One to twenty batches.",
        content: { "application/json": Submission },
      },
      answers: {
        202: {
          description: "All are on disk; a receipt each.",
          content: { "application/json": Receipts },
        },
      },
      problems: typesWith(400, 403, 409, 413, 415, 422, 429, 503, 507),
    },
  },
  "/api/batches/{batch}": {
    get: {
      id: "getBatch",
      tag: "recording",
      summary: "How far a batch is",
      path: BatchHash,
      answers: {
        200: {
          description: "Its receipt.",
          content: { "application/json": ReceiptAnswer },
        },
      },
      problems: ["request-invalid", "not-found", "chain-unavailable"],
    },
  },
};

/** `POST /batches`: 202 once every batch is on disk, never before. */
function batchRoutes({ submit, find, checkOpen }: BatchParts): Router {
  const routes = Router();
  routes
    .route("/batches")
    .post(...jsonBody(MAX_BODY), async (request: Request, response: Response) => {
      checkOpen(request.get("authorization"));
      const { batches } = read(Submission, jsonOf(request));
      const receipts = await submit(batches.map((text) => new Uint8Array(Buffer.from(text, "base64url"))));
      answer(response.status(202), Receipts, {
        receipts: receipts.map(answerOf),
      });
    })
    .all(methodNotAllowed("POST"));
  routes
    .route("/batches/:batch")
    .get(async (request, response) => {
      const { batch } = read(BatchHash, request.params);
      const receipt = await find(batch as Hex);
      if (receipt === null)
        throw new Problem("not-found", "/batch", `batch ${batch} was neither sent here nor is it on the ledger`);
      answer(response, ReceiptAnswer, answerOf(receipt));
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
function answerOf({ batch, state, block, reason }: Receipt): Told<z.infer<typeof ReceiptAnswer>> {
  return {
    batch,
    state,
    says: state === "waiting" && reason !== null ? `${SAID.waiting} It waits: ${reason.detail}.` : SAID[state],
    ...(block === null ? {} : { block }),
    ...(reason === null ? {} : { reason: problemBody(reason.type, reason.at, reason.detail) }),
  };
}
