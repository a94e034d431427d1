import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { problems } from "../../protocol/problem.ts";
import { generatedPages } from "../../scripts/house/pages.ts";
import { ROOT } from "../../scripts/house/root.ts";
import { settings } from "../../server/config.ts";

const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");
const paths = globSync("{*.md,docs/**/*.md}", { cwd: ROOT });
const pages = new Map(paths.map((path) => [path, read(path)]));
const allText = [...pages.values()].join("\n");
const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };

describe("The docs", () => {
  it("name every npm script", () => {
    const short = ["start", "test"];
    const unnamed = Object.keys(scripts).filter(
      (name) =>
        !new RegExp(`npm (run )?${name}(?![\\w:-])`).test(allText) ||
        (short.includes(name) && !allText.includes(`npm ${name}`)),
    );

    expect(unnamed).to.deep.equal([]);
  });

  it("name no npm script that does not exist", () => {
    const named = [...allText.matchAll(/npm run (?:--silent )?([a-z][\w:-]*)/g)].map(([, name]) => name ?? "");

    expect(named.filter((name) => scripts[name] === undefined)).to.deep.equal([]);
  });

  it("name every setting", () => {
    expect(settings.map(({ env }) => env).filter((env) => !allText.includes(`\`${env}\``))).to.deep.equal([]);
  });

  it("name every type of problem", () => {
    const page = pages.get("docs/problems.md") ?? "";

    expect(Object.keys(problems).filter((type) => !page.includes(`## ${type}\n`))).to.deep.equal([]);
  });

  it("hold generated pages that say what the code says (`npm run docs` makes them)", () => {
    const stale = [...generatedPages()].filter(([path, text]) => !existsSync(join(ROOT, path)) || read(path) !== text);

    expect(stale.map(([path]) => path)).to.deep.equal([]);
  });

  it("link to no page that is not there", () => {
    const dead = [...pages].flatMap(([path, text]) =>
      [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/g)]
        .map(([, target]) => target ?? "")
        .filter((target) => !existsSync(join(ROOT, dirname(path), target)))
        .map((target) => `${path} → ${target}`),
    );

    expect(dead).to.deep.equal([]);
  });

  it("show every picture of docs/pictures", () => {
    const unshown = globSync("docs/pictures/*", { cwd: ROOT }).filter(
      (path) => !allText.includes(path.replace(/^docs./, "")),
    );

    expect(unshown).to.deep.equal([]);
  });

  it("tell what each screen of docs/record.md says, in both languages", () => {
    const [zh = "", en = ""] = (pages.get("docs/record.md") ?? "").split("## How to use it");
    const shown = (text: string, lang: string) =>
      [...text.matchAll(/pictures\/record-([\w-]+)-(\w\w)\.png/g)]
        .filter(([, , of]) => of === lang)
        .map(([, name]) => name);

    expect(shown(zh, "zh")).to.have.length.above(9).and.to.deep.equal(shown(en, "en"));
  });

  it("give every dependency its reason", () => {
    const { dependencies, devDependencies } = JSON.parse(read("package.json")) as Record<
      string,
      Record<string, string>
    >;
    const decisions = pages.get("docs/decisions.md") ?? "";
    const names = Object.keys({ ...dependencies, ...devDependencies }).filter((name) => !name.startsWith("@types/"));

    expect(names.filter((name) => !decisions.includes(`\`${name}\``))).to.deep.equal([]);
  });

  it("ask for exact versions of every dependency", () => {
    const { dependencies, devDependencies } = JSON.parse(read("package.json")) as Record<
      string,
      Record<string, string>
    >;
    const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(([, version]) => !/^\d/.test(version));

    expect(loose).to.deep.equal([]);
  });
});
