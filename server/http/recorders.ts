/**
 * `GET /api/recorders/{id}`: whose a key is, whether it may write, and the next nonce it should use.
 */
import { Router } from "express";
import { z } from "zod";
import type { Hex } from "../../protocol/bytes.ts";
import { Problem } from "../../protocol/problem.ts";
import { AddressHex, answer, type Paths } from "./describe.ts";
import { methodNotAllowed, read } from "./problem.ts";

export type { RecorderAnswer };
export { recorderPaths, recorderRoutes, RecorderTold };

interface RecorderAnswer {
  readonly recorder: Hex;
  readonly organisation: number;
  readonly manager: boolean;
  /** False once its key was ended or its organisation stopped. */
  readonly active: boolean;
  /** Decimal: above every nonce that is spent or waits here. */
  readonly nextNonce: string;
}

const RecorderId = z.strictObject({ id: AddressHex });
const RecorderTold = z
  .object({
    recorder: AddressHex,
    organisation: z.int().positive(),
    manager: z.boolean(),
    active: z.boolean().meta({
      description: "False once its key was ended or its organisation stopped.",
    }),
    nextNonce: z.string().regex(/^\d+$/).meta({
      description: "Decimal: above every nonce that is spent or waits here.",
    }),
  })
  .meta({ id: "Recorder" });

const recorderPaths: Paths = {
  "/api/recorders/{id}": {
    get: {
      id: "getRecorder",
      tag: "recording",
      summary: "Whose a key is, whether it may write, and its next nonce",
      path: RecorderId,
      answers: {
        200: {
          description: "An enrolled key.",
          content: { "application/json": RecorderTold },
        },
      },
      problems: ["request-invalid", "not-found", "chain-unavailable"],
    },
  },
};

function recorderRoutes(find: (id: Hex) => Promise<RecorderAnswer | null>): Router {
  const routes = Router();
  routes
    .route("/recorders/:id")
    .get(async (request, response) => {
      const { id } = read(RecorderId, request.params);
      const recorder = await find(id as Hex);
      if (recorder === null) throw new Problem("not-found", "/id", `no organisation has enrolled ${id}`);
      answer(response, RecorderTold, recorder);
    })
    .all(methodNotAllowed("GET"));
  return routes;
}
