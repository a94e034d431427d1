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
const XMP_POSITION = /[\w-]+:Gps[a-z]{0,8}(?:Latitude|Long\w{0,3}tude)\s*(?:[=>]|\/>)/i;
/** QuickTime ©xyz with its ISO 6709 text · 3GPP loci · Apple's key · GoPro's telemetry. */
const MP4_POSITION = /\xa9xyz[\s\S]{4,24}[+-]\d|loci\0\0\0\0|com\.apple\.quicktime\.location|GoPro MET/;
/** Matroska: element TagName (45 A3) with a name of place. */
const WEBM_POSITION = /\x45\xa3[\x81-\xbf]\w{0,24}(?:LOCATION|LATITUDE|LONGITUDE)/i;
/** No text chunk of an honest picture unpacks to more. */
const MAX_UNPACKED = 4 * 1024 * 1024;

/** True when the file carries a position, or EXIF that hides whether it does. */
async function hasPosition(bytes: Uint8Array, mediaType: string): Promise<boolean> {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = file.toString("latin1");
  if (XMP_POSITION.test(text)) return true;
  if (mediaType === "video/mp4" && MP4_POSITION.test(text)) return true;
  if (mediaType.endsWith("/webm") && WEBM_POSITION.test(text)) return true;
  for (const block of exifBlocks(file, text)) if (await exifHasPosition(block)) return true;
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
  for (let at = 8; at + 12 <= png.length; ) {
    const length = png.readUInt32BE(at);
    const type = png.toString("latin1", at + 4, at + 8);
    const data = png.subarray(at + 8, at + 8 + length);
    at += 12 + length;
    if (type !== "zTXt" && type !== "iTXt" && type !== "tEXt") continue;
    const unpacked = type === "tEXt" ? data : unpack(data);
    if (unpacked === "too large") yield unpacked;
    else if (unpacked !== undefined) {
      yield unpacked;
      const profile = /\n\s*\d+\n([\da-f\s]+)/i.exec(unpacked.toString("latin1"))?.[1];
      if (profile !== undefined) yield Buffer.from(profile.replace(/\s/g, ""), "hex");
    }
  }
}

/** The zlib stream in a text chunk begins with 78; everything before it is keyword and language. */
function unpack(chunk: Buffer): Buffer | "too large" | undefined {
  for (let at = chunk.indexOf(0x78); at >= 0; at = chunk.indexOf(0x78, at + 1)) {
    if (chunk.length < at + 2 || chunk.readUInt16BE(at) % 31 !== 0) continue;
    try {
      return inflateSync(chunk.subarray(at), { maxOutputLength: MAX_UNPACKED });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") return "too large";
    }
  }
  return undefined;
}
