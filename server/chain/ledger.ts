/**
 * The ledger as a contract on a chain: reading it, trying a batch without sending it, and the calls that write to it
 * (docs/ledger.md §8 and §9; contracts/interfaces/ILedger.sol).
 */
import { Contract, Interface, type TransactionRequest } from "ethers";
import type { ILedger } from "../../types/contracts/interfaces/ILedger.ts";
import { ledgerAbi } from "./artifact.ts";
import { type Chain, type Hex, type RawLog, RpcError } from "./chain.ts";
import { toQuantity } from "./shape.ts";

export type { Accepted, OrganisationState, Reason, RecorderState, Rejected, Trial };
export { decodeReason, Ledger };

/** A custom error of the ledger; `name` is empty when the batch ran out of its gas or the bytes are none of its errors. */
interface Reason {
  readonly name: string;
  readonly args: readonly (string | bigint)[];
}

type Trial = { readonly gas: bigint } | { readonly reason: Reason };

interface RecorderState {
  readonly organisation: number;
  readonly manager: boolean;
  /** It writes while the block's number is not above this. */
  readonly untilBlock: bigint;
  readonly x: Hex;
  readonly y: Hex;
}

interface OrganisationState {
  readonly roles: number;
  readonly active: boolean;
}

interface Accepted {
  readonly batch: Hex;
  readonly recorder: Hex;
  readonly nonce: bigint;
  readonly block: number;
}

interface Rejected {
  /** sha256 of the bytes that were sent. */
  readonly sent: Hex;
  readonly reason: Reason;
}

/** OpenZeppelin's AccessManager. */
const ACCESS = new Interface(["function canCall(address, address, bytes4) view returns (bool, uint32)"]);
const MANAGER = 1;
const ACTIVE = 1n;
const ZERO_WORD: Hex = `0x${"00".repeat(32)}`;

class Ledger {
  readonly address: Hex;
  readonly chainId: bigint;
  readonly #chain: Chain;
  readonly #contract: ILedger;

  constructor(chain: Chain, address: Hex) {
    this.address = address;
    this.chainId = chain.chainId;
    this.#chain = chain;
    const call = (request: TransactionRequest) =>
      chain.request("eth_call", [{ to: address, data: request.data }, "latest"]);
    this.#contract = new Contract(address, ledgerAbi(), {
      provider: null,
      call: call as () => Promise<string>,
    }) as unknown as ILedger;
  }

  /** Head and seq; null when there is no such subject. */
  async word(subject: Hex): Promise<Hex | null> {
    const word = (await this.#contract.word(subject)) as Hex;
    return word === ZERO_WORD ? null : word;
  }

  /** Null when no organisation has this key. */
  async recorder(id: Hex): Promise<RecorderState | null> {
    const { organisation_, flags, untilBlock, x, y } = await this.#contract.recorder(id);
    if (organisation_ === 0n) return null;
    return {
      organisation: Number(organisation_),
      manager: (Number(flags) & MANAGER) !== 0,
      untilBlock,
      x: x as Hex,
      y: y as Hex,
    };
  }

  async organisation(number: number): Promise<OrganisationState> {
    const { roles, state } = await this.#contract.organisation(number);
    return { roles: Number(roles), active: state === ACTIVE };
  }

  /** How many organisations were admitted, on the newest final state or as the chain stands now. */
  async organisations(at: "latest" | "pending" = "latest"): Promise<number> {
    const data = ledgerAbi().encodeFunctionData("organisations");
    return Number(BigInt(String(await this.#chain.request("eth_call", [{ to: this.address, data }, at]))));
  }

  /** Whether this account may admit organisations now. @param access the AccessManager of the ledger */
  async mayAdmit(access: Hex, account: Hex): Promise<boolean> {
    const { selector } = ledgerAbi().getFunction("admit");
    const data = ACCESS.encodeFunctionData("canCall", [account, this.address, selector]);
    const answer = String(await this.#chain.request("eth_call", [{ to: access, data }, "latest"]));
    return ACCESS.decodeFunctionResult("canCall", answer)[0] === true;
  }

  async nonceUsed(recorder: Hex, nonce: bigint): Promise<boolean> {
    return this.#contract.nonceUsed(recorder, nonce);
  }

  /** 256 nonces from 256 × `index`, bit by bit. */
  async nonceWord(recorder: Hex, index: bigint): Promise<bigint> {
    return this.#contract.nonceWord(recorder, index);
  }

  /**
   * What would happen to these batches if the next block held them in this order, and what gas each would use as a
   * transaction of its own; nothing is changed. Later ones see what earlier ones did, refused ones did nothing.
   * @param at "pending": on the chain as it stands now · "latest": on its newest final state
   * @throws RpcError, ChainError when the chain could not try them: that says nothing of the batches
   */
  async attempt(batches: readonly Uint8Array[], at: "pending" | "latest" = "pending"): Promise<readonly Trial[]> {
    // The ledger applies a batch by calling itself, so asking in its own name is the same call.
    const calls = batches.map((batch) => ({ ...this.#selfCall(batch), gas: toQuantity(BATCH_GAS) }));
    const blocks = [{ blockOverrides: { gasLimit: toQuantity(BATCH_GAS * BigInt(calls.length)) }, calls }];
    try {
      const [block] = (await this.#chain.request("eth_simulateV1", [
        { blockStateCalls: blocks },
        at,
      ])) as readonly Simulated[];
      if (block?.calls.length !== batches.length) throw new RpcError(-32603, "fewer calls were tried than sent");
      // What a revert said: Anvil returns it, geth returns nothing and puts it beside.
      return block.calls.map(({ status, gasUsed, returnData, error }) =>
        status === "0x1" ? { gas: BigInt(gasUsed) } : { reason: decodeReason(error?.data ?? returnData) },
      );
    } catch (cause) {
      if (!(cause instanceof RpcError) || !METHOD_UNKNOWN.includes(cause.code)) throw cause;
      // A chain without that method: each alone, on the state as it is.
      return Promise.all(batches.map((batch) => this.#attemptAlone(batch, at)));
    }
  }

  async #attemptAlone(batch: Uint8Array, at: "pending" | "latest"): Promise<Trial> {
    try {
      const gas = await this.#chain.request("eth_estimateGas", [this.#selfCall(batch), at]);
      return { gas: BigInt(gas as string) };
    } catch (cause) {
      if (cause instanceof RpcError && isOfTheCall(cause)) return { reason: decodeReason(cause.data) };
      throw cause;
    }
  }

  #selfCall(batch: Uint8Array): { readonly from: Hex; readonly to: Hex; readonly data: Hex } {
    const data = ledgerAbi().encodeFunctionData("applyBatch", [batch]) as Hex;
    return { from: this.address, to: this.address, data };
  }

  submitCall(batches: readonly Uint8Array[], gasEach: bigint): Hex {
    return ledgerAbi().encodeFunctionData("submit", [[...batches], gasEach]) as Hex;
  }

  /** @param key of its first manager */
  admitCall(roles: number, content: Uint8Array, key: { readonly x: Uint8Array; readonly y: Uint8Array }): Hex {
    return ledgerAbi().encodeFunctionData("admit", [roles, content, key.x, key.y]) as Hex;
  }

  setManagerKeyCall(
    organisation: number,
    { x, y }: { readonly x: Uint8Array; readonly y: Uint8Array },
    content: Uint8Array,
  ): Hex {
    return ledgerAbi().encodeFunctionData("setManagerKey", [organisation, x, y, content]) as Hex;
  }

  /** The number that an admission gave, from its receipt's logs. */
  admitted(logs: readonly RawLog[]): number {
    for (const log of this.#own(logs)) {
      const parsed = ledgerAbi().parseLog({ topics: [...log.topics], data: log.data });
      if (parsed?.name === "Organisation") return Number(BigInt(String(parsed.args[0])));
    }
    throw new Error("the receipt of an admission has no Organisation log");
  }

  /** What a submission did, from its receipt's logs. */
  outcomes(logs: readonly RawLog[]): {
    readonly accepted: readonly Accepted[];
    readonly rejected: readonly Rejected[];
  } {
    const accepted: Accepted[] = [];
    const rejected: Rejected[] = [];
    for (const log of this.#own(logs)) {
      const parsed = ledgerAbi().parseLog({ topics: [...log.topics], data: log.data });
      if (parsed?.name === "Accepted") {
        const [batch, recorder, , nonce] = parsed.args as unknown as [Hex, string, Hex, bigint];
        accepted.push({ batch, recorder: recorder.toLowerCase() as Hex, nonce, block: log.blockNumber });
      } else if (parsed?.name === "Rejected") {
        const [sent, , reason] = parsed.args as unknown as [Hex, bigint, Hex];
        rejected.push({ sent, reason: decodeReason(reason) });
      }
    }
    return { accepted, rejected };
  }

  /** Those of the batches that the ledger holds, from `fromBlock` to `toBlock` or the newest. */
  async accepted(batches: readonly Hex[], fromBlock: number, toBlock?: number): Promise<readonly Accepted[]> {
    const found: Accepted[] = [];
    for (let n = 0; n < batches.length; n += MAX_TOPICS) {
      const topics = [ledgerAbi().getEvent("Accepted").topicHash, batches.slice(n, n + MAX_TOPICS)];
      const to = toBlock === undefined ? "latest" : toQuantity(toBlock);
      const filter = { address: this.address, fromBlock: toQuantity(fromBlock), toBlock: to, topics };
      const logs = (await this.#chain.request("eth_getLogs", [filter])) as readonly RpcLog[];
      found.push(
        ...this.outcomes(
          logs.map((log) => ({ ...log, blockNumber: Number(log.blockNumber), index: Number(log.logIndex) })),
        ).accepted,
      );
    }
    return found;
  }

  /** Other contracts may emit logs of the same shape within one transaction. */
  #own(logs: readonly RawLog[]): readonly RawLog[] {
    return logs.filter((log) => log.address.toLowerCase() === this.address);
  }
}

/** "Method not found" (JSON-RPC 2.0 §5.1) and "Method not supported" (EIP-1474, as Hardhat says it). */
const METHOD_UNKNOWN = [-32601, -32004];

/** Whether the call reverted or ran out of gas; any other error is the node's own. */
function isOfTheCall({ data, message }: RpcError): boolean {
  return (typeof data === "string" && data.startsWith("0x")) || /out of gas|gas required exceeds/i.test(message);
}

/** What one batch may use (docs/ledger.md §9): one that needs more fits into no transaction beside the ledger's guard. */
const BATCH_GAS = 12_000_000n;

interface Simulated {
  readonly calls: readonly {
    readonly status: Hex;
    readonly gasUsed: Hex;
    readonly returnData: Hex;
    readonly error?: { readonly data?: unknown };
  }[];
}

/** Alternatives in one topic of a log filter. */
const MAX_TOPICS = 100;

type RpcLog = Omit<RawLog, "blockNumber" | "index"> & { readonly blockNumber: Hex; readonly logIndex: Hex };

/** Bytes of a revert → its error and values; bytes32 and addresses in lower-case hex. */
function decodeReason(data: unknown): Reason {
  if (typeof data !== "string" || !/^0x[0-9a-f]{8}/i.test(data)) return { name: "", args: [] };
  const error = ledgerAbi().parseError(data);
  if (error === null) return { name: "", args: [] };
  return {
    name: error.name,
    args: [...error.args].map((arg: unknown) => (typeof arg === "bigint" ? arg : String(arg).toLowerCase())),
  };
}
