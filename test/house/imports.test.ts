import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { runNode } from "../../scripts/house/command.ts";
import { ROOT, tool } from "../../scripts/house/root.ts";

interface Cruise {
  readonly refused: readonly string[];
  readonly modules: number;
}

describe("The import rules", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "furrow-imports-"));
    for (const file of ["package.json", "tsconfig.json", "dependency-cruiser.config.mjs"]) {
      cpSync(join(ROOT, file), join(folder, file));
    }
    // TypeScript refuses a tsconfig.json without any input.
    mkdirSync(join(folder, "scripts"));
    writeFileSync(join(folder, "scripts/nothing.ts"), "export const nothing = 0;\n");
    symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"), "junction");
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Lays the files, each importing what is named, and cruises them all. */
  const cruise = async (files: Record<string, readonly string[]>): Promise<Cruise> => {
    for (const [path, imports] of Object.entries(files)) {
      mkdirSync(join(folder, dirname(path)), { recursive: true });
      writeFileSync(
        join(folder, path),
        `${imports.map((name) => `import "${name}";\n`).join("")}export const here = 1;\n`,
      );
    }
    const rooms = ["protocol", "server", "scan-web", "scripts", "test"].filter((room) =>
      existsSync(join(folder, room)),
    );
    const config = ["--config", "dependency-cruiser.config.mjs", "--output-type", "json"];
    const { output } = await runNode([tool("dependency-cruiser/bin/dependency-cruiser.mjs"), ...config, ...rooms], {
      folder,
    });
    const { summary } = JSON.parse(output) as {
      summary: { totalCruised: number; violations: readonly { from: string; rule: { name: string } }[] };
    };
    return {
      modules: summary.totalCruised,
      refused: [...new Set(summary.violations.map(({ rule }) => rule.name))].sort(),
    };
  };

  it("let a record's way through, from protocol up to main", async () => {
    const { refused, modules } = await cruise({
      "protocol/problem.ts": [],
      "protocol/batch.ts": ["./problem.ts"],
      "server/store/store.ts": ["../../protocol/batch.ts", "node:sqlite", "kysely"],
      "server/submit/outbox.ts": ["../store/store.ts"],
      "scan-web/ui/html.ts": [],
      "scan-web/scan/page.ts": ["../ui/html.ts", "../../protocol/batch.ts"],
      "scan-web/scan/soft.ts": ["@noble/hashes/sha2.js"],
      "scan-web/record/db.ts": ["idb", "../../protocol/batch.ts"],
      "scan-web/record/seal.ts": ["jose"],
      "scan-web/record/copy.ts": ["@ipld/car"],
      "scan-web/record/keep-shell.ts": ["workbox-precaching"],
      "scan-web/record/code.ts": ["qrcode"],
      "server/http/pages.ts": ["../../scan-web/scan/page.ts", "../submit/outbox.ts", "express"],
      "server/main.ts": ["./http/pages.ts"],
      "scripts/start.ts": ["../server/main.ts"],
      "test/server/main.test.ts": ["../../server/main.ts", "../../scripts/start.ts"],
    });

    expect(refused).to.deep.equal([]);
    expect(modules).to.be.greaterThan(10);
  });

  const planted: readonly [string, Record<string, readonly string[]>, string][] = [
    ["protocol that uses a package", { "protocol/cid.ts": ["multiformats"] }, "protocol stands alone"],
    ["protocol that uses Node", { "protocol/cid.ts": ["node:crypto"] }, "protocol stands alone"],
    [
      "protocol that looks up",
      { "protocol/fold.ts": ["../server/chain/word.ts"], "server/chain/word.ts": [] },
      "protocol looks down only",
    ],
    [
      "protocol that looks ahead",
      { "protocol/bytes.ts": ["./batch.ts"], "protocol/batch.ts": [] },
      "protocol/bytes.ts and its row look back only",
    ],
    [
      "a protocol file without a place",
      { "protocol/odds.ts": ["./ends.ts"], "protocol/ends.ts": [] },
      "every protocol file has its place in the order",
    ],
    [
      "a stage that calls another",
      { "server/submit/relay.ts": ["../indexer/apply.ts"], "server/indexer/apply.ts": [] },
      "server/submit looks down only",
    ],
    [
      "an engine that calls another",
      { "server/chain/embedded.ts": ["../store/store.ts"], "server/store/store.ts": [] },
      "server/chain looks down only",
    ],
    [
      "an engine that looks up",
      { "server/store/store.ts": ["../http/problem.ts"], "server/http/problem.ts": [] },
      "server/store looks down only",
    ],
    [
      "a page that reaches the server through protocol's neighbour",
      { "scan-web/scan/mark.ts": ["../ui/i18n.ts"], "scan-web/ui/i18n.ts": ["node:fs"] },
      "pages reach no server",
    ],
    ["a page with a framework", { "scan-web/scan/mark.ts": ["zod"] }, "pages carry no package but the soft verifier's"],
    [
      "a recorder with a framework",
      { "scan-web/record/app.ts": ["zod"] },
      "the recorder carries its five packages and no other",
    ],
    [
      "a recorder that seals in two places",
      { "scan-web/record/key.ts": ["jose"] },
      "in the recorder seal.ts alone carries jose",
    ],
    [
      "a room that reads the settings",
      { "server/blocks/folder.ts": ["../config.ts"], "server/config.ts": [] },
      "rooms are put together by server/main.ts alone",
    ],
    [
      "a product that imports a test",
      { "server/main.ts": ["../test/support/farm.ts"], "test/support/farm.ts": [] },
      "no test code in the product",
    ],
    ["a circle", { "server/store/a.ts": ["./b.ts"], "server/store/b.ts": ["./a.ts"] }, "no circles"],
    ["an import of nothing", { "server/main.ts": ["./gone.ts"] }, "every import is found"],
  ];

  for (const [what, files, rule] of planted) {
    it(`refuse ${what}`, async () => {
      expect((await cruise(files)).refused).to.include(rule);
    });
  }

  it("read the whole tree in `npm run check`, not an empty one", async () => {
    const rooms = ["protocol", "server", "scan-web", "scripts", "test"];
    const args = ["--config", "dependency-cruiser.config.mjs", "--output-type", "json", ...rooms];
    const { output } = await runNode([tool("dependency-cruiser/bin/dependency-cruiser.mjs"), ...args]);
    const { summary } = JSON.parse(output) as { summary: { totalCruised: number } };

    expect(summary.totalCruised).to.be.greaterThan(50);
    expect(readFileSync(join(ROOT, "scripts/check.ts"), "utf8")).to.include("dependency-cruiser.config.mjs");
  });
});
