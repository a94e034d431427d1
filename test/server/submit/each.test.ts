import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { hexOf } from "../../../protocol/bytes.ts";
import { documentBytes, noteEvent } from "../../../protocol/document/epcis.ts";
import { makeEntry } from "../../../protocol/entry.ts";
import { Problem } from "../../../protocol/problem.ts";
import type { Store } from "../../../server/store/store.ts";
import { type EachParts, takeEach } from "../../../server/submit/each.ts";
import { Outbox } from "../../../server/submit/outbox.ts";
import { primitives } from "../../support/primitives.ts";
import { makeKey, Recorder } from "../../support/recorder.ts";
import { type StorePlace, storePlace } from "../../support/stores.ts";

const LEDGER = `0x${"11".repeat(20)}` as const;

describe("What a phone sends, batch by batch", () => {
  let place: StorePlace;
  let store: Store;

  before(async () => {
    place = await storePlace("SQLite");
    store = await place.open();
  });

  after(async () => {
    await store.close();
    place.remove();
  });

  it("is brought on as far as it was taken when the chain goes away in the middle", async () => {
    const signer = await makeKey();
    const deployment = { chainId: 7, ledger: LEDGER };
    const recorder = new Recorder("", signer, 1, deployment as Recorder["deployment"]);
    const occurredAtS = recorder.nowS;
    const subject = recorder.organisationSubject;
    const note = noteEvent({
      ...{ subject: hexOf(subject), eventId: randomUUID(), occurredAtS, notes: { en: "a note" }, example: true },
    });
    const content = Recorder.digest(documentBytes(note));
    const group = { subject, entries: [makeEntry("NOTE", { occurredAtS, content, args: {} })] };
    const [first, second] = [await recorder.sign([group]), await recorder.sign([group])];
    const outbox = new Outbox(store.kept, () => 1);
    let woken = 0;
    const parts: EachParts = {
      ...{
        primitives,
        chainId: 7n,
        ledger: LEDGER,
        nowS: () => recorder.nowS,
        outbox,
      },
      async nonceUsed(_id, nonce) {
        if (nonce === second.nonce) throw new Problem("chain-unavailable", "", "it is starting again");
        return false;
      },
      recorder: async () => ({
        ...{ organisation: 1, manager: true, untilBlock: 2n ** 64n - 1n },
        ...{ x: hexOf(signer.key.x), y: hexOf(signer.key.y) },
      }),
      organisation: async () => ({ roles: 1, active: true }),
      block: async () => 1,
      documentAt: async () => note,
      hasFile: async () => true,
      accepted: async () => null,
      keep: async () => ({ cid: "", size: 0, isNew: false }),
      stored() {},
      wake() {
        woken++;
      },
    };

    const cause = await takeEach(parts, { documents: [], batches: [first.bytes, second.bytes] }).catch(
      (failure: unknown) => failure,
    );

    expect(cause).to.be.instanceOf(Problem).and.include({ type: "chain-unavailable" });
    expect((await outbox.find(first.hash))?.state).to.equal("waiting");
    expect(woken).to.equal(1);
  });
});
