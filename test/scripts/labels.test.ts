import { writeFile } from "node:fs/promises";
import { expect } from "chai";
import { printSerial } from "../../protocol/label.ts";
import { randomSerials } from "../support/labels.ts";
import { aFolder, runScript } from "../support/start.ts";

/** Nothing listens there. */
const NOWHERE = "http://127.0.0.1:9";

describe("`npm run labels`", function () {
  this.timeout(30_000);

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
});
