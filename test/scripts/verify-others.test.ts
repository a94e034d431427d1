/** `npm run verify` where others have spoken: what it finds in the chain's log by itself, and how it says it. */
import { expect } from "chai";
import { decodeGroup } from "../../protocol/batch.ts";
import { bytesOf, hexOf } from "../../protocol/bytes.ts";
import type { Report } from "../../protocol/verify/report.ts";
import { verify } from "../../protocol/verify.ts";
import { type Collected, collect } from "../../scripts/verify/collect.ts";
import { printReport } from "../../scripts/verify/print.ts";
import { connectRpc, openGateways } from "../../scripts/verify/sources.ts";
import type { Chain } from "../../server/chain/chain.ts";
import { DAY, type Honest, honestHistory } from "../support/history.ts";
import { certified, correction, entriesOf } from "../support/third-parties.ts";
import { primitives } from "../support/world.ts";
import { chainOf, memoryBlocks, openDoor } from "../support/world-door.ts";

/** A lot with a certificate and a correction, and nothing else to say of it. */
const HONEST = async (): Promise<Honest> => {
  for (let seed = 1; ; seed++) {
    const honest = await honestHistory(seed);
    const { planted, certificates, corrected, history } = honest;
    const shown = corrected.some((id) => history.subjects.some((subject) => subject.id === id));
    if (planted.length === 0 && certificates.length > 0 && shown) return honest;
  }
};

async function byChainAlone(
  { world, history }: Honest,
  chain: Chain = chainOf(world),
): Promise<{ collected: Collected; report: Report }> {
  const door = await openDoor(chain, await memoryBlocks(world));
  try {
    const { deployment, code } = history;
    const sources = {
      rpc: connectRpc(`${door.address}/rpc`),
      gateway: openGateways([door.address]),
      ...{ deployment, primitives, say: () => {} },
    };
    const { serial = "", gtin = null, lotNumber = null } = code ?? {};
    const collected = await collect(sources, { serial, gtin, lotNumber });
    if (collected === null) throw new Error("the code was issued");
    const { heads, files } = collected;
    return { collected, report: await verify(collected.history, heads, primitives, { files }) };
  } finally {
    await door.close();
  }
}

describe("`npm run verify` of a lot of which others spoke", function () {
  this.timeout(30_000);

  it("counts as the server's history does, certificates found in the chain's log by itself", async () => {
    const honest = await HONEST();
    const told = await verify(honest.history, honest.heads, primitives);

    const { report } = await byChainAlone(honest);

    expect(report.findings).to.deep.equal([]);
    expect([report.whole, report.total]).to.deep.equal([told.total, told.total]);
    expect(report.certificates).to.deep.equal(told.certificates);
  });

  it("leaves out certificates of others and of other years that name the same plots", async () => {
    const honest = await HONEST();
    const { world, certifier, plots } = honest;
    if (certifier === null) throw new Error("the example has a certifier");
    const nowS = world.latest.timeS;
    for (const of of [
      { beneficiary: 9, fromS: nowS - 200 * DAY, untilS: nowS + DAY },
      { beneficiary: 1, fromS: nowS - 900 * DAY, untilS: nowS - 800 * DAY },
    ]) {
      const subject = await world.newId(certifier);
      const draft = certified(certifier, { subject, atS: nowS, products: [], plots, ...of });
      await world.submit(certifier, [{ subject, entries: [draft] }], nowS);
    }

    const { report } = await byChainAlone(honest);

    expect(report.findings).to.deep.equal([]);
    expect(report.certificates.map(({ id }) => id)).to.deep.equal(honest.certificates);
  });

  describe("where the door tells a certificate otherwise than it was signed", () => {
    /** Where these begin in CERTIFY's args (docs/ledger.md §6). */
    const BENEFICIARY = 2 + 32;
    const UNIT = BENEFICIARY + 3 + 5 + 5;

    const toldOtherwise = async (at: number, change: (byte: number) => number) => {
      const honest = await HONEST();
      const [id] = honest.certificates;
      const { batch, group } = honest.world.logs.get(id ?? "0x")?.[0] ?? { batch: "0x" as const, group: 0 };
      const bytes = hexOf(honest.world.batches.get(batch)?.groups[group]?.bytes ?? new Uint8Array()).slice(2);
      const args = hexOf(decodeGroup(bytesOf(`0x${bytes}`)).entries[0]?.args ?? new Uint8Array()).slice(2);
      const altered = bytesOf(`0x${args}`);
      altered[at] = change(altered[at] ?? 0);
      const lie = bytes.replace(args, hexOf(altered).slice(2));
      const chain = chainOf(honest.world);
      const request: Chain["request"] = async (method, params) => {
        const answer = await chain.request(method, params);
        if (method !== "eth_getLogs") return answer;
        return (answer as { readonly data: string }[]).map((log) => ({ ...log, data: log.data.replace(bytes, lie) }));
      };
      return { id, ...(await byChainAlone(honest, { ...chain, request })) };
    };

    it("names it, also where it would be for somebody else", async () => {
      const { id, report } = await toldOtherwise(BENEFICIARY, () => 9);

      const found = report.findings.filter(({ subject }) => subject === id).map(({ code }) => code);
      expect(found).to.include("group-not-in-batch");
      expect(report.total).to.be.greaterThan(10);
    });

    it("names it, and audits the rest, where it cannot be read at all", async () => {
      const { id, report } = await toldOtherwise(UNIT, () => 1);

      const found = report.findings.filter(({ subject }) => subject === id).map(({ code }) => code);
      expect(found).to.include("group-not-in-batch");
      expect(report.total).to.be.greaterThan(10);
    });
  });

  it("prints what was struck through and what others said, by name and day", async () => {
    const honest = await HONEST();
    const { world, lot, laboratory } = honest;
    const note = entriesOf(world, lot).find(({ kind }) => kind === "NOTE");
    if (note === undefined || laboratory === null) throw new Error("the lot has a note, and was tested");
    const nowS = world.latest.timeS;
    const doubt = correction({ ...note, subject: lot }, { reason: 4, declaredAtS: nowS });
    await world.submit(laboratory, [{ subject: lot, entries: [doubt] }], nowS);

    const { collected, report } = await byChainAlone(honest);
    const text = printReport(report, collected.history, collected.heads);

    expect(text).to.match(/^WHOLE · (\d+) of \1:/);
    expect(text).to.match(
      /Corrected:\n(?: {2}.*\n)* {2}\w+ of 2026-\d\d-\d\d · struck through · by Example co-operative 1/,
    );
    expect(text).to.match(
      /NOTE of 2026-\d\d-\d\d · contradicted · by Example co-operative 3 · on .* · found out later/,
    );
    expect(text).to.match(
      /certificate by Example co-operative 4 · valid 2026-\d\d-\d\d to \d{4}-\d\d-\d\d · in force when/,
    );
    expect(text).to.match(/TEST of 2026-\d\d-\d\d · Example co-operative 3/);
  });
});
