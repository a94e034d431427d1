/** The operator's acts (docs/ledger.md §8) and what they cannot do: I15, and the part of I8 that is about organisations. */
import { expect } from "chai";
import { ZeroAddress, ZeroHash } from "ethers";
import { network } from "hardhat";
import { entry, freshKey, hex, Phone, sha256 } from "../support/phone.ts";
import { deployLibraries, deployWorld, Farm, organisationSubject, type World } from "../support/simulator.ts";

const FOR_EVER = 2n ** 64n - 1n;
const REASON = hex(sha256(Buffer.from("a public document")));

describe("The operator", () => {
  let world: World;

  before(async () => {
    world = await deployWorld(await network.create());
  });

  /** Acts that one call logged: act, roles, content, x, y, untilBlock. */
  async function acts(sent: Promise<{ wait(): Promise<unknown> }>): Promise<unknown[][]> {
    const receipt = await (await sent).wait();
    return world.logs(receipt as Parameters<World["logs"]>[0]).map(({ args }) => [...args]);
  }

  it("admits organisations with running numbers and their first manager's key, each act logged", async () => {
    const { x, y } = freshKey();
    const number = (await world.ledger.organisations()) + 1n;
    const subject = organisationSubject(Number(number));

    const logged = await acts(world.ledger.admit(3, REASON, x, y));

    expect(logged).to.deep.equal([
      [subject, 1n, 3n, REASON, ZeroHash, ZeroHash, FOR_EVER],
      [subject, 5n, 3n, REASON, x, y, FOR_EVER],
    ]);
    expect([...(await world.ledger.organisation(number))]).to.deep.equal([3n, 1n, FOR_EVER]);
    expect(await world.ledger.organisations()).to.equal(number);
  });

  it("admits without a key, and sets one later", async () => {
    const key = freshKey();
    await acts(world.ledger.admit(1, REASON, ZeroHash, ZeroHash));
    const number = await world.ledger.organisations();

    const logged = await acts(world.ledger.setManagerKey(number, key.x, key.y, REASON));

    const phone = new Phone(world.home, key);
    expect(logged).to.deep.equal([[organisationSubject(Number(number)), 5n, 1n, REASON, key.x, key.y, FOR_EVER]]);
    expect([...(await world.ledger.recorder(phone.recorder))]).to.deep.equal([number, 1n, FOR_EVER, key.x, key.y]);
  });

  it("bears the organisation's word, from which its log can be folded", async () => {
    const farm = await Farm.admit(world);
    const { chainId, ledger } = world.home;
    const hashed = Buffer.concat([
      Buffer.from("furrow/1"),
      Buffer.from(chainId.toString(16).padStart(16, "0"), "hex"),
      Buffer.from(`${ledger}${farm.subject.slice(2)}`.slice(2), "hex"),
    ]);

    expect(await world.word(farm.subject)).to.equal(`${hex(sha256(hashed).subarray(0, 28))}00000000`);
  });

  it("replaces a lost manager's key, which ends no other key", async () => {
    const farm = await Farm.admit(world);
    const key = freshKey();

    await acts(world.ledger.setManagerKey(farm.number, key.x, key.y, REASON));

    const manager = new Phone(world.home, key);
    await world.accepted(manager.batch([{ subject: farm.subject, entries: [entry.expel(farm.phone.recorder)] }]));
    expect(
      await world.outcome(farm.phone.batch([{ subject: farm.subject, entries: [entry.note()] }])),
    ).to.have.property("refused", "RecorderEnded");
  });

  it("sets roles, which count from then on", async () => {
    const farm = await Farm.admit(world, { roles: 1 });
    await farm.plot();

    const logged = await acts(world.ledger.setRoles(farm.number, 64, REASON));

    expect(logged).to.deep.equal([[farm.subject, 2n, 64n, REASON, ZeroHash, ZeroHash, FOR_EVER]]);
    const nonce = farm.phone.take();
    const batch = farm.phone.batch([{ subject: farm.phone.newId(nonce), entries: [entry.plot()] }], { nonce });
    expect(await world.outcome(batch)).to.have.property("refused", "NoRole");
  });

  it("stops an organisation from the next block on, and restarts it", async () => {
    const farm = await Farm.admit(world);
    const note = () => farm.phone.batch([{ subject: farm.subject, entries: [entry.note()] }]);

    const stopped = await acts(world.ledger.stop(farm.number, REASON));

    const block = BigInt(await world.ethers.provider.getBlockNumber());
    expect(stopped).to.deep.equal([[farm.subject, 3n, 255n, REASON, ZeroHash, ZeroHash, block]]);
    expect([...(await world.ledger.organisation(farm.number))]).to.deep.equal([255n, 2n, block]);
    expect(await world.outcome(note())).to.have.property("refused", "OrganisationStopped");

    const restarted = await acts(world.ledger.restart(farm.number, REASON));

    expect(restarted).to.deep.equal([[farm.subject, 4n, 255n, REASON, ZeroHash, ZeroHash, FOR_EVER]]);
    await world.accepted(note());
  });

  it("may write to the end of the block in which an organisation is stopped", async () => {
    const farm = await Farm.admit(world);
    const note = farm.phone.batch([{ subject: farm.subject, entries: [entry.note()] }]);

    const [, receipt] = await world.together([
      () => world.ledger.stop(farm.number, REASON),
      (options) => world.ledger.submit([note.bytes], 1_000_000n, options),
    ]);

    expect(receipt && world.outcomes(receipt)).to.deep.equal([{ batch: note.hash }]);
  });

  it("moves no head by any act (I15)", async () => {
    const farm = await Farm.admit(world);
    const product = await farm.product({ net: 1n });
    const lot = await farm.lot(product);
    const subjects = [farm.subject, product, lot];
    const words = await Promise.all(subjects.map((id) => world.word(id)));
    const { x, y } = freshKey();

    await acts(world.ledger.setRoles(farm.number, 1, REASON));
    await acts(world.ledger.stop(farm.number, REASON));
    await acts(world.ledger.restart(farm.number, REASON));
    await acts(world.ledger.setManagerKey(farm.number, x, y, REASON));
    await acts(world.ledger.admit(255, REASON, ZeroHash, ZeroHash));

    expect(await Promise.all(subjects.map((id) => world.word(id)))).to.deep.equal(words);
  });

  it("is nobody but whom the AccessManager names, for every act", async () => {
    const [, stranger] = await world.ethers.getSigners();
    const theirs = world.ledger.connect(stranger ?? null);
    const { x, y } = freshKey();

    for (const act of [
      theirs.admit(1, REASON, x, y),
      theirs.setRoles(1, 1, REASON),
      theirs.stop(1, REASON),
      theirs.restart(1, REASON),
      theirs.setManagerKey(1, x, y, REASON),
    ]) {
      await expect(act).to.be.revertedWithCustomError(world.ledger, "AccessManagedUnauthorized");
    }
  });

  it("has no other act: what the ledger restricts is these five, and nothing but a batch writes besides", () => {
    const writes: string[] = [];
    world.ledger.interface.forEachFunction((it) => {
      if (!it.constant) writes.push(it.name);
    });

    expect(writes.sort()).to.deep.equal(
      ["admit", "setRoles", "stop", "restart", "setManagerKey", "submit", "applyBatch", "setAuthority"].sort(),
    );
  });

  it("is told which organisation, role or key is wrong", async () => {
    const { ledger } = world;
    const farm = await Farm.admit(world);
    const nobody = (await ledger.organisations()) + 1n;
    const { x, y } = farm.phone.key;

    for (const act of [
      ledger.setRoles(nobody, 1, REASON),
      ledger.stop(nobody, REASON),
      ledger.restart(0, REASON),
      ledger.setManagerKey(nobody, x, y, REASON),
    ]) {
      await expect(act).to.be.revertedWithCustomError(ledger, "OrganisationUnknown");
    }
    await expect(ledger.admit(256, REASON, x, y))
      .to.be.revertedWithCustomError(ledger, "RolesUnknown")
      .withArgs(256);
    await expect(ledger.setRoles(farm.number, 511, REASON)).to.be.revertedWithCustomError(ledger, "RolesUnknown");
    await expect(ledger.setManagerKey(farm.number, x, y, REASON)).to.be.revertedWithCustomError(
      ledger,
      "RecorderBound",
    );
    await expect(ledger.admit(1, REASON, x, x)).to.be.revertedWithCustomError(ledger, "NotOnCurve");
  });

  it("can be held by a delay: an act that must wait is refused until it was scheduled", async () => {
    const { ledger, access } = world;
    const [, board] = await world.ethers.getSigners();
    const role = 7n;
    await (await access.setTargetFunctionRole(ledger, [ledger.interface.getFunction("stop").selector], role)).wait();
    await (await access.grantRole(role, board ?? ZeroAddress, 3600)).wait();
    const farm = await Farm.admit(world);
    const call = ledger.interface.encodeFunctionData("stop", [farm.number, REASON]);

    await expect(ledger.connect(board ?? null).stop(farm.number, REASON)).to.be.revert(world.ethers);

    await (await access.connect(board ?? null).schedule(ledger, call, 0)).wait();
    await world.ethers.provider.send("evm_increaseTime", [3601]);
    await (await access.connect(board ?? null).execute(ledger, call)).wait();
    expect((await ledger.organisation(farm.number)).state).to.equal(2n);
  });

  it("cannot deploy on a chain without the P-256 precompile", async () => {
    const old = await network.create({ override: { hardfork: "cancun" } });
    const libraries = await deployLibraries(old);
    const access = await old.ethers.deployContract("AccessManager", [(await old.ethers.getSigners())[0]]);

    await expect(old.ethers.deployContract("Ledger", [access], { libraries })).to.be.revert(old.ethers);
  });
});

describe("A key", () => {
  let world: World;
  let farm: Farm;

  before(async () => {
    world = await deployWorld(await network.create());
    farm = await Farm.admit(world);
  });

  it("that a manager enrolled writes at once, even in the same block", async () => {
    const phone = new Phone(world.home, freshKey());
    const enrol = farm.phone.batch([{ subject: farm.subject, entries: [entry.enrol(0, phone.key)] }]);
    const first = phone.batch([{ subject: farm.subject, entries: [entry.note()] }]);

    const outcomes = world.outcomes(await world.submit([first, enrol, first]));

    expect(outcomes.map((it) => ("batch" in it ? it.batch : it.refused))).to.deep.equal([
      "RecorderUnknown",
      enrol.hash,
      first.hash,
    ]);
  });

  it("that is expelled writes to the end of its block, and never after (I8)", async () => {
    const phone = await farm.enrol();
    const subject = farm.subject;
    const expel = farm.phone.batch([{ subject, entries: [entry.expel(phone.recorder)] }]);
    const [same, later] = [0, 1].map(() => phone.batch([{ subject, entries: [entry.note()] }]));

    const receipt = await world.submit([expel, ...(same ? [same] : [])]);

    expect(world.outcomes(receipt).every((it) => "batch" in it)).to.equal(true);
    expect((await world.ledger.recorder(phone.recorder)).untilBlock).to.equal(BigInt(receipt.blockNumber));
    expect(later && (await world.outcome(later))).to.have.property("refused", "RecorderEnded");
  });

  it("that is expelled stays bound to its organisation, and nobody enrols it again", async () => {
    const phone = await farm.enrol();
    await farm.write(farm.subject, entry.expel(phone.recorder));
    const other = await Farm.admit(world);

    for (const by of [farm, other]) {
      const again = by.phone.batch([{ subject: by.subject, entries: [entry.enrol(0, phone.key)] }]);
      expect(await world.outcome(again)).to.have.property("refused", "RecorderBound");
    }
  });

  it("of a manager makes managers, and each of them may end the first", async () => {
    const second = await farm.enrol({ manager: true });
    const third = new Phone(world.home, freshKey());

    await world.accepted(second.batch([{ subject: farm.subject, entries: [entry.enrol(1, third.key)] }]));

    await world.accepted(third.batch([{ subject: farm.subject, entries: [entry.expel(second.recorder)] }]));
    expect((await world.ledger.recorder(third.recorder)).flags).to.equal(1n);
  });

  it("is named by the first 20 bytes of sha256 of its point", async () => {
    const { key, recorder } = farm.phone;
    const point = Buffer.from(`${key.x}${key.y.slice(2)}`.slice(2), "hex");

    expect(recorder).to.equal(hex(sha256(point)).slice(0, 42));
    expect((await world.ledger.recorder(recorder)).organisation_).to.equal(BigInt(farm.number));
  });
});
