/** Histories in which others' work is far more than the lot's own. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { Hex } from "../../../protocol/bytes.ts";
import { cidOf } from "../../../protocol/cid.ts";
import { documentBytes } from "../../../protocol/document/epcis.ts";
import type { History } from "../../../protocol/history.ts";
import { verify } from "../../../protocol/verify.ts";
import { applyLogs } from "../../../server/indexer/apply.ts";
import { decodeLog, readRawLog } from "../../../server/indexer/logs.ts";
import { MAX_WHOLE_TOUCHES } from "../../../server/resolve/bare.ts";
import { historyOf } from "../../../server/resolve/history.ts";
import { openStore, type Store } from "../../../server/store/store.ts";
import { DAY, HANDS, type Passage, passage, promised } from "../../support/passage.ts";
import { labelled, origin } from "../../support/passage-more.ts";
import { fated, recalled } from "../../support/passage-words.ts";
import { certified, entriesOf, tested } from "../../support/third-parties.ts";
import { logsOf } from "../../support/world-door.ts";
import { primitives, sha256 } from "../../support/world.ts";

describe("The history of a lot", function () {
  this.timeout(60_000);
  let folder: string;
  let store: Store;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "furrow-large-"));
    store = await openStore({ folder });
  });
  afterEach(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });

  it("under a certificate on which many drew has their draws folded, and holds", async () => {
    const it = await passage([], 60_000n);
    const other = await origin(it, it.ids.bag, 40_000n);
    const seldom = await given(store, it);
    expect(seldom.subjects.flatMap(({ moves }) => moves.flatMap(({ bare }) => bare ?? []))).to.deep.equal([]);

    for (let n = 0; n < 120; n++) await labelled(it, other, 1);
    await it.write("certifier", it.ids.certificate, fated(it.form(it.ids.certificate), "SUSPEND"));
    const history = await given(store, it);
    const report = await verify(history, it.world.heads(), primitives);

    expect(120).to.be.greaterThan(MAX_WHOLE_TOUCHES);
    expect(report.findings.map(({ code }) => code).sort()).to.deep.equal([
      "certificate-suspended",
      "lost-between-hands",
    ]);
    expect(report).to.include({ unread: 120, whole: report.total });
    expect(report.certificates[0]).to.include({ claimed: true, atLabels: "in-force", nowState: "suspended" });
    expect(report.books.certificates[0]).to.deep.include({ unread: 120, left: null, draws: null });
    const [less, more] = [seldom, history].map((one) => JSON.stringify(one).length);
    expect((more ?? 0) - (less ?? 0)).to.be.below(120 * 450);
  });

  it("carries promise, recalls and certificate first, then what its page names, however much was written on the way", async () => {
    const it = await passage();
    const { harvest, plantingA, toShop, lot, certificate, plotA, plotB, bag, leaf, run } = it.ids;
    await it.write("laboratory", lot, tested(it.form(lot)));
    await it.write("processor", lot, promised(it, lot, 1000n));
    await it.write("regulator", toShop, recalled(it.form(toShop), HANDS.regulator, { capacity: "regulator" }));
    await it.write("certifier", certificate, fated(it.form(certificate), "SUSPEND"));
    const asked: string[] = [];
    await given(store, it, asked);
    // Of the entries of a subject's own groups, from the end where negative.
    const placeOf = (id: Hex, nth = -1) =>
      asked.indexOf(cidOf(sha256(documentBytes(entriesOf(it.world, id).at(nth)?.document ?? {})), "json"));
    const [urgent, heart, masters] = [
      [placeOf(lot), placeOf(toShop), placeOf(certificate), placeOf(certificate, 0)],
      [placeOf(lot, 0), placeOf(run, 0)],
      [plotA, plotB, bag, leaf].map((id) => placeOf(id, 0)),
    ];
    const rest = [placeOf(plantingA, 1), placeOf(harvest, 0), placeOf(toShop, 0)];

    expect(Math.min(...urgent, ...heart, ...masters, ...rest)).to.be.greaterThan(-1);
    expect(Math.max(...urgent)).to.be.below(Math.min(...heart));
    expect(Math.max(...heart)).to.be.below(Math.min(...masters));
    expect(Math.max(...masters)).to.be.below(Math.min(...rest));
  });

  it("shows the certificate that it claims, twenty more, each certifier's in turn, and says how many there are", async () => {
    const it = await passage();
    const other = await it.world.admit(9, it.nextS, 0xffff);
    const older = await certify(it, "certifier");
    for (let n = 0; n < 3; n++) await certify(it, "certifier", true);
    it.phones.certifier = other;
    const flood: string[] = [];
    for (let n = 0; n < 30; n++) flood.push(await certify(it, "certifier"));

    const history = await given(store, it);
    const shown = history.subjects.map(({ id }) => id as string);

    expect(shown).to.include.members([it.ids.certificate, it.ids.application, older, ...flood.slice(-19)]);
    expect(flood.filter((id) => shown.includes(id))).to.have.length(19);
    expect(history.certificatesNotShown).to.equal(3 + 11);
    const { findings } = await verify(history, it.world.heads(), primitives);
    expect(findings.find(({ code }) => code === "certificates-not-shown")?.detail).to.deep.equal({ more: 14 });
  });
});

/** A certificate over the bags, for the processor; `past`: one that ended before it was written. */
async function certify(it: Passage, by: "certifier", past = false): Promise<string> {
  return it.make(by, (subject, atS) =>
    certified(it.phones[by], {
      ...{ subject, beneficiary: HANDS.processor, products: [it.ids.bag], plots: [] },
      ...{ fromS: atS - 300 * DAY, untilS: atS + (past ? -200 : 300) * DAY, atS },
    }),
  );
}

/** As a server that read this ledger's log hands it out. */
async function given(store: Store, it: Passage, asked: string[] = []): Promise<History> {
  const { world } = it;
  const blockOf = async (at: unknown) => world.blocks.find(({ number, hash }) => at === number || at === hash) ?? null;
  const known = await store.index.selectFrom("batch").select("hash").execute();
  const read = new Set(known.map(({ hash }) => hash));
  const logs = logsOf(world).flatMap((raw) => decodeLog(readRawLog(raw)) ?? []);
  const fresh = logs.filter((log) => ("batch" in log ? !read.has(log.batch) : read.size === 0));
  const timeOfBlock = async (block: number) => world.blocks[block]?.timeS ?? 0;
  await applyLogs({ index: store.index, deployment: world.deployment, primitives, timeOfBlock }, fresh);
  const parts = {
    ...{ index: store.index, deployment: world.deployment, hashing: primitives, blockOf },
    ...{
      documentOf: async (cid: string) => (asked.push(cid), world.documents.get(cid)),
      latest: async () => world.latest,
    },
  };
  const history = await historyOf(parts, it.ids.lot, it.claim);
  if (history === null) throw new Error("the ledger has the lot");
  return history;
}
