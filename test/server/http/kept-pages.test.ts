import { expect } from "chai";
import { type KeptPage, keptPages } from "../../../server/http/kept-pages.ts";

const page = (text: string): KeptPage => ({ headers: {}, body: Buffer.from(text), leaf: "0x00" });

describe("A page that was made a moment ago", () => {
  let nowMs: number;
  let made: number;
  let ask: ReturnType<typeof keptPages>;

  beforeEach(() => {
    nowMs = 0;
    made = 0;
    ask = keptPages(() => nowMs);
  });

  const make = async (): Promise<KeptPage> => page(`${++made}`);

  it("is sent again, and made anew a quarter of a second later", async () => {
    await ask("a", make);
    nowMs = 249;
    const again = await ask("a", make);
    nowMs = 251;
    const anew = await ask("a", make);

    expect([again?.wasKept, anew?.wasKept, made]).to.deep.equal([true, false, 2]);
  });

  it("is another one under another name", async () => {
    await ask("a", make);

    expect((await ask("b", make))?.wasKept).to.equal(false);
  });

  it("is made once for all who ask while it is being made", async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => ask("a", make)));

    expect(made).to.equal(1);
    expect(all.filter((given) => given?.wasKept === false)).to.have.lengthOf(1);
  });

  it("is not kept when there is none, or when making it fails", async () => {
    expect(await ask("a", async () => null)).to.equal(null);
    let failed = false;
    await ask("a", () => Promise.reject(new Error("the disk is full"))).catch(() => {
      failed = true;
    });

    expect(failed).to.equal(true);
    expect((await ask("a", make))?.wasKept).to.equal(false);
  });

  it("gives way to newer ones", async () => {
    for (let n = 0; n < 301; n++) await ask(`page ${n}`, make);

    expect((await ask("page 0", make))?.wasKept).to.equal(false);
    expect((await ask("page 300", make))?.wasKept).to.equal(true);
  });
});
