/**
 * The recorder as it is built, open in a real browser: its own page under its own policy, on a phone that has joined and knows a small field (notebook.ts).
 * No server answers it: it is as far from a signal as a hill is.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import type * as dbPart from "../../scan-web/record/db.ts";
import type * as fieldPart from "../../scan-web/record/field.ts";
import type * as keyPart from "../../scan-web/record/key.ts";
import type { Field } from "../../scan-web/record/model.ts";
import { buildWeb } from "../../scripts/build-web.ts";
import { ROOT } from "../../scripts/house/root.ts";
import { RECORD_POLICY } from "../../server/http/record.ts";
import { openParts } from "./in-browser.ts";

export type { Phone };
export { HILL, openRecorder };

declare const furrow: typeof dbPart & typeof fieldPart & typeof keyPart;

/** Nobody listens there: every page is given by the test. A secure context all the same, for it is this machine. */
const HILL = "http://localhost:9";
const PARTS = ["db", "field", "key"].map((name) => `export * from "./scan-web/record/${name}.ts";`).join("");

interface Phone {
  readonly page: Page;
  /** What its console said and what its policy refused. */
  readonly complaints: string[];
}

async function openRecorder(context: BrowserContext, field: Field, lang: "zh-CN" | "en" = "zh-CN"): Promise<Phone> {
  await buildWeb();
  await joined(context, field, lang);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (said) => {
    // No answer from a server is what this phone is used to, its worker's file included.
    if (said.type() === "error" && !/Failed to load resource|fetching the script/.test(said.text()))
      complaints.push(said.text());
  });
  page.on("pageerror", (failure) => complaints.push(String(failure)));
  await page.route(`${HILL}/**`, async (route) => {
    const { pathname } = new URL(route.request().url());
    const [, asset] = /^\/assets\/([\w.-]+)$/.exec(pathname) ?? [];
    const headers = { "content-security-policy": RECORD_POLICY };
    if (pathname === "/record/") {
      const body = await readFile(join(ROOT, "dist/web/record/index.html"), "utf8");
      await route.fulfill({ contentType: "text/html; charset=utf-8", headers, body });
    } else if (asset !== undefined) await route.fulfill({ path: join(ROOT, "dist/web", asset), headers });
    else await route.abort();
  });
  await page.goto(`${HILL}/record/`);
  await page.locator("main h1").waitFor();
  return { page, complaints };
}

/** Its key made, its cooperative and its field known, the notice about pictures read. */
async function joined(context: BrowserContext, field: Field, lang: string): Promise<void> {
  const page = await openParts(context, HILL, PARTS);
  await page.evaluate(
    async ({ told, language }) => {
      const db = await furrow.openDb(false);
      const self = await furrow.makeSelf(db);
      const number = told.organisation?.number ?? 1;
      await furrow.putKept(db, "self", { ...self, organisation: number, chainId: "1", offsetMs: 0, syncedAtS: 1 });
      const settings = { picturesOnWifiOnly: false, noticeRead: false, weight: "jin", lastTarget: null } as const;
      await furrow.putKept(db, "settings", { ...settings, lang: language as "zh-CN" | "en" });
      const { organisation, ...sections } = told;
      const rows = Object.entries(sections).map(([section, of]) => [section, { version: "1", rows: of }] as const);
      await furrow.takeField(db, {
        ...Object.fromEntries(rows),
        organisation: { version: "1", row: organisation },
      });
      db.close();
    },
    { told: field, language: lang },
  );
  await page.close();
}
