/**
 * The classic frauds, each tried with real keys on a real chain: what the phone is told, and what stands on the page of the bag. The
 * chain is one that others may write to as well, for a stranger does.
 */
import { randomBytes } from "node:crypto";
import { expect } from "chai";
import { Wallet } from "ethers";
import type { Page } from "playwright-core";
import { HEADER_BYTES, SIGNATURE_BYTES } from "../../protocol/batch.ts";
import { type Hex, hexOf } from "../../protocol/bytes.ts";
import { leafHash } from "../../protocol/merkle.ts";
import { type ProblemType, problems } from "../../protocol/problem.ts";
import { speaker } from "../../scan-web/ui/words.ts";
import { addressOf } from "../../server/chain/account.ts";
import type { RawLog } from "../../server/chain/chain.ts";
import { ledgerAbi } from "../../server/chain/artifact.ts";
import { keepPicture, LANGS, open, seenOn, type Verdict, verdictOn } from "../support/journey.ts";
import { startAnvilNode, type TestNode } from "../support/nodes.ts";
import { ledgerOn } from "../support/outside.ts";
import { primitives } from "../support/primitives.ts";
import type { Signed } from "../support/recorder.ts";
import { startServer, temporaryFolder, type TestServer } from "../support/server.ts";
import { type Goods, kg, type Product, type Refusal, type Run, type Subject, Trader } from "../support/trade.ts";

const CHAIN_ID = 4_242_016n;
const WEI = 10n ** 19n;
const GTIN = "09520123456788";
const OTHER_GTIN = "09520123456795";
/** One hectare, of which 500 kg may be picked. */
const PLOT = { area: 10_000_000n, cap: kg(500) };
/** A bag; four are a kilogram. */
const NET = kg(0.25);
const GAS_EACH = 4_000_000n;

describe("A fraud ends in a clear no", function () {
  this.timeout(120_000);
  let temporary: ReturnType<typeof temporaryFolder>;
  let node: TestNode;
  let server: TestServer;
  let cooperative: Trader;
  let certifier: Trader;
  let regulator: Trader;
  let buyer: Trader;
  let leaf: Product;
  let tea: Product;
  /** Not the cooperative's: with coins of his own on the chain. */
  let stranger: Wallet;

  before(async () => {
    temporary = temporaryFolder();
    node = await startAnvilNode({ chainId: CHAIN_ID });
    node.mineWhatWaits();
    const env = await ledgerOn(node, { data: temporary.path, finality: "latest" });
    server = await startServer({ folder: temporary.path, clock: "machine", env, pages: true });
    cooperative = await Trader.admit(server, "producer", "processor", "trader", "laboratory");
    certifier = await Trader.admit(server, "certifier");
    regulator = await Trader.admit(server, "regulator");
    buyer = await Trader.admit(server, "trader");
    leaf = await cooperative.record(cooperative.product());
    tea = await cooperative.record(cooperative.product({ gtin: GTIN, net: NET }));
    stranger = new Wallet(`0x${randomBytes(32).toString("hex")}`);
    await node.fund(addressOf(stranger.privateKey), WEI);
  });
  after(async () => {
    await server?.close();
    await node?.close();
    temporary.remove();
  });

  /** Picked from a plot of its own. */
  async function picked(amount: bigint) {
    const grown = await cooperative.record(cooperative.planting(leaf, PLOT));
    return { ...grown, lot: await cooperative.record(cooperative.harvest(grown.planting, amount)) };
  }

  /** Picked, and all of it packed as tea. */
  async function packed(amount: bigint): Promise<{ readonly plot: Subject; readonly lot: Goods }> {
    const { plot, lot } = await picked(amount);
    return { plot, lot: await cooperative.record(cooperative.transform("pack", [[lot, amount]], [tea, amount])) };
  }

  const label = (lot: Goods, count: number, certificate: Subject | null = null): Promise<Run> =>
    cooperative.record(cooperative.label(lot, count, certificate));
  const codeOf = ({ codes: [code = ""] }: Run): string => code;

  describe("at once, on the phone:", () => {
    it("labels for three times the certified volume", async () => {
      const { lot } = await packed(kg(30));
      const certificate = await certifier.record(certifier.certify(cooperative, tea, kg(10)));

      const atOnce = await cooperative.refused(cooperative.label(lot, 120, certificate));
      const run = await label(lot, 40, certificate);
      const again = await cooperative.refused(cooperative.label(lot, 40, certificate));
      const oneMore = await cooperative.refused(cooperative.label(lot, 1, certificate));

      expectRefused(atOnce, "not-enough-volume", "10", "30");
      expectRefused(again, "not-enough-volume", "0", "10");
      expectRefused(oneMore, "not-enough-volume", "0", "0.25");
      // The page of a bag that claims it says what the certificate was for, and that nothing is left of it.
      for (const lang of LANGS) {
        const { script, plain, verdict } = await pagesOf(codeOf(run), lang);
        expect(verdict.state).to.be.oneOf(["whole", "notices"]);
        expect(verdict.findings).not.to.include("certificate-overdrawn");
        for (const text of [script, plain]) expect(text).to.include(usedUp(lang));
      }
    });

    it("a harvest above what the plot can bear, in one piece or in small ones", async () => {
      const grown = await cooperative.record(cooperative.planting(leaf, PLOT));

      const atOnce = await cooperative.refused(cooperative.harvest(grown.planting, kg(500.001)));
      await cooperative.record(cooperative.harvest(grown.planting, kg(300)));
      await cooperative.record(cooperative.harvest(grown.planting, kg(200)));
      const more = await cooperative.refused(cooperative.harvest(grown.planting, kg(0.001)));

      expectRefused(atOnce, "over-cap", "500", "500.001");
      expectRefused(more, "over-cap", "500", "500.001");
    });

    it("a certificate for another product", async () => {
      const { lot } = await packed(kg(2));
      const other = await cooperative.record(cooperative.product({ gtin: OTHER_GTIN, net: NET }));
      const certificate = await certifier.record(certifier.certify(cooperative, other, kg(100)));

      const refusal = await cooperative.refused(cooperative.label(lot, 4, certificate));
      const { script, plain } = await pagesOf(codeOf(await label(lot, 4)), "en");

      expectRefused(refusal, "not-in-scope", certificate.subject, tea.subject);
      for (const text of [script, plain]) expect(text).not.to.include(certificate.number);
    });

    it("somebody else's certificate", async () => {
      const { lot } = await packed(kg(2));
      const certificate = await certifier.record(certifier.certify(buyer, tea, kg(100)));

      const refusal = await cooperative.refused(cooperative.label(lot, 4, certificate));

      expectRefused(refusal, "not-beneficiary");
    });

    it("a laboratory that belongs to the holder", async () => {
      const { lot } = await packed(kg(2));
      const run = await label(lot, 4);

      const refusal = await cooperative.refused(cooperative.test(lot));

      expectRefused(refusal, "holder-itself", String(cooperative.organisation));
      expect((await pagesOf(codeOf(run), "en")).plain).not.to.include("An example pesticide");
    });

    it("a certificate of one's own", async () => {
      const refusal = await certifier.refused(certifier.certify(certifier, tea, kg(1)));

      expectRefused(refusal, "holder-itself");
    });

    it("labels after a recall of the lot, and to ship or pack it over", async () => {
      const { lot } = await packed(kg(4));
      const run = await label(lot, 4);
      await regulator.record(regulator.recall(lot, "regulator"));

      const refusals = [
        await cooperative.refused(cooperative.label(lot, 4)),
        await cooperative.refused(cooperative.ship(lot, kg(1), buyer)),
        await cooperative.refused(cooperative.transform("pack", [[lot, kg(1)]], [tea, kg(1)])),
      ];

      for (const refusal of refusals) expectRefused(refusal, "recalled", lot.subject);
      await expectRecalled(codeOf(run));
    });

    it("the same 100 kg shipped twice", async () => {
      const { lot } = await picked(kg(100));
      const first = await cooperative.sign(cooperative.ship(lot, kg(100), buyer));
      expect(await cooperative.send(first)).to.equal(null);

      const toAnother = await cooperative.refused(cooperative.ship(lot, kg(100), regulator));
      const toTheSame = await cooperative.refused(cooperative.ship(lot, kg(100), buyer));
      const sentAgain = await cooperative.send(first);
      const relayedAgain = await relay(first.bytes);

      for (const refusal of [toAnother, toTheSame]) expectRefused(refusal, "not-enough-left", lot.subject, "0", "100");
      // The very same batch is no second one: the phone hears that it is final, the chain takes it once.
      expect(sentAgain).to.equal(null);
      expect(relayedAgain).to.equal("NonceUsed");
      expect(await historyOf(lot.subject)).to.have.length(2);
    });

    it("a split that is heavier than the whole: by the phone itself, by the server and by the chain", async () => {
      const { lot } = await picked(kg(60));
      const halves = [
        [leaf, kg(30)],
        [leaf, kg(30)],
      ] as const;
      const heavy = cooperative.transform("split", [[lot, kg(60)]], [leaf, kg(31)], [leaf, kg(30)]);
      const byTheForm = await cooperative.sign(heavy).then(
        () => "it was written",
        (cause: unknown) => String(cause),
      );
      // What no form writes, somebody who wrote a program of his own signs.
      const honest = await cooperative.sign(cooperative.transform("split", [[lot, kg(60)]], ...halves));
      const forged = await forge(honest.bytes);

      const byTheServer = await cooperative.send(forged);
      const byTheChain = await relay(forged.bytes);

      expect(byTheForm).to.include("more-out-than-in at /outputs: 61 out of 60");
      expectRefused(byTheServer, "more-out-than-in", "61000", "60000");
      expect(byTheChain).to.equal("MoreOutThanIn");
      expect(await historyOf(lot.subject)).to.have.length(1);
    });

    it("a split into other units", async () => {
      const { lot } = await picked(kg(60));
      const oil = await cooperative.record(cooperative.product({ uom: "LTR" }));

      const refusal = await cooperative.refused(cooperative.transform("split", [[lot, kg(60)]], [oil, kg(60)]));

      expectRefused(refusal, "units-differ");
    });

    it("a correction that would create mass", async () => {
      const { planting, lot } = await picked(kg(60));
      const made = await cooperative.record(cooperative.transform("process", [[lot, kg(60)]], [leaf, kg(20)]));

      // 40 kg were lost in processing: so much could come back, and a gram more could not.
      const beyondRoom = await cooperative.refused(cooperative.correct(made, kg(40.001)));
      const outOfNothing = await cooperative.refused(cooperative.correct(lot, kg(1)));
      const beyondYield = await cooperative.refused(cooperative.correct(lot, kg(441), planting, kg(441)));
      const usedUp = await cooperative.refused(cooperative.correct(made, kg(45), lot, kg(5)));

      expectRefused(beyondRoom, "no-room");
      expectRefused(outOfNothing, "no-room");
      expectRefused(beyondYield, "over-cap");
      expectRefused(usedUp, "not-enough-left");
      expect(await historyOf(made.subject)).to.have.length(1);
    });
  });

  describe("on the page of the bag:", () => {
    it("a recall of the plot, after the labels were printed", async () => {
      const { plot, lot } = await packed(kg(4));
      const run = await label(lot, 4);
      const before = await pagesOf(codeOf(run), "en");
      expect(before.verdict.state).to.be.oneOf(["whole", "notices"]);
      expect(before.plain).not.to.include(speaker("en").say("recall.title"));

      await regulator.record(regulator.recall(plot, "regulator"));

      await expectRecalled(codeOf(run), "recall-of-a-plot");
    });

    it("labels of a lot whose plot had been recalled before", async () => {
      const { plot, lot } = await packed(kg(4));
      await cooperative.record(cooperative.recall(plot));

      const run = await label(lot, 4);

      await expectRecalled(codeOf(run));
    });

    it("a withdrawn record that a stranger relays later: rejected, and nothing changes", async () => {
      const { lot } = await packed(kg(4));
      const run = await label(lot, 4);
      const nonce = cooperative.recorder.takeNonce();
      const withdrawn = await cooperative.sign(cooperative.label(lot, 8), nonce);
      // Withdrawing signs a note under the same number.
      const instead = await cooperative.sign(cooperative.note(lot, "Not labelled after all."), nonce);
      expect(await cooperative.send(instead)).to.equal(null);
      const before = await whatStands(codeOf(run));

      const atTheServer = await buyer.send(withdrawn);
      const atTheChain = await relay(withdrawn.bytes);
      const again = await relay(withdrawn.bytes);

      expectRefused(atTheServer, "nonce-used", String(nonce));
      expect([atTheChain, again]).to.deep.equal(["NonceUsed", "NonceUsed"]);
      expect(await whatStands(codeOf(run))).to.deep.equal(before);
      const gone = await fetch(`${server.address}${codeOf(withdrawn.made)}`, { headers: { accept: "text/html" } });
      expect(gone.status).to.equal(404);
    });
  });

  /** A batch of one group with its last amount a kilogram larger, signed anew with the cooperative's own key. */
  async function forge(honest: Uint8Array): Promise<Signed> {
    const { signer } = cooperative.recorder;
    const bytes = honest.slice();
    const [header, group] = [bytes.subarray(0, HEADER_BYTES), bytes.subarray(HEADER_BYTES, -SIGNATURE_BYTES)];
    const amount = new DataView(group.buffer, group.byteOffset + group.length - 4);
    amount.setUint32(0, amount.getUint32(0) + Number(kg(1)));
    const root = await leafHash(primitives, group);
    const said = new Uint8Array([...header, ...root]);
    bytes.set(await signer.sign(said), bytes.length - SIGNATURE_BYTES);
    return { bytes, hash: hexOf(await primitives.sha256(said)), nonce: 0n };
  }

  /** Sent by a stranger's own transaction, past every server of ours; null, or the reason of the chain. */
  async function relay(batch: Uint8Array): Promise<string | null> {
    const { ledger } = server.furrow.deployment;
    const from = addressOf(stranger.privateKey);
    const transaction = {
      ...{ to: ledger, chainId: CHAIN_ID, gasLimit: 8_000_000n, maxFeePerGas: 10n ** 11n, maxPriorityFeePerGas: 1n },
      nonce: Number(await node.rpc("eth_getTransactionCount", from, "pending")),
      data: ledgerAbi().encodeFunctionData("submit", [[batch], GAS_EACH]),
    };
    const hash = await node.rpc("eth_sendRawTransaction", await stranger.signTransaction(transaction));
    for (;;) {
      const receipt = (await node.rpc("eth_getTransactionReceipt", hash)) as { readonly logs: RawLog[] } | null;
      if (receipt === null) {
        await new Promise((done) => setTimeout(done, 20));
        continue;
      }
      await server.furrow.settled();
      const abi = ledgerAbi();
      const logs = receipt.logs.map(({ topics, data }) => abi.parseLog({ topics: [...topics], data }));
      const rejected = logs.find((log) => log?.name === "Rejected");
      if (logs.length === 0) throw new Error("the chain says nothing of it");
      return rejected === undefined ? null : (abi.parseError(String(rejected?.args[2]))?.name ?? "");
    }
  }

  /** The moves of its log. */
  async function historyOf(subject: Hex): Promise<readonly unknown[]> {
    await server.furrow.settled();
    const response = await fetch(`${server.address}/api/lots/${subject}/history`);
    const { subjects } = (await response.json()) as { subjects: { id: Hex; moves: readonly unknown[] }[] };
    return subjects.find(({ id }) => id === subject)?.moves ?? [];
  }

  /** What somebody sees who scans it, with script and without. */
  async function pagesOf(code: string, lang: (typeof LANGS)[number], picture?: string) {
    await server.furrow.settled();
    const url = `${server.address}${code}?lang=${lang}`;
    const withScript = await open(url, { lang });
    const verdict = await verdictOn(withScript.page);
    if (picture !== undefined) await keepPicture(withScript.page, `${picture}-${lang}`);
    const script = await seenOpened(withScript.page);
    const alarm = await alarmOn(withScript.page);
    await withScript.context.close();
    const without = await open(url, { lang, javaScriptEnabled: false });
    const plain = await seenOpened(without.page);
    const plainAlarm = await alarmOn(without.page);
    await without.context.close();
    return { script, plain, verdict, alarm, plainAlarm };
  }

  async function expectRecalled(code: string, picture?: string): Promise<void> {
    for (const lang of LANGS) {
      const { say } = speaker(lang);
      const { verdict, alarm, plainAlarm } = await pagesOf(code, lang, picture);
      expectRecall(verdict);
      for (const text of [alarm, plainAlarm])
        expect(text)
          .to.include(say("recall.title"))
          .and.to.include(lang === "en" ? "Example: residue above the limit" : "示例：农药残留超标")
          .and.to.include(lang === "en" ? "Example: bring it back to the shop" : "示例：退回商店");
    }
  }

  /** All that the record says on the page, and its head. */
  async function whatStands(code: string) {
    await server.furrow.settled();
    const { page, context } = await open(`${server.address}${code}?lang=en`, { lang: "en" });
    const { state, whole, total, findings } = await verdictOn(page);
    const [facts, story] = [await seenOn(page, ".facts"), await page.locator(".story").textContent()];
    await context.close();
    return { state, whole, total, findings, facts, story };
  }
});

/** The whole page is read, what is folded up included; what is hidden is not. */
async function seenOpened(page: Page): Promise<string> {
  await page.evaluate(() => {
    for (const folded of document.querySelectorAll("details")) folded.open = true;
  });
  return await seenOn(page);
}

/** What stands before all else; empty where nothing does. */
async function alarmOn(page: Page): Promise<string> {
  const alarm = page.locator("#alarm");
  if ((await alarm.count()) === 0 || !(await alarm.isVisible())) return "";
  const box = await alarm.boundingBox();
  expect(box?.y, "it stands in the first view").to.be.lessThan(780 / 2);
  return await alarm.innerText();
}

function expectRecall({ findings, state }: Verdict): void {
  expect(findings).to.include("recalled");
  expect(state).not.to.equal("whole");
}

/** By what the table of problems says of it, with these values in its detail. */
function expectRefused(refusal: Refusal | null, type: ProblemType, ...values: readonly string[]): void {
  expect(refusal).to.not.equal(null);
  if (refusal === null) return;
  const { title, mend } = problems[type];
  expect(refusal.type.split(":").at(-1), refusal.detail).to.equal(type);
  expect(refusal).to.include({ title, mend });
  expect(refusal.state).to.be.oneOf(["refused", null]);
  const words = refusal.detail.split(/[\s,]+/);
  for (const value of values) expect(words, refusal.detail).to.include(value);
}

/** What a certificate of 10 kg says on the page of a lot that drew all of it. */
function usedUp(lang: (typeof LANGS)[number]): string {
  const { say } = speaker(lang);
  const [all, none] = [10, 0].map((kilograms) => ({
    amount: kg(kilograms),
    unit: "KGM" as const,
    form: "short" as const,
  }));
  return say("entry.CERTIFY.volume", { volume: all ?? "", here: all ?? "", left: none ?? "" });
}
