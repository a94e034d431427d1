import { createServer } from "node:net";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { BlocksError } from "../../../server/blocks/blocks.ts";
import { rawCid } from "../../../server/blocks/digest.ts";
import { quorumOf } from "../../../server/blocks/kubo.ts";
import { openBlocks } from "../../../server/blocks/open.ts";

describe("Where blocks are kept", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "furrow-open-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("is a folder, unless Kubo is named", async () => {
    const bytes = new TextEncoder().encode("in the folder");
    const options = { folder, kuboRpc: [], log: () => {} };
    const first = await openBlocks(options);
    await first.put(rawCid(bytes), bytes);
    await first.close();

    expect(await (await openBlocks(options)).has(rawCid(bytes))).to.equal(true);
  });

  it("is told in one sentence when nothing answers there, or something that is no Kubo", async () => {
    const other = createServer((socket) => socket.end("SSH-2.0-other\r\n").on("finish", () => socket.destroy()));
    await new Promise<void>((done) => other.listen(0, "127.0.0.1", done));
    const address = other.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;

    for (const kuboRpc of [["http://127.0.0.1:1"], [`http://user:s3cret@127.0.0.1:${port}`]]) {
      const error = await openBlocks({ folder, kuboRpc, log: () => {} }).then(
        () => null,
        (cause: unknown) => cause,
      );

      expect(error).to.be.instanceOf(BlocksError);
      expect(String(error)).to.include("Kubo does not answer at 127.0.0.1:").and.not.to.include("s3cret");
    }
    await new Promise((done) => other.close(done));
  });

  it("needs more than half of the nodes for what it acknowledges", () => {
    expect([1, 2, 3, 4, 5].map(quorumOf)).to.deep.equal([1, 2, 2, 3, 3]);
  });
});
