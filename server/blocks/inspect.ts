/**
 * Is this a file that we store? Decided by its content, never by its name (docs/decisions.md: allowed types).
 * Only looks: re-encoding here would change the CID, so what is wrong is refused and said.
 */
import { fileTypeFromBuffer } from "file-type";
import { parseJson } from "../../protocol/canonical.ts";
import { isSealText, readSealText, SEAL_TYPE } from "../../protocol/document/sealed.ts";
import { Problem } from "../../protocol/problem.ts";
import { dimensionsOf } from "./dimensions.ts";
import { hasPosition } from "./position.ts";
import { isCsv, looksLikeJson, readText } from "./text.ts";

export type { Inspected };
export { inspectFile, MAX_FILE, MAX_SIDE, sniff };

/** Bytes of one attachment. */
const MAX_FILE = 16 * 1024 * 1024;
/** Pixels of one side of a picture: more is a bomb for the phone that shows it. */
const MAX_SIDE = 16_384;
/** Type detection reads no further: detectors have looped on crafted containers before (CVE-2026-31808). */
const HEAD = 4096;

const BINARY = new Map([
  ["image/jpeg", "jpg"],
  ["image/png", "png"],
  ["image/webp", "webp"],
  ["application/pdf", "pdf"],
  ["video/mp4", "mp4"],
  ["video/webm", "webm"],
]);
/** What detectors call otherwise, or what one container may be declared as. */
const ALSO = new Map([
  ["audio/webm", "video/webm"],
  ["audio/mp4", "video/mp4"],
]);

type Inspected = {
  readonly mediaType: string;
  readonly extension: string;
  /** Pixels, for pictures. */
  readonly width?: number;
  readonly height?: number;
};

/**
 * What the file is. `declared` is what the sender says it is: a contradiction is refused, and for WebM and MP4 it tells
 * sound from film.
 * @throws Problem `file-too-large`, `file-type-refused`, `file-has-position`, `json-unreadable`, `json-duplicate-key`
 */
async function inspectFile(bytes: Uint8Array, declared?: { readonly mediaType: string }): Promise<Inspected> {
  if (bytes.length > MAX_FILE)
    throw new Problem("file-too-large", "", `${bytes.length} bytes, at most ${MAX_FILE} are stored`);
  const mediaType = (await sniff(bytes)) ?? textType(bytes);
  if (mediaType === undefined)
    throw new Problem("file-type-refused", "", "the content is none of the types that are stored");
  const said = declared?.mediaType.split(";")[0]?.trim().toLowerCase();
  if (said !== undefined && (ALSO.get(said) ?? said) !== mediaType) {
    throw new Problem("file-type-refused", "/mediaType", `said to be ${said}, but the content is ${mediaType}`);
  }
  const found = {
    mediaType: said ?? mediaType,
    extension: BINARY.get(mediaType) ?? (mediaType === "text/csv" ? "csv" : "json"),
  };
  const size = mediaType.startsWith("image/") ? pictureSize(bytes, mediaType) : {};
  if (BINARY.has(mediaType) && (await hasPosition(bytes, mediaType))) {
    throw new Problem(
      "file-has-position",
      "",
      `the ${found.extension} file holds a position, or EXIF that cannot be read`,
    );
  }
  return { ...found, ...size };
}

/** The allowed binary type that the first bytes show; undefined for all else, text included. */
async function sniff(bytes: Uint8Array): Promise<string | undefined> {
  const mime = (await fileTypeFromBuffer(bytes.subarray(0, HEAD)))?.mime;
  return mime !== undefined && BINARY.has(mime) ? mime : undefined;
}

function pictureSize(bytes: Uint8Array, mediaType: string): { readonly width: number; readonly height: number } {
  const size = dimensionsOf(bytes, mediaType);
  if (size === undefined || size.width === 0 || size.height === 0) {
    throw new Problem("file-type-refused", "", `the header of the picture (${mediaType}) is broken`);
  }
  if (size.width > MAX_SIDE || size.height > MAX_SIDE) {
    throw new Problem("file-too-large", "", `${size.width} × ${size.height} pixels, at most ${MAX_SIDE} a side`);
  }
  return size;
}

/** @throws Problem `json-unreadable`, `json-duplicate-key` for what begins as JSON and is neither that nor a table */
function textType(bytes: Uint8Array): string | undefined {
  const text = readText(bytes);
  if (text === undefined) return undefined;
  if (!looksLikeJson(text)) return isCsv(text) ? "text/csv" : undefined;
  try {
    const value = parseJson(text);
    if (!isSealText(value)) return "application/json";
    // A JWE in another form could carry what no reader here expects: another algorithm, a header, a size that tells more.
    // The form is ASCII: a byte more than characters would be a byte order mark.
    return text.length !== bytes.length || readSealText(text, value) === null ? undefined : SEAL_TYPE;
  } catch (error) {
    if (isCsv(text)) return "text/csv";
    throw error;
  }
}
