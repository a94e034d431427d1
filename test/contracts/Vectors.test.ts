/**
 * The vectors of docs/ledger/*.json on a real ledger. Heads depend on the ledger's own address and on the block's time, so each
 * batch is signed again for this ledger with the scalars of the file, and its moves are those of `protocol`'s fold.
 */
import { p256 } from "@noble/curves/nist.js";
import { expect } from "chai";
import { network } from "hardhat";
import batchFile from "../../docs/ledger/batch.json" with { type: "json" };
import entryFile from "../../docs/ledger/entry.json" with { type: "json" };
import sequenceFile from "../../docs/ledger/sequence.json" with { type: "json" };
import { encodeGroup, newSubjectId, organisationId } from "../../protocol/batch.ts";
import { bytesOf, concat, hexOf, uint } from "../../protocol/bytes.ts";
import { foldBatch, readSeqPlace } from "../../protocol/fold.ts";
import { kinds } from "../../protocol/kinds/all.ts";
import { REASONS } from "../../protocol/ledger-abi.ts";
import { leafHash, treeRoot } from "../../protocol/merkle.ts";
import { estimateGas } from "../../protocol/pack.ts";
import { lowS } from "../../protocol/sign.ts";
import { type Hex, hex, sha256 } from "../support/phone.ts";
import { primitives } from "../support/primitives.ts";
import { deployWorld, type World } from "../support/simulator.ts";
import type { GroupIn, VectorCase } from "../support/vectors.ts";
import { groupOf } from "../support/vectors.ts";

const EVERY_ROLE = 255;
const DOCUMENT = hex(sha256(Buffer.from("a public document")));
/** Kinds that name subjects: ORIGIN, PLANT, HARVEST, TRANSFORM, SHIP, APPLY, CERTIFY, LABEL. */
const NAMING: ReadonlySet<number> = new Set([24, 25, 56, 57, 64, 72, 73, 88]);
/** Kinds that ask for a sort of subject which the organisation's own is not: DISCARD, PROMISE, VOID, RECALL, RELEASE. */
const SORTING: ReadonlySet<number> = new Set([58, 80, 89, 96, 97]);
const SEEN = new Uint8Array(32);

interface KeyIn {
  readonly testOnlyScalar: string;
  readonly x: string;
  readonly y: string;
  readonly recorder: string;
}

/** header ‖ groups ‖ signature for this ledger, whatever the groups are. */
async function signedHere(
  world: World,
  key: KeyIn,
  of: { nonce: bigint; seen?: Uint8Array; body: Uint8Array; leaves: readonly Uint8Array[] },
): Promise<Hex> {
  const ground = concat(uint(1, 1), uint(world.home.chainId, 8), bytesOf(world.home.ledger), bytesOf(key.recorder));
  const header = concat(ground, uint(of.nonce, 8), of.seen ?? SEEN);
  const root = of.leaves.length === 0 ? SEEN : await treeRoot(primitives, of.leaves);
  const signature = lowS(p256.sign(concat(header, root), bytesOf(key.testOnlyScalar)));
  return hexOf(concat(header, of.body, signature));
}

/** Leaves of groups by their lengths alone; none when they do not fill the body. */
async function leavesOf(body: Uint8Array): Promise<Uint8Array[]> {
  const leaves: Uint8Array[] = [];
  for (let at = 0; at < body.length;) {
    const length = Number(`0x0${hexOf(body.slice(at + 32, at + 36)).slice(2)}`);
    if (at + 36 > body.length || at + 36 + length > body.length) return [];
    leaves.push(await leafHash(primitives, body.slice(at, at + 36 + length)));
    at += 36 + length;
  }
  return leaves;
}

/** The problem that the ledger's reason is; "nothing" when it accepted. */
async function problemOf(world: World, batch: Hex): Promise<string> {
  const outcome = await world.outcome(batch);
  if (!("refused" in outcome)) return "nothing";
  return (REASONS as Readonly<Record<string, string>>)[outcome.refused] ?? `an unknown reason ${outcome.refused}`;
}

/** A note on the organisation's own subject: from then on it has a move that can be corrected. */
async function firstMove(world: World, key: KeyIn, number: number): Promise<void> {
  const note = concat(uint(34, 1), new Uint8Array(39));
  const body = concat(organisationId(number), uint(note.length, 4), note);
  await world.accepted(await signedHere(world, key, { nonce: 0n, body, leaves: await leavesOf(body) }));
}

async function admit(world: World, roles: number, { x, y }: KeyIn): Promise<number> {
  await (await world.ledger.admit(roles, DOCUMENT, x, y)).wait();
  return Number(await world.ledger.organisations());
}

describe("The season of docs/ledger/sequence.json", () => {
  const costs: { name: string; gas: number; estimate: number }[] = [];

  it("is accepted and refused batch by batch, with the words that protocol folds", async () => {
    const world = await deployWorld(await network.create());
    const keys: Readonly<Record<string, KeyIn>> = sequenceFile.keys;
    for (const { roles, manager } of sequenceFile.organisations) {
      const key = keys[manager];
      if (key !== undefined) await admit(world, roles, key);
    }

    for (const one of sequenceFile.cases) {
      const said = one.in as unknown as {
        by: string;
        organisation: number;
        nonce: string;
        seen: string;
        groups: GroupIn[];
      };
      const key = keys[said.by];
      if (key === undefined) throw new Error(`no key of ${said.by}`);
      const groups = said.groups.map(groupOf);
      const body = concat(...groups.map((group) => encodeGroup(group)));
      const [nonce, seen] = [BigInt(said.nonce), bytesOf(said.seen)];
      const batch = await signedHere(world, key, { nonce, seen, body, leaves: await leavesOf(body) });
      if (one.problem !== undefined) {
        const outcome = await world.outcome(batch);
        expect("refused" in outcome && outcome.refused, one.name).to.equal(one.reason);
        continue;
      }

      const before = new Map<string, Uint8Array>();
      const touched = [...(one.moves ?? []), ...(one.births ?? [])];
      for (const { subject } of touched) before.set(subject, bytesOf(await world.word(subject as Hex)));
      const receipt = await world.accepted(batch);
      costs.push({ name: one.name, gas: Number(receipt.gasUsed), estimate: estimateGas(groups) });

      const { timestamp: recordedAtS } = await receipt.getBlock();
      const ground = { version: 1, chainId: world.home.chainId, ledger: bytesOf(world.home.ledger) };
      const header = { ...ground, recorder: bytesOf(key.recorder), nonce, seen };
      const by = { organisation: said.organisation, recordedAtS };
      const { hash, moves } = await foldBatch(
        primitives,
        { header, groups },
        by,
        (id) => before.get(hexOf(id)) ?? null,
      );
      const logged = world.logs(receipt).flatMap(({ name, args }) => {
        if (name !== "Recorded" && name !== "Touched") return [];
        return [
          { subject: args.subject as string, batch: args.batch as string, ...readSeqPlace(args.seqPlace as bigint) },
        ];
      });
      expect(logged, one.name).to.deep.equal(
        moves.map(({ subject, seq, group, entry }) => ({
          subject: hexOf(subject),
          batch: hexOf(hash),
          seq,
          group,
          entry,
        })),
      );
      const last = new Map(moves.map(({ subject, word }) => [hexOf(subject), hexOf(word)]));
      for (const [subject, word] of last) expect(await world.word(subject), one.name).to.equal(word);
    }
  });

  it("costs no more than protocol/gas.ts estimates, and not much less", () => {
    expect(costs).to.have.length.above(50);
    for (const { name, gas, estimate } of costs) {
      expect(gas, name).to.be.at.most(estimate);
      expect(estimate, name).to.be.at.most(1.6 * gas);
    }
  });
});

describe("The refused vectors", () => {
  const manager: KeyIn = batchFile.keys.manager;
  const picker: KeyIn = batchFile.keys.picker;
  let world: World;
  let organisation: number;
  let nonce = 100n;

  before(async () => {
    world = await deployWorld(await network.create());
    // The batches of the file are the picker's, on organisation 1.
    await firstMove(world, picker, await admit(world, EVERY_ROLE, picker));
    organisation = await admit(world, EVERY_ROLE, manager);
    await firstMove(world, manager, organisation);
  });

  for (const { name, in: bytes, problem } of entryFile.cases as readonly VectorCase[]) {
    if (problem === undefined) continue;
    it(`refuse an entry as ${problem}: ${name}`, async () => {
      const entry = bytesOf(bytes as string);
      const making = Object.values(kinds).some((kind) => kind.making && kind.number === entry[0]);
      const index = entry.length >= 42 ? Number(BigInt(hexOf(entry.slice(40, 42)))) : 0;
      const id = await newSubjectId(primitives, bytesOf(manager.recorder), ++nonce, index);
      const body = concat(making ? id : organisationId(organisation), uint(entry.length, 4), entry);

      const batch = await signedHere(world, manager, { nonce, body, leaves: await leavesOf(body) });

      // Kinds that name subjects name some that this ledger has not, and others ask for a sort: it may say that first.
      const kind = entry[0] ?? 0;
      const said = [problem];
      if (NAMING.has(kind)) said.push("subject-unknown");
      if (SORTING.has(kind)) said.push("wrong-sort");
      expect(said).to.include(await problemOf(world, batch));
    });
  }

  for (const { name, in: said, problem } of batchFile.cases as readonly VectorCase[]) {
    if (problem === undefined || problem === "signature-wrong") continue;
    it(`refuse a batch as ${problem}: ${name}`, async () => {
      const sent = bytesOf(said as string);
      const body = sent.slice(89, -64);

      const signed = bytesOf(await signedHere(world, picker, { nonce: 7n, body, leaves: await leavesOf(body) }));

      // Its own version, and as many bytes as it has.
      const batch = hexOf(concat(sent.slice(0, 1), signed.slice(1)).slice(0, sent.length));
      expect(await problemOf(world, batch)).to.equal(problem);
    });
  }
});
