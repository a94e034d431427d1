/** Kinds that keep the books on their way through the outbox: what they wait for, and which documents they want. */
import { randomUUID } from "node:crypto";
import { expect } from "chai";
import type { Group } from "../../../protocol/batch.ts";
import { hexOf } from "../../../protocol/bytes.ts";
import type { EventForm } from "../../../protocol/document/form.ts";
import { receiveEvent, shipEvent } from "../../../protocol/document/handover.ts";
import { recallEvent } from "../../../protocol/document/recall.ts";
import { makeEntry } from "../../../protocol/entry.ts";
import type { Recorder } from "../../support/recorder.ts";
import { startServer, type TestServer } from "../../support/server.ts";

const NAME = { zh: "示例", en: "Example" };
const AMOUNT = 4_000n;

describe("What keeps the books, on its way to the ledger", function () {
  this.timeout(60_000);
  let server: TestServer;
  let [sender, receiver]: Recorder[] = [];
  let lot: Uint8Array;

  before(async () => {
    server = await startServer();
    [sender, receiver] = [await server.admitRecorder(["trader"]), await server.admitRecorder(["trader"])];
    const [one, two] = [sender.takeNonce(), sender.takeNonce()];
    const product = await sender.newId(one);
    lot = await sender.newId(two);
    const batches = [
      await sender.sign([await sender.product(one, { net: 0n })], { nonce: one }),
      await sender.sign([await sender.origin(two, product)], { nonce: two }),
    ];
    await sender.send(...batches);
    for (const { hash } of batches) await sender.settled(hash);
  });
  after(() => server.close());

  const about = (by: Recorder, subject: Uint8Array): EventForm => ({
    ...{ subject: hexOf(subject), eventId: randomUUID(), occurredAtS: by.nowS, example: true },
  });
  const paper = (from: Recorder, to: Recorder, subject: Uint8Array) => ({
    ...{ ...about(from, subject), taken: hexOf(lot), uom: "KGM" as const, packed: false },
    ...{ lot: { gtin: null, lotNumber: "B1" }, sender: { subject: hexOf(from.organisationSubject), name: NAME } },
    receiver: { subject: hexOf(to.organisationSubject), name: NAME },
  });

  async function shipping(from: Recorder, to: Recorder, nonce: bigint): Promise<Group> {
    const subject = await from.newId(nonce);
    const content = await from.put(shipEvent({ ...paper(from, to, subject), amount: AMOUNT }));
    const args = { index: 0, lot, packed: false, amount: AMOUNT, to: to.organisation, carrier: 0 };
    return { subject, entries: [makeEntry("SHIP", { occurredAtS: from.nowS, content, args })] };
  }

  async function receiving(from: Recorder, to: Recorder, subject: Uint8Array): Promise<Group> {
    const content = await to.put(receiveEvent({ ...paper(from, to, subject), amount: AMOUNT }));
    return { subject, entries: [makeEntry("RECEIVE", { occurredAtS: to.nowS, content, args: { amount: AMOUNT } })] };
  }

  it("is received before it was sent only once the SHIP has come", async () => {
    const [from, to] = [sender ?? fail(), receiver ?? fail()];
    const nonce = from.takeNonce();
    const early = await to.sign([await receiving(from, to, await from.newId(nonce))]);

    await to.send(early);
    await server.furrow.settled();
    const meanwhile = (await to.stateOf(early.hash)).body;
    const late = await from.sign([await shipping(from, to, nonce)], { nonce });
    await from.send(late);

    expect(meanwhile.state).to.equal("waiting");
    expect(meanwhile.reason).to.include({ type: "urn:furrow:problem:subject-unknown" });
    expect((await from.settled(late.hash)).state).to.equal("final");
    expect((await to.settled(early.hash)).state).to.equal("final");
  });

  it("is refused where more is shipped than is left, with both amounts, and does not wait for more", async () => {
    const [from, to] = [sender ?? fail(), receiver ?? fail()];
    const batches = [];
    for (let n = 0; n < 2; n++) {
      const nonce = from.takeNonce();
      batches.push(await from.sign([await shipping(from, to, nonce)], { nonce }));
    }
    await from.send(...batches);
    const states = [];
    for (const { hash } of batches) states.push(await from.settled(hash));

    expect(states.map(({ state }) => state)).to.deep.equal(["final", "refused"]);
    expect(states[1]?.reason).to.include({
      type: "urn:furrow:problem:not-enough-left",
      detail: `NotEnoughLeft ${hexOf(lot)} 2 4`,
    });
  });

  it("is not taken with a document that says another thing than its args", async () => {
    const [from, to] = [sender ?? fail(), receiver ?? fail()];
    const nonce = from.takeNonce();
    const group = await shipping(from, to, nonce);
    const [shipped] = group.entries;
    const drill = { capacity: 1, drill: true, certificate: new Uint8Array(32) };
    const content = await from.put(
      recallEvent({
        ...{ ...about(from, lot), capacity: "holder", drill: false, reason: NAME, todo: NAME, phone: null },
        by: { subject: hexOf(from.organisationSubject), name: NAME },
      }),
    );
    const answers = [
      await from.send(
        await from.sign([
          { subject: lot, entries: [makeEntry("RECALL", { occurredAtS: from.nowS, content, args: drill })] },
        ]),
      ),
      await from.send(
        await from.sign([
          { subject: lot, entries: [makeEntry("PROMISE", { ...(shipped ?? fail()), args: { amount: 1n } })] },
        ]),
      ),
    ];

    expect(answers.map(({ status }) => status)).to.deep.equal([422, 422]);
    expect(answers[0]?.body).to.include({
      ...{ type: "urn:furrow:problem:document-not-of-its-kind", pointer: "/batches/0/groups/0/entries/0/content" },
    });
    expect(answers[1]?.body).to.include({ type: "urn:furrow:problem:document-other-subject" });
  });
});

function fail(): never {
  throw new Error("not there");
}
