/**
 * A file in parts (tus 1.0, tus.io/protocols/resumable-upload: core protocol, creation, creation-with-upload). The server names an
 * upload by the file's CID, so one whose first answer was lost can be asked for; and after any doubt the phone asks how far the
 * server is (HEAD) before it sends a byte again. It tries once and tells how it went: sync.ts tries again.
 */
import { type Answer, Away, type Refusal, refusalOf, type Wire } from "./wire.ts";

export type { Upload, Uploaded, UploadParts };
export { PART, uploadFile };

interface Upload {
  readonly cid: string;
  readonly mediaType: string;
  readonly blob: Blob;
  /** Bytes that the server is known to have. */
  readonly offset: number;
  /** Something was sent and not answered: by this tab, or by one that was killed. */
  readonly inDoubt: boolean;
}

interface UploadParts {
  readonly wire: Wire;
  /** "" or "/practice". */
  readonly base: string;
  /** Kept before the next part goes; resolves when it is on disk. `inDoubt` is kept before something is sent. */
  readonly keep: (progress: { readonly offset: number; readonly inDoubt: boolean }) => Promise<void>;
  readonly nowMs: () => number;
  readonly signal?: AbortSignal;
}

/**
 * stored: the server has it whole, checked and on its disk · away: no answer, ask again later · later: the server cannot take it
 * now · refused: it never will.
 */
type Uploaded =
  | { readonly state: "stored" }
  | { readonly state: "away" }
  | { readonly state: "later" | "refused"; readonly refusal: Refusal };

/** Bytes of one part: on a line of 2 kB/s half a minute, and at most that much is sent twice. */
const PART = 64 * 1024;
const VERSION = { "Tus-Resumable": "1.0.0" } as const;
const BODY = { "Content-Type": "application/offset+octet-stream" } as const;
/** Answers without a byte of progress before it is left for later. */
const MAX_DOUBTS = 6;
/** A part whose line was cut may still hold the server's lock for a moment. */
const LOCKED_MS = 400;

/** One after another, until the server has all of it or does not answer. Never throws for what the network or the server does. */
async function uploadFile(parts: UploadParts, upload: Upload): Promise<Uploaded> {
  try {
    return await sendAll(parts, upload);
  } catch (cause) {
    if (cause instanceof Away) return { state: "away" };
    throw cause;
  }
}

async function sendAll(parts: UploadParts, { cid, mediaType, blob, ...begun }: Upload): Promise<Uploaded> {
  const path = `${parts.base}/api/uploads`;
  let mustAsk = begun.inDoubt;
  /** Null: the server knows nothing of it. */
  let offset: number | null = begun.offset === 0 ? null : begun.offset;
  for (let doubts = 0; doubts <= MAX_DOUBTS;) {
    if (offset !== null && offset >= blob.size) return await stored(parts, blob.size);
    const isAsking = mustAsk;
    const answer: Answer = isAsking
      ? await parts.wire.ask({ method: "HEAD", path: `${path}/${cid}`, ...asked(parts) })
      : await sendPart(parts, { path, cid, mediaType, blob, offset });
    if (answer.status < 300) {
      const has = offsetOf(answer);
      doubts = !isAsking && has > (offset ?? 0) ? 0 : doubts + 1;
      [offset, mustAsk] = [has, false];
      if (offset < blob.size) await parts.keep({ offset, inDoubt: false });
      continue;
    }
    doubts++;
    const how = howToGoOn(answer, parts.nowMs());
    if (how === "ended") return ended(answer, parts.nowMs());
    if (how === "missing" && isAsking) [offset, mustAsk] = [null, false];
    else mustAsk = true;
    if (how === "busy") await pause(LOCKED_MS);
  }
  return { state: "away" };
}

/** The protocol's own refusals, which say that the server is elsewhere than the phone thought; a HEAD has no body that names them. */
function howToGoOn(answer: Answer, nowMs: number): "missing" | "elsewhere" | "busy" | "ended" {
  const { type } = refusalOf(answer, nowMs);
  const isPlain = type === `http-${answer.status}`;
  if (type === "upload-missing" || (isPlain && (answer.status === 404 || answer.status === 410))) return "missing";
  if (type === "upload-offset-wrong" || (isPlain && answer.status === 409)) return "elsewhere";
  return type === "upload-busy" || answer.status === 423 ? "busy" : "ended";
}

interface Part {
  readonly path: string;
  readonly cid: string;
  readonly mediaType: string;
  readonly blob: Blob;
  readonly offset: number | null;
}

/** The first part goes with the creation: most pictures then take three requests. */
async function sendPart(parts: UploadParts, { path, cid, mediaType, blob, offset }: Part): Promise<Answer> {
  const from = offset ?? 0;
  await parts.keep({ offset: from, inDoubt: true });
  const body = blob.slice(from, from + PART);
  if (offset !== null) {
    const headers = { ...VERSION, ...BODY, "Upload-Offset": String(from) };
    return parts.wire.ask({ method: "PATCH", path: `${path}/${cid}`, body, ...asked(parts, headers) });
  }
  const headers = {
    ...VERSION,
    ...BODY,
    "Upload-Length": String(blob.size),
    "Upload-Metadata": `cid ${btoa(cid)},type ${btoa(mediaType)}`,
  };
  return parts.wire.ask({ method: "POST", path, body, ...asked(parts, headers) });
}

function asked({ signal }: UploadParts, headers: Readonly<Record<string, string>> = VERSION) {
  return { headers, ...(signal === undefined ? {} : { signal }) };
}

async function stored({ keep }: UploadParts, size: number): Promise<Uploaded> {
  await keep({ offset: size, inDoubt: false });
  return { state: "stored" };
}

/** A creation that tells no offset has taken nothing yet. */
function offsetOf({ headers }: Answer): number {
  const said = headers.get("Upload-Offset") ?? "0";
  return /^\d+$/.test(said) ? Number(said) : 0;
}

function ended(answer: Answer, nowMs: number): Uploaded {
  const refusal = refusalOf(answer, nowMs);
  const passes = answer.status >= 500 || answer.status === 408 || answer.status === 423 || answer.status === 429;
  return { state: passes ? "later" : "refused", refusal };
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => {
    setTimeout(done, ms);
  });
}
