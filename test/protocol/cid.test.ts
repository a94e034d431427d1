import { expect } from "chai";
import fc from "fast-check";
import { bytesOf, hexOf, utf8 } from "../../protocol/bytes.ts";
import { base32, cidOf, parseCid } from "../../protocol/cid.ts";
import { primitives } from "../support/primitives.ts";
import { refusal } from "../support/refusal.ts";
import known from "../vectors/ipfs/cid-vectors.json" with { type: "json" };

describe("CIDs", () => {
  for (const { utf8: text, sha256, cidV1Raw, cidV1Json } of known.vectors) {
    it(`of ${JSON.stringify(text)} are those of the multiformats tables`, async () => {
      const digest = await primitives.sha256(utf8(text));

      expect(hexOf(digest)).to.equal(`0x${sha256}`);
      expect(cidOf(digest, "raw")).to.equal(cidV1Raw);
      expect(cidOf(digest, "json")).to.equal(cidV1Json);
    });
  }

  it("give back codec and digest", () => {
    const codec = fc.constantFrom("raw", "json", "dag-pb");
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), codec, (digest, name) => {
        const read = parseCid(cidOf(digest, name));
        expect(read.codec).to.equal(name);
        expect(hexOf(read.digest)).to.equal(hexOf(digest));
      }),
    );
  });

  const raw = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";
  for (const [what, text] of [
    ["nothing", ""],
    ["CIDv0", "QmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n"],
    ["upper case", raw.toUpperCase()],
    ["another base", `z${raw.slice(1)}`],
    ["one character less", raw.slice(0, -1)],
    ["one character more", `${raw}a`],
    ["bits left over at the end", `${raw.slice(0, -1)}v`],
    ["white space", ` ${raw}`],
    ["padding", `${raw}=`],
    ["a path after it", `${raw}/a`],
    ["codec dag-cbor", `b${base32(bytesOf(`0x01711220${"11".repeat(32)}`))}`],
    ["sha2-512", `b${base32(bytesOf(`0x01551340${"11".repeat(64)}`))}`],
    ["an identity hash", `b${base32(bytesOf("0x01550000"))}`],
    ["a long form of the codec's varint", `b${base32(bytesOf(`0x01d5001220${"11".repeat(32)}`))}`],
    ["a digest of 31 bytes", `b${base32(bytesOf(`0x01551220${"11".repeat(31)}`))}`],
  ] as const) {
    it(`refuse ${what}`, async () => {
      expect(await refusal(() => parseCid(text, "/cid"))).to.equal("cid-unreadable at /cid");
    });
  }
});
