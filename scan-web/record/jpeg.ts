/**
 * A JPEG without what is said beside the picture (ITU-T T.81 §B.1.1, Annex B.2): application segments (EXIF, XMP, ICC profile, IPTC) and comments go,
 * tables and scans stay as they are. Browsers that write EXIF of their own into a canvas's picture do exist. Pure.
 */
import type { Bytes } from "../../protocol/bytes.ts";

export { bareJpeg };

const [SOI, EOI, SOS] = [0xd8, 0xd9, 0xda];
const [APP0, APP15, COM] = [0xe0, 0xef, 0xfe];

/** The same picture; null where the bytes are no JPEG from start to end. What stands behind the picture's end goes too. */
function bareJpeg(bytes: Uint8Array): Bytes | null {
  if (bytes[0] !== 0xff || bytes[1] !== SOI) return null;
  const kept = new Uint8Array(bytes.length);
  let size = 0;
  const keep = (from: number, to: number): void => {
    kept.set(bytes.subarray(from, to), size);
    size += to - from;
  };
  keep(0, 2);
  for (let at = 2; at + 4 <= bytes.length || bytes[at + 1] === EOI;) {
    const marker = bytes[at + 1] ?? 0;
    if (bytes[at] !== 0xff || marker < 0xc0 || marker === 0xff) return null;
    if (marker === EOI) {
      keep(at, at + 2);
      return kept.slice(0, size);
    }
    const end = at + 2 + (((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0));
    if (end > bytes.length || end < at + 4) return null;
    const next = marker === SOS ? endOfScan(bytes, end) : end;
    // APP0 is JFIF's own: density, which readers expect and which tells nothing.
    const isSaidBeside = (marker > APP0 && marker <= APP15) || marker === COM;
    if (!isSaidBeside) keep(at, next);
    at = next;
  }
  return null;
}

/** Where the entropy-coded bytes end: at the next marker that is no stuffed byte (FF00) and no restart (FFD0 … FFD7). */
function endOfScan(bytes: Uint8Array, from: number): number {
  for (let at = from; at + 1 < bytes.length; at++) {
    const next = bytes[at + 1] ?? 0;
    if (bytes[at] === 0xff && next !== 0 && (next < 0xd0 || next > 0xd7)) return at;
  }
  return bytes.length;
}
