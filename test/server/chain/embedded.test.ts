import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { type Chain, ChainError, type Hex } from "../../../server/chain/chain.ts";
import { openEmbeddedChain } from "../../../server/chain/embedded.ts";
import { chainBehaviour } from "./behaviour.ts";
import { answered, CHAIN_ID, GENESIS_S, outcomesOf, Signer, stepping } from "./bench.ts";

chainBehaviour("embedded", async (alloc) => {
  const folder = await mkdtemp(join(tmpdir(), "furrow-chain-"));
  const options = { folder, chainId: CHAIN_ID, genesisTimeS: GENESIS_S, alloc, now: stepping() };
  let chain = await openEmbeddedChain(options);
  return {
    chain,
    reopen: async () => {
      await chain.close();
      chain = await openEmbeddedChain(options);
      return chain;
    },
    remove: async () => {
      await chain.close();
      await rm(folder, { recursive: true });
    },
  };
});

describe("The embedded chain", () => {
  let folder: string;
  let signer: Signer;
  let said: string[];
  let chain: Chain | null;
  const now = stepping();

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "furrow-chain-"));
    signer = new Signer();
    said = [];
    chain = null;
  });

  afterEach(async () => {
    await chain?.close();
    await rm(folder, { recursive: true });
  });

  async function open(clock = now, chainId = CHAIN_ID): Promise<Chain> {
    const log = (line: string) => said.push(line);
    chain = await openEmbeddedChain({ folder, chainId, genesisTimeS: GENESIS_S, alloc: signer.alloc, now: clock, log });
    return chain;
  }

  async function refusal(clock = now, chainId = CHAIN_ID): Promise<ChainError> {
    try {
      await open(clock, chainId);
    } catch (error) {
      if (error instanceof ChainError) return error;
      throw error;
    }
    throw new Error("it opened");
  }

  async function enginePid(): Promise<number> {
    const pid = Number(await readFile(join(folder, "anvil.pid"), "utf8"));
    // While the file is being written it is empty, and 0 would mean this very process and all its kin.
    if (!(pid > 1)) throw new Error("no engine is up");
    return pid;
  }
  const journal = () => readFile(join(folder, "journal"), "utf8");

  /** A chain of three blocks, closed. */
  async function closedChain(): Promise<void> {
    const made = await open();
    for (let n = 0; n < 3; n++) await answered(made, await signer.sign());
    await made.close();
    chain = null;
  }

  it("loses nothing that it answered, and doubles nothing, while its engine is killed twenty times", async function () {
    this.timeout(120_000);
    const running = await open();
    const blocks = new Map<number, string>();
    running.onBlock((block) => blocks.set(block.number, block.hash));
    const receipts = new Map<Hex, number>();
    let kills = 0;
    let unsent: Hex | null = null;

    while (kills < 20) {
      unsent ??= await signer.sign();
      const killing = Math.random() < 0.3 ? killSoon() : null;
      const [outcome] = await outcomesOf(running, [unsent]);
      await killing;
      if (outcome instanceof ChainError) {
        expect(outcome.retryable, outcome.message).to.equal(true);
      } else if (outcome !== undefined && "blockNumber" in outcome) {
        receipts.set(outcome.hash, outcome.blockNumber);
        unsent = null;
      } else {
        throw outcome;
      }
    }

    async function killSoon(): Promise<void> {
      await new Promise((done) => setTimeout(done, Math.random() * 12));
      try {
        process.kill(await enginePid(), "SIGKILL");
        kills++;
      } catch {
        // Already killed and not yet back.
      }
    }
    await running.close();
    const again = await open();
    for (const [hash, number] of receipts) {
      const found = await again.request("eth_getTransactionReceipt", [hash]);
      expect(found, hash).to.have.property("blockNumber", `0x${number.toString(16)}`);
    }
    for (const [number, hash] of blocks) expect((await again.block(number))?.hash).to.equal(hash);
    expect(await again.request("eth_getTransactionCount", [signer.address, "latest"])).to.equal(
      `0x${receipts.size.toString(16)}`,
    );
  });

  it("brings an engine back that was killed while nobody asked, and reads wait for it", async () => {
    const running = await open();
    await answered(running, await signer.sign());
    const latest = await running.latest();

    process.kill(await enginePid(), "SIGKILL");

    expect(await running.block(latest.number)).to.deep.equal(latest);
    expect(await running.request("eth_blockNumber", [])).to.equal("0x1");
  });

  it("loses nothing when server and engine are killed together under load, and ends a left-over engine", async function () {
    this.timeout(60_000);
    const server = spawn(process.execPath, [new URL("stream.ts", import.meta.url).pathname, folder], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const lines = await answeredLines(server, 20);
    const pid = await enginePid();
    // Stopped, it cannot be ended by what watches over it: as if that had been killed as well.
    process.kill(pid, "SIGSTOP");
    server.kill("SIGKILL");
    await once(server, "exit");

    const again = await open();

    for (const hash of lines) expect(await again.request("eth_getTransactionReceipt", [hash]), hash).to.be.an("object");
    expect(isRunning(pid)).to.equal(false);
  });

  it("ends its engine when the server is killed", async function () {
    this.timeout(20_000);
    const server = spawn(process.execPath, [new URL("stream.ts", import.meta.url).pathname, folder], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await answeredLines(server, 1);
    const pid = await enginePid();

    server.kill("SIGKILL");

    while (isRunning(pid)) await new Promise((done) => setTimeout(done, 20));
  });

  it("cuts a record that was being written when the server stopped, and says so", async () => {
    await closedChain();
    await appendFile(join(folder, "journal"), '0123456789abcdef {"block":4,"timeS":17000');

    const again = await open();

    expect((await again.latest()).number).to.equal(3);
    expect(said.join()).to.match(/cut 41 bytes of a record/);
    expect((await answered(again, await signer.sign())).blockNumber).to.equal(4);
  });

  it("cuts a last record whose pages never reached the disk", async () => {
    await closedChain();
    await appendFile(join(folder, "journal"), Buffer.concat([Buffer.alloc(100), Buffer.from("\n")]));

    expect((await (await open()).latest()).number).to.equal(3);
  });

  it("mines and seals a block that was journalled but not answered", async () => {
    await closedChain();
    const whole = await journal();
    const lines = whole.split("\n");
    await writeFile(join(folder, "journal"), `${lines.slice(0, -2).join("\n")}\n`);

    const again = await open();

    expect((await again.latest()).number).to.equal(3);
    expect(await journal()).to.equal(whole);
  });

  it("does not start on a damaged journal, and says which line of which file", async () => {
    await closedChain();
    const text = await journal();
    const at = text.indexOf('"timeS":', text.indexOf('"block":2')) + 10;
    await writeFile(join(folder, "journal"), `${text.slice(0, at)}9${text.slice(at + 1)}`);

    const error = await refusal();

    expect(error.kind).to.equal("journal-damaged");
    expect(error.message).to.match(/^Line 4 of the chain's journal .+journal is damaged: it does not fit its checksum/);
  });

  it("does not start where a line is missing, doubled or swapped", async () => {
    await closedChain();
    const lines = (await journal()).trimEnd().split("\n");
    const variants = [
      lines.toSpliced(3, 2),
      lines.toSpliced(3, 0, ...lines.slice(1, 3)),
      [...lines.slice(0, 1), ...lines.slice(3, 5), ...lines.slice(1, 3), ...lines.slice(5)],
    ];

    for (const variant of variants) {
      await writeFile(join(folder, "journal"), `${variant.join("\n")}\n`);
      expect((await refusal()).kind).to.equal("journal-damaged");
    }
  });

  it("does not take a break between lines that was damaged for a torn end", async () => {
    await closedChain();
    const text = await journal();
    const at = text.trimEnd().lastIndexOf("\n");
    await writeFile(join(folder, "journal"), `${text.slice(0, at)} ${text.slice(at + 1)}`);

    expect((await refusal()).kind).to.equal("journal-damaged");
  });

  it("does not start when a block comes out differently, and names both engines", async () => {
    await closedChain();
    const lines = (await journal()).trimEnd().split("\n");
    const seal = {
      ...JSON.parse((lines[4] ?? "").slice(17)),
      stateRoot: `0x${"00".repeat(32)}`,
      engine: "anvil/v1.0.0",
    };
    const json = JSON.stringify(seal);
    lines[4] = `${createHash("sha256").update(json).digest("hex").slice(0, 16)} ${json}`;
    await writeFile(join(folder, "journal"), `${lines.join("\n")}\n`);

    const error = await refusal();

    expect(error.kind).to.equal("replay-differs");
    expect(error.message).to.match(/^Block 2 .+ state root .+anvil\/v1\.0\.0, this is anvil\/v1\.7\.1/);
  });

  it("does not start on the folder of another chain", async () => {
    await closedChain();

    const error = await refusal(now, 7n);

    expect(error.kind).to.equal("journal-foreign");
    expect(error.message).to.include(`of chain ${CHAIN_ID}, not of chain 7`);
  });

  it("puts what was sent together into one block where it fits, and gives each block a later time", async () => {
    const own = await open();
    const raw = await Promise.all(Array.from({ length: 40 }, () => signer.sign()));
    const large = await Promise.all(Array.from({ length: 4 }, () => signer.sign({ gasLimit: 16_777_216n })));

    const receipts = await own.send(raw);
    const spread = await own.send(large);

    expect(new Set(receipts.map(({ blockNumber }) => blockNumber)).size).to.equal(1);
    expect(new Set(spread.map(({ blockNumber }) => blockNumber)).size).to.be.above(1);
    const blocks = await Promise.all([1, 2, 3].map((number) => own.block(number)));
    const times = blocks.map((block) => block?.timeS ?? 0);
    expect(times).to.deep.equal([...new Set(times)].sort((a, b) => a - b));
  });

  it("waits until its clock is past the newest block", async () => {
    let timeS = GENESIS_S + 10;
    const running = await open(() => timeS);
    await answered(running, await signer.sign());
    let isMined = false;

    const sent = running.send([await signer.sign()]).then(() => {
      isMined = true;
    });

    await new Promise((done) => setTimeout(done, 200));
    expect(isMined).to.equal(false);
    timeS++;
    await sent;
    expect((await running.latest()).timeS).to.equal(GENESIS_S + 11);
  });

  it("gathers what comes within one second into one block", async () => {
    let timeS = GENESIS_S + 10;
    const running = await open(() => timeS);
    await answered(running, await signer.sign());

    const sent = [running.send([await signer.sign()]), running.send([await signer.sign(), await signer.sign()])];
    timeS++;
    const receipts = (await Promise.all(sent)).flat();

    expect(receipts.map((receipt) => receipt.blockNumber)).to.deep.equal([2, 2, 2]);
  });

  it("says so when its clock is hours behind the newest block", async () => {
    let timeS = GENESIS_S + 10_000;
    const running = await open(() => timeS);
    await answered(running, await signer.sign());
    timeS -= 4_000;

    const [outcome] = await outcomesOf(running, [await signer.sign()]);

    expect(outcome).to.be.instanceOf(ChainError).with.property("kind", "clock-behind");
    expect(String(outcome)).to.match(/clock says 2023-.+ but the newest block is of 2023-/);
  });

  it("lets the block in hand come to its end when it is closed, and refuses what comes later as retryable", async () => {
    const running = await open();
    const sent = running.send([await signer.sign()]);
    await new Promise((done) => setTimeout(done, 1));

    await running.close();

    const inHand = await sent.catch((error: Error) => error);
    const [late] = await outcomesOf(running, [await signer.sign()]);
    expect(late).to.be.instanceOf(ChainError).with.property("retryable", true);
    const count = await (await open()).request("eth_getTransactionCount", [signer.address, "latest"]);
    expect(count).to.equal(inHand instanceof Error ? "0x0" : "0x1");
  });
});

/** The hashes that the server process says were answered, once there are `enough`. */
async function answeredLines(server: ChildProcess, enough: number): Promise<readonly string[]> {
  let text = "";
  return new Promise((done, fail) => {
    server.once("exit", () => fail(new Error("the server ended")));
    server.stdout?.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const lines = text.split("\n").slice(0, -1);
      if (lines.length >= enough) done(lines);
    });
  });
}

/** False for a process that has ended, also where its parent has not yet looked. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return process.platform !== "linux";
  }
}
