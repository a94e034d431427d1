/**
 * `npm run prepare`, which npm also runs after an install: points git at .githooks and drops what the installed Node
 * carries for building native modules (67 MB of C++ headers; nothing here is built from C++).
 * Touches .git/config of this folder and node_modules/node. Never fails: a tarball has no git.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");

// Only where this very folder is a checkout: an unpacked tarball may lie inside somebody else's repository.
if (existsSync(join(root, ".git"))) {
  spawnSync("git", ["config", "core.hooksPath", ".githooks"], { cwd: root, stdio: "ignore" });
}

const nodeHome = join(root, "node_modules/node/node_modules");
if (existsSync(nodeHome)) {
  for (const name of readdirSync(nodeHome).filter((entry) => entry.startsWith("node-"))) {
    rmSync(join(nodeHome, name, "include"), { recursive: true, force: true });
  }
}
