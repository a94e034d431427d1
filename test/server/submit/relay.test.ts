import { expect } from "chai";
import { hexOf } from "../../../protocol/bytes.ts";
import type { Recorder } from "../../support/recorder.ts";
import { makeKey, Recorder as RecorderAt } from "../../support/recorder.ts";
import { startServer, type TestServer } from "../../support/server.ts";

describe("A batch that was taken in", () => {
  let server: TestServer;
  let recorder: Recorder;

  before(async () => {
    server = await startServer();
    recorder = await server.admitRecorder();
  });

  after(() => server.close());

  it("is on disk when it is answered, and on the ledger soon after", async () => {
    const batch = await recorder.sign([await recorder.note(recorder.organisationSubject)]);

    const answer = await recorder.send(batch);

    expect(answer.status).to.equal(202);
    expect(answer.body).to.deep.include({
      receipts: [{ batch: batch.hash, state: "waiting", says: "On disk here, not yet on the ledger." }],
    });
    const settled = await recorder.settled(batch.hash);
    expect(settled).to.include({ state: "final", says: "On the ledger." });
    expect(settled.block).to.be.a("number");
  });

  it("is applied once, however often it is sent", async () => {
    const batch = await recorder.sign([await recorder.note(recorder.organisationSubject)]);
    await recorder.send(batch);
    await recorder.settled(batch.hash);

    const again = await recorder.send(batch, batch);

    expect(again.status).to.equal(202);
    expect(again.body.receipts).to.be.an("array").with.length(2);
    for (const receipt of again.body.receipts as { state: string }[]) expect(receipt.state).to.equal("final");
  });

  it("waits for the batch that makes what it needs, though that comes later", async () => {
    const maker = recorder.takeNonce();
    const product = await recorder.newId(maker);
    const later = recorder.takeNonce();
    const lot = await recorder.sign([await recorder.origin(later, product)], { nonce: later });
    await recorder.send(lot);
    await server.furrow.settled();
    const held = await recorder.stateOf(lot.hash);

    const made = await recorder.sign([await recorder.product(maker)], { nonce: maker });
    await recorder.send(made);

    expect(held.body.state).to.equal("waiting");
    expect(held.body.says).to.include(`It waits: SubjectUnknown ${hexOf(product)}`);
    expect((await recorder.settled(made.hash)).state).to.equal("final");
    expect((await recorder.settled(lot.hash)).state).to.equal("final");
  });

  it("comes in any order in one request, whole chains of it", async () => {
    const nonces = [recorder.takeNonce(), recorder.takeNonce(), recorder.takeNonce()] as const;
    const product = await recorder.newId(nonces[0]);
    const lot = await recorder.newId(nonces[1]);
    const batches = [
      await recorder.sign([await recorder.note(lot)], { nonce: nonces[2] }),
      await recorder.sign([await recorder.origin(nonces[1], product)], { nonce: nonces[1] }),
      await recorder.sign([await recorder.product(nonces[0])], { nonce: nonces[0] }),
    ];

    const answer = await recorder.send(...batches);

    expect(answer.status).to.equal(202);
    for (const { hash } of batches) expect((await recorder.settled(hash)).state).to.equal("final");
  });

  it("is refused with the ledger's reason, and its nonce is free for the repaired one", async () => {
    const trader = await server.admitRecorder(["carrier"]);
    const nonce = trader.takeNonce();
    const wrong = await trader.sign([await trader.product(nonce)], { nonce });
    await trader.send(wrong);

    const refused = await trader.settled(wrong.hash);
    const repaired = await trader.sign([await trader.note(trader.organisationSubject, "withdrawn")], { nonce });
    await trader.send(repaired);

    expect(refused.state).to.equal("refused");
    expect(refused.reason).to.include({ type: "urn:furrow:problem:no-role" });
    expect((await trader.settled(repaired.hash)).state).to.equal("final");
    expect((await trader.stateOf(wrong.hash)).body.state).to.equal("refused");
  });

  it("does not hold up or harm the others when it is a bad one", async () => {
    const carrier = await server.admitRecorder(["carrier"]);
    const bad = carrier.takeNonce();
    const batches = [
      await carrier.sign([await carrier.note(carrier.organisationSubject, "before")]),
      await carrier.sign([await carrier.product(bad)], { nonce: bad }),
      await carrier.sign([await carrier.note(carrier.organisationSubject, "after")]),
    ];

    await carrier.send(...batches);

    const states = await Promise.all(batches.map(async ({ hash }) => (await carrier.settled(hash)).state));
    expect(states).to.deep.equal(["final", "refused", "final"]);
  });

  it("goes to the ledger with many others in few transactions", async () => {
    const before = await head(server);
    const signed = await Promise.all(
      Array.from({ length: 60 }, async (_, n) =>
        recorder.sign([await recorder.note(recorder.organisationSubject, `n${n}`)]),
      ),
    );

    for (let n = 0; n < signed.length; n += 20)
      expect((await recorder.send(...signed.slice(n, n + 20))).status).to.equal(202);
    for (const { hash } of signed) expect((await recorder.settled(hash)).state).to.equal("final");

    expect((await head(server)) - before).to.be.at.most(10);
  });

  it("may come from a key that a manager has just enrolled, and no longer once it was ended", async () => {
    const signer = await makeKey();
    const enrolment = await recorder.sign([await recorder.enrol(signer)]);
    await recorder.send(enrolment);
    await recorder.settled(enrolment.hash);
    const phone = await RecorderAt.at(server.address, signer, recorder.organisation);
    const first = await phone.sign([await phone.note(phone.organisationSubject)]);
    await phone.send(first);

    const state = await phone.settled(first.hash);
    const end = await recorder.sign([await recorder.expel(signer.recorder)]);
    await recorder.send(end);
    await recorder.settled(end.hash);
    const late = await phone.send(await phone.sign([await phone.note(phone.organisationSubject)]));

    expect(state.state).to.equal("final");
    expect(late.status).to.equal(403);
    expect(late.body).to.include({ type: "urn:furrow:problem:recorder-ended", pointer: "/batches/0/header/recorder" });
  });

  it("tells a phone that lost its count which nonce is next", async () => {
    const { body } = await recorder.request("GET", `/api/recorders/${recorder.id}`);

    expect(body).to.deep.equal({
      recorder: recorder.id,
      organisation: recorder.organisation,
      manager: true,
      active: true,
      nextNonce: recorder.takeNonce().toString(),
    });
  });
});

async function head(server: TestServer): Promise<number> {
  const answer = (await (await fetch(`${server.address}/api/head`)).json()) as { block: { number: number } };
  return answer.block.number;
}
