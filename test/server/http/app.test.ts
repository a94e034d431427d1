import { expect } from "chai";
import type { Deployment } from "../../../protocol/history.ts";
import { startServer, type TestServer } from "../../support/server.ts";

describe("The API", () => {
  let server: TestServer;

  before(async () => {
    server = await startServer({ env: { RUN_BY_EN: "a test", MORE_RPC: "https://rpc.example.org/" } });
  });

  after(() => server.close());

  const rpc = async (body: unknown) => {
    const headers = { "content-type": "application/json" };
    return (await fetch(`${server.address}/rpc`, { method: "POST", headers, body: JSON.stringify(body) })).json();
  };

  it("tells where the ledger lives, with code hashes, doors and who runs the chain", async () => {
    const record = (await (await fetch(`${server.address}/.well-known/furrow.json`)).json()) as Deployment;

    expect(record).to.deep.equal(server.furrow.deployment);
    expect(record).to.deep.include({
      furrow: 1,
      finality: "journal",
      example: null,
      rpc: ["/rpc", "https://rpc.example.org"],
    });
    expect(record.runBy.en).to.equal("a test");
    expect(record.codeHash).to.match(/^0x[0-9a-f]{64}$/);
    expect(Object.keys(record.libraries)).to.include("Transform");
  });

  it("lets anybody read the chain itself, from any page, and nothing but read", async () => {
    const code = { jsonrpc: "2.0", id: 1, method: "eth_getCode", params: [server.furrow.deployment.ledger, "latest"] };
    const write = { jsonrpc: "2.0", id: 2, method: "eth_sendRawTransaction", params: ["0x00"] };

    expect(await rpc(code))
      .to.have.property("result")
      .that.has.length.above(1_000);
    expect(await rpc(write)).to.have.property("error");
    const preflight = await fetch(`${server.address}/rpc`, { method: "OPTIONS" });
    expect(preflight.headers.get("access-control-allow-origin")).to.equal("*");
    expect(preflight.headers.get("access-control-allow-headers")).to.include("content-type");
  });

  it("tells a phone the newest block and the time", async () => {
    const head = (await (await fetch(`${server.address}/api/head`)).json()) as Record<string, unknown>;

    expect(head).to.have.all.keys("block", "nowS", "chainId", "ledger", "finality");
    expect(head.block).to.have.all.keys("number", "hash", "timeS");
  });

  it("says that it is well, and how far the index has read", async () => {
    await server.furrow.settled();

    const response = await fetch(`${server.address}/api/health`);

    expect(response.status).to.equal(200);
    expect(await response.json()).to.include({ ok: true, waiting: 0, open: true });
  });

  it("lets nothing in an answer run, be framed, be guessed at, or be kept", async () => {
    const { headers } = await fetch(`${server.address}/api/head`);

    expect(headers.get("content-security-policy"))
      .to.include("default-src 'none'")
      .and.to.include("frame-ancestors 'none'");
    expect(headers.get("x-content-type-options")).to.equal("nosniff");
    expect(headers.get("referrer-policy")).to.equal("no-referrer");
    expect(headers.get("cache-control")).to.equal("no-store");
    expect(headers.get("x-powered-by")).to.equal(null);
  });

  it("sends long answers compressed", async () => {
    const response = await fetch(`${server.address}/.well-known/furrow.json`, { headers: { "accept-encoding": "br" } });

    expect(response.headers.get("content-encoding")).to.equal("br");
  });
});

describe("While the example is made", () => {
  const DAY = 86_400;
  /** 2025-02-10T00:00:00+08:00 */
  const FROM = 1_739_116_800;
  let server: TestServer;

  beforeEach(async () => {
    server = await startServer({ exampleFromS: FROM, clock: "machine" });
  });

  afterEach(() => server.close());

  it("asks everybody to come again, and lets its maker in", async () => {
    const maker = await server.admitRecorder();
    maker.token = server.furrow.example?.token ?? null;
    const batch = await maker.sign([await maker.note(maker.organisationSubject, "on its day", { occurredAtS: FROM })]);
    maker.token = null;

    const refused = await maker.send(batch);
    maker.token = `${server.furrow.example?.token}x`;
    const wrong = await maker.send(batch);
    maker.token = server.furrow.example?.token ?? null;
    const taken = await maker.send(batch);

    for (const answer of [refused, wrong]) {
      expect(answer.status).to.equal(503);
      expect(answer.body).to.include({ type: "urn:furrow:problem:not-yet-open" });
      expect(Number(answer.headers.get("retry-after"))).to.be.above(0);
    }
    expect(taken.status).to.equal(202);
    expect((await maker.settled(batch.hash)).state).to.equal("final");
  });

  it("carries the example's own days in its blocks, and real time after them", async () => {
    const { example } = server.furrow;
    const maker = await server.admitRecorder();
    maker.token = example?.token ?? null;
    example?.setTime(FROM + 40 * DAY);
    const batch = await maker.sign([
      await maker.note(maker.organisationSubject, "spring", { occurredAtS: FROM + 40 * DAY }),
    ]);
    await maker.send(batch);
    await maker.settled(batch.hash);
    const spring = await head(server);

    await example?.finish();
    const { deployment } = server.furrow;
    maker.token = null;
    const later = await maker.sign([await maker.note(maker.organisationSubject, "today")]);
    await maker.send(later);
    await maker.settled(later.hash);
    const today = await head(server);

    expect(spring.block.timeS).to.be.within(FROM + 40 * DAY, FROM + 41 * DAY);
    expect(deployment.example).to.deep.equal({
      fromS: FROM,
      untilS: spring.block.timeS,
      untilBlock: spring.block.number,
    });
    expect(Math.abs(today.block.timeS - Date.now() / 1000)).to.be.below(120);
  });

  it("is made anew after a start that was broken off", async () => {
    await server.admitRecorder();
    const { folder } = server;
    const before = server.furrow.deployment.chainId;
    await server.stop();

    const again = await startServer({ folder, exampleFromS: FROM, clock: "machine" });

    try {
      expect(again.lines.join("\n")).to.include("the example was left half made");
      expect(again.furrow.deployment.chainId).not.to.equal(before);
      expect(again.furrow.example).not.to.equal(null);
    } finally {
      await again.stop();
    }
  });
});

async function head(server: TestServer): Promise<{ block: { number: number; timeS: number } }> {
  return (await (await fetch(`${server.address}/api/head`)).json()) as { block: { number: number; timeS: number } };
}
