/**
 * `npm run check`: all that must hold before a commit, in under a minute on two cores. Pre-commit and CI run this very
 * script. Parts run side by side; what a part says is shown only when it refuses.
 */
import { existsSync, globSync } from "node:fs";
import { join } from "node:path";
import { buildClient } from "./build-client.ts";
import { buildContracts } from "./build-contracts.ts";
import { inTurn, runNode } from "./house/command.ts";
import { ROOT, tool } from "./house/root.ts";

interface Part {
  readonly name: string;
  readonly args: readonly string[];
}

if (process.argv.includes("--help")) {
  console.log("npm run check: types, lint, format, import rules and docs");
} else {
  process.exitCode = (await check()) ? 0 : 1;
}

async function check(): Promise<boolean> {
  const startedMs = performance.now();
  // The types of the contracts are generated; without them the compiler would refuse every file that names one.
  if (!existsSync(join(ROOT, "types"))) await buildContracts();
  // So are those of the API's client: stale ones would let a call pass that the API does not know.
  await buildClient();

  const refused = (
    await inTurn(
      parts().map((part) => () => run(part)),
      2,
    )
  ).filter((holds) => !holds).length;
  const tookS = ((performance.now() - startedMs) / 1000).toFixed(1);
  console.log(refused === 0 ? `check: all holds, ${tookS} s` : `check: ${refused} parts refuse, ${tookS} s`);
  return refused === 0;
}

async function run({ name, args }: Part): Promise<boolean> {
  const { code, output, tookMs } = await runNode(args);
  console.log(`${code === 0 ? "ok     " : "REFUSED"} ${name}, ${(tookMs / 1000).toFixed(1)} s`);
  if (code !== 0) console.log(output.trimEnd());
  return code === 0;
}

/** The slow ones first, so that two cores end together. */
function parts(): Part[] {
  const contracts = globSync("{contracts,test/contracts}/**/*.sol", { cwd: ROOT });
  return [
    { name: "lint", args: [tool("eslint/bin/eslint.js"), "--max-warnings", "0", "."] },
    ...["test/tsconfig.json", "tsconfig.json", "scan-web/tsconfig.json", "protocol/tsconfig.json"].map(types),
    { name: "import rules", args: [tool("dependency-cruiser/bin/dependency-cruiser.mjs"), ...cruise()] },
    {
      name: "format",
      args: [
        tool("prettier/bin/prettier.cjs"),
        "--check",
        "--cache",
        "--cache-location",
        "dist/format",
        "--log-level",
        "warn",
        ".",
      ],
    },
    ...(contracts.length === 0 ? [] : [solhint(contracts)]),
    {
      name: "docs and lock",
      args: ["scripts/house/run-mocha.ts", "test/house/docs.test.ts", "test/house/lock.test.ts"],
    },
  ];
}

function types(project: string): Part {
  const memory = join(ROOT, "dist/types", project.replaceAll("/", "-"));
  return {
    name: `types of ${project}`,
    args: [tool("typescript/bin/tsc"), "-p", project, "--incremental", "--tsBuildInfoFile", memory],
  };
}

function solhint(files: readonly string[]): Part {
  const options = ["--max-warnings", "0", "--noPoster", "--disc"];
  return { name: "contracts' lint", args: [tool("solhint/solhint.js"), ...options, ...files] };
}

function cruise(): string[] {
  const rooms = ["protocol", "server", "scan-web", "scripts", "test", "hardhat.config.ts"];
  return ["--config", "dependency-cruiser.config.mjs", ...rooms.filter((room) => existsSync(join(ROOT, room)))];
}
