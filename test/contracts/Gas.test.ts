/**
 * What the ledger costs, compared to the unit with test/contracts/gas.json, which `npm run gas` writes: a change of it is part of
 * a change of the contracts, and is seen in review.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { expect } from "chai";
import { artifacts, network } from "hardhat";
import { playScenes, type Scene } from "../support/scenes.ts";
import { LIBRARIES } from "../support/simulator.ts";

const SNAPSHOT = new URL("./gas.json", import.meta.url);
/** EIP-170. */
const CODE_LIMIT = 24_576;
const CONTRACTS = ["Ledger", ...LIBRARIES];
/** EIP-7825. */
const TRANSACTION_CAP = 16_777_216;

describe("What the ledger costs", () => {
  let scenes: Record<string, Scene>;
  let bytes: Record<string, number>;

  before(async () => {
    scenes = await playScenes(await network.create());
    bytes = {};
    for (const name of CONTRACTS) {
      const { deployedBytecode } = await artifacts.readArtifact(name);
      bytes[name] = (deployedBytecode.length - 2) / 2;
    }
    if (process.env.GAS_SNAPSHOT === "write") {
      writeFileSync(SNAPSHOT, `${JSON.stringify({ bytes, scenes }, null, 2)}\n`);
    }
  });

  function gasOf(name: string): number {
    const scene = scenes[name];
    if (scene === undefined) throw new Error(`no scene ${name}`);
    return scene.gas;
  }

  it("is what test/contracts/gas.json says: after a change, run npm run gas and look at the difference", () => {
    expect({ bytes, scenes }).to.deep.equal(JSON.parse(readFileSync(SNAPSHOT, "utf8")));
  });

  it("is at most 70,000 gas for one record alone on an existing lot, 90,000 for the first of 256 nonces", () => {
    expect(gasOf("GROW alone")).to.be.at.most(70_000);
    expect(gasOf("NOTE alone")).to.be.at.most(70_000);
    expect(gasOf("NOTE alone, first of 256 nonces")).to.be.at.most(90_000);
  });

  it("is at most 1.1 times the floor of its calldata for 100 GROW of one lot", () => {
    const { gas, floor } = scenes["100 × GROW, 1 lot"] ?? { gas: Number.NaN, floor: 0 };

    expect(gas / 100).to.be.at.most((1.1 * floor) / 100);
  });

  it("leaves the largest batches below the cap of a transaction (I14)", () => {
    for (const name of [
      "133 × HARVEST in one batch",
      "TRANSFORM 200 to 32",
      "248 × CORRECT of a PLANT in one batch",
      "4 × CERTIFY of 100 plots in one batch",
      "60 × LABEL with a certificate in one batch",
      "12 × VOID of 10,000 labels in one batch",
      "90 × SHIP with a carrier in one batch",
      "248 × CORRECT of a SHIP in one batch",
      "402 × RECEIVE of less in one batch",
      "301 × REFUSE in one batch",
    ]) {
      expect(gasOf(name)).to.be.below(TRANSACTION_CAP);
    }
  });

  it("has no contract near the limit of code", () => {
    for (const name of CONTRACTS) expect(bytes[name], name).to.be.below(CODE_LIMIT);
  });
});
