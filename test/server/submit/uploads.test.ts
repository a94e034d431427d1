import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { Upload } from "@tus/server";
import { expect } from "chai";
import { Problem } from "../../../protocol/problem.ts";
import { keepUploads, type Uploads } from "../../../server/submit/uploads.ts";

const TWO_DAYS_MS = 2 * 24 * 3_600_000;

describe("Uploads that are under way", () => {
  let folder: string;
  let uploads: Uploads;
  let stored: Map<string, Uint8Array>;
  let refusal: Problem | null;
  let nowMs: number;

  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), "furrow-uploads-")), "uploads");
    stored = new Map();
    refusal = null;
    nowMs = Date.now();
    uploads = keepUploads({
      folder,
      async put(cid, bytes) {
        if (refusal !== null) throw refusal;
        stored.set(cid, bytes);
      },
      sizeOf: async (cid) => stored.get(cid)?.length ?? null,
      log: () => {},
      nowMs: () => nowMs,
    });
  });

  afterEach(async () => {
    await uploads.close();
    rmSync(join(folder, ".."), { recursive: true, force: true });
  });

  const begin = async (cid: string, size: number, part: string) => {
    await uploads.store.create(new Upload({ id: cid, size, offset: 0, metadata: { cid, type: "text/csv" } }));
    await uploads.store.write(Readable.from([Buffer.from(part)]), cid, 0);
  };

  const failureOf = (work: Promise<void>): Promise<unknown> =>
    work.then(
      () => null,
      (cause: unknown) => cause,
    );

  it("are as long as what was written of them", async () => {
    await begin("one", 10, "a,b\n");

    expect(await uploads.begun("one")).to.deep.equal({ size: 10, offset: 4, mediaType: "text/csv" });
    expect(await uploads.begun("other")).to.equal(null);
  });

  it("are stored once for all who finish them at the same time", async () => {
    await begin("one", 4, "a,b\n");

    await Promise.all([uploads.finish("one"), uploads.finish("one")]);

    expect(Buffer.from(stored.get("one") ?? []).toString()).to.equal("a,b\n");
  });

  it("stay for the next attempt where there was no room, and go where they can never be stored", async () => {
    await begin("one", 4, "a,b\n");
    refusal = new Problem("storage-full", "", "no room");
    const full = await failureOf(uploads.finish("one"));
    const after = await uploads.begun("one");
    refusal = new Problem("file-cid-mismatch", "", "another");
    const other = await failureOf(uploads.finish("one"));

    expect(full).to.include({ type: "storage-full" });
    expect(after).to.include({ offset: 4 });
    expect(other).to.include({ type: "file-cid-mismatch" });
    expect(readdirSync(folder)).to.deep.equal([]);
  });

  it("are never said to be stored where they went meanwhile, or were begun anew", async () => {
    await begin("one", 4, "a,b\n");
    await uploads.drop("one");
    await begin("two", 8, "a,b\n");

    for (const cid of ["one", "two"])
      expect(await failureOf(uploads.finish(cid)), cid)
        .to.be.instanceOf(Problem)
        .and.include({ type: "upload-missing" });
  });

  it("begin anew where their note was lost", async () => {
    await begin("one", 10, "a,b\n");
    writeFileSync(join(folder, "one.json"), '{"id":"one","si');

    expect(await uploads.begun("one")).to.equal(null);
  });

  it("go two days after the last byte, with whatever was left of them", async () => {
    await begin("old", 10, "a,b\n");
    await begin("new", 10, "a,b\n");
    writeFileSync(join(folder, "orphan.json"), "{}");
    const long = new Date(nowMs - TWO_DAYS_MS - 60_000);
    for (const name of ["old", "old.json", "new.json", "orphan.json"]) utimesSync(join(folder, name), long, long);

    await uploads.sweep();

    expect(readdirSync(folder).toSorted()).to.deep.equal(["new", "new.json"]);
    nowMs += TWO_DAYS_MS + 60_000;
    expect(await uploads.begun("new")).to.equal(null);
  });
});
