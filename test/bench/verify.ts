/** Verifying 1,000 records in Chromium, beside the bare WebCrypto calls that they need. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { build } from "esbuild";
import { bytesOf, type Hex, hexOf } from "../../protocol/bytes.ts";
import { organisationId } from "../../protocol/batch.ts";
import { noteEvent, originEvent } from "../../protocol/document/epcis.ts";
import { productMaster } from "../../protocol/document/master.ts";
import { launchBrowser } from "../support/chromium.ts";
import { type Drafted, World } from "../support/world.ts";
import { inTurns, type Measured } from "./ratio.ts";

export { verifying };

const BATCHES = 250;
const NOTES_A_BATCH = 4;
const ROUNDS = 21;
const START_S = Date.parse("2026-02-10T06:00:00+08:00") / 1000;

/** What verify-page.ts puts there. */
interface Page {
  readonly bench: {
    prepare(): Promise<{ digests: number; signatures: number; whole: number }>;
    verifyOnce(): Promise<number>;
    callsAlone(): Promise<number>;
  };
}

async function verifying(): Promise<Measured[]> {
  const given = JSON.stringify(await manyRecords());
  const { outputFiles } = await build({
    entryPoints: [new URL("./verify-page.ts", import.meta.url).pathname],
    ...{ bundle: true, minify: true, format: "esm", platform: "browser", write: false, target: "es2022" },
  });
  const files: Readonly<Record<string, readonly [string, string]>> = {
    "/": [
      "text/html",
      '<!doctype html><meta charset="utf-8"><title>bench</title><script type="module" src="/page.js"></script>',
    ],
    "/page.js": ["text/javascript", outputFiles[0]?.text ?? ""],
    "/given.json": ["application/json", given],
  };
  const server = createServer((request, response) => {
    const [type, body] = files[request.url ?? ""] ?? ["text/plain", ""];
    response.setHeader("Content-Type", type).end(body);
  });
  server.listen(0, "127.0.0.1");
  await new Promise((ready) => server.once("listening", ready));
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    await page.goto(`http://localhost:${(server.address() as AddressInfo).port}/`);
    const { digests, signatures, whole } = await page.evaluate(() => (globalThis as unknown as Page).bench.prepare());
    if (whole < BATCHES * NOTES_A_BATCH) throw new Error(`only ${whole} records are whole`);
    const found = await inTurns(
      ROUNDS,
      () => page.evaluate(() => (globalThis as unknown as Page).bench.verifyOnce()),
      () => page.evaluate(() => (globalThis as unknown as Page).bench.callsAlone()),
    );
    const needed = `${digests.toLocaleString("en")} digests and ${signatures} signatures`;
    const name = `verifying ${whole.toLocaleString("en")} records in Chromium, beside the ${needed} by WebCrypto alone`;
    return [{ name, ...found, unit: "ms", goal: { atMost: 2 } }];
  } finally {
    await browser.close();
    server.close();
  }
}

/** One lot with 1,000 notes, each with a document of its own, signed in days of four. */
async function manyRecords() {
  const world = new World(START_S);
  const phone = await world.admit(1, START_S);
  const product = await world.newId(phone);
  const form = (subject: Hex, createdAtS: number) => ({ subject, createdAtS, example: true, name: { zh: "鲜叶" } });
  const master = productMaster({ ...form(product, START_S), gtin: null, uom: "KGM", net: 0n, loss: 0 });
  const args = { index: 0, unit: 1, net: 0n, loss: 0 };
  await one(world, phone, product, START_S, { kind: "PRODUCT", args, document: master, occurredAtS: START_S });
  const lot = await world.newId(phone);
  const name = { lotNumber: "260210-ABCD", gtin: null } as const;
  const at = (n: number) => START_S + n * 600;
  const event = (atS: number, n: number) => ({
    ...{ subject: lot, occurredAtS: atS, example: true, lot: name },
    eventId: `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`,
  });
  const origin = originEvent({
    ...event(START_S, 0),
    ...{ product: { subject: product, name: { zh: "鲜叶" } }, amount: 1000n, uom: "KGM" },
  });
  const made = { index: 0, product: bytesOf(product), amount: 1000n };
  await one(world, phone, lot, START_S, { kind: "ORIGIN", args: made, document: origin, occurredAtS: START_S });
  for (let batch = 0; batch < BATCHES; batch++) {
    const notes = Array.from({ length: NOTES_A_BATCH }, (_, n): Drafted => {
      const occurredAtS = at(batch) + n;
      const document = noteEvent({
        ...event(occurredAtS, batch * NOTES_A_BATCH + n + 1),
        notes: { zh: `第 ${n} 次查看` },
      });
      return { kind: "NOTE", args: {}, document, occurredAtS };
    });
    await world.submit(phone, [{ subject: lot, entries: notes }], at(batch) + 60);
  }
  const history = await world.history(lot, [lot, product, hexOf(organisationId(1))]);
  return { history, heads: world.heads() };
}

async function one(world: World, phone: Parameters<World["submit"]>[0], subject: Hex, atS: number, entry: Drafted) {
  await world.submit(phone, [{ subject, entries: [entry] }], atS);
}
