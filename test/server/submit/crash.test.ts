import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect } from "chai";
import { Account } from "../../../server/chain/account.ts";
import { openEmbeddedChain } from "../../../server/chain/embedded.ts";
import { Ledger } from "../../../server/chain/ledger.ts";
import { readJsonFile } from "../../../server/folder.ts";
import type { Recorder, Signed } from "../../support/recorder.ts";
import { startServer, type TestServer, temporaryFolder } from "../../support/server.ts";

describe("The outbox after a server that ended at the worst moment", () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let server: TestServer;
  let recorder: Recorder;

  beforeEach(async () => {
    folder = temporaryFolder();
    server = await startServer({ folder: folder.path });
    recorder = await server.admitRecorder();
  });

  afterEach(async () => {
    await server.stop();
    folder.remove();
  });

  it("finds that a batch which it had handed over is on the ledger, and does not send it again", async () => {
    const batch = await recorder.sign([await recorder.note(recorder.organisationSubject)]);
    await recorder.send(batch);
    const { block } = await recorder.settled(batch.hash);
    await server.stop();
    setState(batch, "sent");

    await restart();

    expect(await recorder.settled(batch.hash)).to.include({ state: "final", block });
  });

  it("goes on with a batch that it had marked as handed over and that never arrived", async () => {
    const maker = recorder.takeNonce();
    const product = await recorder.newId(maker);
    const nonce = recorder.takeNonce();
    const lot = await recorder.sign([await recorder.origin(nonce, product)], { nonce });
    await recorder.send(lot);
    await server.furrow.settled();
    await server.stop();
    setState(lot, "sent");

    await restart();
    await server.furrow.settled();
    const waiting = (await recorder.stateOf(lot.hash)).body.state;
    await recorder.send(await recorder.sign([await recorder.product(maker)], { nonce: maker }));

    expect(waiting).to.equal("waiting");
    expect((await recorder.settled(lot.hash)).state).to.equal("final");
  });

  it("counts a batch that another relay brought to the ledger as what it is: final", async () => {
    const batch = await recorder.sign([await recorder.note(recorder.organisationSubject)]);
    await recorder.send(batch);
    await recorder.settled(batch.hash);
    const second = await recorder.sign([await recorder.note(recorder.organisationSubject, "by another relay")]);
    await server.stop();
    await relayBy("relay", second);

    await restart();
    const answer = await recorder.send(second);

    expect(answer.status).to.equal(202);
    expect(answer.body.receipts).to.have.nested.property("[0].state", "final");
    expect((await recorder.stateOf(second.hash)).body.state).to.equal("final");
  });

  it("refuses a waiting batch when its nonce was spent by another one in between, and says so", async () => {
    const nonce = recorder.takeNonce();
    const held = await recorder.sign([await recorder.note(new Uint8Array(32).fill(9), "for a subject to come")], {
      nonce,
    });
    await recorder.send(held);
    await server.furrow.settled();
    const other = await recorder.sign([await recorder.note(recorder.organisationSubject, "instead")], { nonce });
    await server.stop();
    await relayBy("relay", other);

    await restart();
    const settled = await recorder.settled(held.hash);

    expect(settled.state).to.equal("refused");
    expect(settled.reason).to.include({ type: "urn:furrow:problem:nonce-used" });
  });

  it("answers what it has in hand when it is told to stop, and goes on with it after the next start", async () => {
    const batches = await Promise.all(
      Array.from({ length: 20 }, async (_, n) =>
        recorder.sign([await recorder.note(recorder.organisationSubject, `n${n}`)]),
      ),
    );
    const answered = recorder.send(...batches);
    // The request is under way once its connection is there.
    await recorder.request("GET", "/api/head");

    await server.stop();
    const { status } = await answered;
    await restart();

    expect(status).to.equal(202);
    for (const { hash } of batches) expect((await recorder.settled(hash)).state).to.equal("final");
  });

  async function restart(): Promise<void> {
    server = await startServer({ folder: folder.path });
    recorder = recorder.movedTo(server.address);
  }

  function setState({ hash }: Signed, state: string): void {
    const kept = new DatabaseSync(join(folder.path, "kept.sqlite"));
    kept.prepare("update outbox set state = ?, block = null where batch = ?").run(state, hash);
    kept.close();
  }

  /** Brings a batch to the ledger past the server's outbox. */
  async function relayBy(key: string, batch: Signed): Promise<void> {
    const { chainId, ledger } = recorder.deployment;
    const { privateKey } = readJsonFile(join(folder.path, `keys/${key}.json`)) as { privateKey: string };
    let nowS = Math.floor(Date.now() / 1000) + 600;
    const chain = await openEmbeddedChain({
      ...{ folder: join(folder.path, "chain"), chainId: BigInt(chainId), genesisTimeS: 1, alloc: {} },
      now: () => nowS++,
    });
    try {
      const target = new Ledger(chain, ledger);
      const call = { to: ledger, data: target.submitCall([batch.bytes], 1_000_000n), gas: 3_000_000n };
      await new Account(chain, privateKey).send([call]);
    } finally {
      await chain.close();
    }
  }
});
