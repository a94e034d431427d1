/**
 * The nonce that a recorder should use next (docs/ledger.md §4.6: they run up).
 */
import type { Hex } from "../../protocol/bytes.ts";

export { nextNonce };

const PER_WORD = 256n;

interface NonceParts {
  /** 256 nonces from 256 × index, bit by bit. */
  readonly nonceWord: (recorder: Hex, index: bigint) => Promise<bigint>;
  readonly waitingNonces: (recorder: Hex) => Promise<readonly bigint[]>;
}

/**
 * One above the highest that is spent or waits here. It looks for the first untouched word of 256 by doubling and halving, so
 * a recorder that once jumped far ahead may be told a nonce below that jump: one that is free all the same.
 */
async function nextNonce({ nonceWord, waitingNonces }: NonceParts, recorder: Hex): Promise<bigint> {
  const isTouched = async (index: bigint) => (await nonceWord(recorder, index)) !== 0n;
  let below = -1n;
  let above = 0n;
  while (await isTouched(above)) {
    below = above;
    above = above === 0n ? 1n : above * 2n;
  }
  while (above - below > 1n) {
    const middle = (below + above) / 2n;
    if (await isTouched(middle)) below = middle;
    else above = middle;
  }
  const spent = below < 0n ? 0n : below * PER_WORD + BigInt((await nonceWord(recorder, below)).toString(2).length);
  let next = spent;
  for (const nonce of await waitingNonces(recorder)) if (nonce >= next) next = nonce + 1n;
  return next;
}
