/**
 * Runs mocha on the files given, here in this process, and counts. A test that is skipped or pending has failed: what
 * nobody ran proves nothing. Settings are those of .mocharc.json.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import Mocha from "mocha";
import { reportCount } from "./count.ts";
import { ROOT } from "./root.ts";

const settings = JSON.parse(readFileSync(join(ROOT, ".mocharc.json"), "utf8")) as Mocha.MochaOptions;
const mocha = new Mocha(settings);
for (const file of process.argv.slice(2)) mocha.addFile(file);

// A promise that nobody waited for is a lost record: outside mocha's own program it must be made to fail the run.
let stray = 0;
process.on("unhandledRejection", (reason) => {
  stray += 1;
  console.error("a promise was rejected and nobody waited for it:", reason);
});

await mocha.loadFilesAsync();
let passed = 0;
let failed = 0;
const runner = mocha.run(() => reportCount({ passed, failed: failed + stray }));
runner.on("pass", () => {
  passed += 1;
});
runner.on("fail", () => {
  failed += 1;
});
