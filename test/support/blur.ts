/** What a printer and a hand make of a picture: a PNG of one bit a dot (server/png), softened by a Gaussian. */
import { inflateSync } from "node:zlib";

export type { Greys };
export { blurred, greysOf };

/** Row by row, 0 black to 255 white. */
interface Greys {
  readonly width: number;
  readonly height: number;
  readonly greys: Uint8ClampedArray;
}

/** Reads what `server/png` writes: one bit a dot, no filter, one IDAT. */
function greysOf(png: Uint8Array): Greys {
  const file = Buffer.from(png);
  const [width, height] = [file.readUInt32BE(16), file.readUInt32BE(20)];
  const at = file.indexOf("IDAT");
  const rows = inflateSync(file.subarray(at + 4, at + 4 + file.readUInt32BE(at - 4)));
  const stride = 1 + Math.ceil(width / 8);
  const greys = new Uint8ClampedArray(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      greys[y * width + x] = ((rows[y * stride + 1 + (x >> 3)] ?? 0) & (0x80 >> (x & 7))) === 0 ? 0 : 255;
    }
  }
  return { width, height, greys };
}

/** As an RGBA picture. `sigma` in dots. */
function blurred({ width, height, greys }: Greys, sigma: number): ImageData {
  const reach = Math.ceil(3 * sigma);
  const weights = Array.from({ length: 2 * reach + 1 }, (_, n) => Math.exp(-((n - reach) ** 2) / (2 * sigma ** 2)));
  const total = weights.reduce((sum, one) => sum + one, 0);
  const pass = (from: Float64Array, step: number, length: number, place: (n: number) => number): Float64Array =>
    from.map((_, at) => {
      let sum = 0;
      for (const [n, weight] of weights.entries()) {
        const off = Math.min(length - 1, Math.max(0, place(at) + n - reach)) - place(at);
        sum += weight * (from[at + off * step] ?? 0);
      }
      return sum / total;
    });
  const across = pass(Float64Array.from(greys), 1, width, (at) => at % width);
  const both = pass(across, width, height, (at) => Math.floor(at / width));
  const data = new Uint8ClampedArray(width * height * 4);
  for (const [at, grey] of both.entries()) data.set([grey, grey, grey, 255], 4 * at);
  return { data, width, height, colorSpace: "srgb" };
}
