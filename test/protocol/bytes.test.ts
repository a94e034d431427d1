import { expect } from "chai";
import fc from "fast-check";
import { bytesOf, compareBytes, concat, equalBytes, hexOf, Reader, textOf, uint, utf8 } from "../../protocol/bytes.ts";
import { refusal } from "../support/refusal.ts";

describe("Hex", () => {
  it("gives back every row of bytes", () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => equalBytes(bytesOf(hexOf(bytes)), bytes)));
  });

  for (const text of ["", "00", "0x0", "0xAB", "0X00", "0x0g", " 0x00", "0x00\n"]) {
    it(`refuses ${JSON.stringify(text)}`, async () => {
      expect(await refusal(() => bytesOf(text, "/id"))).to.equal("hex-unreadable at /id");
    });
  }

  it("refuses another length than is asked for", async () => {
    expect(await refusal(() => bytesOf("0x0011", "/id", 3))).to.equal("hex-unreadable at /id");
  });
});

describe("Integers", () => {
  it("are big-endian and come back", () => {
    expect(hexOf(uint(0x0102030405n, 5))).to.equal("0x0102030405");
    fc.assert(fc.property(fc.bigInt(0n, (1n << 64n) - 1n), (value) => new Reader(uint(value, 8)).u64() === value));
    expect(new Reader(uint(0xfffffffffe, 5)).u40()).to.equal(0xfffffffffe);
  });

  for (const [value, width] of [
    [256, 1],
    [-1, 8],
    [1n << 40n, 5],
    [1.5, 2],
    [2 ** 53, 8],
  ] as const) {
    it(`do not put ${value} into ${width} bytes`, () => {
      expect(() => uint(value, width)).to.throw(RangeError);
    });
  }
});

describe("A reader of bytes", () => {
  it("refuses to go on past the end", async () => {
    expect(await refusal(() => new Reader(Uint8Array.of(1, 2, 3), "/x").u32())).to.equal("malformed-batch at /x");
  });

  it("refuses bytes that are left over", async () => {
    const reader = new Reader(Uint8Array.of(1, 2, 3));

    reader.u16();

    expect(await refusal(() => reader.done())).to.equal("malformed-batch");
  });

  it("hands out copies, so that nobody changes what was read", () => {
    const bytes = Uint8Array.of(1, 2);

    new Reader(bytes).take(2).fill(9);

    expect(Array.from(bytes)).to.deep.equal([1, 2]);
  });
});

describe("UTF-8", () => {
  it("agrees with the platform's encoder on every text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        if (/\p{Surrogate}/u.test(text)) return;
        const bytes = utf8(text);
        expect(hexOf(bytes)).to.equal(hexOf(new TextEncoder().encode(text)));
        expect(textOf(bytes)).to.equal(text);
      }),
    );
  });

  it("refuses exactly the bytes that the platform's strict decoder refuses", () => {
    const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    const decoded = (read: () => string) => {
      try {
        return read();
      } catch {
        return null;
      }
    };
    const awkward = fc.constantFrom(
      0x00,
      0x7f,
      0x80,
      0xbf,
      0xc0,
      0xc1,
      0xc2,
      0xe0,
      0xed,
      0xa0,
      0x9f,
      0xf0,
      0x8f,
      0x90,
      0xf4,
      0xf5,
      0xff,
    );
    fc.assert(
      fc.property(fc.array(awkward, { maxLength: 8 }), (list) => {
        const bytes = Uint8Array.from(list);
        expect(decoded(() => textOf(bytes))).to.equal(decoded(() => strict.decode(bytes)));
      }),
      { numRuns: 2000 },
    );
  });

  it("refuses a lone surrogate", async () => {
    expect(await refusal(() => utf8("a\ud800", "/name"))).to.equal("text-unreadable at /name");
    expect(await refusal(() => utf8("\udc00b"))).to.equal("text-unreadable");
  });

  it("reads long texts", () => {
    const text = "垄迹 😂".repeat(20_000);

    expect(textOf(utf8(text)) === text).to.equal(true);
  });
});

describe("Bytes", () => {
  it("are compared by the first difference, then by length", () => {
    expect(compareBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).to.be.lessThan(0);
    expect(compareBytes(Uint8Array.of(2), Uint8Array.of(1, 3))).to.be.greaterThan(0);
    expect(compareBytes(Uint8Array.of(1), Uint8Array.of(1, 0))).to.be.lessThan(0);
    expect(equalBytes(concat(Uint8Array.of(1), Uint8Array.of(2, 3)), Uint8Array.of(1, 2, 3))).to.equal(true);
  });
});
