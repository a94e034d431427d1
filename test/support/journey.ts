/**
 * What journeys share: the example, made once by a real first start; a browser and what stands on its screen; pictures kept for
 * people to look at (test/artefacts).
 */
import { mkdir } from "node:fs/promises";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { type ExampleResult, readExample } from "../../scripts/example/kept.ts";
import { ROOT } from "../../scripts/house/root.ts";
import { launchBrowser } from "./chromium.ts";
import { aFolder, copyOf, type Ending, type Running, startFurrowProcess } from "./start.ts";

export type { FirstStart, Lang, Scheme, SeenWhileMaking, Verdict };
export { browser, exampleServer, firstStart, keepPicture, LANGS, lanAddress, open, PHONE, SCHEMES, seenOn, verdictOn };

/** The smallest phone that we promise to look well on, in CSS pixels. */
const PHONE = { width: 360, height: 780 } as const;
const LANGS = ["zh-CN", "en"] as const;
const SCHEMES = ["light", "dark"] as const;
type Lang = (typeof LANGS)[number];
type Scheme = (typeof SCHEMES)[number];

/** What somebody who does not wait for the example gets. */
interface SeenWhileMaking {
  readonly home: { readonly status: number; readonly body: string };
  readonly submission: { readonly status: number; readonly retryAfter: string | null; readonly body: string };
}

interface FirstStart {
  /** Its folder; no server runs on it. */
  readonly data: string;
  readonly example: ExampleResult;
  readonly output: string;
  readonly seen: SeenWhileMaking;
  readonly readyMs: number;
  readonly ending: Ending;
}

interface Verdict {
  /** whole · notices · mismatch · unchecked */
  readonly state: string;
  readonly sentence: string;
  /** "126 of 126 entries hold." */
  readonly counted: string;
  readonly whole: number;
  readonly total: number;
  /** Codes of the findings listed. */
  readonly findings: readonly string[];
}

const PAGES_ANSWER = /pages answer at (http\S+?);/;

let first: Promise<FirstStart> | null = null;
let launched: Promise<Browser> | null = null;

after(async () => {
  await (await launched)?.close();
});

/** The first start on an empty folder, watched while it makes the example, then stopped by Ctrl-C. Once a test run. */
function firstStart(): Promise<FirstStart> {
  first ??= beginAndStop();
  return first;
}

async function beginAndStop(): Promise<FirstStart> {
  const data = await aFolder();
  const startedMs = performance.now();
  const server = startFurrowProcess({ data });
  const seen = await lookWhileMaking(server);
  await server.ready;
  const readyMs = performance.now() - startedMs;
  const ending = await server.stop();
  const example = readExample(data);
  if (example === null) throw new Error(`the first start left no example:\n${server.output()}`);
  return { data, example, output: server.output(), seen, readyMs, ending };
}

async function lookWhileMaking(server: Running): Promise<SeenWhileMaking> {
  for (;;) {
    const address = PAGES_ANSWER.exec(server.output())?.[1];
    if (address === undefined) {
      const over = await Promise.race([server.ended, new Promise<null>((done) => setTimeout(done, 5, null))]);
      if (over !== null) throw new Error(`it ended before its pages answered:\n${server.output()}`);
      continue;
    }
    const [home, submission] = await Promise.all([
      fetch(address, { headers: { accept: "text/html" } }),
      fetch(`${address}/api/batches`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ batches: ["AA"] }),
      }),
    ]);
    return {
      home: { status: home.status, body: await home.text() },
      submission: {
        status: submission.status,
        retryAfter: submission.headers.get("retry-after"),
        body: await submission.text(),
      },
    };
  }
}

/** A server on its own copy of the example. */
async function exampleServer(options: { readonly host?: string } = {}): Promise<{
  readonly server: Running;
  readonly address: string;
  readonly example: ExampleResult;
}> {
  const { data, example } = await firstStart();
  const server = startFurrowProcess({ data: await copyOf(data), ...options });
  return { server, address: await server.ready, example };
}

/** One for all journeys; each opens contexts of its own. */
function browser(): Promise<Browser> {
  launched ??= launchBrowser();
  return launched;
}

/** A new phone at `url`: nothing is shared with other phones. The caller closes the context. */
async function open(
  url: string,
  options: BrowserContextOptions & { readonly scheme?: Scheme; readonly lang?: Lang } = {},
): Promise<{ readonly page: Page; readonly context: BrowserContext; readonly requests: readonly string[] }> {
  const { scheme = "light", lang = "zh-CN", ...others } = options;
  const context = await (
    await browser()
  ).newContext({
    viewport: PHONE,
    deviceScaleFactor: 2,
    colorScheme: scheme,
    locale: lang,
    ...others,
  });
  const requests: string[] = [];
  context.on("request", (request) => requests.push(request.url()));
  const page = await context.newPage();
  await page.goto(url);
  return { page, context, requests };
}

/** Waits until the page has said what it found. */
async function verdictOn(page: Page): Promise<Verdict> {
  await page.locator("#verdict[data-total]:not([aria-busy])").waitFor();
  return await page.evaluate(() => {
    const verdict = document.getElementById("verdict");
    const text = (selector: string): string => verdict?.querySelector(selector)?.textContent?.trim() ?? "";
    return {
      state: verdict?.className.replace("verdict", "").trim() ?? "",
      sentence: text("strong"),
      counted: text(".counted"),
      whole: Number(verdict?.dataset.whole),
      total: Number(verdict?.dataset.total),
      findings: [...document.querySelectorAll<HTMLElement>("[data-finding]")].map((item) => item.dataset.finding ?? ""),
    };
  });
}

/** The text that can be seen there; waits for the element. */
async function seenOn(page: Page, selector = "body"): Promise<string> {
  // innerText, not textContent: what is hidden was not said.
  return await page.locator(selector).innerText();
}

/** `test/artefacts/journeys/NAME.png`, of the whole page unless told otherwise. */
async function keepPicture(page: Page, name: string, fullPage = true): Promise<Buffer> {
  const folder = join(ROOT, "test/artefacts/journeys");
  await mkdir(folder, { recursive: true });
  return await page.screenshot({ path: join(folder, `${name}.png`), fullPage });
}

/** An IPv4 address of this machine that is not the loopback's. */
function lanAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((some) => some ?? []);
  const found = all.find(({ family, internal }) => family === "IPv4" && !internal)?.address;
  if (found === undefined) {
    throw new Error("This machine has no network but its own: connect it to one, so that a phone's way can be tried.");
  }
  return found;
}
