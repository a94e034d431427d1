/**
 * One Furrow of many processes: two APIs, two indexers and two relays over one PostgreSQL and one chain of others. Those who work
 * are killed while records come in, and the database is stopped and started.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { Client } from "pg";
import type { Hex } from "../../protocol/bytes.ts";
import { TOPICS } from "../../protocol/ledger-abi.ts";
import { addressOf } from "../../server/chain/account.ts";
import { startAnvilNode, type TestNode } from "../support/nodes.ts";
import { ledgerOn } from "../support/outside.ts";
import { type Postgres, startPostgres } from "../support/postgres.ts";
import { makeKey, Recorder, type Signed } from "../support/recorder.ts";
import { aFolder, type Running, runScript, startFurrowProcess } from "../support/start.ts";

const WEI = 10n ** 19n;
const ROUNDS = 4;

describe("A Furrow of six processes", function () {
  this.timeout(300_000);
  let postgres: Postgres;
  let databaseUrl: string;
  let node: TestNode;
  let env: Readonly<Record<string, string>>;
  const running = new Set<Running>();
  let [indexers, relays]: [Running[], Running[]] = [[], []];
  let recorders: Recorder[];
  const sent: Signed[] = [];
  let nonce = 0n;

  before(async () => {
    postgres = await startPostgres();
    databaseUrl = await postgres.makeDatabase();
    node = await startAnvilNode({ chainId: 4_242_011n });
    node.mineWhatWaits(3);
    const data = await aFolder();
    const chain = await ledgerOn({ url: node.url, fund: node.fund }, { data, finality: "2" });
    env = { ...chain, DATABASE_URL: databaseUrl };

    const apis = [await start("api", data), await start("api")];
    indexers = [await start("indexer"), await start("indexer")];
    relays = [await start("relay"), await start("relay")];

    const signer = await makeKey();
    await admit(data, signer.key);
    recorders = await Promise.all(apis.map(async (api) => Recorder.at(await api.ready, signer, 1)));
  });
  after(async () => {
    for (const one of running) one.signal("SIGKILL");
    await node?.close();
    await postgres?.close();
  });

  async function start(part: string, folder?: string): Promise<Running> {
    const data = folder ?? (await aFolder());
    const one = startFurrowProcess({ data, args: ["--no-example"], env: { ...env, PARTS: part } });
    running.add(one);
    const isOver = one.ended.then(() => running.delete(one));
    const isReady = until(() => one.output().includes("Furrow is ready"));
    await Promise.race([isReady, isOver]);
    if (!running.has(one)) throw new Error(one.output());
    const { privateKey } = JSON.parse(readFileSync(join(data, "keys", "relay.json"), "utf8")) as { privateKey: string };
    await node.fund(addressOf(privateKey), WEI);
    return one;
  }

  async function admit(data: string, key: { readonly x: Uint8Array; readonly y: Uint8Array }): Promise<void> {
    const [x, y] = [key.x, key.y].map((part) => Buffer.from(part).toString("base64url"));
    const about = ["--name-en", "Example cooperative", "--roles", "producer", "--checked", "for a test"];
    const { code, output } = await runScript(
      "scripts/admit.ts",
      ...about,
      "--manager-key",
      `${x}.${y}`,
      "--data",
      data,
    );
    if (code !== 0) throw new Error(output);
  }

  /** A record by each API. */
  async function record(): Promise<void> {
    for (const recorder of recorders) {
      const batch = await recorder.sign([await recorder.note(recorder.organisationSubject, `note ${nonce}`)], {
        nonce,
      });
      nonce++;
      const { status, body } = await recorder.send(batch);
      expect(status, JSON.stringify(body)).to.equal(202);
      sent.push(batch);
    }
  }

  /** Each batch as the other API tells it. */
  async function allFinal(): Promise<void> {
    for (const [n, { hash }] of sent.entries()) {
      const { state } = (await recorders[(n + 1) % 2]?.settled(hash)) ?? {};
      expect(state).to.equal("final");
    }
  }

  async function acceptedOnChain(): Promise<readonly Hex[]> {
    const { deployment } = recorders[0] ?? {};
    const filter = { address: deployment?.ledger, topics: [TOPICS.Accepted], fromBlock: "0x0", toBlock: "latest" };
    const logs = (await node.rpc("eth_getLogs", filter)) as { topics: Hex[] }[];
    return logs.map(({ topics }) => topics[1] ?? "0x");
  }

  async function indexed(): Promise<readonly string[]> {
    const client = new Client({ connectionString: databaseUrl });
    await client.connect();
    try {
      return (await client.query<{ hash: string }>(`select hash from "index".batch`)).rows.map(({ hash }) => hash);
    } finally {
      await client.end();
    }
  }

  it("has one indexer and one relay that work, and others that stand by and say so", () => {
    expect(indexers[1]?.output()).to.include("the indexer works in another process; this one stands by");
    expect(relays[1]?.output()).to.include("the relay works in another process; this one stands by");
    for (const first of [indexers[0], relays[0]]) expect(first?.output()).not.to.include("stands by");
  });

  it("warns that documents in a folder of one process are not seen by the others", async () => {
    const { warnings } = (await (await fetch(`${recorders[0]?.address}/api/health`)).json()) as { warnings: string[] };

    for (const said of [warnings.join(), relays[0]?.output()]) expect(said).to.include("without KUBO_RPC_URL");
  });

  it("brings what either API took to the ledger, and each tells what the other took", async () => {
    await record();

    await allFinal();
  });

  it("goes on when relay and indexer are killed while records come in", async () => {
    for (let round = 0; round < ROUNDS; round++) {
      await record();
      if (round === 1) relays[0]?.signal("SIGKILL");
      if (round === 2) indexers[0]?.signal("SIGKILL");
    }

    await allFinal();
    expect(relays[1]?.output()).to.include("the relay works in this process now");
    await until(() => indexers[1]?.output().includes("the indexer works in this process now") === true);
  });

  it("refuses with a problem while the database is away, and goes on when it is back", async () => {
    const [recorder] = recorders;
    if (recorder === undefined) throw new Error("no API");
    const late = await recorder.sign([await recorder.note(recorder.organisationSubject, "late")], { nonce: nonce++ });

    await postgres.stop("fast");
    const away = await recorder.send(late);
    await postgres.start();
    const back = await recorder.send(late);
    sent.push(late);
    await record();

    expect([away.status, away.body.type]).to.deep.equal([503, "urn:furrow:problem:store-unavailable"]);
    expect(away.headers.get("retry-after")).not.to.equal(null);
    expect(back.status).to.equal(202);
    await allFinal();
  });

  it("has each record that was acknowledged on the ledger once, and in the index", async () => {
    const all = sent.map(({ hash }) => hash).sort();

    expect([...(await acceptedOnChain())].sort()).to.deep.equal(all);
    await until(async () => (await indexed()).length >= all.length);
    expect([...(await indexed())].sort()).to.deep.equal(all);
  });
});

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((done) => setTimeout(done, 100));
}
