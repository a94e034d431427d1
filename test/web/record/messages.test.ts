import { globSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect } from "chai";
import { text as shown } from "../../../scan-web/ui/html.ts";
import pagesEn from "../../../scan-web/ui/messages/en.json" with { type: "json" };
import pagesZh from "../../../scan-web/ui/messages/zh-CN.json" with { type: "json" };
import { messages as firstEn } from "../../../scan-web/record/messages/en.ts";
import { messages as laterEn } from "../../../scan-web/record/messages/later-en.ts";
import { messages as laterZh } from "../../../scan-web/record/messages/later-zh-CN.ts";
import { messages as firstZh } from "../../../scan-web/record/messages/zh-CN.ts";

const ROOM = join(import.meta.dirname, "../../../scan-web/record");
const FOLDER = join(ROOM, "messages");
const zh = { ...firstZh, ...laterZh };
const en = { ...firstEn, ...laterEn };
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

describe("The words that come with the page", () => {
  /** Said by these only after all words were asked for. */
  const AFTERWARDS = new Set(["barrier.ts", "whys.ts", "told.ts", "states.ts", "checks.ts", "words.ts"]);
  /** In practice the whole of it is loaded, for the lesson's line. */
  const IN_PRACTICE = new Set(["record.practice.title"]);

  it("are the same ones in both languages", () => {
    expect(Object.keys(firstEn).sort()).to.deep.equal(Object.keys(firstZh).sort());
    expect(Object.keys(laterEn).filter((key) => key in firstZh)).to.deep.equal([]);
  });

  it("are all that the screens for recording and what stands around them say", () => {
    const later = [];
    for (const file of loadedWith("record.ts")) {
      if (AFTERWARDS.has(file)) continue;
      for (const key of keysIn(file))
        if (partsOf(laterZh).has(partOf(key)) && !IN_PRACTICE.has(key)) later.push(`${file}: ${key}`);
    }
    expect(later).to.deep.equal([]);
  });

  /** A file of the room and all that its imports bring at once, types aside. */
  function loadedWith(file: string, known = new Set<string>()): Set<string> {
    if (known.has(file)) return known;
    known.add(file);
    for (const [, from = ""] of textOf(file).matchAll(/^(?:import|\}) (?!type )[^;]*?from "(\.[^"]+\.ts)";/gm)) {
      const other = relative(ROOM, join(ROOM, dirname(file), from));
      if (!other.startsWith("..")) loadedWith(other, known);
    }
    return known;
  }
});

describe("Every sentence of the recorder", () => {
  it("is said somewhere", () => {
    const said = globSync("**/*.ts", { cwd: ROOM }).flatMap((file) => [...keysIn(file)]);
    const whole = new Set(said);
    const made = said.filter((key) => key.includes("${")).map(patternOf);
    const silent = Object.keys(zh).filter((key) => {
      const stem = key.replace(/\.(one|other)$/, "");
      return !key.startsWith("unit.") && !whole.has(key) && !whole.has(stem) && !made.some((one) => one.test(key));
    });
    expect(silent).to.deep.equal([]);
  });

  /** `record.ask.${name}.more` stands for any name; a key may go on after what is said of it here (whys.ts, plurals). */
  function patternOf(key: string): RegExp {
    const fixed = key.split(/\$\{[^}]*\}/).map((part) => part.replace(/[.]/g, "\\."));
    return new RegExp(`^${fixed.join("[\\w.-]+")}(\\.[\\w-]+)?$`);
  }
});

function textOf(file: string): string {
  return readFileSync(join(ROOM, file), "utf8");
}

function keysIn(file: string): Set<string> {
  return new Set([...textOf(file).matchAll(/record\.[a-z]+\.(?:[\w.-]|\$\{[^}]*\})*/g)].map(([key]) => key));
}

function partOf(key: string): string {
  return key.split(".")[1] ?? "";
}

function partsOf(messages: object): Set<string> {
  return new Set(Object.keys(messages).map(partOf));
}

function placeholders(text: string): string[] {
  return [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? ""))].sort();
}
