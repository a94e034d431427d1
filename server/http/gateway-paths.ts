/** The gateway (`gateway.ts`) as the API's document tells it. What its query takes is checked by `gateway-request.ts`. */
import { z } from "zod";
import type { ProblemType } from "../../protocol/problem.ts";
import { CidText, type Operation, type Paths } from "./describe.ts";

export { gatewayPaths };

const Asked = z.object({
  format: z
    .enum(["raw", "car", "json"])
    .optional()
    .meta({ description: "Absent: as Accept says, else a file as it is." }),
  filename: z.string().optional().meta({ description: "Name of the download." }),
  "dag-scope": z.enum(["block", "entity", "all"]).optional(),
  "entity-bytes": z
    .string()
    .regex(/^(-?\d{1,15}):(\*|-?\d{1,15})$/)
    .optional()
    .meta({ description: "Of a file in a CAR: first and last byte, from:to." }),
  "car-version": z.enum(["1"]).optional(),
  "car-order": z.enum(["dfs", "unk"]).optional(),
  "car-dups": z.enum(["n"]).optional(),
});

const content = {
  "application/json": "A document, canonical JSON.",
  "application/vnd.ipld.raw": "The bytes of one block.",
  "application/vnd.ipld.car": "A CAR, version 1, depth first, without duplicates.",
  "*/*": "A file as it is.",
};

const PROBLEMS: readonly ProblemType[] = [
  ...(["cid-unreadable", "gateway-request-unreadable", "not-a-file", "block-missing", "path-missing"] as const),
  ...(["format-refused", "block-not-cached", "range-outside", "block-damaged"] as const),
  ...([
    "codec-refused",
    "hash-refused",
    "dag-too-deep",
    "dag-unreadable",
    "block-mismatch",
    "identity-too-long",
  ] as const),
];

const read = (id: string, path: z.ZodObject, summary: string): Operation => ({
  id,
  tag: "chain",
  summary,
  description:
    "Trustless gateway specification (2026-03-05). Only what is stored here; a CID's bytes never change, so they may be kept for ever.",
  path,
  query: Asked,
  headers: z.object({ Range: z.string().optional() }),
  answers: {
    200: {
      description: "The bytes.",
      content,
      headers: { ETag: "Of these bytes in this format." },
    },
    206: {
      description: "A range of a file.",
      content: { "*/*": "Part of a file." },
      headers: { "Content-Range": "Which." },
    },
  },
  problems: PROBLEMS,
});

const gatewayPaths: Paths = {
  "/ipfs/{cid}": {
    get: read("getBlock", z.object({ cid: CidText }), "A document, a file, a block or a CAR by its CID"),
  },
  "/ipfs/{cid}/{path}": {
    get: read("getPath", z.object({ cid: CidText, path: z.string() }), "The same, by a path below a CID"),
  },
};
