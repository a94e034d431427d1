/** Width and height of a picture from its header alone: nothing is decoded, so a picture bomb costs nothing here. */

export type { Dimensions };
export { dimensionsOf };

/** Pixels. */
type Dimensions = { readonly width: number; readonly height: number };

/** Undefined when the header does not say, which no whole picture does. */
function dimensionsOf(bytes: Uint8Array, mediaType: string): Dimensions | undefined {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    if (mediaType === "image/png") return png(view);
    if (mediaType === "image/jpeg") return jpeg(view);
    if (mediaType === "image/webp") return webp(view);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // a header that was cut off
  }
  return undefined;
}

function png(view: Buffer): Dimensions | undefined {
  if (view.toString("latin1", 12, 16) !== "IHDR") return undefined;
  return { width: view.readUInt32BE(16), height: view.readUInt32BE(20) };
}

/** Walks the segments up to the start of frame (SOF0 … SOF15 without DHT, JPG, DAC). */
function jpeg(view: Buffer): Dimensions | undefined {
  for (let at = 2; ;) {
    if (view.readUInt8(at) !== 0xff) return undefined;
    const marker = view.readUInt8(at + 1);
    if (marker === 0xff) {
      at += 1; // fill byte
    } else if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return { width: view.readUInt16BE(at + 7), height: view.readUInt16BE(at + 5) };
    } else {
      const length = view.readUInt16BE(at + 2);
      if (length < 2) return undefined;
      at += 2 + length;
    }
  }
}

/** The three shapes of a WebP: lossy, lossless, extended. */
function webp(view: Buffer): Dimensions | undefined {
  switch (view.toString("latin1", 12, 16)) {
    case "VP8 ":
      return { width: view.readUInt16LE(26) & 0x3fff, height: view.readUInt16LE(28) & 0x3fff };
    case "VP8L": {
      const bits = view.readUInt32LE(21);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case "VP8X":
      return { width: view.readUIntLE(24, 3) + 1, height: view.readUIntLE(27, 3) + 1 };
    default:
      return undefined;
  }
}
