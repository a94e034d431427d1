/** `npm run fix`: formats what can be formatted and mends what the linter can mend safely. */
import { runNode } from "./house/command.ts";
import { tool } from "./house/root.ts";

if (process.argv.includes("--help")) {
  console.log("npm run fix: formats TypeScript, CSS, JSON and Solidity, and mends what can be mended safely");
} else {
  const jobs = [
    [tool("eslint/bin/eslint.js"), "--fix", "."],
    [tool("prettier/bin/prettier.cjs"), "--write", "--log-level", "warn", "."],
  ];
  for (const job of jobs) {
    if ((await runNode(job, { output: "live" })).code !== 0) process.exitCode = 1;
  }
}
