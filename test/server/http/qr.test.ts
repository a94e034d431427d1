import { expect } from "chai";
import { makeSerial } from "../../../protocol/label.ts";
import { readQr } from "../../support/qr.ts";
import { startServer, type TestServer } from "../../support/server.ts";

const SERIAL = makeSerial(new Uint8Array(13).fill(7));
const LONG = `/01/06901234567892/10/260405-TEAX/21/${SERIAL}`;

describe("Codes as drawings", function () {
  this.timeout(30_000);
  let server: TestServer;

  before(async () => {
    server = await startServer();
  });

  after(() => server.close());

  const draw = (query: Readonly<Record<string, string>>) =>
    fetch(`${server.address}/api/qr?${new URLSearchParams(query)}`);

  it("are pictures that another reader reads back, for the address that was asked", async () => {
    for (const code of [`/T/${SERIAL}`, LONG]) {
      const response = await draw({ code, format: "png" });

      expect(response.status).to.equal(200);
      expect(response.headers.get("content-type")).to.equal("image/png");
      expect(await readQr(new Uint8Array(await response.arrayBuffer()))).to.deep.equal([server.address + code]);
    }
  });

  it("carry the host that is named, in as many dots as are asked for", async () => {
    const sizes = [];
    for (const scale of ["2", "8"]) {
      const response = await draw({ code: LONG, format: "png", host: "https://tea.example/", scale });
      const png = Buffer.from(await response.arrayBuffer());

      expect(await readQr(png)).to.deep.equal([`https://tea.example${LONG}`]);
      sizes.push(png.readUInt32BE(16));
    }
    expect(sizes[1]).to.equal(4 * (sizes[0] ?? 0));
  });

  it("take a bare serial, as somebody types it", async () => {
    const response = await draw({ code: SERIAL, format: "png", host: "https://tea.example" });

    expect(await readQr(new Uint8Array(await response.arrayBuffer()))).to.deep.equal([
      `https://tea.example/T/${SERIAL}`,
    ]);
  });

  it("are SVG unless a picture is asked for, drawn alike, and nothing in it runs", async () => {
    const response = await draw({ code: LONG });
    const svg = await response.text();

    expect(response.status).to.equal(200);
    expect(response.headers.get("content-type")).to.match(/^image\/svg\+xml/);
    expect(svg)
      .to.match(/^<svg [^>]*viewBox="0 0 (\d+) \1"/)
      .and.not.to.match(/<script|href|on\w+=/);
    expect(modulesOf(svg)).to.equal(await pngModules());

    async function pngModules(): Promise<number> {
      const png = await draw({ code: LONG, format: "png", scale: "1" });
      return Buffer.from(await png.arrayBuffer()).readUInt32BE(16);
    }
  });

  it("are refused with the field where code, format, host or scale cannot be", async () => {
    for (const [query, type, pointer] of [
      [{ code: "/T/ABC" }, "serial-malformed", null],
      [{ code: "/elsewhere" }, "code-malformed", null],
      [{ code: LONG.replace("7892", "7893") }, "gtin-wrong-check", null],
      [{ code: LONG, format: "gif" }, "request-invalid", "/format"],
      [{ code: LONG, host: "javascript:alert(1)" }, "request-invalid", "/host"],
      [{ code: LONG, scale: "21" }, "request-invalid", "/scale"],
      [{ code: LONG, size: "1" }, "request-invalid", "/size"],
      [{ format: "png" }, "request-invalid", "/code"],
    ] as const) {
      const response = await draw(query);
      const body = (await response.json()) as Record<string, unknown>;

      expect(response.status, JSON.stringify(query)).to.equal(400);
      expect(body).to.include({ type: `urn:furrow:problem:${type}` });
      if (pointer !== null) expect(body.pointer).to.equal(pointer);
    }
  });
});

function modulesOf(svg: string): number {
  return Number(/viewBox="0 0 (\d+)/.exec(svg)?.[1]);
}
