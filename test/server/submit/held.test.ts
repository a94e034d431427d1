import { expect } from "chai";
import { organisationId, signBatch } from "../../../protocol/batch.ts";
import { bytesOf } from "../../../protocol/bytes.ts";
import { type Chain, RpcError } from "../../../server/chain/chain.ts";
import { Ledger } from "../../../server/chain/ledger.ts";
import { openStore, type Store } from "../../../server/store/store.ts";
import { type KnownBatch, readBatch } from "../../../server/submit/check.ts";
import { Outbox } from "../../../server/submit/outbox.ts";
import { Relay } from "../../../server/submit/relay.ts";
import { type Farm, openFarm, primitives } from "../../support/ledger.ts";

describe("The relay", () => {
  let farm: Farm;
  let store: Store;
  let outbox: Outbox;
  let relay: Relay;
  let nonce = 0n;

  before(async () => {
    farm = await openFarm();
    store = await openStore({ folder: farm.folder });
    outbox = new Outbox(store.kept, () => 1);
  });

  afterEach(() => relay.close());

  after(async () => {
    await store.close();
    await farm.close();
  });

  it("gets past any number of batches that wait for a subject that never comes", async () => {
    relay = relayOn(farm.ledger, 3);
    const held: KnownBatch[] = [];
    for (let n = 1; n <= 8; n++) held.push(await note(new Uint8Array(32).fill(n)));
    const last = await note(organisationId(farm.organisation));
    await outbox.add([...held, last].map((known) => ({ known, at: "" })));

    relay.wake();
    await relay.idle();

    expect((await outbox.find(last.batch))?.state).to.equal("final");
    for (const { batch } of held) expect((await outbox.find(batch))?.state).to.equal("waiting");
  });

  it("refuses nothing because the node is in trouble, and goes on once that is over", async () => {
    let troubles = 4;
    const troubled: Chain = {
      chainId: farm.chain.chainId,
      send: (raw) => farm.chain.send(raw),
      latest: () => farm.chain.latest(),
      block: (at) => farm.chain.block(at),
      onBlock: (listener) => farm.chain.onBlock(listener),
      close: () => farm.chain.close(),
      async request(method, params) {
        const isTrial = method === "eth_simulateV1" || method === "eth_estimateGas";
        if (isTrial && troubles > 0) {
          if (method === "eth_simulateV1") troubles--;
          throw new RpcError(-32603, "the node has no time");
        }
        return farm.chain.request(method, params);
      },
    };
    relay = relayOn(new Ledger(troubled, farm.ledger.address), 100);
    const known = await note(organisationId(farm.organisation));
    await outbox.add([{ known, at: "" }]);

    relay.wake();
    await relay.idle();

    expect(troubles).to.equal(0);
    expect((await outbox.find(known.batch))?.state).to.equal("final");
  });

  function relayOn(ledger: Ledger, maxRows: number): Relay {
    return new Relay({ ledger, account: farm.relay, outbox, fromBlock: 0, log: () => {}, maxRows });
  }

  async function note(subject: Uint8Array): Promise<KnownBatch> {
    const { bytes } = await signBatch(primitives, farm.signer, {
      chainId: farm.chain.chainId,
      ledger: bytesOf(farm.ledger.address),
      nonce: nonce++,
      seen: new Uint8Array(32),
      groups: [{ subject, entries: [farm.entry("NOTE", {})] }],
    });
    return readBatch(primitives, bytes, "");
  }
});
