import { execFileSync } from "node:child_process";
import { expect } from "chai";

describe("npm run vectors -- --check", () => {
  it("finds every file of docs/ledger and the page's example as protocol makes them", () => {
    const script = new URL("../../scripts/vectors.ts", import.meta.url).pathname;

    const said = execFileSync(process.execPath, [script, "--check"], { encoding: "utf8" });

    expect(said).to.equal("vectors: all as protocol makes them\n");
  });
});
