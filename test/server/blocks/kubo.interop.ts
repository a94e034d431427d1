/** Blocks on real Kubo nodes. Run by .ci/interop, which builds Kubo and names it in KUBO_BIN. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { type Blocks, BlocksError } from "../../../server/blocks/blocks.ts";
import { parseCid, rawCid } from "../../../server/blocks/digest.ts";
import { openKuboBlocks } from "../../../server/blocks/kubo.ts";
import { openBlocks } from "../../../server/blocks/open.ts";
import { type Kubo, makeKubo } from "../../support/kubo.ts";
import { behavesAsBlocks, counted, whole } from "./behaviour.ts";
import { problemOf } from "./problem-of.ts";

const text = (words: string) => new TextEncoder().encode(words);
const open = (...nodes: readonly Kubo[]) =>
  openKuboBlocks(
    nodes.map(({ address }) => address),
    () => {},
  );

async function errorOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => null,
    (cause: unknown) => cause,
  );
}

describe("A Kubo node of blocks", function () {
  this.timeout(60_000);
  let kubo: Kubo;

  before(async () => {
    kubo = await makeKubo();
    await kubo.start();
  });
  after(() => kubo?.remove());

  describe("as every store of blocks", () => {
    behavesAsBlocks(async () => ({ ...kubo, open: () => open(kubo) }));
  });

  it("pins every block that it was given, so that it is never cleared away", async () => {
    const blocks = await open(kubo);
    const { cid } = await blocks.addFile(counted(2 * 1024 * 1024 + 9, 101));
    const document = text("a document to be kept");
    await blocks.put(rawCid(document), document);

    await kubo.run("repo", "gc");

    expect((await whole(await blocks.readFile(cid))).length).to.equal(2 * 1024 * 1024 + 9);
    expect(Buffer.from((await blocks.get(rawCid(document))) ?? [])).to.deep.equal(Buffer.from(document));
    await blocks.close();
  });

  it("gives a file to its own gateway and commands under the same CID", async () => {
    const blocks = await open(kubo);
    const bytes = counted(3 * 1024 * 1024 + 5);
    const { cid } = await blocks.addFile(bytes);

    const own = await kubo.run("files", "stat", "--offline", "--format=<size> <type>", `/ipfs/${cid}`);

    expect(own.trim()).to.equal(`${bytes.length} file`);
    await blocks.close();
  });

  it("says that it does not answer, never that a block is not there, and goes on when it is back", async () => {
    const lines: string[] = [];
    const lone = await makeKubo();
    await lone.start();
    const { port } = new URL(lone.address);
    const blocks = await openKuboBlocks([lone.address], (line) => lines.push(line));
    const bytes = text("kept through a restart");
    await blocks.put(rawCid(bytes), bytes);

    await lone.stop();
    expect(await problemOf(blocks.get(rawCid(bytes)))).to.equal("storage-unavailable");
    expect(await problemOf(blocks.has(rawCid(bytes)))).to.equal("storage-unavailable");
    expect(await problemOf(blocks.put(rawCid(text("new")), text("new")))).to.equal("storage-unavailable");
    await lone.configure((config) => {
      config.Addresses.API = `/ip4/127.0.0.1/tcp/${port}`;
    });
    await lone.start();

    expect(Buffer.from((await blocks.get(rawCid(bytes))) ?? [])).to.deep.equal(Buffer.from(bytes));
    expect(lines.filter((line) => /does not do what it is asked/.test(line))).to.have.lengthOf(1);
    expect(lines.filter((line) => /answers again/.test(line))).to.have.lengthOf(1);
    await blocks.close();
    await lone.remove();
  });

  it("is not worked with when nothing answers there, or when it does not sync", async () => {
    const unsynced = await makeKubo();
    await unsynced.configure(({ Datastore }) => {
      for (const mount of Datastore.Spec.mounts) mount.sync = false;
    });
    await unsynced.start();

    const [nobody, noSync] = await Promise.all([
      errorOf(openKuboBlocks(["http://127.0.0.1:1"], () => {})),
      errorOf(open(unsynced)),
    ]);

    expect(nobody).to.be.instanceOf(BlocksError).with.property("message").that.includes("127.0.0.1:1");
    expect(noSync).to.be.instanceOf(BlocksError).with.property("message").that.includes('"sync": true');
    await unsynced.remove();
  });

  it("is not gone over to while it lacks what the data folder was given before", async () => {
    const folder = await mkdtemp(join(tmpdir(), "furrow-before-"));
    const before = await openBlocks({ folder, kuboRpc: [], log: () => {} });
    await before.put(rawCid(text("from before")), text("from before"));
    await before.close();
    const options = { folder, kuboRpc: [kubo.address], log: () => {} };

    const refused = await errorOf(openBlocks(options));
    // As docs/operate.md says: every file of the folder is one block.
    for (const name of await readdir(folder, { recursive: true }))
      if (name.endsWith(".data")) await kubo.run("block", "put", "--pin", join(folder, name));
    const blocks = await openBlocks(options);

    expect(refused).to.be.instanceOf(BlocksError).with.property("message").that.includes("docs/operate.md");
    expect(await blocks.has(rawCid(text("from before")))).to.equal(true);
    await blocks.close();
    await rm(folder, { recursive: true });
  });

  it("is asked with the user and password of its address, which no error repeats", async () => {
    const shut = await makeKubo();
    await shut.configure(({ API }) => {
      API.Authorizations = { furrow: { AuthSecret: "basic:furrow:s3cret", AllowedPaths: ["/api/v0"] } };
    });
    await shut.start();
    const { host } = new URL(shut.address);

    const without = await errorOf(open(shut));
    const wrong = await errorOf(openKuboBlocks([`http://furrow:guess@${host}`], () => {}));
    const blocks = await openKuboBlocks([`http://furrow:s3cret@${host}`], () => {});
    await blocks.put(rawCid(text("let in")), text("let in"));

    expect(await blocks.has(rawCid(text("let in")))).to.equal(true);
    for (const error of [without, wrong]) {
      expect(error).to.be.instanceOf(BlocksError);
      expect(String(error)).not.to.match(/guess|s3cret/);
    }
    await blocks.close();
    await shut.remove();
  });

  it("has every block that was acknowledged before it was killed", async () => {
    const script = fileURLToPath(new URL("./put-forever.ts", import.meta.url));
    const acknowledged: string[] = [];
    const mortal = await makeKubo();

    for (let round = 0; round < 3; round++) {
      await mortal.start();
      const child = spawn(process.execPath, [script, mortal.address, String(round)], {
        stdio: ["ignore", "pipe", "ignore"],
      });
      const gone = once(child, "exit");
      const enough = acknowledged.length + 20 + round * 13;
      for await (const line of createInterface({ input: child.stdout })) {
        acknowledged.push(line);
        if (acknowledged.length === enough) await mortal.stop("SIGKILL");
      }
      await gone;
    }

    await mortal.start();
    const blocks = await open(mortal);
    for (const cid of acknowledged) expect(await blocks.get(parseCid(cid)), cid).to.be.instanceOf(Uint8Array);
    await blocks.close();
    await mortal.remove();
  });
});

describe("Three Kubo nodes of blocks", function () {
  this.timeout(60_000);
  let nodes: readonly [Kubo, Kubo, Kubo];
  let blocks: Blocks;

  beforeEach(async () => {
    nodes = await Promise.all([makeKubo(), makeKubo(), makeKubo()]);
    await Promise.all(nodes.map((node) => node.start()));
    blocks = await open(...nodes);
  });
  afterEach(async () => {
    await blocks.close();
    await Promise.all(nodes.map((node) => node.remove()));
  });

  const stored = async (node: Kubo) =>
    (await readdir(node.blockFolder, { recursive: true })).filter((name) => name.endsWith(".data")).length;

  it("each get what is put", async () => {
    const before = await Promise.all(nodes.map(stored));

    await blocks.put(rawCid(text("for all")), text("for all"));
    await blocks.close();

    expect(await Promise.all(nodes.map(stored))).to.deep.equal(before.map((count) => count + 1));
  });

  it("take and give with one of them down, and know what was never put", async () => {
    await nodes[0].stop();

    await blocks.put(rawCid(text("by two")), text("by two"));

    expect(await blocks.get(rawCid(text("by two")))).to.be.instanceOf(Uint8Array);
    expect(await blocks.get(rawCid(text("by none")))).to.equal(undefined);
    expect(await blocks.has(rawCid(text("by none")))).to.equal(false);
  });

  it("take nothing with two of them down, give what the third has, and say nothing of what it lacks", async () => {
    await blocks.put(rawCid(text("by all")), text("by all"));
    await blocks.close();
    await Promise.all([nodes[0].stop(), nodes[1].stop()]);

    expect(await problemOf(blocks.put(rawCid(text("late")), text("late")))).to.equal("storage-unavailable");
    expect(await blocks.get(rawCid(text("by all")))).to.be.instanceOf(Uint8Array);
    expect(await problemOf(blocks.get(rawCid(text("unheard of"))))).to.equal("storage-unavailable");
  });

  it("give what one of them holds damaged, and mend it there", async () => {
    const bytes = text("weighed in: 12.5 kg");
    await blocks.put(rawCid(bytes), bytes);
    await blocks.close();
    await writeFile(nodes[0].pathOf(rawCid(bytes)), "weighed in: 99.5 kg");

    expect(Buffer.from((await blocks.get(rawCid(bytes))) ?? [])).to.deep.equal(Buffer.from(bytes));
    await blocks.close();

    const first = await open(nodes[0]);
    expect(Buffer.from((await first.get(rawCid(bytes))) ?? [])).to.deep.equal(Buffer.from(bytes));
  });
});
