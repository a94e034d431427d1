/**
 * `PUT /api/documents/{cid}` and `PUT /api/files/{cid}`: content under its own address. 201 (or 200 when it was here) once it
 * is on disk, never before. Reading is the gateway's: `GET /ipfs/{cid}`; `GET /api/documents/{cid}` says what stands beside a
 * document: CBV 2.0's hashes of its events.
 */
import { setImmediate } from "node:timers/promises";
import { type Request, type Response, Router } from "express";
import { z } from "zod";
import { Problem, type ProblemType } from "../../protocol/problem.ts";
import type { DocumentTold, Stored } from "../submit/documents.ts";
import { allowance } from "./allowance.ts";
import { anyBody, bytesBody, jsonBody } from "./body.ts";
import { answer, CidText, type Paths } from "./describe.ts";
import { methodNotAllowed, read } from "./problem.ts";
import { Turns } from "./turns.ts";

export type { DocumentRouteParts };
export { documentPaths, documentRoutes, SENT };

interface DocumentRouteParts {
  readonly putDocument: (cid: string, bytes: Uint8Array) => Promise<Stored & DocumentTold>;
  /** Null: not stored here. */
  readonly document: (cid: string) => Promise<DocumentTold | null>;
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
const SENT = {
  atOnce: 1024 ** 3,
  perSecond: 256 * 1024,
  least: 16 * 1024,
} as const;

/** Hashing the events of one document keeps the process busy for a moment: one at a time, and others are served in between. */
const LONGEST_WAIT_MS = 10_000;

const Named = z.strictObject({ cid: CidText });
const StoredTold = z.object({ cid: z.string(), size: z.int().meta({ description: "Bytes." }) }).meta({ id: "Stored" });
const StoredDocument = StoredTold.extend({
  eventHashes: z.array(z.string()).meta({
    description:
      "CBV 2.0's event hash (`ni:///sha-256;…?ver=CBV2.0`) of each event in it, in their order; empty where it holds none.",
  }),
}).meta({ id: "StoredDocument" });
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
const MAY_WAIT = ["too-many-requests", "not-yet-open", "storage-full", "storage-unavailable"] as const;

const documentPaths: Paths = {
  "/api/documents/{cid}": {
    get: {
      id: "getDocument",
      tag: "reading",
      summary: "Size and event hashes of a stored document",
      description:
        "The document itself is read at /ipfs/{cid}. The hashes are how others know its events; they prove nothing about who wrote them.",
      path: Named,
      answers: {
        200: { description: "It is stored here.", content: { "application/json": StoredDocument } },
      },
      problems: [
        ...(["request-invalid", "cid-unreadable", "hash-refused", "codec-refused", "block-missing"] as const),
        ...(["document-too-large", "document-not-canonical", "document-schema", "json-unreadable"] as const),
        ...(["json-duplicate-key", "text-unreadable", "too-many-requests"] as const),
      ],
    },
    put: {
      id: "putDocument",
      tag: "recording",
      summary: "Store a document under its CID",
      description:
        "Canonical JSON (RFC 8785) that fits GS1's EPCIS 2.0 schema, or, for a certificate, those of W3C's Verifiable Credentials 2.0 and UNTP's Digital Conformity Credential. The CID has codec json. Sent again it is the same document: 200.",
      path: Named,
      body: {
        description: "At most 256 KiB.",
        content: { "application/json": "The very bytes that have this CID." },
      },
      answers: stored(StoredDocument),
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
        "JPEG, PNG, WebP, PDF, MP4, WebM, CSV, JSON or a seal (docs/sealed.md), without a position in it. Up to 1 MiB the CID is raw over its SHA-256; above, UnixFS with 1 MiB chunks, raw leaves, CIDv1, at most 1,024 links a node.",
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
  const { putDocument, document, putFile, maxDocument, maxFile, checkRoom, checkOpen } = parts;
  const routes = Router();
  const { before, after } = allowance(SENT);
  const turns = new Turns(1, LONGEST_WAIT_MS);
  const late = () => new Problem("too-many-requests", "", "too many documents are being read");
  routes
    .route("/documents/:cid")
    .get(async (request: Request, response: Response) => {
      const { cid } = read(Named, request.params);
      const told = await turns.take(async () => {
        const found = await document(cid);
        await setImmediate();
        return found;
      }, late);
      if (told === null) throw new Problem("block-missing", "/cid", `no document ${cid} is stored here`);
      answer(response, StoredDocument, { ...told, eventHashes: [...told.eventHashes] });
    })
    .put(before(maxDocument), ...jsonBody(maxDocument), after, async (request: Request, response: Response) => {
      checkOpen(request.get("authorization"));
      const bytes = bytesBody(request);
      await checkRoom(bytes.length);
      const { cid } = read(Named, request.params);
      const { eventHashes, ...told } = await putDocument(cid, bytes);
      say(response, StoredDocument, { ...told, eventHashes: [...eventHashes] });
    })
    .all(methodNotAllowed("GET", "PUT"));
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
