import { expect } from "chai";
import fc from "fast-check";
import { Problem } from "../../protocol/problem.ts";
import { cellAt, FORMAT_NAMES, FORMATS, NO_SHIFT, outsideOf } from "../../scan-web/label/formats.ts";
import type { Drawing } from "../../scan-web/label/label.ts";
import { SERIAL_WIDTH } from "../../scan-web/label/layout.ts";
import { brokenInto, widthOf } from "../../scan-web/label/measure.ts";
import { pagesOf, printPages } from "../../scan-web/label/sheet.ts";
import { labelWords } from "../../scan-web/label/words.ts";
import { LANGS } from "../../scan-web/ui/i18n.ts";
import { outlineOf } from "../../scan-web/ui/outline.ts";
import { aBag, aDrawing, NAMES } from "../support/printed.ts";

describe("A label's layout", () => {
  for (const format of FORMAT_NAMES) {
    for (const lang of LANGS) {
      it(`keeps every line in its box on ${format} in ${lang}, whatever the name`, () => {
        for (const product of Object.values(NAMES)) expectInside(aDrawing(format, lang, { product }));
      });
    }

    it(`leaves the code its quiet zone and begins it at a whole dot on ${format}`, () => {
      for (const modules of [29, 33, 37]) {
        const { layout } = aDrawing(format, "zh-CN", {}, modules);
        const { code, column, band } = layout;
        const { width, height, edge } = FORMATS[format];

        expect([code.x * 8, code.y * 8].every(Number.isInteger)).to.equal(true);
        expect(column.x + column.width).to.be.at.most(code.x - 2);
        if (band !== null) expect(band.y).to.be.at.least(code.y + code.side + 2 - 1e-9);
        expect(code.x + code.side).to.be.at.most(width - edge);
        expect(code.y + code.side).to.be.at.most(height - edge + 0.5);
      }
    });
  }

  it("sets short names large and long ones smaller, in lines", () => {
    const sizeOf = (product: { readonly zh: string }) =>
      aDrawing("60x40", "zh-CN", { product }).layout.lines.filter(({ role }) => role === "name");
    const [short, long] = [sizeOf(NAMES.short), sizeOf(NAMES.long)];

    expect(short).to.have.length(1);
    expect(long.length).to.be.greaterThan(1);
    expect(long[0]?.size).to.be.lessThan(short[0]?.size ?? 0);
    expect(long.map(({ text }) => text).join("")).to.equal(NAMES.long.zh);
  });

  it("leaves out what it can do without before it gives up, and never name, lot, number, mark or address", () => {
    const { lines } = aDrawing("40x30", "zh-CN", { product: NAMES.long }).layout;
    const said = lines.map(({ text }) => text ?? "#").join("\n");

    expect(said).not.to.include("Hand-roasted");
    for (const kept of ["云山高山", "260405-KTWD", "2026-04-05", "#", "7Q4M-K2ZP", "trace.example.org"]) {
      expect(said).to.include(kept);
    }
  });

  it("refuses what does not fit even then, and names it", () => {
    const product = { zh: "长".repeat(120) };

    expect(() => aDrawing("40x30", "zh-CN", { product }))
      .to.throw(Problem)
      .that.includes({ type: "label-too-small", at: "/format" });
  });

  it("puts the day of the labels where neither harvest nor packing is on record", () => {
    const { lines } = aDrawing("60x40", "en", { harvested: null, packedS: null, labelledS: 1_775_000_000 }).layout;

    expect(lines.map(({ text }) => text)).to.include("Labelled 2026-04-01");
  });

  it("never runs over with texts of any characters", () => {
    const texts = fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 }).filter((text) => text.trim() !== "");
    fc.assert(
      fc.property(texts, fc.constantFrom(...FORMAT_NAMES), (zh, format) => {
        try {
          expectInside(aDrawing(format, "zh-CN", { product: { zh } }));
        } catch (cause) {
          if (!(cause instanceof Problem && cause.type === "label-too-small")) throw cause;
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe("Lines of a label", () => {
  it("break between words, and between Chinese characters but before no mark", () => {
    expect(brokenInto("one bud and one leaf", 5)).to.deep.equal(["one bud", "and one", "leaf"]);
    expect(brokenInto("清明前采摘，一芽一叶", 5)).to.deep.equal(["清明前采", "摘，一芽一", "叶"]);
    expect(brokenInto("礼盒装（特级）", 4)).to.deep.equal(["礼盒装", "（特级）"]);
  });

  it("break a word only where no line can hold it", () => {
    expect(brokenInto("ab abcdefghijkl", 4).every((line) => widthOf(line) <= 4)).to.equal(true);
  });

  it("lose nothing but spaces, and none is wider than it may be", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 60 }), fc.integer({ min: 8, max: 30 }), (text, width) => {
        const lines = brokenInto(text, width);
        const plain = (one: string) => one.replace(/\s/g, "");

        expect(plain(lines.join(""))).to.equal(plain(text));
        // A single letter of many parts may be wider than any line.
        for (const line of lines) if (Array.from(line).length > 8) expect(widthOf(line)).to.be.at.most(width);
      }),
    );
  });
});

describe("Sheets of labels", () => {
  const bags = Array.from({ length: 81 }, () => aBag());
  const job = { drawing: aDrawing("a4"), lang: "zh-CN" as const, product: "茶", notes: [], warning: null };

  it("hold 40 each, the first fewer by what is used up", () => {
    const pages = [...printPages({ ...job, shift: NO_SHIFT, skip: 3 }, bags)].filter((piece) =>
      piece.includes('class="page"'),
    );

    expect(pages.map((page) => page.match(/href="#label"/g)?.length)).to.deep.equal([37, 40, 4]);
    expect(pagesOf({ drawing: job.drawing, skip: 3 }, 81)).to.equal(3);
    expect(pages[0]).to.include("translate(157.5 0)").and.not.to.include("translate(105 0)");
  });

  it("move by tenths of a millimetre, column by column and row by row", () => {
    expect(cellAt(0, { x: 3, y: -2, pitchX: 1, pitchY: -1 })).to.deep.equal({ x: 0.3, y: -0.2 });
    expect(cellAt(39, { x: 3, y: -2, pitchX: 1, pitchY: -1 })).to.deep.equal({ x: 158.1, y: 266.2 });
  });

  it("do not move off the paper", () => {
    expect(outsideOf(FORMATS.a4, { ...NO_SHIFT, x: 45 })).to.equal(null);
    expect(outsideOf(FORMATS.a4, { ...NO_SHIFT, x: 46 })).to.equal("x");
    expect(outsideOf(FORMATS.a4, { ...NO_SHIFT, pitchY: 6 })).to.equal("y");
    expect(outsideOf(FORMATS["40x30"], { ...NO_SHIFT, y: -16 })).to.equal("y");
  });

  it("are read one page at a time", () => {
    let read = 0;
    const counted = function* () {
      for (const bag of bags) {
        read += 1;
        yield bag;
      }
    };
    const pages = printPages({ ...job, shift: NO_SHIFT, skip: 0 }, counted());
    pages.next();
    pages.next();

    expect(read).to.equal(40);
  });

  it("carry nothing that runs, loads or has a handler", () => {
    const text = [...printPages({ ...job, shift: NO_SHIFT, skip: 0, notes: ["<script>"] }, bags)].join("");

    expect(text).not.to.match(/<script|<img|<link rel="stylesheet|\son\w+=|https?:\/\/(?!www\.w3\.org)/);
  });
});

describe("The words of labels", () => {
  it("have the same placeholders in both languages", () => {
    const placeholders = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([one]) => one).sort();
    for (const [key, zh] of Object.entries(labelWords["zh-CN"])) {
      expect(placeholders(labelWords.en[key as keyof typeof labelWords.en]), key).to.deep.equal(placeholders(zh));
    }
  });
});

describe("The outline of a code", () => {
  it("encloses its dark modules and no others", () => {
    const grids = fc.integer({ min: 1, max: 12 }).chain((size) =>
      fc.record({
        size: fc.constant(size),
        cells: fc.array(fc.boolean(), { minLength: size * size, maxLength: size * size }),
      }),
    );
    fc.assert(
      fc.property(grids, ({ size, cells }) => {
        const isDark = (x: number, y: number) => cells[y * size + x] === true;

        expect(darkIn(outlineOf(size, isDark), size)).to.deep.equal(cells);
      }),
    );
  });
});

function expectInside({ format, layout }: Drawing): void {
  const boxes = layout.band === null ? [layout.column] : [layout.column, layout.band];
  for (const { text, x, y, size } of layout.lines) {
    const wide = (text === null ? SERIAL_WIDTH : widthOf(text)) * size;
    const isIn = boxes.some(
      (box) =>
        x >= box.x - 0.01 &&
        x + wide <= box.x + box.width + 0.01 &&
        y - 0.9 * size >= box.y - 0.02 &&
        y + 0.28 * size <= box.y + box.height + 0.02,
    );

    expect(isIn, `${text} on ${format.name}`).to.equal(true);
  }
}

/** Modules inside an outline by the even-odd rule: edges crossed on the way from the left. */
function darkIn(path: string, size: number): boolean[] {
  const crossed = new Set<string>();
  const cross = (x: number, from: number, until: number) => {
    for (let y = Math.min(from, until); y < Math.max(from, until); y++) {
      const edge = `${x} ${y}`;
      if (!crossed.delete(edge)) crossed.add(edge);
    }
  };
  for (const [, startX, startY, steps = ""] of path.matchAll(/M(\d+) (\d+)([^Mz]*)z/g)) {
    let [x, y] = [Number(startX), Number(startY)];
    for (const [, letter, length] of steps.matchAll(/([hv])(-?\d+)/g)) {
      if (letter === "h") x += Number(length);
      else {
        cross(x, y, y + Number(length));
        y += Number(length);
      }
    }
    cross(x, y, Number(startY));
  }
  return Array.from({ length: size * size }, (_, n) => {
    const [x, y] = [n % size, Math.floor(n / size)];
    let edges = 0;
    for (let at = 0; at <= x; at++) if (crossed.has(`${at} ${y}`)) edges += 1;
    return edges % 2 === 1;
  });
}
