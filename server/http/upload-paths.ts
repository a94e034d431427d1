/** What the API says of `/api/uploads` (`uploads.ts`). */
import { z } from "zod";
import type { ProblemType } from "../../protocol/problem.ts";
import { CidText, type Paths } from "./describe.ts";

export { Named, PART_TYPE, uploadPaths, VERSION };

/** Of tus. */
const VERSION = "1.0.0";
const PART_TYPE = "application/offset+octet-stream";

const Named = z.strictObject({ cid: CidText });

const Always = z.object({ "Tus-Resumable": z.literal(VERSION) });
const OFFSET = { "Upload-Offset": "Bytes that the server has." };
const REFUSED: readonly ProblemType[] = [
  ...(["cid-unreadable", "request-invalid", "upload-request-unreadable", "upload-version-unknown"] as const),
  ...(["upload-busy", "file-cid-mismatch", "file-has-position", "file-type-refused", "file-too-large"] as const),
  ...(["json-unreadable", "json-duplicate-key", "body-too-large", "hash-refused"] as const),
  ...(["codec-refused", "too-many-requests", "not-yet-open", "storage-full", "storage-unavailable"] as const),
];

const uploadPaths: Paths = {
  "/api/uploads": {
    post: {
      id: "beginUpload",
      tag: "recording",
      summary: "Begin to send a file in parts, with its first part or without",
      description:
        "tus 1.0 with creation, creation-with-upload and expiration; made again it goes on where it was. Of a file that is stored already, or of an upload that was begun, Upload-Offset says how much is here: what comes along is then not looked at. Unfinished uploads are kept for two days.",
      headers: Always.extend({
        "Upload-Length": z.string().meta({ description: "Bytes of the whole file, at most 16 MiB." }),
        "Upload-Metadata": z.string().meta({
          description:
            "`cid` and, where known, `type`, each with its value in base64: `cid YmFm…,type aW1hZ2UvanBlZw==`.",
        }),
      }),
      body: {
        description: "The first part, or nothing.",
        content: { [PART_TYPE]: "Bytes from the beginning on." },
        isOptional: true,
      },
      answers: {
        201: {
          description: "It is begun, or as far as Upload-Offset says.",
          headers: { Location: "/api/uploads/{cid}", ...OFFSET, "Upload-Expires": "Until when it is kept unfinished." },
        },
      },
      problems: REFUSED,
    },
  },
  "/api/uploads/{cid}": {
    head: {
      id: "askUpload",
      tag: "recording",
      summary: "How much of a file is here",
      description: "Of a stored file all of it.",
      path: Named,
      headers: Always,
      answers: {
        200: { description: "So much.", headers: { ...OFFSET, "Upload-Length": "Bytes of the whole file." } },
      },
      problems: ["upload-missing", ...REFUSED],
    },
    patch: {
      id: "goOnWithUpload",
      tag: "recording",
      summary: "Send the next part of a file",
      path: Named,
      headers: Always.extend({
        "Upload-Offset": z.string().meta({ description: "Where the part begins: what the server has." }),
      }),
      body: { description: "The part.", content: { [PART_TYPE]: "Bytes from Upload-Offset on." } },
      answers: {
        204: {
          description: "The part is here; where Upload-Offset is the file's length, the file is checked and on disk.",
          headers: { ...OFFSET, "Upload-Expires": "Until when it is kept unfinished." },
        },
      },
      problems: ["upload-missing", "upload-offset-wrong", ...REFUSED],
    },
  },
};
