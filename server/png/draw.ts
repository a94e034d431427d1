/**
 * SVG → PNG in two colours, by resvg (compiled to WebAssembly, so one build for every machine) and our own font. Text is cut to
 * black and white here: a label printer's driver would scatter dots for every grey. PNG: W3C Portable Network Graphics 3rd ed.
 */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { crc32, deflateSync } from "node:zlib";
import { initWasm, Resvg } from "@resvg/resvg-wasm";
import { FAMILY, openFont } from "./font.ts";

export { drawPng, readyResvg };

/** Lighter than this becomes white. Above the middle of grey, else strokes thinner than a dot would vanish. */
const WHITE_FROM = 176;
const MM_PER_METRE = 1000;

let ready: Promise<void> | null = null;

/** The drawer, its WebAssembly compiled: that can be done once a process. */
async function readyResvg(): Promise<typeof Resvg> {
  ready ??= readFile(fileURLToPath(import.meta.resolve("@resvg/resvg-wasm/index_bg.wasm"))).then((wasm) =>
    initWasm(wasm),
  );
  await ready;
  return Resvg;
}

/** `svg` in millimetres; `dotsPerMm` whole dots for each of them, which the picture says of itself (pHYs) so that it prints in its size. */
async function drawPng(svg: string, dotsPerMm: number): Promise<Uint8Array> {
  const Drawer = await readyResvg();
  const resvg = new Drawer(svg, {
    fitTo: { mode: "zoom", value: dotsPerMm },
    background: "#fff",
    font: { fontBuffers: [openFont().bytes], defaultFontFamily: FAMILY, sansSerifFamily: FAMILY, serifFamily: FAMILY },
  });
  try {
    const image = resvg.render();
    try {
      const { width, height, pixels } = image;
      return pngOf({ width, height, rows: bitsOf(pixels, width, height), dotsPerMetre: dotsPerMm * MM_PER_METRE });
    } finally {
      image.free();
    }
  } finally {
    resvg.free();
  }
}

/** One bit a dot, 1 is white; each row begins with its filter's number, which is 0. */
function bitsOf(pixels: Uint8Array, width: number, height: number): Uint8Array {
  const stride = 1 + Math.ceil(width / 8);
  const rows = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if ((pixels[4 * (y * width + x) + 1] ?? 0) < WHITE_FROM) continue;
      rows[y * stride + 1 + (x >> 3)] = (rows[y * stride + 1 + (x >> 3)] ?? 0) | (0x80 >> (x & 7));
    }
  }
  return rows;
}

function pngOf(image: {
  readonly width: number;
  readonly height: number;
  readonly rows: Uint8Array;
  readonly dotsPerMetre: number;
}): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(image.width, 0);
  header.writeUInt32BE(image.height, 4);
  header.writeUInt8(1, 8); // one bit, greyscale, no interlace
  const physical = Buffer.alloc(9);
  physical.writeUInt32BE(image.dotsPerMetre, 0);
  physical.writeUInt32BE(image.dotsPerMetre, 4);
  physical.writeUInt8(1, 8); // a metre
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", header),
    chunk("pHYs", physical),
    chunk("IDAT", deflateSync(image.rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, check]);
}
