import { expect } from "chai";
import { cidOf } from "../../protocol/cid.ts";
import { bytesOf, type Hex } from "../../protocol/bytes.ts";
import { documentBytes, harvestEvent } from "../../protocol/document/epcis.ts";
import { HGZ_2026 } from "../../protocol/document/hgz-2026.ts";
import type { PromiseBasis, PromiseForm } from "../../protocol/document/promise.ts";
import type { JsonObject } from "../../protocol/document/terms.ts";
import { verify } from "../../protocol/verify.ts";
import { type Certificate, tellCertificate, type Told } from "../../scan-web/promise/certificate.ts";
import { refusedText } from "../../scan-web/promise/refused.ts";
import { keepUntil, registerCsv } from "../../scan-web/promise/register.ts";
import { drawSlip, SLIP_FORMATS, type SlipFormat } from "../../scan-web/promise/slip.ts";
import { promiseWords } from "../../scan-web/promise/words.ts";
import { tellStory } from "../../scan-web/scan/tell.ts";
import { drawingOf } from "../../server/http/drawing.ts";
import { HANDS, type Passage, passage, promised } from "../support/passage.ts";
import { discarded, formOf, party, received, shipped } from "../support/passage-words.ts";
import { TEST_FONTS } from "../support/printed.ts";
import { correction, entriesOf, tested } from "../support/third-parties.ts";
import { primitives, sha256 } from "../support/world.ts";

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
      const entries = [
        { subject: it0.ids.plantingA, document: own, by: "laboratory" as const, test: "passed" as const },
      ];

      const said = await told({ basis: [{ code: "labTest", entries }] });

      expect(reasonIn(said)).to.match(/No passed test carries “Commissioned laboratory test passed”/);
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

  describe("is not printed of goods", () => {
    const WORDS = { zh: "示例", en: "example" };

    /** A promise of any lot by anybody, as a form out of form would have it; what happens after it is `after`. */
    async function reasonOf(
      it: Passage,
      lot: Hex,
      of: { by: "grower" | "processor"; amount: bigint; form?: Partial<PromiseForm>; after?: () => Promise<unknown> },
    ): Promise<string> {
      const own = { subject: lot, promisor: party(HANDS[of.by]), contact: { number: HANDS[of.by], phone: null } };
      const { document } = promised(it, it.ids.harvest, of.amount, { ...own, ...of.form });
      await it.write(of.by, lot, { kind: "PROMISE", args: { amount: of.amount }, document, occurredAtS: it.nextS });
      await of.after?.();
      const history = await it.world.history(lot, it.subjects(lot));
      const told = tellCertificate(history, cidOf(sha256(documentBytes(document)), "json"));
      return told === null ? "nowhere" : reasonIn(told) || "printed";
    }

    const receipt = (it: Passage, lot = it.ids.inbound) => {
      const found = entriesOf(it.world, lot).find(({ kind }) => kind === "RECEIVE");
      const document = cidOf(sha256(documentBytes(found?.document ?? {})), "json");
      return { subject: lot, document, by: "holder" } as const;
    };
    const control = (it: Passage, lot = it.ids.inbound) => [{ code: "control" as const, entries: [receipt(it, lot)] }];

    it("that were tested and failed, nor of which another test that is named failed", async () => {
      const it = await passage();
      const { harvest } = it.ids;
      const [good] = entriesOf(it.world, harvest).filter(({ kind }) => kind === "TEST");
      const bad = tested(it.form(harvest), "fail");
      await it.write("laboratory", harvest, bad);
      const named = (document: JsonObject) => ({
        ...{ subject: harvest, document: cidOf(sha256(documentBytes(document)), "json") },
        ...{ by: "laboratory" as const, test: "passed" as const },
      });
      const tests = [[bad.document], [good?.document ?? {}, bad.document]];
      for (const documents of tests) {
        const form: Partial<PromiseForm> = { basis: [{ code: "labTest", entries: documents.map(named) }] };
        expect(await reasonOf(it, harvest, { by: "grower", amount: 10_000n, form })).to.match(
          /No passed test carries “Commissioned laboratory test passed”/,
        );
      }
      const { history, heads } = await it.told();
      const { findings, promises } = await verify(history, heads, primitives);
      expect(findings.filter(({ code }) => code === "promise-without-basis")).to.have.length(2);
      expect(promises.map(({ ok }) => ok)).to.deep.equal([true, false, false]);
      const [newest] = tellStory(history).promises;
      expect(newest?.basis.map(({ code, stands }) => [code, stands])).to.deep.equal([["labTest", false]]);
    });

    it("as tested by oneself, where no record of one's own says so; and printed where one does", async () => {
      const it = await passage();
      const { inbound, harvest } = it.ids;
      const claim = (entries: PromiseBasis["entries"]): Partial<PromiseForm> => ({
        basis: [{ code: "selfTest", entries: entries.map((one) => ({ ...one, test: "passed" })) }],
      });
      const bought: Partial<PromiseForm> = { promise: "purchaser", taken: [takenOf(it)] };
      const form = { ...bought, ...claim([receipt(it)]) };
      expect(await reasonOf(it, inbound, { by: "processor", amount: 1000n, form })).to.match(
        /No passed test carries “Own test passed”/,
      );
      const own = tested(it.form(harvest));
      await it.write("grower", harvest, { ...own, kind: "NOTE" });
      const document = cidOf(sha256(documentBytes(own.document)), "json");
      const ownForm = claim([{ subject: harvest, document, by: "holder" }]);
      expect(await reasonOf(it, harvest, { by: "grower", amount: 1000n, form: ownForm })).to.equal("printed");
    });

    it("that were bought with certificates that are not here", async () => {
      const it = await passage();
      const nowhere = cidOf(sha256(new Uint8Array([1])), "json");
      const lot = await bought(it);
      const form: Partial<PromiseForm> = { promise: "purchaser", basis: control(it, lot) };
      const of = (taken: PromiseForm["taken"]) =>
        reasonOf(it, lot, { by: "processor", amount: 1000n, form: { ...form, taken: taken ?? [] } });

      expect(await of([takenOf(it)])).to.equal("printed");
      for (const taken of [
        [{ subject: it.ids.harvest, document: nowhere }],
        [{ subject: `0x${"9".repeat(64)}` as const, document: takenOf(it).document }],
        [takenOf(it), { subject: it.ids.inbound, document: receipt(it).document }],
      ]) {
        expect(await of(taken)).to.match(/Not all certificates that it says were taken in are here/);
      }
      const history = await it.world.history(lot, it.subjects(lot));
      const { promises } = await verify(history, it.world.heads(), primitives);
      expect(promises.map(({ ok }) => ok)).to.have.members([true, true, false, false, false]);
    });

    it("that were bought, in the words of a grower", async () => {
      const it = await passage();

      const reason = await reasonOf(it, it.ids.inbound, {
        by: "processor",
        amount: 1000n,
        form: { basis: control(it) },
      });

      expect(reason).to.match(/in a grower's words, but not all of this lot was harvested by who promises/);
    });

    it("that were processed: the rule is of fresh produce", async () => {
      const it = await passage();
      const form: Partial<PromiseForm> = { promise: "purchaser", taken: [takenOf(it)], basis: control(it) };

      expect(await reasonOf(it, it.ids.lot, { by: "processor", amount: 1000n, form })).to.match(/were processed/);
    });

    it("of which less is left than it says: destroyed on order, lost, or corrected", async () => {
      const lost = async (reason: "ordered" | "lost" | "sample", amount: bigint) => {
        const it = await passage();
        const of = { lot: it.name(), amount, reason };
        const after = () => it.write("grower", it.ids.harvest, discarded(it.form(it.ids.harvest), of));
        return reasonOf(it, it.ids.harvest, { by: "grower", amount: 30_000n, after });
      };
      expect(await lost("ordered", 30_000n)).to.equal("printed"); // 70 kg of it were sold on
      expect(await lost("sample", 500n)).to.equal("printed");
      expect(await lost("lost", 500n)).to.equal("printed");

      const it = await passage();
      const { harvest, plantingA } = it.ids;
      const [made] = entriesOf(it.world, harvest);
      if (made === undefined) throw new Error("it was harvested");
      const other = { subject: plantingA, difference: -25_000n };
      const said = { reason: 1, declaredAtS: it.nextS, own: -25_000n, other } as const;
      const after = () => it.write("grower", harvest, correction({ ...made, subject: harvest }, said));
      const reason = await reasonOf(it, harvest, { by: "grower", amount: 100_000n, after });
      expect(reason).to.match(/It is for 100 kg, but after corrections or destruction the ledger has only 75 kg/);
    });

    it("all of which was destroyed", async () => {
      const it = await passage();
      const lot = await it.make("grower", (id, atS) => {
        const product = { subject: it.ids.leaf, name: WORDS };
        const inputs = [{ subject: it.ids.plantingA, lot: it.name(), amount: 5000n }];
        return {
          kind: "HARVEST",
          args: { index: 0, inputs: [{ id: bytesOf(it.ids.plantingA), amount: 5000n }] },
          document: harvestEvent({ ...formOf(id, atS), lot: it.name(), product, uom: "KGM", inputs }),
          occurredAtS: atS,
        };
      });
      const [grown] = entriesOf(it.world, it.ids.plantingA).filter(({ kind }) => kind === "GROW");
      const work = cidOf(sha256(documentBytes(grown?.document ?? {})), "json");
      const entries = [{ subject: it.ids.plantingA, document: work, by: "holder" as const }];
      const basis = [{ code: "control" as const, entries }];
      const { document } = promised(it, it.ids.harvest, 5000n, { subject: lot, basis });
      const discard = () =>
        it.write("grower", lot, discarded(it.form(lot), { lot: it.name(), amount: 5000n, reason: "ordered" }));
      await it.write("grower", lot, { kind: "PROMISE", args: { amount: 5000n }, document, occurredAtS: it.nextS });
      await discard();
      const history = await it.world.history(lot, it.subjects(lot));
      const told = tellCertificate(history, cidOf(sha256(documentBytes(document)), "json"));
      expect(reasonIn(told)).to.match(/nothing left of this lot/);
    });

    /** 10 kg that nobody has used yet. */
    async function bought(it: Passage): Promise<Hex> {
      const of = { lot: it.name(), taken: it.ids.harvest, packed: false, amount: 10_000n, carrier: 0 };
      const consigned = { ...of, from: HANDS.grower, to: HANDS.processor };
      const lot = await it.make("grower", (id, atS) => shipped(formOf(id, atS), consigned));
      await it.write("processor", lot, received(it.form(lot), consigned));
      return lot;
    }

    function takenOf(it: Passage) {
      const found = entriesOf(it.world, it.ids.harvest).find(({ kind }) => kind === "PROMISE");
      return { subject: it.ids.harvest, document: cidOf(sha256(documentBytes(found?.document ?? {})), "json") };
    }
  });

  it("says of how many plots it names no record", async () => {
    const { basis } = await certificate();

    expect(basis.map(({ code, bare }) => [code, bare])).to.deep.equal([
      ["control", 1],
      ["labTest", 0],
    ]);
    const { history } = await it0.told();
    expect(tellStory(history).promises[0]?.basis.map(({ bare }) => bare)).to.deep.equal([1, 0]);
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
      expect(["2026-04-03", "2026-08-31", "2027-08-30", "9999-12-31"].map(keepUntil)).to.deep.equal([
        "2026-10-03",
        "2027-02-28",
        "2028-02-29",
        // Any day may stand in a document; pages know none after this one.
        "9999-12-31",
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
      const booked = { lot: "0x", document: "bcid", amount: "1", unit: "KGM", recordedAtS: 1_775_000_000 };
      const row = { ...booked, state: "recalled" as const, said };

      const [, line] = registerCsv([row], { lang: "en", origin: "https://trace.example.org", isExample: true }).split(
        "\r\n",
      );

      expect(line).to.equal(
        ',2026-04-01,"\'=HYPERLINK(""x""),1",1,KGM,\'-1,—,,2026-10-01,Recalled,bcid,https://trace.example.org/promise/bcid,"Example data, nothing of it is real"',
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
