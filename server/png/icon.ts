/** SVG → PNG in colour, for what stands on screens (`draw.ts` draws for printers, in black and white). */
import { readyResvg } from "./draw.ts";

export { drawIcon };

/** A square of `side` pixels; what `svg` leaves free stays transparent. */
async function drawIcon(svg: string, side: number): Promise<Uint8Array> {
  const Resvg = await readyResvg();
  const resvg = new Resvg(svg, { fitTo: { mode: "width", value: side } });
  try {
    const image = resvg.render();
    try {
      return image.asPng();
    } finally {
      image.free();
    }
  } finally {
    resvg.free();
  }
}
