import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import express from "express";
import { allowance, blockOfAddress } from "../../../server/http/allowance.ts";
import { anyBody, bytesBody } from "../../../server/http/body.ts";
import { problemHandler } from "../../../server/http/problem.ts";

describe("What an address may send", () => {
  let nowMs: number;
  let address: string;
  let end: () => void;

  beforeEach(async () => {
    nowMs = 0;
    const { before, after } = allowance({ atOnce: 1_000, perSecond: 10, least: 100 }, () => nowMs);
    const app = express();
    app.set("trust proxy", true);
    app.put("/", before, anyBody(10_000), after, (request, response) => void response.json(bytesBody(request).length));
    app.use(problemHandler(() => {}));
    const server = app.listen(0, "127.0.0.1");
    await once(server, "listening");
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    end = () => {
      server.closeAllConnections();
      server.close();
    };
  });

  afterEach(() => end());

  it("is so many bytes, and comes back with time", async () => {
    expect((await put(600)).status).to.equal(200);

    const refused = await put(600);
    nowMs += 20_000;
    const taken = await put(600);

    expect(refused.status).to.equal(429);
    expect(refused.headers.get("retry-after")).to.equal("20");
    expect(await refused.json()).to.include({ type: "urn:furrow:problem:too-many-requests" });
    expect(taken.status).to.equal(200);
  });

  it("counts for each address by itself", async () => {
    await put(1_000, "192.0.2.1");

    expect((await put(1_000, "192.0.2.1")).status).to.equal(429);
    expect((await put(1_000, "192.0.2.2")).status).to.equal(200);
  });

  it("counts many small requests too", async () => {
    const states: number[] = [];
    for (let n = 0; n < 11; n++) states.push((await put(1)).status);

    expect(states).to.deep.equal([...Array.from({ length: 10 }, () => 200), 429]);
  });

  it("counts a packed body by what comes out of it", async () => {
    const body = gzipSync(Buffer.alloc(5_000));

    const answer = await fetch(address, { method: "PUT", body, headers: { "content-encoding": "gzip" } });

    expect(answer.status).to.equal(429);
  });

  it("counts a network of IPv6 as one", () => {
    const one = "2001:db8:0:7::1";

    for (const same of ["2001:db8::7:0:0:0:2", "2001:0DB8:0000:0007:ffff:ffff:ffff:ffff"])
      expect(blockOfAddress(same)).to.equal(blockOfAddress(one));
    expect(blockOfAddress("2001:db8:0:8::1")).not.to.equal(blockOfAddress(one));
    expect(blockOfAddress("::ffff:192.0.2.1")).to.equal("192.0.2.1");
    expect(blockOfAddress("192.0.2.1")).to.equal("192.0.2.1");
  });

  function put(length: number, from = "192.0.2.9"): Promise<Response> {
    const headers = { "x-forwarded-for": from, "content-type": "text/plain" };
    return fetch(address, { method: "PUT", body: new Uint8Array(length), headers });
  }
});
