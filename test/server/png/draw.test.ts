import { expect } from "chai";
import { DOTS_PER_MM, FORMATS } from "../../../scan-web/label/formats.ts";
import { labelSvg } from "../../../scan-web/label/label.ts";
import { drawPng } from "../../../server/png/draw.ts";
import { openFont } from "../../../server/png/font.ts";
import { blurred, greysOf } from "../../support/blur.ts";
import { aBag, aDrawing, ORIGIN, TEST_FONTS } from "../../support/printed.ts";
import { readQr } from "../../support/qr.ts";

/** Of a dot; a module has four. */
const BLUR = 1;

describe("Labels as pictures at 203 dpi", function () {
  this.timeout(60_000);

  const draw = async (name: "60x40" | "40x30") => {
    const bag = aBag();
    const drawing = aDrawing(name);
    const png = await drawPng(labelSvg(drawing, drawing.bag(bag.serial, bag.code), TEST_FONTS), DOTS_PER_MM);
    return { bag, drawing, png };
  };

  it("are read 40 of 40 times by another reader after a slight blur", async () => {
    const unread: string[] = [];
    for (let n = 0; n < 40; n++) {
      const { bag, png } = await draw(n % 2 === 0 ? "60x40" : "40x30");
      const [text] = await readQr(blurred(greysOf(png), BLUR));
      if (text !== ORIGIN + bag.path) unread.push(bag.serial);
    }

    expect(unread).to.deep.equal([]);
  });

  it("have 8 dots for each millimetre, and say so to the printer", async () => {
    for (const name of ["60x40", "40x30"] as const) {
      const png = Buffer.from((await draw(name)).png);
      const { width, height } = FORMATS[name];
      const at = png.indexOf("pHYs") + 4;

      expect([png.readUInt32BE(16), png.readUInt32BE(20)]).to.deep.equal([8 * width, 8 * height]);
      expect([png.readUInt32BE(at), png.readUInt32BE(at + 4), png.readUInt8(at + 8)]).to.deep.equal([8000, 8000, 1]);
    }
  });

  it("draw every module of the code as 4 × 4 whole dots", async () => {
    const { bag, drawing, png } = await draw("40x30");
    const { width, greys } = greysOf(png);
    const { x, y } = drawing.layout.code;
    const modules: string[] = [];
    const mixed: string[] = [];
    for (let row = 0; row < bag.code.size; row++) {
      for (let column = 0; column < bag.code.size; column++) {
        const dots = new Set<number | undefined>();
        for (let n = 0; n < 16; n++) {
          const [dotX, dotY] = [x * 8 + column * 4 + (n % 4), y * 8 + row * 4 + Math.floor(n / 4)];
          dots.add(greys[dotY * width + dotX]);
        }
        if (dots.size !== 1) mixed.push(`${column} ${row}`);
        modules.push(dots.has(0) ? "1" : "0");
      }
    }

    expect(mixed).to.deep.equal([]);
    expect(modules.slice(0, 8).join("")).to.equal("11111110");
  });

  it("leave the outer edge of the label white", async () => {
    for (const name of ["60x40", "40x30"] as const) {
      const { width, height, greys } = greysOf((await draw(name)).png);
      const edge = FORMATS[name].edge * 8 - 4;
      const inked = [...greys.entries()].filter(([at, grey]) => {
        const [x, y] = [at % width, Math.floor(at / width)];
        return grey === 0 && (x < edge || y < edge || x >= width - edge || y >= height - edge);
      });

      expect(inked).to.deep.equal([]);
    }
  });

  it("know which characters their font has", () => {
    const font = openFont();

    expect(font.missing("云山明前绿茶 Yunshan 250 g（示例）é")).to.deep.equal([]);
    expect(font.missing("𠮷野家的堃茶🍵").join("")).to.equal("𠮷堃🍵");
  });
});
