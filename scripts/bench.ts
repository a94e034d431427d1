/**
 * `npm run bench [-- NAME…]`: what Furrow costs, each figure beside a bare other way that is measured in the same run. Only their ratio
 * is claimed anywhere; the figures are this machine's. Everything takes about ten minutes on two cores.
 */
import { buildAll } from "./build.ts";
import { runNode } from "./house/command.ts";

if (process.argv.includes("--help")) {
  console.log(
    "npm run bench [-- gas verify pages submissions rebuild many]: measures them, or all, and prints a table",
  );
} else {
  await buildAll();
  const { code } = await runNode(["test/bench/main.ts", ...process.argv.slice(2)], { output: "live" });
  process.exitCode = code;
}
