import { readFileSync } from "node:fs";
import { expect } from "chai";
import { jsonCid, parseCid, rawCid } from "../../../server/blocks/digest.ts";
import { problemOf } from "./problem-of.ts";

type Vector = { readonly utf8: string; readonly cidV1Raw: string; readonly cidV1Json: string };

const { vectors } = JSON.parse(
  readFileSync(new URL("../../vectors/ipfs/cid-vectors.json", import.meta.url), "utf8"),
) as { readonly vectors: readonly Vector[] };

describe("The CID of some bytes", () => {
  it("is that of the vectors, as attachment and as document", () => {
    for (const { utf8, cidV1Raw, cidV1Json } of vectors) {
      expect(rawCid(Buffer.from(utf8)).toString()).to.equal(cidV1Raw);
      expect(jsonCid(Buffer.from(utf8)).toString()).to.equal(cidV1Json);
      expect(parseCid(cidV1Raw).equals(rawCid(Buffer.from(utf8)))).to.equal(true);
    }
    expect(vectors).to.not.have.lengthOf(0);
  });

  for (const text of [
    "",
    "b",
    "bafkrei",
    "../../etc/passwd",
    "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyk",
    "http://x",
  ]) {
    it(`is not read from "${text}"`, async () => {
      expect(await problemOf((async () => parseCid(text))())).to.equal("cid-unreadable");
    });
  }
});
