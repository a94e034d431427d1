/** What a test reads off an open page in a real browser: the verdict, the findings, what axe says, and a picture for people. */
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { ROOT } from "../../scripts/house/root.ts";

export { findings, picture, verdict, violations };

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

async function verdict(page: Page): Promise<string> {
  await page.locator("#verdict[data-total]:not([aria-busy])").waitFor();
  return ((await page.locator("#verdict").textContent()) ?? "").trim();
}

function findings(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>("[data-finding]")].map((item) => item.dataset.finding ?? ""),
  );
}

async function violations(page: Page): Promise<string[]> {
  // By the debugger's own door: a page whose policy takes no stranger's script is looked at as it is.
  const door = await page.context().newCDPSession(page);
  await door.send("Runtime.evaluate", { expression: await readFile(AXE, "utf8") });
  await door.detach();
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const found = await axe.run();
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`);
  });
}

/** test/artefacts/web/NAME.png, for people to look at. */
async function picture(page: Page, name: string): Promise<void> {
  const folder = join(ROOT, "test/artefacts/web");
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
