/** Whether something built is still what its inputs would give. Touches dist/stamp. */
import { createHash } from "node:crypto";
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT } from "./root.ts";

export { unlessFresh };

interface Product {
  /** Name of the stamp file. */
  readonly name: string;
  /** Globs, from the root, of all that the result depends on. */
  readonly inputs: readonly string[];
  /** Files or folders that must be there. */
  readonly outputs: readonly string[];
  readonly build: () => Promise<void>;
}

/** Builds where inputs changed or outputs are gone; says whether it did. A build that throws leaves no stamp. */
async function unlessFresh({ name, inputs, outputs, build }: Product): Promise<boolean> {
  const stamp = join(ROOT, "dist/stamp", name);
  const print = fingerprint(inputs);
  const isThere = outputs.every((output) => existsSync(join(ROOT, output)));
  if (isThere && existsSync(stamp) && readFileSync(stamp, "utf8") === print) return false;

  rmSync(stamp, { force: true });
  await build();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, print);
  return true;
}

function fingerprint(inputs: readonly string[]): string {
  const paths = [...new Set(globSync([...inputs], { cwd: ROOT }))].map((path) => path.replaceAll("\\", "/")).sort();
  const hash = createHash("sha256");
  for (const path of paths) {
    if (!statSync(join(ROOT, path)).isFile()) continue;
    hash.update(`${path}\0`).update(
      createHash("sha256")
        .update(readFileSync(join(ROOT, path)))
        .digest(),
    );
  }
  return hash.digest("hex");
}
