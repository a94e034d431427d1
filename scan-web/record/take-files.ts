/** What a form brought from camera and microphone, made into files of the record: pictures rewritten without a word of the camera's, voice sealed. */
import { cidOf } from "../../protocol/cid.ts";
import type { SealedWhat } from "../../protocol/document/sealed.ts";
import { Problem, type ProblemType } from "../../protocol/problem.ts";
import type { FileRow } from "./model.ts";
import type { Notebook } from "./notebook.ts";
import { MAX_SEALED_PICTURE, takePicture } from "./picture.ts";

export { failureIn, fileIn, takeFiles };

/** The file of a field; null where nothing was chosen. */
function fileIn(form: FormData, name: string): Blob | null {
  const value = form.get(name);
  return value !== null && typeof value !== "string" && value.size > 0 ? value : null;
}

/** Why there is no sound, told by the element that records. */
function failureIn(form: FormData): Problem | null {
  const type = form.get("failed");
  return typeof type === "string" && type !== ""
    ? new Problem(type as ProblemType, "/voice", "no sound was recorded")
    : null;
}

/** CIDs of what was taken; all of it is on disk. @throws Problem of picture.ts and seal.ts */
async function takeFiles(notebook: Notebook, form: FormData): Promise<readonly string[]> {
  const [picture, sheet, voice] = [fileIn(form, "picture"), fileIn(form, "sheet"), fileIn(form, "voice")];
  const taken: FileRow[] = [];
  if (picture !== null) taken.push(await pictureFile(picture));
  if (sheet !== null) taken.push(await sheetFile(notebook, sheet));
  if (voice !== null) taken.push(await sealedFile(notebook, voice, "voice"));
  for (const file of taken) await notebook.keepFile(file);
  return taken.map(({ cid }) => cid);
}

async function pictureFile(source: Blob): Promise<FileRow> {
  const { blob, preview } = await takePicture(source);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer()));
  const file = { cid: cidOf(digest, "raw"), blob, mediaType: blob.type, name: "photo.jpg", size: blob.size };
  return { ...file, sealed: null, preview, offset: 0, stored: false };
}

/** A record sheet or another paper: as small as any picture, and for the cooperative alone. */
async function sheetFile(notebook: Notebook, source: Blob): Promise<FileRow> {
  const { blob, preview } = await takePicture(source, MAX_SEALED_PICTURE);
  return await sealedFile(notebook, blob, "sheet", preview);
}

async function sealedFile(notebook: Notebook, plain: Blob, what: SealedWhat, preview?: Blob): Promise<FileRow> {
  const [self, field] = await Promise.all([notebook.self(), notebook.field()]);
  if (self === null) throw new Problem("recorder-unknown", "", "this phone has not joined");
  // Loaded by whoever first seals something: it carries a package of its own.
  const { sealFile } = await import("./seal.ts");
  return await sealFile(plain, what, { self, field, ...(preview === undefined ? {} : { preview }) });
}
