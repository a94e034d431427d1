/** Groups that keep the books, with their documents: goods sent, a label made void, a promise and a recall of one lot. */
import { randomUUID } from "node:crypto";
import type { Group } from "../../protocol/batch.ts";
import { type Hex, hexOf } from "../../protocol/bytes.ts";
import { cidOf } from "../../protocol/cid.ts";
import { voidEvent } from "../../protocol/document/discard.ts";
import { shipEvent } from "../../protocol/document/handover.ts";
import { promiseDocument } from "../../protocol/document/promise.ts";
import { recallEvent } from "../../protocol/document/recall.ts";
import { makeEntry } from "../../protocol/entry.ts";
import type { Recorder } from "./recorder.ts";

export { bookGroups };

const NAME = { zh: "示例", en: "Example" };
const NOTHING = new Uint8Array(32);
const AMOUNT = 1_000n;

/** Of a lot that was sold loose and labelled: `run` is one of its label runs; what is sent is made by the batch of `nonce`. */
async function bookGroups(
  by: Recorder,
  { lot, run, nonce }: { readonly lot: Uint8Array; readonly run: Uint8Array; readonly nonce: bigint },
): Promise<readonly Group[]> {
  const occurredAtS = by.nowS;
  const sent = await by.newId(nonce);
  const about = (subject: Uint8Array) => ({
    ...{ subject: hexOf(subject), eventId: randomUUID(), occurredAtS, example: true },
    lot: { gtin: null, lotNumber: "EX-1" },
  });
  const party = { subject: hexOf(by.organisationSubject), name: NAME };
  const [paper, voided, promised, recalled] = [
    await by.put(
      shipEvent({
        ...{ ...about(sent), taken: hexOf(lot), uom: "KGM", packed: false, amount: AMOUNT },
        ...{ sender: party, receiver: party, sscc: "095201230000000011" },
      }),
    ),
    await by.put(
      voidEvent({
        ...{ ...about(run), lotSubject: hexOf(lot), reason: "misprinted" },
        ranges: [{ first: 0, number: 1 }],
      }),
    ),
    await by.put(
      promiseDocument({
        ...{ subject: hexOf(lot), id: randomUUID(), issuedAtS: occurredAtS, productName: NAME, amount: AMOUNT },
        ...{ lot: { gtin: null, lotNumber: "EX-1" }, uom: "KGM", origin: NAME, promisor: party, promise: "producer" },
        contact: { number: by.organisation, phone: null },
        basis: [{ code: "control", entries: [await basisOf(by, lot)] }],
        example: true,
      }),
    ),
    await by.put(
      recallEvent({
        ...{ ...about(lot), by: party, capacity: "holder", drill: false, reason: NAME, todo: NAME, phone: null },
      }),
    ),
  ];
  const ship = { index: 0, lot, packed: false, amount: AMOUNT, to: by.organisation, carrier: 0 };
  const ranges = [{ first: 0n, number: 1n }];
  const recall = { capacity: 1, drill: false, certificate: NOTHING };
  return [
    { subject: sent, entries: [makeEntry("SHIP", { occurredAtS, content: paper, args: ship })] },
    {
      subject: run,
      entries: [
        makeEntry("VOID", { occurredAtS, content: voided, args: { reason: 1, lot, certificate: NOTHING, ranges } }),
      ],
    },
    {
      subject: lot,
      entries: [
        makeEntry("PROMISE", { occurredAtS, content: promised, args: { amount: AMOUNT } }),
        makeEntry("RECALL", { occurredAtS, content: recalled, args: recall }),
      ],
    },
  ];
}

/** Any document of the holder's on the lot. */
async function basisOf(by: Recorder, lot: Uint8Array): Promise<{ subject: Hex; document: string; by: "holder" }> {
  const [entry] = (await by.note(lot)).entries;
  if (entry === undefined) throw new Error("a note without an entry");
  return { subject: hexOf(lot), document: cidOf(entry.content, "json"), by: "holder" };
}
