import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { type Group, organisationId } from "../../../protocol/batch.ts";
import { bytesOf, hexOf } from "../../../protocol/bytes.ts";
import { cidOf } from "../../../protocol/cid.ts";
import { correctDocument } from "../../../protocol/document/correction.ts";
import { noteEvent, transformEvent } from "../../../protocol/document/epcis.ts";
import type { EventForm } from "../../../protocol/document/form.ts";
import { promiseDocument, type PromiseForm } from "../../../protocol/document/promise.ts";
import { recallEvent, releaseEvent } from "../../../protocol/document/recall.ts";
import type { JsonObject } from "../../../protocol/document/terms.ts";
import { makeEntry } from "../../../protocol/entry.ts";
import type { ArgsOf } from "../../../protocol/kinds/all.ts";
import { fingerprint } from "../../../protocol/label.ts";
import { WORD_SELECTOR } from "../../../protocol/ledger-abi.ts";
import { greysOf } from "../../support/blur.ts";
import { aLot, sendAll } from "../../support/labels.ts";
import { readQr } from "../../support/qr.ts";
import type { Recorder } from "../../support/recorder.ts";
import { startServer, type TestServer } from "../../support/server.ts";

const HOST = "https://trace.example.org";
const LOT = { gtin: null, lotNumber: "260403-ABCD" };
/** Stored by nobody. */
const NOWHERE = cidOf(new Uint8Array(32).fill(7), "json");
const NAMES = { zh: "示例鲜叶", en: "Example leaf" };

describe("Certificates of conformity (承诺达标合格证) over HTTP", function () {
  this.timeout(60_000);

  let server: TestServer;
  let recorder: Recorder;
  let lot: Uint8Array;
  let product: Uint8Array;
  /** CID of the note on which the first rests, and of the certificates. */
  let note: string;
  let good: string;
  let other: string;

  before(async () => {
    server = await startServer({ pages: true, env: { PUBLIC_URL: HOST } });
    recorder = await server.admitRecorder();
    ({ lot, product } = await aHarvest(recorder, 100_000n));
    note = await written(lot, noteEvent({ ...about(lot), notes: NAMES }), "NOTE", {});
    good = await promised(lot, 60_000n);
    const entries = [{ subject: hexOf(lot), document: NOWHERE, by: "holder" as const }];
    other = await promised(lot, 50_000n, { basis: [{ code: "control", entries }] });
    await server.furrow.settled();
  });

  after(() => server.close());

  const party = () => ({
    subject: hexOf(recorder.organisationSubject),
    name: { zh: "示例合作社", en: "Example cooperative" },
  });
  const about = (subject: Uint8Array): EventForm => ({
    ...{ subject: hexOf(subject), eventId: randomUUID(), occurredAtS: recorder.nowS, example: true },
  });

  /** A product and a harvest of it from a plot of one's own: a lot that a producer may promise. */
  async function aHarvest(of: Recorder, amount: bigint) {
    const [first, second] = [of.takeNonce(), of.takeNonce()];
    const made = await of.product(first, { net: 1n });
    const [plot, planting, harvest] = [await of.newId(second, 0), await of.newId(second, 1), await of.newId(second, 2)];
    const area = 10_000_000n;
    const group = async <Name extends "PLOT" | "PLANT" | "HARVEST">(
      kind: Name,
      subject: Uint8Array,
      args: ArgsOf<Name>,
    ): Promise<Group> => {
      const content = await of.put(noteEvent({ ...about(subject), notes: NAMES }));
      return { subject, entries: [makeEntry(kind, { occurredAtS: of.nowS, content, args })] };
    };
    const groups = [
      await group("PLOT", plot, { index: 0, level: 0, area }),
      await group("PLANT", planting, {
        ...{ index: 1, plot, product: made.subject, area, cap: 1_000_000n },
      }),
      await group("HARVEST", harvest, { index: 2, inputs: [{ id: planting, amount }] }),
    ];
    await sendAll(of, [first, [made]], [second, groups]);
    return { lot: harvest, product: made.subject };
  }

  /** One entry in one batch; gives its document's CID. */
  async function written(
    subject: Uint8Array,
    document: JsonObject,
    kind: "NOTE" | "PROMISE" | "RECALL" | "RELEASE" | "CORRECT",
    args: object,
  ): Promise<string> {
    const content = await recorder.put(document);
    const entry = makeEntry(kind, { occurredAtS: recorder.nowS, content, args: args as never });
    const group: Group = { subject, entries: [entry] };
    await sendAll(recorder, [recorder.takeNonce(), [group]]);
    return cidOf(content, "json");
  }

  function promiseOf(subject: Uint8Array, amount: bigint, form: Partial<PromiseForm> = {}): JsonObject {
    const basis = [
      { code: "control" as const, entries: [{ subject: hexOf(lot), document: note, by: "holder" as const }] },
    ];
    return promiseDocument({
      ...{ subject: hexOf(subject), id: randomUUID(), issuedAtS: recorder.nowS, productName: NAMES, lot: LOT, amount },
      ...{ uom: "KGM", origin: { zh: "示例村" }, promisor: party(), promise: "producer", basis, example: true },
      contact: { number: recorder.organisation, phone: null },
      ...form,
    });
  }

  function promised(subject: Uint8Array, amount: bigint, form: Partial<PromiseForm> = {}): Promise<string> {
    return written(subject, promiseOf(subject, amount, form), "PROMISE", { amount });
  }

  /** The newest move of a lot: its PROMISE, just written. */
  async function newest(subject: Uint8Array): Promise<{ readonly seq: number; readonly state: string }> {
    await server.furrow.settled();
    const { text } = await ask(`/api/promises?lot=${hexOf(subject)}&limit=1`, "application/json");
    const [row] = (JSON.parse(text) as { promises: { seq: number; state: string }[] }).promises;
    if (row === undefined) throw new Error(text);
    return row;
  }

  async function struckThrough(subject: Uint8Array, at: { seq: number; entry: number; erroneous: JsonObject }) {
    const said = { reason: 3 as const, declaredAtS: recorder.nowS };
    await written(subject, correctDocument({ subject: hexOf(subject), ...at, ...said }), "CORRECT", {
      ...{ seq: at.seq, entry: at.entry, reason: 3, own: 0n, other: new Uint8Array(32), others: 0n },
    });
    await server.furrow.settled();
  }

  async function ask(path: string, accept = "text/html") {
    const response = await fetch(server.address + path, { headers: { accept } });
    return { response, text: await response.text() };
  }

  it("are pages with every item of the rule, without script", async () => {
    const { response, text } = await ask(`/promise/${good}?lang=zh-CN`);

    expect(response.status, text).to.equal(200);
    expect(response.headers.get("content-security-policy")).to.match(/script-src 'none'/);
    for (const said of [
      ...["产品名称", "示例鲜叶", "数量（重量）", "60 千克", "产地", "示例村", "开具日期", "承诺主体", "示例合作社"],
      ...["联系方式", "承诺事项", "未使用禁用农药、兽药及其他化合物；使用的常规农药、兽药残留不超标。", "承诺依据"],
      ...["质量安全控制符合要求", "文字记录", "未比对", "示例数据，不是真的合格证", "trace.example.org"],
    ]) {
      expect(text).to.include(said);
    }
    expect(text).to.include('<h1 id="title">承诺达标合格证</h1>').and.not.to.include("<script");
    expect(text).not.to.include('class="note warning"');
  });

  it("keep their own Chinese on the English page, with English beside", async () => {
    const { text } = await ask(`/promise/${good}?lang=en`);

    for (const said of ["未使用禁用农药", "No banned pesticide", "Not compared", "60 千克", "60 kg"]) {
      expect(text).to.include(said);
    }
  });

  it("carry the mark of the lot's newest head", async () => {
    const { text } = await ask(`/promise/${good}`);
    const { ledger } = recorder.deployment;
    const call = { to: ledger, data: WORD_SELECTOR + hexOf(lot).slice(2) };
    const { body } = await recorder.request(
      "POST",
      "/rpc",
      JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_call", params: [call, "latest"] }),
      "application/json",
    );

    expect(text).to.include(`class="mark">${fingerprint(bytesOf(String(body.result)))}<`);
  });

  it("are found by the address in their code, which is in capitals", async () => {
    for (const [query, width] of [
      ["as=png", 480],
      ["as=png&format=roll58", 384],
    ] as const) {
      const response = await fetch(`${server.address}/promise/${good}?${query}`);
      const png = new Uint8Array(await response.arrayBuffer());
      const [read = ""] = await readQr(png);

      expect(greysOf(png)).to.include({ width });
      expect(read).to.equal(`${HOST}/PROMISE/${good.toUpperCase()}`);
      expect((await ask(read.slice(HOST.length))).response.status).to.equal(200);
    }
  });

  it("are not printed where nothing carries their basis, and say which", async () => {
    const page = await ask(`/promise/${other}?lang=zh-CN`);
    const png = await ask(`/promise/${other}?as=png`);

    expect(page.response.status).to.equal(409);
    expect(page.text).to.include("依据“质量安全控制符合要求”在这批货的记录里找不到。");
    expect(page.text).not.to.include('class="certificate"');
    expect(JSON.parse(png.text)).to.include({ type: "urn:furrow:problem:promise-not-printed", status: 409 });
  });

  it("say in which language they are, and that another browser may get another", async () => {
    for (const path of [`/promise/${good}`, `/promise/${good}?as=slip`, `/promises/${recorder.organisation}?as=csv`]) {
      const { response } = await ask(path);

      expect(response.headers.get("vary"), path).to.match(/Accept-Language/);
    }
  });

  it("are not printed where they are not on record", async () => {
    const [none, wrong, file] = await Promise.all(
      [NOWHERE, "bogus", cidOf(new Uint8Array(32), "raw")].map((cid) => ask(`/promise/${cid}?lang=en`)),
    );

    expect(none?.response.status).to.equal(404);
    expect(none?.text).to.include("The ledger has no such certificate.");
    expect([wrong?.response.status, file?.response.status]).to.deep.equal([400, 400]);
    // The note is a document on record, and no certificate.
    expect((await ask(`/promise/${note}`)).response.status).to.equal(404);
  });

  it("are not printed while a recall stands, of what the lot came from as well", async () => {
    const nonce = recorder.takeNonce();
    const subject = await recorder.newId(nonce);
    const amount = 10_000n;
    const outputs = [{ subject: hexOf(subject), lot: LOT, amount, product: { subject: hexOf(product), name: NAMES } }];
    const inputs = [{ subject: hexOf(lot), lot: LOT, amount }];
    const form = { ...about(subject), step: "split" as const, uom: "KGM" as const, inputs, outputs };
    const content = await recorder.put(transformEvent(form));
    const args = { index: 0, step: 3, inputs: [{ id: lot, amount }], outputs: [{ id: product, amount }] };
    const entries = [makeEntry("TRANSFORM", { occurredAtS: recorder.nowS, content, args })];
    await sendAll(recorder, [nonce, [{ subject, entries }]]);
    const derived = await promised(subject, amount);
    await server.furrow.settled();
    const before = await ask(`/promise/${derived}`);

    const said = { reason: NAMES, todo: NAMES, phone: null, by: party(), capacity: "holder" as const, drill: false };
    await written(lot, recallEvent({ ...about(lot), ...said, lot: LOT }), "RECALL", {
      ...{ capacity: 1, drill: false, certificate: new Uint8Array(32) },
    });
    await server.furrow.settled();
    const during = await Promise.all([good, derived].map((cid) => ask(`/promise/${cid}?lang=zh-CN`)));
    await written(lot, releaseEvent({ ...about(lot), capacity: "holder", by: party(), reason: NAMES }), "RELEASE", {
      capacity: 1,
    });
    await server.furrow.settled();
    const after = await ask(`/promise/${derived}`);

    expect([before, ...during, after].map(({ response }) => response.status)).to.deep.equal([200, 409, 409, 200]);
    for (const { text } of during) expect(text).to.match(/示例合作社在.*召回了这批货或它的来源/);
  });

  describe("and their register", () => {
    it("lists them newest first, with how long to keep them and a link to each", async () => {
      const { response, text } = await ask(`/promises/${recorder.organisation}?lang=zh-CN`);

      expect(response.status).to.equal(200);
      expect(text).to.include("合格证至少保存 6 个月").and.to.include("示例合作社（机构编号");
      expect(text.indexOf(other)).to.be.below(text.indexOf(good)).and.above(0);
    });

    it("is filtered by the day of recording", async () => {
      const path = `/promises/${recorder.organisation}`;
      const [all, none] = await Promise.all([
        ask(`${path}?from=2020-01-01&until=2099-12-31`),
        ask(`${path}?until=2020-01-01&lang=en`),
      ]);

      expect(all.text).to.include(good);
      expect(none.text).to.include("No certificate in these days.").and.not.to.include(good);
      expect((await ask(`${path}?from=&until=`)).response.status).to.equal(200);
      expect((await ask(`${path}?from=yesterday`)).response.status).to.equal(400);
    });

    it("goes out as CSV that a spreadsheet reads as Chinese", async () => {
      const response = await fetch(`${server.address}/promises/${recorder.organisation}?as=csv&lang=zh-CN`);
      const bytes = new Uint8Array(await response.arrayBuffer());
      const text = new TextDecoder("utf-8", { ignoreBOM: false }).decode(bytes);

      expect(response.headers.get("content-type")).to.equal("text/csv; charset=utf-8");
      expect([...bytes.slice(0, 3)]).to.deep.equal([0xef, 0xbb, 0xbf]);
      expect(text.split("\r\n")[0]).to.match(/^开具日期,登记日期,产品名称/);
      expect(text).to.include(`示例鲜叶,60,KGM,260403-ABCD,生产者,质量安全控制符合要求`);
      expect(text).to.include(`${HOST}/promise/${good}`);
    });

    it("says of each how it stands to the ledger, on the page, as CSV and to programs", async () => {
      const { lot: of } = await aLot(recorder, 100_000n);
      const right = await promised(of, 10_000n);
      const { state: before } = await newest(of);
      const promisor = { subject: hexOf(organisationId(999)), name: NAMES };
      const wrong = await promised(of, 20_000n, { promisor });
      const { state: differing } = await newest(of);
      const entries = Array.from({ length: 100 }, () => ({
        subject: hexOf(lot),
        document: note,
        by: "holder" as const,
      }));
      const taken = entries.map(({ subject, document }) => ({ subject, document }));
      const long = await promised(of, 10_000n, { promise: "purchaser", basis: [{ code: "control", entries }], taken });
      const { state: unread } = await newest(of);
      const struck = await promised(of, 30_000n);
      const { seq } = await newest(of);
      await struckThrough(of, { seq, entry: 0, erroneous: promiseOf(of, 30_000n) });

      const page = await ask(`/promises/${recorder.organisation}?lang=en`);
      const csv = await ask(`/promises/${recorder.organisation}?lang=en&as=csv`);

      expect([before, differing, unread, (await newest(of)).state]).to.deep.equal([
        ...["stands", "differs", "unread", "struck"],
      ]);
      const said: readonly (readonly [string, string])[] = [
        [right, "As in the ledger"],
        [wrong, "Differs from the ledger, or incomplete"],
        [long, "Document not here, or too long"],
        [struck, "Struck through"],
      ];
      for (const [cid, state] of said) {
        const [row = ""] = page.text.split("<tr>").filter((one) => one.includes(cid));
        const [line = ""] = csv.text.split("\r\n").filter((one) => one.includes(cid));
        expect(row, state).to.include(state);
        expect(line.includes(`,${state},`) || line.includes(`,"${state}",`), line).to.equal(true);
      }
      const recall = {
        reason: NAMES,
        todo: NAMES,
        phone: null,
        by: party(),
        capacity: "holder" as const,
        drill: false,
      };
      await written(of, recallEvent({ ...about(of), ...recall, lot: LOT }), "RECALL", {
        ...{ capacity: 1, drill: false, certificate: new Uint8Array(32) },
      });
      expect((await newest(of)).state).to.equal("recalled");
    });

    it("has two hundred a page, each with a link to the older ones, and all of them as CSV", async () => {
      const other = await server.admitRecorder();
      const { lot: many } = await aLot(other, 100_000n);
      for (const count of [120, 120]) {
        const content = await other.put(promiseOf(many, 1n));
        const entries = Array.from({ length: count }, () =>
          makeEntry("PROMISE", { occurredAtS: other.nowS, content, args: { amount: 1n } }),
        );
        await sendAll(other, [other.takeNonce(), [{ subject: many, entries }]]);
      }
      await server.furrow.settled();
      const rowsIn = (text: string) => text.split("<tr>").length - 2;

      const first = await ask(`/promises/${other.organisation}?until=2099-12-31&lang=en`);
      const next = /rel="next" href="([^"]+)"/.exec(first.text)?.[1]?.replaceAll("&amp;", "&") ?? "";
      const second = await ask(next);
      const csv = await ask(`/promises/${other.organisation}?as=csv`);

      expect(rowsIn(first.text)).to.equal(200);
      expect(first.text).to.include("200 on this page");
      expect(first.response.headers.get("link")).to.match(/rel="next"/);
      expect(next).to.include("until=2099-12-31").and.to.include("lang=en");
      expect(rowsIn(second.text)).to.equal(40);
      expect(second.text).not.to.include('rel="next"');
      expect(csv.text.split("\r\n")).to.have.length(240 + 2);
    });

    it("is made for so many at once and no more", async () => {
      const statuses = await Promise.all(
        Array.from(
          { length: 60 },
          async () => (await ask(`/api/promises?limit=200`, "application/json")).response.status,
        ),
      );

      expect(statuses).to.include(200);
      expect(statuses.every((status) => status === 200 || status === 429)).to.equal(true);
    });

    it("says of nobody that nobody is there", async () => {
      const statuses = await Promise.all(
        ["999", "0", "x", "99999999999"].map(async (number) => (await ask(`/promises/${number}`)).response.status),
      );

      expect(statuses).to.deep.equal([404, 404, 404, 404]);
    });
  });
});
