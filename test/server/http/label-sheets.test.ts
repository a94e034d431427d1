import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { bytesOf, hexOf } from "../../../protocol/bytes.ts";
import { voidEvent } from "../../../protocol/document/discard.ts";
import { recallEvent, releaseEvent } from "../../../protocol/document/recall.ts";
import type { JsonObject } from "../../../protocol/document/terms.ts";
import { makeEntry } from "../../../protocol/entry.ts";
import { makeSerial } from "../../../protocol/label.ts";
import { greysOf } from "../../support/blur.ts";
import { aLot, aRun, type Run, randomSerials, sendAll } from "../../support/labels.ts";
import { readQr } from "../../support/qr.ts";
import type { Recorder } from "../../support/recorder.ts";
import { startServer, type TestServer } from "../../support/server.ts";

const NEVER_PRINTED = makeSerial(new Uint8Array(13).fill(30));
const HOST = "https://trace.example.org";

describe("Labels over HTTP", function () {
  this.timeout(60_000);

  const serials = randomSerials(45);
  const others = randomSerials(3);
  let server: TestServer;
  let recorder: Recorder;
  let lot: Uint8Array;
  let run: Run;
  let other: Run;

  before(async () => {
    server = await startServer();
    recorder = await server.admitRecorder();
    ({ lot } = await aLot(recorder, 200_000n));
    const [first, second] = [recorder.takeNonce(), recorder.takeNonce()];
    run = await aRun(recorder, lot, serials, first);
    other = await aRun(recorder, lot, others, second);
    for (const { cid, list } of [run, other]) await recorder.request("PUT", `/api/files/${cid}`, list, "text/csv");
    await sendAll(recorder, [first, [run.group]], [second, [other.group]]);
    await server.furrow.settled();
  });

  after(() => server.close());

  const ask = (body: unknown) =>
    fetch(`${server.address}/api/label-sheets`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  const problemOf = async (body: unknown) => {
    const response = await ask(body);
    const problem = (await response.json()) as Record<string, unknown>;
    return { ...problem, status: response.status } as Readonly<Record<string, unknown>>;
  };

  const markOfNow = async () => {
    const page = await (await ask({ serials: serials.slice(0, 1), host: HOST })).text();
    return /印记 ([0-9A-Z]{4}-[0-9A-Z]{4})/.exec(page)?.[1] ?? "";
  };

  it("are pages in millimetres that print without script", async () => {
    const response = await ask({ serials, host: HOST });
    const page = await response.text();

    expect(response.status, page).to.equal(200);
    expect(response.headers.get("content-type")).to.match(/^text\/html/);
    expect(response.headers.get("content-security-policy")).to.match(/script-src 'none'/);
    expect(page).to.include("@page{size:210mm 297mm;margin:0}").and.not.to.include("<script");
    expect(page.match(/class="page"/g)).to.have.length(2);
    for (const serial of serials) {
      expect(page).to.include(`${serial.slice(0, 4)}-${serial.slice(4, 8)}-${serial.slice(8)}`);
    }
  });

  it("open as a page where they are asked for by the field of a form, as by JSON alone", async () => {
    const form = new URLSearchParams({ sheet: JSON.stringify({ serials, host: HOST }) });
    const asked = (body: BodyInit) => fetch(`${server.address}/api/label-sheets`, { method: "POST", body });

    const [page, empty, text] = await Promise.all([asked(form), asked(new URLSearchParams()), asked("{}")]);

    expect(await page.text()).to.equal(await (await ask({ serials, host: HOST })).text());
    expect([page.status, empty.status, text.status]).to.deep.equal([200, 400, 415]);
  });

  it("say product, net content, lot, day, mark and domain, in both languages", async () => {
    const mark = await markOfNow();
    const [zh, en] = await Promise.all(
      ["zh-CN", "en"].map(async (lang) =>
        (await ask({ serials, lang, host: HOST, format: "60x40", fingerprint: mark })).text(),
      ),
    );

    for (const said of [
      "示例茶",
      "Example tea",
      "净含量 1 克",
      "批次 ",
      "贴标 ",
      `印记 ${mark}`,
      "trace.example.org",
      "示例数据",
    ]) {
      expect(zh).to.include(said);
    }
    for (const said of ["示例茶", "Example tea", "Net 1 g", "Lot ", "Labelled ", `Mark ${mark}`, "Example data"]) {
      expect(en).to.include(said);
    }
  });

  it("are pictures that another reader reads, one by one", async () => {
    const response = await ask({ serials: [serials[3]], format: "40x30", as: "png", host: HOST });
    const png = new Uint8Array(await response.arrayBuffer());

    expect(response.headers.get("content-type")).to.equal("image/png");
    expect(greysOf(png)).to.include({ width: 320, height: 240 });
    expect(await readQr(png)).to.deep.equal([`${HOST}/T/${serials[3]}`]);
  });

  it("warn of an address that only this network can open, on the screen alone", async () => {
    const [here, there] = await Promise.all([ask({ serials }), ask({ serials, host: HOST })]);

    expect(await here.text()).to.include('class="warning"');
    expect(await there.text()).not.to.include('class="warning"');
  });

  it("are checked without being drawn, and told which run they are of", async () => {
    const response = await ask({ serials, as: "check" });

    expect(await response.json()).to.include({ run: run.subject, labels: 45 });
  });

  describe("refuse, with its place,", () => {
    const refused: Readonly<Record<string, readonly [() => unknown, string, string]>> = {
      "a serial that was never issued": [
        () => ({ serials: [serials[0], NEVER_PRINTED] }),
        "code-not-issued",
        "/serials/1",
      ],
      "a mistyped serial": [() => ({ serials: [`${serials[0]?.slice(0, 13)}*`] }), "serial-malformed", "/serials/0"],
      "a serial that is named twice": [
        () => ({ serials: [serials[0], serials[1], `/T/${serials[0]}`] }),
        "serial-repeated",
        "/serials/2",
      ],
      "serials of two runs": [() => ({ serials: [serials[0], others[0]] }), "labels-mixed", "/serials/1"],
      "serials of another run than the one named": [
        () => ({ serials: [serials[0]], run: other.subject }),
        "labels-mixed",
        "/run",
      ],
      "an article number that is not the product's": [
        () => ({ serials: [`/01/09520123456788/10/L-1/21/${serials[0]}`] }),
        "code-not-issued",
        "/serials/0",
      ],
      "a mark that no head of the lot has": [
        () => ({ serials: serials.slice(0, 1), fingerprint: "7Q4M-K2ZP" }),
        "fingerprint-unknown",
        "/fingerprint",
      ],
      "a picture of two labels": [() => ({ serials: serials.slice(0, 2), as: "png" }), "request-invalid", "/as"],
      "a shift off the paper": [
        () => ({ serials, shift: { x: 0, y: 50, pitchX: 0, pitchY: 0 } }),
        "request-invalid",
        "/shift/y",
      ],
      "used labels on a roll": [() => ({ serials, format: "60x40", skip: 2 }), "request-invalid", "/skip"],
      "a host so long that the code has no room": [
        () => ({ serials, host: `https://${"a.".repeat(90)}example`, format: "40x30" }),
        "label-too-small",
        "/format",
      ],
    };
    for (const [name, [body, type, pointer]] of Object.entries(refused)) {
      it(name, async () => {
        const problem = await problemOf(body());

        expect(problem).to.include({ type: `urn:furrow:problem:${type}`, pointer });
        expect(problem.status).to.be.within(400, 422);
      });
    }
  });

  it("may carry the mark of an earlier head of the lot, as on the first sheets of the run", async () => {
    const before = await markOfNow();
    await sendAll(recorder, [recorder.takeNonce(), [await recorder.note(lot)]]);
    await server.furrow.settled();
    const page = await (await ask({ serials: serials.slice(0, 1), fingerprint: before, host: HOST })).text();

    expect(await markOfNow()).not.to.equal(before);
    expect(page).to.include(`印记 ${before}`);
  });

  it("name the serial that was never issued", async () => {
    const { detail } = await problemOf({ serials: [NEVER_PRINTED] });

    expect(detail).to.include(`${NEVER_PRINTED.slice(0, 4)}-${NEVER_PRINTED.slice(4, 8)}-`);
  });

  describe("are not drawn", () => {
    const words = { zh: "示例", en: "Example" };
    const lotName = { gtin: null, lotNumber: "TEST-1" };
    const about = (subject: Uint8Array) => ({
      ...{ subject: hexOf(subject), eventId: randomUUID(), occurredAtS: recorder.nowS, example: true },
    });
    const by = () => ({ subject: hexOf(recorder.organisationSubject), name: words });

    async function written(
      kind: "VOID" | "RECALL" | "RELEASE",
      subject: Uint8Array,
      { document, args }: { readonly document: JsonObject; readonly args: object },
    ): Promise<void> {
      const content = await recorder.put(document);
      const entry = makeEntry(kind, { occurredAtS: recorder.nowS, content, args: args as never });
      await sendAll(recorder, [recorder.takeNonce(), [{ subject, entries: [entry] }]]);
      await server.furrow.settled();
    }

    async function recalled(subject: Uint8Array, capacity: { readonly drill: boolean }): Promise<void> {
      const said = { reason: words, todo: words, phone: null, by: by(), capacity: "holder" as const, ...capacity };
      await written("RECALL", subject, {
        document: recallEvent({ ...about(subject), ...said, lot: lotName }),
        args: { capacity: 1, ...capacity, certificate: new Uint8Array(32) },
      });
    }

    async function released(subject: Uint8Array): Promise<void> {
      await written("RELEASE", subject, {
        document: releaseEvent({ ...about(subject), capacity: "holder", by: by(), reason: words }),
        args: { capacity: 1 },
      });
    }

    it("once they are void, and say which; the others of the run are", async () => {
      const subject = bytesOf(run.subject);
      const ranges = [
        { first: 3, number: 1 },
        { first: 7, number: 2 },
      ];
      await written("VOID", subject, {
        document: voidEvent({ ...about(subject), lot: lotName, lotSubject: hexOf(lot), reason: "misprinted", ranges }),
        args: {
          ...{ reason: 1, lot, certificate: new Uint8Array(32) },
          ranges: ranges.map(({ first, number }) => ({ first: BigInt(first), number: BigInt(number) })),
        },
      });

      for (const as of ["html", "check"])
        expect(await problemOf({ serials: serials.slice(4), as })).to.include({
          ...{ type: "urn:furrow:problem:label-voided", pointer: "/serials/3", status: 409 },
        });
      expect(await problemOf({ serials: [serials[8]], format: "60x40", as: "png" })).to.include({
        type: "urn:furrow:problem:label-voided",
        pointer: "/serials/0",
      });
      expect((await problemOf({ serials: [serials[3]] })).detail).to.include(serials[3]?.slice(0, 4));
      const valid = serials.filter((_, n) => ![3, 7, 8].includes(n));
      expect((await ask({ serials: valid })).status).to.equal(200);
    });

    it("while the lot or the run itself is recalled, and are again when that has ended; a drill changes nothing", async () => {
      const body = { serials: others, as: "check" };
      const told = async () => {
        const response = await ask(body);
        return { status: response.status, ...((await response.json()) as object) };
      };
      for (const subject of [lot, bytesOf(other.subject)]) {
        await recalled(subject, { drill: true });
        const drill = await told();
        await recalled(subject, { drill: false });
        const during = await told();
        await released(subject);
        const after = await told();

        expect([drill.status, after.status]).to.deep.equal([200, 200]);
        expect(during).to.include({ type: "urn:furrow:problem:recalled", pointer: "/serials", status: 422 });
      }
    });
  });

  it("have a calibration page for every format, in both languages, that moves as they do", async () => {
    for (const format of ["a4", "60x40", "40x30"]) {
      for (const lang of ["zh-CN", "en"]) {
        const response = await fetch(`${server.address}/api/label-calibration?format=${format}&lang=${lang}`);
        const page = await response.text();

        expect(response.status).to.equal(200);
        expect(page).to.include(`<html lang="${lang}">`).and.not.to.include("<script");
        for (const size of ["0.4", "0.5", "0.6"]) expect(page).to.include(`scale(${size})`);
      }
    }
    const moved = await fetch(`${server.address}/api/label-calibration?x=10&y=-10`);

    expect(await moved.text()).to.include("M50.5 ");
    expect((await fetch(`${server.address}/api/label-calibration?x=99`)).status).to.equal(400);
  });
});
