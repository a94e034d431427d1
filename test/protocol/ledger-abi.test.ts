import { readFileSync } from "node:fs";
import { expect } from "chai";
import { EventFragment, id } from "ethers";
import { EVENTS, REASONS, TOPICS, WORD_SELECTOR } from "../../protocol/ledger-abi.ts";
import { problems } from "../../protocol/problem.ts";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

describe("The constants of the ledger's face", () => {
  it("are the hashes of its signatures", () => {
    expect(WORD_SELECTOR).to.equal(id("word(bytes32)").slice(0, 10));
    for (const [name, fragment] of Object.entries(EVENTS)) {
      expect(TOPICS[name as keyof typeof EVENTS], name).to.equal(EventFragment.from(fragment).topicHash);
    }
  });

  it("are the events of the contract's interface", () => {
    const written = Array.from(read("contracts/interfaces/ILedger.sol").matchAll(/event \w+\([^)]*\)/g), ([text]) =>
      text.replace(/\s+/g, " ").replace("( ", "(").replace(" )", ")"),
    );

    expect(written.sort()).to.deep.equal(Object.values(EVENTS).sort());
  });

  it("give a problem for each reason that docs/ledger.md §9 names", () => {
    const [, checks = ""] = read("docs/ledger.md").split("The checks of a batch, in order");
    // What stands around it is about a whole call or an operator's act, and never a batch's reason.
    const named = Array.from(
      (checks.split("\n\nOf a call:")[0] ?? "").matchAll(/`([A-Z]\w+)\([^)`]*\)`/g),
      ([, name]) => name,
    );

    expect([...new Set(named)].sort()).to.deep.equal(Object.keys(REASONS).sort());
    for (const [reason, type] of Object.entries(REASONS)) expect(Object.keys(problems), reason).to.include(type);
  });
});
