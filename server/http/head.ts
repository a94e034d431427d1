/**
 * `GET /api/head`: the newest final block, which a phone names as `seen`, and the server's clock.
 */
import { Router } from "express";
import { z } from "zod";
import type { Deployment, KnownBlock } from "../../protocol/history.ts";
import { AddressHex, answer, type Paths } from "./describe.ts";
import { BlockTold, FinalityTold } from "./history-schema.ts";
import { methodNotAllowed } from "./problem.ts";

export type { Head };
export { headPaths, headRoutes };

interface Head {
  readonly block: KnownBlock;
  readonly nowS: number;
  readonly chainId: number;
  readonly ledger: string;
  readonly finality: Deployment["finality"];
}

const HeadTold = z
  .object({
    block: BlockTold,
    nowS: z.int().meta({ description: "The server's clock, in seconds since 1970." }),
    chainId: z.int(),
    ledger: AddressHex,
    finality: FinalityTold,
  })
  .meta({ id: "Head" });

const headPaths: Paths = {
  "/api/head": {
    get: {
      id: "getHead",
      tag: "recording",
      summary: "The newest final block, and the server's clock",
      description: "What a phone needs before it signs: the block's hash is the batch's `seen`.",
      answers: {
        200: {
          description: "The head.",
          content: { "application/json": HeadTold },
        },
      },
      problems: ["chain-unavailable"],
    },
  },
};

function headRoutes(head: () => Promise<Head>): Router {
  const router = Router();
  router
    .route("/head")
    .get(async (_request, response) => answer(response, HeadTold, await head()))
    .all(methodNotAllowed("GET"));
  return router;
}
