import { expect } from "chai";
import { cidOf } from "../../protocol/cid.ts";
import { documentBytes } from "../../protocol/document/epcis.ts";
import { HGZ_2026 } from "../../protocol/document/hgz-2026.ts";
import type { PromiseForm } from "../../protocol/document/promise.ts";
import type { JsonObject } from "../../protocol/document/terms.ts";
import { type Certificate, tellCertificate, type Told } from "../../scan-web/promise/certificate.ts";
import { refusedText } from "../../scan-web/promise/refused.ts";
import { keepUntil, registerCsv } from "../../scan-web/promise/register.ts";
import { drawSlip, SLIP_FORMATS, type SlipFormat } from "../../scan-web/promise/slip.ts";
import { promiseWords } from "../../scan-web/promise/words.ts";
import { drawingOf } from "../../server/http/drawing.ts";
import { HANDS, type Passage, passage, promised } from "../support/passage.ts";
import { party } from "../support/passage-words.ts";
import { TEST_FONTS } from "../support/printed.ts";
import { correction, entriesOf } from "../support/third-parties.ts";
import { sha256 } from "../support/world.ts";

const AMOUNT = 100_000n;

describe("A 承诺达标合格证 on paper", function () {
  this.timeout(60_000);
  let it0: Passage;

  before(async () => {
    it0 = await passage();
  });

  /** Of the harvest, with a document that may be another than the form would make. */
  async function told(form: Partial<PromiseForm> = {}, change: (document: JsonObject) => JsonObject = (same) => same) {
    const { ids, world } = it0;
    const document = change(promised(it0, ids.harvest, AMOUNT, form).document);
    await it0.write("grower", ids.harvest, {
      ...{ kind: "PROMISE", args: { amount: AMOUNT }, document, occurredAtS: it0.nextS },
    });
    const cid = cidOf(sha256(documentBytes(document)), "json");
    return tellCertificate(await world.history(ids.harvest, it0.subjects()), cid);
  }

  const reasonIn = (said: Told | null) => (said !== null && "refusal" in said ? refusedText(said.refusal, "en") : "");

  async function certificate(form: Partial<PromiseForm> = {}): Promise<Certificate> {
    const said = await told(form);
    if (said === null || "refusal" in said) throw new Error(`refused: ${reasonIn(said)}`);
    return said.certificate;
  }

  it("has all items of the rule, and the records that carry its bases", async () => {
    const { basis, promisor, contact, amount, issuedOn, promise, taken } = await certificate();

    expect({ amount, promise, taken, contact }).to.deep.equal({
      amount: { amount: AMOUNT, unit: "KGM" },
      promise: "producer",
      taken: [],
      contact: { number: HANDS.grower, phone: null },
    });
    expect(issuedOn).to.match(/^\d{4}-\d\d-\d\d$/);
    expect(basis.map(({ code, entries }) => [code, entries.map(({ entry }) => entry?.kind)])).to.deep.equal([
      ["control", ["GROW"]],
      ["labTest", ["TEST"]],
    ]);
    // The document names it otherwise than the operator admitted it: both are printed.
    expect([promisor.names.zh, promisor.registered?.zh]).to.deep.equal(["示例", "示例合作社 1"]);
  });

  it("names the certificates that a purchaser took in", async () => {
    const { document } = await certificate();

    const { taken, promise } = await certificate({
      promise: "purchaser",
      taken: [{ subject: it0.ids.harvest, document }],
    });

    expect(promise).to.equal("purchaser");
    expect(taken.map(({ entry }) => [entry?.kind, entry?.what?.zh])).to.deep.equal([["PROMISE", "示例"]]);
  });

  it("is nobody's where the lot has no such promise", async () => {
    const { ids, world } = it0;

    expect(
      tellCertificate(await world.history(ids.harvest, it0.subjects()), cidOf(sha256(new Uint8Array()), "json")),
    ).to.equal(null);
  });

  describe("is not printed", () => {
    /** With another value under a name of ours, within `promise` unless that is the name. */
    const set = (name: string, value: JsonObject[string] | undefined) => (document: JsonObject) => {
      const change = (object: JsonObject): JsonObject =>
        Object.fromEntries(
          Object.entries(object).flatMap(([key, old]) => {
            if (!key.endsWith(`#${name}`)) {
              return [[key, key.endsWith("#promise") && name !== "promise" ? change(old as JsonObject) : old]];
            }
            return value === undefined ? [] : [[key, value]];
          }),
        );
      return change(document);
    };
    type Case = readonly [Partial<PromiseForm>, (document: JsonObject) => JsonObject, RegExp];
    const same = (document: JsonObject) => document;
    const refused: Readonly<Record<string, Case>> = {
      "with another amount than is booked": [{ amount: 90_000n }, same, /it says 90 kg, 100 kg are booked/],
      "in another unit": [{ uom: "H87" }, same, /it says .*are booked/],
      "in another's name": [
        { promisor: party(HANDS.processor) },
        same,
        /not the organisation that wrote it .*\(Example co-operative 1\)/,
      ],
      "in other words than the rule's": [{}, set("words", "绝对安全"), /not in the words of the rule/],
      "without an item": [{}, set("origin", undefined), /missing: Place of origin/],
      "without a basis": [{}, set("basis", []), /missing: On what it rests/],
      "where it is none": [{}, set("promise", "yes"), /the document is no such declaration/],
    };
    for (const [what, [form, change, reason]] of Object.entries(refused)) {
      it(what, async () => {
        expect(reasonIn(await told(form, change))).to.match(reason);
      });
    }

    it("where a laboratory's test is claimed, and the test is the promisor's own record", async () => {
      const { basis } = await certificate();
      const own = basis.find(({ code }) => code === "control")?.entries[0]?.document ?? "";
      const entries = [{ subject: it0.ids.plantingA, document: own, by: "laboratory" as const }];

      const said = await told({ basis: [{ code: "labTest", entries }] });

      expect(reasonIn(said)).to.match(/“Commissioned laboratory test passed” rests on is not among the records/);
    });

    it("once its issuer has struck it through", async () => {
      const { ids, world } = it0;
      const { document } = await certificate();
      const wrong = entriesOf(world, ids.harvest).at(-1);
      if (wrong === undefined) throw new Error("there is a promise");

      const at = { ...wrong, subject: ids.harvest };
      await it0.write("grower", ids.harvest, correction(at, { reason: 3, declaredAtS: it0.nextS }));

      expect(reasonIn(tellCertificate(await world.history(ids.harvest, it0.subjects()), document))).to.match(
        /Its issuer has corrected it/,
      );
    });
  });

  describe("as a label", () => {
    const code = drawingOf("https://trace.example.org", `/PROMISE/B${"A".repeat(60)}`);
    const draw = (of: Certificate, format: SlipFormat) =>
      drawSlip(of, { format, code, fingerprint: "7Q4M-K2ZP", host: "trace.example.org", fonts: TEST_FONTS });

    it("has every item on both papers, the words whole", async () => {
      const of = await certificate();

      for (const format of SLIP_FORMATS) {
        const { text } = draw(of, format);
        for (const said of [
          ...[HGZ_2026.title.zh, ...Object.values(HGZ_2026.items).map(({ zh }) => zh), HGZ_2026.promise.producer.zh],
          ...["（√）质量安全控制符合要求", "（  ）自行检测合格", "未比对", "7Q4M-K2ZP", "示例数据"],
        ]) {
          expect(text, format).to.include(said);
        }
      }
    });

    it("shrinks its letters for long names, and is refused where even the smallest do not fit", async () => {
      const name = (length: number) => ({
        productName: { zh: "茶".repeat(length) },
        origin: { zh: "村".repeat(length) },
      });
      const sizes = (text: string) => [...text.matchAll(/font-size="([\d.]+)"/g)].map(([, size]) => Number(size));
      const smallest = async (length: number) =>
        Math.min(...sizes(draw(await certificate(name(length)), "60x40").drawing.markup));

      expect(await smallest(30)).to.be.below(await smallest(4));
      const long = await certificate(name(120));
      expect(() => draw(long, "60x40")).to.throw("does not fit on 60x40");
      expect(draw(long, "roll58").height).to.be.above(100);
    });
  });

  describe("in the register", () => {
    it("is kept for six months, to the month's last day where it has no such day", () => {
      expect(["2026-04-03", "2026-08-31", "2027-08-30"].map(keepUntil)).to.deep.equal([
        "2026-10-03",
        "2027-02-28",
        "2028-02-29",
      ]);
    });

    it("is a row of CSV that no spreadsheet reckons with", () => {
      const said = {
        productName: { en: '=HYPERLINK("x"),1' },
        lotNumber: "-1",
        issuedOn: null,
        promise: null,
        basis: [],
      };
      const row = { lot: "0x", document: "bcid", amount: "1", unit: "KGM", recordedAtS: 1_775_000_000, said };

      const [, line] = registerCsv([row], "en", "https://trace.example.org").split("\r\n");

      expect(line).to.equal(
        ',2026-04-01,"\'=HYPERLINK(""x""),1",1,KGM,\'-1,—,,2026-10-01,bcid,https://trace.example.org/promise/bcid',
      );
    });
  });

  describe("has words", () => {
    const placeholders = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([found]) => found).sort();
    const keys = Object.keys(promiseWords["zh-CN"]) as (keyof (typeof promiseWords)["zh-CN"])[];

    it("with the same placeholders in both languages, none of them empty", () => {
      for (const key of keys) {
        const [zh, en] = [promiseWords["zh-CN"][key], promiseWords.en[key]];

        expect(en.trim(), key).not.to.equal("");
        expect(placeholders(en), key).to.deep.equal(placeholders(zh));
      }
    });

    it("that promise nothing beyond the rule's own", () => {
      for (const key of keys) {
        expect(promiseWords["zh-CN"][key], key).not.to.match(/正品|零农残|无农药|绝对|放心|安全/);
        expect(promiseWords.en[key], key).not.to.match(/genuine|authentic|pesticide-free|guarantee|\bsafe/i);
      }
    });
  });
});
