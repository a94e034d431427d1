/** Which documents a history carries where not all of them fit. */
import { expect } from "chai";
import { hexOf } from "../../../protocol/bytes.ts";
import { cidOf } from "../../../protocol/cid.ts";
import { documentsOf, MAX_DOCUMENT_TEXT } from "../../../server/resolve/history-documents.ts";
import { sha256 } from "../../support/world.ts";

/** Documents of these lengths, by the digest that an entry would name them with. */
function stored(lengths: readonly number[]) {
  const texts = lengths.map((length, n) => `${n}${" ".repeat(length)}`.slice(0, length));
  const digests = texts.map((text) => sha256(Buffer.from(text)));
  const byCid = new Map(digests.map((digest, n) => [cidOf(digest, "json"), texts[n] ?? ""]));
  const read: string[] = [];
  return {
    read,
    cids: [...byCid.keys()],
    contents: new Set(digests.map((digest) => hexOf(digest))),
    documentOf: async (cid: string) => {
      read.push(cid);
      return byCid.get(cid);
    },
  };
}

describe("The documents of a history", () => {
  it("are those that fit, in their order: a large one crowds out none that comes after it", async () => {
    const { cids, contents, documentOf } = stored([1000, 250_000, 250_000, 3000]);

    const found = await documentsOf(documentOf, contents);

    expect(Object.keys(found)).to.deep.equal([cids[0], cids[1], cids[3]]);
  });

  it("are not looked for among all that is stored, once there is no room or many did not fit", async () => {
    const full = stored([MAX_DOCUMENT_TEXT, ...Array.from({ length: 1000 }, () => 1000)]);
    const large = stored(Array.from({ length: 1000 }, (_, n) => 250_000 + n));

    expect(Object.keys(await documentsOf(full.documentOf, full.contents))).to.have.length(1);
    expect(Object.keys(await documentsOf(large.documentOf, large.contents))).to.have.length(1);
    expect(full.read).to.have.length(1);
    expect(large.read.length).to.be.below(110);
  });

  it("leave out what is not here, and what names none", async () => {
    const { contents, documentOf } = stored([100]);
    const zero = `0x${"00".repeat(32)}`;

    expect(Object.keys(await documentsOf(async () => undefined, contents))).to.have.length(0);
    expect(Object.keys(await documentsOf(documentOf, new Set([zero, ...contents])))).to.have.length(1);
  });
});
