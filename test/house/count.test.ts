import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { runNode } from "../../scripts/house/command.ts";
import { addCounts, countOfRun } from "../../scripts/house/count.ts";

describe("The count of all tests", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "furrow-count-"));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const count = async (source: string): Promise<{ passed: number; failed: number; code: number }> => {
    const path = join(folder, "planted.test.ts");
    writeFileSync(path, source);
    const outcome = await runNode(["scripts/house/run-mocha.ts", path]);
    return { ...countOfRun(outcome), code: outcome.code };
  };

  it("tells what passed from what failed", async () => {
    const told = await count('it("a", () => {}); it("b", () => {}); it("c", () => { throw new Error("planted"); });');

    expect(told).to.deep.equal({ passed: 2, failed: 1, code: 1 });
  });

  it("takes a skipped or an empty test for a failed one", async () => {
    const skip = await count('it("a", () => {}); it.skip("b", () => {});');
    const empty = await count('it("a", () => {}); it("b");');

    expect([skip.failed, empty.failed]).to.deep.equal([1, 1]);
  });

  it("takes a test that asks to be the only one for a failure", async () => {
    expect((await count('it.only("a", () => {}); it("b", () => {});')).failed).to.be.greaterThan(0);
  });

  it("takes a promise that was rejected and not waited for, for a failure", async () => {
    const told = await count(
      'it("a", async () => { Promise.reject(new Error("planted")); await new Promise((done) => setImmediate(done)); });',
    );

    expect(told.failed).to.be.greaterThan(0);
  });

  it("takes a file that does not load for a failure", async () => {
    expect(await count('import "./gone.ts";')).to.deep.equal({ passed: 0, failed: 1, code: 1 });
  });

  it("takes a process that ends in the middle for a failure", async () => {
    expect(await count('it("a", () => process.exit(0));')).to.include({ passed: 0, failed: 1 });
  });

  it("counts what passed when a hook failed", async () => {
    const told = await count('it("a", () => {}); after(() => { throw new Error("planted"); });');

    expect(told).to.include({ passed: 1, failed: 1 });
  });

  it("adds up over the rooms", () => {
    expect(
      addCounts([
        { passed: 2, failed: 0 },
        { passed: 3, failed: 4 },
      ]),
    ).to.deep.equal({ passed: 5, failed: 4 });
    expect(countOfRun({ code: 1, message: { passed: 3, failed: 0 } })).to.deep.equal({ passed: 3, failed: 1 });
  });
});
