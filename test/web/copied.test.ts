import { expect } from "chai";
import { copiedWords, openedWords, RECENT_OPENINGS, RECENT_REGIONS } from "../../scan-web/scan/copied.ts";
import type { Opened } from "../../scan-web/ui/view.ts";
import { speaker } from "../../scan-web/ui/words.ts";

const zh = speaker("zh-CN");

describe("How often a code was opened", () => {
  it("is said with the day of the first time", () => {
    expect(zh.say(openedWords(opened({ total: 1 })))).to.equal("此码第一次打开。");
    expect(zh.say(openedWords(opened({ total: 5 })))).to.equal("此码于2026年4月20日第一次打开，至今 5 次。");
    expect(zh.say(openedWords(opened({ total: 5, regions: 2 })))).to.equal(
      "此码于2026年4月20日第一次打开，至今在 2 个地区打开 5 次。",
    );
    expect(zh.say(openedWords(null))).to.equal("这次打开没有计数。");
  });

  it("is no warning while a household could have done it", () => {
    const family = opened({
      total: 60,
      regions: 3,
      recent: { days: 3, count: RECENT_OPENINGS - 1, regions: RECENT_REGIONS - 1 },
    });

    expect(copiedWords(family)).to.equal(null);
    expect(copiedWords(null)).to.equal(null);
  });

  it("warns of many openings in many places, with the figures, and says what to compare", () => {
    const copied = opened({ total: 41, regions: 9, recent: { days: 3, count: 41, regions: 9 } });

    expect(zh.say(copiedWords(copied) ?? "brand")).to.equal("此码 3 天内在 9 个地区被打开 41 次，可能被复制。");
    expect(zh.say("verdict.copied.compare")).to.contain("比编号没有用").and.to.contain("净重");
  });

  it("warns without regions where none are known", () => {
    const copied = opened({ total: 80, regions: null, recent: { days: 3, count: 80, regions: null } });

    expect(zh.say(copiedWords(copied) ?? "brand")).to.equal("此码 3 天内被打开 80 次，可能被复制。");
  });

  it("warns of a copy that is sold slowly", () => {
    const copied = opened({ total: 30, regions: 12, recent: { days: 3, count: 1, regions: 1 } });

    expect(zh.say(copiedWords(copied) ?? "brand")).to.contain("在 12 个地区被打开 30 次");
  });
});

function opened(change: Partial<Opened>): Opened {
  const few = { days: 3, count: 1, regions: null };
  return { total: 1, firstDay: "2026-04-20", regions: null, recent: few, ...change };
}
