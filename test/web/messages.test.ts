import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { GRADES } from "../../protocol/verify/findings.ts";
import { text as shown } from "../../scan-web/ui/html.ts";
import { chooseLang, speak } from "../../scan-web/ui/i18n.ts";
import en from "../../scan-web/ui/messages/en.json" with { type: "json" };
import zh from "../../scan-web/ui/messages/zh-CN.json" with { type: "json" };
import { ROOT } from "../../scripts/house/root.ts";

const SCAN_WEB = join(import.meta.dirname, "../../scan-web");
const languages: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ["zh-CN", zh],
  ["en", en],
];

describe("Messages", () => {
  it("have the same keys in both languages, none of them empty", () => {
    expect(Object.keys(en).sort()).to.deep.equal(Object.keys(zh).sort());
    for (const [lang, messages] of languages) {
      for (const [key, text] of Object.entries(messages)) expect(text.trim(), `${lang} ${key}`).not.to.equal("");
    }
  });

  it("hold no character that a page would not show", () => {
    for (const [lang, messages] of languages) {
      for (const [key, text] of Object.entries(messages))
        expect(shown(text), `${lang} ${key}`).not.to.contain("\u{fffd}");
    }
  });

  it("have the same placeholders in both languages (but for units, which each language counts in its own)", () => {
    for (const [key, text] of Object.entries(zh)) {
      if (key.startsWith("unit.")) continue;

      expect(placeholders((en as Readonly<Record<string, string>>)[key] ?? ""), key).to.deep.equal(placeholders(text));
    }
  });

  it("say of every finding what it means and what to do", () => {
    for (const [code, grade] of Object.entries(GRADES)) {
      for (const [lang, messages] of languages) {
        expect(messages, lang).to.include.keys(`finding.${code}`, `finding.${code}.do`);
        if (grade !== "mismatch") expect(messages, lang).to.include.keys(`finding.${code}.short`);
      }
    }
  });

  it("never promise what a record cannot show", () => {
    // Android's own settings have a menu of that name.
    for (const [key, text] of Object.entries({ ...zh, "ca.android.find": "" }))
      expect(text, key).not.to.match(/正品|零农残|无农药|绝对|放心|安全(?!间隔)/);
    for (const [key, text] of Object.entries(en))
      expect(text, key).not.to.match(/genuine|authentic|pesticide-free|guarantee/i);
  });

  it("use no word of the machine room", () => {
    for (const [key, text] of Object.entries(en))
      expect(text, key).not.to.match(/blockchain|\bhash|\bgas\b|wallet|\bCID\b/i);
    for (const [key, text] of Object.entries(zh)) expect(text, key).not.to.match(/区块链|哈希|钱包/);
  });

  it("set Chinese with full-width marks and no space beside them, the example and its README too", () => {
    // A ratio is written "4.3 : 1".
    for (const [key, text] of Object.entries(zh)) expect(text, key).not.to.match(/[,;?!()]|\S:|:\S/);
    const readme = readFileSync(join(ROOT, "README.zh-CN.md"), "utf8").replace(/^```[\s\S]*?^```/gm, "");
    for (const text of [...Object.values(zh), readme, ...exampleTexts()]) {
      expect(text).not.to.match(/[\p{Script=Han}」}*][,;:?!(]|[,;:?!)]\p{Script=Han}/u);
      expect(text).not.to.match(/ [，：；？！（）]|[，：；？！（）] /u);
    }
  });

  it("are all used, and no key is asked for that is not there", () => {
    const sources = readdirSync(SCAN_WEB, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => readFileSync(join(SCAN_WEB, file), "utf8"))
      .join("\n");
    const families = /^(unit|grade|stage|finding|fact|error|entry\.unit|file|sealed)\./;
    const unused = Object.keys(zh).filter(
      (key) => !families.test(key) && !sources.includes(`"${key.replace(/\.(one|other)$/, "")}"`),
    );

    expect(unused).to.deep.equal([]);
  });

  it("choose singular and plural by the language's own rule", () => {
    const words = speak("en", en);

    expect(words.say("entry.late", { count: 1 })).to.equal("written down 1 day later");
    expect(words.say("entry.late", { count: 3 })).to.equal("written down 3 days later");
    expect(speak("zh-CN", zh).say("entry.late", { count: 3 })).to.equal("事后 3 天才写下");
  });

  it("write dates of the fields' own zone, weights in 斤 beside kg for Chinese readers, areas in 亩", () => {
    const words = speak("zh-CN", zh);
    const lateEvening = Date.parse("2026-04-05T23:30:00+08:00") / 1000;

    expect(words.write({ day: lateEvening })).to.equal("2026年4月5日");
    expect(words.write({ days: [lateEvening, lateEvening + 86_400] })).to.equal("2026年4月5日至4月6日");
    expect(words.write({ amount: 412_000n, unit: "KGM" })).to.equal("412 千克（824 斤）");
    expect(words.write({ amount: 8_400_000n, unit: "MTK" })).to.equal("12.6 亩");
    expect(speak("en", en).write({ amount: 250n, unit: "KGM", form: "small" })).to.equal("250 g");
  });

  it("fill placeholders once: a name that looks like one stays a name", () => {
    const said = speak("en", en).say("scan.lot", { lot: "{lot}" });

    expect(said).to.equal("Lot {lot}");
  });
});

describe("The language of a page", () => {
  it("is the one asked for, else the browser's first that we have, else Chinese", () => {
    expect(chooseLang("en", "zh-CN")).to.equal("en");
    expect(chooseLang(null, "fr-FR, en-GB;q=0.8, zh;q=0.9")).to.equal("zh-CN");
    expect(chooseLang(null, "de, en;q=0.5")).to.equal("en");
    expect(chooseLang("xx", "en;q=0")).to.equal("zh-CN");
    expect(chooseLang(null, undefined)).to.equal("zh-CN");
  });
});

/** What the example's files say in Chinese. */
function exampleTexts(): string[] {
  const folder = join(ROOT, "scripts/example");
  return readdirSync(folder)
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => readFileSync(join(folder, file), "utf8").match(/"[^"\n]*"/g) ?? [])
    .filter((text) => /\p{Script=Han}/u.test(text));
}

function placeholders(text: string): string[] {
  return [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? ""))].sort();
}
