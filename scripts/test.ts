/**
 * `npm test [-- ROOM…]`: builds what the tests need, runs every suite, and ends with one line that counts them all.
 * Each room runs in a process of its own, so that one that crashes is one failure and hides no other.
 */
import { globSync } from "node:fs";
import { buildAll } from "./build.ts";
import { inTurn, runNode } from "./house/command.ts";
import { addCounts, type Count, countOfRun } from "./house/count.ts";
import { ROOT } from "./house/root.ts";

/** Folders of test/ by the room that `npm run test:ROOM` names; `house` takes all that no other room does. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  contracts: ["contracts"],
  journeys: ["journeys"],
  server: ["server"],
  web: ["web", "scan-web"],
  protocol: ["protocol"],
  house: [],
};

/**
 * Tests on programs that npm does not bring, with the variables that name those programs: `.ci/interop` builds them and asks
 * for the room `interop`, which has the files whose programs are there.
 */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  "test/server/blocks/kubo.interop.ts": ["KUBO_BIN"],
  "test/journeys/engines.interop.ts": ["KUBO_BIN", "GETH_BIN"],
};

/** Long days at their full size, asked for by name: files that `npm test` has a tenth of, by the name of the test beside them. */
const FIELD = "test/journeys/*.field.ts";

/** Not run unless they are named. */
const ASKED_FOR: readonly string[] = ["interop", "field"];

/** As many rooms at once as the smallest machine that we promise to be quick on has cores. */
const WIDTH = 2;

if (process.argv.includes("--help")) {
  console.log(`npm test [-- ROOM…]: runs all tests, or those of: ${Object.keys(ROOMS).join(", ")}`);
} else {
  const { passed, failed } = await testAll(process.argv.slice(2));
  console.log(`\n${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
}

async function testAll(named: readonly string[]): Promise<Count> {
  const unknown = named.find((room) => ROOMS[room] === undefined && !ASKED_FOR.includes(room));
  if (unknown !== undefined) {
    console.error(`There is no room "${unknown}": the rooms are ${Object.keys(ROOMS).join(", ")}.`);
    return { passed: 0, failed: 1 };
  }
  try {
    await buildAll();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return { passed: 0, failed: 1 };
  }
  const rooms = named.length > 0 ? named : Object.keys(ROOMS).filter((room) => filesOf(room).length > 0);
  const output = rooms.length === 1 ? "live" : "kept";
  return addCounts(
    await inTurn(
      rooms.map((room) => () => testRoom(room, output)),
      WIDTH,
    ),
  );
}

async function testRoom(room: string, output: "live" | "kept"): Promise<Count> {
  const files = filesOf(room);
  if (files.length === 0) {
    console.error(`${room}: there is no test`);
    return { passed: 0, failed: 1 };
  }
  const runner = room === "contracts" ? ["scripts/house/run-hardhat.ts"] : ["scripts/house/run-mocha.ts", ...files];
  const outcome = await runNode(runner, { output });
  const count = countOfRun(outcome);
  if (output === "kept") console.log(`\n──── ${room}\n${outcome.output.trimEnd()}`);
  console.log(`${room}: ${count.passed} passed, ${count.failed} failed, ${Math.round(outcome.tookMs / 1000)} s`);
  return count;
}

function filesOf(room: string): string[] {
  const folders = ROOMS[room] ?? [];
  if (room === "interop") {
    const files = Object.entries(NEEDS).filter(([, programs]) => programs.every((name) => process.env[name]));
    return files.map(([file]) => file);
  }
  if (room === "field") return globSync(FIELD, { cwd: ROOT }).map((path) => path.replaceAll("\\", "/"));
  if (room === "contracts") return globSync("test/contracts/**/*.{test.ts,t.sol}", { cwd: ROOT });
  const all = globSync("test/**/*.test.ts", { cwd: ROOT }).map((path) => path.replaceAll("\\", "/"));
  const named = Object.values(ROOMS).flat();
  const isOf = (path: string, list: readonly string[]): boolean =>
    list.some((name) => path.startsWith(`test/${name}/`));
  return all.filter((path) => (room === "house" ? !isOf(path, named) : isOf(path, folders))).sort();
}
