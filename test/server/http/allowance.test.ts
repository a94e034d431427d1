import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import express, { type RequestHandler } from "express";
import { allowance, blockOfAddress } from "../../../server/http/allowance.ts";
import { anyBody, bytesBody } from "../../../server/http/body.ts";
import { problemHandler } from "../../../server/http/problem.ts";

/** Bytes that a body may have, by path. */
const LIMITS = { "/": 1_000, "/small": 500, "/large": 10_000 } as const;

describe("What an address may send", () => {
  let nowMs: number;
  let address: string;
  let end: () => void;

  beforeEach(async () => {
    nowMs = 0;
    const { before, after } = allowance({ atOnce: 1_000, perSecond: 10, least: 100 }, () => nowMs);
    const app = express();
    app.set("trust proxy", true);
    for (const [path, limit] of Object.entries(LIMITS)) {
      const answer: RequestHandler = (request, response) => void response.json(bytesBody(request).length);
      app.put(path, before(limit), anyBody(limit), after, answer);
    }
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

  it("counts a packed body by what comes out of it, and names the time from which all of it is taken", async () => {
    expect((await packed(900)).status).to.equal(200);

    const refused = await packed(900);
    nowMs += Number(refused.headers.get("retry-after")) * 1000;
    const taken = await packed(900);

    expect(refused.status).to.equal(429);
    expect(taken.status).to.equal(200);
  });

  it("does not shrink by a body that is above the limit of its path", async () => {
    const refused = await put(501, "192.0.2.9", "/small");

    expect(refused.status).to.equal(413);
    expect(await refused.json()).to.include({
      type: "urn:furrow:problem:body-too-large",
      detail: "the limit is 500 bytes",
    });
    expect((await put(1_000)).status).to.equal(200);
  });

  it("is never promised for a body that is above all it may send at once", async () => {
    for (const refused of [await put(1_001, "192.0.2.9", "/large"), await packed(1_001, "/large")]) {
      expect(refused.status).to.equal(413);
      expect(refused.headers.has("retry-after")).to.equal(false);
      expect(await refused.json()).to.include({ detail: "the limit is 1000 bytes" });
    }
  });

  it("counts a network of IPv6 as one", () => {
    const one = "2001:db8:0:7::1";

    for (const same of ["2001:db8::7:0:0:0:2", "2001:0DB8:0000:0007:ffff:ffff:ffff:ffff"])
      expect(blockOfAddress(same)).to.equal(blockOfAddress(one));
    expect(blockOfAddress("2001:db8:0:8::1")).not.to.equal(blockOfAddress(one));
    expect(blockOfAddress("::ffff:192.0.2.1")).to.equal("192.0.2.1");
    expect(blockOfAddress("192.0.2.1")).to.equal("192.0.2.1");
  });

  function packed(length: number, path: keyof typeof LIMITS = "/"): Promise<Response> {
    const body = gzipSync(Buffer.alloc(length));
    return fetch(address + path, { method: "PUT", body, headers: { "content-encoding": "gzip" } });
  }

  function put(length: number, from = "192.0.2.9", path: keyof typeof LIMITS = "/"): Promise<Response> {
    const headers = { "x-forwarded-for": from, "content-type": "text/plain" };
    return fetch(address + path, { method: "PUT", body: new Uint8Array(length), headers });
  }
});
