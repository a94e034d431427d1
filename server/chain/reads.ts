/**
 * Which JSON-RPC methods are reads, and their standard parameters (Ethereum execution API), checked and put in one form.
 * What is not standard (state and block overrides, foreign fields) is refused, for engines add powers there. Pure.
 */
import { RpcError } from "./chain.ts";

export { CALL_GAS_LIMIT, isReadMethod, readParams };

/** Gas of an `eth_call`, asked for or not: as much as a transaction can use (EIP-7825). */
const CALL_GAS_LIMIT = 16_777_216n;
const MAX_ALTERNATIVES = 100;

type Check = (value: unknown, name: string) => unknown;

/** Each method's parameters in order. */
const READS: ReadonlyMap<string, readonly Check[]> = new Map<string, readonly Check[]>([
  ["eth_chainId", []],
  ["eth_blockNumber", []],
  ["net_version", []],
  ["web3_clientVersion", []],
  ["eth_getBlockByNumber", [blockTag, flag]],
  ["eth_getBlockByHash", [hash, flag]],
  ["eth_getBlockReceipts", [blockOrHash]],
  ["eth_getTransactionByHash", [hash]],
  ["eth_getTransactionReceipt", [hash]],
  ["eth_getLogs", [filter]],
  ["eth_call", [callObject, blockOrHash]],
  ["eth_getCode", [address, blockOrHash]],
  ["eth_getStorageAt", [address, slot, blockOrHash]],
  ["eth_getProof", [address, slots, blockOrHash]],
]);

function isReadMethod(method: string): boolean {
  return READS.has(method);
}

/** The parameters as the engine gets them. Throws {@link RpcError}: -32601 no read, -32602 parameters out of form. */
function readParams(method: string, params: unknown): readonly unknown[] {
  const checks = READS.get(method);
  if (checks === undefined) {
    throw new RpcError(
      -32601,
      `this door is read-only and does not know ${method.slice(0, 40)}; it answers ${[...READS.keys()].join(", ")}`,
    );
  }
  if (!Array.isArray(params)) throw invalid("the parameters must be a list");
  if (params.length > checks.length) {
    throw invalid(
      `${method} takes ${checks.length} parameters here (the standard ones: no overrides), not ${params.length}`,
    );
  }
  return checks.map((check, n) => check(params[n], `parameter ${n + 1}`));
}

function matching(pattern: RegExp, what: string): Check {
  return (value, name) => {
    if (typeof value === "string" && pattern.test(value)) return value;
    throw invalid(`${name} must be ${what}`);
  };
}

// Function declarations, for the table above uses them before this line runs.
function hash(value: unknown, name: string): unknown {
  return matching(/^0x[0-9a-f]{64}$/i, "32 bytes in hex")(value, name);
}

function address(value: unknown, name: string): unknown {
  return matching(/^0x[0-9a-f]{40}$/i, "an address")(value, name);
}

/** In whole, for Anvil's `eth_getProof` takes no short form. */
function slot(value: unknown, name: string): unknown {
  const given = String(matching(/^0x[0-9a-f]{1,64}$/i, "a storage slot")(value, name));
  return `0x${given.slice(2).padStart(64, "0")}`;
}

function quantity(value: unknown, name: string): unknown {
  return matching(/^0x(0|[1-9a-f][0-9a-f]{0,63})$/i, "a quantity in hex")(value, name);
}

function bytes(value: unknown, name: string): unknown {
  return matching(/^0x([0-9a-f]{2})*$/i, "bytes in hex")(value, name);
}

function flag(value: unknown, name: string): unknown {
  if (value === undefined) return false;
  if (typeof value === "boolean") return value;
  throw invalid(`${name} must be true or false`);
}

/** Mined is final here and nothing else is shown, so every name but `earliest` means the newest block. */
function blockTag(value: unknown, name: string): unknown {
  if (value === undefined || value === "latest" || value === "finalized" || value === "safe" || value === "pending")
    return "latest";
  if (value === "earliest") return "0x0";
  return matching(/^0x(0|[1-9a-f][0-9a-f]{0,12})$/i, "a block's number or name")(value, name);
}

/** EIP-1898: also `{blockHash}` or `{blockNumber}`. */
function blockOrHash(value: unknown, name: string): unknown {
  if (typeof value === "string" && value.length === 66) return { blockHash: hash(value, name) };
  if (typeof value !== "object" || value === null) return blockTag(value, name);
  const { blockHash, blockNumber } = fields(value, ["blockHash", "blockNumber", "requireCanonical"], name);
  if (blockHash !== undefined && blockNumber === undefined) return { blockHash: hash(blockHash, name) };
  if (blockNumber !== undefined && blockHash === undefined) return blockTag(blockNumber, name);
  throw invalid(`${name} must name a block by its hash or its number`);
}

function slots(value: unknown, name: string): unknown {
  return list(value, slot, MAX_ALTERNATIVES, name);
}

function filter(value: unknown, name: string): unknown {
  const given = fields(value, ["fromBlock", "toBlock", "blockHash", "address", "topics"], name);
  if (given.blockHash !== undefined && (given.fromBlock !== undefined || given.toBlock !== undefined)) {
    throw invalid(`${name} must name blocks by hash or by range, not both`);
  }
  return defined({
    ...(given.blockHash === undefined
      ? { fromBlock: blockTag(given.fromBlock, "fromBlock"), toBlock: blockTag(given.toBlock, "toBlock") }
      : { blockHash: hash(given.blockHash, "blockHash") }),
    address: optional(given.address, (one) =>
      Array.isArray(one) ? list(one, address, MAX_ALTERNATIVES, "address") : address(one, "address"),
    ),
    topics: optional(given.topics, (some) => list(some, topic, 4, "topics")),
  });
}

function topic(value: unknown, name: string): unknown {
  if (value === null) return null;
  return Array.isArray(value) ? list(value, hash, MAX_ALTERNATIVES, name) : hash(value, name);
}

function callObject(value: unknown, name: string): unknown {
  const given = fields(value, ["from", "to", "gas", "gasPrice", "value", "input", "data"], name);
  const gas = given.gas === undefined ? CALL_GAS_LIMIT : BigInt(String(quantity(given.gas, "gas")));
  return defined({
    from: optional(given.from, (from) => address(from, "from")),
    to: optional(given.to, (to) => address(to, "to")),
    gas: `0x${(gas < CALL_GAS_LIMIT ? gas : CALL_GAS_LIMIT).toString(16)}`,
    gasPrice: optional(given.gasPrice, (price) => quantity(price, "gasPrice")),
    value: optional(given.value, (wei) => quantity(wei, "value")),
    input: optional(given.input, (input) => bytes(input, "input")),
    data: optional(given.data, (data) => bytes(data, "data")),
  });
}

function fields(value: unknown, known: readonly string[], name: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalid(`${name} must be an object`);
  const foreign = Object.keys(value).find((key) => !known.includes(key));
  if (foreign !== undefined) throw invalid(`${name} may hold ${known.join(", ")}, not ${foreign.slice(0, 40)}`);
  return value as Readonly<Record<string, unknown>>;
}

function list(value: unknown, check: Check, max: number, name: string): unknown {
  if (!Array.isArray(value) || value.length > max) throw invalid(`${name} must be a list of at most ${max}`);
  return value.map((one) => check(one, name));
}

function optional(value: unknown, check: (value: unknown) => unknown): unknown {
  return value === undefined || value === null ? undefined : check(value);
}

function defined(object: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

function invalid(message: string): RpcError {
  return new RpcError(-32602, message);
}
