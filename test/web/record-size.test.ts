/**
 * What a phone loads before it can write its first record, as this server sends it: a farmer pays for each kilobyte, and waits for it.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { ROOT } from "../../scripts/house/root.ts";
import { startServer, type TestServer } from "../support/server.ts";

const { budget } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { budget: { recorder: number } };
const LANGUAGES = ["zh-CN", "en"] as const;

describe("The recorder's shell", function () {
  this.timeout(60_000);

  let server: TestServer;

  before(async () => {
    server = await startServer({ pages: true });
  });

  after(() => server.close());

  const text = async (path: string): Promise<string> => {
    const answer = await fetch(server.address + path);
    expect(answer.status, path).to.equal(200);
    return answer.text();
  };

  /** Bytes of the body on the line; fetch unpacks, and leaves the length as it came. */
  const sent = async (path: string): Promise<number> => {
    const answer = await fetch(server.address + path, { headers: { "accept-encoding": "br" } });
    await answer.arrayBuffer();
    expect(answer.headers.get("content-encoding"), path).to.equal("br");
    return Number(answer.headers.get("content-length") ?? Number.NaN);
  };

  const sum = async (paths: readonly string[]): Promise<number> =>
    (await Promise.all(paths.map(sent))).reduce((all, bytes) => all + bytes, 0);

  /** A script and all that it imports at once. */
  const withImports = async (script: string, known = new Set<string>()): Promise<Set<string>> => {
    if (known.has(script)) return known;
    known.add(script);
    for (const [, next = ""] of (await text(script)).matchAll(/(?:from|import)\s*"(\/assets\/[\w.-]+\.js)"/g))
      await withImports(next, known);
    return known;
  };

  it("is at most 100 kB compressed: page, style, scripts, worker and the words of one language", async () => {
    const page = await text("/record/");
    const worker = await text("/record/worker.js");
    const [style = ""] = /\/assets\/[\w-]+\.css/.exec(page) ?? [];
    const [, script = ""] = /<script type="module" src="([^"]+)"/.exec(page) ?? [];
    const scripts = new Set([
      ...(await withImports(script)),
      ...(await withImports("/record/worker.js")),
      "/record/worker.js",
    ]);
    const kept = [...new Set([...worker.matchAll(/"(\/(?:assets|record)\/[\w.-]*)"/g)].map(([, url]) => url ?? ""))];
    const words = (lang: string) => kept.filter((url) => url.startsWith(`/assets/${lang}-`));
    const start = ["/record/", "/record/manifest.webmanifest", style, ...scripts];

    const late = kept.filter((url) => !start.includes(url) && !LANGUAGES.some((lang) => words(lang).includes(url)));
    console.log(`      loaded when it is asked for, and kept: ${await sum(late)} bytes in ${late.length} files`);
    for (const lang of LANGUAGES) {
      const shell = [...start, ...words(lang)];
      const each = await Promise.all(shell.map(async (url) => `${url} ${await sent(url)}`));
      const bytes = await sum(shell);
      console.log(`      ${lang}: ${bytes} bytes of ${budget.recorder}, in ${shell.length} files`);
      expect(words(lang), lang).to.have.length(1);
      expect(bytes, each.join("\n")).to.be.at.most(budget.recorder);
    }
    expect(kept).to.include.members(["/record/", style, script]);
  });

  it("names in its page every script that it imports, so that none waits for another", async () => {
    const page = await text("/record/");
    const [, script = ""] = /<script type="module" src="([^"]+)"/.exec(page) ?? [];
    const named = [...page.matchAll(/<link rel="modulepreload" href="([^"]+)">/g)].map(([, url]) => url);

    expect([script, ...named]).to.have.members([...(await withImports(script))]);
  });

  it("has a worker that brings nothing which the page has not fetched", async () => {
    const [, script = ""] = /<script type="module" src="([^"]+)"/.exec(await text("/record/")) ?? [];
    const pages = await withImports(script);

    expect([...(await withImports("/record/worker.js"))].filter((url) => !pages.has(url))).to.deep.equal([
      "/record/worker.js",
    ]);
  });
});
