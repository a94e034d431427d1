/** After whatever acts, right and wrong, the sums in the index are those that a reader adds up from the ledger's log alone. */
import { expect } from "chai";
import type { Hex } from "../../../protocol/bytes.ts";
import { type KindName, kindByName } from "../../../protocol/kinds/all.ts";
import type { Report } from "../../../protocol/verify/report.ts";
import type { Store } from "../../../server/store/store.ts";
import { type Acted, acted } from "../../support/acted.ts";
import { recomputed } from "../../support/recomputed.ts";

/** Of a planting: its season is over (docs/ledger.md §7). */
const ENDED = 16;
const numberOf = (name: KindName) => kindByName(name).number;
const LOTS = (["ORIGIN", "HARVEST", "TRANSFORM", "SHIP"] as const).map(numberOf);

describe("A reader who has the log of ten thousand acts at random", function () {
  this.timeout(600_000);
  let store: Store;
  let subjects: Acted["subjects"];
  let rows: ReadonlyMap<Hex, Acted["subjects"][number]>;
  let report: Report;

  before(async () => {
    const all = await acted();
    ({ store, subjects } = all);
    rows = new Map(subjects.map((row) => [row.id, row]));
    report = await recomputed(
      all.farm,
      subjects.map(({ id }) => id),
    );
  });

  const rowOf = (id: Hex) => rows.get(id);
  const ofSort = (...sorts: readonly number[]) => subjects.filter(({ sort }) => sorts.includes(sort));

  it("finds nothing that the ledger should have refused, and every log leads to its head", () => {
    const found = new Set(report.findings.filter(({ grade }) => grade === "mismatch").map(({ code }) => code));

    // Nobody wrote documents here, and certificates are of others. Whose corrections name no amount, is at fault alone (docs/ledger.md §6).
    expect([...found]).to.have.members(["document-missing", "certificate-of-other"]);
    expect(report.subjects.filter(({ ok }) => !ok)).to.deep.equal([]);
    expect(report.subjects).to.have.length(subjects.length);
  });

  it("adds up what the index has of every lot and consignment", async () => {
    const { lots } = report.books;
    const consignments = await store.index.selectFrom("consignment").selectAll().execute();
    const waybills = new Map(consignments.map((one) => [one.id, one]));
    const links = await store.index.selectFrom("link").selectAll().execute();
    const linked = new Map(links.map(({ consumer, input, amount }) => [`${consumer} ${input}`, amount]));
    const states = { refused: "returned", withdrawn: "returned" } as const;

    expect(lots.map(({ id }) => id)).to.have.members(ofSort(...LOTS).map(({ id }) => id));
    for (const lot of lots) {
      const row = rowOf(lot.id);
      const waybill = waybills.get(lot.id);
      const gone = lot.used + lot.shipped - lot.returned;
      const stated = waybill?.state ?? "here";

      expect({
        ...{ holder: lot.holder, product: lot.product, unit: lot.unit, room: lot.loss },
        ...{ made: lot.made, left: lot.left, packed: lot.packed, lost: lot.lost },
        ...{ gone, state: lot.state, carrier: lot.under?.carrier ?? null, to: lot.under?.to ?? null },
      }).to.deep.equal({
        ...{ holder: row?.holder, product: row?.product, unit: row?.unit, room: big(row?.room) },
        ...{ made: big(row?.made), left: big(row?.remaining), packed: big(row?.packed), lost: big(row?.lost) },
        gone: big(row?.made) - big(row?.remaining) - big(row?.packed) - big(row?.lost),
        state: stated === "refused" || stated === "withdrawn" ? states[stated] : stated,
        ...{ carrier: waybill?.carrier || null, to: waybill?.receiver ?? null },
      });
      for (const { id, amount } of lot.inputs) expect(amount).to.equal(big(linked.get(`${lot.id} ${id}`)));
    }
  });

  it("adds up what the index has of all land, labels and certificates", async () => {
    const { plots, plantings, runs, certificates } = report.books;
    const issued = await store.index.selectFrom("label_run").selectAll().execute();
    const certificateOf = new Map(issued.map(({ run, certificate }) => [run, certificate]));
    const counted = [plots, plantings, runs, certificates].map((all) => all.length);

    expect(counted).to.deep.equal(
      (["PLOT", "PLANT", "LABEL", "CERTIFY"] as const).map((name) => ofSort(numberOf(name)).length),
    );
    for (const { id, area, free } of plots)
      expect([area, free]).to.deep.equal([big(rowOf(id)?.made), big(rowOf(id)?.remaining)]);
    for (const { id, harvested, allowed, endedAtS } of plantings) {
      const row = rowOf(id);
      expect([harvested, allowed - harvested]).to.deep.equal([big(row?.made), big(row?.remaining)]);
      expect(endedAtS !== null).to.equal(((row?.status ?? 0) & ENDED) !== 0);
    }
    for (const { id, count, valid, certificate } of runs) {
      expect([count, valid]).to.deep.equal([big(rowOf(id)?.made), big(rowOf(id)?.remaining)]);
      expect(certificate).to.equal(certificateOf.get(id));
    }
    for (const { id, volume, left } of certificates)
      expect([volume, left]).to.deep.equal([big(rowOf(id)?.made), big(rowOf(id)?.remaining)]);
  });
});

function big(amount: number | bigint | null | undefined): bigint {
  return BigInt(amount ?? -1);
}
