import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { Hex } from "../../../protocol/bytes.ts";
import { REASONS } from "../../../protocol/ledger-abi.ts";
import { problems } from "../../../protocol/problem.ts";
import type { Field } from "../../../scan-web/record/model.ts";
import { OWN_TYPES, problemStem, waysOf, whyWords } from "../../../scan-web/record/whys.ts";
import type { Speaker } from "../../../scan-web/record/words.ts";
import { speak } from "../../../scan-web/ui/i18n.ts";

const FOLDER = join(import.meta.dirname, "../../../scan-web/record/messages");

function messages(lang: "zh-CN" | "en"): Readonly<Record<string, string>> {
  const parts = ["unit", "state", "problem"].map(
    (part) => JSON.parse(readFileSync(join(FOLDER, `${part}.${lang}.json`), "utf8")) as Record<string, string>,
  );
  return Object.assign({}, ...parts) as Record<string, string>;
}

const zh = speak<string>("zh-CN", messages("zh-CN")) as Speaker;
const en = speak<string>("en", messages("en")) as Speaker;

/** Problems of readers of codes, gateways and printers, and of acts that the recorder does not write. */
const NOT_MET =
  /^(fingerprint-|only-example|block-|car-|dag-|identity-|not-a-file|path-|range-outside|gateway-|format-refused|label-too-small|promise-not-printed|labels-mixed|serial-repeated|letter-missing|already-answered|not-suspended|unasked|already-recalled|not-recalled)/;

const LOT: Hex = `0x${"a1".repeat(32)}`;
const NOBODYS: Hex = `0x${"b2".repeat(32)}`;
const field: Field = {
  ...{ organisation: null, plots: [], sites: [], products: [], plantings: [], recorders: [] },
  lots: [
    {
      ...{ id: LOT, product: NOBODYS, lotNumber: "260412-ABCD", gtin: null, unit: "KGM", sort: "HARVEST", madeAtS: 0 },
      ...{ made: "100", left: "40", packed: "0", state: "here", other: null, isRecalled: false },
    },
  ],
};

describe("Why a record goes no further", () => {
  it("has a cause and a next step for every problem that a phone can meet, in both languages", () => {
    const met = [...Object.keys(problems).filter((type) => !NOT_MET.test(type)), ...OWN_TYPES];
    for (const type of met) {
      for (const speaker of [zh, en]) {
        const { cause, mend } = whyWords(speaker, { type, values: [] }, field);
        expect(cause, `${speaker.lang} ${type}`).to.match(/[。.]$/);
        expect(mend, `${speaker.lang} ${type}`).to.match(/[。.]$/);
        expect(`${cause}${mend}`, `${speaker.lang} ${type}`).not.to.contain("{");
        expect(problemStem(speaker, type), type).not.to.equal("record.problem.other");
      }
    }
  });

  it("has words for every reason of the ledger but those of acts that a recorder does not write", () => {
    for (const type of Object.values(REASONS)) {
      if (!NOT_MET.test(type)) expect(problemStem(zh, type), type).not.to.equal("record.problem.other");
    }
  });

  it("says how much is left, in the lot's unit", () => {
    const why = { type: "not-enough-left", values: [LOT, "40", "100"] };

    expect(whyWords(zh, why, field).cause).to.equal(
      "批次 260412-ABCD只剩 40 千克，您写了 100 千克，可能别的手机先用了。",
    );
    expect(whyWords(en, why, field).cause).to.equal(
      "Of lot 260412-ABCD only 40 kg is left, and you wrote 100 kg; another phone may have used it first.",
    );
  });

  it("says it without a unit of a lot that this phone does not know, and without figures where none were told", () => {
    const stranger = whyWords(en, { type: "not-enough-left", values: [NOBODYS, "40", "100"] }, field);
    const silent = whyWords(en, { type: "not-enough-left", values: [] }, field);

    expect(stranger.cause).to.equal(
      "Of the lot only 40 is left, and you wrote 100; another phone may have used it first.",
    );
    expect(silent.cause).to.equal("The lot does not have that much left; another phone may have used it first.");
  });

  it("of what nobody foresaw says to call the office, with the type in small print", () => {
    const { cause, mend, smallPrint, ways } = whyWords(en, { type: "from-the-future", values: [LOT] }, field);

    expect(`${cause} ${mend}`).to.match(/call the cooperative's office/i);
    expect(smallPrint).to.match(/from-the-future 0xa1a1a1a1…/);
    expect(ways).to.deep.equal(["office", "withdraw"]);
  });

  it("offers a way out of every one", () => {
    for (const type of [...Object.keys(problems), ...OWN_TYPES]) expect(waysOf({ type }), type).not.to.be.empty;
    expect(waysOf({ type: "not-enough-left" })[0]).to.equal("change");
    expect(waysOf({ type: "subject-unknown" })[0]).to.equal("wait");
    expect(waysOf({ type: "no-role" })[0]).to.equal("office");
    expect(waysOf({ type: "not-manager" })[0]).to.equal("withdraw");
  });

  it("uses no word of the machine room, and the same keys and placeholders in both languages", () => {
    const [ours, theirs] = [messages("zh-CN"), messages("en")];
    expect(Object.keys(theirs).sort()).to.deep.equal(Object.keys(ours).sort());
    for (const [key, text] of Object.entries(ours)) {
      const other = theirs[key] ?? "";
      if (!key.startsWith("unit.")) expect(placeholders(other), key).to.deep.equal(placeholders(text));
      expect(text, key).not.to.match(/区块链|哈希|钱包|密钥|同步|批处理|CID|nonce/);
      expect(other, key).not.to.match(
        /blockchain|\bchain\b|\bhash|\bgas\b|wallet|\bCID\b|\bnonce|\bbatch|\bsync|\bkey\b/i,
      );
      expect(text, key).not.to.match(/[,;?!()]|[\p{Script=Han}」][:]/u);
    }
  });
});

function placeholders(text: string): string[] {
  return [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? ""))].sort();
}
