/**
 * The recorder's notebook and engine in a real browser, without its screens: `window.furrow.open()` is the notebook on the browser's own
 * database, as record.ts opens it. Example data.
 */
import type { BrowserContext, Page } from "playwright-core";
import type { Hex } from "../../protocol/bytes.ts";
import type * as copy from "../../scan-web/record/copy.ts";
import type * as db from "../../scan-web/record/db.ts";
import type * as deliver from "../../scan-web/record/deliver.ts";
import type * as meter from "../../scan-web/record/meter.ts";
import type { Draft } from "../../scan-web/record/model.ts";
import type { Notebook } from "../../scan-web/record/notebook.ts";
import type * as sync from "../../scan-web/record/sync.ts";
import { openParts } from "./in-browser.ts";
import type { TestServer } from "./server.ts";

export type { Engine };
export { ENGINE_PARTS, joined, openEngine };

type Engine = typeof copy &
  typeof db &
  typeof deliver &
  typeof meter &
  typeof sync & {
    open(isPractice?: boolean): Promise<Notebook>;
    /** A file of so many bytes that the server takes, kept; its CID. */
    keepTable(notebook: Notebook, bytes: number, seed: string): Promise<string>;
    draft(change: Partial<Draft>): Draft;
    /** Sends and asks until nothing is due any more. */
    settle(notebook: Notebook): Promise<void>;
  };

const ENGINE_PARTS = `
  import { cidOf } from "./protocol/cid.ts";
  import { openNotebook } from "./scan-web/record/open-notebook.ts";
  import { syncNow } from "./scan-web/record/sync.ts";
  import { findWork } from "./scan-web/record/works.ts";
  export * from "./scan-web/record/copy.ts";
  export * from "./scan-web/record/db.ts";
  export * from "./scan-web/record/deliver.ts";
  export * from "./scan-web/record/meter.ts";
  export * from "./scan-web/record/sync.ts";
  export const open = (isPractice = false) => openNotebook({ isPractice, workOf: findWork, sync: syncNow });
  export async function keepTable(notebook, bytes, seed, mediaType = "text/csv") {
    let text = "name,celsius\\n";
    for (let n = 0; text.length + 120 < bytes; n++) {
      const random = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(seed + n));
      text += [...new Uint8Array(random)].map((byte) => byte.toString(16).padStart(2, "0")).join("") + ",12.5\\n";
    }
    text += "0".repeat(bytes - text.length - 6) + ",12.5\\n";
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
    const file = { cid: cidOf(digest, "raw"), blob: new Blob([text]), mediaType, name: "table.csv", size: bytes };
    await notebook.keepFile({ ...file, sealed: null, offset: 0, stored: false });
    return file.cid;
  }
  export const draft = (change) => ({
    id: crypto.randomUUID(), work: "irrigation", target: null, answers: {}, files: [], note: "", occurredAtS: null,
    changedAtMs: Date.now(), changes: null, ...change,
  });
  export async function settle(notebook) {
    for (let n = 0; n < 60; n++) {
      await notebook.sync();
      const { saved, going } = await notebook.counts();
      if (saved + going === 0) return;
      await new Promise((done) => setTimeout(done, 200));
    }
    throw new Error("it did not settle: " + JSON.stringify([await notebook.counts(), await notebook.lastSync()]));
  }
`;

declare const furrow: Engine;

/** @param address of the server, or of a line to it */
async function openEngine(context: BrowserContext, address: string): Promise<Page> {
  return openParts(context, address, ENGINE_PARTS);
}

/** Makes the phone's key the manager's key of a new organisation, and gives it a plot of one hectare (its id), on record. */
async function joined(page: Page, server: TestServer): Promise<{ readonly organisation: number; readonly plot: Hex }> {
  const key = await page.evaluate(async () => (await (await furrow.open()).makeSelf()).key);
  const { organisation } = await server.furrow.admit({
    name: { zh: "示例合作社", en: "Example cooperative" },
    ...{ roles: ["producer", "processor"], registration: null, checked: { en: "made for a test" } },
    ...{ phone: null, example: true, managerKey: key },
  });
  const plot = await page.evaluate(async () => {
    const notebook = await furrow.open();
    // Where the app's own page is open, its look may be under way: then this one waits for what that one learns.
    while ((await notebook.self())?.organisation == null) await notebook.sync();
    const answers = {
      code: { type: "text", text: "P-01" },
      area: { type: "amount", amount: { text: "15", shown: "mu" } },
    } as const;
    const row = await notebook.save(furrow.draft({ work: "new-plot", answers }));
    await furrow.settle(notebook);
    return row.makes[0]?.id;
  });
  if (plot === undefined) throw new Error("the plot has no id");
  return { organisation, plot };
}
