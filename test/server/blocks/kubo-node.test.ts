/** A stranger that speaks as a Kubo node does. (Real ones: kubo.interop.ts.) */
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { MAX_BLOCK_READ } from "../../../server/blocks/blocks.ts";
import { rawCid } from "../../../server/blocks/digest.ts";
import { KuboNode } from "../../../server/blocks/kubo-node.ts";

const CID = rawCid(new TextEncoder().encode("a block"));

describe("A node that cannot be trusted", () => {
  let server: Server;

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });

  async function nodeThat(answers: RequestListener): Promise<KuboNode> {
    server = createServer(answers);
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return new KuboNode(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, () => {});
  }

  it("is not read to the end when it gives more than a block can have", async () => {
    let sent = 0;
    const node = await nodeThat((_, response) => {
      const more = () => {
        while (!response.destroyed && sent < 200 * MAX_BLOCK_READ) {
          sent += 65_536;
          if (!response.write(Buffer.alloc(65_536))) return void response.once("drain", more);
        }
        response.end();
      };
      more();
    });

    const bytes = await node.get(CID);

    expect(bytes).to.have.length(MAX_BLOCK_READ + 1);
    expect(sent).to.be.below(50 * MAX_BLOCK_READ);
  });

  it("says in its own words that it does not hold a block", async () => {
    const node = await nodeThat((_, response) => {
      response.writeHead(500, { "content-type": "application/json" });
      response.end(
        '{"Message":"block was not found locally (offline): ipld: could not find it","Code":0,"Type":"error"}',
      );
    });

    expect(await node.get(CID)).to.equal(undefined);
  });

  it("is waited for no longer once it is closed", async () => {
    const node = await nodeThat(() => {});
    const asked = node.get(CID).catch((cause: Error) => cause.message);

    node.close();

    expect(await asked).to.match(/being closed/);
  });
});
