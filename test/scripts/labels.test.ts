import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { printSerial } from "../../protocol/label.ts";
import { aLot, aRun, randomSerials, sendAll } from "../support/labels.ts";
import { startServer, type TestServer } from "../support/server.ts";
import { aFolder, runScript } from "../support/start.ts";

/** Nothing listens there. */
const NOWHERE = "http://127.0.0.1:9";

describe("`npm run labels`", function () {
  this.timeout(60_000);

  const [serial = ""] = randomSerials(1);
  let folder: string;

  before(async () => {
    folder = await aFolder();
  });

  const listOf = async (text: string) => {
    const path = `${folder}.txt`;
    await writeFile(path, text);
    return path;
  };

  it("ends with 2 and one sentence where the question makes no sense, or nobody answers", async () => {
    const list = await listOf(`# remark\n\n${serial}\n`);
    const wrong: readonly (readonly [readonly string[], string])[] = [
      [["--codes", `${folder}-missing.txt`], "cannot be read"],
      [["--codes", list], "does not answer"],
      [["--codes", list, "--png"], "--format"],
      [["--codes", list, "--x", "much"], "--x"],
      [["--codes", list, "--format", "letter"], "a4"],
      [[], "--codes"],
    ];
    for (const [given, said] of wrong) {
      const { code, output } = await runScript("scripts/labels.ts", ...given, "--out", folder, "--server", NOWHERE);

      expect(code, given.join(" ")).to.equal(2);
      expect(output, given.join(" "))
        .to.include(said)
        .and.not.to.match(/ {4}at |node:internal/);
    }
  });

  it("names the line of what is no code, and of what stands there twice, before it asks anybody", async () => {
    const cases: readonly (readonly [string, string])[] = [
      [`${serial}\nnonsense\n`, "line 2: “nonsense”"],
      [`\ufeff${serial}\r\n# remark\r\n${printSerial(serial)}\r\n`, "line 3: "],
    ];
    for (const [text, said] of cases) {
      const given = ["--codes", await listOf(text), "--out", folder, "--server", NOWHERE];
      const { code, output } = await runScript("scripts/labels.ts", ...given);

      expect(code, output).to.equal(1);
      expect(output).to.include(said);
    }
  });

  it("writes nothing into a folder that holds labels already: those of another run would be printed with them", async () => {
    for (const name of ["labels-0002.html", "0123-4567-89ABCD.png"]) {
      const out = await aFolder();
      await mkdir(out);
      await writeFile(join(out, name), "another run's");
      const given = ["--codes", await listOf(`${serial}\n`), "--out", out, "--server", NOWHERE];
      const { code, output } = await runScript("scripts/labels.ts", ...given);

      expect(code, output).to.equal(2);
      expect(output).to.include(name).and.to.include("--out");
      expect(await readdir(out)).to.deep.equal([name]);
    }
  });

  describe("with a server", () => {
    let server: TestServer;
    const list = randomSerials(41);

    before(async () => {
      server = await startServer();
      const recorder = await server.admitRecorder();
      const { lot } = await aLot(recorder, 200_000n);
      const nonce = recorder.takeNonce();
      const run = await aRun(recorder, lot, list, nonce);
      await recorder.request("PUT", `/api/files/${run.cid}`, run.list, "text/csv");
      await sendAll(recorder, [nonce, [run.group]]);
      await server.furrow.settled();
    });

    after(() => server.close());

    const print = async (serials: readonly string[], ...more: readonly string[]) => {
      const out = await aFolder();
      const codes = await listOf(serials.join("\n"));
      const given = ["--codes", codes, "--out", out, "--server", server.address, ...more];
      return { out, ...(await runScript("scripts/labels.ts", ...given)) };
    };

    it("says how much it has written, of one as of many, and no more than once into a folder", async () => {
      const one = await print(list.slice(0, 1));
      const again = ["--codes", await listOf(`${list[1]}\n`), "--out", one.out, "--server", server.address];
      const second = await runScript("scripts/labels.ts", ...again);
      const many = await print(list, "--format", "40x30", "--png");

      expect(one.code, one.output).to.equal(0);
      expect(one.output).to.include(`1 label in 1 file in ${one.out}`);
      expect(second.code, second.output).to.equal(2);
      expect(many.output).to.include(`41 labels in 41 files in ${many.out}`);
      expect(await readdir(many.out)).to.have.length(41);
    });
  });
});
