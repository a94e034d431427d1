import { existsSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { Hex } from "../../protocol/bytes.ts";
import type { Deployment } from "../../protocol/history.ts";
import { openEmbeddedChain } from "../../server/chain/embedded.ts";
import { Ledger } from "../../server/chain/ledger.ts";
import { readJsonFile } from "../../server/folder.ts";
import { aPhone, joinAt, type JoiningPhone, lookAt } from "../support/joining.ts";
import { type Answer, Recorder, type Signed } from "../support/recorder.ts";
import { aFolder, startFurrowProcess } from "../support/start.ts";
import { startServer, type TestServer, temporaryFolder } from "../support/server.ts";

describe("Practice", function () {
  this.timeout(60_000);

  let folder: ReturnType<typeof temporaryFolder>;
  let server: TestServer;

  before(async () => {
    folder = temporaryFolder();
    server = await startServer({ folder: folder.path, practice: true, env: { TRUST_PROXY: "loopback" } });
  });

  after(async () => {
    await server.stop();
    folder.remove();
  });

  const below = () => `${server.address}/practice`;
  const typeOf = ({ body }: Pick<Answer, "body">) => String(body.type).split(":").at(-1);
  const joined = async (): Promise<Recorder> => recorderOf(await aPhone());
  const recorderOf = async (phone: JoiningPhone): Promise<Recorder> => {
    const { status, body } = await joinAt(below(), "PRACTICE", phone.body);
    expect(status, JSON.stringify(body)).to.equal(200);
    return Recorder.at(below(), phone.signer, (body.organisation as { number: number }).number);
  };
  const aRecord = async (recorder: Recorder): Promise<Signed> =>
    recorder.sign([await recorder.note(recorder.organisationSubject)]);

  it("takes nothing until it is asked for, and then starts once for all that ask", async () => {
    const before = existsSync(join(folder.path, "practice"));

    const heads = await Promise.all([1, 2, 3].map(() => fetch(`${below()}/api/head`)));

    expect(before).to.equal(false);
    expect(heads.map(({ status }) => status)).to.deep.equal([200, 200, 200]);
    expect(server.lines.filter((line) => line.includes("practice runs"))).to.have.length(1);
  });

  it("gives every key that asks an organisation of its own, marked as an example, and the same one again", async () => {
    const phones = [await aPhone(), await aPhone()];
    const open = await lookAt(below(), "PRACTICE");

    const first = await Promise.all(phones.map(({ body }) => joinAt(below(), "practice", body)));
    const again = await joinAt(below(), "PRACTICE", phones[0]?.body ?? {});

    expect(open.body).to.deep.include({ sort: "operator", state: "open", organisation: null, manager: true });
    expect(first.map(({ status }) => status)).to.deep.equal([200, 200]);
    const numbers = first.map(({ body }) => (body.organisation as { number: number }).number);
    expect(new Set(numbers).size).to.equal(2);
    expect(again.body).to.deep.equal(first[0]?.body);
    expect(again.body).to.nested.include({ "organisation.name.zh": "练习合作社" });
  });

  it("records as the real one does, and gives back what was stored", async () => {
    const recorder = await joined();
    const record = await aRecord(recorder);

    const sent = await recorder.send(record);
    const { state } = await recorder.settled(record.hash);

    expect([sent.status, state]).to.deep.equal([202, "final"]);
  });

  it("answers below /practice/api, /ipfs and /.well-known alone", async () => {
    for (const path of ["/practice", "/practice/", "/practice/rpc", "/practice/record/", "/practice/apis/head"]) {
      expect((await fetch(server.address + path)).status, path).to.equal(404);
    }
    expect((await fetch(`${below()}/.well-known/furrow.json`)).status).to.equal(200);
    expect((await fetch(`${below()}/api/lots?limit=1`)).status).to.equal(200);
  });

  it("lets in 60 an hour, whoever asks, and those who are in as often as they like", async () => {
    const phones = await Promise.all(Array.from({ length: 75 }, () => aPhone()));
    const ask = ({ body }: JoiningPhone, n: number) =>
      fetch(`${below()}/api/invitations/PRACTICE/key`, {
        method: "PUT",
        headers: { "content-type": "application/json", "x-forwarded-for": `192.0.2.${n}` },
        body: JSON.stringify(body),
      });

    const answers = await Promise.all(phones.map(ask));
    const isIn = answers.findIndex(({ status }) => status === 200);
    const again = await ask(phones[isIn] as JoiningPhone, 200);

    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).to.not.be.empty;
    expect(await refused[0]?.json()).to.deep.include({ detail: "60 an hour are let in here" });
    expect(again.status).to.equal(200);
  });

  it("and the real ledger refuse each other's records, at their doors and on their contracts", async () => {
    const [real, practising] = [await server.admitRecorder(), await recordersFriend()];
    const deployments = { real: real.deployment, practice: practising.deployment };
    const forPractice = await aRecord(practising);
    const forReal = await aRecord(real);
    const half = await practising.sign([await practising.note(practising.organisationSubject)], {
      chainId: BigInt(deployments.real.chainId),
    });

    const atReal = await real.send(forPractice);
    const halfAtReal = await real.send(half);
    const atPractice = await practising.send(forReal);
    await server.stop();
    const onReal = await attempted(folder.path, [forPractice, half]);
    const onPractice = await attempted(join(folder.path, "practice"), [forReal]);
    server = await startServer({ folder: folder.path, practice: true });

    expect(deployments.real.chainId).not.to.equal(deployments.practice.chainId);
    expect(deployments.real.ledger).not.to.equal(deployments.practice.ledger);
    expect([atReal.status, typeOf(atReal)]).to.deep.equal([400, "wrong-chain"]);
    expect([halfAtReal.status, typeOf(halfAtReal)]).to.deep.equal([400, "wrong-ledger"]);
    expect([atPractice.status, typeOf(atPractice)]).to.deep.equal([400, "wrong-chain"]);
    expect(onReal).to.deep.equal(["WrongChain", "WrongLedger"]);
    expect(onPractice).to.deep.equal(["WrongChain"]);
  });

  it("begins anew, on another ledger, when its folder was deleted under it", async () => {
    const before = (await (await fetch(`${below()}/.well-known/furrow.json`)).json()) as Deployment;
    rmSync(join(folder.path, "practice"), { recursive: true });

    const after = (await (await fetch(`${below()}/.well-known/furrow.json`)).json()) as Deployment;

    expect(after.ledger).not.to.equal(before.ledger);
    expect(after.chainId).not.to.equal(before.chainId);
  });

  it("keeps its records over an end of the server", async () => {
    const phone = await aPhone();
    const recorder = await recorderOf(phone);
    const record = await aRecord(recorder);
    await recorder.send(record);
    await recorder.settled(record.hash);
    await server.stop();
    server = await startServer({ folder: folder.path, practice: true });

    const again = await recorderOf(phone);

    expect(again.organisation).to.equal(recorder.organisation);
    expect((await again.stateOf(record.hash)).body.state).to.equal("final");
  });

  it("begins anew at a start that finds more than 256 MiB in its folder, and not below that", async () => {
    const data = temporaryFolder();
    const filler = join(data.path, "practice/blocks/filler");
    const ledgers: string[] = [];
    const told: boolean[] = [];
    try {
      for (const megabytes of [null, 250, 257]) {
        // Sparse: it takes no room on the disk.
        if (megabytes !== null) writeFileSync(filler, "");
        if (megabytes !== null) truncateSync(filler, megabytes * 2 ** 20);
        const own = await startServer({ folder: data.path, practice: true });
        try {
          const found = await fetch(`${own.address}/practice/.well-known/furrow.json`);
          ledgers.push(((await found.json()) as Deployment).ledger);
          told.push(own.lines.some((line) => line.startsWith("practice begins anew")));
        } finally {
          await own.stop();
        }
      }

      expect(ledgers[1]).to.equal(ledgers[0]);
      expect(ledgers[2]).not.to.equal(ledgers[0]);
      expect(told).to.deep.equal([false, false, true]);
      expect([filler, join(data.path, "practice-over")].filter((path) => existsSync(path))).to.deep.equal([]);
    } finally {
      data.remove();
    }
  });

  it("loses nothing that it acknowledged to a kill -9 of the server", async () => {
    const data = await aFolder();
    const begin = () => startFurrowProcess({ data, args: ["--no-example"] });
    let running = begin();
    try {
      const practice = `${await running.ready}/practice`;
      const phone = await aPhone();
      const { body } = await joinAt(practice, "PRACTICE", phone.body);
      const { number } = body.organisation as { readonly number: number };
      const recorder = await Recorder.at(practice, phone.signer, number);
      const record = await aRecord(recorder);
      const sent = await recorder.send(record);
      running.signal("SIGKILL");
      await running.ended;
      running = begin();
      const again = recorder.movedTo(`${await running.ready}/practice`);

      expect(sent.status).to.equal(202);
      expect((await again.settled(record.hash)).state).to.equal("final");
      expect((await joinAt(again.address, "PRACTICE", phone.body)).body).to.deep.equal(body);
    } finally {
      running.signal("SIGKILL");
      await running.ended;
    }
  });

  it("is not there where it is switched off", async () => {
    const plain = await startServer();
    try {
      const answer = await fetch(`${plain.address}/practice/api/head`);

      expect(answer.status).to.equal(404);
      expect(await answer.json()).to.include({ detail: "there is no practice on this server" });
    } finally {
      await plain.close();
    }
  });

  /** Somebody who is in already, or comes in: the hour's places may be taken. */
  async function recordersFriend(): Promise<Recorder> {
    for (;;) {
      const phone = await aPhone();
      const { status } = await joinAt(below(), "PRACTICE", phone.body);
      if (status === 200) return recorderOf(phone);
    }
  }
});

/** What the contract on a stopped server's chain says to each batch. */
async function attempted(folder: string, batches: readonly Signed[]): Promise<readonly string[]> {
  const { chainId, genesisTimeS } = readJsonFile(join(folder, "furrow.json")) as {
    readonly chainId: number;
    readonly genesisTimeS: number;
  };
  const { ledger } = readJsonFile(join(folder, "deployment.json")) as { readonly ledger: Hex };
  const chain = await openEmbeddedChain({
    ...{ folder: join(folder, "chain"), chainId: BigInt(chainId), genesisTimeS, alloc: {} },
    now: () => Date.now() / 1000,
  });
  try {
    const trials = await new Ledger(chain, ledger).attempt(batches.map(({ bytes }) => bytes));
    return trials.map((trial) => ("reason" in trial ? trial.reason.name : "accepted"));
  } finally {
    await chain.close();
  }
}
