import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { CodeClaim, Deployment, Hex, History } from "../../../protocol/history.ts";
import { type ReadHistory, recentHistories } from "../../../server/resolve/recent.ts";
import { openStore, type Store } from "../../../server/store/store.ts";
import { makeTea } from "../../support/tea.ts";

const OTHER: Hex = `0x${"cd".repeat(32)}`;

describe("Histories read lately", () => {
  let folder: string;
  let store: Store;
  let tea: History;
  let claim: CodeClaim;
  let deployment: Deployment;
  let reads: number;
  let told: ReadHistory;
  let answer: () => Promise<History | null>;
  let generation: string;

  before(async () => {
    const { history } = await makeTea();
    if (history.code === null) throw new Error("the tea has no code");
    [tea, claim] = [history, history.code];
  });

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "furrow-recent-"));
    store = await openStore({ folder });
    deployment = tea.deployment;
    reads = 0;
    generation = "1";
    answer = async () => structuredClone(tea);
    told = recentHistories(
      store.index,
      { deployment: () => deployment, generation: async () => generation },
      async () => {
        reads++;
        return answer();
      },
    );
    await follow("0x01");
  });

  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function follow(hash: string): Promise<void> {
    await store.index
      .insertInto("cursor")
      .values({ name: "followed", block: Number(hash), hash })
      .onConflict((conflict) => conflict.column("name").doUpdateSet({ block: Number(hash), hash }))
      .execute();
  }

  it("are put together once for all bags of a run, each with its own claim", async () => {
    const [one, other] = await Promise.all([told(tea.lot, claim), told(tea.lot, { ...claim, index: 7 })]);

    expect(reads).to.equal(1);
    expect(one).to.deep.equal(tea);
    expect(other).to.deep.equal({ ...tea, code: { ...claim, index: 7 } });
    expect(other?.batches).to.equal(one?.batches);
  });

  it("are put together anew for another lot or run, and after another block", async () => {
    await told(tea.lot, claim);
    await told(OTHER, claim);
    await told(tea.lot, null);
    await told(tea.lot, { ...claim, run: OTHER });
    expect(reads).to.equal(4);

    await follow("0x02");
    await told(tea.lot, claim);
    expect(reads).to.equal(5);
  });

  it("carry the deployment as it is now", async () => {
    await told(tea.lot, claim);
    deployment = { ...deployment, example: null };

    expect((await told(tea.lot, claim))?.deployment.example).to.equal(null);
  });

  it("are not remembered where nothing was found or the reading failed", async () => {
    answer = async () => null;
    expect(await told(tea.lot, claim)).to.equal(null);
    answer = () => Promise.reject(new Error("the disk is away"));
    expect(String(await told(tea.lot, claim).catch((cause: unknown) => cause))).to.include("the disk is away");
    answer = async () => tea;

    expect(await told(tea.lot, claim)).to.deep.equal(tea);
    expect(reads).to.equal(3);
  });

  it("are not remembered where what is stored was made anew or falsified while they were read", async () => {
    const torn = { ...tea, subjects: [] };
    answer = async () => {
      // The index is emptied and comes to the same block again.
      await store.dropIndex();
      generation = "2";
      await follow("0x01");
      return torn;
    };
    await told(tea.lot, claim);
    answer = async () => tea;

    expect(await told(tea.lot, claim)).to.deep.equal(tea);
  });

  it("are not remembered where that came about before the reading began, and after they were asked for", async () => {
    const torn = { ...tea, subjects: [] };
    answer = async () => torn;
    const first = told(tea.lot, claim);
    generation = "2";
    await first;
    answer = async () => tea;

    expect(await told(tea.lot, claim)).to.deep.equal(tea);
  });

  it("are forgotten when many others were read since", async () => {
    await told(tea.lot, claim);
    for (let n = 0; n < 20; n++) await told(`0x${n.toString(16).padStart(64, "0")}`, null);
    reads = 0;

    await told(tea.lot, claim);

    expect(reads).to.equal(1);
  });
});
