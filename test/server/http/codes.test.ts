import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { CID } from "multiformats/cid";
import { bytesOf, type Hex, hexOf } from "../../../protocol/bytes.ts";
import { makeSerial, serialLeaf } from "../../../protocol/label.ts";
import { rootFromPath } from "../../../protocol/merkle.ts";
import { blockPath } from "../../../server/blocks/folder.ts";
import { aLot, aRun, type Run, randomSerials, sendAll } from "../../support/labels.ts";
import { primitives } from "../../support/primitives.ts";
import type { Recorder } from "../../support/recorder.ts";
import { startServer, type TestServer, temporaryFolder } from "../../support/server.ts";

/** So many that their list is longer than one block of 1 MiB, and therefore a tree of blocks. */
const MANY = 66_000;
const NEVER_PRINTED = makeSerial(new Uint8Array(13).fill(31));

describe("Codes over HTTP", function () {
  this.timeout(60_000);

  const data = temporaryFolder();
  const few = randomSerials(5);
  const many = randomSerials(MANY);
  let server: TestServer;
  let recorder: Recorder;
  let lot: Hex;
  let small: Run;
  let large: Run;

  before(async () => {
    server = await startServer({ folder: data.path });
    recorder = await server.admitRecorder();
    const made = await aLot(recorder, 200_000n);
    const [first, second] = [recorder.takeNonce(), recorder.takeNonce()];
    lot = hexOf(made.lot);
    small = await aRun(recorder, made.lot, few, first);
    large = await aRun(recorder, made.lot, many, second);
    for (const run of [small, large]) expect((await putList(run)).status).to.equal(201);
    await sendAll(recorder, [first, [small.group]], [second, [large.group]]);
    await server.furrow.settled();
  });

  after(async () => {
    await server.close();
    data.remove();
  });

  const putList = ({ cid, list }: Run) => recorder.request("PUT", `/api/files/${cid}`, list, "text/csv");
  const ask = (code = "") => recorder.request("GET", `/api/codes?code=${encodeURIComponent(code)}`);
  const printed = (from: readonly string[], place: number) => `/T/${from[place]}`;

  it("stand for a lot, a run and a place in it", async () => {
    const { status, body } = await ask(printed(few, 3));

    expect(status).to.equal(200);
    expect(body).to.include({ state: "issued", lot, run: small.subject, serial: few[3], index: 3, count: 5 });
    expect(body).to.include({ gtin: null, lotNumber: null });
  });

  it("lead by their path to the root in the ledger, in a run of tens of thousands as well", async () => {
    const places = [...few.map((_, place) => [small, few, place] as const), [large, many, 0] as const];
    for (const place of [1, 1_023, 1_024, 40_001, MANY - 1]) places.push([large, many, place]);

    for (const [run, serials, place] of places) {
      const { status, body } = await ask(printed(serials, place));
      expect(status, JSON.stringify(body)).to.equal(200);
      const { index, count, path } = body as { index: number; count: number; path: readonly Hex[] };
      const leaf = await serialLeaf(primitives, serials[place] ?? "");
      const found = await rootFromPath(primitives, {
        leaf,
        index,
        size: count,
        path: path.map((hash) => bytesOf(hash)),
      });

      expect(body).to.include({ index: place, count: serials.length, run: run.subject });
      expect(found).to.deep.equal(run.root);
    }
  });

  it("bring the history of their lot, each with its own claim", async () => {
    const [one, other] = await Promise.all(
      [1, 2].map(async (n) => (await recorder.request("GET", `/api/lots/${lot}/history?code=${printed(few, n)}`)).body),
    );

    expect(one?.code).to.deep.include({ serial: few[1], index: 1 });
    expect(other?.code).to.deep.include({ serial: few[2], index: 2 });
    expect({ ...one, code: null }).to.deep.equal({ ...other, code: null });
  });

  it("bring no history of another lot", async () => {
    const { status, body } = await recorder.request(
      "GET",
      `/api/lots/${small.subject}/history?code=${printed(few, 0)}`,
    );

    expect(status).to.equal(404);
    expect(body).to.include({ type: "urn:furrow:problem:code-not-issued", pointer: "/code" });
  });

  it("are said never to have been issued when no run holds them, with the place and what to do", async () => {
    const { status, body } = await ask(`/T/${NEVER_PRINTED}`);

    expect(status).to.equal(404);
    expect(body).to.include({ type: "urn:furrow:problem:code-not-issued", pointer: "/code" });
    expect(body.mend).to.be.a("string").and.not.to.equal("");
  });

  it("are refused where their last character shows a slip, with the place and what to do", async () => {
    const [serial = ""] = few;
    const slipped = serial.slice(0, -1) + (serial.endsWith("0") ? "1" : "0");

    for (const address of [
      `/api/codes?code=/T/${slipped}`,
      `/api/lots/${lot}/history?code=/T/${slipped}`,
      `/api/qr?code=/T/${slipped}`,
    ]) {
      const { status, body, headers } = await recorder.request("GET", address);

      expect(status, address).to.equal(400);
      expect(headers.get("content-type")).to.match(/^application\/problem\+json/);
      expect(body, address).to.include({ type: "urn:furrow:problem:serial-wrong-check", status: 400 });
      expect(body.pointer).to.be.a("string");
      expect(body.mend).to.be.a("string").and.not.to.equal("");
    }
  });

  it("are not said to be unknown while a list that may hold them is not at hand", async () => {
    await server.stop();
    const list = blockPath(join(data.path, "blocks"), CID.parse(small.cid));
    const kept = readFileSync(list);
    rmSync(list);
    for (const ending of ["", "-wal", "-shm"]) rmSync(join(data.path, `index.sqlite${ending}`), { force: true });
    server = await startServer({ folder: data.path });
    recorder = recorder.movedTo(server.address);
    await server.furrow.settled();

    const genuine = await ask(printed(few, 3));
    const never = await ask(`/T/${NEVER_PRINTED}`);
    const ofTheOther = await ask(printed(many, 3));
    const noLot = await recorder.request("GET", `/api/lots/0x${"ab".repeat(32)}`);

    for (const { status, body, headers } of [genuine, never]) {
      expect(status).to.equal(503);
      expect(Number(headers.get("retry-after"))).to.be.above(0);
      expect(body).to.include({ type: "urn:furrow:problem:index-behind", pointer: "/code" });
    }
    expect(ofTheOther.status).to.equal(200);
    // Lots stand in the ledger, and in no list.
    expect(noLot.status).to.equal(404);

    writeFileSync(list, kept);
    await eventually(async () => (await ask(printed(few, 3))).status === 200);
    expect((await ask(`/T/${NEVER_PRINTED}`)).status).to.equal(404);
  });
});

async function eventually(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((done) => setTimeout(done, 50));
}
