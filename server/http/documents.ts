/**
 * `PUT /api/documents/{cid}` and `PUT /api/files/{cid}`: content under its own address. 201 (or 200 when it was here) once it
 * is on disk, never before. Reading is the gateway's: `GET /ipfs/{cid}`.
 */
import { type Request, type Response, Router } from "express";
import type { Stored } from "../submit/documents.ts";
import { allowance } from "./allowance.ts";
import { anyBody, bytesBody, jsonBody } from "./body.ts";
import { methodNotAllowed } from "./problem.ts";

export type { DocumentRouteParts };
export { documentRoutes };

interface DocumentRouteParts {
  readonly putDocument: (cid: string, bytes: Uint8Array) => Promise<Stored>;
  readonly putFile: (cid: string, bytes: Uint8Array, mediaType: string | null) => Promise<Stored>;
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
const LIMITS = { atOnce: 1024 ** 3, perSecond: 256 * 1024, least: 16 * 1024 } as const;

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
      answer(response, await putDocument(String(request.params.cid), bytes));
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
      answer(response, await putFile(String(request.params.cid), bytes, mediaType));
    })
    .all(methodNotAllowed("PUT"));
  return routes;
}

function answer(response: Response, { isNew, ...stored }: Stored): void {
  response
    .status(isNew ? 201 : 200)
    .location(`/ipfs/${stored.cid}`)
    .json(stored);
}
