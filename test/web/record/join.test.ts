import { expect } from "chai";
import { Problem } from "../../../protocol/problem.ts";
import { Refused } from "../../../scan-web/record/invitations.ts";
import { noOf, NOS, ofPhone } from "../../../scan-web/record/joining.ts";
import joinEn from "../../../scan-web/record/messages/join.en.json" with { type: "json" };
import joinZh from "../../../scan-web/record/messages/join.zh-CN.json" with { type: "json" };
import meEn from "../../../scan-web/record/messages/me.en.json" with { type: "json" };
import meZh from "../../../scan-web/record/messages/me.zh-CN.json" with { type: "json" };
import practiceEn from "../../../scan-web/record/messages/practice.en.json" with { type: "json" };
import practiceZh from "../../../scan-web/record/messages/practice.zh-CN.json" with { type: "json" };
import { Away } from "../../../scan-web/record/wire.ts";

type Part = Readonly<Record<string, string>>;
const parts: readonly (readonly [string, Part, Part])[] = [
  ["join", joinZh, joinEn],
  ["me", meZh, meEn],
  ["practice", practiceZh, practiceEn],
];

describe("Joining", () => {
  it("shows on both phones the number of code and key", async () => {
    const key = { x: `0x${"11".repeat(32)}`, y: `0x${"22".repeat(32)}` };

    expect(await ofPhone("0123456789ABCDEF", key)).to.equal("7263-6826");
  });

  it("says why not: the server's reasons by name, no answer, and all else", () => {
    expect(noOf(new Refused("invitation-used", ""))).to.equal("invitation-used");
    expect(noOf(new Problem("recorder-bound", "", ""))).to.equal("recorder-bound");
    expect(noOf(new Away(null))).to.equal("away");
    expect(noOf(new Refused("http-502", ""))).to.equal("other");
    expect(noOf(new TypeError("x"))).to.equal("other");
  });

  it("has a cause and a next step for every no", () => {
    for (const no of [...NOS, "code-unreadable"])
      for (const messages of [joinZh, joinEn])
        expect(messages).to.include.keys(`record.join.no.${no}.cause`, `record.join.no.${no}.mend`);
  });
});

describe("The words about people and the phone", () => {
  for (const [part, zh, en] of parts) {
    it(`${part}: every cause has its next step, in both languages`, () => {
      for (const messages of [zh, en])
        for (const key of Object.keys(messages).filter((name) => name.endsWith(".cause")))
          expect(messages).to.include.keys(key.replace(/cause$/, "mend"));
    });

    it(`${part}: has one set of keys and placeholders`, () => {
      expect(Object.keys(en)).to.deep.equal(Object.keys(zh));
      for (const [key, text] of Object.entries(zh)) expect(holes(en[key] ?? ""), key).to.deep.equal(holes(text));
    });

    it(`${part}: uses no word of the machine room`, () => {
      for (const [key, text] of Object.entries(en))
        expect(text, key).not.to.match(
          /\b(block)?chain|\bhash|\bgas\b|wallet|\bCID\b|\bkeys?\b|nonce|batch|ledger|\bsync/i,
        );
      for (const [key, text] of Object.entries(zh))
        expect(text, key).not.to.match(/区块|上链|哈希|钱包|私钥|公钥|同步|正品|绝对/);
    });

    it(`${part}: sets Chinese with full-width marks`, () => {
      for (const [key, text] of Object.entries(zh)) expect(text, key).not.to.match(/[,;?!()]|\S:|:\S/);
    });
  }
});

function holes(text: string): string[] {
  return [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? ""))].sort();
}
