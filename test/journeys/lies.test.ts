/** Somebody who does not believe us plants a lie in the running server, reloads the page and reads its name; the command line finds it too. */
import { expect } from "chai";
import { speaker } from "../../scan-web/ui/words.ts";
import type { ExampleResult } from "../../scripts/example/kept.ts";
import { callControl } from "../../server/control.ts";
import { lies } from "../../server/http/lies/all.ts";
import { exampleServer, keepPicture, open, seenOn, verdictOn } from "../support/journey.ts";
import { type Running, runScript } from "../support/start.ts";

const MIN_LIES = 10;

interface PlantedLie {
  readonly code: string;
  readonly fingerprint: string;
}

describe("Lies are named", function () {
  this.timeout(60_000);
  const { say } = speaker("en");
  let server: Running;
  let address: string;
  let example: ExampleResult;

  before(async () => {
    ({ server, address, example } = await exampleServer());
  });
  after(() => server?.stop());

  it("and listed, planted and taken back by `npm run tamper`", async () => {
    const list = await tamper("list");
    expect(list.code).to.equal(0);
    expect(lies.length).to.be.at.least(MIN_LIES);
    for (const { name } of lies) expect(list.output).to.match(new RegExp(`^  ${name} `, "m"));

    const planted = await tamper("signature-bit");
    expect(planted.output).to.include("It should say: signature-invalid").and.to.include(example.bag.code);
    expect((await tamper("list")).output).to.match(/^\* signature-bit /m);

    expect((await tamper("undo")).output).to.equal("Taken back: signature-bit.\n");
    expect((await tamper("undo")).output).to.equal("Nothing was planted.\n");
    expect(await tamper("no-such-lie")).to.include({ code: 1 });
  });

  for (const { name, says, finding, where } of lies) {
    it(`${says}: ${finding}`, async () => {
      expect(await isWhole()).to.equal(true);

      const planted = (await callControl(server.data, "tamper-plant", { name })) as PlantedLie;
      try {
        const [page, command] = await Promise.all([
          finding === "fingerprint-mismatch" ? print(planted) : scan(planted.code, `lie-${name}`),
          check(planted),
        ]);

        if ("verdict" in page) {
          expect(page.verdict.state, page.verdict.sentence).to.equal("mismatch");
          expect(page.verdict.findings).to.include(finding);
          expect(page.said).to.include(say(`finding.${finding}.do`));
        } else {
          expect(page.answer).to.equal(say("print.mismatch"));
        }
        if (where === "index") expect(command.mismatches).to.deep.equal([]);
        else expect(command.mismatches).to.include(finding);
        expect(command.code).to.equal(where === "index" ? 0 : 1);
      } finally {
        await callControl(server.data, "tamper-undo", {});
      }
    });
  }

  it("and none is left when all are taken back", async () => {
    const { verdict } = await scan(example.bag.code);

    expect([verdict.whole, verdict.total]).to.deep.equal([example.records, example.records]);
    expect(verdict.state).to.be.oneOf(["whole", "notices"]);
    expect((await check({ code: example.bag.code, fingerprint: example.fingerprint })).mismatches).to.deep.equal([]);
  });

  function tamper(what: string) {
    return runScript("scripts/tamper.ts", what, "--data", server.data);
  }

  async function isWhole(): Promise<boolean> {
    const { page, context } = await open(`${address}${example.bag.code}?lang=en`, { lang: "en" });
    const { state, whole, total } = await verdictOn(page);
    await context.close();
    return state !== "mismatch" && whole === total && total === example.records;
  }

  /** In a browser of its own, for one that has shown a picture keeps its good copy. */
  async function scan(code: string, picture?: string) {
    const { page, context } = await open(`${address}${code}?lang=en`, { lang: "en" });
    try {
      await verdictOn(page);
      // A picture is loaded and checked when it comes into view.
      for (const image of await page.locator("img[data-file]").all()) await image.scrollIntoViewIfNeeded();
      await page.waitForFunction(everyPictureIsMarked);
      const verdict = await verdictOn(page);
      const said = await seenOn(page);
      await page.evaluate(() => scrollTo(0, 0));
      if (picture !== undefined) await keepPicture(page, picture, false);
      return { verdict, said };
    } finally {
      await context.close();
    }
  }

  /** By the address that home and `npm run tamper` give, with what is printed on the bag. */
  async function print({ code, fingerprint }: PlantedLie): Promise<{ readonly answer: string }> {
    const { page, context } = await open(`${address}${code}?lang=en#mark=${fingerprint}`, { lang: "en" });
    await verdictOn(page);
    const answer = await seenOn(page, "#print-answer:not(:empty)");
    await context.close();
    return { answer };
  }

  async function check({ code, fingerprint }: PlantedLie) {
    const arguments_ = [address + code, "--json", "--fingerprint", fingerprint];
    const { code: exit, output } = await runScript("scripts/verify.ts", ...arguments_);
    const report = JSON.parse(output) as {
      readonly finding?: string;
      readonly findings?: readonly { readonly code: string; readonly grade: string }[];
    };
    const named = report.findings?.filter(({ grade }) => grade === "mismatch").map((found) => found.code);
    return { code: exit, mismatches: named ?? [report.finding ?? ""] };
  }
});

/** Runs in the page. */
function everyPictureIsMarked(): boolean {
  const files = [...document.querySelectorAll<HTMLElement>("img[data-file]")].map(({ dataset }) => dataset.file);
  return files.every((cid) => document.querySelector(`.file-check[data-file="${cid}"]:not([hidden])`) !== null);
}
