/**
 * What chain tests are made of: a funded wallet that signs one transaction after another, and contracts small enough
 * to be written by hand.
 */
import { Wallet } from "ethers";
import { type Chain, type Hex, type Receipt, RefusedError } from "../../../server/chain/chain.ts";

export { answered, CHAIN_ID, deployed, GENESIS_S, LOGS_42, outcomesOf, REVERTS, REVERTS_42, Signer, stepping };

const CHAIN_ID = 0x0102_0304_0506n;
const GENESIS_S = 1_700_000_000;

/** Emits one log with topic 42 and no data. */
const LOGS_42 = deploying("602a60006000a100");
const REVERTS = deploying("60006000fd");

/** Reverts with the word 42. */
const REVERTS_42 = deploying("602a60005260206000fd");

const NOBODY = "0x00000000000000000000000000000000000000ff";

/** Init code that leaves `runtime`, of at most 32 bytes. */
function deploying(runtime: string): Hex {
  const length = runtime.length / 2;
  const byte = (n: number) => n.toString(16).padStart(2, "0");
  return `0x${byte(0x5f + length)}${runtime}60005260${byte(length)}60${byte(32 - length)}f3`;
}

/** A clock that is a second on at every look, so tests wait for none. */
function stepping(fromS = GENESIS_S + 1): () => number {
  let timeS = fromS;
  return () => timeS++;
}

class Signer {
  readonly #wallet = new Wallet(`0x${"5eed".repeat(16)}`);
  nonce = 0;

  get alloc(): Readonly<Record<string, bigint>> {
    return { [this.#wallet.address]: 10n ** 24n };
  }

  get address(): Hex {
    return this.#wallet.address as Hex;
  }

  /** A transfer of one wei to `to`, or whatever `fields` make of it; counts the nonce up unless it is given. */
  async sign(fields: Readonly<Record<string, unknown>> = {}): Promise<Hex> {
    return (await this.#wallet.signTransaction({
      type: 2,
      chainId: CHAIN_ID,
      to: NOBODY,
      value: 1n,
      gasLimit: 21_000n,
      maxFeePerGas: 10n ** 12n,
      maxPriorityFeePerGas: 0n,
      nonce: "nonce" in fields ? 0 : this.nonce++,
      ...fields,
    })) as Hex;
  }

  deploy(code: Hex): Promise<Hex> {
    return this.sign({ to: null, value: 0n, data: code, gasLimit: 200_000n });
  }

  call(to: Hex): Promise<Hex> {
    return this.sign({ to, value: 0n, gasLimit: 100_000n });
  }
}

/** The receipt of the one transaction sent. */
async function answered(chain: Chain, raw: Hex): Promise<Receipt> {
  const [receipt] = await chain.send([raw]);
  if (receipt === undefined) throw new Error("no receipt");
  return receipt;
}

async function deployed(chain: Chain, signer: Signer, code: Hex): Promise<Hex> {
  const { contractAddress } = await answered(chain, await signer.deploy(code));
  if (contractAddress === null) throw new Error("nothing was deployed");
  return contractAddress;
}

async function outcomesOf(chain: Chain, raw: readonly Hex[]): Promise<readonly (Receipt | Error)[]> {
  try {
    return await chain.send(raw);
  } catch (error) {
    if (error instanceof RefusedError) return error.outcomes;
    throw error;
  }
}
