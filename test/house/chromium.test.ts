import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import QRCode from "qrcode";
import { launchBrowser } from "../support/chromium.ts";
import { readQr } from "../support/qr.ts";

describe("The tests' Chromium", () => {
  let browser: Browser;
  let server: Server;
  let page: Page;

  before(async () => {
    server = createServer((_request, response) => {
      response.setHeader("content-type", "text/html; charset=utf-8");
      response.end("<!doctype html><title>test</title><style>body{margin:0}</style><p style='font-size:64px'></p>");
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    browser = await launchBrowser();
    page = await browser.newPage({ viewport: { width: 360, height: 780 } });
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  });

  after(async () => {
    await browser?.close();
    server?.close();
  });

  const drawn = async (text: string, weight = 400): Promise<string> => {
    await page.evaluate(
      ([value, bold]) => {
        const line = document.querySelector("p");
        if (line === null) throw new Error("the page has no line");
        line.textContent = String(value);
        line.style.fontWeight = String(bold);
      },
      [text, weight] as const,
    );
    return (await page.screenshot()).toString("base64");
  };

  it("draws Chinese words, not boxes", async () => {
    const pictures = await Promise.all([
      await drawn("垄"),
      await drawn("迹"),
      await drawn("茶"),
      await drawn("\u{F0000}"),
    ]);

    expect(new Set(pictures).size).to.equal(4);
  });

  it("draws the same word the same way, and a bold one bolder", async () => {
    const [first, again, bold] = [await drawn("茶叶"), await drawn("茶叶"), await drawn("茶叶", 700)];

    expect(again).to.equal(first);
    expect(bold).not.to.equal(first);
  });

  it("keeps a P-256 key that cannot leave it and signs with it", async () => {
    const told = await page.evaluate(async () => {
      const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
      const pair = await crypto.subtle.generateKey(algorithm, false, ["sign", "verify"]);
      const bytes = new TextEncoder().encode("one batch");
      const signature = await crypto.subtle.sign(algorithm, pair.privateKey, bytes);
      const leaves = await crypto.subtle.exportKey("pkcs8", pair.privateKey).then(
        () => true,
        () => false,
      );
      return {
        length: signature.byteLength,
        leaves,
        holds: await crypto.subtle.verify(algorithm, pair.publicKey, signature, bytes),
      };
    });

    expect(told).to.deep.equal({ length: 64, leaves: false, holds: true });
  });

  it("has its pictures' codes read by an independent reader", async () => {
    const codes = ["https://example.org/T/0000000000000A", "https://example.org/T/0000000000001B"];
    const pictures = await Promise.all(codes.map((code) => QRCode.toDataURL(code, { errorCorrectionLevel: "M" })));
    const sheet = await browser.newPage({ viewport: { width: 400, height: 800 } });
    await sheet.setContent(pictures.map((source) => `<p><img alt="" src="${source}"></p>`).join(""));

    const read = await readQr(await sheet.screenshot());

    expect(read).to.have.members(codes);
  });

  it("reads no code where there is none", async () => {
    await drawn("茶");

    expect(await readQr(await page.screenshot())).to.deep.equal([]);
  });
});
