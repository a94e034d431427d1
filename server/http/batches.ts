/**
 * `POST /api/batches` takes signed batches; `GET /api/batches/{batch}` tells how far one is.
 */
import { type Request, type Response, Router } from "express";
import { z } from "zod";
import { MAX_BATCH_BYTES } from "../../protocol/batch.ts";
import type { Hex } from "../../protocol/bytes.ts";
import { Problem } from "../../protocol/problem.ts";
import type { GroupPlace } from "../resolve/batches.ts";
import type { Receipt, Why } from "../submit/receipt.ts";
import { allowance } from "./allowance.ts";
import { jsonBody, jsonOf } from "./body.ts";
import { answer, Hash, type Paths, ProblemAnswer, Subject, type Told, typesWith } from "./describe.ts";
import { SENT } from "./documents.ts";
import { methodNotAllowed, problemBody, read } from "./problem.ts";

export type { BatchParts };
export { answerOf, BatchBytes, batchPaths, batchRoutes, bytesOfText, MAX_BATCHES, Reason, ReceiptAnswer, reasonOf };

type Places = ReadonlyMap<Hex, readonly GroupPlace[]>;
type Groups = (batches: readonly Hex[]) => Promise<Places>;

interface BatchParts {
  /** Resolves when all are on disk. */
  readonly submit: (batches: readonly Uint8Array[]) => Promise<readonly Receipt[]>;
  readonly find: (batch: Hex) => Promise<Receipt | null>;
  /** Where the groups of final ones stand; none of one that the index does not have. */
  readonly groups: Groups;
  /** Throws `not-yet-open` while the example is being made, unless the request carries the maker's token. */
  readonly checkOpen: (authorization: string | undefined) => void;
  /** Throws `storage-full` where so many bytes more would fill the disk. */
  readonly checkRoom: (bytes: number) => Promise<void>;
}

/** Batches in one request. */
const MAX_BATCHES = 20;
/** Base64 takes four characters for three bytes; the rest is JSON. */
const MAX_BODY = MAX_BATCHES * (Math.ceil(MAX_BATCH_BYTES / 3) * 4 + 8) + 1_024;

const BatchBytes = z.base64url();
const Submission = z
  .strictObject({
    batches: z.array(BatchBytes).min(1).max(MAX_BATCHES).meta({
      description: "Signed batches (docs/ledger.md §4), each in base64url.",
    }),
  })
  .meta({ id: "Submission" });
const BatchHash = z.strictObject({ batch: Hash });

const Reason = ProblemAnswer.extend({
  ledger: z
    .object({
      error: z.string().meta({ description: "Name of the ledger's own error.", example: "NotEnoughLeft" }),
      values: z.array(z.string()).meta({
        description:
          "Its values in the order of docs/ledger.md §9: ids as hex, amounts and other numbers as decimal text, times as RFC 3339.",
      }),
    })
    .optional()
    .meta({ description: "Set where the ledger itself gave the reason." }),
}).meta({ id: "Reason", description: "Why a batch is refused, or what it waits for." });

const ReceiptAnswer = z
  .object({
    batch: Hash,
    state: z.enum(["waiting", "sent", "final", "refused"]),
    says: z.string().meta({ description: "The state in words." }),
    block: z.int().optional().meta({ description: "Where it is final." }),
    reason: Reason.optional(),
    groups: z
      .array(z.object({ subject: Subject, seq: z.int().meta({ description: "Of the group's own move." }) }))
      .nullable()
      .optional()
      .meta({
        description:
          "Of a final one its groups in their order, each with its place in the log of its subject; null while the index does not have it yet.",
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
function batchRoutes({ submit, find, groups, checkOpen, checkRoom }: BatchParts): Router {
  const routes = Router();
  const { before, after } = allowance(SENT);
  routes
    .route("/batches")
    .post(before(MAX_BODY), ...jsonBody(MAX_BODY), after, async (request: Request, response: Response) => {
      checkOpen(request.get("authorization"));
      const { batches } = read(Submission, jsonOf(request));
      await checkRoom(MAX_BODY);
      const receipts = await submit(batches.map(bytesOfText));
      const places = await placesOf(receipts, groups);
      answer(response.status(202), Receipts, { receipts: receipts.map((receipt) => answerOf(receipt, places)) });
    })
    .all(methodNotAllowed("POST"));
  routes
    .route("/batches/:batch")
    .get(async (request, response) => {
      const { batch } = read(BatchHash, request.params);
      const receipt = await find(batch as Hex);
      if (receipt === null)
        throw new Problem("not-found", "/batch", `batch ${batch} was neither sent here nor is it on the ledger`);
      answer(response, ReceiptAnswer, answerOf(receipt, await placesOf([receipt], groups)));
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

function bytesOfText(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "base64url"));
}

/** Of the final ones, in one look for all. */
async function placesOf(receipts: readonly Receipt[], groups: Groups): Promise<Places> {
  const final = receipts.filter(({ state }) => state === "final").map(({ batch }) => batch);
  return final.length === 0 ? new Map() : groups(final);
}

/** The state for machines, `says` for people; `reason` has the members of a problem. @param places of the final ones; null: not told of */
function answerOf(
  { batch, state, block, reason }: Receipt,
  places: Places | null = null,
): Told<z.infer<typeof ReceiptAnswer>> {
  return {
    batch,
    state,
    says: state === "waiting" && reason !== null ? `${SAID.waiting} It waits: ${reason.detail}.` : SAID[state],
    ...(block === null ? {} : { block }),
    ...(reason === null ? {} : { reason: reasonOf(reason) }),
    ...(state === "final" && places !== null ? { groups: places.get(batch) ?? null } : {}),
  };
}

function reasonOf({ type, at, detail, ledger }: Why): Told<z.infer<typeof Reason>> {
  return { ...problemBody(type, at, detail), ...(ledger === undefined ? {} : { ledger }) };
}
