/**
 * What can be said of a signed raw transaction before any engine sees it: sender, nonce, gas. Pure.
 */
import { Transaction } from "ethers";
import { type Hex, RpcError } from "./chain.ts";

export type { SignedTransaction };
export { readTransaction, refuse, TRANSACTION_GAS_LIMIT };

/** EIP-7825: no transaction may ask for more. */
const TRANSACTION_GAS_LIMIT = 16_777_216n;

interface SignedTransaction {
  readonly raw: Hex;
  readonly hash: Hex;
  readonly from: Hex;
  readonly nonce: number;
  readonly gas: bigint;
}

/** Throws {@link RpcError} where the bytes are no signed transaction, are for another chain or ask for too much gas. */
function readTransaction(raw: Hex, chainId: bigint): SignedTransaction {
  const transaction = decode(raw);
  const { hash, from } = transaction;
  if (hash === null || from === null) throw refuse("the transaction is not signed");
  if (transaction.chainId !== chainId) {
    throw refuse(`the transaction is for chain ${transaction.chainId}; this is chain ${chainId}`);
  }
  if (transaction.gasLimit > TRANSACTION_GAS_LIMIT) {
    throw refuse(
      `the transaction asks for ${transaction.gasLimit} gas; one may use at most ${TRANSACTION_GAS_LIMIT} (EIP-7825): send less at once`,
    );
  }
  return { raw, hash: hash as Hex, from: from as Hex, nonce: transaction.nonce, gas: transaction.gasLimit };
}

function decode(raw: Hex): Transaction {
  try {
    return Transaction.from(raw);
  } catch {
    throw refuse("these bytes are not a transaction");
  }
}

/** The error that chains give for a transaction that they do not take (EIP-1474: -32003, transaction rejected). */
function refuse(message: string): RpcError {
  return new RpcError(-32003, message);
}
