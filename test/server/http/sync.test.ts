/** What a phone sends and asks in one round trip, on a real chain. */
import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { bytesOf, hexOf, textOf, utf8 } from "../../../protocol/bytes.ts";
import { canonicalJson } from "../../../protocol/canonical.ts";
import { cidOf } from "../../../protocol/cid.ts";
import { documentBytes, noteEvent } from "../../../protocol/document/epcis.ts";
import { productMaster } from "../../../protocol/document/master.ts";
import { makeEntry } from "../../../protocol/entry.ts";
import { httpField } from "../../../scripts/example/field.ts";
import { primitives } from "../../support/primitives.ts";
import { makeKey, Recorder } from "../../support/recorder.ts";
import { startServer, temporaryFolder, type TestServer } from "../../support/server.ts";
import { batchText, sync, syncBytes } from "../../support/sync.ts";
import { kg, Trader } from "../../support/trade.ts";

const NOBODY = `0x${"ab".repeat(32)}` as const;

describe("POST /api/sync", function () {
  this.timeout(60_000);
  let server: TestServer;
  let farm: Trader;

  before(async () => {
    server = await startServer();
    farm = await Trader.admit(server, "producer", "processor");
  });

  after(async () => {
    await server.close();
  });

  it("says whose server it is, the time, and who the phone is", async () => {
    const { recorder } = farm;
    const told = await sync(server.address, { recorder: recorder.id });

    expect(told).to.deep.include({ chainId: String(recorder.deployment.chainId), ledger: recorder.deployment.ledger });
    expect(told.recorder).to.include({ organisation: farm.organisation, manager: true, active: true });
    expect(told.nowMs)
      .to.be.a("number")
      .greaterThan(Date.now() - 60_000);
    expect((await sync(server.address, { recorder: `0x${"11".repeat(20)}` })).recorder).to.equal(null);
  });

  it("is one small answer when nothing is new", async () => {
    const { recorder } = farm;
    const { field = {} } = await sync(server.address, { recorder: recorder.id, have: {} });
    const have = Object.fromEntries(Object.entries(field).map(([name, { version }]) => [name, version]));
    const { text } = await syncBytes(server.address, utf8(JSON.stringify({ recorder: recorder.id, have })));

    expect(Object.keys(field)).to.have.length(7);
    expect(text).to.have.length.below(600);
    expect(JSON.parse(text)).to.deep.include({ field: {}, receipts: [] });
  });

  it("tells no section where none is asked for", async () => {
    expect(await sync(server.address, { recorder: farm.recorder.id })).to.not.have.property("field");
  });

  it("takes documents with the batches that name them, and tells each group's place on the ledger", async () => {
    const { signed, documents, subjects } = await unsent(farm.recorder);
    const sent = await sync(server.address, { documents, batches: [batchText(signed)] });
    await server.furrow.settled();
    const asked = await sync(server.address, { ask: [signed.hash] });
    const again = (await farm.recorder.stateOf(signed.hash)).body;

    expect(sent.receipts.map(({ batch, state }) => [batch, state])).to.deep.equal([[signed.hash, "waiting"]]);
    const [receipt] = asked.receipts;
    expect(receipt).to.include({ state: "final" });
    const field = httpField({ address: server.address, token: null });
    const words = await Promise.all(subjects.map((id) => field.word(hexOf(id))));
    expect(receipt?.groups).to.deep.equal(
      subjects.map((id, n) => ({ subject: hexOf(id), seq: Buffer.from(words[n] ?? []).readUInt32BE(28) })),
    );
    expect(again.groups).to.deep.equal(receipt?.groups);
  });

  it("judges each batch by itself", async () => {
    const { recorder } = farm;
    const good = await recorder.sign([await recorder.note(recorder.organisationSubject)]);
    const nonce = recorder.takeNonce();
    const unknown = await recorder.note(recorder.organisationSubject);
    const [entry] = unknown.entries;
    const lost = await recorder.sign(
      [{ subject: unknown.subject, entries: entry === undefined ? [] : [{ ...entry, content: bytesOf(NOBODY) }] }],
      { nonce },
    );
    const elsewhere = await recorder.sign([await recorder.note(recorder.organisationSubject)], { chainId: 7n });
    const noBatch = new Uint8Array(300).fill(7);
    const batches = [lost, { bytes: noBatch }, good, elsewhere].map(batchText);

    const { receipts } = await sync(server.address, { batches });

    expect(receipts.map(({ state, reason }) => [state, reason?.type.split(":").at(-1), reason?.pointer])).to.deep.equal(
      [
        ["refused", "document-unknown", "/groups/0/entries/0/content"],
        ["refused", "wrong-version", "/header/version"],
        ["waiting", undefined, undefined],
        ["refused", "wrong-chain", "/header/chainId"],
      ],
    );
    expect(receipts.map(({ batch }) => batch)).to.deep.equal([
      lost.hash,
      hexOf(await primitives.sha256(noBatch)),
      good.hash,
      elsewhere.hash,
    ]);
  });

  it("gives a batch the reason for which its document was refused, and names every such document", async () => {
    const { recorder } = farm;
    const document = canonicalJson({ type: "ObjectEvent", "furrow:subject": hexOf(recorder.organisationSubject) });
    const content = await primitives.sha256(utf8(document));
    const entry = makeEntry("NOTE", { occurredAtS: recorder.nowS, content, args: {} });
    const signed = await recorder.sign([{ subject: recorder.organisationSubject, entries: [entry] }]);

    const told = await sync(server.address, { documents: [document, '{"b":1,"a":2}'], batches: [batchText(signed)] });

    expect(told.receipts[0]).to.deep.include({ batch: signed.hash, state: "refused" });
    expect(told.receipts[0]?.reason).to.include({
      type: "urn:furrow:problem:document-schema",
      pointer: "/groups/0/entries/0/content",
    });
    expect(
      told.documents?.map(({ document: digest, reason }) => [digest, reason.type.split(":").at(-1)]),
    ).to.deep.equal([
      [hexOf(content), "document-schema"],
      [hexOf(await primitives.sha256(utf8('{"b":1,"a":2}'))), "document-not-canonical"],
    ]);
  });

  it("names a file that is not here, so that it can be sent first", async () => {
    const { recorder } = farm;
    const cid = cidOf(await primitives.sha256(utf8("no picture")), "raw");
    const file = { cid, mediaType: "image/jpeg", name: "garden.jpg", size: 10 };
    const note = await recorder.note(recorder.organisationSubject, "with a picture", { form: { attachments: [file] } });

    const { receipts } = await sync(server.address, { batches: [batchText(await recorder.sign([note]))] });

    expect(receipts[0]?.reason?.type).to.equal("urn:furrow:problem:file-unknown");
    expect(receipts[0]?.reason?.detail).to.include(cid);
  });

  it("gives what is sent again the same receipt, and applies it once", async () => {
    const nonce = farm.recorder.takeNonce();
    const signed = await farm.recorder.sign([await farm.recorder.product(nonce)], { nonce });
    const batches = [batchText(signed)];
    const first = await sync(server.address, { batches });
    const second = await sync(server.address, { batches: [...batches, ...batches] });
    await server.furrow.settled();
    const third = await sync(server.address, { batches, ask: [signed.hash] });

    expect([first, second].flatMap(({ receipts }) => receipts.map(({ batch }) => batch))).to.deep.equal(
      Array.from({ length: 3 }, () => signed.hash),
    );
    expect(third.receipts.map(({ state, groups }) => [state, groups?.[0]?.seq])).to.deep.equal([
      ["final", 1],
      ["final", 1],
    ]);
  });

  it("says of what it never got that it is unknown", async () => {
    const { receipts } = await sync(server.address, { ask: [NOBODY, NOBODY] });

    expect(receipts).to.deep.equal([
      { batch: NOBODY, state: "unknown", says: "Neither here nor on the ledger; send it again." },
    ]);
  });

  it("tells for which subject a batch waits, and takes it when that has come", async () => {
    const { recorder } = farm;
    const [maker, user] = [recorder.takeNonce(), recorder.takeNonce()];
    const product = await recorder.newId(maker);
    const late = await recorder.sign([await recorder.note(product, "on what is not there yet")], { nonce: user });
    const batches = [batchText(late)];
    await sync(server.address, { batches });
    await server.furrow.settled();
    const waiting = await sync(server.address, { ask: [late.hash] });
    const made = await recorder.sign([await recorder.product(maker)], { nonce: maker });
    await sync(server.address, { batches: [batchText(made)] });
    await server.furrow.settled();
    const done = await sync(server.address, { ask: [late.hash] });

    expect(waiting.receipts[0]).to.include({ state: "waiting" });
    expect(waiting.receipts[0]?.reason?.ledger).to.deep.equal({ error: "SubjectUnknown", values: [hexOf(product)] });
    expect(done.receipts[0]).to.include({ state: "final" });
    expect(done.receipts[0]).to.not.have.property("reason");
  });

  it("tells what is left where two spend the same goods", async () => {
    const product = await farm.record(farm.product());
    const { planting } = await farm.record(farm.planting(product, { area: 10_000_000n, cap: 9_000_000n }));
    const lot = await farm.record(farm.harvest(planting, kg(10)));
    const spend = () => farm.sign(farm.transform("process", [[lot, kg(6.25)]], [product, kg(6)]));
    const both = [await spend(), await spend()];
    await sync(server.address, { batches: both.map(batchText) });
    await server.furrow.settled();

    const { receipts } = await sync(server.address, { ask: both.map(({ hash }) => hash) });

    expect(receipts.map(({ state }) => state)).to.deep.equal(["final", "refused"]);
    expect(receipts[1]?.reason).to.deep.include({
      type: "urn:furrow:problem:not-enough-left",
      ledger: { error: "NotEnoughLeft", values: [lot.subject, "3.75", "6.25"] },
    });
    expect((await farm.recorder.stateOf(both[1]?.hash ?? NOBODY)).body.reason).to.deep.equal(receipts[1]?.reason);
  });

  it("takes nothing of a key that was ended, and says so", async () => {
    const { recorder: manager } = farm;
    const signer = await makeKey();
    await manager.settled(await sent(await manager.sign([await manager.enrol(signer)])));
    const phone = new Recorder(server.address, signer, farm.organisation, manager.deployment);
    const early = await phone.sign([await phone.note(phone.organisationSubject, "before")]);
    await manager.settled(await sent(early));
    await manager.settled(await sent(await manager.sign([await manager.expel(signer.recorder)])));
    const late = await phone.sign([await phone.note(phone.organisationSubject, "after")]);

    const told = await sync(server.address, { recorder: phone.id, batches: [batchText(late)], ask: [early.hash] });

    expect(told.recorder).to.include({ organisation: farm.organisation, active: false });
    expect(told.receipts.map(({ state, reason }) => [state, reason?.type])).to.deep.equal([
      ["refused", "urn:furrow:problem:recorder-ended"],
      ["final", undefined],
    ]);
  });

  it("refuses a date of another age, whatever the phone's clock says", async () => {
    const { recorder } = farm;
    const occurredAtS = recorder.nowS + 10 * 365 * 86_400;
    const note = await recorder.note(recorder.organisationSubject, "from the future", { occurredAtS });

    const { receipts } = await sync(server.address, { batches: [batchText(await recorder.sign([note]))] });

    expect(receipts[0]?.reason).to.include({ type: "urn:furrow:problem:date-impossible" });
    expect(receipts[0]?.reason?.pointer).to.equal("/groups/0/entries/0/occurredAt");
  });

  it("reads a packed body, and no more of one than a body may have", async () => {
    const text = utf8(JSON.stringify({ recorder: farm.recorder.id, documents: ["x".repeat(5_000)] }));
    const bomb = utf8(JSON.stringify({ documents: ["x".repeat(20 * 1024 * 1024)] }));
    const packed = await syncBytes(server.address, text, { isPacked: true });
    const burst = await syncBytes(server.address, bomb, { isPacked: true });

    expect(packed.status).to.equal(200);
    expect(burst.status).to.equal(413);
    expect(JSON.parse(burst.text)).to.include({ type: "urn:furrow:problem:body-too-large" });
  });

  it("points to the field that is none", async () => {
    const refused = async (asked: object) => {
      const { status, text } = await syncBytes(server.address, utf8(JSON.stringify(asked)));
      return [status, (JSON.parse(text) as { readonly pointer: string }).pointer];
    };

    expect(await refused({ batches: ["!"] })).to.deep.equal([400, "/batches/0"]);
    expect(await refused({ recorder: "0x12" })).to.deep.equal([400, "/recorder"]);
    expect(await refused({ have: { cows: "1" } })).to.deep.equal([400, "/have/cows"]);
    expect(await refused({ ask: Array.from({ length: 201 }, () => NOBODY) })).to.deep.equal([400, "/ask"]);
  });

  it("has on disk what it answered for", async () => {
    const folder = temporaryFolder();
    const first = await startServer({ folder: folder.path });
    const recorder = await first.admitRecorder();
    const { signed, documents } = await unsent(recorder);
    const { receipts } = await sync(first.address, { documents, batches: [batchText(signed)] });
    await first.stop();
    const second = await startServer({ folder: folder.path });
    try {
      await second.furrow.settled();
      const told = await sync(second.address, { ask: [signed.hash] });

      expect(receipts[0]).to.include({ state: "waiting" });
      expect(told.receipts[0]).to.include({ state: "final" });
    } finally {
      await second.close();
      folder.remove();
    }
  });

  async function sent(signed: Parameters<typeof batchText>[0] & { readonly hash: `0x${string}` }) {
    await sync(server.address, { batches: [batchText(signed)] });
    return signed.hash;
  }
});

/** A product and a note on the organisation in one batch; no document of it is stored yet. */
async function unsent(recorder: Recorder) {
  const nonce = recorder.takeNonce();
  const [product, own] = [await recorder.newId(nonce), recorder.organisationSubject];
  const about = (subject: Uint8Array) => ({ subject: hexOf(subject), example: true });
  const occurredAtS = recorder.nowS;
  const documents = [
    productMaster({
      ...{ ...about(product), createdAtS: occurredAtS, name: { en: "Example tea" }, gtin: null },
      ...{ uom: "KGM", net: 0n, loss: 0 },
    }),
    noteEvent({ ...about(own), eventId: randomUUID(), occurredAtS, notes: { en: "A new product." } }),
  ].map((document) => documentBytes(document));
  const [first, second] = await Promise.all(documents.map((bytes) => primitives.sha256(bytes)));
  if (first === undefined || second === undefined) throw new Error("two documents have two digests");
  const args = { index: 0, unit: 1, net: 0n, loss: 0 };
  const groups = [
    { subject: product, entries: [makeEntry("PRODUCT", { occurredAtS, content: first, args })] },
    { subject: own, entries: [makeEntry("NOTE", { occurredAtS, content: second, args: {} })] },
  ];
  return {
    signed: await recorder.sign(groups, { nonce }),
    documents: documents.map((bytes) => textOf(bytes)),
    subjects: [product, own],
  };
}
