import { expect } from "chai";
import { wrapped } from "../../scan-web/scan/wrap.ts";

describe("Lines in a drawing", () => {
  it("break a word that is longer than a line, and lose nothing of it", () => {
    const lines = wrapped(`采摘 ${"x".repeat(80)} 412 千克`, 14.2);

    for (const line of lines) expect(line.length, line).to.be.at.most(26);
    expect(lines.join("").replaceAll(" ", "")).to.equal(`采摘${"x".repeat(80)}412千克`);
  });

  it("are as long where names are isolated as where they are not", () => {
    const name = "鲜叶鲜叶鲜叶鲜叶鲜叶";
    const bare = (text: string) => text.replace(/[\u2066-\u2069]/g, "");

    expect(wrapped(`\u2068${name}\u2069 \u2068鲜叶\u2069 412 千克`, 14.2).map(bare)).to.deep.equal(
      wrapped(`${name} 鲜叶 412 千克`, 14.2),
    );
  });

  it("keep a ratio whole, with its brackets", () => {
    for (const text of ["水分与损耗 18.8 千克（4.3 : 1）", "Water and loss 18.8 kg (4.3 : 1)"]) {
      expect(wrapped(text, 10).at(-1)).to.match(/[（(]4\.3 : 1[）)]$/);
    }
  });

  it("end for a line that holds no letter at all", () => {
    expect(wrapped("鲜叶", 0.5)).to.deep.equal(["鲜", "叶"]);
  });
});
