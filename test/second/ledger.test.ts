import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const read = (root: string) => spawnSync("python3", [join(root, "test/second/ledger.py")], { encoding: "utf8" });

describe("A second reading of docs/ledger.md, in plain Python", () => {
  const hasPython = spawnSync("python3", ["--version"]).status === 0;

  it("agrees with every vector that it reads", () => {
    if (!hasPython) {
      console.log("      no python3 on this machine: CI runs test/second/ledger.py");
      return;
    }

    const { stdout, status } = read(ROOT);

    expect(stdout).to.match(/^second reading: (\d+) of \1 cases agree\n$/);
    expect(status).to.equal(0);
  });

  it("notices one digit that was changed in a word", () => {
    if (!hasPython) return;
    const copy = mkdtempSync(join(tmpdir(), "furrow-second-"));
    try {
      for (const path of ["test/second/ledger.py", "docs/ledger"])
        cpSync(join(ROOT, path), join(copy, path), { recursive: true });
      const file = join(copy, "docs/ledger/sequence.json");
      const text = readFileSync(file, "utf8");
      const at = text.lastIndexOf('"word": "0x') + 20;
      writeFileSync(file, text.slice(0, at) + (text[at] === "0" ? "1" : "0") + text.slice(at + 1));

      const { stdout, status } = read(copy);

      expect(stdout).to.match(/^differs: /);
      expect(status).to.equal(1);
    } finally {
      rmSync(copy, { recursive: true });
    }
  });
});
