/**
 * Drops from installed packages what nothing here can load, after an install (`npm run prepare`): a cooperative's machine has a
 * small disk. Never code that runs, never a licence. Touches the given folder alone.
 */
import { lstatSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

export { isDropped, prune };

/** Folders, from `node_modules` on. Each is there for a use that this house does not have. */
const FOLDERS: readonly RegExp[] = [
  // C++ headers, for building native modules.
  /^node\/node_modules\/node-[^/]+\/include$/,
  /^node\/include$/,
  // The same library again, bundled for a <script> of a page.
  /^ethers\/dist$/,
  // The same code as beside it, for other module systems, and its sources.
  /^@redocly\/(config\/lib-esm|openapi-core\/src)$/,
  /^typechain\/node_modules\/prettier\/esm$/,
  // Clients of a database that uploads could be kept in; ours lie in the data folder.
  /^(@redis|@ioredis|ioredis)$/,
  // Native code for a runtime that is not Node.
  /^bare-[a-z]+\/prebuilds$/,
];

/** Files, by their path from `node_modules` on. */
const FILES: readonly RegExp[] = [
  /\.map$/,
  // Sources beside their builds: Node refuses TypeScript in node_modules, the compiler reads the declarations. Elsewhere a
  // package may keep TypeScript that it reads, as TypeChain does what it writes into every project.
  /(^|\/)src(\.ts)?\/.*(?<!\.d)\.[cm]?ts$/,
  /(^|\/)(readme|changelog|changes|history|contributing|security|code_of_conduct)[^/]*\.(md|markdown)$/i,
  /\.flow$/,
  // Whole bundles that IPFS packages carry for a <script> of a page.
  /^(?!glob\/).*\/dist\/index\.min\.js$/,
  // Bundles of the API's page for other bundlers; we serve the plain one.
  /^swagger-ui-dist\/swagger-ui(-es-bundle|-es-bundle-core)?\.js$/,
];

const LICENCE = /licen[cs]e|notice|copying|authors/i;

/** Whether the entry at `path` (from `node_modules` on, with `/`) goes. */
function isDropped(path: string, kind: "file" | "folder"): boolean {
  if (kind === "folder") return FOLDERS.some((rule) => rule.test(path));
  const name = path.slice(path.lastIndexOf("/") + 1);
  return FILES.some((rule) => rule.test(path)) && !LICENCE.test(name);
}

/** Drops all of it under `modules`; links are left alone, whatever they lead to. Never throws for what cannot be removed. */
function prune(modules: string): void {
  visit(modules, "");
}

function visit(modules: string, path: string): void {
  for (const name of readdirSync(join(modules, path))) {
    const inner = path === "" ? name : `${path}/${name}`;
    const place = join(modules, inner);
    const found = lstatSync(place);
    if (found.isSymbolicLink()) continue;
    if (isDropped(inner, found.isDirectory() ? "folder" : "file")) rmSync(place, { recursive: true, force: true });
    else if (found.isDirectory()) visit(modules, inner);
  }
}
