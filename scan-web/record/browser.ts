/**
 * In what somebody opened the page, by the name that the browser gives itself. Inside another app (WeChat, QQ, Alipay …) nothing may be recorded: that
 * app clears what pages keep as it likes. Pure.
 */
export type { InsideApp };
export { deviceWords, insideApp };

/** `other`: some app's own window (an Android WebView) that does not say whose. */
type InsideApp = "wechat" | "qq" | "alipay" | "dingtalk" | "weibo" | "douyin" | "baidu" | "taobao" | "feishu" | "other";

/** In this order: WeChat's business app calls itself WeChat too, and many carry "MQQBrowser", which alone is a browser like others. */
const APPS: readonly (readonly [InsideApp, RegExp])[] = [
  ["wechat", /MicroMessenger|wxwork/i],
  ["alipay", /AlipayClient|AliApp\(AP\//i],
  ["dingtalk", /DingTalk/i],
  ["taobao", /AliApp\(/i],
  ["qq", /\bQQ\/\d/],
  ["weibo", /Weibo|__weibo__/i],
  ["douyin", /aweme|BytedanceWebview|Kwai|ksNebula|xhsdiscover/i],
  ["baidu", /baiduboxapp/i],
  ["feishu", /\b(Lark|Feishu)\//i],
  ["other", /;\s*wv\)/],
];

/** Null: a browser of its own. */
function insideApp(userAgent: string): InsideApp | null {
  return APPS.find(([, name]) => name.test(userAgent))?.[0] ?? null;
}

const SYSTEMS: readonly (readonly [string, RegExp])[] = [
  ["HarmonyOS", /HarmonyOS|OpenHarmony/i],
  ["Android", /Android/],
  ["iPhone", /iPhone/],
  ["iPad", /iPad/],
  ["Windows", /Windows/],
  ["Mac", /Macintosh/],
  ["Linux", /Linux/],
];

/** The makers' own first: all of them call themselves Chrome or Safari as well. */
const BROWSERS: readonly (readonly [string, RegExp])[] = [
  ["Edge", /Edg[A]?\//],
  ["Firefox", /Firefox\//],
  ["Huawei", /HuaweiBrowser/],
  ["MIUI", /MiuiBrowser/],
  ["vivo", /VivoBrowser/],
  ["OPPO", /HeyTapBrowser/],
  ["QQ Browser", /MQQBrowser/],
  ["UC", /UCBrowser/],
  ["Samsung", /SamsungBrowser/],
  ["Chrome", /Chrome\//],
  ["Safari", /Safari\//],
];

/** Parts of it that no word of a language is in: "Android · Chrome", "Redmi Note 12 · Chrome". The manager may call it something else. */
function deviceWords(userAgent: string, model: string = modelOf(userAgent)): string {
  const find = (list: typeof SYSTEMS) => list.find(([, name]) => name.test(userAgent))?.[0];
  return [model === "" ? (find(SYSTEMS) ?? "?") : model, find(BROWSERS)]
    .filter((part) => part !== undefined)
    .join(" · ")
    .slice(0, MAX_DEVICE);
}

/** As long as the API takes it. */
const MAX_DEVICE = 60;

/** Old Androids name the model; newer ones write `K` for all of them. */
function modelOf(userAgent: string): string {
  const model =
    /Android [^;)]*;\s*(?:[a-z]{2}-[a-z]{2};\s*)?([^;)]+?)(?:\s+Build\/[^;)]*)?[;)]/i.exec(userAgent)?.[1] ?? "";
  return /^(K|wv|Mobile|Tablet)$/.test(model) || /^rv:/.test(model) ? "" : model;
}
