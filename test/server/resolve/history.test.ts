import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { decodeGroup, organisationId } from "../../../protocol/batch.ts";
import { bytesOf, type Hex, hexOf } from "../../../protocol/bytes.ts";
import { cidOf } from "../../../protocol/cid.ts";
import { readStamp } from "../../../protocol/fold.ts";
import type { History } from "../../../protocol/history.ts";
import type { Heads } from "../../../protocol/verify/report.ts";
import { MAX_ONWARD } from "../../../protocol/onward.ts";
import { verify } from "../../../protocol/verify.ts";
import { applyLogs } from "../../../server/indexer/apply.ts";
import { onwardFrom } from "../../../server/resolve/handover.ts";
import { historyOf } from "../../../server/resolve/history.ts";
import { openStore, type Store } from "../../../server/store/store.ts";
import { primitives } from "../../support/primitives.ts";
import { deployment, logsOfSeason, NONE, SEASON_ENDS, wordsAfter } from "../../support/season-logs.ts";

describe("The history of a lot of which others spoke", function () {
  this.timeout(30_000);
  const { logs, made } = logsOfSeason();
  const lot = made("tea from outside, packed together with our own in the same batch", 1);
  const certificates = [
    made("a certificate for a plot alone"),
    made("a certificate for a product and a plot, and a note on it"),
  ];
  let folder: string;
  let store: Store;
  let history: History;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "furrow-history-"));
    store = await openStore({ folder });
    const timeOfBlock = async (block: number) => block;
    // As an operator does who gives every organisation a name.
    const named = logs.map((log) =>
      log.name === "Organisation" ? { ...log, content: hexOf(organisationId(log.organisation)) } : log,
    );
    await applyLogs({ index: store.index, deployment, primitives, timeOfBlock }, named);
    const given = await historyOf(partsOf(store), lot, null);
    if (given === null) throw new Error("the season has a packed lot");
    history = given;
  });
  after(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });

  const heads: Heads = { words: wordsAfter(), block: SEASON_ENDS, source: "rpc", origin: "test" };
  const ids = () => history.subjects.map(({ id }) => id);

  it("holds the certificates for its holder, over its product and its plots", () => {
    expect(ids()).to.include.members(certificates);
  });

  it("holds whoever spoke of it, and whoever spoke of those who did", () => {
    // An authority inspected the cooperative itself, and wrote on no lot that this one came from but in the plot's log.
    const spoke = [1, 3, 4, 5, 6].map((number) => hexOf(organisationId(number)));

    expect(ids()).to.include.members(spoke);
    expect(ids()).to.not.include(hexOf(organisationId(2)));
  });

  it("of a code holds the certificate that it claims with its application, and where its bags went, but no loose tea", async () => {
    const run = made("four labels that claim the certificate");
    const { lot: bags } = await store.index
      .selectFrom("label_run")
      .select("lot")
      .where("run", "=", run)
      .executeTakeFirstOrThrow();
    const code = { serial: "", gtin: null, lotNumber: null, run, index: 0, count: 4, path: [] };
    const found = await historyOf(partsOf(store), bags as Hex, code);
    const subjects = new Set(found?.subjects.map(({ id }) => id));

    expect(subjects).to.include.keys(
      made("the application answered, for 1.5 kg"),
      made("an application for 2 kg of bags and the plot"),
    );
    const gone = await store.index.selectFrom("consignment").selectAll().execute();
    const shown = gone.filter(({ id }) => subjects.has(id as Hex));
    expect(shown.map(({ id }) => id)).to.have.members(
      gone.filter(({ lot: from, packed }) => from === bags && packed === 1).map(({ id }) => id),
    );
    for (const { receiver, carrier } of shown)
      expect(subjects).to.include.keys(hexOf(organisationId(receiver)), hexOf(organisationId(carrier)));
    expect(shown).to.not.deep.equal([]);
    const report = found === null ? null : await verify(found, heads, primitives);
    expect(report?.findings.filter(({ code: name }) => name === "onward-not-shown")).to.deep.equal([]);
  });

  it("of a code leaves out bags that came back, and shows recalled ones first of those that went further", async () => {
    const run = made("four labels that claim the certificate");
    const { lot: bags } = await store.index
      .selectFrom("label_run")
      .select("lot")
      .where("run", "=", run)
      .executeTakeFirstOrThrow();
    const { lots, row, all } = await bagsSent(store, bags);

    expect((await onwardFrom(store.index, bags as Hex)).slice(0, 60)).to.deep.equal(all);
    await store.index.insertInto("consignment").values(lots).execute();
    await store.index.insertInto("subject").values(row).execute();
    const shown = await onwardFrom(store.index, bags as Hex);
    await store.index
      .deleteFrom("consignment")
      .where(
        "id",
        "in",
        lots.map(({ id }) => id),
      )
      .execute();
    await store.index
      .deleteFrom("subject")
      .where(
        "id",
        "in",
        row.map(({ id }) => id),
      )
      .execute();

    expect(shown).to.have.length(MAX_ONWARD);
    expect(shown[0], "recalled").to.equal(lots[59]?.id);
    expect(shown, "refused").to.not.include(lots[0]?.id);
    expect(shown).to.include.members(lots.slice(1, 40).map(({ id }) => id));
  });

  it("verifies against the heads, documents apart, which nobody keeps here", async () => {
    const report = await verify(history, heads, primitives);

    const wrong = report.findings.filter(({ grade }) => grade === "mismatch").map(({ code }) => code);
    expect([...new Set(wrong)]).to.deep.equal(["document-missing"]);
    expect(report.subjects.filter(({ ok }) => !ok)).to.deep.equal([]);
    expect(report.certificates.map(({ id, issuer }) => [id, issuer])).to.deep.include.members(
      certificates.map((id) => [id, 4]),
    );
    expect(report.corrections.filter(({ corrects }) => corrects === null)).to.deep.equal([]);
  });

  it("carries the holder's documents and the names before what others wrote, however much that is", async () => {
    const asked: string[] = [];
    const documentOf = async (cid: string) => (asked.push(cid), "x".repeat(100));
    const block = { number: SEASON_ENDS, hash: NONE, timeS: 0 };
    const parts = { index: store.index, deployment, hashing: primitives, documentOf, blockOf: async () => null };
    await historyOf({ ...parts, latest: async () => block }, lot, null);
    const [own = [], others = []] = [true, false].map((isOwn) => documentsIn(history, lot, isOwn));
    const names = history.acts
      .map(({ content }) => cidOf(bytesOf(content), "json"))
      .filter((cid) => asked.includes(cid));

    const last = (cids: readonly string[]) => Math.max(...cids.map((cid) => asked.indexOf(cid)));

    expect(own.length * others.length * names.length).to.be.greaterThan(0);
    expect(last(own)).to.be.below(Math.min(...others.map((cid) => asked.indexOf(cid))));
    expect(last(names)).to.be.below(Math.min(...others.map((cid) => asked.indexOf(cid))));
  });

  it("gives the books that the index keeps, every correction included", async () => {
    const { books } = await verify(history, heads, primitives);

    for (const { id, made: amount, left, packed } of books.lots) {
      const row = await store.index.selectFrom("subject").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
      expect(row, id).to.include({ made: Number(amount), remaining: Number(left), packed: Number(packed) });
    }
    for (const { id, harvested, allowed } of books.plantings) {
      const row = await store.index.selectFrom("subject").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
      expect(row, id).to.include({ made: Number(harvested), remaining: Number(allowed - harvested) });
    }
    for (const { id, area, free } of books.plots) {
      const row = await store.index.selectFrom("subject").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
      expect(row, id).to.include({ made: Number(area), remaining: Number(free) });
    }
    expect(books.lots.length).to.be.greaterThan(3);
  });
});

/** Sixty packed consignments more, younger than all others: the first was refused, the last is recalled. */
async function bagsSent({ index }: Store, lot: string) {
  const all = await onwardFrom(index, lot as Hex);
  const [like = ""] = all;
  const consignment = await index
    .selectFrom("consignment")
    .selectAll()
    .where("id", "=", like)
    .executeTakeFirstOrThrow();
  const subject = await index.selectFrom("subject").selectAll().where("id", "=", like).executeTakeFirstOrThrow();
  const ids = Array.from({ length: 60 }, (_, n) => `0x${(n + 1).toString(16).padStart(64, "e")}`);
  const state = (n: number) => (n === 0 ? "refused" : "under-way");
  return {
    all,
    lots: ids.map((id, n) => ({ ...consignment, lot, id, state: state(n) }) as const),
    row: ids.map((id, n) => ({ ...subject, id, made_at: Number(subject.made_at) + 1 + n, status: n === 59 ? 1 : 0 })),
  };
}

/** A server that keeps no document. */
function partsOf({ index }: Store) {
  const block = { number: SEASON_ENDS, hash: NONE, timeS: Date.parse("2026-05-01") / 1000 };
  return {
    ...{ index, deployment, hashing: primitives },
    documentOf: async () => undefined,
    blockOf: async () => null,
    latest: async () => block,
  };
}

/** Addresses of the documents in a subject's own groups, by whoever made it or by others alone. */
function documentsIn({ subjects, batches }: History, subject: Hex, isOwn: boolean): string[] {
  const { moves = [] } = subjects.find(({ id }) => id === subject) ?? {};
  const writerOf = (batch: Hex) => readStamp(bytesOf(batches[batch]?.stamp ?? "0x")).organisation;
  const maker = writerOf(moves[0]?.batch ?? "0x");
  return moves.flatMap(({ batch, group }) => {
    if ((writerOf(batch) === maker) !== isOwn) return [];
    const found = batches[batch]?.groups.find(({ index }) => index === group);
    const { entries } = decodeGroup(bytesOf(found?.bytes ?? "0x"));
    return entries.map(({ content }) => cidOf(content, "json"));
  });
}
