/**
 * Scenes whose gas is kept in test/contracts/gas.json: whole transactions, on a ledger with one farm whose keys are fixed, so that
 * every number is the same in every run.
 */
import { entry, fixedKey, type Group, type Hex, hex, type Signed, sha256 } from "./phone.ts";
import { type Actor, playCertificates } from "./scenes-certify.ts";
import { playHandovers } from "./scenes-handover.ts";
import { deployWorld, Farm, GAS_EACH, type World } from "./simulator.ts";

export type { Scene };
export { playScenes };

interface Scene {
  /** Of the whole transaction that submits it. */
  readonly gas: number;
  readonly records: number;
  /** Bytes of calldata, and 40 gas for each and the transaction's own 21,000: the least that calldata may cost. */
  readonly calldata: number;
  readonly floor: number;
}

const SEEN = hex(sha256(Buffer.from("the newest final block")));

async function playScenes(connection: Parameters<typeof deployWorld>[0]): Promise<Record<string, Scene>> {
  const world = await deployWorld(connection);
  const farm = await Farm.admit(world, { key: fixedKey("manager") });
  const scenes = new Scenes(world, farm);
  const product = await farm.product({ net: 250n });
  const lots = await scenes.lots(product, 100);
  const [lot = farm.subject] = lots;
  const first = await farm.planting(product);
  const second = await farm.planting(product);
  const plot = await farm.plot();

  await scenes.parties();
  await scenes.alone("NOTE", lot, entry.note());
  await scenes.observations(lots);
  await scenes.made("PRODUCT", entry.product());
  await scenes.made("MEMBER", entry.member());
  await scenes.made("PLOT", entry.plot());
  await scenes.made("ORIGIN", entry.origin({ product, amount: 1000n }));
  await scenes.made("PLANT", entry.plant({ plot, product, area: 1000n, cap: 1000n }));
  await scenes.made("HARVEST of 1 planting", entry.harvest([[first, 1000n]]));
  await scenes.made("HARVEST of 1 planting, again", entry.harvest([[first, 1000n]]));
  await scenes.made("HARVEST of 2 plantings", entry.harvest(shares([first, second], 1000n)));
  await scenes.made("TRANSFORM 1 to 1", entry.transform([[lot, 10n]], [[product, 9n]]));
  await scenes.made("TRANSFORM 2 to 1", entry.transform(shares(lots.slice(0, 2), 10n), [[product, 9n]]));
  // prettier-ignore
  await scenes.made("TRANSFORM 1 to 2", entry.transform([[lot, 10n]], [[product, 5n], [product, 4n]]));
  await scenes.made("LABEL", entry.label({ lot, count: 40n }));
  await scenes.large({ product, planting: first, lots });
  await scenes.together(lot);
  await scenes.corrections({ product, planting: first, lot });
  const third = await scenes.thirdParty({ product, lots });
  await playCertificates(scenes, third, product);
  await playHandovers(scenes, third, product);
  return scenes.played;
}

function shares(ids: readonly Hex[], amount: bigint): (readonly [Hex, bigint])[] {
  return [...ids].sort().map((id) => [id, amount] as const);
}

class Scenes implements Actor {
  readonly played: Record<string, Scene>;
  readonly farm: Farm;
  readonly #world: World;

  constructor(world: World, farm: Farm, played: Record<string, Scene> = {}) {
    this.#world = world;
    this.farm = farm;
    this.played = played;
  }

  /** Lots from outside, by the manager's first hundred nonces. */
  async lots(product: Hex, count: number): Promise<Hex[]> {
    const { phone } = this.farm;
    const nonce = phone.take();
    const ids = Array.from({ length: count }, (_, index) => phone.newId(nonce, index));
    const groups = ids.map((subject, index) => ({
      subject,
      entries: [entry.origin({ index, product, amount: 1_000_000n })],
    }));
    await this.#play(`${count} × ORIGIN in one batch`, [phone.batch(groups, { nonce, seen: SEEN })], count);
    return ids;
  }

  async parties(): Promise<void> {
    const { subject } = this.farm;
    const phone = await this.farm.enrol({ key: fixedKey("worker") });
    const groups = [{ subject, entries: [entry.note()] }];
    await this.#play("NOTE alone, first of 256 nonces", [phone.batch(groups, { seen: SEEN })]);
    await this.alone("ENROL", subject, entry.enrol(0, fixedKey("another worker")));
    await this.alone("EXPEL", subject, entry.expel(phone.recorder));
  }

  async alone(name: string, subject: Hex, ...entries: Group["entries"]): Promise<void> {
    await this.#play(`${name} alone`, [this.#batch([{ subject, entries }])]);
  }

  async observations(lots: readonly Hex[]): Promise<void> {
    const [lot = this.farm.subject] = lots;
    const grow = (times: number) => Array.from({ length: times }, () => entry.grow());
    await this.alone("GROW", lot, entry.grow());
    for (const times of [10, 100, 300]) {
      await this.#play(`${times} × GROW, 1 lot`, [this.#batch([{ subject: lot, entries: grow(times) }])], times);
    }
    for (const [each, of] of [
      [10, 10],
      [1, 100],
    ] as const) {
      const groups = lots.slice(0, of).map((subject) => ({ subject, entries: grow(each) }));
      await this.#play(`${each * of} × GROW, ${of} lots`, [this.#batch(groups)], each * of);
    }
  }

  async made(name: string, making: Group["entries"][number]): Promise<Hex> {
    const { phone } = this.farm;
    const nonce = phone.take();
    const subject = phone.newId(nonce);
    await this.#play(name, [phone.batch([{ subject, entries: [making] }], { nonce, seen: SEEN })]);
    return subject;
  }

  async groups(name: string, groups: readonly Group[], nonce = this.farm.phone.take()): Promise<void> {
    const records = groups.reduce((sum, { entries }) => sum + entries.length, 0);
    await this.#play(name, [this.farm.phone.batch(groups, { nonce, seen: SEEN })], records);
  }

  /** The largest that a batch may hold by its bytes and by the 12 million gas that a phone keeps to. */
  async large({ product, planting, lots }: { product: Hex; planting: Hex; lots: readonly Hex[] }): Promise<void> {
    const { phone } = this.farm;
    const nonce = phone.take();
    const groups = Array.from({ length: 133 }, (_, index) => ({
      subject: phone.newId(nonce, index),
      entries: [entry.harvest([[planting, 10n]], { index })],
    }));
    await this.#play("133 × HARVEST in one batch", [phone.batch(groups, { nonce, seen: SEEN })], 133);
    const more = await this.lots(product, 101);
    const outs = Array.from({ length: 32 }, () => [product, 1n] as const);
    await this.made("TRANSFORM 200 to 32", entry.transform(shares([...lots, ...more].slice(0, 200), 10n), outs));
  }

  async together(subject: Hex): Promise<void> {
    const notes = Array.from({ length: 10 }, () => this.#batch([{ subject, entries: [entry.note()] }]));
    await this.#play("10 batches of one NOTE in one call", notes, 10, 1_000_000n);
    const [first] = notes;
    await this.#play("1 batch that is rejected, its nonce being spent", first === undefined ? [] : [first]);
  }

  /** A correction of each sort, and as many of the dearest sort as the bytes of a batch hold. */
  async corrections({ product, planting, lot }: { product: Hex; planting: Hex; lot: Hex }): Promise<void> {
    const farm = this.farm;
    await this.alone("CORRECT in words", lot, entry.correct());
    await this.alone("CORRECT of an ORIGIN", lot, entry.correct({ own: -1n }));
    const harvested = await farm.make(entry.harvest([[planting, 100n]]));
    await this.alone("CORRECT of a HARVEST", harvested, entry.correct({ own: -1n, other: planting, others: -1n }));
    const made = await farm.make(entry.transform([[lot, 100n]], [[product, 90n]]));
    await this.alone("CORRECT of a TRANSFORM", made, entry.correct({ own: -1n, other: lot, others: -1n }));
    const plantings = await this.#plantings(product, 248);
    const groups = plantings.map(([subject, other]) => ({
      subject,
      entries: [entry.correct({ own: -1n, other, others: -1n })],
    }));
    const [one] = groups;
    if (one !== undefined) await this.#play("CORRECT of a PLANT alone", [this.#batch([one])]);
    await this.#play("248 × CORRECT of a PLANT in one batch", [this.#batch(groups)], groups.length);
  }

  /** Each on a plot of its own: planting and plot. */
  async #plantings(product: Hex, count: number): Promise<(readonly [Hex, Hex])[]> {
    const { phone } = this.farm;
    const pairs: (readonly [Hex, Hex])[] = [];
    while (pairs.length < count) {
      const nonce = phone.take();
      const groups: Group[] = [];
      for (let index = 0; index < 100 && pairs.length < count; index += 2) {
        const [plot, subject] = [phone.newId(nonce, index), phone.newId(nonce, index + 1)];
        groups.push({ subject: plot, entries: [entry.plot({ index })] });
        const planting = entry.plant({ index: index + 1, plot, product, area: 1000n, cap: 0n });
        groups.push({ subject, entries: [planting] });
        pairs.push([subject, plot]);
      }
      await this.#world.accepted(phone.batch(groups, { nonce, seen: SEEN }));
    }
    return pairs;
  }

  /** What an organisation writes of what the farm holds. */
  async thirdParty({ product, lots }: { product: Hex; lots: readonly Hex[] }): Promise<Scenes> {
    const farm = this.farm;
    const third = await Farm.admit(this.#world, { key: fixedKey("third party") });
    await third.write(third.subject, entry.note());
    const its = new Scenes(this.#world, third, this.played);
    const [lot = product] = lots;
    await its.alone("TEST", lot, entry.test());
    await its.alone("INSPECT", lot, entry.inspect());
    await its.alone("ATTEST", lot, entry.attest());
    const tests = lots.map((subject) => ({ subject, entries: [entry.test()] }));
    await its.#play("100 × TEST, 100 lots", [its.#batch(tests)], tests.length);
    const beneficiary = farm.number;
    await its.made("CERTIFY of 1 product", entry.certify({ beneficiary, scope: [product] }));
    const plots = (await this.#plantings(product, 100)).map(([, plot]) => plot).sort();
    const nonce = third.phone.take();
    const groups = Array.from({ length: 4 }, (_, index) => ({
      subject: third.phone.newId(nonce, index),
      entries: [entry.certify({ index, beneficiary, scope: plots })],
    }));
    await its.made("CERTIFY of 100 plots", entry.certify({ beneficiary, scope: plots }));
    await its.#play("4 × CERTIFY of 100 plots in one batch", [third.phone.batch(groups, { nonce, seen: SEEN })], 4);
    return its;
  }

  #batch(groups: readonly Group[]): Signed {
    return this.farm.phone.batch(groups, { seen: SEEN });
  }

  async #play(name: string, batches: readonly Signed[], records = 1, gasEach = GAS_EACH): Promise<void> {
    const receipt = await this.#world.submit(batches, gasEach);
    const refused = this.#world.outcomes(receipt).find((it) => "refused" in it);
    if (refused !== undefined && !name.includes("rejected"))
      throw new Error(`${name}: ${refused.refused}(${refused.args.join(", ")})`);
    const sent = await receipt.getTransaction();
    const calldata = (sent.data.length - 2) / 2;
    this.played[name] = { gas: Number(receipt.gasUsed), records, calldata, floor: 40 * calldata + 21_000 };
  }
}
