/**
 * Runs the contracts' tests, Solidity's and TypeScript's, through Hardhat's own tasks in this process, and counts: the
 * tasks hand back numbers, so no printed line is read for them.
 */
import hre from "hardhat";
import { addCounts, type Count, reportCount } from "./count.ts";

hre.config.test.mocha.forbidOnly = true;
hre.config.test.mocha.forbidPending = true;

await hre.tasks.getTask("build").run({});
const counts: Count[] = [];
for (const runner of ["solidity", "mocha"]) {
  counts.push(countOf(await hre.tasks.getTask(["test", runner]).run({ noCompile: true }), runner));
}
reportCount(addCounts(counts));

/** Reads a task's result; a run that failed without naming a failed test, or that counts nothing, is one failure. */
function countOf(result: unknown, runner: string): Count {
  const { success, value, error } = result as { success?: boolean; value?: unknown; error?: unknown };
  const { summary, suiteResults } = ((success === true ? value : error) ?? {}) as {
    summary?: { passed: number; failed: number; skipped?: number; todo?: number };
    suiteResults?: readonly { readonly testResults: readonly { readonly status: string }[] }[];
  };
  // The Solidity runner's own summary is all zeros when it is run from here; its results are not.
  if (suiteResults !== undefined) {
    const results = suiteResults.flatMap(({ testResults }) => testResults);
    const passed = results.filter(({ status }) => status === "Success").length;
    return {
      passed,
      failed: success === true && passed > 0 ? results.length - passed : Math.max(1, results.length - passed),
    };
  }
  if (summary === undefined) {
    console.error(`Hardhat's ${runner} tests gave no count`);
    return { passed: 0, failed: 1 };
  }
  const failed = summary.failed + (summary.skipped ?? 0) + (summary.todo ?? 0);
  return { passed: summary.passed, failed: success === true ? failed : Math.max(1, failed) };
}
