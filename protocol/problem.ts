/**
 * The one table of what can be wrong: type → HTTP status, title, what to do.
 * Pure code throws `Problem(type, pointer, detail)`; `server/http/problem.ts` alone turns it into RFC 9457, pages look
 * its type up in the messages. A type, once published, keeps its meaning.
 */

export type { ProblemType };
export { Problem, problems };

const problems = {
  // server/blocks, server/http/gateway.ts: blocks, files, CARs
  "block-damaged": {
    status: 500,
    title: "What is stored here has changed",
    mend: "Fetch the block from another gateway: this one holds it damaged. Putting it here again mends it.",
  },
  "block-mismatch": {
    status: 422,
    title: "The bytes do not have this CID",
    mend: "Send the bytes unchanged, or compute the CID again from what is sent.",
  },
  "block-missing": {
    status: 404,
    title: "Not stored here",
    mend: "Check the CID, or ask another gateway.",
  },
  "block-not-cached": {
    status: 412,
    title: "Not stored here, and asked not to look elsewhere",
    mend: "Ask again without Cache-Control: only-if-cached, or ask another gateway.",
  },
  "block-too-large": {
    status: 413,
    title: "The block is too large",
    mend: "Store it as a file: it is then cut into blocks of 1 MiB.",
  },
  "car-too-large": {
    status: 413,
    title: "The CAR is larger than what was asked for",
    mend: "Ask another gateway: this one sends more than belongs to the file.",
  },
  "car-unasked-block": {
    status: 422,
    title: "The CAR holds a block that nobody asked for",
    mend: "Ask another gateway: this one sends what does not belong to the file.",
  },
  "car-unreadable": {
    status: 422,
    title: "Not a CAR of version 1",
    mend: "Ask again with format=car, or ask another gateway.",
  },
  "cid-unreadable": {
    status: 400,
    title: "Not a CID",
    mend: "Copy the address again, whole: a document's begins with bagaaiera, a picture's with bafkrei.",
  },
  "codec-refused": {
    status: 422,
    title: "This kind of node is not read here",
    mend: "Use raw or UnixFS for files and json for documents; format=raw gives the bytes of any block.",
  },
  "dag-too-deep": {
    status: 422,
    title: "The file is nested too deeply",
    mend: "Store it again with 1 MiB chunks and up to 1,024 children a node.",
  },
  "dag-unreadable": {
    status: 422,
    title: "The blocks do not form a file",
    mend: "Store the file again from its source.",
  },
  "file-has-position": {
    status: 422,
    title: "The file says where it was taken",
    mend: "Save it again without place (a picture: re-encode it, or remove EXIF and XMP), then send it. Turn off place in the camera's settings.",
  },
  "file-too-large": {
    status: 413,
    title: "The file is too large",
    mend: "Make it smaller: fewer pixels, fewer pages, a shorter clip.",
  },
  "file-type-refused": {
    status: 415,
    title: "This type of file is not stored",
    mend: "Send JPEG, PNG, WebP, PDF, MP4, WebM, CSV or JSON.",
  },
  "format-refused": {
    status: 406,
    title: "Not available in this format",
    mend: "Ask with format=raw or format=car, or without a format.",
  },
  "gateway-request-unreadable": {
    status: 400,
    title: "The gateway does not understand the request",
    mend: "See the trustless gateway specification for format, dag-scope and entity-bytes.",
  },
  "hash-refused": {
    status: 422,
    title: "Only sha2-256 is used here",
    mend: "Make the CID with sha2-256.",
  },
  "identity-too-long": {
    status: 422,
    title: "Too many bytes inside the CID",
    mend: "Store the bytes as a block of their own.",
  },
  "not-a-file": {
    status: 400,
    title: "This address is not a file",
    mend: "Ask with format=car, or name a file in the folder.",
  },
  "path-missing": {
    status: 404,
    title: "Nothing of this name in the folder",
    mend: "Check the path, or fetch the folder with format=car.",
  },
  "range-outside": {
    status: 416,
    title: "The range lies outside the file",
    mend: "Ask for bytes below the size in Content-Range.",
  },
} as const satisfies Record<string, { readonly status: number; readonly title: string; readonly mend: string }>;

type ProblemType = keyof typeof problems;

/** `at` is a JSON Pointer into what was sent ("" is the whole), `detail` says what is wrong this time. */
class Problem extends Error {
  override readonly name = "Problem";
  readonly type: ProblemType;
  readonly at: string;
  readonly detail: string;

  constructor(type: ProblemType, at: string, detail: string) {
    super(`${type}: ${detail}`);
    this.type = type;
    this.at = at;
    this.detail = detail;
  }
}
