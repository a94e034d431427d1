/**
 * A real ledger on a real embedded chain, and phones that record to it. No server: batches are relayed by hand.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Wallet } from "ethers";
import { type Group, newSubjectId, signBatch } from "../../protocol/batch.ts";
import { bytesOf, utf8 } from "../../protocol/bytes.ts";
import { makeEntry } from "../../protocol/entry.ts";
import type { Deployment } from "../../protocol/history.ts";
import type { ArgsOf, KindName } from "../../protocol/kinds/all.ts";
import { ROLES } from "../../protocol/kinds/kind.ts";
import { type Signer, webPrimitives, webSigner } from "../../protocol/sign.ts";
import { Account } from "../../server/chain/account.ts";
import type { Chain, Receipt } from "../../server/chain/chain.ts";
import { deployLedger } from "../../server/chain/deploy.ts";
import { openEmbeddedChain } from "../../server/chain/embedded.ts";
import { Ledger } from "../../server/chain/ledger.ts";

export type { Farm };
export { openFarm, primitives };

const primitives = webPrimitives<CryptoKey>(crypto.subtle);
const WEI = 10n ** 24n;
const GENESIS_S = 1_767_225_600;
const GAS_EACH = 4_000_000n;

/** One cooperative with one manager's phone. */
interface Farm {
  readonly folder: string;
  readonly chain: Chain;
  readonly ledger: Ledger;
  readonly deployment: Deployment;
  readonly organisation: number;
  readonly signer: Signer;
  readonly relay: Account;
  /** Another organisation, whose first manager's key this is; its number. */
  admit(roles: number, manager: Signer): Promise<number>;
  /** Signs the groups with the next nonce and relays them; fails unless the ledger accepts. */
  record(groups: (nextId: (index: number) => Promise<Uint8Array>) => Promise<readonly Group[]>): Promise<Receipt>;
  /** An entry of `name`, with a digest of its own name as content unless another is given. */
  entry<Name extends KindName>(name: Name, args: ArgsOf<Name>, content?: Uint8Array): Group["entries"][number];
  close(): Promise<void>;
}

async function openFarm(): Promise<Farm> {
  const folder = await mkdtemp(join(tmpdir(), "furrow-farm-"));
  const [relayKey, operatorKey] = [Wallet.createRandom(), Wallet.createRandom()];
  let nowS = GENESIS_S;
  const chain = await openEmbeddedChain({
    folder: join(folder, "chain"),
    chainId: BigInt(1 + Math.floor(crypto.getRandomValues(new Uint32Array(1))[0] ?? 0)),
    genesisTimeS: GENESIS_S,
    alloc: { [relayKey.address]: WEI, [operatorKey.address]: WEI },
    now: () => ++nowS,
  });
  const relay = new Account(chain, relayKey.privateKey);
  const operator = new Account(chain, operatorKey.privateKey);
  const place = await deployLedger(chain, relay, operator.address);
  const ledger = new Ledger(chain, place.ledger);
  const deployment: Deployment = {
    furrow: 1,
    ...place,
    finality: "journal",
    rpc: ["/rpc"],
    gateways: ["/"],
    runBy: { zh: "测试", en: "a test" },
    example: null,
  };
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
  const signer = await webSigner(primitives, crypto.subtle, pair);
  const content = await primitives.sha256(utf8("the organisation's public document"));
  const admit = async (roles: number, { key }: Signer): Promise<number> => {
    const data = ledger.admitCall(roles, content, key);
    const [admission] = await operator.send([{ to: ledger.address, data, gas: 1_000_000n }]);
    return ledger.admitted(admission?.logs ?? []);
  };
  const organisation = await admit(ROLES.producer | ROLES.processor, signer);
  let nonce = 0n;
  return {
    folder,
    chain,
    ledger,
    deployment,
    organisation,
    signer,
    relay,
    admit,
    async record(groups) {
      const own = nonce++;
      const { bytes } = await signBatch(primitives, signer, {
        chainId: chain.chainId,
        ledger: bytesOf(ledger.address),
        nonce: own,
        seen: bytesOf((await chain.latest()).hash),
        groups: await groups((index) => newSubjectId(primitives, signer.recorder, own, index)),
      });
      const [receipt] = await relay.send([
        { to: ledger.address, data: ledger.submitCall([bytes], GAS_EACH), gas: 8_000_000n },
      ]);
      if (receipt === undefined) throw new Error("no receipt");
      const { accepted, rejected } = ledger.outcomes(receipt.logs);
      if (accepted.length !== 1)
        throw new Error(`the ledger refused: ${JSON.stringify(rejected, (_, value) => String(value))}`);
      return receipt;
    },
    entry: (name, args, digest = contentFor(name)) => makeEntry(name, { occurredAtS: nowS, content: digest, args }),
    async close() {
      await chain.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Content that stands for a document nobody fetches: thirty-two bytes told apart by kind. */
function contentFor(name: string): Uint8Array {
  const content = new Uint8Array(32);
  content.set(utf8(name));
  return content;
}
