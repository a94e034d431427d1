/**
 * `npm run build:web`: what browsers load, bundled and minified into dist/web under names that carry their content's
 * hash. `manifest.json` there maps each plain name to its file ("mark.js" → "mark-5K2C….js"); what the recorder needs
 * beside such files lies in dist/web/record (build-record.ts).
 * esbuild's platform is `browser`: an import that only Node has stops the build.
 */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { build, type Metafile } from "esbuild";
import { buildRecord } from "./build-record.ts";
import { ROOT } from "./house/root.ts";
import { unlessFresh } from "./house/stamp.ts";

export { buildWeb, bundle };

const ENTRIES = [
  "scan-web/scan/mark.ts",
  // Loaded only where crypto.subtle is missing; an entry of its own, so that its name stands in the manifest.
  "scan-web/scan/soft.ts",
  "scan-web/scan/scan.css",
  "scan-web/home/home.ts",
  "scan-web/home/home.css",
  "scan-web/promise/promise.css",
  "scan-web/api/api.ts",
  "scan-web/api/api.css",
];

/** Apart from the pages: what they share would be a file more for both, and a scan page is to come in few. */
const RECORD_ENTRIES = ["scan-web/record/record.ts", "scan-web/record/worker.ts", "scan-web/record/record.css"];

/** Pages that only tests open: bundled apart, so that no server has them. */
const TEST_ENTRIES = ["test/support/page/record-page.ts"];

/** Bundles all entries that exist; says whether there was anything to do. */
async function buildWeb(): Promise<boolean> {
  return await unlessFresh({
    name: "web",
    inputs: [
      "scan-web/**",
      "protocol/**",
      "server/png/**",
      "test/support/page/**",
      "package-lock.json",
      "tsconfig.json",
      "scripts/build-web.ts",
      "scripts/build-record.ts",
    ],
    outputs: ["dist/web/manifest.json", "dist/web/record/index.html", "dist/web-test/manifest.json"],
    build: async () => {
      await whole("web", join(ROOT, "dist"), async (folder) => {
        const pages = namesOf(await bundleInto(folder, ENTRIES));
        await writeManifest(folder, { ...pages, ...(await bundleRecord(folder)) });
      });
      await bundle(TEST_ENTRIES, "web-test");
    },
  });
}

/** The recorder's page and its worker share the engine's file. Of the worker's file the text is taken: it goes under a name that stays. */
async function bundleRecord(folder: string): Promise<Names> {
  const { outputs } = await bundleInto(folder, RECORD_ENTRIES);
  const { "worker.js": workerFile = "", ...names } = namesOf({ outputs });
  const worker = await readFile(join(folder, workerFile), "utf8");
  await rm(join(folder, workerFile));
  const files = Object.keys(outputs).map((path) => basename(path));
  const record = Object.entries(outputs).find(([path]) => basename(path) === names["record.js"])?.[1];
  const parts = (record?.imports ?? []).flatMap(({ kind, path }) =>
    kind === "import-statement" ? [basename(path)] : [],
  );
  await buildRecord({
    ...{ folder: join(folder, "record"), names, parts, worker },
    files: files.filter((file) => file !== workerFile),
  });
  return names;
}

/** Bundles those of `entries` (paths from the root) that exist into `folder` of `dist`. Whole or not at all. */
async function bundle(entries: readonly string[], folder: string, dist: string = join(ROOT, "dist")): Promise<void> {
  await whole(folder, dist, async (making) => writeManifest(making, namesOf(await bundleInto(making, entries))));
}

/** Made beside its place and renamed into it, since a server may be reading there. */
async function whole(folder: string, dist: string, make: (making: string) => Promise<void>): Promise<void> {
  await mkdir(dist, { recursive: true });
  const making = await mkdtemp(join(dist, `${folder}.`));
  try {
    await make(making);
    await rm(join(dist, folder), { recursive: true, force: true });
    await rename(making, join(dist, folder));
  } catch (error) {
    await rm(making, { recursive: true, force: true });
    throw error;
  }
}

async function bundleInto(folder: string, entries: readonly string[]): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: entries.map((entry) => resolve(ROOT, entry)).filter((entry) => existsSync(entry)),
    outdir: folder,
    bundle: true,
    minify: true,
    splitting: true,
    format: "esm",
    platform: "browser",
    target: ["es2020", "chrome80", "safari14"],
    // esbuild counts it as lacking for rare bugs in old engines, and can only refuse to rewrite it.
    supported: { destructuring: true },
    charset: "utf8",
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    // A worker lies elsewhere than the files that it imports.
    publicPath: "/assets/",
    assetNames: "[name]-[hash]",
    legalComments: "eof",
    define: { "process.env.NODE_ENV": '"production"' },
    metafile: true,
    logLevel: "silent",
  });
  return metafile;
}

type Names = Readonly<Record<string, string>>;

/** Plain name of each entry → its file. */
function namesOf({ outputs }: Pick<Metafile, "outputs">): Names {
  return Object.fromEntries(
    Object.entries(outputs).flatMap(([path, { entryPoint }]) =>
      entryPoint === undefined ? [] : [[basename(entryPoint).replace(/\.ts$/, ".js"), basename(path)] as const],
    ),
  );
}

async function writeManifest(folder: string, names: Names): Promise<void> {
  const sorted = Object.fromEntries(Object.entries(names).sort(([a], [b]) => (a < b ? -1 : 1)));
  await writeFile(join(folder, "manifest.json"), `${JSON.stringify(sorted, null, 2)}\n`);
}

if (import.meta.main) console.log((await buildWeb()) ? "pages built into dist/web" : "pages are as they were built");
