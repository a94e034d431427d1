/** `npm run build:contracts`: compiles contracts/ into artifacts/ and writes TypeChain's types into types/. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { runNode } from "./house/command.ts";
import { ROOT, tool } from "./house/root.ts";
import { unlessFresh } from "./house/stamp.ts";

export { buildContracts };

/** Says whether there was anything to do. Throws with the compiler's words when it refuses. */
async function buildContracts(): Promise<boolean> {
  if (!existsSync(join(ROOT, "hardhat.config.ts"))) return false;
  return await unlessFresh({
    name: "contracts",
    inputs: ["contracts/**/*.sol", "hardhat.config.ts", "package-lock.json", "scripts/build-contracts.ts"],
    outputs: ["artifacts", "types"],
    build: async () => {
      const { code, output } = await runNode([tool("hardhat/dist/src/cli.js"), "build", "--no-tests"]);
      if (code !== 0) throw new Error(`the contracts do not compile\n${output}`);
    },
  });
}

if (import.meta.main) console.log((await buildContracts()) ? "contracts built" : "contracts are as they were built");
