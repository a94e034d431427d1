/** `npm run fix`: formats what can be formatted and mends what the linter can mend safely. */
import { globSync } from "node:fs";
import { runNode } from "./house/command.ts";
import { ROOT, tool } from "./house/root.ts";

if (process.argv.includes("--help")) {
  console.log("npm run fix: formats TypeScript, CSS, JSON and Solidity, and mends what can be mended safely");
} else {
  const contracts = globSync("{contracts,test/contracts}/**/*.sol", { cwd: ROOT });
  const jobs = [[tool("@biomejs/biome/bin/biome"), "check", "--write"]];
  if (contracts.length > 0) jobs.push([tool("prettier/bin/prettier.cjs"), "--write", ...contracts]);
  for (const job of jobs) {
    if ((await runNode(job, { output: "live" })).code !== 0) process.exitCode = 1;
  }
}
