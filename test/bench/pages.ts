/** Scan pages a second, beside bare Express that answers with the same bytes. */
import express from "express";
import { join } from "node:path";
import type { AddressInfo } from "node:net";
import { buildWeb } from "../../scripts/build-web.ts";
import { ROOT } from "../../scripts/house/root.ts";
import { growExample } from "../support/example.ts";
import { startLoad } from "./load.ts";
import { inTurns, type Measured } from "./ratio.ts";

export { pages };

const TIMES = 400;
const CONNECTIONS = 10;
const ROUNDS = 5;
const HEADERS = { accept: "text/html", "accept-language": "zh-CN", "accept-encoding": "br" };

async function pages(): Promise<Measured[]> {
  await buildWeb();
  const grown = await growExample({ webFolder: join(ROOT, "dist/web") });
  const load = startLoad();
  const address = new URL(grown.made.example.bag.code, grown.furrow.address).href;
  const bytes = await bytesOf(address);
  const bare = express().get("/", (_request, response) => {
    response.set({ "Content-Encoding": "br", "Content-Type": "text/html; charset=utf-8" }).send(bytes);
  });
  const listening = bare.listen(0, "127.0.0.1");
  await new Promise((ready) => listening.once("listening", ready));
  const besideAt = `http://127.0.0.1:${(listening.address() as AddressInfo).port}/`;
  const rate = async (...addresses: readonly string[]): Promise<number> => {
    const asked = { addresses, times: TIMES, connections: CONNECTIONS, headers: HEADERS };
    return TIMES / ((await load.ask(asked)).totalMs / 1000);
  };
  try {
    await rate(address);
    await rate(besideAt);
    const found = await inTurns(
      ROUNDS,
      () => rate(address),
      () => rate(besideAt),
    );
    const { bag, serials } = grown.made.example;
    const others = serials.map((serial) => new URL(bag.code.replace(bag.serial, serial), grown.furrow.address).href);
    const each = await inTurns(
      ROUNDS,
      () => rate(...others),
      () => rate(besideAt),
    );
    const beside = "beside bare Express that sends the same bytes";
    return [
      { name: `scan pages a second, one bag opened by many, ${beside}`, ...found, unit: "/s", goal: { atLeast: 0.5 } },
      { name: `scan pages a second, each of another bag, ${beside}`, ...each, unit: "/s", goal: null },
    ];
  } finally {
    await load.end();
    listening.close();
    await grown.end();
  }
}

async function bytesOf(address: string): Promise<Buffer> {
  const { get } = await import("node:http");
  return new Promise((done, failed) => {
    get(address, { headers: HEADERS }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("end", () => done(Buffer.concat(parts)));
    }).on("error", failed);
  });
}
