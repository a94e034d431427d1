/** What a start rests on: the ledger of a data folder is the one that this version knows, or the start says so. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { bytesOf } from "../../protocol/bytes.ts";
import type { Deployment } from "../../protocol/history.ts";
import { type Artifact, doesTheSame, isRuntimeOf, readArtifact } from "../../server/chain/artifact.ts";
import { startServer, temporaryFolder } from "../support/server.ts";

const OWN = `0x${"0a".repeat(20)}` as const;

describe("The ledger of a data folder", function () {
  this.timeout(60_000);

  it("that another version put there is told in one sentence, and nothing is changed", async () => {
    const folder = temporaryFolder();
    const server = await startServer({ folder: folder.path });
    const recordPath = join(folder.path, "deployment.json");
    const record = JSON.parse(readFileSync(recordPath, "utf8")) as Deployment;
    // A contract that is on this chain as the record says, and is not the ledger of this version.
    const code = await fetch(`${server.address}/rpc`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_getCode", params: [record.access, "latest"] }),
    });
    const { result } = (await code.json()) as { result: string };
    await server.stop();
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", Buffer.from(bytesOf(result))));
    const other = JSON.stringify({
      ...record,
      ledger: record.access,
      codeHash: `0x${Buffer.from(digest).toString("hex")}`,
    });
    writeFileSync(recordPath, other);

    const said = await startServer({ folder: folder.path }).then(
      () => "it started",
      (cause: unknown) => String(cause),
    );

    expect(said).to.equal(
      `StartError: ${folder.path} holds the ledger of another version of Furrow (its Ledger does something else than this version's), and a ledger cannot be changed: start it with that version, or choose another folder with --data.`,
    );
    expect(readFileSync(recordPath, "utf8")).to.equal(other);
    folder.remove();
  });

  it("is ours whatever its sources' comments say, and not when its code is another", () => {
    const ledger = readArtifact("contracts/Ledger.sol", "Ledger");
    const addresses = Object.fromEntries(
      Object.values(ledger.deployedLinkReferences)
        .flatMap((names) => Object.keys(names))
        .map((name) => [name, OWN]),
    );
    const code = runtimeOf(ledger);
    const digest = code.length - 4 - 2 * Number.parseInt(code.slice(-4), 16);
    const commented = `${code.slice(0, digest + 20)}ffffffff${code.slice(digest + 28)}`;
    const changed = `${code.slice(0, 40)}ffffffff${code.slice(48)}`;

    expect(doesTheSame(ledger, code, OWN, addresses)).to.equal(true);
    expect(doesTheSame(ledger, commented, OWN, addresses)).to.equal(true);
    expect(isRuntimeOf(ledger, commented, OWN, addresses)).to.equal(false);
    expect(doesTheSame(ledger, changed, OWN, addresses)).to.equal(false);
    expect(doesTheSame(ledger, "0x", OWN, addresses)).to.equal(false);
  });
});

/** With every library at {@link OWN}. */
function runtimeOf({ deployedBytecode, deployedLinkReferences }: Artifact): string {
  let code = deployedBytecode;
  for (const { start, length } of Object.values(deployedLinkReferences).flatMap((names) => Object.values(names).flat()))
    code = code.slice(0, 2 + 2 * start) + OWN.slice(2) + code.slice(2 + 2 * (start + length));
  return code;
}
