/** `npm run lock`: mends package-lock.json after every change of dependencies (scripts/house/lock.ts says how and why). */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Lock, mendLock, missingOptional } from "./house/lock.ts";
import { ROOT } from "./house/root.ts";

if (process.argv.includes("--help")) {
  console.log("npm run lock: mends package-lock.json for every platform and Node ≥ 20; run it after `npm install X`");
} else {
  const path = join(ROOT, "package-lock.json");
  const before = readFileSync(path, "utf8");
  const lock = JSON.parse(before) as Lock;
  const after = `${JSON.stringify(mendLock(lock), null, 2)}\n`;
  if (after !== before) writeFileSync(path, after);
  const missing = missingOptional(lock).size;
  console.log(after === before ? "package-lock.json is whole" : `package-lock.json mended, ${missing} packages added`);
}
