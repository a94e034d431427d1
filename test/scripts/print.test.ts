import { expect } from "chai";
import { verify } from "../../protocol/verify.ts";
import { printReport } from "../../scripts/verify/print.ts";
import { type Honest, honestHistory } from "../support/history.ts";
import { liesOfOthers } from "../support/lies-of-others.ts";
import type { Told } from "../support/lies.ts";
import { primitives } from "../support/primitives.ts";

/** Seeds give the same story each time, with other keys. */
const SEED = await (async () => {
  for (let seed = 1; ; seed++) {
    const { certificates, planted, corrected } = await honestHistory(seed);
    if (certificates.length > 0 && planted.length === 0 && corrected.length === 0) return seed;
  }
})();

describe("The auditor's report", () => {
  it("says of a certificate the last day on which it was in force, not the day after", async () => {
    const honest = await honestHistory(SEED);
    const { certificates } = await verify(honest.history, honest.heads, primitives);
    const untilS = certificates[0]?.untilS ?? 0;
    const lastDay = new Date((untilS - 1 + 8 * 3600) * 1000).toISOString().slice(0, 10);

    expect(await printed(honest, { ...honest, at: { subject: null } })).to.contain(` to ${lastDay} · in force`);
  });

  it("says that a certificate was struck through by its issuer", async () => {
    const text = await printed(...(await told("a certificate is shown that its issuer struck through")));

    expect(text).to.match(/certificate by .+ · struck through by its issuer · subject/);
  });

  it("keeps the holder's record whole where others wrote what does not hold, and says who", async () => {
    const text = await printed(...(await told("a stranger's correction names an entry that there is not")));

    expect(text).to.match(/^WHOLE · every entry is here, none was changed\..+ Of \d+, 1 that others wrote/);
    expect(text).to.match(/stranger-at-fault · .*organisation 9 · what correction-unmatched/);
  });

  it("says of a third party's word that it does not hold", async () => {
    const text = await printed(...(await told("a test has a note for a document")));

    expect(text).to.match(/TEST of [-\d]+ · .+ · does not hold · subject/);
  });
});

async function told(name: string): Promise<[Honest, Told]> {
  const honest = await honestHistory(SEED);
  const lie = liesOfOthers.find((one) => one.name === name);
  if (lie === undefined) throw new Error(`no lie is called so: ${name}`);
  return [honest, await lie.tell(honest)];
}

async function printed(_honest: Honest, { history, heads }: Told): Promise<string> {
  return printReport(await verify(history, heads, primitives), history, heads);
}
