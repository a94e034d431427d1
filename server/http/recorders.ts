/**
 * `GET /api/recorders/{id}`: whose a key is, whether it may write, and the next nonce it should use.
 */
import { Router } from "express";
import { z } from "zod";
import type { Hex } from "../../protocol/bytes.ts";
import { Problem } from "../../protocol/problem.ts";
import { methodNotAllowed, read } from "./problem.ts";

export type { RecorderAnswer };
export { recorderRoutes };

interface RecorderAnswer {
  readonly recorder: Hex;
  readonly organisation: number;
  readonly manager: boolean;
  /** False once its key was ended or its organisation stopped. */
  readonly active: boolean;
  /** Decimal: above every nonce that is spent or waits here. */
  readonly nextNonce: string;
}

const RecorderId = z.strictObject({ id: z.string().regex(/^0x[0-9a-f]{40}$/, "not 0x and 40 lower-case hex digits") });

function recorderRoutes(find: (id: Hex) => Promise<RecorderAnswer | null>): Router {
  const routes = Router();
  routes
    .route("/recorders/:id")
    .get(async (request, response) => {
      const { id } = read(RecorderId, request.params);
      const recorder = await find(id as Hex);
      if (recorder === null) throw new Problem("not-found", "/id", `no organisation has enrolled ${id}`);
      response.json(recorder);
    })
    .all(methodNotAllowed("GET"));
  return routes;
}
