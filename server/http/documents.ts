/**
 * `PUT /api/documents/{cid}` and `PUT /api/files/{cid}`: content under its own address. 201 (or 200 when it was here) once it
 * is on disk, never before. Reading is the gateway's: `GET /ipfs/{cid}`.
 */
import { type Request, type Response, Router } from "express";
import { z } from "zod";
import type { ProblemType } from "../../protocol/problem.ts";
import type { Stored } from "../submit/documents.ts";
import { allowance } from "./allowance.ts";
import { anyBody, bytesBody, jsonBody } from "./body.ts";
import { answer, CidText, type Paths } from "./describe.ts";
import { methodNotAllowed, read } from "./problem.ts";

export type { DocumentRouteParts };
export { documentPaths, documentRoutes };

interface DocumentRouteParts {
  readonly putDocument: (cid: string, bytes: Uint8Array) => Promise<Stored>;
  readonly putFile: (
    cid: string,
    bytes: Uint8Array,
    mediaType: string | null,
  ) => Promise<Stored & { readonly mediaType: string }>;
  /** Bytes. */
  readonly maxDocument: number;
  readonly maxFile: number;
  /** Throws `storage-full` where so many bytes more would fill the disk. */
  readonly checkRoom: (bytes: number) => Promise<void>;
  readonly checkOpen: (authorization: string | undefined) => void;
}

/**
 * What one address may send: 60 photos of the largest size at once, or 65,000 documents; then a photo a minute, or 16 documents
 * a second.
 */
const LIMITS = {
  atOnce: 1024 ** 3,
  perSecond: 256 * 1024,
  least: 16 * 1024,
} as const;

const Named = z.strictObject({ cid: CidText });
const StoredTold = z.object({ cid: z.string(), size: z.int().meta({ description: "Bytes." }) }).meta({ id: "Stored" });
const StoredFile = StoredTold.extend({ mediaType: z.string() }).meta({
  id: "StoredFile",
});

const stored = (schema: z.ZodType) => ({
  200: {
    description: "It was here already.",
    content: { "application/json": schema },
  },
  201: {
    description: "It is on disk.",
    content: { "application/json": schema },
    headers: { Location: "Where it is read: /ipfs/{cid}." },
  },
});
const MAY_WAIT = ["too-many-requests", "not-yet-open", "storage-full"] as const;

const documentPaths: Paths = {
  "/api/documents/{cid}": {
    put: {
      id: "putDocument",
      tag: "recording",
      summary: "Store a document under its CID",
      description:
        "Canonical JSON (RFC 8785) that fits GS1's EPCIS 2.0 schema. The CID has codec json. Sent again it is the same document: 200.",
      path: Named,
      body: {
        description: "At most 256 KiB.",
        content: { "application/json": "The very bytes that have this CID." },
      },
      answers: stored(StoredTold),
      problems: [
        ...["request-invalid", "cid-unreadable", "document-cid-mismatch", "document-not-canonical"],
        ...["document-schema", "json-unreadable", "json-duplicate-key", "text-unreadable"],
        ...["body-too-large", "document-too-large", "unsupported-media-type", "hash-refused", "codec-refused"],
        ...MAY_WAIT,
      ] as ProblemType[],
    },
  },
  "/api/files/{cid}": {
    put: {
      id: "putFile",
      tag: "recording",
      summary: "Store a picture or another file under its CID",
      description:
        "JPEG, PNG, WebP, PDF, MP4, WebM, CSV or JSON, without a position in it. Up to 1 MiB the CID is raw over its SHA-256; above, UnixFS with 1 MiB chunks, raw leaves, CIDv1, at most 1,024 links a node.",
      path: Named,
      body: {
        description: "At most 16 MiB; Content-Type is its media type.",
        content: { "*/*": "The file." },
      },
      answers: stored(StoredFile),
      problems: [
        ...["request-invalid", "cid-unreadable", "file-cid-mismatch", "file-has-position", "file-type-refused"],
        ...["file-too-large", "body-too-large", "unsupported-media-type", "hash-refused", "codec-refused"],
        ...MAY_WAIT,
      ] as ProblemType[],
    },
  },
};

function documentRoutes(parts: DocumentRouteParts): Router {
  const { putDocument, putFile, maxDocument, maxFile, checkRoom, checkOpen } = parts;
  const routes = Router();
  const { before, after } = allowance(LIMITS);
  routes
    .route("/documents/:cid")
    .put(before(maxDocument), ...jsonBody(maxDocument), after, async (request: Request, response: Response) => {
      checkOpen(request.get("authorization"));
      const bytes = bytesBody(request);
      await checkRoom(bytes.length);
      const { cid } = read(Named, request.params);
      say(response, StoredTold, await putDocument(cid, bytes));
    })
    .all(methodNotAllowed("PUT"));
  routes
    .route("/files/:cid")
    .put(before(maxFile), anyBody(maxFile), after, async (request: Request, response: Response) => {
      checkOpen(request.get("authorization"));
      const bytes = bytesBody(request);
      await checkRoom(bytes.length);
      const said = request.get("content-type")?.split(";")[0]?.trim().toLowerCase();
      const mediaType = said === undefined || said === "application/octet-stream" ? null : said;
      const { cid } = read(Named, request.params);
      say(response, StoredFile, await putFile(cid, bytes, mediaType));
    })
    .all(methodNotAllowed("PUT"));
  return routes;
}

function say<S extends typeof StoredTold>(
  response: Response,
  schema: S,
  { isNew, ...told }: Stored & z.infer<S>,
): void {
  answer(response.status(isNew ? 201 : 200).location(`/ipfs/${told.cid}`), schema as typeof StoredTold, told);
}
