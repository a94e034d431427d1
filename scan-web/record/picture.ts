/**
 * A photograph as it is kept: decoded, made smaller and written anew as JPEG on the phone, so that nothing of the camera's own words (EXIF, XMP:
 * place, time, serial number) is left in it. One picture at a time, for a decoded 12-megapixel photograph takes 48 MB of a phone's memory.
 */
import { Problem } from "../../protocol/problem.ts";
import { bareJpeg } from "./jpeg.ts";

export type { Picture };
export { MAX_PICTURE, MAX_PREVIEW, MAX_SEALED_PICTURE, MAX_SIDE, takePicture };

interface Picture {
  /** `image/jpeg`, no larger than was asked for. */
  readonly blob: Blob;
  /** The same, for lists: at most {@link MAX_PREVIEW} bytes. */
  readonly preview: Blob;
  readonly width: number;
  readonly height: number;
}

/** Bytes. */
const MAX_PICTURE = 200_000;
const MAX_PREVIEW = 20_000;
/** A seal is a third larger than what is in it: so it is some 200 kB as well (docs/sealed.md, 147,456 bytes of plain text). */
const MAX_SEALED_PICTURE = 147_000;
/** Pixels of the longest side. */
const MAX_SIDE = 1600;
const PREVIEW_SIDE = 320;

/** What is tried until the bytes fit: as good as can be at full size, then smaller. */
const QUALITIES = [0.82, 0.7, 0.58, 0.46];
const SHRINK = 0.8;
/** A screenful of noise still fits at this side. */
const MIN_SIDE = 160;

let turn: Promise<unknown> = Promise.resolve();

/**
 * The picture in `file`, upright, in at most `max` bytes.
 * @throws Problem `picture-unreadable`: none, or of a type that this browser does not read (`/picture/heic`: an iPhone's own)
 */
async function takePicture(file: Blob, max = MAX_PICTURE): Promise<Picture> {
  const mine = turn.then(() => take(file, max));
  turn = mine.catch(() => undefined);
  return await mine;
}

async function take(file: Blob, max: number): Promise<Picture> {
  // An SVG would be drawn as a page is, and is no photograph.
  if (/svg/i.test(file.type)) throw new Problem("picture-unreadable", "/picture", "a drawing is no photograph");
  const source = await decoded(file);
  const canvas = document.createElement("canvas");
  try {
    fit(canvas, source, MAX_SIDE);
    source.close();
    const { width, height } = canvas;
    const blob = await written(canvas, max);
    fit(canvas, canvas, PREVIEW_SIDE);
    return { blob, preview: await written(canvas, MAX_PREVIEW), width, height };
  } finally {
    source.close();
    // Safari keeps a canvas's memory until it is small.
    canvas.width = canvas.height = 0;
  }
}

interface Source {
  readonly image: CanvasImageSource;
  readonly width: number;
  readonly height: number;
  close(): void;
}

/** Orientation is applied by the browser in both ways of decoding. The second is for browsers that do not know the option of the first. */
async function decoded(file: Blob): Promise<Source> {
  try {
    const image = await createImageBitmap(file, { imageOrientation: "from-image" });
    return { image, width: image.width, height: image.height, close: () => image.close() };
  } catch {
    return await decodedByElement(file);
  }
}

async function decodedByElement(file: Blob): Promise<Source> {
  const address = URL.createObjectURL(file);
  const image = new Image();
  image.src = address;
  try {
    await image.decode();
    if (image.naturalWidth === 0) throw new TypeError("a picture without a size");
  } catch {
    URL.revokeObjectURL(address);
    const isHeic = await looksLikeHeic(file);
    throw isHeic
      ? new Problem("picture-unreadable", "/picture/heic", "this browser reads no HEIC")
      : new Problem("picture-unreadable", "/picture", "the file is no picture that this browser reads");
  }
  const close = (): void => {
    URL.revokeObjectURL(address);
    image.removeAttribute("src");
  };
  return { image, width: image.naturalWidth, height: image.naturalHeight, close };
}

/** ISO 23008-12: a file type box whose brand is one of HEIF's. */
async function looksLikeHeic(file: Blob): Promise<boolean> {
  const head = String.fromCharCode(...new Uint8Array(await file.slice(4, 12).arrayBuffer()));
  return /^ftyp(?:he[ivx]|hev|mif1|msf1)/.test(head);
}

/** Draws `source` into `canvas`, no side longer than `side` and none longer than it was. On white: JPEG has no transparency. */
function fit(canvas: HTMLCanvasElement, source: Source | HTMLCanvasElement, side: number): void {
  const scale = Math.min(1, side / Math.max(source.width, source.height));
  const width = Math.max(1, Math.round(source.width * scale));
  const height = Math.max(1, Math.round(source.height * scale));
  const image = source === canvas ? copied(canvas) : source instanceof HTMLCanvasElement ? source : source.image;
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d", { alpha: false });
  if (context === null) throw new Problem("picture-unreadable", "/picture", "this browser cannot draw pictures");
  context.fillStyle = "#fff";
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = "high";
  context.drawImage(image, 0, 0, width, height);
}

/** Setting a canvas's size clears it. */
function copied(canvas: HTMLCanvasElement): HTMLCanvasElement {
  const copy = document.createElement("canvas");
  copy.width = canvas.width;
  copy.height = canvas.height;
  copy.getContext("2d", { alpha: false })?.drawImage(canvas, 0, 0);
  return copy;
}

/** The canvas as a JPEG of at most `max` bytes: first with less quality, then with fewer pixels. */
async function written(canvas: HTMLCanvasElement, max: number): Promise<Blob> {
  for (;;) {
    for (const quality of QUALITIES) {
      const blob = await new Promise<Blob | null>((give) => canvas.toBlob(give, "image/jpeg", quality));
      if (blob === null) throw new Problem("picture-unreadable", "/picture", "this browser writes no pictures");
      if (blob.size > max * 1.02) continue;
      const bare = bareJpeg(new Uint8Array(await blob.arrayBuffer()));
      if (bare === null) throw new Problem("picture-unreadable", "/picture", "this browser writes no JPEG");
      if (bare.length <= max) return new Blob([bare], { type: "image/jpeg" });
    }
    const side = Math.max(canvas.width, canvas.height);
    if (side <= MIN_SIDE) throw new Problem("picture-unreadable", "/picture", "it cannot be made small enough");
    fit(canvas, canvas, Math.floor(side * SHRINK));
  }
}
