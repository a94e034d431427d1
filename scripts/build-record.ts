/**
 * What the recorder needs beside its bundles, which have addresses of their own: the page that opens it, its workers, its manifest (W3C Web
 * Application Manifest) and its icons. A worker carries the list of what a phone keeps to open the recorder without a link, each with its
 * content's hash: a file that changed is fetched again, every other one stays.
 */
import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { iconSvg } from "../scan-web/record/icon.ts";
import { type Kept, recordPage } from "../scan-web/record/page.ts";
import { drawIcon } from "../server/png/icon.ts";
import { ROOT } from "./house/root.ts";

export { buildRecord };

interface RecordParts {
  /** Where it goes; made here. */
  readonly folder: string;
  /** Plain name → file in `/assets`. */
  readonly names: Readonly<Record<string, string>>;
  /** All files in `/assets` that belong to it, those included that are loaded late. */
  readonly files: readonly string[];
  /** Those of them that record.js imports, and so needs at once. */
  readonly parts: readonly string[];
  /** worker.ts, bundled with the page, whose files it imports; the list of what is kept is still to be written into it. */
  readonly worker: string;
}

const CLASSIC = "scan-web/record/worker-classic.ts";
const LIST = "self.__WB_MANIFEST";

const MANIFEST = {
  id: "/record/",
  name: "垄迹记账",
  short_name: "垄迹",
  description: "在田里记下每一步，没有信号也能记。",
  lang: "zh-CN",
  dir: "ltr",
  start_url: "/record/",
  scope: "/record/",
  display: "standalone",
  orientation: "portrait",
  background_color: "#fbf8f1",
  theme_color: "#2a663c",
  categories: ["business", "productivity"],
  icons: [
    { src: "/record/icon-192.png", sizes: "192x192", type: "image/png", purpose: "any" },
    { src: "/record/icon-512.png", sizes: "512x512", type: "image/png", purpose: "any" },
    { src: "/record/icon-maskable-512.png", sizes: "512x512", type: "image/png", purpose: "maskable" },
  ],
} as const;

async function buildRecord({ folder, names, files, parts, worker }: RecordParts): Promise<void> {
  await mkdir(folder, { recursive: true });
  const at = (name: string) => {
    const file = names[name];
    if (file === undefined) throw new Error(`scan-web/record gave no ${name}`);
    return `/assets/${file}`;
  };
  const addresses = parts.map((part) => `/assets/${part}`);
  const page = recordPage({ css: at("record.css"), module: at("record.js"), parts: addresses }).markup;
  const manifest = `${JSON.stringify(MANIFEST, null, 2)}\n`;
  await writeFile(join(folder, "index.html"), page);
  await writeFile(join(folder, "manifest.webmanifest"), manifest);
  await writeFile(join(folder, "icon-192.png"), await drawIcon(iconSvg("round"), 192));
  await writeFile(join(folder, "icon-512.png"), await drawIcon(iconSvg("round"), 512));
  await writeFile(join(folder, "icon-maskable-512.png"), await drawIcon(iconSvg("full"), 512));
  const kept = JSON.stringify([
    { url: "/record/", revision: revisionOf(page) },
    { url: "/record/manifest.webmanifest", revision: revisionOf(manifest) },
    ...files.toSorted().map((file) => ({ url: `/assets/${file}`, revision: null })),
  ] satisfies Kept[]);
  if (!worker.includes(LIST)) throw new Error("scan-web/record/worker.ts has no place for the list of what is kept");
  // A worker's name stays, so it carries no hash.
  await writeFile(
    join(folder, "worker.js"),
    worker.replace(LIST, () => kept),
  );
  await buildClassic(folder, kept);
}

async function buildClassic(folder: string, kept: string): Promise<void> {
  await build({
    absWorkingDir: ROOT,
    entryPoints: [join(ROOT, CLASSIC)],
    outfile: join(folder, "worker-classic.js"),
    bundle: true,
    minify: true,
    format: "iife",
    platform: "browser",
    target: ["es2020", "chrome80", "safari14"],
    supported: { destructuring: true },
    charset: "utf8",
    legalComments: "eof",
    define: { [LIST]: kept, "process.env.NODE_ENV": '"production"' },
    logLevel: "silent",
  });
}

function revisionOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
