/** Somebody who has just cloned the repository starts it: what they read, and what they read when it cannot be. */
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import { type FirstStart, firstStart } from "../support/journey.ts";
import { aFolder, copyOf, type Running, startFurrowProcess } from "../support/start.ts";

/** The promise for a first start on two cores. */
const READY_MS = 40_000;

describe("A newcomer starts", function () {
  this.timeout(120_000);
  let start: FirstStart;

  before(async () => {
    start = await firstStart();
  });

  it("reads a line a step and at the end the address", () => {
    const lines = start.output.trim().split("\n");

    expect(lines.filter((line) => line.startsWith("· ")).length).to.be.at.least(8);
    expect(start.output).to.match(/^Furrow is ready: http:\/\/localhost:\d+$/m);
    expect(start.readyMs).to.be.below(READY_MS);
  });

  it("can open pages before the example is complete", () => {
    expect(start.seen.home.status).to.equal(200);
    expect(start.seen.home.body).to.include("示例").and.to.include("</html>");
  });

  it("is asked to come again with records until the example is complete", () => {
    const { status, retryAfter, body } = start.seen.submission;

    expect(status).to.equal(503);
    expect(Number(retryAfter)).to.be.at.least(1);
    expect(JSON.parse(body)).to.include({ type: "urn:furrow:problem:not-yet-open" });
  });

  it("stops it with Ctrl-C: exit code 0, and the chain's process is gone", async () => {
    const server = startFurrowProcess({ data: await copyOf(start.data) });
    await server.ready;
    const engine = Number(readFileSync(join(server.data, "chain/anvil.pid"), "utf8"));
    expect(isRunning(engine)).to.equal(true);

    expect(await server.stop()).to.deep.equal({ code: 0, signal: null });

    expect(isRunning(engine)).to.equal(false);
  });

  it("stops it with Ctrl-C while the example is made, and the next start makes it anew", async () => {
    const data = await aFolder();
    const broken = startFurrowProcess({ data });
    await said(broken, "pages answer");

    expect(await broken.stop(), broken.output()).to.deep.equal({ code: 0, signal: null });

    const next = startFurrowProcess({ data });
    await next.ready;
    expect(next.output()).to.include("half made");
    expect(await next.stop()).to.deep.equal({ code: 0, signal: null });
  });

  describe("is told in one sentence, with exit code 1,", () => {
    it("that the port is taken, and no folder is left", async () => {
      const taker = createServer();
      await new Promise<void>((done) => taker.listen(0, "127.0.0.1", done));
      const address = taker.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      const data = await aFolder();

      const sentence = await refusal(startFurrowProcess({ data, port }));

      expect(sentence).to.include(`Port ${port} is taken`).and.to.include("--port");
      expect(() => readFileSync(join(data, "furrow.json"))).to.throw(/ENOENT/);
      await new Promise((done) => taker.close(done));
    });

    it("that another server has the folder, which goes on", async () => {
      const server = startFurrowProcess({ data: await copyOf(start.data) });
      const address = await server.ready;

      const sentence = await refusal(startFurrowProcess({ data: server.data }));

      expect(sentence).to.include("in use by another Furrow server").and.to.include("--data");
      expect((await fetch(`${address}/api/health`)).status).to.equal(200);
      await server.stop();
    });

    it("that the folder is something else's", async () => {
      const data = await aFolder();

      const sentence = await refusal(startFurrowProcess({ data: join(data, "..", "..") }));

      expect(sentence).to.include("not a Furrow data folder").and.to.include("--data");
    });

    for (const [what, port, env] of [
      ["--port", "seventy", {}],
      ["PUBLIC_URL", "0", { PUBLIC_URL: "trace.example.org" }],
      ["TRUST_PROXY", "0", { TRUST_PROXY: "everyone" }],
    ] as const) {
      it(`that ${what} cannot be what it is`, async () => {
        const data = await aFolder();

        const sentence = await refusal(startFurrowProcess({ data, env, args: ["--port", port] }));

        expect(sentence).to.include(what);
      });
    }
  });
});

/** The one line that it says when it ends by itself; lines of steps before it do not count. */
async function refusal(server: Running): Promise<string> {
  const { code } = await server.ended;
  const lines = server
    .output()
    .trim()
    .split("\n")
    .filter((line) => !line.startsWith("· "));
  expect(code, server.output()).to.equal(1);
  expect(lines, server.output()).to.have.length(1);
  return lines[0] ?? "";
}

async function said(server: Running, words: string): Promise<void> {
  while (!server.output().includes(words)) {
    const over = await Promise.race([server.ended, new Promise<null>((done) => setTimeout(done, 10, null))]);
    if (over !== null) throw new Error(`it ended before it said "${words}":\n${server.output()}`);
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
