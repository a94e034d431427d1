/** A truck of five hundred lots under one SSCC: one call of the API sends them, one receives them, and the number finds them all. */
import { randomUUID } from "node:crypto";
import { expect } from "chai";
import type { Group } from "../../../protocol/batch.ts";
import { type Hex, hexOf } from "../../../protocol/bytes.ts";
import { eventsDocument, originEvent } from "../../../protocol/document/epcis.ts";
import type { EventForm } from "../../../protocol/document/form.ts";
import { withCheckDigit } from "../../../protocol/document/gs1-key.ts";
import { receiveEvent, shipEvent } from "../../../protocol/document/handover.ts";
import { siteMaster } from "../../../protocol/document/master.ts";
import type { JsonObject } from "../../../protocol/document/terms.ts";
import { makeEntry } from "../../../protocol/entry.ts";
import type { ArgsOf, KindName } from "../../../protocol/kinds/all.ts";
import { pack } from "../../../protocol/pack.ts";
import type { Answer, Recorder, Signed } from "../../support/recorder.ts";
import { startServer, type TestServer } from "../../support/server.ts";

const LOTS = 500;
const AMOUNT = 20_000n;
const SSCC = withCheckDigit("09520123456700001");
/** Events of one document: it stays below 256 KiB. */
const EVENTS = 100;
const NAME = { zh: "示例茶", en: "Example tea" };

/** A group of one entry, before its subject has its id. */
interface Draft<Name extends KindName> {
  readonly kind: Name;
  /** Null: it makes its own. */
  readonly subject: Uint8Array | null;
  readonly args: (index: number) => ArgsOf<Name>;
  readonly event: (subject: Hex) => JsonObject;
}

describe("A truck of five hundred lots", function () {
  this.timeout(120_000);
  let server: TestServer;
  let [sender, receiver, carrier]: Recorder[] = [];
  let product: Uint8Array;
  let site: Uint8Array;
  let lots: readonly Uint8Array[];
  let shipped: { readonly answer: Answer; readonly batches: readonly Signed[]; readonly ids: readonly Uint8Array[] };
  let received: typeof shipped;

  before(async () => {
    server = await startServer();
    const [from, to, by] = [
      await server.admitRecorder(["producer", "processor", "trader"]),
      await server.admitRecorder(["trader"]),
      await server.admitRecorder(["carrier"]),
    ];
    [sender, receiver, carrier] = [from, to, by];
    product = await made(from, (nonce) => from.product(nonce, { net: 0n }));
    site = await made(from, (nonce) => siteOf(from, nonce));
    ({ ids: lots } = await all(
      from,
      Array.from({ length: LOTS }, (_, n): Draft<"ORIGIN"> => ({
        ...{ kind: "ORIGIN", subject: null },
        args: (index) => ({ index, product, amount: AMOUNT }),
        event: (subject) =>
          originEvent({
            ...about(from, subject),
            ...{ lot: lotName(n), product: { subject: hexOf(product), name: NAME }, amount: AMOUNT, uom: "KGM" },
          }),
      })),
    ));
    shipped = await all(
      from,
      lots.map((lot, n): Draft<"SHIP"> => ({
        ...{ kind: "SHIP", subject: null },
        args: (index) => ({
          ...{ index, lot, packed: false, amount: AMOUNT, to: to.organisation, carrier: by.organisation },
        }),
        event: (subject) => shipEvent({ ...paper(subject, n), amount: AMOUNT }),
      })),
    );
    received = await all(
      to,
      shipped.ids.map((id, n): Draft<"RECEIVE"> => ({
        ...{ kind: "RECEIVE", subject: id },
        args: () => ({ amount: foundOf(n) }),
        event: (subject) => receiveEvent({ ...paper(subject, n), amount: foundOf(n), offered: AMOUNT }),
      })),
    );
    await server.furrow.settled();
  });
  after(() => server.close());

  /** In the last lot a bag was torn. */
  const foundOf = (n: number) => (n === LOTS - 1 ? AMOUNT - 500n : AMOUNT);
  const lotName = (n: number) => ({ gtin: null, lotNumber: `T${n}` });
  const about = (by: Recorder, subject: Hex): EventForm => ({
    ...{ subject, eventId: randomUUID(), occurredAtS: by.nowS, example: true },
  });
  const party = (of: Recorder | undefined) => ({ subject: hexOf(of?.organisationSubject ?? product), name: NAME });
  const paper = (subject: Hex, n: number) => ({
    ...about(sender ?? fail(), subject),
    ...{ lot: lotName(n), taken: hexOf(lots[n] ?? product), uom: "KGM" as const, packed: false },
    ...{ sender: party(sender), receiver: party(receiver), carrier: party(carrier), sscc: SSCC },
    from: { subject: hexOf(site), code: "EX-1", name: NAME },
  });

  async function made(by: Recorder, group: (nonce: bigint) => Promise<Group>): Promise<Uint8Array> {
    const nonce = by.takeNonce();
    const one = await group(nonce);
    const batch = await by.sign([one], { nonce });
    await by.send(batch);
    await by.settled(batch.hash);
    return one.subject;
  }

  async function siteOf(by: Recorder, nonce: bigint): Promise<Group> {
    const subject = await by.newId(nonce);
    const form = {
      subject: hexOf(subject),
      createdAtS: by.nowS,
      level: "village",
      code: "EX-1",
      number: 0,
      name: NAME,
    } as const;
    const content = await by.put(siteMaster({ ...form, example: true }));
    const args = { index: 0, level: 1, number: 0n };
    return { subject, entries: [makeEntry("SITE", { occurredAtS: by.nowS, content, args })] };
  }

  /** Packs the drafts into batches, signs them and sends them with one call. */
  async function all<Name extends KindName>(by: Recorder, drafts: readonly Draft<Name>[]): Promise<typeof shipped> {
    const entryOf = ({ kind, args }: Draft<Name>, index: number, content: Uint8Array) =>
      makeEntry(kind, { occurredAtS: by.nowS, content, args: args(index) });
    const rough = drafts.map((draft) => ({
      subject: draft.subject ?? new Uint8Array(32),
      entries: [entryOf(draft, 0, new Uint8Array(32))],
    }));
    const batches: Signed[] = [];
    const ids: Uint8Array[] = [];
    for (const { nonce, groups } of pack(rough, noncesOf(by))) {
      const placed = await Promise.all(
        groups.map(async ({ group, index }) => {
          const draft = drafts[group] ?? fail();
          return { draft, index: index ?? 0, subject: draft.subject ?? (await by.newId(nonce, index ?? 0)) };
        }),
      );
      const signed: Group[] = [];
      for (let at = 0; at < placed.length; at += EVENTS) {
        const some = placed.slice(at, at + EVENTS);
        const events = some.map(({ draft, subject }) => draft.event(hexOf(subject)));
        const content = await by.put(eventsDocument(events, by.nowS));
        for (const { draft, index, subject } of some)
          signed.push({ subject, entries: [entryOf(draft, index, content)] });
      }
      ids.push(...signed.map(({ subject }) => subject));
      batches.push(await by.sign(signed, { nonce }));
    }
    return { answer: await by.send(...batches), batches, ids };
  }

  function* noncesOf(by: Recorder): Generator<bigint> {
    for (;;) yield by.takeNonce();
  }

  async function get<T>(path: string): Promise<T> {
    const answer = await fetch(server.address + path);
    if (answer.status !== 200) throw new Error(`${path}: ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  interface Told {
    readonly id: Hex;
    readonly state: string;
    readonly sscc: string;
    readonly offered: string;
    readonly found: string | null;
  }

  it("is sent with one call, which the ledger takes whole", async () => {
    expect(shipped.answer.status).to.equal(202);
    expect(shipped.batches.length).to.be.within(2, 20);
    for (const { hash } of shipped.batches) expect((await sender?.settled(hash))?.state).to.equal("final");
  });

  it("is received with one call, what is missing included", async () => {
    expect(received.answer.status).to.equal(202);
    for (const { hash } of received.batches) expect((await receiver?.settled(hash))?.state).to.equal("final");
    const short = await get<Told>(`/api/consignments/${hexOf(shipped.ids.at(-1) ?? product)}`);
    expect(short).to.include({ state: "received", offered: "20", found: "19.5", sscc: SSCC });
  });

  it("is found by its SSCC, page after page, every lot of it", async () => {
    const found: Told[] = [];
    let after = "";
    do {
      const page = await get<{ consignments: Told[]; next: string | null; unread: number }>(
        `/api/consignments?sscc=${SSCC}&state=received&to=${receiver?.organisation}&limit=200${after}`,
      );
      expect(page.unread).to.equal(0);
      found.push(...page.consignments);
      after = page.next === null ? "" : `&after=${page.next}`;
    } while (after !== "");

    expect(found.map(({ id }) => id)).to.have.members(shipped.ids.map((id) => hexOf(id)));
    expect(await get("/api/consignments?state=under-way")).to.deep.equal({
      consignments: [],
      next: null,
      unread: null,
    });
  });

  it("is in the receiver's stock, and no longer in the sender's", async () => {
    const stock = async (of: Recorder | undefined) =>
      (await get<{ products: object[] }>(`/api/organisations/${of?.organisation}/stock`)).products;

    expect(await stock(sender)).to.deep.equal([]);
    expect(await stock(receiver)).to.deep.equal([
      {
        ...{ product: hexOf(product), unit: "KGM", plantings: 0, area: "0", mayBear: "0" },
        ...{ inStore: "9999.5", packed: "0", underWay: "0", coming: "0" },
      },
    ]);
  });

  it("has its place and its hands in the history of each lot that it brought", async () => {
    const { subjects } = await get<{ subjects: { id: Hex }[] }>(
      `/api/lots/${hexOf(shipped.ids[7] ?? product)}/history`,
    );

    expect(subjects.map(({ id }) => id)).to.include.members(
      [site, lots[7] ?? product, ...[sender, receiver, carrier].map((one) => one?.organisationSubject ?? product)].map(
        (id) => hexOf(id),
      ),
    );
  });
});

function fail(): never {
  throw new Error("not there");
}
