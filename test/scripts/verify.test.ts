import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { CID } from "multiformats/cid";
import { bytesOf, type Hex, hexOf } from "../../protocol/bytes.ts";
import { labelEvent, noteEvent, originEvent } from "../../protocol/document/epcis.ts";
import { productMaster } from "../../protocol/document/master.ts";
import type { JsonObject } from "../../protocol/document/terms.ts";
import type { ArgsOf, KindName } from "../../protocol/kinds/all.ts";
import { makeSerial } from "../../protocol/label.ts";
import { treeRoot } from "../../protocol/merkle.ts";
import type { Report } from "../../protocol/verify/report.ts";
import { verify } from "../../protocol/verify.ts";
import { type Collected, collect } from "../../scripts/verify/collect.ts";
import { connectRpc, openGateways, SourceError } from "../../scripts/verify/sources.ts";
import type { Blocks } from "../../server/blocks/blocks.ts";
import { type Chain, RpcError } from "../../server/chain/chain.ts";
import { aFolder, runScript } from "../support/start.ts";
import { type Phone, primitives, sha256, World } from "../support/world.ts";
import { chainOf, type Door, memoryBlocks, openDoor } from "../support/world-door.ts";

const START_S = Date.parse("2026-03-01T08:00:00+08:00") / 1000;
const LOT = { gtin: null, lotNumber: "26-1" };
/** Nothing listens there. */
const NOWHERE = "http://127.0.0.1:9";
const [MINE, OTHERS] = [serialsOf(4), serialsOf(5, 100)];

describe("`npm run verify`", function () {
  this.timeout(30_000);
  let ledger: Labelled;
  let door: Door | null;
  const said: string[] = [];

  beforeEach(async () => {
    ledger = await Labelled.begin();
    door = null;
    said.length = 0;
  });
  afterEach(() => door?.close());

  it("finds a code of a run so long that its list is a file of several blocks", async () => {
    const serials = serialsOf(66_000);
    await ledger.label(serials);

    const found = await check(serials[65_999]);

    expect(found?.history.code).to.include({ index: 65_999, count: 66_000 });
    expect(found?.mismatches).to.deep.equal([]);
    expect(found?.report.whole).to.equal(found?.report.total);
  });

  describe("says of a list of codes, and goes on to the next run, that it", () => {
    const lists: Readonly<Record<string, { readonly list: Uint8Array; readonly says: string }>> = {
      "is no text": { list: Uint8Array.of(0xff, 0xfe, 10), says: "its list of codes cannot be read" },
      "has lines that are no leaves": { list: Buffer.from("leaf\n"), says: "has lines that are no leaves" },
      "is not the one in the ledger": { list: listOf(MINE), says: "does not give the root in the ledger" },
    };
    for (const [name, { list, says }] of Object.entries(lists)) {
      it(name, async () => {
        await ledger.label(OTHERS, { list });
        await ledger.label(MINE);

        expect((await check(MINE[1]))?.mismatches).to.deep.equal([]);
        expect(said.join()).to.include(says);
      });
    }

    it("is missing", async () => {
      await ledger.label(OTHERS, { isKept: false });
      await ledger.label(MINE);

      expect((await check(MINE[1]))?.mismatches).to.deep.equal([]);
      expect(said.join()).to.include("its list of codes is missing");
    });
  });

  it("calls no code unissued while a list that may hold it is not to be had", async () => {
    await ledger.label(OTHERS, { isKept: false });
    await ledger.label(MINE);

    const said = await check(OTHERS[0]).then(
      () => "",
      (cause: unknown) => (cause instanceof SourceError ? cause.message : String(cause)),
    );

    expect(said).to.match(/1 could not/);
  });

  it("takes a gateway that is too busy for one that says nothing, not for one that lies", async () => {
    await ledger.label(MINE);
    const busy = createServer((_request, response) => void response.writeHead(503).end());
    await new Promise<void>((done) => busy.listen(0, "127.0.0.1", done));
    const { port } = busy.address() as AddressInfo;
    try {
      expect((await check(MINE[0], chainOf(ledger.world), [`http://127.0.0.1:${port}`]))?.mismatches).to.deep.equal([]);
    } finally {
      await new Promise((done) => busy.close(done));
    }
  });

  it("counts no code of a list that is not the one in the ledger", async () => {
    await ledger.label(OTHERS, { list: listOf(MINE) });

    expect(await check(MINE[1])).to.equal(null);
  });

  it("keeps a serial with its first run, where a later one repeats it", async () => {
    const run = await ledger.label(MINE);
    await ledger.label(MINE.slice(0, 2));

    expect((await check(MINE[0]))?.history.code?.run).to.equal(run);
  });

  it("reads on what is recorded while it reads, and nothing twice", async () => {
    await ledger.label(MINE);
    const ranges: (readonly [number, number])[] = [];
    let notes = 0;
    const chain = chainOf(ledger.world, async (method, [filter]) => {
      // The last question of each look at the heads.
      if (method === "eth_chainId" && notes++ < 3) await ledger.note();
      if (method === "eth_getLogs") ranges.push(rangeOf(filter));
    });

    const found = await check(MINE[0], chain);

    expect(found?.mismatches).to.deep.equal([]);
    expect(found?.report.statements.filter(({ kind }) => kind === "NOTE")).to.have.length(3);
    expect(ranges).to.have.length(4);
    for (const [n, [from]] of ranges.entries()) if (n > 0) expect(from).to.equal((ranges[n - 1]?.[1] ?? 0) + 1);
  });

  it("says of a chain that never rests that it could not be checked", async () => {
    await ledger.label(MINE);
    const { world } = ledger;
    const chain = chainOf(world, (method) => method === "eth_chainId" && world.block(world.latest.timeS + 1));

    const failure = await check(MINE[0], chain).catch((cause: unknown) => cause);

    expect(failure).to.be.instanceOf(SourceError);
    expect(String(failure)).to.include("makes blocks faster");
  });

  it("asks for fewer blocks where a door refuses so many", async () => {
    await ledger.label(MINE);
    const chain = chainOf(ledger.world, (method, [filter]) => {
      const [from, to] = method === "eth_getLogs" ? rangeOf(filter) : [0, 0];
      if (to - from > 1) throw new RpcError(-32005, "more than two blocks at once");
    });

    expect((await check(MINE[0], chain))?.mismatches).to.deep.equal([]);
  });

  it("goes on to the next gateway where one cannot be reached", async () => {
    await ledger.label(MINE);

    expect((await check(MINE[0], chainOf(ledger.world), [NOWHERE]))?.mismatches).to.deep.equal([]);
  });

  it("ends with 0 for whole, 1 for a code that was never issued, 2 where nothing could be checked", async () => {
    await ledger.label(MINE);
    door = await openDoor(chainOf(ledger.world), ledger.blocks);
    const { address } = door;
    const deployment = `${await aFolder()}.json`;
    await writeFile(deployment, JSON.stringify(ledger.world.deployment));
    const run = (serial = "", rpc = `${address}/rpc`) =>
      runScript(
        "scripts/verify.ts",
        `/T/${serial}`,
        ...["--deployment", deployment, "--gateway", address, "--rpc", rpc],
      );

    const [whole, unknown, unreachable] = [await run(MINE[0]), await run(OTHERS[0]), await run(MINE[0], NOWHERE)];

    expect(whole.output).to.include("WHOLE");
    expect(unknown.output).to.include("NOT ISSUED");
    expect(unreachable.output).to.include("cannot be reached");
    expect([whole.code, unknown.code, unreachable.code]).to.deep.equal([0, 1, 2]);
  });

  it("ends with 2 where a record, as `npm run deploy` writes it, names no addresses, and takes those it is given", async () => {
    await ledger.label(MINE);
    door = await openDoor(chainOf(ledger.world), ledger.blocks);
    const deployment = `${await aFolder()}.json`;
    const { rpc: _rpc, gateways: _gateways, runBy: _runBy, example: _example, ...place } = ledger.world.deployment;
    await writeFile(deployment, JSON.stringify(place));
    const [rpc, gateway] = [
      ["--rpc", `${door.address}/rpc`],
      ["--gateway", door.address],
    ];
    const run = (...given: readonly string[]) =>
      runScript("scripts/verify.ts", `/T/${MINE[0]}`, "--deployment", deployment, ...given);

    const [none, noFiles, both] = [await run(), await run(...rpc), await run(...rpc, ...gateway)];

    expect([none.code, noFiles.code, both.code], none.output + noFiles.output + both.output).to.deep.equal([2, 2, 0]);
    expect(none.output).to.include("names no address of the chain and the files: give --rpc URL and --gateway URL");
    expect(noFiles.output).to.include("names no address of the files: give --gateway URL");
  });

  it("ends with 2 and one sentence where the question makes no sense", async () => {
    const deployment = `${await aFolder()}.json`;
    await writeFile(deployment, JSON.stringify(ledger.world.deployment));
    const base = [`/T/${MINE[0]}`, "--deployment", deployment];
    const wrong = [
      [...base, "--rpc", "nonsense", "--gateway", NOWHERE],
      [...base, "--rpc", NOWHERE, "--gateway", "nonsense"],
      [...base, "--rpc", NOWHERE, "--gateway", NOWHERE, "--fingerprint", "ECFH"],
      [...base, "--no-such-option"],
      ["/T/NOT-A-CODE", "--deployment", deployment],
      ["--reach", "0x12", "--server", NOWHERE],
      ["--reach", `0x${"12".repeat(32)}`, "--server", NOWHERE],
      [],
    ];

    for (const given of wrong) {
      const { code, output } = await runScript("scripts/verify.ts", ...given);

      expect(code, given.join(" ")).to.equal(2);
      expect(output, given.join(" ")).not.to.match(/ {4}at |node:internal/);
      expect(output.trim(), given.join(" ")).not.to.equal("");
    }
  });

  /** What the command finds on a code; null: never issued. */
  async function check(
    serial = "",
    chain: Chain = chainOf(ledger.world),
    gateways: readonly string[] = [],
  ): Promise<(Collected & { readonly report: Report; readonly mismatches: readonly string[] }) | null> {
    door = await openDoor(chain, ledger.blocks);
    const { address } = door;
    const code = { gtin: null, lotNumber: null, serial };
    const [rpc, gateway] = [connectRpc(`${address}/rpc`), openGateways([...gateways, address])];
    const { deployment } = ledger.world;
    const collected = await collect({ rpc, gateway, deployment, primitives, say: (line) => said.push(line) }, code);
    if (collected === null) return null;
    const { history, heads, files } = collected;
    const report = await verify(history, heads, primitives, { code, files });
    const mismatches = report.findings.filter(({ grade }) => grade === "mismatch").map((found) => found.code);
    return { ...collected, report, mismatches };
  }
});

/** A lot from outside whose bags get labels. */
class Labelled {
  readonly world: World;
  readonly blocks: Blocks;
  readonly #phone: Phone;
  #lot: Hex = "0x";

  private constructor(world: World, blocks: Blocks, phone: Phone) {
    this.world = world;
    this.blocks = blocks;
    this.#phone = phone;
  }

  static async begin(): Promise<Labelled> {
    const world = new World(START_S);
    const made = new Labelled(world, await memoryBlocks(), await world.admit(1, START_S));
    const phone = made.#phone;
    const product = { subject: await world.newId(phone), name: { zh: "示例茶", en: "example tea" } };
    const master = { createdAtS: START_S, gtin: null, uom: "KGM", net: 100n, loss: 0, example: true } as const;
    await made.#record("PRODUCT", product.subject, {
      args: { index: 0, unit: 1, net: 100n, loss: 0 },
      document: productMaster({ ...master, ...product }),
    });
    made.#lot = await world.newId(phone);
    const amount = 100_000_000n;
    await made.#record("ORIGIN", made.#lot, {
      args: { index: 0, product: bytesOf(product.subject), amount },
      document: originEvent({ ...made.#form(made.#lot), lot: LOT, product, amount, uom: "KGM" }),
    });
    return made;
  }

  /** A label run of these serials. Its list may be another one, or not be kept anywhere. */
  async label(
    serials: readonly string[],
    { list = listOf(serials), isKept = true }: { readonly list?: Uint8Array; readonly isKept?: boolean } = {},
  ): Promise<Hex> {
    const run = await this.world.newId(this.#phone);
    const root = await treeRoot(primitives, serials.map(leafOf));
    const { cid, size } = await (isKept ? this.blocks : await memoryBlocks()).addFile(list);
    const args = { index: 0, lot: bytesOf(this.#lot), certificate: new Uint8Array(32), root };
    await this.#record("LABEL", run, {
      args: { ...args, count: BigInt(serials.length) },
      document: labelEvent({
        ...{ ...this.#form(run), lot: LOT, lotSubject: this.#lot, count: serials.length, net: 100n, uom: "KGM" },
        ...{ root: hexOf(root), leaves: { cid: cid.toString(), size, mediaType: "text/csv", name: "leaves.csv" } },
      }),
    });
    return run;
  }

  async note(): Promise<void> {
    const document = noteEvent({ ...this.#form(this.#lot), lot: LOT, notes: { en: "seen" } });
    await this.#record("NOTE", this.#lot, { args: {}, document });
  }

  #form(subject: Hex) {
    return { subject, eventId: randomUUID(), occurredAtS: this.world.latest.timeS, example: true };
  }

  async #record<Name extends KindName>(
    kind: Name,
    subject: Hex,
    said: { readonly args: ArgsOf<Name>; readonly document: JsonObject },
  ): Promise<void> {
    const { world } = this;
    const entry = { kind, occurredAtS: world.latest.timeS, ...said };
    await world.submit(this.#phone, [{ subject, entries: [entry] }], world.latest.timeS + 60);
    for (const [cid, text] of world.documents) await this.blocks.put(CID.parse(cid), Buffer.from(text));
  }
}

function serialsOf(count: number, from = 0): readonly string[] {
  return Array.from({ length: count }, (_, n) => {
    const random = new Uint8Array(13);
    let rest = from + n;
    for (let at = 12; rest > 0; rest = Math.floor(rest / 32)) random[at--] = rest % 32;
    return makeSerial(random);
  });
}

function leafOf(serial: string): Uint8Array {
  return sha256(Buffer.concat([Uint8Array.of(0), Buffer.from(serial)]));
}

function listOf(serials: readonly string[]): Uint8Array {
  return Buffer.from(serials.map((serial) => hexOf(leafOf(serial))).join("\n"));
}

function rangeOf(filter: unknown): readonly [number, number] {
  const { fromBlock, toBlock } = filter as { readonly fromBlock: string; readonly toBlock: string };
  return [Number(fromBlock), Number(toBlock)];
}
