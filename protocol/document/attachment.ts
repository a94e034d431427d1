/**
 * Files that belong to a record: listed in its document by CID, so that signing the document signs the files.
 * Pure; the files themselves are fetched and hashed by whoever shows them.
 */
import { Problem } from "../problem.ts";
import type { Reading } from "./reading.ts";
import { isSealedType, readSealed, type Sealed, SEAL_TYPE, SEALED_WHAT } from "./sealed.ts";
import type { Fields } from "./terms.ts";
import { cleanText, cleanWords, MAX_NAME, type Words } from "./text.ts";

export type { Attachment, Credit };
export { attachmentField, MAX_ATTACHMENTS, MEDIA_TYPES, readAttachment };

/** Whose picture it is, where that must be said. */
interface Credit {
  readonly author: string;
  /** As its owner names it, e.g. `CC BY-SA 4.0`. */
  readonly licence: string;
  /** Where it was published: a URL, or words. */
  readonly source: string;
  /** What was done to it since, e.g. "cropped, made smaller"; as a bare text where nobody says in which language. */
  readonly changes?: string | Words;
}

interface Attachment {
  /** CIDv1: raw up to 1 MiB, else the root of its UnixFS tree. */
  readonly cid: string;
  readonly mediaType: string;
  /** Bytes. */
  readonly size: number;
  readonly name: string;
  readonly caption?: Words;
  readonly credit?: Credit;
  /** With the media type of seals, and with no other. */
  readonly sealed?: Sealed;
}

/** What a record may carry. No SVG and no HTML: both can run. */
const MEDIA_TYPES: readonly string[] = [
  "image/jpeg",
  "image/png",
  "image/webp",
  "application/pdf",
  "video/mp4",
  "video/webm",
  "audio/webm",
  "text/csv",
  "application/json",
  SEAL_TYPE,
];
const MAX_ATTACHMENTS = 32;
const CID_SHAPE = /^b[a-z2-7]{30,110}$/;

/** One item of `furrow:attachments`, before the prefix. */
function attachmentField(attachment: Attachment, at: string): Fields {
  if (!CID_SHAPE.test(attachment.cid)) throw new Problem("form-refused", `${at}/cid`, "a CIDv1 in base32 is expected");
  if (!MEDIA_TYPES.includes(attachment.mediaType)) {
    throw new Problem("form-refused", `${at}/mediaType`, `${attachment.mediaType} is not stored with records`);
  }
  if (!Number.isSafeInteger(attachment.size) || attachment.size < 1) {
    throw new Problem("form-refused", `${at}/size`, "a size is whole bytes, at least one");
  }
  const { caption, credit, sealed } = attachment;
  return {
    cid: attachment.cid,
    mediaType: attachment.mediaType,
    size: attachment.size,
    name: cleanText(attachment.name, `${at}/name`),
    caption: caption === undefined ? undefined : cleanWords(caption, `${at}/caption`, 400),
    credit: credit === undefined ? undefined : creditField(credit, `${at}/credit`),
    ...sealedField(attachment.mediaType, sealed, `${at}/sealed`),
  };
}

function sealedField(mediaType: string, sealed: Sealed | undefined, at: string): Fields {
  if ((mediaType === SEAL_TYPE) !== (sealed !== undefined)) {
    throw new Problem(
      "form-refused",
      at,
      `a file of type ${SEAL_TYPE} says what is sealed in it, and no other file does`,
    );
  }
  if (sealed === undefined) return {};
  if (!SEALED_WHAT.includes(sealed.what)) {
    throw new Problem("form-refused", `${at}/what`, `one of ${SEALED_WHAT.join(", ")} is expected`);
  }
  if (!isSealedType(sealed.mediaType)) {
    throw new Problem(
      "form-refused",
      `${at}/mediaType`,
      "the media type of the content is expected, without parameters",
    );
  }
  return { sealed: { mediaType: sealed.mediaType, what: sealed.what } };
}

function creditField(credit: Credit, at: string): Fields {
  const { changes } = credit;
  return {
    author: cleanText(credit.author, `${at}/author`),
    licence: cleanText(credit.licence, `${at}/licence`, 200),
    source: cleanText(credit.source, `${at}/source`, 400),
    changes: changes === undefined ? undefined : changesField(changes, `${at}/changes`),
  };
}

function changesField(changes: string | Words, at: string): string | Words {
  return typeof changes === "string" ? cleanText(changes, at, 400) : cleanWords(changes, at, 400);
}

/** Null where it names no file that could be fetched and shown. */
function readAttachment(reading: Reading): Attachment | null {
  const cid = reading.text("cid", 120);
  const mediaType = reading.text("mediaType", 100);
  const size = reading.number("size");
  if (cid === null || !CID_SHAPE.test(cid) || mediaType === null || !MEDIA_TYPES.includes(mediaType)) return null;
  if (size === null || !Number.isSafeInteger(size) || size < 0) return null;
  const sealed = readSealed(reading.object("sealed"));
  if (mediaType === SEAL_TYPE ? sealed === null : reading.value("sealed") !== undefined) return null;
  const caption = reading.words("caption");
  const credit = reading.object("credit");
  return {
    cid,
    mediaType,
    size,
    name: reading.text("name", MAX_NAME) ?? cid,
    ...(caption === null ? {} : { caption }),
    ...(credit === null ? {} : { credit: readCredit(credit) }),
    ...(sealed === null ? {} : { sealed }),
  };
}

function readCredit(reading: Reading): Credit {
  const changes = reading.text("changes", 400) ?? reading.words("changes", 400);
  return {
    author: reading.text("author", MAX_NAME) ?? "",
    licence: reading.text("licence", 200) ?? "",
    source: reading.text("source", 400) ?? "",
    ...(changes === null ? {} : { changes }),
  };
}
