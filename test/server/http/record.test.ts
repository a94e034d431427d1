import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, request as ask, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { expect } from "chai";
import { buildRecord } from "../../../scripts/build-record.ts";
import { readConfig } from "../../../server/config.ts";
import { buildApp } from "../../../server/http/app.ts";
import { loadRecord, recordGate, recordRoutes } from "../../../server/http/record.ts";

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** As esbuild leaves it: bundled, with the place for the list of what is kept. */
const WORKER = 'import{keep as k}from"/assets/engine-EEEEEEEE.js";k(self.__WB_MANIFEST);';

describe("The recorder's addresses", () => {
  let folder: string;
  let server: Server;
  let gated: Server;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "furrow-record-"));
    await buildRecord({
      folder: join(folder, "record"),
      names: { "record.js": "record-AAAAAAAA.js", "record.css": "record-BBBBBBBB.css" },
      files: ["record-AAAAAAAA.js", "record-BBBBBBBB.css", "late-CCCCCCCC.js", "engine-EEEEEEEE.js"],
      parts: ["engine-EEEEEEEE.js"],
      worker: WORKER,
    });
    const files = await loadRecord(folder);
    const serve = async (recordHost: string | null) => {
      const app = buildApp({
        ...{ gate: recordGate(recordHost), api: [], root: [recordRoutes(files)], trustProxy: [], log: () => {} },
      });
      const listening = createServer(app);
      await new Promise<void>((done) => listening.listen(0, "127.0.0.1", done));
      return listening;
    };
    server = await serve(null);
    gated = await serve("record.example.org");
  });

  after(() => {
    server.close();
    gated.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const get = (at: Server, path: string, headers: Record<string, string> = {}): Promise<Answer> =>
    new Promise((done, fail) => {
      const { port } = at.address() as AddressInfo;
      const asked = ask({ host: "127.0.0.1", port, path, headers, agent: false }, (response) => {
        const pieces: Buffer[] = [];
        response.on("data", (piece: Buffer) => pieces.push(piece));
        response.on("end", () =>
          done({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(pieces) }),
        );
      });
      asked.on("error", fail).end();
    });

  it("give one page for everybody, whose policy lets nothing inline and nothing foreign run", async () => {
    const zh = await get(server, "/record/", { "accept-language": "zh-CN" });
    const en = await get(server, "/record/", { "accept-language": "en" });

    expect(zh.status).to.equal(200);
    expect(zh.headers["content-type"]).to.equal("text/html; charset=utf-8");
    expect(zh.body.equals(en.body)).to.equal(true);
    expect(zh.body.toString()).to.include("/assets/record-AAAAAAAA.js").and.to.include("/assets/record-BBBBBBBB.css");
    expect(zh.body.toString()).not.to.match(/<style|style=|<script(?![^>]*\ssrc=)|\son\w+=/);
    const policy = String(zh.headers["content-security-policy"]);
    expect(policy)
      .to.include("default-src 'none'; script-src 'self'; style-src 'self'")
      .and.to.include("require-trusted-types-for 'script'; trusted-types furrow")
      .and.to.include("form-action 'self'")
      .and.to.include("frame-ancestors 'none'");
    expect(policy).not.to.match(/unsafe|\*|https?:|strict-dynamic|sha256/);
    expect(zh.headers["permissions-policy"]).to.include("camera=(self)").and.to.include("microphone=(self)");
  });

  it("are the page's with its last stroke, with what was asked", async () => {
    const bare = await get(server, "/record?practice=1");

    expect(bare.status).to.equal(308);
    expect(bare.headers.location).to.equal("/record/?practice=1");
  });

  it("send the page packed, and not at all where the phone has it", async () => {
    const plain = await get(server, "/record/", { "accept-encoding": "identity" });
    const br = await get(server, "/record/", { "accept-encoding": "br, gzip" });
    const gzip = await get(server, "/record/", { "accept-encoding": "gzip" });
    const again = await get(server, "/record/", {
      "accept-encoding": "br, gzip",
      "if-none-match": String(br.headers.etag),
    });

    expect(brotliDecompressSync(br.body).equals(plain.body)).to.equal(true);
    expect(gunzipSync(gzip.body).equals(plain.body)).to.equal(true);
    expect(br.body.length).to.be.below(gzip.body.length).and.below(plain.body.length);
    expect(br.headers.vary).to.match(/accept-encoding/i);
    expect(again.status).to.equal(304);
    expect(again.body.length).to.equal(0);
  });

  it("are written in small letters alone, so that the host of RECORD_HOST is the only one that has them", async () => {
    const page = { "sec-fetch-dest": "document" };

    for (const at of ["/RECORD", "/Record/", "/record/WORKER.js"]) {
      expect((await get(server, at, page)).status, at).to.equal(404);
      expect((await get(gated, at, { ...page, host: "trace.example.org" })).status, at).to.be.oneOf([307, 404]);
    }
  });

  it("describe an app for a phone's screen, with icons of the sizes that they say", async () => {
    const { headers, body } = await get(server, "/record/manifest.webmanifest");
    const manifest = JSON.parse(body.toString()) as {
      name: string;
      display: string;
      start_url: string;
      scope: string;
      icons: { src: string; sizes: string; purpose: string }[];
    };

    expect(headers["content-type"]).to.match(/^application\/manifest\+json/);
    expect(manifest).to.include({ display: "standalone", start_url: "/record/", scope: "/record/" });
    expect(manifest.name).to.match(/[一-鿿]/);
    expect(manifest.icons.map(({ purpose }) => purpose)).to.include.members(["any", "maskable"]);
    for (const { src, sizes } of manifest.icons) {
      const icon = await get(server, src);
      expect(icon.headers["content-type"]).to.equal("image/png");
      expect(icon.body.subarray(1, 4).toString()).to.equal("PNG");
      expect(`${icon.body.readUInt32BE(16)}x${icon.body.readUInt32BE(20)}`).to.equal(sizes);
    }
  });

  it("give either worker anew whenever it is asked for, under the page's policy", async () => {
    for (const path of ["/record/worker.js", "/record/worker-classic.js"]) {
      const { status, headers, body } = await get(server, path);

      expect(status, path).to.equal(200);
      expect(headers["cache-control"], path).to.equal("no-cache");
      expect(headers["content-security-policy"], path).to.include("connect-src 'self'");
      for (const kept of ["/record/", "/assets/record-AAAAAAAA.js", "/assets/late-CCCCCCCC.js"])
        expect(body.toString(), path).to.include(`"${kept}"`);
      expect(body.toString(), path).not.to.match(/__WB_MANIFEST|importScripts/);
    }
  });

  it("name in the page what its script imports, so that it is fetched at once", async () => {
    const { body } = await get(server, "/record/");

    expect(body.toString()).to.include('<link rel="modulepreload" href="/assets/engine-EEEEEEEE.js">');
  });

  it("change the worker when the page changes, and only then", async () => {
    const worker = () => readFileSync(join(folder, "again/record/worker.js"), "utf8");
    const build = (script: string) =>
      buildRecord({
        folder: join(folder, "again/record"),
        names: { "record.js": script, "record.css": "record-BBBBBBBB.css" },
        ...{ files: [], parts: [], worker: WORKER },
      });
    await build("record-AAAAAAAA.js");
    const first = worker();
    await build("record-AAAAAAAA.js");
    const same = worker();
    await build("record-DDDDDDDD.js");

    expect(same).to.equal(first);
    expect(worker()).not.to.equal(first);
  });

  describe("with RECORD_HOST", () => {
    const record = { host: "record.example.org" };

    it("answer there alone: whoever asks elsewhere is led there, by https", async () => {
      const led = await get(gated, "/record/?practice=1", { host: "trace.example.org" });

      expect(led.status).to.equal(307);
      expect(led.headers.location).to.equal("https://record.example.org/record/?practice=1");
      expect((await get(gated, "/record/", record)).status).to.equal(200);
      expect((await get(gated, "/record/worker.js", { host: "trace.example.org" })).status).to.equal(307);
    });

    it("are the only page there: no scan page, no stored file, no page to try the API", async () => {
      const page = { ...record, "sec-fetch-dest": "document", accept: "text/html" };

      expect((await get(gated, "/", page)).headers.location).to.equal("/record/");
      for (const path of ["/T/K7QMZ3V5XABTC9", "/ipfs/bafkqaaa", "/api", "/find?code=1"]) {
        const { status, body } = await get(gated, path, page);
        expect(status, path).to.equal(404);
        expect(body.toString(), path).to.include("serves the recorder alone");
        const old = await get(gated, path, { ...record, accept: "text/html,*/*;q=0.8" });
        expect(old.body.toString(), path).to.include("serves the recorder alone");
      }
    });

    it("let the page ask what it asks for", async () => {
      const { body } = await get(gated, "/ipfs/bafkqaaa", { ...record, "sec-fetch-dest": "image" });

      expect(body.toString()).to.include("nothing answers at");
    });

    it("take a host, and nothing that is more than that", () => {
      const read = (host: string) => () => readConfig({ RECORD_HOST: host }).recordHost;

      expect(read("Record.Example.org")()).to.equal("record.example.org");
      expect(read("record.example.org:8551")()).to.equal("record.example.org:8551");
      expect(read("")()).to.equal(null);
      for (const wrong of ["https://record.example.org", "record.example.org/record", "a b", "me@record.example.org"])
        expect(read(wrong), wrong).to.throw("RECORD_HOST cannot be");
    });
  });
});
