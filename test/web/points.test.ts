import { expect } from "chai";
import { GRADES } from "../../protocol/verify/findings.ts";
import { type PageFinding, type Place, pointsOf, verdictOf } from "../../scan-web/scan/points.ts";
import { speaker } from "../../scan-web/ui/words.ts";

const zh = speaker("zh-CN");
const en = speaker("en");
const page: Place = {
  numberOf: (_batch, group) => 10 + group,
  settledBy: () => [],
  plotNames: (ids) => ["一号茶园", "二号茶园"].filter((_, n) => ids.has(`0x0${n + 1}`)),
};

describe("What a reader is told of findings", () => {
  it("is one point for many plots with the same gap, in the page's order", () => {
    const gap = { fromS: 1_770_000_000, untilS: 1_772_000_000, days: 23 };
    const points = pointsOf(
      [at("field-gap", { ...gap, plot: "0x02" }), at("field-gap", { ...gap, plot: "0x01" })],
      page,
      zh,
    );

    expect(points.map(({ what }) => zh.say(what))).to.deep.equal([
      "一号茶园、二号茶园：2026年2月2日至2月25日（23 天）没有田间记录。",
    ]);
  });

  it("names the entry whose content differs before it says that the whole does not fit", () => {
    const points = pointsOf([at("head-mismatch"), at("group-not-in-batch", {}, 2)], page, zh);

    expect(zh.say(verdictOf(points, 18).sentence)).to.equal("对不上：第 12 条的内容与链上不同。");
    expect(en.say(verdictOf(pointsOf([at("signature-invalid", {}, 2)], page, en), 18).sentence)).to.equal(
      "It does not match: entry 12: The signature is wrong: this key did not sign it.",
    );
  });

  it("is whole without any, with the sentence that says how many entries there are", () => {
    expect(verdictOf([], 18).state).to.equal("whole");
    expect(zh.say(verdictOf([], 18).sentence)).to.equal("记录完整：18 条都在，没有一条被改过。");
    expect(en.say(verdictOf([], 18).sentence)).to.equal(
      "The record is whole: all 18 entries are here, none was changed.",
    );
  });

  it("counts points and says their kinds when the record is whole but worth a look", () => {
    const points = pointsOf(
      [at("late-record", { days: 2 }, 1), at("late-record", { days: 3 }, 2), at("no-field-record")],
      page,
      zh,
    );
    const { state, sentence } = verdictOf(points, 18);

    expect(state).to.equal("notices");
    expect(zh.say(sentence)).to.equal("记录完整，有 3 处要留意：有事后补记、有的地没记录。");
  });

  it("leaves drills to the one line that the page has of them", () => {
    expect(pointsOf([at("recall-drill", {}, 1)], page, zh)).to.deep.equal([]);
  });

  it("tells a denial that was answered and put right as over, after all else, and where each of them stands", () => {
    const settled: Place = { ...page, settledBy: () => [13, 14, 12] };
    const [late, denied] = pointsOf(
      [at("disputed", { isNamed: "yes" }, 1), at("late-record", { days: 2 }, 2)],
      settled,
      zh,
    );

    expect(late?.code).to.equal("late-record");
    expect(denied && zh.say(denied.what)).to.equal("有一条记录曾被否认，已答复并改正。");
    expect([denied?.number, denied?.also]).to.deep.equal([11, [13, 14, 12]]);
  });

  it("lets a single mismatch outweigh every notice", () => {
    for (const [code, grade] of Object.entries(GRADES)) {
      const points = pointsOf([at("late-record", { days: 2 }), at(code as PageFinding["code"])], page, zh);

      expect(verdictOf(points, 18).state === "mismatch", code).to.equal(grade === "mismatch");
    }
  });

  it("lets a recall or a void label outweigh everything, a mismatch too", () => {
    for (const code of ["recalled", "label-voided"] as const) {
      const points = pointsOf([at("head-mismatch"), at(code, {}, 2), at("late-record", { days: 2 })], page, zh);
      const { state, sentence } = verdictOf(points, 18);

      expect(state, code).to.equal("alarm");
      expect(zh.say(sentence), code).to.match(/^已召回，请勿食用。$|^这一枚标签已经作废/);
    }
  });

  it("says whether a denial is by whom it concerns, and whether labels are older than what became of their certificate", () => {
    const told = (code: PageFinding["code"], detail: PageFinding["detail"]) =>
      pointsOf([at(code, detail)], page, zh).map(({ what }) => zh.say(what))[0];

    expect(told("disputed", { isNamed: "yes" })).to.equal("有一条记录被它提到的机构否认。");
    expect(told("disputed", { isNamed: "no" })).to.equal("与此无关的机构对一条记录有不同说法。");
    expect(told("certificate-revoked", { labels: "before" })).to.contain("标签是在撤销之前贴的");
    expect(told("certificate-revoked", { labels: "after" })).to.contain("已经被撤销");
    expect(told("certificate-revoked", { labels: "none" })).to.equal("证书被发证机构撤销了。");
  });
});

function at(code: PageFinding["code"], detail: PageFinding["detail"] = {}, group: number | null = null): PageFinding {
  const grade = code in GRADES ? GRADES[code as keyof typeof GRADES] : "mismatch";
  const entry = group === null ? null : { group, entry: 0 };
  return {
    code,
    grade,
    subject: null,
    seq: null,
    batch: group === null ? null : `0x${"0b".repeat(32)}`,
    entry,
    detail,
  };
}
