import { createHash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { Agent, request as plainRequest } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import { cidOf } from "../../../protocol/cid.ts";
import { addFile } from "../../../server/blocks/file.ts";
import { startServer, type TestServer } from "../../support/server.ts";
import { aFolder, type Running, startFurrowProcess } from "../../support/start.ts";

const PART = 64 * 1024;
const VERSION = { "tus-resumable": "1.0.0" };
const BODY = { "content-type": "application/offset+octet-stream" };

interface File {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly cid: string;
}

let made = 0;

/** A table of readings, another one each time. */
function readings(size: number): File {
  made++;
  const line = `2026-04-05T06:00Z,${made}\n`;
  const text = `time,celsius\n${line.repeat(Math.ceil(size / line.length))}`;
  const bytes = new TextEncoder().encode(text);
  return { bytes, cid: cidOf(new Uint8Array(createHash("sha256").update(bytes).digest()), "raw") };
}

describe("A file that comes in parts", () => {
  let server: TestServer;
  let uploads: string;

  before(async () => {
    server = await startServer();
    uploads = `${server.address}/api/uploads`;
  });

  after(() => server.close());

  const metadata = (cid: string, type = "text/csv") => `cid ${btoa(cid)},type ${btoa(type)}`;

  const begin = (
    file: File,
    { part, at = uploads, type }: { part?: Uint8Array<ArrayBuffer>; at?: string; type?: string } = {},
  ) =>
    fetch(at, {
      method: "POST",
      headers: {
        ...VERSION,
        "upload-length": String(file.bytes.length),
        "upload-metadata": metadata(file.cid, type),
        ...(part === undefined ? {} : BODY),
      },
      ...(part === undefined ? {} : { body: part }),
    });

  const goOn = (
    file: File,
    offset: number,
    { at = uploads, end = offset + PART }: { at?: string; end?: number } = {},
  ) =>
    fetch(`${at}/${file.cid}`, {
      method: "PATCH",
      headers: { ...VERSION, ...BODY, "upload-offset": String(offset) },
      body: file.bytes.slice(offset, end),
    });

  const ask = (file: File, at = uploads) => fetch(`${at}/${file.cid}`, { method: "HEAD", headers: VERSION });

  const offsetOf = (response: Response) => Number(response.headers.get("upload-offset") ?? Number.NaN);

  /** All parts from `offset` on; the last answer. */
  const sendAll = async (file: File, offset: number, at = uploads): Promise<Response> => {
    for (;;) {
      const answer = await goOn(file, offset, { at });
      if (answer.status !== 204) return answer;
      offset = offsetOf(answer);
      if (offset >= file.bytes.length) return answer;
    }
  };

  const isServed = async ({ cid, bytes }: File, at = server.address) => {
    const answer = await fetch(`${at}/ipfs/${cid}`);
    return answer.status === 200 && Buffer.from(await answer.arrayBuffer()).equals(bytes);
  };

  const typeOf = async (response: Response) => ((await response.json()) as { type: string }).type;

  it("is stored under its CID once its last part is answered", async () => {
    const file = readings(200_000);

    const begun = await begin(file, { part: file.bytes.slice(0, PART) });
    const before = await fetch(`${server.address}/ipfs/${file.cid}`);
    const last = await sendAll(file, offsetOf(begun));

    expect(begun.status).to.equal(201);
    expect(begun.headers.get("location")).to.equal(`/api/uploads/${file.cid}`);
    expect(begun.headers.get("upload-expires")).to.be.a("string");
    expect(before.status).to.equal(404);
    expect(last.status).to.equal(204);
    expect(await isServed(file)).to.equal(true);
    expect(readdirSync(join(server.folder, "uploads"))).to.deep.equal([]);
  });

  it("may be of several blocks, whose root is its CID", async () => {
    const { bytes } = readings(2_500_000);
    const { cid } = await addFile(async () => {}, bytes);
    const file = { bytes, cid: cid.toString() };

    const last = await sendAll(file, offsetOf(await begin(file, { part: bytes.slice(0, PART) })));

    expect(last.status).to.equal(204);
    expect(await isServed(file)).to.equal(true);
  });

  it("that is small comes with its beginning, in one request", async () => {
    const file = readings(1_000);

    const begun = await begin(file, { part: file.bytes });

    expect(begun.status).to.equal(201);
    expect(offsetOf(begun)).to.equal(file.bytes.length);
    expect(await isServed(file)).to.equal(true);
  });

  it("goes on where the line broke, in the middle of a part", async () => {
    const file = readings(300_000);
    await begin(file, { part: file.bytes.slice(0, PART) });
    await cutOff(server.furrow.port, file, { from: PART, sent: 40_000, length: 200_000 });

    const answer = await ask(file);
    const offset = offsetOf(answer);
    const last = await sendAll(file, offset);

    expect(answer.status).to.equal(200);
    expect(answer.headers.get("upload-length")).to.equal(String(file.bytes.length));
    expect(offset)
      .to.be.at.least(PART)
      .and.at.most(PART + 40_000);
    expect(last.status).to.equal(204);
    expect(await isServed(file)).to.equal(true);
  });

  it("is asked for by its CID by whoever never heard the answer to the beginning, and made again is not begun anew", async () => {
    const file = readings(150_000);
    expect((await ask(file)).status).to.equal(404);
    await begin(file, { part: file.bytes.slice(0, PART) });

    const asked = offsetOf(await ask(file));
    const again = await begin(file);
    const withPart = await begin(file, { part: file.bytes.slice(0, PART) });

    expect(again.headers.get("location")).to.equal(`/api/uploads/${file.cid}`);
    expect([asked, offsetOf(again), offsetOf(withPart)]).to.deep.equal([PART, PART, PART]);
    expect(again.status).to.equal(201);
    expect((await sendAll(file, PART)).status).to.equal(204);
    expect(await isServed(file)).to.equal(true);
  });

  it("that is here already needs nothing to be sent", async () => {
    const file = readings(100_000);
    await fetch(`${server.address}/api/files/${file.cid}`, {
      method: "PUT",
      headers: { "content-type": "text/csv" },
      body: file.bytes,
    });

    const begun = await begin(file, { part: file.bytes.slice(0, PART) });
    const asked = await ask(file);

    expect(begun.status).to.equal(201);
    expect(offsetOf(begun)).to.equal(file.bytes.length);
    expect(offsetOf(asked)).to.equal(file.bytes.length);
    expect(existsSync(join(server.folder, "uploads", file.cid))).to.equal(false);
  });

  it("is refused as `PUT /api/files` refuses it, and dropped: another CID, another type, a type that is not stored", async () => {
    const right = readings(70_000);
    const wrong = { bytes: right.bytes, cid: readings(10).cid };
    const words = { ...readings(100), bytes: new TextEncoder().encode("nothing but words. ".repeat(4_000)) };
    const told: [number, string][] = [];

    for (const [file, type] of [
      [wrong, "text/csv"],
      [right, "image/jpeg"],
      [words, "text/csv"],
    ] as const) {
      const answer = await sendAll(file, offsetOf(await begin(file, { part: file.bytes.slice(0, PART), type })));
      told.push([answer.status, await typeOf(answer)]);
      expect((await ask(file)).status).to.equal(404);
    }

    expect(told).to.deep.equal([
      [400, "urn:furrow:problem:file-cid-mismatch"],
      [415, "urn:furrow:problem:file-type-refused"],
      [415, "urn:furrow:problem:file-type-refused"],
    ]);
    expect(readdirSync(join(server.folder, "uploads"))).to.deep.equal([]);
  });

  it("is refused with a reason where the request is wrong", async () => {
    const file = readings(150_000);
    await begin(file, { part: file.bytes.slice(0, PART) });
    const post = (headers: Record<string, string>) => fetch(uploads, { method: "POST", headers });
    const said = { "upload-metadata": metadata(file.cid) };
    const other = { "upload-metadata": metadata(readings(5).cid), "upload-length": "5" };
    const document = cidOf(new Uint8Array(32), "json");

    const told = [
      await post({ ...said, "upload-length": "5" }),
      await post({ ...VERSION, ...said }),
      await post({ ...VERSION, ...said, "upload-defer-length": "1" }),
      await post({ ...VERSION, "upload-length": "5" }),
      await post({ ...VERSION, "upload-length": "5", "upload-metadata": "cid" }),
      await post({ ...VERSION, "upload-length": "5", "upload-metadata": metadata("../../keys/relay") }),
      await post({ ...VERSION, "upload-length": "5", "upload-metadata": metadata(document) }),
      await post({ ...VERSION, ...said, "upload-length": String(16 * 1024 * 1024 + 1) }),
      await goOn(file, PART + 1),
      await goOn(readings(PART * 2), PART),
      await fetch(`${uploads}/${file.cid}`, {
        method: "PATCH",
        headers: { ...VERSION, ...BODY, "upload-offset": String(PART) },
        body: file.bytes,
      }),
      await fetch(`${uploads}/${file.cid}`, {
        method: "PATCH",
        headers: { ...VERSION, "content-type": "text/csv", "upload-offset": String(PART) },
        body: file.bytes.slice(PART),
      }),
      await fetch(`${uploads}/${file.cid}`, { method: "DELETE", headers: VERSION }),
      await post({ ...VERSION, ...other, "upload-defer-length": "1" }),
      await post({ ...VERSION, ...other, "upload-concat": "partial" }),
    ];

    const types = await Promise.all(told.map(async (one) => [one.status, (await typeOf(one)).split(":").at(-1)]));
    expect(types).to.deep.equal([
      [412, "upload-version-unknown"],
      [400, "upload-request-unreadable"],
      [400, "upload-request-unreadable"],
      [400, "upload-request-unreadable"],
      [400, "upload-request-unreadable"],
      [400, "cid-unreadable"],
      [400, "cid-unreadable"],
      [413, "file-too-large"],
      [409, "upload-offset-wrong"],
      [404, "upload-missing"],
      [413, "file-too-large"],
      [400, "upload-request-unreadable"],
      [405, "method-not-allowed"],
      [400, "upload-request-unreadable"],
      [400, "upload-request-unreadable"],
    ]);
    expect(told[0]?.headers.get("tus-version")).to.equal("1.0.0");
    expect(offsetOf(await ask(file))).to.equal(PART);
  });

  it("leaves the line usable when a part is refused before it is read", async () => {
    const file = readings(2_000_000);
    await begin(file, { part: file.bytes.slice(0, PART) });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const sent = (method: string, headers: object, body?: Uint8Array) =>
      new Promise<number>((done, fail) => {
        const place = { host: "127.0.0.1", port: server.furrow.port, path: `/api/uploads/${file.cid}`, agent };
        const asked = plainRequest({ ...place, method, headers: { ...VERSION, ...headers } }, (response) => {
          response.resume().on("end", () => done(response.statusCode ?? 0));
        });
        asked.on("error", fail).end(body);
      });

    const refused = await sent(
      "PATCH",
      { ...BODY, "upload-offset": "5", "content-length": "1000000" },
      file.bytes.slice(0, 1_000_000),
    );
    const next = await sent("HEAD", {});
    agent.destroy();

    expect([refused, next]).to.deep.equal([409, 200]);
  });

  it("is free again for whoever comes back while its own dead line still holds it", async () => {
    const file = readings(300_000);
    await begin(file, { part: file.bytes.slice(0, PART) });
    const held = connect(server.furrow.port, "127.0.0.1");
    held.on("error", () => {});
    held.write(headOf(file, PART, 200_000));
    held.write(file.bytes.slice(PART, PART + 30_000));
    await new Promise((done) => setTimeout(done, 100));

    const [first, second] = await Promise.all([ask(file), ask(file)]);
    const last = await sendAll(file, offsetOf(second));
    held.destroy();

    expect(offsetOf(first)).to.equal(PART + 30_000);
    expect(last.status).to.equal(204);
    expect(await isServed(file)).to.equal(true);
  });

  it("tells browsers of other pages what they may ask", async () => {
    const answer = await fetch(uploads, {
      method: "OPTIONS",
      headers: { origin: "https://other.example", "access-control-request-method": "POST" },
    });

    expect(answer.status).to.equal(204);
    expect(answer.headers.get("tus-version")).to.equal("1.0.0");
    expect(answer.headers.get("tus-extension")).to.equal("creation,creation-with-upload,expiration");
    expect(answer.headers.get("access-control-allow-headers")).to.include("Upload-Offset");
  });

  it("finds no room where the disk is nearly full", async () => {
    const full = await startServer({ env: { KEEP_FREE_MIB: "999999999" } });
    try {
      const answer = await begin(readings(1_000), { at: `${full.address}/api/uploads` });

      expect(answer.status).to.equal(507);
      expect(await typeOf(answer)).to.equal("urn:furrow:problem:storage-full");
      expect(readdirSync(join(full.folder, "uploads"))).to.deep.equal([]);
    } finally {
      await full.close();
    }
  });

  it("goes on after a kill -9 of the server, from what it had answered", async function () {
    this.timeout(60_000);
    const data = await aFolder();
    const file = readings(300_000);
    let running: Running = startFurrowProcess({ data, args: ["--no-example"] });
    try {
      const first = await running.ready;
      const answered = offsetOf(await begin(file, { part: file.bytes.slice(0, PART), at: `${first}/api/uploads` }));
      const more = offsetOf(await goOn(file, answered, { at: `${first}/api/uploads` }));
      running.signal("SIGKILL");
      await running.ended;
      running = startFurrowProcess({ data, args: ["--no-example"] });
      const second = await running.ready;

      const offset = offsetOf(await ask(file, `${second}/api/uploads`));
      const last = await sendAll(file, offset, `${second}/api/uploads`);

      expect(offset)
        .to.equal(more)
        .and.to.equal(2 * PART);
      expect(last.status).to.equal(204);
      expect(await isServed(file, second)).to.equal(true);
    } finally {
      running.signal("SIGKILL");
      await running.ended;
    }
  });
});

function headOf({ cid }: File, offset: number, length: number): string {
  return [
    `PATCH /api/uploads/${cid} HTTP/1.1`,
    "Host: localhost",
    "Tus-Resumable: 1.0.0",
    "Content-Type: application/offset+octet-stream",
    `Upload-Offset: ${offset}`,
    `Content-Length: ${length}`,
    "",
    "",
  ].join("\r\n");
}

/** Sends the head of a part and so many of its bytes, and lets the line break. */
async function cutOff(
  port: number,
  file: File,
  { from, sent, length }: { readonly from: number; readonly sent: number; readonly length: number },
): Promise<void> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  socket.write(headOf(file, from, length));
  socket.write(file.bytes.slice(from, from + sent));
  await new Promise((done) => setTimeout(done, 100));
  socket.resetAndDestroy();
  await new Promise((done) => socket.once("close", done));
}
