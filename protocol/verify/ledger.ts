/**
 * Is it this ledger (docs/ledger.md §10.1)? Chain id, address and code, as the door that gave the heads says, against the deployment
 * record; and where the heads come from. Pure.
 */
import type { OpenedHistory, OpenHeads } from "./open.ts";
import type { Findings } from "./findings.ts";

export { checkLedger };

function checkLedger({ deployment }: OpenedHistory, heads: OpenHeads, findings: Findings): void {
  if (heads.source === "server") findings.add("head-from-server", {}, { origin: heads.origin });
  if (deployment === null) {
    findings.add("wrong-ledger", {}, { reason: "no-deployment" });
    return;
  }
  const { chainId } = heads;
  if (chainId !== null && BigInt(chainId) !== deployment.chainId) {
    findings.add("wrong-chain", {}, { expected: Number(deployment.chainId), found: chainId });
  }
  if (heads.codeHashes === null) return;
  for (const [address, expected] of deployment.codeHashes) {
    const found = heads.codeHashes.get(address);
    if (found === undefined) findings.add("wrong-ledger", {}, { reason: "no-code", address });
    else if (found !== expected) findings.add("code-hash-mismatch", {}, { address, expected, found });
  }
}
