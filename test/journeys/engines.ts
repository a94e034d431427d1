/**
 * The same whole way on whatever engines: an organisation is admitted, its phone records a season, a code is printed, somebody
 * scans it, somebody else checks it without us. Run by engines.test.ts and engines.interop.ts.
 */
import { setTimeout as pause } from "node:timers/promises";
import { expect } from "chai";
import type { Phone } from "../../scripts/example/phone.ts";
import { open, seenOn, type Verdict, verdictOn } from "../support/journey.ts";
import { recordSeason, type Season } from "../support/season.ts";
import { aFolder, type Running, runScript, startFurrowProcess } from "../support/start.ts";

export { type Engines, goesTheWholeWay };

/** What stands under a server. */
interface Engines {
  /** Settings of the server. */
  readonly env: Readonly<Record<string, string>>;
  /** How the deployment record says when a block is final. */
  readonly finality: string | number;
  /** Changes the last byte of a block where it lies. */
  spoil(cid: string, data: string): Promise<void>;
  close(): Promise<void>;
}

interface Checked {
  readonly code: number | null;
  readonly whole: number;
  readonly total: number;
  readonly findings: readonly string[];
}

/** @param begin starts the engines for a server that will have its data in that folder */
function goesTheWholeWay(begin: (data: string) => Promise<Engines>): void {
  let data: string;
  let engines: Engines;
  let server: Running;
  let address: string;
  let season: Season;

  before(async () => {
    data = await aFolder();
    engines = await begin(data);
    await start();
    season = await recordSeason(address, admit).catch((cause: unknown) => {
      throw new Error(`the season could not be recorded; the server said:\n${server.output()}`, { cause });
    });
  });
  after(async () => {
    await server?.stop();
    await engines?.close();
  });

  async function start(): Promise<void> {
    server = startFurrowProcess({ data, args: ["--no-example"], env: engines.env });
    address = await server.ready;
    // Until its index has come to the chain's newest final block, pages ask to come again.
    for (let newest: number | null = null; ; await pause(50)) {
      const { block, indexed } = (await (await fetch(`${address}/api/health`)).json()) as Record<string, number | null>;
      newest ??= block ?? null;
      if (newest !== null && (indexed ?? -1) >= newest) return;
    }
  }

  async function admit(phone: Phone): Promise<void> {
    const [x, y] = [phone.publicKey.x, phone.publicKey.y].map((part) => Buffer.from(part).toString("base64url"));
    const name = ["--name-en", "Example cooperative", "--roles", "producer,processor", "--checked", "for a test"];
    const { code, output } = await runScript("scripts/admit.ts", ...name, "--manager-key", `${x}.${y}`, "--data", data);
    if (code !== 0) throw new Error(output);
  }

  async function scan(): Promise<{ readonly verdict: Verdict; readonly text: string }> {
    const { page, context } = await open(`${address}${season.code}?lang=en`, { lang: "en" });
    try {
      const verdict = await verdictOn(page).catch(async (cause: unknown) => {
        throw new Error(`no verdict on the page:\n${await seenOn(page)}\nthe server:\n${server.output()}`, { cause });
      });
      return { verdict, text: await seenOn(page) };
    } finally {
      await context.close();
    }
  }

  /** By somebody who asks the chain and the gateway alone. */
  async function check(): Promise<Checked> {
    const { code, output } = await runScript("scripts/verify.ts", address + season.code, "--json");
    const report = JSON.parse(output) as Omit<Checked, "findings" | "code"> & { findings: { code: string }[] };
    return { ...report, code, findings: report.findings.map((finding) => finding.code) };
  }

  it("tells readers which chain it is, and when a block of it is final", async () => {
    const record = (await (await fetch(`${address}/.well-known/furrow.json`)).json()) as { finality: unknown };

    expect(record.finality).to.equal(engines.finality);
  });

  it("told the phone why it was refused what its plot cannot bear", () => {
    expect(season.refused).to.match(/refused: .*2520/);
  });

  it("shows whoever scans the code the whole record", async () => {
    const { verdict, text } = await scan();

    expect(verdict.state).to.be.oneOf(["whole", "notices"]);
    expect([verdict.whole, verdict.total]).to.deep.equal([season.records, season.records]);
    expect(text).to.include(season.lotNumber).and.to.include(season.work.says);
  });

  it("is whole for whoever checks it from chain and gateway alone", async () => {
    const { code, whole, total } = await check();

    expect([code, whole, total]).to.deep.equal([0, season.records, season.records]);
  });

  it("gives a file of many blocks back as it was sent", async () => {
    const answer = await fetch(`${address}/ipfs/${season.large.cid}`);

    expect(answer.status).to.equal(200);
    expect(Buffer.from(await answer.arrayBuffer()).equals(season.large.bytes)).to.equal(true);
  });

  it("has lost nothing when the server was killed and started again", async () => {
    server.signal("SIGKILL");
    await server.ended;

    await start();

    const { verdict } = await scan();
    expect([verdict.whole, verdict.total]).to.deep.equal([season.records, season.records]);
  });

  it("shows the same when its index was thrown away and read anew", async () => {
    const { code, output } = await runScript("scripts/rebuild.ts", "--data", data);

    expect(code, output).to.equal(0);
    const { verdict } = await scan();
    expect([verdict.whole, verdict.total]).to.deep.equal([season.records, season.records]);
  });

  it("is found out when one byte is spoiled where it lies, and is whole again when the phone sends it once more", async () => {
    const { cid, bytes, says } = season.work;
    // A running server remembers for a while what it has read and checked.
    await server.stop();
    await engines.spoil(cid, data);
    await start();

    const { verdict, text } = await scan();
    const checked = await check();

    expect(checked.code).to.equal(1);
    expect(checked.findings.filter((finding) => /^document-(missing|altered)$/.test(finding))).not.to.be.empty;
    expect(verdict.state).to.equal("mismatch");
    expect(text).not.to.include(says);

    const put = { method: "PUT", headers: { "content-type": "application/json" }, body: Buffer.from(bytes) };
    expect((await fetch(`${address}/api/documents/${cid}`, put)).status).to.be.oneOf([200, 201]);
    expect((await check()).code).to.equal(0);
  });
}
