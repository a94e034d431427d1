import { X509Certificate } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { request as askPlain, type IncomingMessage } from "node:http";
import { request as askSecure } from "node:https";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { type Pair, privatePlaces } from "../../server/authority.ts";
import { FolderError } from "../../server/folder.ts";
import { type Listener, listen } from "../../server/listen.ts";
import { openTls, type Tls } from "../../server/tls.ts";

const DAY_MS = 24 * 3_600_000;

describe("The certificates in a data folder", () => {
  let folder: string;
  let addresses: string[];
  let nowMs: number;
  const opened: Tls[] = [];

  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), "furrow-tls-")), "tls");
    addresses = ["192.168.1.4"];
    nowMs = Date.now();
  });

  afterEach(() => {
    for (const tls of opened.splice(0)) tls.close();
    rmSync(join(folder, ".."), { recursive: true, force: true });
  });

  const openIt = async (): Promise<Tls> => {
    const tls = await openTls({
      ...{ folder, host: "farm-pc", nowMs: () => nowMs, log: () => {}, logError: () => {} },
      place: () => privatePlaces("farm-pc", addresses),
    });
    opened.push(tls);
    return tls;
  };

  it("are the same at each start, and their keys are read by their owner alone", async () => {
    const first = await openIt();
    const second = await openIt();

    expect(second.authority.fingerprint).to.equal(first.authority.fingerprint);
    expect(second.pair).to.deep.equal({
      certificate: readFileSync(join(folder, "server.crt"), "utf8"),
      key: readFileSync(join(folder, "server.key"), "utf8"),
    });
    expect(readdirSync(folder).toSorted()).to.deep.equal(["ca.crt", "ca.key", "server.crt", "server.key"]);
    if (process.platform !== "win32")
      for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o077, name).to.equal(0);
  });

  it("are for the machine's new address within a moment, by the same authority", async () => {
    const tls = await openIt();
    let told: Pair | null = null;
    tls.onRenewed((pair) => (told = pair));
    await tls.look();
    expect(told).to.equal(null);

    addresses = ["10.0.0.9"];
    await tls.look();

    const renewed = new X509Certificate(tls.pair.certificate);
    expect(told).to.equal(tls.pair);
    expect(renewed.checkIP("10.0.0.9")).to.equal("10.0.0.9");
    expect(renewed.verify(new X509Certificate(tls.authority.certificate).publicKey)).to.equal(true);
  });

  it("are made anew a month before they end", async () => {
    const tls = await openIt();
    const before = tls.pair;

    nowMs += 360 * DAY_MS;
    await tls.look();
    const early = tls.pair;
    nowMs += 10 * DAY_MS;
    await tls.look();

    expect(early).to.equal(before);
    expect(tls.pair).not.to.equal(before);
  });

  it("are refused in one sentence where the authority's key is not its key, and made anew where the server's are lost", async () => {
    const first = await openIt();
    rmSync(join(folder, "server.key"));
    const second = await openIt();
    expect(second.pair.certificate).not.to.equal(first.pair.certificate);

    writeFileSync(join(folder, "ca.key"), readFileSync(join(folder, "server.key")));
    const failure = await openIt().catch((cause: unknown) => cause);

    expect(failure).to.be.instanceOf(FolderError);
    expect((failure as Error).message).to.match(/damaged: restore it from a backup, or delete it.+\.$/);
  });

  describe("at a port", () => {
    let listener: Listener;

    beforeEach(async () => {
      listener = await listen("127.0.0.1", 0, "https");
    });

    afterEach(() => listener.close());

    const get = (ask: typeof askPlain, options: object): Promise<{ status: number; body: string }> =>
      new Promise((done, fail) => {
        const asked = ask(
          { host: "127.0.0.1", port: listener.port, agent: false, ...options },
          (response: IncomingMessage) => {
            let body = "";
            response.on("data", (piece: Buffer) => (body += piece.toString()));
            response.on("end", () => done({ status: response.statusCode ?? 0, body }));
          },
        );
        asked.on("error", fail).end();
      });

    it("answers TLS by them and plain HTTP beside it, and another certificate without a restart", async () => {
      const tls = await openIt();
      tls.onRenewed((pair) => listener.secure(pair));
      const trusting = { ca: tls.authority.certificate, servername: "localhost" };
      const early = await get(askSecure, trusting).catch((cause: Error) => cause.message);
      listener.secure(tls.pair);
      const starting = await get(askSecure, trusting);
      listener.serve((request, response) => response.end("encrypted" in request.socket ? "secure" : "plain"));

      const secure = await get(askSecure, trusting);
      const plain = await get(askPlain, {});
      addresses = ["10.0.0.9"];
      await tls.look();
      const renewed = await get(askSecure, { ...trusting, checkServerIdentity: isFor("10.0.0.9") });

      expect(listener.address).to.equal(`https://localhost:${listener.port}`);
      expect(early).to.be.a("string");
      expect(starting.status).to.equal(503);
      expect(secure.body).to.equal("secure");
      expect(plain.body).to.equal("plain");
      expect(renewed.body).to.equal("secure");
    });

    it("ends at once though somebody holds it open and says nothing", async () => {
      const silent = connect(listener.port, "127.0.0.1");
      silent.on("error", () => {});
      await new Promise((done) => silent.once("connect", done));
      const gone = new Promise((done) => silent.once("close", done));

      await listener.close();
      await gone;

      expect(silent.destroyed).to.equal(true);
    });
  });
});

function isFor(address: string) {
  return (_host: string, { raw }: { raw: Buffer }): Error | undefined =>
    new X509Certificate(raw).checkIP(address) === undefined ? new Error(`it is not for ${address}`) : undefined;
}
