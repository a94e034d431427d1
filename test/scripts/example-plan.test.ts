/** The example's figures before anything is written down: they have to add up, and be such as tea gives. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { parseAmount } from "../../protocol/amount.ts";
import { isGtin } from "../../protocol/label.ts";
import { BLEND, blendPlan } from "../../scripts/example/blend.ts";
import { PRODUCTS } from "../../scripts/example/cooperative.ts";
import { GARDEN_ROUNDS } from "../../scripts/example/garden-season.ts";
import { GARDENS, GROWERS, gardenOf, keeperOf, MEMBERS, VILLAGES, villageOf } from "../../scripts/example/gardens.ts";
import { MAKINGS, PACKED, PICKING_DAYS, SORTED } from "../../scripts/example/gathering.ts";
import { PARTIES, SITES } from "../../scripts/example/parties.ts";
import { CAP_KG_PER_MU, mu } from "../../scripts/example/plots.ts";
import { SINGLE } from "../../scripts/example/single.ts";
import { FIRST_HOUR } from "../../scripts/example/season.ts";

const FARM = join(import.meta.dirname, "../vectors/farm");

describe("The example's gardens", () => {
  it("are 133, each of one village and one member, of whom there are 184", () => {
    const keepers = new Set(GARDENS.map(({ number }) => keeperOf(number)));

    expect(GROWERS).to.equal(133);
    expect(keepers.size).to.equal(133);
    expect(Math.max(...keepers)).to.be.at.most(MEMBERS);
    expect(MEMBERS).to.equal(184);
    expect(VILLAGES.reduce((sum, { first, last }) => sum + last - first + 1, 0)).to.equal(133);
    for (const { number } of GARDENS) expect(villageOf(number).first).to.be.at.most(number);
  });

  it("are as large as gardens on a slope are: 0.9 to 4.8 mu", () => {
    for (const { area_m2 } of GARDENS) expect(mu(area_m2)).to.be.within(0.9, 4.8);
  });

  it("bear no more than may be picked of them, whichever bag it goes into", () => {
    const picked = new Map<number, bigint>();
    const add = (garden: number, amount: bigint) => picked.set(garden, (picked.get(garden) ?? 0n) + amount);
    for (const { weighings } of PICKING_DAYS) for (const { plot, kg } of weighings) add(plot, parseAmount(kg));
    for (const { villages } of blendPlan().days) {
      for (const village of villages) for (const { garden, amount } of village.picked) add(garden, amount);
    }
    add(SINGLE.garden, parseAmount(SINGLE.kg));

    expect(picked.size).to.equal(133);
    for (const [garden, amount] of picked) {
      expect(Number(amount) / 1000 / mu(gardenOf(garden).area_m2), `garden ${garden}`).to.be.at.most(
        Number(CAP_KG_PER_MU),
      );
    }
  });

  it("go no longer than two weeks without a record", () => {
    const days = [
      "2026-01-15",
      ...GARDEN_ROUNDS.map(({ doneAt }) => doneAt.slice(0, 10)),
      blendPlan().days[0]?.day ?? "",
    ];
    for (const [n, day] of days.slice(1).entries()) {
      expect((Date.parse(day) - Date.parse(days[n] ?? "")) / 86_400_000).to.be.within(1, 14);
    }
  });
});

describe("The big blend", () => {
  const plan = blendPlan();

  it("loses leaf and tea on its way, and never gains any", () => {
    for (const { villages, gathered, found, shown, made, dust } of plan.days) {
      for (const { picked, weighed, found: arrived } of villages) {
        expect(sum(picked.map(({ amount }) => amount))).to.equal(weighed);
        expect(Number(weighed - arrived) / Number(weighed)).to.be.within(0, 0.005);
      }
      expect(sum(villages.map((village) => village.found))).to.equal(gathered);
      expect(found < gathered && shown <= found && made + dust < found).to.equal(true);
    }
    expect(sum(plan.days.map(({ made }) => made))).to.equal(plan.made);
    expect(plan.sorted + plan.dust + plan.stalks).to.equal(plan.made);
    expect(plan.packed < plan.sorted).to.equal(true);
  });

  it("takes as much leaf for a kilogram of tea as the farm's figures say", async () => {
    const { conversions } = JSON.parse(await readFile(join(FARM, "yield-factors.json"), "utf8")) as {
      readonly conversions: readonly { readonly what: string; readonly ratio?: readonly [number, number] }[];
    };
    const [least, most] = conversions.find(({ what }) => what === "fresh leaf : made tea")?.ratio ?? [0, 0];

    for (const { found, made, dust } of plan.days)
      expect(Number(found) / Number(made + dust)).to.be.within(least, most);
    for (const { picked, kg } of MAKINGS) {
      const leaf = PICKING_DAYS.find(({ doneAt }) => doneAt.startsWith(picked))?.works;
      expect(Number(leaf) / Number(kg)).to.be.within(least, most);
    }
    expect(Number(SINGLE.works) / Number(SINGLE.made)).to.be.within(least, most);
  });

  it("sells no more than it has, in whole bags", () => {
    const net = PRODUCTS.blend.net;
    const { labels, unsold, toShop, sample } = BLEND;
    const bagged = BigInt(labels) * net;

    expect(toShop.packed % net).to.equal(0n);
    expect(toShop.packed + BigInt(unsold.number) * net <= bagged).to.equal(true);
    expect(unsold.first + unsold.number).to.be.at.most(labels);
    expect(bagged + toShop.loose + toShop.refused + sample < plan.packed).to.equal(true);
  });
});

describe("The bag of the home page", () => {
  it("comes of 412 kg of leaf, of which each kilogram is accounted for", () => {
    const leaf = sum(PICKING_DAYS.flatMap(({ weighings }) => weighings.map(({ kg }) => parseAmount(kg))));
    const made = sum(MAKINGS.map(({ kg }) => parseAmount(kg)));
    const { kg, dust, stalks } = SORTED;

    expect(leaf).to.equal(412_000n);
    expect(sum([kg, dust, stalks].map((amount) => parseAmount(amount)))).to.equal(made);
    expect(parseAmount(PACKED.kg) <= parseAmount(kg)).to.equal(true);
    for (const { weighings, township, works } of PICKING_DAYS) {
      const weighed = sum(weighings.map((one) => parseAmount(one.kg)));
      expect(weighed >= parseAmount(township) && parseAmount(township) >= parseAmount(works)).to.equal(true);
    }
  });
});

describe("The example's organisations and places", () => {
  it("say in both languages that they are examples or invented, and have neither telephone nor registration", () => {
    for (const { name, phone, registration } of Object.values(PARTIES)) {
      expect(name.zh).to.include("示例");
      expect(name.en).to.include("Example");
      expect([phone, registration]).to.deep.equal([null, null]);
    }
    for (const { name } of SITES) {
      expect(name.zh).to.match(/虚构|示例/);
      expect(name.en).to.match(/invented|Example/);
    }
  });

  it("sell under article numbers of the prefix that GS1 keeps for examples", () => {
    const gtins = Object.values(PRODUCTS).flatMap(({ gtin }) => gtin ?? []);

    expect(new Set(gtins).size).to.equal(3);
    for (const gtin of gtins) {
      expect(isGtin(gtin)).to.equal(true);
      expect(gtin).to.match(/^0952/);
    }
    expect(FIRST_HOUR < (blendPlan().days[0]?.day ?? "")).to.equal(true);
  });
});

function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n);
}
