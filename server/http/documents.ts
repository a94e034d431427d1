/**
 * `PUT /api/documents/{cid}` and `PUT /api/files/{cid}`: content under its own address. 201 (or 200 when it was here) once it
 * is on disk, never before. Reading is the gateway's: `GET /ipfs/{cid}`.
 */
import { type Request, type Response, Router } from "express";
import type { Stored } from "../submit/documents.ts";
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
  readonly checkOpen: (authorization: string | undefined) => void;
}

function documentRoutes({ putDocument, putFile, maxDocument, maxFile, checkOpen }: DocumentRouteParts): Router {
  const routes = Router();
  routes
    .route("/documents/:cid")
    .put(...jsonBody(maxDocument), async (request: Request, response: Response) => {
      checkOpen(request.get("authorization"));
      answer(response, await putDocument(String(request.params.cid), bytesBody(request)));
    })
    .all(methodNotAllowed("PUT"));
  routes
    .route("/files/:cid")
    .put(anyBody(maxFile), async (request: Request, response: Response) => {
      checkOpen(request.get("authorization"));
      const said = request.get("content-type")?.split(";")[0]?.trim().toLowerCase();
      const mediaType = said === undefined || said === "application/octet-stream" ? null : said;
      answer(response, await putFile(String(request.params.cid), bytesBody(request), mediaType));
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
