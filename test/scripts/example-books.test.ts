/**
 * The whole example's books, in the index and on the chain: every kilogram is left, packed, used, shipped, lost or discarded. It is made
 * on a folder where an earlier start was stopped half-way.
 */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as pause } from "node:timers/promises";
import { expect } from "chai";
import { Interface } from "ethers";
import type { Hex, History } from "../../protocol/history.ts";
import { readAcknowledge } from "../../protocol/document/recall.ts";
import { kindByNumber, type KindName } from "../../protocol/kinds/all.ts";
import type { Report } from "../../protocol/verify/report.ts";
import { verify } from "../../protocol/verify.ts";
import { BLEND, blendPlan } from "../../scripts/example/blend.ts";
import { primitives } from "../../scripts/example/phone.ts";
import { readArtifact } from "../../server/chain/artifact.ts";
import { type Grown, growExample, stopExample } from "../support/example.ts";

interface SubjectRow {
  readonly id: Hex;
  readonly sort: number;
  readonly holder: number;
  readonly status: number;
  readonly product: Hex | null;
  readonly made: number;
  readonly remaining: number;
  readonly packed: number;
  readonly lost: number;
  readonly room: number;
}

interface Link {
  readonly consumer: Hex;
  readonly input: Hex;
  readonly amount: number;
}

const LEDGER = new Interface(readArtifact("contracts/interfaces/ILedger.sol", "ILedger").abi);
const GOODS: readonly KindName[] = ["HARVEST", "TRANSFORM", "SHIP"];

describe("The example's books", function () {
  this.timeout(240_000);
  let grown: Grown;
  let index: DatabaseSync;
  let rows: ReadonlyMap<Hex, SubjectRow>;
  let links: readonly Link[];

  before(async () => {
    grown = await growExample({ folder: await stopExample(40) });
    index = new DatabaseSync(join(grown.folder, "index.sqlite"), { readOnly: true });
    const all = index.prepare("select * from subject").all() as unknown as SubjectRow[];
    rows = new Map(all.map((row) => [row.id, row]));
    links = index.prepare("select * from link").all() as unknown as Link[];
  });
  after(async () => {
    index.close();
    await grown.end();
  });

  const of = (kind: KindName) => [...rows.values()].filter(({ sort }) => kindByNumber(sort || 1).name === kind);
  const lots = () => GOODS.flatMap((kind) => of(kind));
  const taken = (lot: Hex, kinds: readonly KindName[]) =>
    sum(
      links
        .filter(
          ({ input, consumer }) => input === lot && kinds.includes(kindByNumber(rows.get(consumer)?.sort ?? 1).name),
        )
        .map(({ amount }) => amount),
    );

  it("hold 184 members, 133 gardens and their plantings, and seven organisations", () => {
    const organisations = index.prepare("select distinct organisation from organisation_act").all();

    expect((["MEMBER", "PLOT", "PLANT"] as const).map((kind) => of(kind).length)).to.deep.equal([184, 133, 133]);
    expect(sum(of("PLOT").map(({ made }) => made))).to.equal(210_600_000);
    expect(organisations).to.have.length(7);
  });

  it("close for every lot in the index: made = left + packed + used + shipped + lost", () => {
    expect(lots().length).to.be.above(80);
    for (const { id, made, remaining, packed, lost } of lots()) {
      const used = firstOutputsOnly(taken(id, ["TRANSFORM"]), id);
      expect(remaining + packed + used + taken(id, ["SHIP"]) + lost, id).to.equal(made);
    }
  });

  it("say the same on the chain, slot by slot and link by link", async () => {
    for (const { id, made, remaining, packed, lost, room, holder } of lots()) {
      const [lot] = await call("lot", id);
      const [aside] = await call("aside", id);
      expect(numbers(lot, ["made", "left", "packed", "room", "holder"]), id).to.deep.equal([
        ...[made, remaining, packed, room, holder],
      ]);
      expect(numbers(aside, ["lost"]), id).to.deep.equal([lost]);
    }
    const goods = new Set(lots().map(({ id }) => id));
    for (const { consumer, input, amount } of links) {
      if (!goods.has(consumer) || !goods.has(input) || isFurther(consumer)) continue;
      const [link] = await call("link", consumer, input);
      expect(numbers(link, ["amount"]), `${consumer} ${input}`).to.deep.equal([amount]);
    }
  });

  it("account for all leaf that was picked: it is in the tea, or was lost as the story says", () => {
    const plan = blendPlan();
    const [harvested, leaf] = [of("HARVEST"), of("HARVEST")[0]?.product];
    const stillLeaf = sum(lots().flatMap((lot) => (lot.product === leaf ? lot.remaining : [])));
    const blended = plan.days.flatMap(({ villages }) => villages.map(({ weighed }) => Number(weighed)));

    expect(stillLeaf).to.equal(0);
    expect(sum(harvested.map(({ made }) => made))).to.equal(412_000 + 24_600 + sum(blended));
    const ways = lots().filter(({ product }) => product === leaf);
    const dried = sum(
      plan.days.map(({ villages, found }) => sum(villages.map((one) => Number(one.weighed))) - Number(found)),
    );
    expect(sum(ways.map(({ lost }) => lost))).to.equal(dried + 1_800 + 100);
  });

  it("leave nobody more than was brought: the shop has what it bought less what it threw away", () => {
    const shop = lots().filter(({ holder }) => holder === 7);
    const { packed, loose } = BLEND.toShop;

    expect(sum(shop.map((lot) => lot.packed))).to.equal(92_000 + Number(packed));
    expect(sum(shop.map(({ remaining }) => remaining))).to.equal(Number(loose - BLEND.spoiled));
    expect(of("SHIP").filter(({ made }) => made === 0)).to.have.length(1);
  });

  it("end the season of all gardens but the seven of the home page's bag", () => {
    expect(of("PLANT").filter(({ status }) => (status & 16) !== 0)).to.have.length(126);
    expect(of("PLOT").filter(({ made, remaining }) => made === remaining)).to.have.length(126);
  });

  it("are made whole by the next start where one was stopped half-way", async () => {
    const { report } = await read(grown, { code: grown.made.example.bag.code, lot: grown.made.example.lot });

    expect(report.whole).to.equal(report.total);
    expect(report.total).to.equal(grown.made.example.records);
  });

  it("tell of the big blend: 126 gardens, one of them silent, a dispute that was answered, a drill that three answered", async () => {
    const { report } = await read(grown, bagOf(grown, "260420-KTWF"));
    const codes = [...new Set(report.findings.map(({ code }) => code))].toSorted();

    expect(report.whole).to.equal(report.total);
    expect(codes).to.deep.equal(["disputed", "lost-between-hands", "no-field-record", "recall-drill"]);
    expect(report.findings.filter(({ code }) => code === "no-field-record")).to.have.length(1);
    expect(report.disputes.map(({ isNamed, answer }) => [isNamed, answer !== null])).to.deep.equal([[true, true]]);
    expect(
      report.recalls.map(({ drill, acknowledged }) => [
        drill,
        new Set(acknowledged.map((one) => one.organisation)).size,
      ]),
    ).to.deep.equal([[true, 3]]);
    expect(report.custody?.shares).to.have.length(126);
    for (const { most } of report.custody?.shares ?? []) expect(most).to.be.at.most(20);
    expect(report.books.runs[0]).to.include({ count: BigInt(BLEND.labels), valid: BigInt(BLEND.labels - 120) });
  });

  it("close in the drill: whoever has any of what the recall reaches says how much", async () => {
    const { report } = await read(grown, bagOf(grown, "260420-KTWF"));
    const [drill] = report.recalls;
    const reached = new Set<Hex>(drill === undefined ? [] : [drill.subject]);
    // A set is walked to its end, what is added on the way included.
    for (const id of reached) for (const { input, consumer } of links) if (input === id) reached.add(consumer);
    const there = lots().filter(({ id, remaining, packed }) => reached.has(id) && remaining + packed > 0);

    expect(drill?.acknowledged.map(({ subject }) => subject).toSorted()).to.deep.equal(
      there.map(({ id }) => id).toSorted(),
    );
    const found: number[] = [];
    for (const { id } of there) {
      const answer = await fetch(new URL(`/api/lots/${id}/history`, grown.furrow.address));
      const { documents } = (await answer.json()) as History;
      const answers = Object.values(documents).flatMap((text) => readAcknowledge(JSON.parse(text), id) ?? []);
      found.push(...answers.map((one) => Number(one.found ?? 0n)));
    }
    expect(sum(found)).to.equal(sum(there.map(({ remaining, packed }) => remaining + packed)) + Number(BLEND.spoiled));
  });

  it("tell of the tea of one garden that all of it came from there", async () => {
    const { report } = await read(grown, bagOf(grown, "260412-KTWG"));

    expect(report.whole).to.equal(report.total);
    expect(report.custody).to.deep.include({ outside: false });
    expect(report.custody?.shares.map(({ most }) => most)).to.deep.equal([1000]);
  });

  /** By-products are linked to the same inputs in the index: each input was used once. */
  function firstOutputsOnly(used: number, lot: Hex): number {
    const further = links.filter(({ input, consumer }) => input === lot && isFurther(consumer));
    return used - sum(further.map(({ amount }) => amount));
  }

  function isFurther(lot: Hex): boolean {
    const row = index.prepare("select 1 from move where subject = ? and seq = 1 and entry_idx >= 0").get(lot);
    return row !== undefined;
  }

  async function call(view: string, ...args: readonly Hex[]): Promise<readonly unknown[]> {
    const { address, deployment } = grown.furrow;
    const params = [{ to: deployment.ledger, data: LEDGER.encodeFunctionData(view, args) }, "latest"];
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_call", params });
    const headers = { "content-type": "application/json" };
    const answer = await fetch(new URL("/rpc", address), { method: "POST", headers, body });
    const { result } = (await answer.json()) as { result: string };
    return [...LEDGER.decodeFunctionResult(view, result)];
  }
});

interface Opened {
  readonly code: string;
  readonly lot: Hex;
}

function bagOf({ made }: Grown, lotNumber: string): Opened {
  const found = made.example.more.find((one) => one.lotNumber === lotNumber);
  if (found === undefined) throw new Error(`the example has no bag of ${lotNumber}`);
  return { code: found.bag.code, lot: found.lot };
}

/** As a reader does: what the history leaves out is fetched by its CID. */
async function read(grown: Grown, opened: Opened): Promise<{ readonly history: History; readonly report: Report }> {
  const short = await grown.historyOf(opened.code, opened.lot);
  const heads = await grown.headsOf(short);
  const asked = new Map<string, string>();
  for (;;) {
    const history = { ...short, documents: { ...short.documents, ...Object.fromEntries(asked) } };
    const report = await verify(history, heads, primitives);
    const missing = new Set(
      report.findings.flatMap(({ code, detail }) => (code === "document-missing" ? String(detail.cid) : [])),
    );
    const fresh = [...missing].filter((cid) => !asked.has(cid));
    if (fresh.length === 0) return { history, report };
    // Checking keeps this thread busy for seconds: connections that the server closed meanwhile are noticed before the next is used.
    await pause(20);
    for (const cid of fresh) {
      const answer = await fetch(new URL(`/ipfs/${cid}?format=raw`, grown.furrow.address));
      if (!answer.ok) throw new Error(`${cid} was answered ${answer.status}`);
      asked.set(cid, await answer.text());
    }
  }
}

function numbers(struct: unknown, names: readonly string[]): readonly number[] {
  return names.map((name) => Number((struct as Record<string, unknown>)[name]));
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}
