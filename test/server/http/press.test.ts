import { expect } from "chai";
import { Problem } from "../../../protocol/problem.ts";
import { MAX_KEPT, MAX_WAITING, Press } from "../../../server/http/press.ts";

describe("What draws labels", () => {
  const draw = (drawn: string[]) => async (svg: string) => {
    drawn.push(svg);
    return new Uint8Array([drawn.length]);
  };

  it("draws one picture at a time, and lets others be served in between", async () => {
    const seen: string[] = [];
    const press = new Press(draw(seen));

    const pictures = [press.picture("a", 8), press.picture("b", 8)];
    setImmediate(() => seen.push("another request"));
    await Promise.all(pictures);

    expect(seen).to.deep.equal(["a", "another request", "b"]);
  });

  it("draws the same picture once, for all who ask while it is drawn and soon after", async () => {
    const drawn: string[] = [];
    const press = new Press(draw(drawn));

    await Promise.all([press.picture("a", 8), press.picture("a", 8)]);
    await press.picture("a", 8);
    await press.picture("a", 12);

    expect(drawn).to.deep.equal(["a", "a"]);
  });

  it("keeps no more pictures than it has room for, and none that failed", async () => {
    const drawn: string[] = [];
    const press = new Press(draw(drawn));
    for (let n = 0; n <= MAX_KEPT; n++) await press.picture(`${n}`, 8);
    await press.picture("0", 8);
    let tries = 0;
    const failing = new Press(() => Promise.reject(new Error(`try ${++tries}`)));
    for (let n = 0; n < 2; n++) await failing.picture("a", 8).catch(() => null);

    expect(drawn).to.have.length(MAX_KEPT + 2);
    expect(tries).to.equal(2);
  });

  it("refuses who comes when too many wait, and draws for those who wait", async () => {
    const press = new Press(draw([]));

    const outcomes = await Promise.allSettled(
      Array.from({ length: MAX_WAITING + 2 }, (_, n) => press.picture(`${n}`, 8)),
    );

    const refused = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason as unknown] : []));
    expect(refused).to.have.length(1);
    expect(refused[0]).to.be.instanceOf(Problem).that.includes({ type: "too-many-requests" });
  });

  it("gives sheets a page at a time, and never breaks off one that was begun", async () => {
    const press = new Press(draw([]));
    const pages = (await press.pages(["first", "second"]))[Symbol.asyncIterator]();
    await pages.next();

    const others = Array.from({ length: MAX_WAITING + 1 }, (_, n) => press.picture(`${n}`, 8));
    const second = pages.next();
    const refusal = await press.pages(["first"]).catch((cause: unknown) => cause);
    await Promise.all(others);

    expect(refusal).to.be.instanceOf(Problem).that.includes({ type: "too-many-requests" });
    expect(await second).to.deep.equal({ value: "second", done: false });
    expect(await pages.next()).to.include({ done: true });
  });
});
