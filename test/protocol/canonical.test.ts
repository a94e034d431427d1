import { readFileSync } from "node:fs";
import { expect } from "chai";
import fc from "fast-check";
import { hexOf, textOf, utf8 } from "../../protocol/bytes.ts";
import { canonicalBytes, canonicalJson, parseJson, readCanonical } from "../../protocol/canonical.ts";
import { refusal } from "../support/refusal.ts";
import numbers from "../vectors/jcs/numbers.json" with { type: "json" };

const vector = (path: string) => new Uint8Array(readFileSync(new URL(`../vectors/jcs/${path}`, import.meta.url)));

describe("Canonical JSON (RFC 8785)", () => {
  for (const name of ["arrays", "french", "structures", "unicode", "values", "weird"]) {
    it(`writes the vector "${name}" to the byte`, () => {
      const value = parseJson(textOf(vector(`input/${name}.json`)));

      const expected = vector(`output/${name}.json`);
      expect(hexOf(canonicalBytes(value))).to.equal(hexOf(expected));
      expect(hexOf(expected).slice(2)).to.equal(textOf(vector(`outhex/${name}.txt`)).replace(/\s/g, ""));
    });

    it(`reads its own form of "${name}" and refuses the vector's input`, async () => {
      const output = vector(`output/${name}.json`);

      expect(canonicalJson(readCanonical(output))).to.equal(textOf(output));
      expect(await refusal(() => readCanonical(vector(`input/${name}.json`)))).to.equal("document-not-canonical");
    });
  }

  for (const [bits = "", text = ""] of numbers) {
    it(`writes the double ${bits} as ${text}`, () => {
      const value = new DataView(new BigUint64Array([BigInt(`0x${bits}`)]).buffer).getFloat64(0, true);

      expect(canonicalJson(value)).to.equal(text);
    });
  }

  it("is what it reads, for any JSON value", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(readCanonical(utf8(text)))).to.equal(text);
        expect(canonicalJson(JSON.parse(JSON.stringify(value)))).to.equal(text);
      }),
    );
  });

  for (const [what, value] of [
    ["undefined", undefined],
    ["undefined in an object", { a: undefined }],
    ["a hole in an array", new Array(1)],
    ["NaN", Number.NaN],
    ["infinity", [Number.POSITIVE_INFINITY]],
    ["a bigint", 1n],
    ["a date", new Date(0)],
    ["bytes", new Uint8Array(1)],
    ["a map", new Map()],
    ["a lone surrogate", "\ud800"],
    ["a lone surrogate in a key", { "\udc00": 1 }],
  ] as const) {
    it(`refuses to write ${what}`, async () => {
      expect(await refusal(() => canonicalJson(value))).to.match(/^json-unreadable/);
    });
  }

  it("refuses to write a circle", async () => {
    const circle: unknown[] = [];
    circle.push(circle);

    expect(await refusal(() => canonicalJson(circle))).to.match(/^json-unreadable/);
  });

  it("leaves Unicode as it is: two spellings of é are two documents", () => {
    expect(canonicalJson("\u00e9")).to.not.equal(canonicalJson("e\u0301"));
  });
});

describe("The strict reader of JSON", () => {
  it("agrees with JSON.parse on any JSON text", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), fc.constantFrom(0, 1, "\t", " \n"), (text, space) => {
        const value: unknown = JSON.parse(text);
        if (/\p{Surrogate}/u.test(JSON.stringify(value))) return;
        expect(parseJson(JSON.stringify(value, null, space))).to.deep.equal(value);
      }),
    );
  });

  for (const [text, problem] of [
    ['{"a":1,"a":2}', "json-duplicate-key at /a"],
    ['{"x":[{"b":1,"\\u0062":2}]}', "json-duplicate-key at /x/0/b"],
    ['{"a/b~":{"c":1,"c":1}}', "json-duplicate-key at /a~1b~0/c"],
    ['{"__proto__":1,"__proto__":2}', "json-duplicate-key at /__proto__"],
    ['["\\ud800"]', "json-unreadable at /0"],
    ['{"\\udfff":1}', "json-unreadable"],
    ["", "json-unreadable"],
    ["1 2", "json-unreadable"],
    ["{} ,", "json-unreadable"],
    ["[1,]", "json-unreadable at /1"],
    ["[1", "json-unreadable"],
    ['{"a":1,}', "json-unreadable"],
    ['{"a" 1}', "json-unreadable"],
    ["{a:1}", "json-unreadable"],
    ["{'a':1}", "json-unreadable"],
    ["01", "json-unreadable"],
    ["-", "json-unreadable"],
    ["1.", "json-unreadable"],
    [".5", "json-unreadable"],
    ["+1", "json-unreadable"],
    ["1e400", "json-unreadable"],
    ["NaN", "json-unreadable"],
    ["nul", "json-unreadable"],
    ['"a', "json-unreadable"],
    ['"\u0001"', "json-unreadable"],
    ['"\\x41"', "json-unreadable"],
    ['"\\u00g0"', "json-unreadable"],
    ["\ufeff{}", "json-unreadable"],
    ["\u00a0{}", "json-unreadable"],
    ["// c\n1", "json-unreadable"],
  ] as const) {
    it(`refuses ${JSON.stringify(text)} as ${problem}`, async () => {
      expect(await refusal(() => parseJson(text))).to.equal(problem);
    });
  }

  it("reads 64 levels and refuses the 65th", async () => {
    const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);

    expect(await refusal(() => parseJson(nested(65)))).to.equal("nothing");
    expect(await refusal(() => parseJson(nested(66)))).to.match(/^json-unreadable/);
    expect(await refusal(() => parseJson(nested(100_000)))).to.match(/^json-unreadable/);
  });

  it("keeps the key __proto__ as a key like any other", () => {
    const value = parseJson('{"__proto__":{"admin":true}}');

    expect(Object.keys(value as object)).to.deep.equal(["__proto__"]);
    expect((value as { admin?: boolean }).admin).to.equal(undefined);
    expect(canonicalJson(value)).to.equal('{"__proto__":{"admin":true}}');
  });

  it("refuses a document that is not UTF-8", async () => {
    expect(await refusal(() => readCanonical(Uint8Array.of(0x22, 0xff, 0x22)))).to.equal("text-unreadable");
  });
});
