import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { text as shown } from "../../../scan-web/ui/html.ts";
import pagesEn from "../../../scan-web/ui/messages/en.json" with { type: "json" };
import pagesZh from "../../../scan-web/ui/messages/zh-CN.json" with { type: "json" };
import { messages as en } from "../../../scan-web/record/messages/en.ts";
import { messages as zh } from "../../../scan-web/record/messages/zh-CN.ts";

const FOLDER = join(import.meta.dirname, "../../../scan-web/record/messages");
const languages: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ["zh-CN", zh],
  ["en", en],
];

describe("The recorder's words", () => {
  it("have the same keys in both languages, none of them empty", () => {
    expect(Object.keys(en).sort()).to.deep.equal(Object.keys(zh).sort());
    for (const [lang, messages] of languages)
      for (const [key, text] of Object.entries(messages)) expect(text.trim(), `${lang} ${key}`).not.to.equal("");
  });

  it("have the same placeholders in both languages", () => {
    for (const [key, text] of Object.entries(zh)) {
      if (!key.startsWith("unit."))
        expect(placeholders((en as Readonly<Record<string, string>>)[key] ?? ""), key).to.deep.equal(
          placeholders(text),
        );
    }
  });

  it("stand once each, in the part that their key names", () => {
    const seen = new Map<string, string>();
    for (const file of readdirSync(FOLDER).filter((name) => name.endsWith(".json"))) {
      for (const key of Object.keys(JSON.parse(readFileSync(join(FOLDER, file), "utf8")) as object)) {
        const [, lang = ""] = /\.([\w-]+)\.json$/.exec(file) ?? [];
        expect(seen.get(`${lang} ${key}`), key).to.equal(undefined);
        seen.set(`${lang} ${key}`, file);
        expect(key, file).to.match(/^(record\.[a-z]+|unit)\./);
      }
    }
  });

  it("say units as the pages do", () => {
    for (const [own, pages] of [
      [zh, pagesZh],
      [en, pagesEn],
    ] as const) {
      const units = (from: object) => Object.entries(from).filter(([key]) => key.startsWith("unit."));
      expect(Object.fromEntries(units(own))).to.deep.equal(Object.fromEntries(units(pages)));
    }
  });

  it("have a cause and a next step for everything that can go wrong", () => {
    for (const [lang, messages] of languages) {
      const causes = Object.keys(messages).filter((key) => key.endsWith(".cause"));
      expect(causes.length).to.be.greaterThan(10);
      for (const key of causes) expect(messages, lang).to.have.property(key.replace(/\.cause$/, ".mend"));
      for (const key of Object.keys(messages).filter((one) => one.endsWith(".mend")))
        expect(messages, lang).to.have.property(key.replace(/\.mend$/, ".cause"));
    }
  });

  it("hold no character that a page would not show, and no word of the machine room", () => {
    for (const [lang, messages] of languages) {
      for (const [key, text] of Object.entries(messages)) {
        expect(shown(text), `${lang} ${key}`).not.to.contain("\u{fffd}");
        expect(text, `${lang} ${key}`).not.to.match(
          /blockchain|\bhash|\bgas\b|wallet|\bCID\b|\bnonce\b|\bsync|区块链|哈希|钱包|私钥|公钥|同步/i,
        );
      }
    }
  });
});

function placeholders(text: string): string[] {
  return [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? ""))].sort();
}
