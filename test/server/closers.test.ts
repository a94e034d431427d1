import { expect } from "chai";
import { Closers } from "../../server/closers.ts";

describe("Ending a server", () => {
  it("ends the newest part first, and every part though one of them fails", async () => {
    const ended: string[] = [];
    const closers = new Closers();
    closers.push(() => ended.push("lock"));
    closers.push(async () => {
      ended.push("store");
      throw new Error("the store is in trouble");
    });
    closers.push(async () => ended.push("port"));

    const failure = await closers.close().catch((cause: unknown) => cause);
    await closers.close();

    expect(String(failure)).to.include("the store is in trouble");
    expect(ended).to.deep.equal(["port", "store", "lock"]);
  });
});
