/**
 * `npm run vectors [-- --check]`: writes docs/ledger/*.json and the example of docs/ledger.md from `protocol`, or says which of them
 * are stale. The same run writes the same files.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { batchVectors } from "./vectors/batches.ts";
import { serialVectors } from "./vectors/codes.ts";
import { entryVectors } from "./vectors/entries.ts";
import { exampleOf } from "./vectors/example.ts";
import { foldVectors } from "./vectors/folds.ts";
import { sequenceVectors } from "./vectors/sequence.ts";
import { merkleVectors, subjectVectors } from "./vectors/trees.ts";

const DOCS = new URL("../docs/", import.meta.url);
const START = "<!-- example: written by `npm run vectors` -->";
const END = "<!-- /example -->";

if (process.argv.includes("--help")) {
  console.log(
    "npm run vectors [-- --check]: writes docs/ledger/*.json and the example of docs/ledger.md, or checks them",
  );
} else {
  process.exitCode = (await run(process.argv.includes("--check"))) ? 0 : 1;
}

async function run(onlyCheck: boolean): Promise<boolean> {
  const batches = await batchVectors();
  const files = {
    "ledger/subject.json": await subjectVectors(),
    "ledger/entry.json": entryVectors(),
    "ledger/batch.json": batches,
    "ledger/merkle.json": await merkleVectors(),
    "ledger/fold.json": await foldVectors(),
    "ledger/serial.json": await serialVectors(),
    "ledger/sequence.json": await sequenceVectors(),
  };
  const texts = new Map(Object.entries(files).map(([path, file]) => [path, `${JSON.stringify(file, null, 2)}\n`]));
  texts.set("ledger.md", withExample(readFileSync(new URL("ledger.md", DOCS), "utf8"), exampleOf(batches)));

  let fresh = true;
  for (const [path, text] of texts) {
    if (readOrNothing(path) === text) continue;
    fresh = false;
    if (!onlyCheck) writeFileSync(new URL(path, DOCS), text);
    console.log(onlyCheck ? `docs/${path} is stale: run npm run vectors` : `docs/${path} written`);
  }
  if (fresh) console.log("vectors: all as protocol makes them");
  return fresh || !onlyCheck;
}

function withExample(page: string, example: string): string {
  const [start, end] = [page.indexOf(START), page.indexOf(END)];
  if (start < 0 || end < start) throw new Error(`docs/ledger.md has no place between ${START} and ${END}`);
  return `${page.slice(0, start + START.length)}\n${example}\n${page.slice(end)}`;
}

function readOrNothing(path: string): string {
  try {
    return readFileSync(new URL(path, DOCS), "utf8");
  } catch {
    return "";
  }
}
