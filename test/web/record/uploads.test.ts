import { createHash } from "node:crypto";
import { expect } from "chai";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { cidOf } from "../../../protocol/cid.ts";
import type * as uploads from "../../../scan-web/record/uploads.ts";
import type * as wire from "../../../scan-web/record/wire.ts";
import { type BadLink, openBadLink } from "../../support/bad-link.ts";
import { launchBrowser } from "../../support/chromium.ts";
import { openParts } from "../../support/in-browser.ts";
import { startServer, type TestServer } from "../../support/server.ts";

declare const furrow: typeof uploads & typeof wire;

const PARTS = `
  export * from "./scan-web/record/uploads.ts";
  export * from "./scan-web/record/wire.ts";
`;

/** A CSV of so many bytes, like no other: no picture has to be drawn for it. */
function aFile(size: number, seed: string): { readonly text: string; readonly cid: string; readonly size: number } {
  let text = "name,celsius\n";
  for (let n = 0; text.length + 120 < size; n++) {
    text += `${createHash("sha256").update(`${seed} ${n}`).digest("hex")},12.5\n`;
  }
  text += `${"0".repeat(size - text.length - 6)},12.5\n`;
  return { text, cid: cidOf(createHash("sha256").update(text).digest(), "raw"), size };
}

interface Sent {
  readonly states: readonly string[];
  readonly kept: readonly { readonly offset: number; readonly inDoubt: boolean }[];
}

describe("A file in parts", function () {
  this.timeout(120_000);
  let browser: Browser;
  let context: BrowserContext;
  let server: TestServer;
  let link: BadLink;
  let page: Page;

  before(async () => {
    [browser, server] = await Promise.all([launchBrowser(), startServer()]);
    link = await openBadLink({ to: server.address.replace("localhost", "127.0.0.1"), seed: 11 });
    context = await browser.newContext();
    page = await openParts(context, link.address, PARTS);
  });
  after(async () => {
    await browser?.close();
    await link?.close();
    await server?.close();
  });
  beforeEach(() => {
    link.become({ lost: 0, resets: 0, silent: false, delayMs: 0 });
    link.restart();
  });

  /** Tries until it is stored or refused, as sync does. */
  const send = (file: ReturnType<typeof aFile>, begun = { offset: 0, inDoubt: false }, tries = 200) =>
    page.evaluate(
      async ({ file: { text, cid }, begun: at, tries: most }) => {
        const net = furrow.openWire({ count: () => {}, patienceMs: 3_000 });
        const kept: { offset: number; inDoubt: boolean }[] = [];
        const states: string[] = [];
        let now = at;
        while (states.length < most && !["stored", "refused", "later"].includes(states.at(-1) ?? "")) {
          const went = await furrow.uploadFile(
            {
              ...{ wire: net, base: "", nowMs: Date.now },
              keep: async (one) => {
                now = one;
                kept.push(one);
              },
            },
            { cid, mediaType: "text/csv", blob: new Blob([text]), ...now },
          );
          states.push(
            went.state === "stored" || went.state === "away" ? went.state : `${went.state} ${went.refusal.type}`,
          );
          if (/^(refused|later)/.test(states.at(-1) ?? "")) break;
        }
        return { states, kept } satisfies Sent;
      },
      { file, begun, tries },
    );

  const readBack = async (cid: string) => {
    const answer = await fetch(`${server.address}/ipfs/${cid}?format=raw`);
    return answer.status === 200 ? Buffer.from(await answer.arrayBuffer()).toString() : answer.status;
  };

  it("is on the server's disk after as many requests as it has parts", async () => {
    const file = aFile(200_000, "whole");

    const { states, kept } = await send(file);

    expect(states).to.deep.equal(["stored"]);
    expect(kept.filter(({ inDoubt }) => !inDoubt).map(({ offset }) => offset)).to.deep.equal([
      65_536, 131_072, 196_608, 200_000,
    ]);
    expect(link.counts().requests).to.equal(4);
    expect(await readBack(file.cid)).to.equal(file.text);
  });

  it("that is small takes one request, and one that the server has none of its bytes again", async () => {
    const file = aFile(20_000, "small");
    await send(file);
    expect(link.counts().requests).to.equal(1);
    link.restart();

    const { states } = await send(file, { offset: 0, inDoubt: true });

    expect(states).to.deep.equal(["stored"]);
    expect(link.counts().up).to.be.below(2_000);
  });

  it("goes on after a kill where the server is, and not where the phone thought", async () => {
    const file = aFile(200_000, "killed");
    await page.evaluate(async ({ text, cid }) => {
      // A tab that is killed just after its second part has gone.
      const net = furrow.openWire({ count: () => {} });
      let parts = 0;
      const ask: typeof net.ask = async (call) => {
        if (parts++ === 2) throw new furrow.Away("killed");
        return net.ask(call);
      };
      const keep = async () => {};
      const blob = new Blob([text]);
      await furrow.uploadFile(
        { wire: { ask }, base: "", nowMs: Date.now, keep },
        { cid, mediaType: "text/csv", blob, offset: 0, inDoubt: false },
      );
    }, file);
    link.restart();

    const { states } = await send(file, { offset: 65_536, inDoubt: true });

    expect(states).to.deep.equal(["stored"]);
    expect(link.counts().up).to.be.within(200_000 - 131_072, 200_000 - 131_072 + 4_000);
    expect(await readBack(file.cid)).to.equal(file.text);
  });

  it("begins again where the server has forgotten it, and hears of a wrong offset", async () => {
    const forgotten = aFile(100_000, "forgotten");

    expect((await send(forgotten, { offset: 65_536, inDoubt: false })).states).to.deep.equal(["stored"]);
    expect(await readBack(forgotten.cid)).to.equal(forgotten.text);

    const ahead = aFile(200_000, "ahead");
    await send(ahead, { offset: 0, inDoubt: false }, 0);
    expect((await send(ahead, { offset: 131_072, inDoubt: false })).states).to.deep.equal(["stored"]);
    expect(await readBack(ahead.cid)).to.equal(ahead.text);
  });

  it("that is not what its name says is refused with the reason, and nothing of it stays", async () => {
    const { cid } = aFile(1_000, "another");
    const file = { ...aFile(1_000, "one"), cid };

    expect((await send(file)).states).to.deep.equal(["refused file-cid-mismatch"]);
    expect(await readBack(cid)).to.equal(404);
  });

  it("arrives over a line with 5 % resets and 10 % lost answers for at most 1.2 times its bytes", async () => {
    const files = Array.from({ length: 60 }, (_, n) => aFile(150_000 + n * 700, `bad ${n}`));
    const bare = files.reduce((sum, { size }) => sum + size, 0);
    link.become({ resets: 0.05, lost: 0.1, delayMs: 5 });

    for (const file of files) {
      const { states } = await send(file);
      expect(states.at(-1)).to.equal("stored");
    }

    const { up, down, requests, connections, resets, lost } = link.counts();
    const ratio = (up + down) / bare;
    const said = `${up + down} bytes for ${bare} (${ratio.toFixed(3)}), ${requests} requests on ${connections} connections, ${resets} resets, ${lost} lost`;
    console.log(`      ${said}`);
    expect(ratio, said).to.be.below(1.2);
    expect(lost).to.be.above(5);
    for (const file of files) expect(await readBack(file.cid)).to.equal(file.text);
  });
});
