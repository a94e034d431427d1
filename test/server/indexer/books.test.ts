/** The season of docs/ledger/sequence.json through the index alone, as its logs would come from a chain. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { decodeGroup, organisationId } from "../../../protocol/batch.ts";
import { bytesOf, hexOf } from "../../../protocol/bytes.ts";
import { readStamp } from "../../../protocol/fold.ts";
import type { Hex } from "../../../protocol/history.ts";
import { applyLogs } from "../../../server/indexer/apply.ts";
import { openStore, type Store } from "../../../server/store/store.ts";
import { primitives } from "../../support/primitives.ts";
import { deployment, logsOfSeason, NONE } from "../../support/season-logs.ts";

describe("The books of the index", function () {
  this.timeout(30_000);
  const { logs, made } = logsOfSeason();
  let folder: string;
  let store: Store;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "furrow-books-"));
    store = await openStore({ folder });
    await applyLogs({ index: store.index, deployment, primitives, timeOfBlock: async (block) => block }, logs);
  });
  after(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });

  const rowOf = (id: Hex) =>
    store.index.selectFrom("subject").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
  const linkOf = async (consumer: Hex, input: Hex): Promise<number> => {
    const rows = store.index.selectFrom("link").select("amount").where("consumer", "=", consumer);
    return (await rows.where("input", "=", input).executeTakeFirstOrThrow()).amount;
  };
  const [plot, small, one] = [0, 1, 2].map((index) => made("two plots, and three plantings on them", index));
  const second = made("another, under the nonce before");
  const [tea, further] = [0, 1].map((index) => made("two lots made into three", index));

  it("take back what was weighed wrong, from the lot and from its planting", async () => {
    // 20 kg, of which 0.5 were never picked, 0.3 fell off the cart and 0.1 of those were found; 18.8 were used.
    expect(await rowOf(second)).to.include({ made: 19_300, remaining: 500 });
    expect(await linkOf(second, one ?? NONE)).to.equal(19_500);
    // 62 kg less 0.5; 1,100 m² may bear 99 kg.
    expect(await rowOf(one ?? NONE)).to.include({ made: 61_500, remaining: 99_000 - 61_500 });
  });

  it("give back to an input what was not taken from it, in the links of all that it went into", async () => {
    expect(await rowOf(tea ?? NONE)).to.include({ made: 18_500, remaining: 10_500 });
    for (const lot of [tea, further]) expect(await linkOf(lot ?? NONE, second)).to.equal(18_800);
    expect(await rowOf(made("a harvest of two plantings"))).to.include({ made: 69_000, remaining: 1_000 });
    expect(await rowOf(further ?? NONE)).to.include({ made: 1_500, remaining: 1_500 });
  });

  it("book what was bought, and areas, as they were corrected", async () => {
    const bought = made("tea from outside, packed together with our own in the same batch");

    expect(await rowOf(bought)).to.include({ made: 4_000, remaining: 0 });
    expect(await rowOf(plot ?? NONE)).to.include({ made: 1_500_000, remaining: 400_000 });
    expect(await linkOf(one ?? NONE, plot ?? NONE)).to.equal(1_100_000);
    // What grew on it is over.
    expect(await rowOf(small ?? NONE)).to.include({ made: 500_000, remaining: 300_000 });
  });

  it("know whom a certificate is for, until when, and what it names", async () => {
    const certificate = made("a certificate for a plot alone");

    const row = await store.index.selectFrom("certificate").selectAll().where("id", "=", certificate).execute();
    const scopes = await store.index
      .selectFrom("scope")
      .selectAll()
      .where("subject", "=", plot ?? NONE)
      .execute();

    expect(row.map(({ beneficiary }) => beneficiary)).to.deep.equal([1]);
    expect(row[0]?.valid_until).to.equal(Date.parse("2026-12-31T09:00:00+08:00") / 1000);
    expect(scopes.map(({ certificate: id }) => id)).to.have.members([
      certificate,
      made("a certificate for a product and a plot, and a note on it"),
    ]);
    expect(await rowOf(certificate)).to.include({ holder: 4, sort: 73 });
  });

  it("know what came of an application, what its certificate has left, and what befell it", async () => {
    const application = made("an application for 2 kg of bags and the plot");
    const certificate = made("the application answered, for 1.5 kg");

    const fates = await store.index.selectFrom("certificate_fate").selectAll().orderBy("seq").execute();
    const asked = await store.index
      .selectFrom("application")
      .selectAll()
      .where("id", "=", application)
      .executeTakeFirstOrThrow();

    expect(asked).to.deep.equal({ id: application, certifier: 4, answered_by: certificate });
    expect(fates.map(({ certificate: id, kind }) => [id, kind])).to.deep.equal(
      [74, 75, 76].map((kind) => [certificate, kind]),
    );
    // It came of an application; its suspension was lifted, then it was revoked.
    expect((await rowOf(certificate)).status).to.equal(128 + 64);
    expect((await rowOf(application)).status).to.equal(128);
  });

  it("know every recall by organisation and capacity, when it ended, and who answered for what", async () => {
    const recalls = await store.index.selectFrom("recall").selectAll().orderBy("at_s").execute();
    const answered = await store.index.selectFrom("acknowledgement").selectAll().execute();

    const standing = recalls.filter(({ drill, released_at }) => drill === 0 && released_at === null);
    expect(recalls.filter(({ drill }) => drill === 1)).to.have.length(2);
    expect(recalls.map(({ capacity }) => capacity)).to.include.members([1, 2, 3]);
    for (const { subject } of recalls) {
      const stands = standing.filter((one) => one.subject === subject).length;
      expect((await rowOf(subject as Hex)).status & 15, subject).to.equal(stands);
    }
    expect(answered.length).to.be.greaterThan(1);
    for (const { recalled, recall_seq } of answered)
      expect(recalls.filter(({ subject, seq }) => subject === recalled && seq === recall_seq)).to.not.deep.equal([]);
  });

  it("know what was promised, disputed and answered", async () => {
    const promises = await store.index.selectFrom("promise").select(["organisation", "amount"]).execute();
    const disputes = await store.index.selectFrom("dispute").selectAll().execute();
    const answers = await store.index.selectFrom("answer").selectAll().execute();

    expect(promises).to.have.length(1);
    expect(disputes).to.have.length(2);
    for (const { subject, seq } of disputes)
      expect(answers.map((answer) => [answer.subject, answer.of_seq])).to.deep.include([subject, seq]);
  });

  it("keep third parties' entries like any other", async () => {
    const groups = await store.index
      .selectFrom("record_group")
      .innerJoin("batch", "batch.hash", "record_group.batch")
      .select(["bytes", "stamp"])
      .where("subject", "=", hexOf(organisationId(1)))
      .execute();

    const found = groups.flatMap(({ bytes, stamp }) =>
      decodeGroup(new Uint8Array(bytes))
        .entries.filter(({ kind }) => [40, 41, 42].includes(kind))
        .map(({ kind }) => ({ kind, organisation: readStamp(bytesOf(stamp)).organisation })),
    );

    expect(found).to.deep.equal([{ kind: 41, organisation: 6 }]);
  });
});
