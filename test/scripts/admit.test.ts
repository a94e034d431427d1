import { expect } from "chai";
import { callControl } from "../../server/control.ts";
import type { Invited } from "../../server/joining.ts";
import { aPhone, INVITED, joinAt, lookAt } from "../support/joining.ts";
import { readQr } from "../support/qr.ts";
import { makeKey, Recorder } from "../support/recorder.ts";
import { startServer, type TestServer } from "../support/server.ts";
import { aFolder, type Running, runScript, startFurrowProcess } from "../support/start.ts";

const ABOUT = ["--name-en", "Example cooperative", "--roles", "producer", "--checked", "for a test"];
const LINK = /^ {2}(\S+)\/record\/#\/join\/(\S+)$/m;

describe("`npm run admit`", function () {
  this.timeout(60_000);

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

  describe("asks the running server", () => {
    let server: TestServer;

    before(async () => {
      server = await startServer({ env: { PUBLIC_URL: "https://trace.example.org" } });
    });

    after(() => server.close());

    const admit = (...args: readonly string[]) => runScript("scripts/admit.ts", ...args, "--data", server.folder);
    const codeIn = (output: string) => LINK.exec(output)?.[2] ?? "";

    it("and prints a link to be opened once, as a code too, with the time for which it holds", async () => {
      const { code, output } = await admit(...ABOUT);

      expect(code).to.equal(0);
      const [, origin, invitation = ""] = LINK.exec(output) ?? [];
      expect(origin).to.equal("https://trace.example.org");
      expect(invitation).to.match(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$/);
      expect(output).to.match(/It holds for 7 days, until \d{4}-\d\d-\d\d \d\d:\d\d, for one phone\./);
      expect(await readQr(drawn(output))).to.deep.equal([`${origin}/record/#/join/${invitation}`]);
      const joined = await joinAt(server.address, invitation, (await aPhone()).body);
      expect(joined.body).to.nested.include({ state: "joined", "organisation.name.en": "Example cooperative" });
    });

    it("and admits at once with --manager-key", async () => {
      const { key } = await makeKey();
      const given = [key.x, key.y].map((part) => Buffer.from(part).toString("base64url")).join(".");

      const { code, output } = await admit(...ABOUT, "--manager-key", given);

      expect(code).to.equal(0);
      expect(output).to.match(/^Organisation \d+ is admitted \(block \d+\)\.\nIts public document: \/ipfs\/bagaa/);
    });

    it("and gives an organisation that lost its keys a new manager's, by a link or at once", async () => {
      const lost = await server.admitRecorder();
      const { key } = await makeKey();
      const given = [key.x, key.y].map((part) => Buffer.from(part).toString("base64url")).join(".");
      const of = ["--organisation", String(lost.organisation), "--checked", "当面核对"];

      const linked = await admit(...of);
      const atOnce = await admit(...of, "--manager-key", given);

      const joined = await joinAt(server.address, codeIn(linked.output), (await aPhone()).body);
      expect(joined.body).to.nested.include({ state: "joined", "organisation.number": lost.organisation });
      expect(atOnce.output).to.include(`Organisation ${lost.organisation} has that key`);
    });

    it("and lists what is open, without a code", async () => {
      const none = await admit("--list");
      const { output } = await admit("--name-zh", "待办示例合作社", "--roles", "producer", "--checked", "for a test");

      const listed = await admit("--list");

      expect(none.output).to.equal("No invitation is open.\n");
      expect(listed.output).to.match(/^待办示例合作社: until \d{4}-\d\d-\d\d \d\d:\d\d\n$/);
      expect(listed.output).not.to.include(codeIn(output).slice(0, 9));
    });

    for (const [says, args, because] of [
      ["no name", ["--roles", "producer", "--checked", "for a test"], "Give its name"],
      ["no roles", ["--name-en", "Example", "--checked", "for a test"], "Give --roles"],
      ["a role that is none", [...ABOUT, "--roles", "farmer"], '"farmer" is none of producer'],
      ["nothing checked", ["--organisation", "1"], "Give --checked"],
      ["no number", ["--organisation", "one", "--checked", "seen"], "one is no number of an organisation"],
      ["an organisation that is none", ["--organisation", "777", "--checked", "seen"], "have been admitted"],
    ] as const) {
      it(`and says in one sentence what it cannot do: ${says}`, async () => {
        const { code, output } = await admit(...args);

        expect(code).to.equal(1);
        expect(output).to.include(because);
        expect(output.trim()).not.to.include("\n");
      });
    }
  });

  it("admits one organisation by one link, at whichever moment the server is killed", async function () {
    this.timeout(180_000);
    const data = await aFolder();
    const begin = (): Running => startFurrowProcess({ data, args: ["--no-example"] });
    let server = begin();
    let address = await server.ready;
    const joinedAs: number[] = [];
    try {
      // From before the request is read to after it is answered: an admission takes some 60 ms, and up to a second of waiting for its block.
      for (const afterMs of [0, 5, 15, 40, 100, 400, 1_200]) {
        const { code } = (await callControl(data, "invite", { said: INVITED })) as Invited;
        const phone = await aPhone();
        const first = joinAt(address, code, phone.body).catch(() => null);
        await new Promise((done) => setTimeout(done, afterMs));
        server.signal("SIGKILL");
        await Promise.all([server.ended, first]);
        server = begin();
        address = await server.ready;

        let told = await joinAt(address, code, phone.body);
        while (told.status === 202) told = await lookAt(address, code);
        const again = await joinAt(address, code, phone.body);

        expect(told.body.state).to.equal("joined");
        expect(again.body).to.deep.equal(told.body);
        const { number } = told.body.organisation as { readonly number: number };
        joinedAs.push(number);
        const recorder = await Recorder.at(address, phone.signer, number);
        expect((await recorder.request("GET", `/api/recorders/${recorder.id}`)).body).to.include({
          organisation: number,
          manager: true,
          active: true,
        });
      }
    } finally {
      server.signal("SIGKILL");
      await server.ended;
    }

    // Numbers without a gap: none was given twice to one invitation.
    expect(joinedAs).to.deep.equal(joinedAs.map((_, n) => n + 1));
  });
});

/** The code between the two colours of a terminal, as dots: four to a module. */
function drawn(output: string): ImageData {
  const lines = output.split("\n").flatMap((line) => /^\u001b\[30;107m(.*)\u001b\[0m$/.exec(line)?.[1] ?? []);
  const DOTS = 4;
  const width = (lines[0]?.length ?? 0) * DOTS;
  const height = lines.length * 2 * DOTS;
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const row = Math.floor(y / DOTS);
      const half = lines[row >> 1]?.[Math.floor(x / DOTS)] ?? " ";
      if (half === "█" || half === (row % 2 === 0 ? "▀" : "▄"))
        data.fill(0, (y * width + x) * 4, (y * width + x) * 4 + 3);
    }
  }
  return { data, width, height, colorSpace: "srgb" };
}
