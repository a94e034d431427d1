import { expect } from "chai";
import { aFolder, runScript } from "../support/start.ts";

const ABOUT = ["--name-en", "Example cooperative", "--roles", "producer", "--checked", "for a test"];

describe("`npm run admit`", function () {
  this.timeout(30_000);

  for (const [says, key, because] of [
    ["a file that there is not", "/nowhere/manager.json", "there is no such file as /nowhere/manager.json"],
    ["a name without a folder", "manager.json", "there is no such file as manager.json"],
    ["neither file nor key", "mine", "mine is neither a JWK file of a P-256 key nor x.y in base64url"],
    ["a file of something else", "package.json", "package.json is neither a JWK file"],
  ] as const) {
    it(`says in one sentence what is wrong with --manager-key: ${says}`, async () => {
      const data = await aFolder();

      const { code, output } = await runScript("scripts/admit.ts", ...ABOUT, "--manager-key", key, "--data", data);

      expect(code).to.equal(1);
      expect(output).to.include(because);
      expect(output.trim()).not.to.include("\n");
    });
  }
});
