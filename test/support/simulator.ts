/**
 * A real ledger on Hardhat's simulator, and a farm that writes to it: builders for the contracts' tests.
 */

import type { ContractTransactionReceipt, ContractTransactionResponse, LogDescription } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";
import type { AccessManager, Ledger } from "../../types/index.js";
import { entry, freshKey, type Group, type Hex, hex, Phone, type Signed, sha256, u } from "./phone.ts";

export type { Outcome, World };
export { deployLibraries, deployWorld, Farm, GAS_EACH, LIBRARIES, organisationSubject, TRANSACTION_CAP };

const GAS_EACH = 12_000_000n;
/** EIP-7825. */
const TRANSACTION_CAP = 16_777_216n;
/** The kinds' libraries, each a contract of its own. */
const LIBRARIES = [
  "Party",
  "Master",
  "Place",
  "Origin",
  "Third",
  "Transform",
  "Handover",
  "Certify",
  "Promise",
  "Label",
  "Status",
  "Dispute",
  "Correct",
] as const;
const DOCUMENT: Hex = hex(sha256(Buffer.from("a public document")));
const EVERY_ROLE = 255;

/** What became of one batch: its hash, or the error by which it was rejected. */
type Outcome = { readonly batch: Hex } | { readonly refused: string; readonly args: readonly unknown[] };

interface World {
  readonly ethers: NetworkConnection["ethers"];
  readonly ledger: Ledger;
  readonly access: AccessManager;
  readonly home: { readonly chainId: bigint; readonly ledger: Hex };
  /** Sends batches as a relay would, in one transaction. */
  submit(batches: readonly (Signed | Hex)[], gasEach?: bigint): Promise<ContractTransactionReceipt>;
  outcomes(receipt: ContractTransactionReceipt): Outcome[];
  logs(receipt: ContractTransactionReceipt): LogDescription[];
  /** Sends one batch alone; what became of it. */
  outcome(batch: Signed | Hex): Promise<Outcome>;
  /** Sends one batch alone, which must be accepted. */
  accepted(batch: Signed | Hex): Promise<ContractTransactionReceipt>;
  /** Sends transactions into one block, in order. */
  together(
    calls: readonly ((options: { gasLimit: bigint }) => Promise<ContractTransactionResponse>)[],
  ): Promise<(ContractTransactionReceipt | null)[]>;
  word(subject: Hex): Promise<Hex>;
}

async function deployWorld({ ethers }: Pick<NetworkConnection, "ethers">): Promise<World> {
  const [operator] = await ethers.getSigners();
  // Hardhat hands back a contract without its type; TypeChain knows it.
  const access = (await ethers.deployContract("AccessManager", [operator])) as unknown as AccessManager;
  const libraries = await deployLibraries({ ethers });
  const ledger = (await ethers.deployContract("Ledger", [access], { libraries })) as unknown as Ledger;
  const home = {
    chainId: (await ethers.provider.getNetwork()).chainId,
    ledger: (await ledger.getAddress()).toLowerCase() as Hex,
  };
  const bytesOf = (batch: Signed | Hex): Hex => (typeof batch === "string" ? batch : batch.bytes);

  const world: World = {
    ethers,
    ledger,
    access,
    home,
    submit: async (batches, gasEach = GAS_EACH) => {
      const sent = await ledger.submit(batches.map(bytesOf), gasEach, { gasLimit: TRANSACTION_CAP });
      const receipt = await sent.wait();
      if (receipt === null) throw new Error("not mined");
      return receipt;
    },
    logs: (receipt) =>
      receipt.logs.flatMap((log) => {
        const parsed = ledger.interface.parseLog(log);
        return parsed === null ? [] : [parsed];
      }),
    outcomes: (receipt) =>
      world.logs(receipt).flatMap((log): Outcome[] => {
        if (log.name === "Accepted") return [{ batch: log.args.batch as Hex }];
        if (log.name !== "Rejected") return [];
        const reason = log.args.reason as Hex;
        const error = reason === "0x" ? null : ledger.interface.parseError(reason);
        return [{ refused: error?.name ?? reason, args: error === null ? [] : [...error.args] }];
      }),
    outcome: async (batch) => {
      const [outcome] = world.outcomes(await world.submit([batch]));
      if (outcome === undefined) throw new Error("a batch without outcome");
      return outcome;
    },
    accepted: async (batch) => {
      const receipt = await world.submit([batch]);
      const [outcome] = world.outcomes(receipt);
      if (outcome === undefined || "refused" in outcome) {
        throw new Error(`refused: ${outcome?.refused}(${outcome?.args.join(", ")})`);
      }
      return receipt;
    },
    together: async (calls) => {
      const sent: ContractTransactionResponse[] = [];
      await ethers.provider.send("evm_setAutomine", [false]);
      try {
        for (const call of calls) sent.push(await call({ gasLimit: 5_000_000n }));
        await ethers.provider.send("evm_mine", []);
      } finally {
        await ethers.provider.send("evm_setAutomine", [true]);
      }
      return Promise.all(sent.map((it) => it.wait()));
    },
    word: async (subject) => (await ledger.word(subject)) as Hex,
  };
  return world;
}

/** The kinds' libraries, by name. */
async function deployLibraries({ ethers }: Pick<NetworkConnection, "ethers">): Promise<Record<string, string>> {
  const libraries: Record<string, string> = {};
  for (const name of LIBRARIES) libraries[name] = await (await ethers.deployContract(name)).getAddress();
  return libraries;
}

function organisationSubject(number: number): Hex {
  return hex(u(32, number));
}

/** An organisation with a manager's phone. Each method sends one batch, which must be accepted, and names what it made. */
class Farm {
  readonly world: World;
  readonly number: number;
  readonly subject: Hex;
  readonly phone: Phone;

  private constructor(world: World, number: number, phone: Phone) {
    this.world = world;
    this.number = number;
    this.subject = organisationSubject(number);
    this.phone = phone;
  }

  static async admit(world: World, { roles = EVERY_ROLE, key = freshKey() } = {}): Promise<Farm> {
    const phone = new Phone(world.home, key);
    await (await world.ledger.admit(roles, DOCUMENT, key.x, key.y)).wait();
    return new Farm(world, Number(await world.ledger.organisations()), phone);
  }

  /** Another key of this organisation. */
  async enrol({ manager = false, key = freshKey() } = {}): Promise<Phone> {
    const phone = new Phone(this.world.home, key);
    await this.write(this.subject, entry.enrol(manager ? 1 : 0, key));
    return phone;
  }

  async write(subject: Hex, ...entries: Group["entries"]): Promise<void> {
    await this.world.accepted(this.phone.batch([{ subject, entries }]));
  }

  /** Sends one making entry in a batch of its own; the id of what it made. */
  async make(making: Group["entries"][number]): Promise<Hex> {
    const nonce = this.phone.take();
    const subject = this.phone.newId(nonce);
    await this.world.accepted(this.phone.batch([{ subject, entries: [making] }], { nonce }));
    return subject;
  }

  product(of: Parameters<typeof entry.product>[0] = {}): Promise<Hex> {
    return this.make(entry.product(of));
  }

  plot(area = 10_000_000n): Promise<Hex> {
    return this.make(entry.plot({ area }));
  }

  /** Of a plot of its own; one hectare with a cap of 1,000 units unless told otherwise. */
  async planting(product: Hex, { area = 10_000_000n, cap = 1_000_000n } = {}): Promise<Hex> {
    return this.make(entry.plant({ plot: await this.plot(area), product, area, cap }));
  }

  /** Harvested from a planting of its own. */
  async lot(product: Hex, amount = 100_000n): Promise<Hex> {
    return this.make(entry.harvest([[await this.planting(product), amount]]));
  }
}
