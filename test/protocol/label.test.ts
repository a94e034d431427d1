import { expect } from "chai";
import fc from "fast-check";
import type { Code } from "../../protocol/label.ts";
import {
  codeAddress,
  codePath,
  fingerprint,
  gtinCheckDigit,
  isGtin,
  makeSerial,
  parseCodePath,
  printSerial,
  readCode,
  readFingerprint,
  readSerial,
  serialLeaves,
  serialValues,
} from "../../protocol/label.ts";
import { treeRoot } from "../../protocol/merkle.ts";
import { primitives } from "../support/primitives.ts";
import { refusal } from "../support/refusal.ts";
import checkDigits from "../vectors/gs1/check-digit-vectors.json" with { type: "json" };
import links from "../vectors/gs1/dl-parse-vectors.json" with { type: "json" };

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const anySerial = fc.uint8Array({ minLength: 13, maxLength: 13 }).map(makeSerial);

describe("A serial", () => {
  it("is read in either case, with spaces, hyphens and look-alikes", () => {
    fc.assert(
      fc.property(anySerial, fc.constantFrom("O", "o"), fc.constantFrom("I", "l", "i", "L"), (serial, zero, one) => {
        expect(serial).to.match(/^[0-9A-HJKMNP-TV-Z]{14}$/);
        expect(readSerial(printSerial(serial))).to.equal(serial);
        expect(readSerial(serial.toLowerCase())).to.equal(serial);
        expect(readSerial(` ${serial.replaceAll("0", zero).replaceAll("1", one)} `)).to.equal(serial);
      }),
    );
  });

  it("is spelled again from its values", () => {
    fc.assert(fc.property(anySerial, (serial) => makeSerial(serialValues(serial)) === serial));
  });

  it("with any one character wrong is refused", async () => {
    await fc.assert(
      fc.asyncProperty(anySerial, async (serial) => {
        for (let place = 0; place < 14; place++) {
          for (const other of ALPHABET) {
            if (other === serial[place]) continue;
            const wrong = serial.slice(0, place) + other + serial.slice(place + 1);
            expect(await refusal(() => readSerial(wrong))).to.equal("serial-wrong-check at /serial");
          }
        }
      }),
      { numRuns: 10 },
    );
  });

  it("with two neighbours swapped is refused, unless they are 0 and Z", async () => {
    await fc.assert(
      fc.asyncProperty(anySerial, fc.nat(12), async (serial, place) => {
        const [one = "", other = ""] = serial.slice(place, place + 2);
        const swapped = serial.slice(0, place) + other + one + serial.slice(place + 2);
        const missed = one === other || [one, other].sort().join("") === "0Z";
        expect(await refusal(() => readSerial(swapped))).to.equal(missed ? "nothing" : "serial-wrong-check at /serial");
      }),
      { numRuns: 1000 },
    );
  });

  it("swapped at 0 and Z is the one swap that Luhn misses", () => {
    const missed: string[] = [];
    for (const one of ALPHABET) {
      for (const other of ALPHABET) {
        const value = (character: string) => ALPHABET.indexOf(character);
        const serial = makeSerial(Uint8Array.from([value(one), value(other), ...new Array<number>(11).fill(0)]));
        const swapped = other + one + serial.slice(2);
        if (one < other && makeSerial(Uint8Array.from(swapped.slice(0, 13), value)) === swapped)
          missed.push(one + other);
      }
    }

    expect(missed).to.deep.equal(["0Z"]);
  });

  it("uses every character equally often for all bytes", () => {
    const counts = new Map<string, number>();
    for (let byte = 0; byte < 256; byte++) {
      const [first = ""] = makeSerial(new Uint8Array(13).fill(byte));
      counts.set(first, (counts.get(first) ?? 0) + 1);
    }

    expect([...counts.values()]).to.deep.equal(new Array(32).fill(8));
  });
});

describe("A label run", () => {
  it("of 66,000 serials has a root", async () => {
    const serials = Array.from({ length: 66_000 }, (_, n) =>
      makeSerial(Uint8Array.from({ length: 13 }, (_, place) => (n >> place) & 31)),
    );

    const root = await treeRoot(primitives, await serialLeaves(primitives, serials));

    expect(root.length).to.equal(32);
  });
});

describe("Check digits (GS1)", () => {
  it("are right for the keys of GS1's own pages and wrong for the others", () => {
    expect(checkDigits.good.filter((key) => !isGtin(key))).to.deep.equal([]);
    expect(checkDigits.bad.filter((key) => isGtin(key))).to.deep.equal([]);
    expect(gtinCheckDigit("0952012345678")).to.equal("8");
  });

  it("find any one wrong digit", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(9), { minLength: 13, maxLength: 13 }),
        fc.nat(13),
        fc.integer({ min: 1, max: 9 }),
        (list, place, by) => {
          const digits = list.join("");
          const gtin = digits + gtinCheckDigit(digits);
          const wrong = Array.from(gtin, (digit, n) => (n === place ? (Number(digit) + by) % 10 : digit)).join("");
          expect(isGtin(gtin)).to.equal(true);
          expect(isGtin(wrong)).to.equal(false);
        },
      ),
    );
  });
});

describe("The address of a code", () => {
  const serial = makeSerial(new Uint8Array(13).fill(7));
  const gtin = "09520123456788";

  it("carries article, lot and serial when the product has an article number", () => {
    const code = { gtin, lotNumber: "260402-KQZM", serial };

    expect(codeAddress("furrow.example", code)).to.equal(
      `https://furrow.example/01/${gtin}/10/260402-KQZM/21/${serial}`,
    );
    expect(codeAddress("http://127.0.0.1:3000", code)).to.match(/^http:\/\/127\.0\.0\.1:3000\/01\//);
  });

  it("carries the serial alone when it has none", () => {
    expect(codePath({ gtin: null, lotNumber: "260402-KQZM", serial })).to.equal(`/T/${serial}`);
  });

  it("comes back from its path, whatever GS1 allows in a lot number", () => {
    const mark = fc.constantFrom(...`!"%&'()*+,-./0123456789:;<=>?ABCXYZ_abcxyz`);
    const lotNumber = fc.string({ unit: mark, minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(lotNumber, anySerial, (lot, each) => {
        const code: Code = { gtin, lotNumber: lot, serial: each };
        expect(parseCodePath(codePath(code))).to.deep.equal(code);
        expect(codePath(code)).to.match(/^\/01\/\d{14}\/10\/[A-Za-z0-9\-._~%]+\/21\/\w{14}$/);
      }),
    );
  });

  it("is read from an address, a path, or a serial in anybody's hand", () => {
    const long = { gtin, lotNumber: "A1", serial };
    const short = { gtin: null, lotNumber: null, serial };

    expect(readCode(`https://furrow.example/01/${gtin}/10/A1/21/${serial}?lang=en#proof`)).to.deep.equal({
      ...long,
      host: "furrow.example",
    });
    expect(readCode(`HTTP://192.0.2.7:3000/t/${serial.toLowerCase()}`)).to.deep.equal({
      ...short,
      host: "192.0.2.7:3000",
    });
    expect(readCode(`/T/${serial}`)).to.deep.equal({ ...short, host: null });
    expect(readCode(` ${printSerial(serial)}\n`)).to.deep.equal({ ...short, host: null });
  });

  for (const [path, problem] of [
    ["", "code-malformed at /code"],
    ["/", "code-malformed at /code"],
    ["/T/", "serial-malformed at /code/serial"],
    [`/T/${serial}/`, "code-malformed at /code"],
    [`T/${serial}`, "code-malformed at /code"],
    [`/01/${gtin}/21/${serial}`, "code-malformed at /code"],
    [`/01/${gtin}/21/${serial}/10/A1`, "code-malformed at /code"],
    [`/01/${gtin}/10/A1/21/${serial}/`, "code-malformed at /code"],
    [`/01/${gtin}/10/A1/21/${serial}?x=1`, "serial-malformed at /code/serial"],
    [`/01/${gtin.slice(1)}/10/A1/21/${serial}`, "code-malformed at /code/gtin"],
    [`/01/09520123456789/10/A1/21/${serial}`, "gtin-wrong-check at /code/gtin"],
    [`/01/${gtin}/10//21/${serial}`, "code-malformed at /code/lotNumber"],
    [`/01/${gtin}/10/${"A".repeat(21)}/21/${serial}`, "code-malformed at /code/lotNumber"],
    [`/01/${gtin}/10/A%00/21/${serial}`, "code-malformed at /code/lotNumber"],
    [`/01/${gtin}/10/A%2/21/${serial}`, "code-malformed at /code"],
    [`/01/${gtin}/10/茶/21/${serial}`, "code-malformed at /code/lotNumber"],
    [`/01/${gtin}/10/%E8%8C%B6/21/${serial}`, "code-malformed at /code/lotNumber"],
    [`/01/${gtin}/10/A1/21/${serial.slice(1)}`, "serial-malformed at /code/serial"],
    [`/01/${gtin}/10/A1/21/${serial.slice(0, 13)}0`, "serial-wrong-check at /code/serial"],
  ] as const) {
    it(`refuses ${JSON.stringify(path)} as ${problem}`, async () => {
      expect(await refusal(() => parseCodePath(path))).to.equal(problem);
    });
  }

  it("refuses every address that GS1's own parser refuses", async () => {
    const invalid = links.parse.filter(({ valid, onlyWith }) => !valid || onlyWith !== undefined);

    for (const { uri } of invalid) expect(await refusal(() => readCode(uri)), uri).to.not.equal("nothing");
    expect(invalid.length).to.be.greaterThan(50);
  });

  it("takes GS1's valid lot numbers when our serial follows them", () => {
    const lots = links.parse.flatMap(({ uri, valid }) => {
      const match = /^https?:\/\/[^/]+\/01\/(\d{14})(?:\/22\/\w+)?\/10\/([^/?#]+)/.exec(uri);
      return valid && match !== null ? [match[2] ?? ""] : [];
    });

    for (const lot of lots) {
      expect(parseCodePath(`/01/${gtin}/10/${lot}/21/${serial}`).lotNumber).to.equal(decodeURIComponent(lot));
    }
    expect(lots.length).to.be.greaterThan(3);
  });
});

describe("A fingerprint", () => {
  it("is the first 40 bits of a word, and comes back however it is typed", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (word) => {
        const printed = fingerprint(word);
        const bits = Array.from(printed.replace("-", ""), (character) => ALPHABET.indexOf(character));
        const value = bits.reduce((sum, five) => sum * 32n + BigInt(five), 0n);
        const first = word.slice(0, 5).reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
        expect(value).to.equal(first);
        expect(readFingerprint(printed.toLowerCase().replace("-", " "))).to.equal(printed);
      }),
    );
  });
});
