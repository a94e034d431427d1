/**
 * `/api/uploads`: files in parts (tus 1.0, https://tus.io/protocols/resumable-upload: core protocol, creation, creation-with-upload, expiration), for
 * lines that break. An upload is named by its file's CID, so a phone that never heard the answer to its first part asks by HEAD how far it
 * came. The last part is answered once the file is checked and on disk, as by `PUT /api/files/{cid}`. The protocol is @tus/server's; what is
 * refused is refused here, as a problem.
 */
import { Readable } from "node:stream";
import { EVENTS, Metadata, Server } from "@tus/server";
import { type Request as Asked, type Response as Answered, Router } from "express";
import { parseCid } from "../../protocol/cid.ts";
import { Problem } from "../../protocol/problem.ts";
import type { Begun, Uploads } from "../submit/uploads.ts";
import { allowance } from "./allowance.ts";
import { SENT } from "./documents.ts";
import { methodNotAllowed, read } from "./problem.ts";
import { UploadLocks } from "./upload-locks.ts";
import { Named, PART_TYPE, VERSION } from "./upload-paths.ts";

export type { UploadRouteParts };
export { uploadRoutes };

interface UploadRouteParts {
  readonly uploads: Uploads;
  /** Bytes. */
  readonly maxFile: number;
  /** Throws `storage-full` where so many bytes more would fill the disk. */
  readonly checkRoom: (bytes: number) => Promise<void>;
  readonly checkOpen: (authorization: string | undefined) => void;
  readonly log: (line: string, cause: unknown) => void;
}

/** How long a request that holds an upload may go on once another asks for it, and how long that one waits. */
const DRAIN_MS = 300;
const WAIT_MS = 8_000;

function uploadRoutes(parts: UploadRouteParts): Router {
  const { uploads, maxFile, checkRoom, checkOpen, log } = parts;
  const { before } = allowance(SENT);
  const causes = new WeakMap<object, unknown>();
  const server = new Server({
    path: "/api/uploads",
    datastore: uploads.store,
    maxSize: maxFile,
    locker: new UploadLocks(WAIT_MS),
    lockDrainTimeout: DRAIN_MS,
    namingFunction: (_request, metadata) => metadata?.cid ?? "",
    generateUrl: ({ url }, { id }) => placeBelow(url, id),
    getFileIdFromRequest: (_request, last) => last,
    async onUploadFinish(_request, { id }) {
      await uploads.finish(id);
      return {};
    },
    onResponseError(request, error) {
      causes.set(request, error);
      return undefined;
    },
  });
  // Not before it is answered: the protocol looks at it once more.
  server.on(EVENTS.POST_FINISH, (_request, _response, { id }) => void dropLater(id));

  async function dropLater(cid: string): Promise<void> {
    await uploads.drop(cid).catch((cause: unknown) => log("an upload that is stored could not be dropped", cause));
  }

  async function pass(request: Asked, response: Answered, hasBody: boolean): Promise<void> {
    const asked = webRequest(request, hasBody);
    response.once("finish", () => readOn(request));
    const { status, headers, body } = await server.handleWeb(asked);
    if (response.destroyed) return;
    if (status < 400) {
      for (const [name, value] of headers) if (name !== "content-type") response.set(name, value);
      response.status(status).end();
      return;
    }
    const text = body === null ? "" : await new Response(body).text();
    throw await problemOf(status, text.trim(), causes.get(asked), checkRoom);
  }

  /** What is here of a file that was sent before; null: nothing. */
  async function hereOf(cid: string): Promise<(Begun & { readonly isStored: boolean }) | null> {
    const stored = await uploads.sizeOf(cid);
    if (stored !== null) return { size: stored, offset: stored, mediaType: null, isStored: true };
    const begun = await uploads.begun(cid);
    if (begun === null || begun.offset < begun.size) return begun === null ? null : { ...begun, isStored: false };
    // Whole, and never stored: this server was killed in between, or its disk was full.
    await uploads.finish(cid);
    await dropLater(cid);
    return { ...begun, isStored: true };
  }

  const routes = Router();
  routes.use("/uploads", (request, response, next) => {
    response.set("Tus-Resumable", VERSION);
    if (request.method !== "OPTIONS" && request.get("tus-resumable") !== VERSION) {
      response.set("Tus-Version", VERSION);
      throw new Problem("upload-version-unknown", "", `Tus-Resumable is ${request.get("tus-resumable") ?? "missing"}`);
    }
    next();
  });
  routes
    .route("/uploads")
    .options((request, response) => pass(request, response, false))
    .post(before(maxFile), async (request: Asked, response: Answered) => {
      checkOpen(request.get("authorization"));
      const { cid, size, mediaType } = readCreation(request);
      if (size > maxFile) throw new Problem("file-too-large", "", `${size} bytes, at most ${maxFile} are stored`);
      const here = await hereOf(cid);
      if (here !== null && here.isStored && here.size !== size)
        throw new Problem("file-cid-mismatch", "", `the file of this CID has ${here.size} bytes, not ${size}`);
      if (here !== null && (here.isStored || (here.size === size && here.mediaType === mediaType))) {
        response
          .status(201)
          .location(placeBelow(request.originalUrl, cid))
          .set("Upload-Offset", String(here.offset))
          .end();
        return;
      }
      await checkRoom(size);
      await pass(request, response, isPart(request));
    })
    .all(methodNotAllowed("POST"));
  routes
    .route("/uploads/:cid")
    .options((request, response) => pass(request, response, false))
    .head(async (request: Asked, response: Answered) => {
      const cid = fileCid(read(Named, request.params).cid);
      const here = await hereOf(cid);
      if (here === null) throw missing(cid);
      if (!here.isStored) {
        await pass(request, response, false);
        return;
      }
      response
        .set({ "Upload-Offset": String(here.size), "Upload-Length": String(here.size) })
        .status(200)
        .end();
    })
    .patch(before(maxFile), async (request: Asked, response: Answered) => {
      checkOpen(request.get("authorization"));
      fileCid(read(Named, request.params).cid);
      if (request.get("content-length") === undefined) throw unreadable("Content-Length is missing");
      await checkRoom(Number(request.get("content-length")));
      await pass(request, response, true);
    })
    .all(methodNotAllowed("HEAD", "PATCH"));
  return routes;
}

/** The same as a request of the Fetch standard, whose body is read as it comes. */
function webRequest(request: Asked, hasBody: boolean): Request {
  const headers = Object.entries(request.headersDistinct).flatMap(([name, values]) =>
    (values ?? []).map((value) => [name, value] as [string, string]),
  );
  return new Request(`http://furrow${request.originalUrl}`, {
    method: request.method,
    headers,
    ...(hasBody ? { body: Readable.toWeb(request) as never, duplex: "half" } : {}),
  });
}

/** Below the address that was asked: practice has the same calls elsewhere. */
function placeBelow(url: string, cid: string): string {
  return `${new URL(url, "http://furrow").pathname.replace(/\/$/, "")}/${cid}`;
}

/** What is left of a part that was refused: unread it would stand before the next request on the same line. */
function readOn(request: Asked): void {
  if (request.readableEnded || request.destroyed) return;
  request.removeAllListeners("data");
  request.resume();
}

function readCreation(request: Asked): {
  readonly cid: string;
  readonly size: number;
  readonly mediaType: string | null;
} {
  const length = request.get("upload-length") ?? "";
  if (!/^\d{1,15}$/.test(length)) throw unreadable("Upload-Length is not a number of bytes");
  if (isPart(request) && request.get("content-length") === undefined) throw unreadable("Content-Length is missing");
  let metadata: Readonly<Record<string, string | null>>;
  try {
    metadata = Metadata.parse(request.get("upload-metadata"));
  } catch {
    throw unreadable("Upload-Metadata is not pairs of a key and a value in base64");
  }
  const { cid, type } = metadata;
  if (cid === undefined || cid === null) throw unreadable("Upload-Metadata names no cid");
  return { cid: fileCid(cid), size: Number(length), mediaType: type ?? null };
}

/** @throws Problem `cid-unreadable` */
function fileCid(cid: string): string {
  if (parseCid(cid, "/cid").codec === "json")
    throw new Problem("cid-unreadable", "/cid", "a file's CID has codec raw or dag-pb, this one has json");
  return cid;
}

function isPart(request: Asked): boolean {
  return request.get("content-type") === PART_TYPE;
}

function unreadable(detail: string): Problem {
  return new Problem("upload-request-unreadable", "", detail);
}

function missing(cid: string): Problem {
  return new Problem("upload-missing", "/cid", `nothing of ${cid} is here`);
}

/** What the protocol refuses with a status and a line of text. */
async function problemOf(
  status: number,
  text: string,
  cause: unknown,
  checkRoom: UploadRouteParts["checkRoom"],
): Promise<unknown> {
  if (cause instanceof Error) return cause;
  switch (status) {
    case 404:
    case 410:
      return new Problem("upload-missing", "/cid", text);
    case 409:
      return new Problem("upload-offset-wrong", "", text);
    case 413:
      return new Problem("file-too-large", "", text);
    case 423:
      return new Problem("upload-busy", "", text);
    default:
      if (/^Request aborted/.test(text))
        return new Problem("upload-busy", "", "another request has taken this upload over");
      // 501: an extension that is not offered here.
      if (status < 500 || status === 501) return unreadable(text);
  }
  // The store of parts does not say why it could not write.
  await checkRoom(0);
  return new Error(`a part could not be taken: ${text}`);
}
