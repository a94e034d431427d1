/**
 * Does a file say where it was taken? Looked for wherever cameras and phones write it: EXIF (in JPEG, PNG, WebP, and in
 * pictures inside a PDF), XMP, the text chunks of PNG, the place atoms of MP4, the tags of WebM.
 * The whole file is searched rather than its outer structure, for a second picture behind the first counts as well.
 * EXIF that cannot be read counts as a position: it cannot be ruled out, and the way to mend it is the same.
 */
import { inflateSync } from "node:zlib";
import exifr from "exifr";

export { hasPosition };

/** What may follow the marker of an EXIF block: TIFF in either byte order. */
const TIFF = ["II*\0", "MM\0*"];
/** `exif:GPSLatitude="…"`, `<exif:GPSLongitude>`, `drone-dji:GpsLongtitude="…"`: a name of XMP in use. */
const XMP_POSITION = /:Gps[a-z]{0,8}(?:Latitude|Long\w{0,3}tude)\s{0,32}(?:[=>]|\/>)/i;
/** QuickTime ©xyz with its ISO 6709 text · 3GPP loci · Apple's key · GoPro's telemetry. */
const MP4_POSITION = /\xa9xyz[\s\S]{4,24}[+-]\d|loci\0\0\0\0|com\.apple\.quicktime\.location|GoPro MET/;
/** Matroska: element TagName (45 A3) with a name of place. */
const WEBM_POSITION = /\x45\xa3[\x81-\xbf]\w{0,24}(?:LOCATION|LATITUDE|LONGITUDE)/i;
/** Bytes to which all text chunks of an honest picture unpack at most. */
const MAX_UNPACKED = 4 * 1024 * 1024;
/** Blocks of EXIF in one file: an honest one has a few, so more count as hiding something. */
const MAX_EXIF = 64;

/** True when the file carries a position, or EXIF that hides whether it does. */
async function hasPosition(bytes: Uint8Array, mediaType: string): Promise<boolean> {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = file.toString("latin1");
  if (XMP_POSITION.test(text)) return true;
  if (mediaType === "video/mp4" && MP4_POSITION.test(text)) return true;
  if (mediaType.endsWith("/webm") && WEBM_POSITION.test(text)) return true;
  let blocks = 0;
  for (const block of exifBlocks(file, text)) {
    if (++blocks > MAX_EXIF || (await exifHasPosition(block))) return true;
  }
  if (mediaType !== "image/png") return false;
  for (const unpacked of packedText(file)) {
    if (unpacked === "too large" || (await hasPosition(unpacked, "text/plain"))) return true;
  }
  return false;
}

/** Every TIFF block that follows an EXIF marker: JPEG's `Exif␀␀`, PNG's `eXIf`, WebP's `EXIF` and its length. */
function* exifBlocks(file: Buffer, text: string): Generator<Buffer> {
  for (const match of text.matchAll(/Exif\0\0|eXIf|EXIF[\s\S]{4}/g)) {
    const start = match.index + match[0].length;
    if (TIFF.includes(text.slice(start, start + 4))) yield file.subarray(start);
  }
}

async function exifHasPosition(tiff: Buffer): Promise<boolean> {
  try {
    const found = await exifr.parse(tiff, {
      tiff: true,
      gps: true,
      exif: false,
      xmp: false,
      iptc: false,
      icc: false,
      mergeOutput: false,
      reviveValues: false,
    });
    // exifr swallows what it cannot read: nothing found at all, or `errors` beside what was found.
    if (found === undefined || found.errors !== undefined) return true;
    const names = Object.keys(found.gps ?? {});
    return names.some((name) => /lat|lon|gpsareainformation/i.test(name));
  } catch {
    return true;
  }
}

/** What PNG's text chunks hold packed: zTXt and packed iTXt by zlib, ImageMagick's "Raw profile" in hex on top. */
function* packedText(png: Buffer): Generator<Buffer | "too large"> {
  let left = MAX_UNPACKED;
  for (let at = 8; at + 12 <= png.length;) {
    const length = png.readUInt32BE(at);
    const type = png.toString("latin1", at + 4, at + 8);
    const text = textOf(type, png.subarray(at + 8, at + 8 + length), left);
    at += 12 + length;
    if (text === "too large") yield text;
    if (text === undefined || text === "too large") continue;
    left = Math.max(1, left - text.length);
    yield text;
    const profile = /\n\s{0,16}\d{1,10}\n([\da-f\s]+)/i.exec(text.toString("latin1"))?.[1];
    if (profile !== undefined) yield Buffer.from(profile.replace(/\s/g, ""), "hex");
  }
}

/** The text of one chunk, unpacked where it is packed; undefined for other chunks and broken ones. */
function textOf(type: string, data: Buffer, maxBytes: number): Buffer | "too large" | undefined {
  const keyword = data.indexOf(0);
  if (keyword < 0) return undefined;
  if (type === "tEXt") return data;
  if (type === "zTXt") return unpack(data.subarray(keyword + 2), maxBytes);
  if (type !== "iTXt" || data[keyword + 1] !== 1) return undefined; // iTXt that is not packed was searched with the file
  const language = data.indexOf(0, keyword + 3);
  const translated = language < 0 ? -1 : data.indexOf(0, language + 1);
  return translated < 0 ? undefined : unpack(data.subarray(translated + 1), maxBytes);
}

function unpack(packed: Buffer, maxOutputLength: number): Buffer | "too large" | undefined {
  try {
    return inflateSync(packed, { maxOutputLength });
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE" ? "too large" : undefined;
  }
}
