/** `npm run docs`: writes the pages of docs/ that are made from code. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { generatedPages } from "./house/pages.ts";
import { ROOT } from "./house/root.ts";

if (process.argv.includes("--help")) {
  console.log("npm run docs: writes docs/problems.md and the other pages that are made from code");
} else {
  for (const [path, text] of generatedPages()) {
    writeFileSync(join(ROOT, path), text);
    console.log(path);
  }
}
