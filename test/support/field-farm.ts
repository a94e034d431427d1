/**
 * A cooperative with goods, set up without a tap: a phone's own notebook saves a product, a plot, what is planted, and a lot of fresh leaf, beside the
 * open app. And what is on record of it, asked of the server and of the chain, not of the phone. Example data.
 */
import { expect } from "chai";
import type { Page } from "playwright-core";
import type { Hex } from "../../protocol/bytes.ts";
import { cidOf } from "../../protocol/cid.ts";
import type { History } from "../../protocol/history.ts";
import { verify } from "../../protocol/verify.ts";
import type { Draft } from "../../scan-web/record/model.ts";
import { entriesOf } from "../../scripts/verify/chain-log.ts";
import { headsOf } from "../../scripts/verify/collect.ts";
import { connectRpc } from "../../scripts/verify/sources.ts";
import { type Engine, ENGINE_PARTS } from "./engine.ts";
import type { FieldPhone } from "./field-phone.ts";
import { openParts } from "./in-browser.ts";
import { primitives } from "./primitives.ts";
import type { TestServer } from "./server.ts";

export type { Farm };
export { beside, besidePage, farmOn, recordedEvents };

declare const furrow: Engine;

interface Farm {
  readonly product: Hex;
  readonly plot: Hex;
  readonly planting: Hex;
  readonly lot: Hex;
  readonly lotNumber: string;
}

/** @param kg of the lot; all of it is on record when this resolves */
async function farmOn(phone: FieldPhone, kg = "100"): Promise<Farm> {
  return await beside(phone, async (page) => {
    const farm = await page.evaluate(async (harvested) => {
      const notebook = await furrow.open();
      const text = (said: string) => ({ type: "text", text: said }) as const;
      const choice = (id: string) => ({ type: "choice", id }) as const;
      const amount = (said: string, shown: "kg" | "mu") => ({ type: "amount", amount: { text: said, shown } }) as const;
      const made = async (change: Partial<Draft>) => {
        const one = (await notebook.save(furrow.draft(change))).makes[0];
        if (one === undefined) throw new Error(`${change.work} makes nothing`);
        return one;
      };
      const product = await made({
        work: "new-product",
        answers: { name: text("示例鲜叶"), crop: choice("tea"), unit: choice("KGM") },
      });
      const plot = await made({ work: "new-plot", answers: { code: text("E-01"), area: amount("15", "mu") } });
      const planting = await made({
        work: "planting",
        target: { sort: "plot", id: plot.id },
        answers: { product: { type: "subject", id: product.id }, area: amount("12", "mu"), cap: amount("400", "kg") },
      });
      const lot = await made({
        work: "plucking",
        target: { sort: "planting", id: planting.id },
        answers: { standard: choice("one_leaf"), amount: amount(harvested, "kg") },
      });
      await furrow.settle(notebook);
      return { product: product.id, plot: plot.id, planting: planting.id, lot: lot.id, lotNumber: lot.name };
    }, kg);
    await phone.page.evaluate(() => dispatchEvent(new Event("online")));
    return farm;
  });
}

/** Works with the phone's own notebook (`window.furrow`, engine.ts) on a page beside the app's. */
async function beside<Result>(phone: FieldPhone, work: (page: Page) => Promise<Result>): Promise<Result> {
  const page = await openParts(phone.context, phone.address, ENGINE_PARTS);
  try {
    return await work(page);
  } finally {
    await page.close();
  }
}

/** As {@link beside}, for whoever keeps it, kills it, and closes it. */
async function besidePage(phone: FieldPhone): Promise<Page> {
  const page = await openParts(phone.context, phone.address, ENGINE_PARTS);
  await phone.setClockOf(page);
  return page;
}

/** Nobody recorded a work on the planting before its harvest: that is said, and breaks nothing. */
const NOTHING_RECORDED: readonly string[] = ["no-field-record"];

/**
 * How often each record of a phone is on record about a lot or what it came from, by its id: from the log, checked against the chain's heads.
 * @param said  findings that break nothing
 */
async function recordedEvents(
  server: TestServer,
  lot: Hex,
  said: readonly string[] = NOTHING_RECORDED,
): Promise<ReadonlyMap<string, number>> {
  const times = new Map<string, number>();
  for (const { content } of await entriesOnRecord(server, lot, said)) {
    const id = /"eventID":"urn:uuid:([0-9a-f-]{36})"/.exec(content)?.[1];
    if (id !== undefined) times.set(id, (times.get(id) ?? 0) + 1);
  }
  return times;
}

/** Documents of all entries of a lot's history, each as often as it stands in the ledger. The history has to hold: every signature, every head. */
async function entriesOnRecord(
  server: TestServer,
  lot: Hex,
  said: readonly string[],
): Promise<readonly { readonly content: string }[]> {
  const { address } = server;
  const history = await asked<History>(`${address}/api/lots/${lot}/history`);
  const contents = Object.values(history.batches).flatMap(({ groups }) =>
    groups.flatMap(({ bytes }) => entriesOf(bytes).map(({ content }) => cidOf(content, "json"))),
  );
  // A long history comes without some of its documents; readers fetch those by their names.
  const documents: Record<string, string> = { ...history.documents };
  for (const cid of contents) documents[cid] ??= await (await fetch(`${address}/ipfs/${cid}`)).text();
  const rpc = connectRpc(`${address}/rpc`);
  const ids = new Set(history.subjects.map(({ id }) => id));
  const heads = await headsOf({ rpc, deployment: history.deployment }, ids, history.asOf);
  const { findings, total, whole } = await verify({ ...history, documents }, heads, primitives);
  expect(findings.map(({ code }) => code).filter((code) => !said.includes(code))).to.deep.equal([]);
  expect(whole).to.equal(total);
  return contents.map((cid) => ({ content: documents[cid] ?? "" }));
}

async function asked<Body>(url: string): Promise<Body> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  return (await response.json()) as Body;
}
