import { chmodSync, mkdirSync, rmSync, statSync, symlinkSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { Problem } from "../../protocol/problem.ts";
import { type Control, ControlError, callControl, openControl } from "../../server/control.ts";
import { temporaryFolder } from "../support/server.ts";

describe("The control socket", () => {
  let temporary: ReturnType<typeof temporaryFolder>;
  let control: Control | null;

  beforeEach(() => {
    temporary = temporaryFolder();
    mkdirSync(temporary.path);
    control = null;
  });

  afterEach(async () => {
    await control?.close();
    temporary.remove();
  });

  const failure = async (name: string, folder = temporary.path) => {
    const error = await callControl(folder, name, {}).catch((cause: unknown) => cause);
    expect(error).to.be.instanceOf(ControlError);
    return (error as ControlError).message;
  };

  it("answers its owner, and opens to nobody else", async () => {
    control = await openControl(temporary.path);
    control.on("double", async (args) => ({ twice: 2 * Number((args as { n: number }).n) }));

    expect(await callControl(temporary.path, "double", { n: 21 })).to.deep.equal({ twice: 42 });
    expect(statSync(join(temporary.path, "control.sock")).mode & 0o777).to.equal(0o600);
  });

  it("tells what was wrong, with place and mend", async () => {
    control = await openControl(temporary.path);
    control.on("refuse", async () => {
      throw new Problem("form-refused", "/roles", "no role was given");
    });

    expect(await failure("refuse")).to.match(/^\/roles: no role was given\. \w/);
    expect(await failure("unknown")).to.equal('This server knows no "unknown".');
  });

  it("says that no server runs on a folder", async () => {
    expect(await failure("double")).to.include("No Furrow server runs on");
  });

  it("is there again after a server that was killed", async () => {
    const killed = await openControl(temporary.path);
    control = await openControl(temporary.path);
    control.on("who", async () => "second");

    expect(await callControl(temporary.path, "who", {})).to.equal("second");
    await killed.close();
  });

  it("works in a folder whose path is longer than a socket's may be", async () => {
    const deep = join(temporary.path, "d".repeat(120));
    mkdirSync(deep);
    control = await openControl(deep);
    control.on("who", async () => "deep");

    expect(await callControl(deep, "who", {})).to.equal("deep");
  });

  it("answers requests of one name one after another, whoever sends them", async () => {
    control = await openControl(temporary.path);
    let running = 0;
    control.on("rebuild", async () => {
      const before = running++;
      await new Promise((done) => setImmediate(done));
      running--;
      return before;
    });

    const asked = Array.from({ length: 5 }, () => callControl(temporary.path, "rebuild", {}));

    expect(await Promise.all(asked)).to.deep.equal([0, 0, 0, 0, 0]);
  });

  it("lies in no temporary folder that others could have made or can open", async () => {
    const deep = join(temporary.path, "d".repeat(120));
    mkdirSync(deep);
    const near = join(temporary.path, `furrow-${userInfo().uid}`);
    const before = process.env.TMPDIR;
    process.env.TMPDIR = temporary.path;
    try {
      mkdirSync(near);
      chmodSync(near, 0o770);
      const open = await openControl(deep).catch((cause: unknown) => cause);
      const called = await failure("who", deep);
      rmSync(near, { recursive: true });
      symlinkSync(deep, near);
      const linked = await openControl(deep).catch((cause: unknown) => cause);

      for (const error of [open, linked]) expect(error).to.be.instanceOf(ControlError);
      expect(called).to.include("is not a folder of yours alone");
    } finally {
      if (before === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = before;
    }
  });
});
