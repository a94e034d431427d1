import { expect } from "chai";
import { deviceWords, insideApp } from "../../../scan-web/record/browser.ts";
import { CHECKS, type Facts, judge, stops } from "../../../scan-web/record/checks.ts";
import en from "../../../scan-web/record/messages/join.en.json" with { type: "json" };
import zh from "../../../scan-web/record/messages/join.zh-CN.json" with { type: "json" };

const ANDROID =
  "Mozilla/5.0 (Linux; Android 12; M2101K9C Build/SKQ1.211006.001) AppleWebKit/537.36 (KHTML, like Gecko)";
const CHROME =
  "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36";

const good: Facts = {
  ...{ userAgent: CHROME, isSecure: true, hasSubtle: true, hasDatabase: true, isLasting: true, hasWorker: true },
  ...{ roomBytes: 4e9, quotaBytes: 6e9, memoryBytes: 5e8, offsetMs: 400, nowMs: 1_780_000_000_000, isAnswered: true },
  ...{ isCameraRefused: false, isMicrophoneRefused: false },
};

/** [what a browser calls itself, inside which app] */
const browsers: readonly (readonly [string, ReturnType<typeof insideApp>])[] = [
  [
    `${ANDROID} Version/4.0 Chrome/107.0.5304.141 Mobile Safari/537.36 XWEB/5169 MMWEBSDK/20230202 MicroMessenger/8.0.33.2320(0x28002135) WeChat/arm64`,
    "wechat",
  ],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.47(0x18002f2f) NetType/4G Language/zh_CN",
    "wechat",
  ],
  [`${ANDROID} Version/4.0 Chrome/98.0 Mobile Safari/537.36 wxwork/4.1.0 MicroMessenger/7.0.1`, "wechat"],
  [
    `${ANDROID} Version/4.0 Chrome/89.0.4389.72 MQQBrowser/6.2 TBS/046247 Mobile Safari/537.36 V1_AND_SQ_8.9.28_3700_YYB_D QQ/8.9.28.10155 NetType/WIFI`,
    "qq",
  ],
  [
    `${ANDROID} Version/4.0 Chrome/69.0.3497.100 UWS/3.22 Mobile Safari/537.36 AliApp(AP/10.3.30) AlipayClient/10.3.30 Language/zh-Hans`,
    "alipay",
  ],
  [
    `${ANDROID} Version/4.0 Chrome/69.0 Mobile Safari/537.36 AliApp(DingTalk/6.5.30) com.alibaba.android.rimet/1 DingTalk/6.5.30`,
    "dingtalk",
  ],
  [`${ANDROID} Version/4.0 Chrome/91.0 Mobile Safari/537.36 AliApp(TB/10.10.0)`, "taobao"],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 16_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Weibo (iPhone14,5__weibo__13.1.0__iphone__os16.0)",
    "weibo",
  ],
  [`${ANDROID} Version/4.0 Chrome/90.0 Mobile Safari/537.36 aweme_230400 BytedanceWebview/d8a21c6`, "douyin"],
  [`${ANDROID} Version/4.0 Chrome/97.0 Mobile Safari/537.36 T7/13.30 baiduboxapp/13.30.0.11`, "baidu"],
  [`${ANDROID} Version/4.0 Chrome/110.0 Mobile Safari/537.36 Lark/6.9.5`, "feishu"],
  [
    "Mozilla/5.0 (Linux; Android 11; RMX2117; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/120.0 Mobile Safari/537.36",
    "other",
  ],
  [CHROME, null],
  [`${ANDROID} Version/4.0 Chrome/100.0 MQQBrowser/13.7 Mobile Safari/537.36 COVC/046247`, null],
  [`${ANDROID} Chrome/99.0.4844.88 Mobile Safari/537.36 HuaweiBrowser/13.0.3.300`, null],
  ["Mozilla/5.0 (Android 13; Mobile; rv:109.0) Gecko/120.0 Firefox/120.0", null],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Mobile/15E148 Safari/604.1",
    null,
  ],
  [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0",
    null,
  ],
];

describe("The browser that a page is open in", () => {
  for (const [userAgent, app] of browsers)
    it(`${app ?? "a browser of its own"}: ${userAgent.slice(-60)}`, () => expect(insideApp(userAgent)).to.equal(app));

  it("is said as parts that need no translation, the model where there is one", () => {
    expect(deviceWords(CHROME)).to.equal("Android · Chrome");
    expect(deviceWords(CHROME, "Redmi Note 12")).to.equal("Redmi Note 12 · Chrome");
    expect(deviceWords(`${ANDROID} Chrome/99.0 Mobile Safari/537.36`)).to.equal("M2101K9C · Chrome");
    expect(deviceWords("Mozilla/5.0 (Android 13; Mobile; rv:109.0) Gecko/120.0 Firefox/120.0")).to.equal(
      "Android · Firefox",
    );
    expect(deviceWords("")).to.equal("?");
    expect(deviceWords("x".repeat(500), "y".repeat(500))).to.have.length(60);
  });
});

describe("The self-test", () => {
  it("finds nothing wrong with a good phone", () => {
    expect(judge(good).filter(({ verdict }) => verdict !== "fine")).to.deep.equal([]);
    expect(stops(good)).to.deep.equal([]);
  });

  it("stops where a key would be pointless, and says of another app's window that alone", () => {
    expect(names({ ...good, isSecure: false, hasSubtle: false })).to.deep.equal(["secure stop"]);
    expect(names({ ...good, hasSubtle: false })).to.deep.equal(["signing stop"]);
    expect(names({ ...good, hasDatabase: false })).to.deep.equal(["database stop"]);
    const [[wechat = ""] = []] = browsers;
    expect(
      stops({ ...good, userAgent: wechat, isSecure: false, hasDatabase: false }).map(({ id }) => id),
    ).to.deep.equal(["app"]);
  });

  it("takes a quota out of memory for a private tab, and a promise to keep for none", () => {
    expect(names({ ...good, isLasting: false, quotaBytes: 9e8 })).to.deep.equal(["private care", "lasting care"]);
    expect(names({ ...good, isLasting: null, memoryBytes: null, quotaBytes: 1e8 })).to.deep.equal(["private care"]);
    expect(names({ ...good, isLasting: true, quotaBytes: 9e8 })).to.deep.equal([]);
  });

  it("tells a clock that is more than five minutes off, either way", () => {
    for (const offsetMs of [301_000, -301_000, 10 * 365 * 86_400_000])
      expect(names({ ...good, offsetMs }), String(offsetMs)).to.deep.equal(["clock care"]);
    for (const offsetMs of [299_000, -299_000, null])
      expect(names({ ...good, offsetMs }), String(offsetMs)).to.deep.equal([]);
  });

  it("tells too little room, a browser without offline pages, no answer; camera and microphone only when refused", () => {
    expect(names({ ...good, roomBytes: 4e7 })).to.deep.equal(["room care"]);
    expect(names({ ...good, hasWorker: false })).to.deep.equal(["worker care"]);
    expect(names({ ...good, isAnswered: false })).to.deep.equal(["server care"]);
    expect(names({ ...good, isCameraRefused: true, isMicrophoneRefused: true })).to.deep.equal([
      "camera care",
      "microphone care",
    ]);
    expect(judge(good).map(({ id }) => id)).not.to.include.members(["camera", "microphone"]);
  });

  it("says of each check what was looked at, what is fine, what is wrong and what to do, in both languages", () => {
    for (const messages of [zh, en])
      for (const id of CHECKS)
        for (const end of ["", ".fine", ".cause", ".mend"])
          expect(messages).to.include.keys(`record.join.check.${id}${end}`);
  });
});

function names(facts: Facts): string[] {
  return judge(facts)
    .filter(({ verdict }) => verdict !== "fine")
    .map(({ id, verdict }) => `${id} ${verdict}`);
}
