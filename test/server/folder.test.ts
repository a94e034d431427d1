import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { type DataFolder, FolderError, openFolder } from "../../server/folder.ts";
import { temporaryFolder } from "../support/server.ts";

describe("The data folder", () => {
  let temporary: ReturnType<typeof temporaryFolder>;
  let path: string;
  let held: DataFolder | null;

  beforeEach(() => {
    temporary = temporaryFolder();
    path = temporary.path;
    held = null;
  });

  afterEach(() => {
    held?.release();
    temporary.remove();
  });

  const open = (example: "none" | "making" = "none", log: (line: string) => void = () => {}) =>
    openFolder(path, () => ({ genesisTimeS: 1_700_000_000, example }), log);
  const refusal = async () => {
    const error = await open().catch((cause: unknown) => cause);
    expect(error).to.be.instanceOf(FolderError);
    return (error as FolderError).message;
  };

  it("is made for its owner's eyes, keys above all", async () => {
    held = await open();

    const mode = (name: string) => statSync(join(path, name)).mode & 0o777;
    expect([mode("."), mode("keys"), mode("keys/relay.json"), mode("keys/operator.json")]).to.deep.equal([
      0o700, 0o700, 0o600, 0o600,
    ]);
  });

  it("has keys and a chain id of its own, and keeps them", async () => {
    held = await open();
    const first = { ...held.marker, relay: held.relayKey, operator: held.operatorKey };
    held.release();

    held = await open();

    expect({ ...held.marker, relay: held.relayKey, operator: held.operatorKey }).to.deep.equal(first);
    expect(held.isNew).to.equal(false);
    expect(first.relay).not.to.deep.equal(first.operator);
    expect(first.chainId).to.be.within(1, 2 ** 48 - 1);
  });

  it("is held by one at a time, and free again once that one lets go", async () => {
    held = await open();

    expect(await refusal()).to.include("in use by another Furrow server");
    held.release();
    held = await open();
    expect(held.isNew).to.equal(false);
  });

  it("is not made of a folder in which something else lies, and leaves that alone", async () => {
    mkdirSync(path);
    writeFileSync(join(path, "thesis.txt"), "mine");

    expect(await refusal()).to.include("not a Furrow data folder");
    expect(readFileSync(join(path, "thesis.txt"), "utf8")).to.equal("mine");
    expect(existsSync(join(path, "lock"))).to.equal(false);
  });

  it("says in one sentence that it was made by an older or a newer Furrow", async () => {
    held = await open();
    held.release();
    const marker = JSON.parse(readFileSync(join(path, "furrow.json"), "utf8")) as object;

    writeFileSync(join(path, "furrow.json"), JSON.stringify({ ...marker, format: 0 }));
    expect(await refusal()).to.match(/^.+ was made by an older Furrow \(format 0, .+$/);
    writeFileSync(join(path, "furrow.json"), JSON.stringify({ ...marker, format: 2 }));
    expect(await refusal()).to.include("was made by a newer Furrow (format 2");
  });

  it("names the file that is damaged, and makes no new key in its place", async () => {
    held = await open();
    held.release();
    writeFileSync(join(path, "keys/relay.json"), "{");

    expect(await refusal()).to.match(/keys\/relay\.json is damaged: restore it from a backup\.$/);
    expect(readFileSync(join(path, "keys/relay.json"), "utf8")).to.equal("{");
  });

  it("is emptied and begun anew when an example was left half made", async () => {
    held = await open("making");
    const { chainId } = held.marker;
    writeFileSync(join(path, "kept.sqlite"), "half");
    held.release();
    const lines: string[] = [];

    held = await open("making", (line) => lines.push(line));

    expect(held.isNew).to.equal(true);
    expect(held.marker.chainId).not.to.equal(chainId);
    expect(existsSync(join(path, "kept.sqlite"))).to.equal(false);
    expect(lines).to.have.length(1);
  });

  it("is never emptied once its example is whole", async () => {
    held = await open("making");
    await held.mark({ example: "complete" });
    writeFileSync(join(path, "kept.sqlite"), "whole");
    held.release();

    held = await open("making");

    expect(held.isNew).to.equal(false);
    expect(readFileSync(join(path, "kept.sqlite"), "utf8")).to.equal("whole");
  });
});
