/**
 * The ledger's words against `protocol`'s fold (docs/ledger.md §5): a reader who has nothing but the emitted logs must come to the
 * words that lie in storage. I5 and I6 of the design's invariants.
 */
import { expect } from "chai";
import { network } from "hardhat";
import sequenceFile from "../../docs/ledger/sequence.json" with { type: "json" };
import { decodeGroup } from "../../protocol/batch.ts";
import { bytesOf, hexOf } from "../../protocol/bytes.ts";
import { type FoldMove, foldBatch, isBorn, readSeqPlace, readStamp } from "../../protocol/fold.ts";
import { entry, fixedKey, type Group, type Hex, hex, sha256 } from "../support/phone.ts";
import { primitives } from "../support/primitives.ts";
import { deployWorld, Farm, TRANSACTION_CAP, type World } from "../support/simulator.ts";

const SEEDS = [1, 2, 3, 4, 5, 6];
const BATCHES = 120;

/** A batch as its logs tell it. */
interface Read {
  readonly batch: Hex;
  readonly nonce: bigint;
  readonly seen: Hex;
  readonly stamp: Hex;
  readonly groups: Hex[];
  readonly moves: { readonly subject: string; readonly seq: number; readonly place: string; readonly word?: string }[];
  readonly blockTimeS: number;
}

describe("A reader of the logs alone", () => {
  for (const seed of SEEDS) {
    it(`folds to every word in storage, with no gap in seq and no time that falls (random farms ${seed})`, async () => {
      const world = await deployWorld(await network.create());
      const { accepted, refused, made } = await randomSeason(world, seed);

      const { words, seqs, kinds } = await foldAll(world);

      expect(accepted).to.be.greaterThan(BATCHES / 3);
      expect(refused).to.be.greaterThan(3);
      expect([...kinds].sort((a, b) => a - b)).to.deep.equal([
        ...[8, 9, 16, 17, 24, 25, 32, 33, 34, 56, 57, 58, 64, 65, 67, 88],
      ]);
      for (const subject of made) expect(words.has(subject), `${subject} was never logged`).to.equal(true);
      for (const [subject, word] of words) expect(await world.word(subject as Hex)).to.equal(word);
      for (const [, list] of seqs) expect(list).to.deep.equal(list.map((_, n) => n + 1));
    });
  }
});

describe("The words of docs/ledger/sequence.json", () => {
  it("are those of a ledger at the file's address and chain, in blocks of the file's times", async () => {
    const { chainId, ledger: address, cases, organisations, keys, words } = sequenceFile;
    const override = {
      chainId: Number(chainId),
      initialDate: "2026-01-01T00:00:00Z",
      allowBlocksWithSameTimestamp: true,
    };
    const connection = await network.create({ override });
    const { ethers } = connection;
    const world = await deployWorld(connection);
    // The contract holds no immutables: its code is the same at any address, and the authority lies in slot 0.
    await ethers.provider.send("hardhat_setCode", [address, await ethers.provider.getCode(world.home.ledger)]);
    await ethers.provider.send("hardhat_setStorageAt", [
      address,
      "0x0",
      hex(Buffer.from((await world.access.getAddress()).slice(2).padStart(64, "0"), "hex")),
    ]);
    const ledger = world.ledger.attach(address) as World["ledger"];
    for (const { roles, manager } of organisations) {
      const { x, y } = keys[manager as keyof typeof keys];
      await (await ledger.admit(roles, sha256(Buffer.of()), x, y)).wait();
    }
    for (const [subject, word] of Object.entries(words)) expect(await ledger.word(subject)).to.equal(word);

    for (const { name, in: said, bytes, batch, moves } of cases) {
      if (bytes === undefined) continue;
      await ethers.provider.send("evm_setNextBlockTimestamp", [said.recordedAtS]);
      const receipt = await (await ledger.submit([bytes], 6_000_000n, { gasLimit: TRANSACTION_CAP })).wait();

      const [accepted] = receipt === null ? [] : world.logs(receipt);
      expect(accepted?.args.batch, name).to.equal(batch);
      const last = new Map(moves?.map(({ subject, word }) => [subject, word]));
      for (const [subject, word] of last) expect(await ledger.word(subject), `${name}: ${subject}`).to.equal(word);
    }
  });
});

/** Batches by two farms, each of one to four groups of random entries on random subjects; about half are good. */
async function randomSeason(world: World, seed: number): Promise<{ accepted: number; refused: number; made: Hex[] }> {
  const random = mulberry(seed);
  const upTo = (n: number): number => Math.floor(random() * n);
  const pick = <T>(list: readonly T[], otherwise: T): T => list[upTo(list.length)] ?? otherwise;
  // Fixed keys give fixed ids, whose order decides which of two inputs comes first: the same season in every run.
  const admit = (name: string) => Farm.admit(world, { key: fixedKey(`${name} of season ${seed}`) });
  const farms = [await admit("first"), await admit("second")] as const;
  const nothing = hex(sha256(Buffer.from("nothing")));
  // Of each farm, what it made by family: so that most picks are its own, and some are not.
  const own = farms.map(() => ({
    product: [] as Hex[],
    plot: [] as Hex[],
    planting: [] as Hex[],
    lot: [] as Hex[],
    any: [] as Hex[],
    /** Consignments under way to the farm itself, with the lot of each. */
    sent: [] as (readonly [Hex, Hex])[],
  }));
  const made: Hex[] = [];
  const amount = (): bigint => BigInt(1 + upTo(4000));
  let [accepted, refused] = [0, 0];

  for (let n = 0; n < BATCHES; n++) {
    // Each farm begins with a product, a plot, a planting and a lot.
    const which = n < 8 ? n >> 2 : upTo(2);
    const farm = farms[which] ?? farms[0];
    const mine = own[n < 8 || random() < 0.95 ? which : 1 - which] ?? own[0];
    if (mine === undefined) throw new Error("two farms");
    const nonce = farm.phone.take();
    const groups: Group[] = [];
    const makes: { readonly family: "product" | "plot" | "planting" | "lot" | "any"; readonly index: number }[] = [];
    const sent: (readonly [Hex, Hex])[] = [];
    const ended = new Set<Hex>();
    let index = 0;
    const make = (family: (typeof makes)[number]["family"], making: Group["entries"][number], outputs = 1): void => {
      const more = Array.from({ length: upTo(3) }, () => pick([entry.grow(), entry.sense()], entry.note()));
      groups.push({ subject: farm.phone.newId(nonce, index), entries: [making, ...more] });
      for (let k = 0; k < outputs; k++) makes.push({ family, index: index + k });
      index += outputs;
    };
    const share = (list: readonly Hex[]) =>
      [...new Set([pick(list, nothing), pick(list, nothing)])].sort().map((id) => [id, amount()] as const);

    for (let g = 1 + upTo(4); g > 0; g--) {
      const way = n < 8 ? n % 4 : upTo(13);
      if (way === 0) make("product", entry.product({ index, net: BigInt(upTo(3)), unit: 1 }));
      else if (way === 1) make("plot", entry.plot({ index, area: 50_000_000n }));
      else if (way === 2)
        make(
          "planting",
          entry.plant({
            index,
            plot: pick(mine.plot, nothing),
            product: mine.product[upTo(10) === 0 ? 1 : 0] ?? nothing,
            area: 900_000n,
            cap: 10_000_000n,
          }),
        );
      else if (way === 3)
        make("lot", entry.origin({ index, product: pick(mine.product, nothing), amount: amount() * 10n }));
      else if (way === 4) make("lot", entry.harvest(share(mine.planting), { index }));
      else if (way === 5) {
        const ins = share(mine.lot);
        const sum = ins.reduce((total, [, of]) => total + of, 0n);
        const outs = Array.from({ length: 1 + upTo(3) }, () => [pick(mine.product, nothing), sum / 3n || 1n] as const);
        make("lot", entry.transform(ins, outs, { index }), outs.length);
      } else if (way === 6)
        make("any", entry.label({ index, lot: pick(mine.lot, nothing), count: BigInt(1 + upTo(40)) }));
      else if (way === 7) make("any", entry.member({ index, number: amount() }));
      else if (way === 8) make("any", entry.site({ index, number: amount() }));
      else if (way === 9) {
        const lot = pick(mine.lot, nothing);
        sent.push([farm.phone.newId(nonce, index), lot]);
        make("any", entry.ship({ index, lot, amount: amount(), to: farm.number }));
      } else if (way === 10)
        groups.push({ subject: pick(mine.lot, nothing), entries: [entry.discard({ amount: amount() })] });
      else if (way === 11) {
        const [subject, lot] = mine.sent.at(-1) ?? [nothing, nothing];
        groups.push({ subject, entries: [n % 2 === 0 ? entry.withdraw(lot) : entry.receive(0n), entry.sense()] });
        ended.add(subject);
      } else
        groups.push({
          subject: pick([...mine.any, farm.subject], farm.subject),
          entries: [entry.note(), entry.grow()],
        });
    }
    const outcome = await world.outcome(farm.phone.batch(groups, { nonce, seen: hex(sha256(Buffer.of(n))) }));
    if ("refused" in outcome) {
      refused++;
      continue;
    }
    accepted++;
    mine.sent = [...mine.sent, ...sent].filter(([id]) => !ended.has(id));
    for (const { family, index: at } of makes) {
      const id = farm.phone.newId(nonce, at);
      own[which]?.[family].push(id);
      if (family !== "any") own[which]?.any.push(id);
      made.push(id);
    }
  }
  return { accepted, refused, made };
}

/** Folds all that the ledger ever logged, batch by batch in the order of the chain, and compares each move on the way. */
async function foldAll(world: World) {
  const kinds = new Set<number>();
  const words = new Map<string, string>();
  const seqs = new Map<string, number[]>();
  let timeS = 0;
  for (const subject of [1, 2].map((n) => hex(Buffer.from(n.toString(16).padStart(64, "0"), "hex")))) {
    // An organisation is born at its admission, before any entry.
    words.set(subject, birthOf(world, subject));
  }
  for (const one of await batchesOf(world)) {
    const stamp = readStamp(bytesOf(one.stamp));
    expect(stamp.recordedAtS).to.equal(one.blockTimeS);
    expect(stamp.recordedAtS).to.be.at.least(timeS);
    timeS = stamp.recordedAtS;
    const header = {
      version: 1,
      chainId: world.home.chainId,
      ledger: bytesOf(world.home.ledger),
      recorder: stamp.recorder,
      nonce: one.nonce,
      seen: bytesOf(one.seen),
    };
    const groups = one.groups.map((bytes) => decodeGroup(bytesOf(bytes)));
    for (const { kind } of groups.flatMap(({ entries }) => entries)) kinds.add(kind);

    const folded = await foldBatch(primitives, { header, groups }, stamp, (id) => {
      const word = words.get(hexOf(id));
      return word === undefined ? null : bytesOf(word);
    });

    expect(hexOf(folded.hash)).to.equal(one.batch);
    expect(one.moves).to.deep.equal(folded.moves.map(told));
    for (const { subject, word, seq } of folded.moves) {
      expect(isBorn(word)).to.equal(true);
      words.set(hexOf(subject), hexOf(word));
      seqs.set(hexOf(subject), [...(seqs.get(hexOf(subject)) ?? []), seq]);
    }
  }
  return { words, seqs, kinds };
}

function told({ subject, seq, group, entry: touching, word }: FoldMove): Read["moves"][number] {
  const place = `${group}/${touching ?? "own"}`;
  return { subject: hexOf(subject), seq, place, ...(touching === null ? {} : { word: hexOf(word) }) };
}

async function batchesOf(world: World): Promise<Read[]> {
  const logs = await world.ethers.provider.getLogs({ address: world.home.ledger, fromBlock: 0 });
  const read: Read[] = [];
  for (const log of logs) {
    const parsed = world.ledger.interface.parseLog(log);
    if (parsed === null) continue;
    const { name, args } = parsed;
    if (name === "Accepted") {
      const block = await world.ethers.provider.getBlock(log.blockNumber);
      const { batch, nonce, seen, stamp } = args.toObject();
      read.push({ batch, nonce, seen, stamp, groups: [], moves: [], blockTimeS: block?.timestamp ?? 0 });
    }
    const current = read.at(-1);
    if (current === undefined || (name !== "Recorded" && name !== "Touched")) continue;
    expect(args.batch).to.equal(current.batch);
    const { seq, group, entry: touching } = readSeqPlace(args.seqPlace as bigint);
    const word = name === "Touched" ? { word: args.word as string } : {};
    current.moves.push({ subject: args.subject as string, seq, place: `${group}/${touching ?? "own"}`, ...word });
    if (name === "Recorded") current.groups.push(args.group as Hex);
  }
  return read;
}

function birthOf(world: World, subject: Hex): Hex {
  const { chainId, ledger } = world.home;
  const parts = [
    Buffer.from("furrow/1"),
    Buffer.from(chainId.toString(16).padStart(16, "0"), "hex"),
    Buffer.from(bytesOf(ledger)),
    Buffer.from(bytesOf(subject)),
  ];
  return `${hex(sha256(...parts).subarray(0, 28))}00000000`;
}

/** A small generator of numbers in 0 … 1 that gives the same ones for the same seed. */
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
