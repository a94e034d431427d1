import { expect } from "chai";
import { CID } from "multiformats/cid";
import { bytesOf, hexOf } from "../../../protocol/bytes.ts";
import { parseCid } from "../../../protocol/cid.ts";
import type { History } from "../../../protocol/history.ts";
import { codePath, fingerprint, parseCodePath } from "../../../protocol/label.ts";
import type { FileState, Report } from "../../../protocol/verify/report.ts";
import { verify } from "../../../protocol/verify.ts";
import { collect } from "../../../scripts/verify/collect.ts";
import { connectRpc, openGateways } from "../../../scripts/verify/sources.ts";
import type { Blocks } from "../../../server/blocks/blocks.ts";
import { lies } from "../../../server/http/lies/all.ts";
import { type Liar, type LiarParts, openLiar } from "../../../server/http/lies/liar.ts";
import type { Overwriting, Target, WrittenDown } from "../../../server/http/lies/lie.ts";
import { type Honest, honestHistory } from "../../support/history.ts";
import { refusal } from "../../support/refusal.ts";
import { primitives, sha256 } from "../../support/world.ts";
import { chainOf, type Door, memoryBlocks, openDoor } from "../../support/world-door.ts";

/** An honest history about which every lie can be told: an expelled phone wrote about a planting with a long log. */
const HONEST = await (async () => {
  for (let seed = 1; ; seed++) {
    const honest = await honestHistory(seed);
    const blocks = await memoryBlocks(honest.world);
    const tell = (lie: (typeof lies)[number]) => lie.plan(targetOf(honest), (cid) => blockIn(blocks, cid));
    const told = await Promise.allSettled(lies.map(tell));
    if (told.every(({ status }) => status === "fulfilled")) return honest;
  }
})();

describe("Every lie of `npm run tamper`", () => {
  let server: LyingServer;
  let liar: Liar;
  let door: Door;

  before(async () => {
    server = await LyingServer.on(HONEST);
    liar = await openLiar(server.parts);
    door = await openDoor(liar.chain(chainOf(HONEST.world)), liar.blocks(server.blocks));
  });
  after(() => door.close());
  afterEach(() => liar.undo());

  for (const { name, finding, where } of lies) {
    it(`${name} is named ${finding} by the page's check${where === "index" ? ", and is none of the chain's" : ""}`, async () => {
      await liar.plant(name);

      expect(mismatchesIn(await pageCheck())).to.include(finding);
    });

    it(`${name} is ${where === "index" ? "not seen" : "named"} by \`npm run verify\`, which asks the chain alone`, async () => {
      await liar.plant(name);

      const found = await chainCheck();

      if (where === "index") expect(found).to.deep.equal([]);
      else expect(found).to.include(finding);
    });
  }

  it("leaves nothing behind when it is taken back", async () => {
    for (const { name } of lies) {
      await liar.plant(name);
      await liar.undo();

      expect(mismatchesIn(await pageCheck()), name).to.deep.equal([]);
      expect(server.overwritten, name).to.deep.equal([]);
      expect(server.written, name).to.equal(null);
    }
    expect(await chainCheck()).to.deep.equal([]);
  });

  /** What the scan page finds on the example's bag. */
  async function pageCheck(): Promise<Report> {
    const { bag } = server;
    const { code, fingerprint: printed } = liar.bag(bag);
    expect(liar.asked(code)).to.equal(bag.code);
    const history = liar.history(server.indexed());
    const files: Record<string, FileState> = {};
    for (const { cid } of (await verify(history, HONEST.heads, primitives)).attachments) {
      const bytes = await blockIn(liar.blocks(server.blocks), cid);
      files[cid] = hexOf(sha256(bytes)) === hexOf(parseCid(cid).digest) ? "ok" : "altered";
    }
    return verify(history, HONEST.heads, primitives, { code: parseCodePath(code), fingerprint: printed, files });
  }

  /** Codes of what the auditor's command finds. */
  async function chainCheck(): Promise<readonly string[]> {
    const bag = liar.bag(server.bag);
    const code = parseCodePath(bag.code);
    const { deployment } = HONEST.world;
    const [rpc, gateway] = [connectRpc(`${door.address}/rpc`), openGateways([door.address])];
    const collected = await collect({ rpc, gateway, deployment, primitives, say: () => {} }, code);
    if (collected === null) return ["serial-not-issued"];
    const { history, heads, files } = collected;
    return mismatchesIn(await verify(history, heads, primitives, { code, fingerprint: bag.fingerprint, files }));
  }
});

describe("A planted lie", () => {
  let server: LyingServer;
  let liar: Liar;

  beforeEach(async () => {
    server = await LyingServer.on(HONEST);
    liar = await openLiar(server.parts);
  });

  for (const name of ["index-row", "picture-bit", "signature-bit"]) {
    it(`(${name}) that a killed server left is taken back by the next one, which says so`, async () => {
      await liar.plant(name);

      liar = await openLiar(server.parts);

      expect(server.overwritten).to.deep.equal([]);
      expect(server.said).to.deep.equal([`the lie "${name}", planted before the server ended, is taken back`]);
      expect(await liar.undo()).to.equal(null);
    });
  }

  it("is taken back even if the server was killed between writing it down and planting it", async () => {
    server.dies = true;
    const planted = await liar.plant("picture-bit").catch(() => "killed");
    server.dies = false;

    liar = await openLiar(server.parts);

    expect(planted).to.equal("killed");
    expect(server.overwritten).to.deep.equal([]);
    expect(server.written).to.equal(null);
  });

  it("is the only one, however many are planted at once", async () => {
    const names = ["picture-bit", "index-row", "signature-bit", "index-row"];
    await Promise.all(names.map((name) => liar.plant(name)));

    expect(planted()).to.deep.equal(["index-row"]);
    expect(server.overwritten.map(({ kind }) => kind)).to.deep.equal(["group"]);
    expect(await liar.undo()).to.equal("index-row");
    expect(server.overwritten).to.deep.equal([]);
  });

  it("ends with the first record that is not the example's, also where it is just being planted", async () => {
    const planting = liar.plant("picture-bit");
    await liar.withdraw("a record was submitted");
    await planting;

    expect(planted()).to.deep.equal([]);
    expect(server.overwritten).to.deep.equal([]);
    expect(server.said).to.deep.equal(['the lie "picture-bit" is taken back: a record was submitted']);
  });

  for (const broken of ["read", "write"] as const) {
    it(`is told no longer beside other records, even where it cannot be taken back (${broken})`, async () => {
      await liar.plant("picture-bit");
      server.dies = broken === "write";
      server.isDamaged = broken === "read";

      await liar.withdraw("a record was submitted");

      expect(planted()).to.deep.equal([]);
      expect(server.said).to.deep.equal(["a planted lie could not be taken back; the next start tries again"]);
    });
  }

  it("makes another generation of what is stored before it is planted, and once it is taken back", async () => {
    const { hands, ...parts } = server.parts;
    const seen: number[] = [];
    const write: typeof hands.write = (overwriting, which) => {
      seen.push(liar.generation());
      return hands.write(overwriting, which);
    };
    liar = await openLiar({ ...parts, hands: { ...hands, write } });
    const before = liar.generation();

    await liar.plant("index-row");
    await liar.undo();

    expect(seen).to.have.length(2);
    expect(seen).not.to.include(before).and.not.to.include(liar.generation());
  });

  it("is refused where there is more than the example, and takes back what was planted before", async () => {
    await liar.plant("index-row");
    server.holdsMore = true;

    expect(await refusal(() => liar.plant("picture-bit"))).to.equal("only-example");
    expect(planted()).to.deep.equal([]);
    expect(server.overwritten).to.deep.equal([]);
  });

  it("ends with the server, and none is planted after that", async () => {
    await liar.plant("index-row");

    await liar.close();

    expect(server.overwritten).to.deep.equal([]);
    expect(await liar.plant("index-row").catch((cause: Error) => cause.message)).to.equal("the server is stopping");
  });

  function planted(): readonly string[] {
    return liar.list().flatMap((lie) => (lie.planted ? [lie.name] : []));
  }
});

/** The disk and the index under a liar. */
class LyingServer {
  readonly blocks: Blocks;
  readonly said: string[] = [];
  readonly bag: { readonly code: string; readonly fingerprint: string };
  /** What lies on disk otherwise than it should. */
  overwritten: Overwriting[] = [];
  written: WrittenDown | null = null;
  holdsMore = false;
  /** No byte is written any more. */
  dies = false;
  /** What was written down cannot be read. */
  isDamaged = false;
  readonly #honest: Honest;

  private constructor(honest: Honest, blocks: Blocks) {
    this.#honest = honest;
    this.blocks = blocks;
    const { code, fingerprint: printed } = targetOf(honest);
    this.bag = { code, fingerprint: printed };
  }

  static async on(honest: Honest): Promise<LyingServer> {
    return new LyingServer(honest, await memoryBlocks(honest.world));
  }

  get parts(): LiarParts {
    return {
      target: async () => (this.holdsMore ? null : targetOf(this.#honest)),
      hands: {
        block: (cid) => blockIn(this.blocks, cid),
        write: async (overwriting, which) => {
          if (this.dies) throw new Error("killed");
          this.overwritten = this.overwritten.filter(({ planted }) => planted !== overwriting.planted);
          if (which === "planted") this.overwritten.push(overwriting);
        },
      },
      kept: {
        read: () => {
          if (this.isDamaged) throw new Error("damaged");
          return this.written;
        },
        write: async (lie) => {
          this.written = lie;
        },
        clear: async () => {
          this.written = null;
        },
      },
      log: (line) => this.said.push(line),
      logError: (line) => this.said.push(line),
    };
  }

  /** The history as the index has it. */
  indexed(): History {
    const history = structuredClone(this.#honest.history);
    for (const overwriting of this.overwritten) {
      if (overwriting.kind !== "group") continue;
      const groups = history.batches[overwriting.batch]?.groups ?? [];
      const row = groups.find(({ index }) => index === overwriting.group);
      if (row !== undefined) Object.assign(row, { bytes: overwriting.planted });
    }
    return history;
  }
}

function targetOf({ history, world, lot }: Honest): Target {
  if (history.code === null) throw new Error("an honest history is that of a code");
  const printed = fingerprint(world.words.get(lot) ?? new Uint8Array(32));
  return { history, code: codePath(history.code), fingerprint: printed };
}

async function blockIn(blocks: Blocks, cid: string): Promise<Uint8Array> {
  return (await blocks.get(CID.parse(cid))) ?? bytesOf("0x");
}

function mismatchesIn({ findings }: Report): readonly string[] {
  return findings.filter(({ grade }) => grade === "mismatch").map(({ code }) => code);
}
