/** `npm run gas`: plays the scenes of test/support/scenes.ts and writes what each costs to test/contracts/gas.json. */
import { runNode } from "./house/command.ts";
import { tool } from "./house/root.ts";

if (process.argv.includes("--help")) {
  console.log(
    "npm run gas: measures the ledger's gas and code and rewrites test/contracts/gas.json; look at the difference",
  );
} else {
  process.env.GAS_SNAPSHOT = "write";
  const args = [tool("hardhat/dist/src/cli.js"), "test", "mocha", "test/contracts/Gas.test.ts"];
  const { code } = await runNode(args, { output: "live" });
  process.exitCode = code;
}
