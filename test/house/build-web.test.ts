import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { buildWeb, bundle } from "../../scripts/build-web.ts";

describe("What browsers load", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "furrow-web-"));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const page = (source: string): string => {
    const path = join(folder, "page.ts");
    writeFileSync(path, source);
    return path;
  };
  const manifest = (): Record<string, string> =>
    JSON.parse(readFileSync(join(folder, "out/manifest.json"), "utf8")) as Record<string, string>;

  it("has its content's hash in its name, and a manifest that tells it", async () => {
    await bundle([page("document.title = 'one';")], "out", folder);
    const first = manifest()["page.js"] ?? "";
    await bundle([page("document.title = 'two';")], "out", folder);
    const second = manifest()["page.js"] ?? "";

    expect(first).to.match(/^page-[A-Z0-9]{8}\.js$/);
    expect(second)
      .to.match(/^page-[A-Z0-9]{8}\.js$/)
      .and.not.to.equal(first);
    expect(readdirSync(join(folder, "out"))).to.have.members(["manifest.json", second]);
  });

  it("is not built with what only Node has, and the one before stays", async () => {
    await bundle([page("document.title = 'one';")], "out", folder);
    const before = manifest();

    const refusal = await bundle(
      [page('import { readFileSync } from "node:fs"; readFileSync("/x");')],
      "out",
      folder,
    ).then(
      () => "",
      (error: Error) => error.message,
    );

    expect(refusal).to.include("node:fs");
    expect(manifest()).to.deep.equal(before);
    expect(readdirSync(folder)).to.have.members(["out", "page.ts"]);
  });

  it("is left alone while nothing has changed", async () => {
    await buildWeb();

    expect(await buildWeb()).to.equal(false);
  });
});
