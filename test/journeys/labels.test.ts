/**
 * A harvest's labels, whole: 66,000 codes in one LABEL entry, looked up, opened, printed.
 */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import type { Hex } from "../../protocol/bytes.ts";
import { makeSerial, printSerial } from "../../protocol/label.ts";
import { callControl } from "../../server/control.ts";
import type { Admitted } from "../../server/operator.ts";
import { blurred, greysOf } from "../support/blur.ts";
import { browser, keepPicture } from "../support/journey.ts";
import { aLot, aRun, randomSerials, sendAll } from "../support/labels.ts";
import { readQr } from "../support/qr.ts";
import { makeKey, Recorder } from "../support/recorder.ts";
import { aFolder, beginScript, type Running, startFurrowProcess } from "../support/start.ts";

const COUNT = 66_000;
const PUBLIC = "https://trace.example.org";
const NEVER_PRINTED = makeSerial(new Uint8Array(13).fill(29));
/** Far less than what is written: the whole of it is 130 MB. */
const SMALL_HEAP = { NODE_OPTIONS: "--max-old-space-size=48" };

describe("66,000 labels", function () {
  this.timeout(400_000);

  const serials = randomSerials(COUNT);
  const someSerials = Array.from({ length: 20 }, (_, n) => serials[(n * 7_919) % COUNT] ?? "");
  let server: Running;
  let address: string;
  let folder: string;

  before(async () => {
    const data = await aFolder();
    folder = await aFolder();
    server = startFurrowProcess({ data, args: ["--no-example"], env: { PUBLIC_URL: PUBLIC } });
    address = await server.ready;
    const recorder = await admitted(data, address);
    const { lot } = await aLot(recorder, 200_000n);
    const nonce = recorder.takeNonce();
    const run = await aRun(recorder, lot, serials, nonce);
    await recorder.request("PUT", `/api/files/${run.cid}`, run.list, "text/csv");
    await sendAll(recorder, [nonce, [run.group]]);
    // A list so long is read in pieces, and until all of it is there no code is called unknown.
    for (const serial of [serials[0], serials.at(-1), ...someSerials])
      while ((await lookUp(serial ?? "")).status === 503) await new Promise((done) => setTimeout(done, 100));
  });

  after(() => server?.stop());

  const lookUp = (serial: string) => fetch(`${address}/api/codes?code=/T/${serial}`);
  const labels = async (codes: readonly string[], out: string, ...more: readonly string[]) => {
    const list = `${folder}-${out}.txt`;
    await writeFile(list, `${codes.join("\n")}\n`);
    const args = ["--codes", list, "--out", join(folder, out), "--server", address, ...more];
    return await beginScript(SMALL_HEAP, "scripts/labels.ts", ...args).outcome;
  };

  it("are found one by one, each at its place in the one entry", async () => {
    for (const serial of someSerials) {
      const response = await lookUp(serial);

      expect(response.status).to.equal(200);
      expect(await response.json()).to.include({ serial, index: serials.indexOf(serial), count: COUNT });
    }
  });

  it("have a page each", async () => {
    for (const serial of someSerials.slice(0, 3)) {
      const response = await fetch(`${address}/T/${serial}?lang=zh-CN`, { headers: { accept: "text/html" } });

      expect(response.status).to.equal(200);
      expect(await response.text()).to.include("示例茶");
    }
  });

  it("fill 1,650 sheets of A4, each code once, in the memory of a few of them", async () => {
    const { code, output } = await labels(serials, "sheets");
    expect(code, output).to.equal(0);

    let sheets = 0;
    const printed = new Set<string>();
    for (const name of await readdir(join(folder, "sheets"))) {
      const page = await readFile(join(folder, "sheets", name), "utf8");
      sheets += page.match(/<svg class="page"/g)?.length ?? 0;
      for (const [, serial = ""] of page.matchAll(/>([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{6})<\/text>/g))
        printed.add(serial);
    }

    expect(sheets).to.equal(COUNT / 40);
    expect(printed.size).to.equal(COUNT);
    expect(serials.every((serial) => printed.has(printSerial(serial)))).to.equal(true);
  });

  it("can be read from a sheet as Chromium draws it, 40 of 40", async () => {
    const page = await (await browser()).newPage({ viewport: { width: 900, height: 1200 }, deviceScaleFactor: 2.25 });
    await page.emulateMedia({ media: "print" });
    await page.goto(`file://${join(folder, "sheets", "labels-0066.html")}`);
    const sheet = page.locator("svg.page").last();
    const read = await readQr(await sheet.screenshot());
    await keepPicture(page, "labels-sheet", false);
    await page.close();

    expect(new Set(read)).to.deep.equal(new Set(serials.slice(-40).map((serial) => `${PUBLIC}/T/${serial}`)));
  });

  it("are pictures at 203 dpi where that is asked, read after a slight blur", async () => {
    const { code, output } = await labels(someSerials, "pictures", "--png", "--format", "40x30");
    expect(code, output).to.equal(0);

    for (const serial of someSerials) {
      const png = await readFile(join(folder, "pictures", `${printSerial(serial)}.png`));

      expect(await readQr(blurred(greysOf(png), 1))).to.deep.equal([`${PUBLIC}/T/${serial}`]);
    }
  });

  it("are none of them drawn while one of the list was never issued, and its line is named", async () => {
    const { code, output } = await labels([...serials.slice(0, 2_500), NEVER_PRINTED], "none");

    expect(code).to.equal(1);
    expect(output).to.include("line 2501").and.include(printSerial(NEVER_PRINTED));
    expect(await readdir(join(folder, "none"))).to.deep.equal([]);
  });

  it("are refused where the list names one twice", async () => {
    const { code, output } = await labels([...someSerials, someSerials[4] ?? ""], "twice");

    expect(code).to.equal(1);
    expect(output).to.include("line 21").and.include("twice");
  });
});

async function admitted(data: string, address: string): Promise<Recorder> {
  const signer = await makeKey();
  const hexKey = (bytes: Uint8Array): Hex => `0x${Buffer.from(bytes).toString("hex")}`;
  const { organisation } = (await callControl(data, "admit", {
    name: { zh: "示例合作社", en: "Example cooperative" },
    ...{ roles: ["producer", "processor"], registration: null, checked: { en: "made for a test" }, phone: null },
    managerKey: { x: hexKey(signer.key.x), y: hexKey(signer.key.y) },
    example: true,
  })) as Admitted;
  return Recorder.at(address, signer, organisation);
}
