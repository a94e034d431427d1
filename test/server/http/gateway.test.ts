import { readFileSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CarBufferReader } from "@ipld/car/buffer-reader";
import { expect } from "chai";
import type { CID } from "multiformats/cid";
import type { Blocks } from "../../../server/blocks/blocks.ts";
import { carAllowance, readCar } from "../../../server/blocks/car.ts";
import { jsonCid, rawCid } from "../../../server/blocks/digest.ts";
import { openFolderBlocks } from "../../../server/blocks/folder.ts";
import { buildApp } from "../../../server/http/app.ts";
import { gatewayRoutes } from "../../../server/http/gateway.ts";

const MIB = 1024 * 1024;
const RAW = "application/vnd.ipld.raw";
const CAR = "application/vnd.ipld.car";
const FOREVER = "public, max-age=29030400, immutable";
const vector = (name: string) => readFileSync(new URL(`../../vectors/${name}`, import.meta.url));
const counted = (length: number) => Uint8Array.from({ length }, (_, i) => i % 251);

describe("The gateway", () => {
  let folder: string;
  let blocks: Blocks;
  let server: Server;
  let base: string;
  let logged: string[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "furrow-gateway-"));
    blocks = await openFolderBlocks(folder);
    logged = [];
    const log = (line: string) => logged.push(line);
    const app = buildApp({ api: [], root: [gatewayRoutes(blocks, { log })], trustProxy: [], log });
    server = app.listen(0, "127.0.0.1");
    await new Promise((listening) => server.once("listening", listening));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ipfs`;
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
    await blocks.close();
    await rm(folder, { recursive: true });
  });

  const ask = (path: string, headers: Record<string, string> = {}, method = "GET") =>
    fetch(`${base}/${path}`, { headers, method });
  const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());

  async function put(bytes: Uint8Array, cid = rawCid(bytes)): Promise<CID> {
    await blocks.put(cid, bytes);
    return cid;
  }

  /** Stores the blocks of a fixture; gives the CIDs in its order. */
  async function load(name: string): Promise<readonly CID[]> {
    const all = CarBufferReader.fromBytes(vector(`ipfs/${name}`)).blocks();
    for (const { cid, bytes } of all) await blocks.put(cid, bytes);
    return all.map(({ cid }) => cid);
  }

  const cidsOf = async (response: Response) =>
    CarBufferReader.fromBytes(await bytesOf(response))
      .cids()
      .map(String);

  async function expectProblem(response: Response, status: number, type: string): Promise<void> {
    expect(response.status).to.equal(status);
    expect(response.headers.get("content-type")).to.match(/^application\/problem\+json/);
    expect(response.headers.get("cache-control") ?? "").to.not.include("immutable");
    // Express tags whatever it sends; what must not happen is that an error bears the tag of the content.
    expect(response.headers.get("etag") ?? "").to.not.match(/ba[fg]/);
    expect(response.headers.get("access-control-allow-origin")).to.equal("*");
    const body = await response.text(); // empty for HEAD
    if (body !== "") expect(JSON.parse(body)).to.include({ type: `urn:furrow:problem:${type}`, status });
  }

  describe("gives a block", () => {
    for (const how of ["?format=raw", "Accept"] as const) {
      it(`as it is, by ${how}`, async () => {
        const bytes = Buffer.from("weighed in: 12.5 kg");
        const cid = await put(bytes);

        const response = how === "Accept" ? await ask(String(cid), { accept: RAW }) : await ask(`${cid}${how}`);

        expect(response.status).to.equal(200);
        expect(await bytesOf(response)).to.deep.equal(bytes);
        expect(Object.fromEntries(response.headers)).to.include({
          "content-type": RAW,
          "content-length": String(bytes.length),
          "content-disposition": `attachment; filename="${cid}.bin"`,
          "x-content-type-options": "nosniff",
          "cache-control": FOREVER,
          etag: `"${cid}.raw"`,
          "x-ipfs-path": `/ipfs/${cid}`,
          "x-ipfs-roots": String(cid),
          "access-control-allow-origin": "*",
          "cross-origin-resource-policy": "cross-origin",
        });
      });
    }

    it("and lets the format in the address beat the Accept header", async () => {
      const cid = await put(Buffer.from("x"));

      expect((await ask(`${cid}?format=raw`, { accept: CAR })).headers.get("content-type")).to.equal(RAW);
      expect((await ask(`${cid}?format=car`, { accept: RAW })).headers.get("content-type")).to.match(/ipld\.car/);
    });

    it("by any of its CIDs", async () => {
      const bytes = Buffer.from('{"a":1}');
      await put(bytes, jsonCid(bytes));

      for (const cid of [rawCid(bytes), jsonCid(bytes)]) {
        expect(await bytesOf(await ask(`${cid}?format=raw`))).to.deep.equal(bytes);
      }
    });

    it("to HEAD with the same headers and nothing else", async () => {
      const cid = await put(Buffer.from("weighed in"));

      const response = await ask(`${cid}?format=raw`, {}, "HEAD");

      expect(response.status).to.equal(200);
      expect(response.headers.get("content-length")).to.equal("10");
      expect(response.headers.get("etag")).to.equal(`"${cid}.raw"`);
      expect(await response.text()).to.equal("");
    });

    it("under the file name that is asked for, made harmless", async () => {
      const cid = await put(Buffer.from("x"));
      const named = async (name: string) =>
        (await ask(`${cid}?format=raw&filename=${encodeURIComponent(name)}`)).headers.get("content-disposition");

      expect(await named("test.bin")).to.equal('attachment; filename="test.bin"');
      expect(await named("茶园.jpg")).to.equal(
        `attachment; filename="__.jpg"; filename*=UTF-8''%E8%8C%B6%E5%9B%AD.jpg`,
      );
      expect(await named('../../a"\r\nX: y\u202e.exe')).to.equal('attachment; filename="aX y.exe"');
      expect(await named("..")).to.equal(`attachment; filename="${cid}.bin"`);
    });

    it("never by a path", async () => {
      const [root] = await load("dir-with-files.car");

      await expectProblem(await ask(`${root}/hello.txt?format=raw`), 400, "gateway-request-unreadable");
      await expectProblem(await ask(`${root}/hello.txt`, { accept: RAW }), 400, "gateway-request-unreadable");
    });

    it("to whoever probes with the empty identity CID", async () => {
      for (const [query, accept] of [
        ["?format=raw", "*/*"],
        ["", RAW],
      ] as const) {
        const response = await ask(`bafkqaaa${query}`, { accept });
        expect(response.status).to.equal(200);
        expect((await bytesOf(response)).length).to.equal(0);
      }
      expect((await ask("bafkqaaa", {}, "HEAD")).status).to.equal(200);
      const car = CarBufferReader.fromBytes(await bytesOf(await ask("bafkqaaa?format=car")));
      expect(car.getRoots().map(String)).to.deep.equal(["bafkqaaa"]);
      expect(car.cids()).to.deep.equal([]);
    });
  });

  describe("answers from the reader's own copy", () => {
    for (const query of ["?format=raw", "?format=car", "?format=car&dag-scope=block", ""]) {
      it(`with 304: ${query || "plain"}`, async () => {
        const cid = await put(Buffer.from("weighed in: 12.5 kg"));
        const etag = (await ask(`${cid}${query}`)).headers.get("etag") ?? "";

        const again = await ask(`${cid}${query}`, { "if-none-match": `"other", ${etag}` });
        const other = await ask(`${cid}${query}`, { "if-none-match": '"other"' });

        expect(again.status).to.equal(304);
        expect(again.headers.get("etag")).to.equal(etag);
        expect(other.status).to.equal(200);
      });
    }

    it("and names each format, scope and range differently", async () => {
      const { cid } = await blocks.addFile(counted(2 * MIB));
      const queries = ["?format=raw", "?format=car", "?format=car&dag-scope=block", "?format=car&dag-scope=entity"];
      queries.push("?format=car&entity-bytes=0:5", "?format=car&entity-bytes=0:6", "");

      const etags = await Promise.all(
        queries.map(async (query) => (await ask(`${cid}${query}`, {}, "HEAD")).headers.get("etag")),
      );

      expect(new Set(etags).size).to.equal(queries.length);
    });
  });

  describe("gives a CAR", () => {
    it("of a file, that a reader who trusts nobody finds complete", async () => {
      const bytes = counted(3 * MIB + 5);
      const { cid } = await blocks.addFile(bytes);

      const response = await ask(`${cid}?format=car`);
      expect(Object.fromEntries(response.headers)).to.include({
        "content-type": "application/vnd.ipld.car; version=1; order=dfs; dups=n",
        "content-disposition": `attachment; filename="${cid}.car"`,
        "x-content-type-options": "nosniff",
        "cache-control": FOREVER,
      });
      expect(response.headers.get("etag")).to.match(/^W\/"/);
      const read = await readCar(response.body ?? new Uint8Array(0), cid, { maxBytes: carAllowance(bytes.length) });

      expect(read.missing).to.deep.equal([]);
      const pieces: Uint8Array[] = [];
      for await (const piece of (await read.file())?.bytes() ?? []) pieces.push(piece);
      expect(Buffer.concat(pieces).equals(bytes)).to.equal(true);
    });

    it("of a folder in depth-first order, each block once", async () => {
      const [root, ...rest] = await load("dir-with-files.car");

      const cids = await cidsOf(await ask(`${root}`, { accept: CAR }));

      expect(cids).to.have.lengthOf(9);
      expect(cids[0]).to.equal(String(root));
      expect(new Set(cids)).to.deep.equal(new Set([root, ...rest].map(String)));
    });

    it("of a path: the blocks on the way, then what was asked", async () => {
      const [root] = await load("dir-with-files.car");
      const hello = "bafkreifjjcie6lypi6ny7amxnfftagclbuxndqonfipmb64f2km2devei4";

      const response = await ask(`${root}/hello.txt?format=car&dag-scope=block`);

      expect(response.headers.get("x-ipfs-roots")).to.equal(`${root},${hello}`);
      expect(response.headers.get("x-ipfs-path")).to.equal(`/ipfs/${root}/hello.txt`);
      expect(await cidsOf(response)).to.deep.equal([String(root), hello]);
    });

    it("of a path into a large folder: only the shards on the way", async () => {
      const [root] = await load("single-layer-hamt-with-multi-block-files.car");

      const whole = await cidsOf(await ask(`${root}?format=car`));
      const list = await cidsOf(await ask(`${root}?format=car&dag-scope=entity`));
      const file = await cidsOf(await ask(`${root}/1.txt?format=car&dag-scope=entity`));

      expect(whole).to.have.lengthOf(243);
      expect(list.length).to.be.within(2, 242);
      expect(file[0]).to.equal(String(root));
      expect(file.length).to.be.within(3, 20);
    });

    it("of a folder as entity: its list without its files", async () => {
      const [root] = await load("dir-with-files.car");

      expect(await cidsOf(await ask(`${root}?format=car&dag-scope=entity`))).to.deep.equal([String(root)]);
      expect(await cidsOf(await ask(`${root}?format=car&entity-bytes=0:10`))).to.deep.equal([String(root)]);
    });

    it("of the bytes that are asked for, and no more blocks than these need", async () => {
      const bytes = counted(3 * MIB + 5);
      const { cid } = await blocks.addFile(bytes);
      const chunk = (n: number) => String(rawCid(bytes.subarray(n * MIB, (n + 1) * MIB)));
      const [a, b, c, d] = [chunk(0), chunk(1), chunk(2), chunk(3)];
      const cases: readonly (readonly [string, readonly string[]])[] = [
        ["0:*", [a, b, c, d]],
        ["0:0", [a]],
        [`0:${MIB - 1}`, [a]],
        [`0:${MIB}`, [a, b]],
        [`${MIB}:${2 * MIB - 1}`, [b]],
        [`${2 * MIB - 1}:${2 * MIB}`, [b, c]],
        ["-5:*", [d]],
        ["-6:*", [c, d]],
        ["-6:-6", [c]],
        ["0:-6", [a, b, c]],
        [`${3 * MIB}:99999999`, [d]],
        ["-99999999:3", [a]],
        ["9:3", []],
      ];

      for (const [range, leaves] of cases) {
        const response = await ask(`${cid}?format=car&entity-bytes=${range}`);
        expect(await cidsOf(response), range).to.deep.equal([String(cid), ...leaves]);
      }
      await expectProblem(await ask(`${cid}?format=car&entity-bytes=9999999:*`), 400, "gateway-request-unreadable");
    });

    it("that ends where a block is missing, is not to be kept, and is found incomplete", async () => {
      const [root, first] = await load("file-3k-and-3-blocks-missing-block.car");
      if (root === undefined) throw new Error("the fixture is empty");

      const response = await ask(`${root}?format=car`);
      expect(response.status).to.equal(200);
      expect(response.headers.get("cache-control")).to.equal("no-store");
      expect(response.headers.get("etag")).to.equal(null);
      const bytes = await bytesOf(response);
      const read = await readCar(bytes, root, { maxBytes: MIB });

      expect(CarBufferReader.fromBytes(bytes).cids().map(String)).to.deep.equal([String(root), String(first)]);
      expect(read.missing).to.have.lengthOf(2);
    });

    it("of ranges that the missing block does not touch, as ever", async () => {
      const [root, first, third] = await load("file-3k-and-3-blocks-missing-block.car");

      expect(await cidsOf(await ask(`${root}?format=car&entity-bytes=0:1000`))).to.deep.equal(
        [root, first].map(String),
      );
      expect(await cidsOf(await ask(`${root}?format=car&entity-bytes=2200:*`))).to.deep.equal(
        [root, third].map(String),
      );
    });

    it("in the variant that it says, or none", async () => {
      const cid = await put(Buffer.from("x"));

      expect((await ask(`${cid}`, { accept: `${CAR}; version=1; order=dfs; dups=n` })).status).to.equal(200);
      expect((await ask(`${cid}`, { accept: `${CAR};dups=y, ${CAR};order=unk` })).status).to.equal(200);
      await expectProblem(await ask(`${cid}`, { accept: `${CAR}; version=2` }), 406, "format-refused");
      await expectProblem(await ask(`${cid}`, { accept: `${CAR}; dups=y` }), 406, "format-refused");
      await expectProblem(await ask(`${cid}?format=car&car-version=2`), 406, "format-refused");
      expect((await ask(`${cid}?car-dups=n`, { accept: `${CAR}; dups=y` })).status).to.equal(200);
    });

    it("and says where it lies without an Accept header", async () => {
      const cid = await put(Buffer.from("x"));

      const response = await ask(`${cid}?dag-scope=block`, { accept: CAR });

      expect(response.headers.get("content-location")).to.equal(`/ipfs/${cid}?dag-scope=block&format=car`);
      expect(response.headers.get("vary")).to.include("Accept");
    });
  });

  describe("gives a document", () => {
    it("as JSON, by its codec", async () => {
      const bytes = Buffer.from('{"type":"ObjectEvent"}');
      const cid = await put(bytes, jsonCid(bytes));

      for (const response of [
        await ask(String(cid)),
        await ask(`${cid}?format=json`),
        await ask(String(cid), { accept: "application/json" }),
      ]) {
        expect(response.headers.get("content-type")).to.match(/^application\/json/);
        expect(response.headers.get("content-security-policy")).to.equal("sandbox; default-src 'none'");
        expect(await bytesOf(response)).to.deep.equal(bytes);
      }
    });

    it("of the conformance fixture", async () => {
      const [cid] = await load("plain-json.car");

      const response = await ask(`${cid}`, { accept: "application/json" });

      expect(response.headers.get("content-type")).to.match(/^application\/json/);
      expect(String(jsonCid(await bytesOf(response)))).to.equal(String(cid));
    });

    it("but no file as if it were one", async () => {
      const cid = await put(Buffer.from('{"a":1}'));

      await expectProblem(await ask(`${cid}?format=json`), 406, "format-refused");
      await expectProblem(await ask(`${cid}`, { accept: "application/json" }), 406, "format-refused");
    });
  });

  describe("gives a file", () => {
    const cases: readonly (readonly [string, Buffer, string, "inline" | "attachment"])[] = [
      ["a picture", vector("photos/pears-on-tree.jpg"), "image/jpeg", "inline"],
      ["a PDF", Buffer.from("%PDF-1.7\n%%EOF"), "application/pdf", "attachment"],
      ["a table", Buffer.from("地块,kg\n1,2\n"), "text/plain; charset=utf-8", "attachment"],
      ["HTML", Buffer.from("<!doctype html><script>alert(1)</script>"), "text/plain; charset=utf-8", "attachment"],
      [
        "SVG",
        Buffer.from("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        "text/plain; charset=utf-8",
        "attachment",
      ],
      [
        "text whose 4,096th byte lies within a character",
        Buffer.from(`a${"茶".repeat(2000)}`),
        "text/plain; charset=utf-8",
        "attachment",
      ],
      [
        "a GIF, which is no stored type",
        Buffer.from("GIF89a\x01\0\x01\0\0\0\0;", "latin1"),
        "application/octet-stream",
        "attachment",
      ],
      ["anything", Buffer.from([0, 1, 2, 255]), "application/octet-stream", "attachment"],
    ];
    for (const [name, bytes, type, how] of cases) {
      it(`that is ${name}, inert`, async () => {
        const { cid } = await blocks.addFile(bytes);

        const response = await ask(String(cid), { accept: "text/html,image/*,*/*;q=0.8" });

        expect(response.status).to.equal(200);
        expect(response.headers.get("content-type")).to.equal(type);
        expect(response.headers.get("content-disposition")).to.equal(`${how}; filename="${cid}"`);
        expect(response.headers.get("x-content-type-options")).to.equal("nosniff");
        expect(response.headers.get("content-security-policy")).to.equal("sandbox; default-src 'none'");
        expect(response.headers.get("cache-control")).to.equal(FOREVER);
        expect(await bytesOf(response)).to.deep.equal(bytes);
      });
    }

    it("of many blocks, whole or in a range", async () => {
      const bytes = counted(3 * MIB + 5);
      const { cid } = await blocks.addFile(bytes);

      const whole = await ask(String(cid));
      const part = await ask(String(cid), { range: `bytes=${MIB - 2}-${MIB + 1}` });
      const end = await ask(String(cid), { range: "bytes=-3" });

      expect(whole.headers.get("accept-ranges")).to.equal("bytes");
      expect((await bytesOf(whole)).equals(bytes)).to.equal(true);
      expect(part.status).to.equal(206);
      expect(part.headers.get("content-range")).to.equal(`bytes ${MIB - 2}-${MIB + 1}/${bytes.length}`);
      expect((await bytesOf(part)).equals(bytes.subarray(MIB - 2, MIB + 2))).to.equal(true);
      expect((await bytesOf(end)).equals(bytes.subarray(-3))).to.equal(true);
    });

    it("in a range of the text itself, not of its compressed form", async () => {
      const bytes = Buffer.from("day,kg\n".repeat(2000));
      const { cid } = await blocks.addFile(bytes);

      const response = await ask(String(cid), { range: "bytes=7-8006", "accept-encoding": "gzip" });

      expect(response.headers.get("content-encoding")).to.equal(null);
      expect((await bytesOf(response)).equals(bytes.subarray(7, 8007))).to.equal(true);
    });

    it("whole, when the range is of another version or not understood", async () => {
      const { cid } = await blocks.addFile(Buffer.from("0123456789"));

      for (const headers of [
        { range: "bytes=2-3", "if-range": '"other"' },
        { range: "lines=2-3" },
        { range: "bytes=0-1,5-6" },
      ]) {
        expect((await ask(String(cid), headers)).status).to.equal(200);
      }
      expect((await ask(String(cid), { range: "bytes=2-3", "if-range": `"${cid}"` })).status).to.equal(206);
    });

    it("but no range beyond its end", async () => {
      const { cid } = await blocks.addFile(Buffer.from("0123456789"));

      const response = await ask(String(cid), { range: "bytes=10-" });

      expect(response.headers.get("content-range")).to.equal("bytes */10");
      await expectProblem(response, 416, "range-outside");
    });

    it("by its name in a folder, percent signs and all", async () => {
      const [root] = await load("dir-with-percent-encoded-filename.car");

      const response = await ask(`${root}/${encodeURIComponent("Portugal%2C+España=Peninsula Ibérica.txt")}`);

      expect(await response.text()).to.equal("hello from a percent encoded filename\n");
    });

    it("but not a folder, and not a link", async () => {
      const [root] = await load("dir-with-files.car");
      const [links] = await load("symlink.car");

      await expectProblem(await ask(String(root)), 400, "not-a-file");
      await expectProblem(await ask(`${links}/bar`), 400, "not-a-file");
    });
  });

  describe("refuses", () => {
    const absent = String(rawCid(Buffer.from("never put")));

    it("what is not here, in every format", async () => {
      for (const query of ["", "?format=raw", "?format=car", "/a/b"]) {
        await expectProblem(await ask(`${absent}${query}`), 404, "block-missing");
        await expectProblem(await ask(`${absent}${query}`, {}, "HEAD"), 404, "block-missing");
      }
    });

    it("to say more than that it is not here, when asked for its cache only", async () => {
      await expectProblem(await ask(absent, { "cache-control": "only-if-cached" }), 412, "block-not-cached");
      const here = await put(Buffer.from("here"));
      expect((await ask(`${here}?format=raw`, { "cache-control": "only-if-cached" })).status).to.equal(200);
    });

    it("names that are not in the folder", async () => {
      const [root] = await load("dir-with-files.car");
      const json = Buffer.from('{"a":{"b":1}}');
      const document = await put(json, jsonCid(json));

      for (const path of [
        `${root}/nobody.txt`,
        `${root}/hello.txt/further`,
        `${document}/a`,
        `${root}/nobody?format=car`,
      ]) {
        await expectProblem(await ask(path), 404, "path-missing");
      }
      await expectProblem(await ask(`${root}${"/a".repeat(33)}`), 400, "gateway-request-unreadable");
    });

    it("what it cannot read", async () => {
      const cid = await put(Buffer.from("x"));

      await expectProblem(await ask("bafynonsense"), 400, "cid-unreadable");
      for (const query of [
        "format=tar",
        "format=raw&format=car",
        "format=car&dag-scope=some",
        "format=car&entity-bytes=a:b",
        "format=car&entity-bytes=5",
      ]) {
        await expectProblem(await ask(`${cid}?${query}`), 400, "gateway-request-unreadable");
      }
      await expectProblem(await ask(`${cid}`, { accept: "application/vnd.ipld.dag-cbor" }), 406, "format-refused");
      expect((await ask(`${cid}/%E0%A4%A`)).status).to.equal(400);
    });

    it("other hashes than sha2-256", async () => {
      const sha512 =
        "bafkrgqhhyivzstcz3hhswshfjgy6ertgmnqeleynhwt4dlfsthi4hn7zgh4uvlsb5xncykzapi3ocd4lzogukir6ksdy6wzrnz6ohnv4aglcs";
      await expectProblem(await ask(`${sha512}?format=raw`), 422, "hash-refused");
    });

    it("every method but GET and HEAD, and answers a preflight", async () => {
      const cid = await put(Buffer.from("x"));

      const preflight = await ask(String(cid), { origin: "https://elsewhere.example" }, "OPTIONS");
      expect(preflight.status).to.equal(204);
      expect(preflight.headers.get("access-control-allow-origin")).to.equal("*");
      expect(preflight.headers.get("access-control-allow-headers")).to.include("Range");
      await expectProblem(await ask(String(cid), {}, "PUT"), 405, "method-not-allowed");
    });
  });

  describe("with a damaged block", () => {
    async function flipIn(cid: CID): Promise<void> {
      const before = await blocks.get(cid);
      const files = await readdir(folder, { recursive: true, withFileTypes: true });
      for (const entry of files.filter((found) => found.isFile())) {
        const path = join(entry.parentPath, entry.name);
        const stored = await readFile(path);
        if (before === undefined || !stored.equals(before)) continue;
        stored.writeUInt8(stored.readUInt8(0) ^ 1, 0);
        await writeFile(path, stored);
      }
    }

    it("says so and never serves it", async () => {
      const cid = await put(Buffer.from("weighed in: 12.5 kg"));
      await flipIn(cid);

      for (const query of ["?format=raw", ""]) await expectProblem(await ask(`${cid}${query}`), 500, "block-damaged");
      await expectProblem(await ask(`${cid}?format=raw`, {}, "HEAD"), 500, "block-damaged");
    });

    it("in the middle of an answer cuts it off, so that nobody takes the rest for the whole", async () => {
      const bytes = counted(3 * MIB + 5);
      const { cid } = await blocks.addFile(bytes);
      await flipIn(rawCid(bytes.subarray(MIB, 2 * MIB)));

      for (const query of ["", "?format=car"]) {
        // The cut may come before fetch has handed the answer over: either way no whole body is had.
        const whole = await ask(`${cid}${query}`).then(
          (response) =>
            response.arrayBuffer().then(
              () => true,
              () => false,
            ),
          () => false,
        );
        expect(whole, query).to.equal(false);
      }
      expect(logged).to.have.lengthOf(2);
    });
  });
});
