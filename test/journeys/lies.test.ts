/** Somebody who does not believe us plants a lie in the running server, reloads the page and reads its name; the command line finds it too. */
import { expect } from "chai";
import { hexOf } from "../../protocol/bytes.ts";
import { speaker } from "../../scan-web/ui/words.ts";
import type { ExampleResult } from "../../scripts/example/kept.ts";
import { callControl } from "../../server/control.ts";
import { lies } from "../../server/http/lies/all.ts";
import { exampleServer, keepPicture, open, seenOn, verdictOn } from "../support/journey.ts";
import { managerOf, signedNext } from "../support/manager.ts";
import { makeKey } from "../support/recorder.ts";
import { type Running, runScript, startFurrowProcess } from "../support/start.ts";

const MIN_LIES = 10;

interface PlantedLie {
  readonly code: string;
  readonly fingerprint: string;
}

describe("Lies are named", function () {
  this.timeout(120_000);
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
          expect(page.answer).to.include(say("print.mismatch", { mark: planted.fingerprint }));
        }
        if (where === "index") expect(command.mismatches).to.deep.equal([]);
        else expect(command.mismatches).to.include(finding);
        expect(command.code).to.equal(where === "index" ? 0 : 1);
      } finally {
        await callControl(server.data, "tamper-undo", {});
      }
    });
  }

  describe("and do not outlive their server", () => {
    for (const name of ["picture-bit", "index-row"]) {
      it(`where it is killed while ${name} is planted: the next start takes it back and says so`, async () => {
        expect((await tamper(name)).code).to.equal(0);

        server.signal("SIGKILL");
        await server.ended;
        await restart();

        expect(server.output()).to.include(`the lie "${name}", planted before the server ended, is taken back`);
        expect(await isWhole()).to.equal(true);
        expect(await mismatchesOf(example.bag.code)).to.deep.equal([]);
        expect((await tamper("undo")).output).to.equal("Nothing was planted.\n");
      });
    }

    it("where it is stopped: nothing is left to take back", async () => {
      await tamper("picture-bit");

      await server.stop();
      await restart();

      expect(server.output()).not.to.include("is taken back");
      expect(await mismatchesOf(example.bag.code)).to.deep.equal([]);
    });
  });

  it("and none is left when all are taken back", async () => {
    const { verdict } = await scan(example.bag.code);

    expect([verdict.whole, verdict.total]).to.deep.equal([example.records, example.records]);
    expect(verdict.state).to.be.oneOf(["whole", "notices"]);
    expect(await mismatchesOf(example.bag.code)).to.deep.equal([]);
  });

  describe("and end with the first thing that is not the example's:", () => {
    it("an organisation that is admitted; from then on none can be planted", async () => {
      await tamper("picture-bit");

      await admit();

      expect(server.output()).to.include('the lie "picture-bit" is taken back: an organisation was admitted');
      expect(await mismatchesOf(example.bag.code)).to.deep.equal([]);
      expect(await tamper("picture-bit")).to.satisfy(isRefused);
      await server.stop();
    });

    it("a record that is submitted; from then on none can be planted", async () => {
      ({ server, address, example } = await exampleServer());
      await tamper("index-row");
      const manager = await managerOf(server.data, address, example.organisation);

      const batch = await signedNext(manager, await manager.note(manager.organisationSubject));
      expect((await manager.send(batch)).status).to.equal(202);

      expect(server.output()).to.include('the lie "index-row" is taken back: a record was submitted');
      expect(await tamper("index-row")).to.satisfy(isRefused);
      await manager.settled(batch.hash);
      expect(await tamper("index-row")).to.satisfy(isRefused);
      await server.stop();
    });

    it("and even a record that waits for a subject to come", async () => {
      ({ server, address, example } = await exampleServer());
      const manager = await managerOf(server.data, address, example.organisation);
      const batch = await signedNext(manager, await manager.note(new Uint8Array(32).fill(9)));

      expect((await manager.send(batch)).status).to.equal(202);

      expect(await tamper("index-row")).to.satisfy(isRefused);
    });
  });

  async function restart(): Promise<void> {
    server = startFurrowProcess({ data: server.data });
    address = await server.ready;
  }

  async function admit(): Promise<void> {
    const { key } = await makeKey();
    await callControl(server.data, "admit", {
      ...{ name: { en: "Another cooperative" }, roles: ["producer"], registration: null, phone: null },
      ...{ checked: { en: "made for a test" }, managerKey: { x: hexOf(key.x), y: hexOf(key.y) } },
    });
  }

  function isRefused({ code, output }: { readonly code: number | null; readonly output: string }): boolean {
    return code === 1 && output.includes("this server holds records that are not the example's");
  }

  async function mismatchesOf(code: string): Promise<readonly string[]> {
    return (await check({ code, fingerprint: example.fingerprint })).mismatches;
  }

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
