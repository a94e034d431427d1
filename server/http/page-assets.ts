/** What pages load, as `npm run build:web` left it in dist/web. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Assets } from "../../scan-web/ui/view.ts";

export { loadAssets, loadPromiseCss };

/** Style sheets and names of scripts as `npm run build:web` left them. */
async function loadAssets(folder: string): Promise<Assets> {
  const named = await manifestOf(folder);
  const css = (name: string) => readFile(join(folder, named(name)), "utf8");
  return {
    css: { scan: await css("scan.css"), home: await css("home.css") },
    mark: `/assets/${named("mark.js")}`,
  };
}

/** Of the pages of certificates and their registers. */
async function loadPromiseCss(folder: string): Promise<string> {
  const named = await manifestOf(folder);
  return readFile(join(folder, named("promise.css")), "utf8");
}

async function manifestOf(folder: string): Promise<(name: string) => string> {
  const manifest = JSON.parse(await readFile(join(folder, "manifest.json"), "utf8")) as Readonly<
    Record<string, string>
  >;
  return (name) => {
    const file = manifest[name];
    if (file === undefined) throw new Error(`dist/web lacks ${name}: run \`npm run build:web\``);
    return file;
  };
}
