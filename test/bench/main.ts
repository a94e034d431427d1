/** Measures what `npm run bench` names, and writes the table. Run by scripts/bench.ts. */
import { cpus, totalmem } from "node:os";
import { gas } from "./gas.ts";
import { many } from "./many.ts";
import { pages } from "./pages.ts";
import { type Measured, show } from "./ratio.ts";
import { rebuild } from "./rebuild.ts";
import { submissions } from "./submissions.ts";
import { verifying } from "./verify.ts";

const ALL: Readonly<Record<string, () => Promise<Measured[]>>> = {
  gas,
  verify: verifying,
  pages,
  submissions,
  rebuild,
  many: () => many(),
};

const named = process.argv.slice(2);
const unknown = named.find((name) => ALL[name] === undefined);
if (unknown !== undefined) {
  console.error(`There is nothing named "${unknown}" to measure: there are ${Object.keys(ALL).join(", ")}.`);
  process.exitCode = 2;
} else {
  const [cpu] = cpus();
  console.log(
    `${cpus().length} × ${cpu?.model ?? "?"}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}\n`,
  );
  console.log("| what | Furrow | beside | ratio | goal |\n|---|---|---|---|---|");
  for (const name of named.length > 0 ? named : Object.keys(ALL)) {
    for (const measured of (await ALL[name]?.()) ?? []) console.log(show(measured));
  }
}
