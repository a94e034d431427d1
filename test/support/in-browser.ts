/**
 * Parts of the recorder in a real browser, without its screens: what a test names is bundled as `npm run build:web` bundles the pages,
 * and stands on an empty page of the server's own address as `window.furrow`.
 */
import { build } from "esbuild";
import type { BrowserContext, Page } from "playwright-core";
import { ROOT } from "../../scripts/house/root.ts";

export { bundled, openParts };

/** @param source  a module whose exports become `window.furrow`; it imports from the root, `./scan-web/record/wire.ts` */
async function bundled(source: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: ROOT, loader: "ts", sourcefile: "parts.ts" },
    ...{ bundle: true, write: false, format: "iife", globalName: "furrow", platform: "browser", logLevel: "silent" },
    ...{ target: ["es2020", "chrome80"], supported: { destructuring: true }, charset: "utf8" },
  });
  return outputFiles[0]?.text ?? "";
}

/** A page at `${address}/a-phone/` that has the parts. A reload has them again. */
async function openParts(context: BrowserContext, address: string, source: string): Promise<Page> {
  const script = await bundled(source);
  const page = await context.newPage();
  await page.route(`${address}/a-phone/`, (route) =>
    route.fulfill({
      contentType: "text/html; charset=utf-8",
      body: `<!doctype html><html lang="en"><title>Parts, for tests</title><link rel="icon" href="data:,"><script>${script.replaceAll("</script", "<\\/script")}</script></html>`,
    }),
  );
  await page.goto(`${address}/a-phone/`);
  return page;
}
