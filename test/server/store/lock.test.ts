import { expect } from "chai";
import { takeShifts } from "../../../server/store/lock.ts";
import { type Postgres, startPostgres } from "../../support/postgres.ts";

describe("Work that one process does at a time", function () {
  this.timeout(60_000);
  let postgres: Postgres;
  let databaseUrl: string;
  let working: string[];
  let lines: string[];

  before(async () => {
    postgres = await startPostgres();
  });
  after(() => postgres.close());
  beforeEach(async () => {
    databaseUrl = await postgres.makeDatabase();
    [working, lines] = [[], []];
  });

  function shift(who: string, name = "relay") {
    return takeShifts({
      ...{ databaseUrl, name, log: (line) => lines.push(`${who}: ${line}`) },
      begin: () => {
        working.push(who);
        return async () => {
          working = working.filter((one) => one !== who);
        };
      },
    });
  }

  it("is done by the first, and by the next one when that ends", async () => {
    const first = shift("a");
    await first.looked;
    const second = shift("b");
    await second.looked;
    const before = [...working];

    await first.close();
    await until(() => working.length > 0);

    expect(before).to.deep.equal(["a"]);
    expect(working).to.deep.equal(["b"]);
    expect(lines).to.include("b: the relay works in another process; this one stands by");
    expect(lines).to.include("b: the relay works in this process now");
    await second.close();
    expect(working).to.deep.equal([]);
  });

  it("is apart from other work, and from the same work over another database", async () => {
    const shifts = [shift("a"), shift("b", "indexer")];
    databaseUrl = await postgres.makeDatabase();
    shifts.push(shift("c"));

    for (const { looked } of shifts) await looked;

    expect(working.sort()).to.deep.equal(["a", "b", "c"]);
    for (const one of shifts) await one.close();
  });

  it("is laid down when the database goes away, and taken up by one alone when it is back", async () => {
    const shifts = [shift("a"), shift("b")];
    for (const { looked } of shifts) await looked;
    const before = working.length;

    await postgres.stop("fast");
    await until(() => working.length === 0);
    await postgres.start();
    await until(() => working.length > 0);
    await new Promise((done) => setTimeout(done, 1_500));

    expect([before, working.length]).to.deep.equal([1, 1]);
    for (const one of shifts) await one.close();
    expect(lines.join("\n")).to.include("waits for the database");
  });
});

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((done) => setTimeout(done, 20));
}
