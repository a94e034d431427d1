/**
 * `npm run prepare`, which npm also runs after an install: points git at .githooks and drops what no installed package needs to
 * run here (house/prune.ts). Touches .git/config of this folder and node_modules. Never fails: a tarball has no git.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { prune } from "./house/prune.ts";

const root = join(import.meta.dirname, "..");

// Only where this very folder is a checkout: an unpacked tarball may lie inside somebody else's repository.
if (existsSync(join(root, ".git"))) {
  spawnSync("git", ["config", "core.hooksPath", ".githooks"], { cwd: root, stdio: "ignore" });
}

const modules = join(root, "node_modules");
if (existsSync(modules)) prune(modules);
