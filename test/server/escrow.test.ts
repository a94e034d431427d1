import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { cidOf } from "../../protocol/cid.ts";
import { makeSealingKey, openSeal, recipientsOf, seal } from "../../scan-web/record/seal.ts";
import type { Field } from "../../scan-web/record/model.ts";
import { openSealed } from "../../server/blocks/seal.ts";
import { escrowKeyOf, openEscrow } from "../../server/escrow.ts";
import { FolderError } from "../../server/folder.ts";
import { ROOT } from "../../scripts/house/root.ts";
import { startServer, type TestServer } from "../support/server.ts";
import { problemOf } from "./blocks/problem-of.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);

describe("The operator's escrow key", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "furrow-escrow-"));
    await mkdir(join(folder, "keys"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("is made once, for its owner alone, and its private half is told to nobody", async () => {
    const told = await openEscrow(folder, true);

    expect(told).to.have.all.keys("kty", "crv", "x", "y");
    expect(await openEscrow(folder, true)).to.deep.equal(told);
    expect((await stat(join(folder, "keys/escrow.json"))).mode & 0o777).to.equal(0o600);
  });

  it("is not made where it is switched off, and stays where it is switched off later", async () => {
    expect(await openEscrow(folder, false)).to.equal(null);
    expect(await escrowKeyOf(folder)).to.equal(null);

    await openEscrow(folder, true);
    expect(await openEscrow(folder, false)).to.equal(null);
    expect(await escrowKeyOf(folder)).not.to.equal(null);
  });

  it("opens what a phone sealed to it, and nothing else", async () => {
    const [escrow, phone] = [await openEscrow(folder, true), await makeSealingKey()];
    const key = await escrowKeyOf(folder);
    if (escrow === null || key === null) throw new Error("no key was made");
    const content = utf8("合同");
    const sealed = await seal(content, [phone.key, escrow]);

    expect(await openSealed(sealed, key)).to.deep.equal(content);
    expect(await openSeal(sealed, phone)).to.deep.equal(content);
    expect(await problemOf(openSealed(await seal(content, [phone.key]), key))).to.equal("seal-unreadable");
    expect(await problemOf(openSealed(utf8("{}"), key))).to.equal("seal-unreadable");
    expect(
      await problemOf(
        openSealed(
          sealed.map((byte, at) => (at === 20 ? byte ^ 1 : byte)),
          key,
        ),
      ),
    ).to.equal("seal-unreadable");
  });

  it("that is damaged stops the start with one sentence, for a new one would open nothing", async () => {
    const path = join(folder, "keys/escrow.json");
    await openEscrow(folder, true);
    const text = await readFile(path, "utf8");
    const other = await mkdtemp(join(tmpdir(), "furrow-escrow-"));
    await mkdir(join(other, "keys"));
    await openEscrow(other, true);
    const { d } = JSON.parse(await readFile(join(other, "keys/escrow.json"), "utf8")) as { d: string };
    await rm(other, { recursive: true });

    for (const broken of ["", "{}", text.slice(0, 40), JSON.stringify({ ...JSON.parse(text), d })]) {
      await writeFile(path, broken);
      expect(await openEscrow(folder, true).catch((error: unknown) => error), broken).to.be.instanceOf(FolderError);
    }
  });
});

describe("Whom a phone seals to", () => {
  it("are itself, the operator and the managers that work, each once", async () => {
    const keys = await Promise.all(Array.from({ length: 5 }, () => makeSealingKey()));
    const [self, escrow, first, second, gone] = keys.map(({ key }) => key);
    if (self === undefined || escrow === undefined || first === undefined) throw new Error("no keys");
    const phone = (sealing: typeof self | null | undefined, manager = true, active = true) => ({
      ...{ recorder: "0x00" as const, manager, active, device: null, enrolledAtS: 0, sealing: sealing ?? null },
    });
    const field = {
      organisation: { escrow, sealing: first },
      recorders: [phone(first), phone(second), phone(gone, true, false), phone(keys[4]?.key, false), phone(null)],
    } as unknown as Field;

    expect(recipientsOf({ sealing: self }, field)).to.deep.equal([self, escrow, first, second]);
    const none = { ...field, organisation: null, recorders: [] };
    expect(recipientsOf({ sealing: self }, none)).to.deep.equal([self]);
  });
});

describe("npm run open-sealed", () => {
  it("opens what lies on a server with HTTPS=on, at the address that it finds by itself", async () => {
    const server = await startServer({ env: { HTTPS: "on" } });
    try {
      const key = await openEscrow(server.folder, true);
      if (key === null) throw new Error("no key");
      const bytes = await seal(utf8("赵大爷"), [key]);
      const cid = cidOf(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)), "raw");
      const status = await putSecurely(server, `/api/files/${cid}`, bytes);
      const open = async (...args: string[]) =>
        await promisify(execFile)(process.execPath, ["scripts/open-sealed.ts", cid, "--data", server.folder, ...args], {
          ...{ cwd: ROOT, env: { ...process.env, PORT: String(server.furrow.port) } },
        });

      const [found, told] = [await open(), await open("--server", server.address)];

      expect(status).to.be.within(200, 204);
      expect([found.stdout, told.stdout]).to.deep.equal(["赵大爷\n", "赵大爷\n"]);
    } finally {
      await server.close();
    }
  }).timeout(120_000);

  it("opens what was sealed to the running server's key, and says why it cannot", async () => {
    const server = await startServer();
    try {
      const key = await openEscrow(server.folder, true);
      if (key === null) throw new Error("no key");
      const put = async (content: Uint8Array, keys: readonly (typeof key)[]) => {
        const bytes = await seal(content, keys);
        const cid = cidOf(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)), "raw");
        const { status } = await fetch(`${server.address}/api/files/${cid}`, {
          ...{ method: "PUT", body: bytes, headers: { "content-type": "application/jose+json" } },
        });
        expect(status).to.be.within(200, 204);
        return cid;
      };
      const open = async (...args: string[]) => {
        const all = ["scripts/open-sealed.ts", ...args, "--data", server.folder, "--server", server.address];
        return await promisify(execFile)(process.execPath, all, { cwd: ROOT });
      };
      const note = await put(utf8("赵大爷"), [key]);
      const strange = await put(utf8("secret"), [(await makeSealingKey()).key]);

      expect((await open(note)).stdout).to.equal("赵大爷\n");
      const out = join(server.folder, "note.txt");
      await open(note, "--out", out);
      expect(await readFile(out, "utf8")).to.equal("赵大爷");
      expect((await stat(out)).mode & 0o777).to.equal(0o600);
      for (const [args, sentence] of [
        [[note, "--out", out], "is there already"],
        [[strange], "not sealed to this server's escrow key"],
        [[cidOf(new Uint8Array(32), "raw")], "is not there"],
        [["x"], "CIDv1"],
      ] as const) {
        const failed = (await open(...args).catch((error: unknown) => error)) as { stderr?: string; code?: number };
        expect(failed.stderr).to.include(sentence);
        expect(failed.code).to.equal(1);
      }

      const served = await fetch(`${server.address}/ipfs/${note}`);
      expect(served.headers.get("content-disposition")).to.match(/^attachment;/);
      expect(served.headers.get("x-content-type-options")).to.equal("nosniff");
      expect(served.headers.get("content-security-policy")).to.include("sandbox");
      expect(served.headers.get("content-type")).to.equal("text/plain; charset=utf-8");
    } finally {
      await server.close();
    }
  }).timeout(120_000);
});

/** By https, trusting the server's own authority. @returns the status */
async function putSecurely({ folder, furrow }: TestServer, path: string, bytes: Uint8Array): Promise<number> {
  const ca = await readFile(join(folder, "tls/ca.crt"));
  return new Promise((done, fail) => {
    const asked = request(
      {
        ...{ host: "127.0.0.1", servername: "localhost", port: furrow.port, path, ca, agent: false, method: "PUT" },
        headers: { "content-type": "application/jose+json", "content-length": bytes.length },
      },
      (response) => {
        response.resume();
        response.on("end", () => done(response.statusCode ?? 0));
      },
    );
    asked.on("error", fail).end(bytes);
  });
}
