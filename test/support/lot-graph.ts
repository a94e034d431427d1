/**
 * A thousand lots that came of each other, on a real server: several organisations pick, split, merge, process, pack, label and hand on
 * at random, many acts in each batch. What was made of what is written down as it is made, by nobody but this. Example data.
 */
import type { Hex } from "../../protocol/bytes.ts";
import type { Draft } from "../../scripts/example/phone.ts";
import type { TestServer } from "./server.ts";
import { type Goods, kg, type Product, type Run, type Subject, Trader } from "./trade.ts";

export type { LotGraph };
export { growGraph };

interface LotGraph {
  readonly traders: readonly Trader[];
  readonly plots: readonly Subject[];
  /** What each subject was made of, as whoever made it knows. */
  readonly madeOf: ReadonlyMap<Hex, readonly Hex[]>;
  readonly runs: readonly (Run & { readonly lot: Hex })[];
  /** Lots and consignments. */
  readonly lots: number;
  readonly batches: number;
  readonly handovers: number;
}

interface Kept {
  readonly goods: Goods;
  left: bigint;
  /** Steps from its harvest. */
  readonly depth: number;
}

interface Offered {
  readonly goods: Goods;
  readonly to: Trader;
  readonly sender: Trader;
  readonly taken: Kept;
}

const TRADERS = 4;
const PLOTS_EACH = 8;
/** So much is picked of each plot, in lots of 60 kg. */
const LOTS_OF_A_PLOT = 3;
const PICKED = kg(60);
const PLOT = { area: 10_000_000n, cap: kg(1_000) };
const NET = kg(0.25);
/** In one batch of one trader: a TRANSFORM may cost a quarter of a million gas. */
const ACTS_A_ROUND = 34;
/** What is left below is not used any more. */
const CRUMBS = kg(1);
/** Among so many of the newest lots the next is chosen: neighbours are merged, and not everything with everything. */
const NEIGHBOURS = 24;
const DEEPEST = 7;
const MOST_ROUNDS = 40;

/** @param random 0 ≤ n < 1, decided by a seed */
async function growGraph(server: TestServer, { lots, random }: { lots: number; random: () => number }) {
  const graph = new Graph(random);
  await graph.plant(server);
  for (let round = 0; graph.lots < lots && round < MOST_ROUNDS; round++) await graph.round();
  await graph.round({ labelsOnly: true });
  return graph satisfies LotGraph;
}

class Graph implements LotGraph {
  readonly traders: Trader[] = [];
  readonly plots: Subject[] = [];
  readonly madeOf = new Map<Hex, readonly Hex[]>();
  readonly runs: (Run & { readonly lot: Hex })[] = [];
  lots = 0;
  batches = 0;
  handovers = 0;
  readonly #random: () => number;
  readonly #products = new Map<Trader, { readonly leaf: Product; readonly tea: Product }>();
  readonly #held = new Map<Trader, Kept[]>();
  #offered: Offered[] = [];

  constructor(random: () => number) {
    this.#random = random;
  }

  async plant(server: TestServer): Promise<void> {
    for (let n = 0; n < TRADERS; n++) {
      const trader = await Trader.admit(server, "producer", "processor", "trader");
      this.traders.push(trader);
      this.#held.set(trader, []);
      await this.#write(trader, async (draft) => {
        const leaf = await trader.product()(draft);
        const tea = await trader.product({ net: NET })(draft);
        this.#products.set(trader, { leaf, tea });
        for (let plot = 0; plot < PLOTS_EACH; plot++) {
          const grown = await trader.planting(leaf, PLOT)(draft);
          this.plots.push(grown.plot);
          this.madeOf.set(grown.planting.subject, [grown.plot.subject]);
          for (let lot = 0; lot < LOTS_OF_A_PLOT; lot++) {
            const goods = await trader.harvest(grown.planting, PICKED)(draft);
            this.#keep(trader, goods, [grown.planting], 0);
          }
        }
      });
    }
  }

  /** A batch of each trader, who first answers for what is offered. */
  async round({ labelsOnly = false } = {}): Promise<void> {
    const offered = this.#offered;
    this.#offered = [];
    for (const trader of this.traders) {
      await this.#write(trader, async (draft) => {
        for (const one of offered.filter(({ to }) => to === trader)) await this.#answer(draft, one);
        for (let act = 0; act < ACTS_A_ROUND; act++) await this.#act(draft, trader, labelsOnly ? 0.95 : this.#random());
      });
    }
  }

  async #write(trader: Trader, work: (draft: Draft) => Promise<void>): Promise<void> {
    await trader.record(work);
    this.batches++;
  }

  async #act(draft: Draft, trader: Trader, chance: number): Promise<void> {
    if (chance < 0.3) await this.#split(draft, trader);
    else if (chance < 0.55) await this.#merge(draft, trader);
    else if (chance < 0.7) await this.#pack(draft, trader);
    else if (chance < 0.85) await this.#ship(draft, trader);
    else await this.#label(draft, trader);
  }

  async #split(draft: Draft, trader: Trader): Promise<void> {
    const [lot] = this.#choose(trader, 1);
    if (lot === undefined) return;
    const amount = this.#part(lot);
    const [product, half] = [lot.goods.product, amount / 2n];
    const step = this.#random() < 0.7 ? "split" : "process";
    // Of what is processed something is lost, and a by-product comes out.
    const outputs = [half, step === "split" ? amount - half : amount / 4n].map((part) => [product, part] as const);
    const made = await trader.transformed(step, [[lot.goods, amount]], ...outputs)(draft);
    for (const goods of made) this.#keep(trader, goods, [lot.goods], lot.depth + 1);
  }

  async #merge(draft: Draft, trader: Trader): Promise<void> {
    await this.#together(draft, trader, { most: 3, step: "merge", into: ([first]) => first?.goods.product });
  }

  async #pack(draft: Draft, trader: Trader): Promise<void> {
    await this.#together(draft, trader, { most: 2, step: "pack", into: () => this.#products.get(trader)?.tea });
  }

  async #together(
    draft: Draft,
    trader: Trader,
    of: {
      readonly most: number;
      readonly step: "merge" | "pack";
      readonly into: (lots: readonly Kept[]) => Product | undefined;
    },
  ): Promise<void> {
    const lots = this.#choose(trader, 1 + Math.floor(this.#random() * of.most));
    const product = of.into(lots);
    if (product === undefined || lots.length === 0) return;
    const inputs = lots.map((lot) => [lot.goods, this.#part(lot)] as const);
    const amount = inputs.reduce((sum, [, part]) => sum + part, 0n);
    const goods = await trader.transform(of.step, inputs, [product, amount])(draft);
    this.#keep(
      trader,
      goods,
      lots.map((lot) => lot.goods),
      1 + Math.max(...lots.map(({ depth }) => depth)),
    );
  }

  async #ship(draft: Draft, trader: Trader): Promise<void> {
    const [taken] = this.#choose(trader, 1);
    const others = this.traders.filter((one) => one !== trader);
    const to = others[Math.floor(this.#random() * others.length)];
    if (taken === undefined || to === undefined) return;
    const goods = await trader.ship(taken.goods, this.#part(taken), to)(draft);
    this.#note(goods, [taken.goods]);
    this.lots++;
    this.#offered.push({ goods, to, sender: trader, taken });
  }

  /** Mostly received, sometimes with less than was sent; refused, or left under way. */
  async #answer(draft: Draft, { goods, to, sender, taken }: Offered): Promise<void> {
    const chance = this.#random();
    if (chance < 0.1) return;
    const sent = { sender, taken: taken.goods };
    if (chance < 0.2) {
      await to.refuse(goods, sent)(draft);
      return;
    }
    const found = chance < 0.4 ? goods.amount - kg(0.1) : goods.amount;
    await to.receive(goods, found, sent)(draft);
    this.handovers++;
    this.#held.get(to)?.push({ goods, left: found, depth: taken.depth + 1 });
  }

  async #label(draft: Draft, trader: Trader): Promise<void> {
    const packed = (this.#held.get(trader) ?? []).filter(
      ({ goods, left }) => goods.product.net > 0n && left >= kg(0.5),
    );
    const lot = packed[Math.floor(this.#random() * packed.length)];
    if (lot === undefined) return;
    const run = await trader.label(lot.goods, 2)(draft);
    lot.left -= kg(0.5);
    this.#note(run, [lot.goods]);
    this.runs.push({ ...run, lot: lot.goods.subject });
  }

  #keep(trader: Trader, goods: Goods, from: readonly Subject[], depth: number): void {
    this.#note(goods, from);
    this.lots++;
    this.#held.get(trader)?.push({ goods, left: goods.amount, depth });
  }

  #note({ subject }: Subject, from: readonly Subject[]): void {
    this.madeOf.set(
      subject,
      from.map((one) => one.subject),
    );
  }

  /** Different lots of the trader's own, near each other. */
  #choose(trader: Trader, count: number): readonly Kept[] {
    const usable = (this.#held.get(trader) ?? []).filter(({ left, depth }) => left >= CRUMBS && depth < DEEPEST);
    const near = usable.slice(-NEIGHBOURS);
    return Array.from({ length: count }, () => near.splice(Math.floor(this.#random() * near.length), 1)).flat();
  }

  /** Takes all of a lot or a part of it, in whole tens of grams. */
  #part(lot: Kept): bigint {
    const all = this.#random() < 0.3;
    const amount = all ? lot.left : BigInt(Math.ceil(Number(lot.left) * (0.3 + 0.4 * this.#random())));
    lot.left -= amount;
    return amount;
  }
}
