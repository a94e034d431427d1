/** What the season of docs/ledger/sequence.json leaves in the books, over HTTP: certificates, recalls, promises, reach, label runs. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import type { Hex } from "../../../protocol/history.ts";
import { kindByName } from "../../../protocol/kinds/all.ts";
import { applyLogs } from "../../../server/indexer/apply.ts";
import { buildApp } from "../../../server/http/app.ts";
import { certificateRoutes } from "../../../server/http/certificates.ts";
import { consignmentRoutes } from "../../../server/http/consignments.ts";
import { lotRoutes } from "../../../server/http/lots.ts";
import { promiseRoutes } from "../../../server/http/promises.ts";
import { reachRoutes } from "../../../server/http/reach.ts";
import { recallRoutes } from "../../../server/http/recalls.ts";
import { stockRoutes } from "../../../server/http/stock.ts";
import { certificateOf } from "../../../server/resolve/certificates.ts";
import { consignmentOf, listConsignments } from "../../../server/resolve/consignments.ts";
import { labelRunOf, listLots, lotOf } from "../../../server/resolve/lots.ts";
import { listPromises } from "../../../server/resolve/promises.ts";
import { reachedSubjects, sumsOf } from "../../../server/resolve/reach.ts";
import { acknowledgementsOf, listRecalls } from "../../../server/resolve/recalls.ts";
import { stockOf } from "../../../server/resolve/stock.ts";
import { amountText, unitText } from "../../../server/resolve/told.ts";
import { recentTraces } from "../../../server/resolve/trace.ts";
import type { IndexTables } from "../../../server/store/index-tables.ts";
import { insertRows } from "../../../server/store/insert.ts";
import type { Store } from "../../../server/store/store.ts";
import { watchAnswers } from "../../support/fits.ts";
import { primitives } from "../../support/primitives.ts";
import { deployment, logsOfSeason } from "../../support/season-logs.ts";
import { engines, type StorePlace, storePlace } from "../../support/stores.ts";

interface Recall {
  readonly subject: Hex;
  readonly seq: number;
  readonly capacity: string;
  readonly drill: boolean;
  readonly at: string;
  readonly releasedAt: string | null;
  readonly answers: number;
  readonly others: number;
}

interface Page {
  readonly acknowledgements: readonly {
    readonly organisation: number;
    readonly subject: Hex;
    readonly tookS: number;
  }[];
  readonly next: string | null;
}

interface Reached {
  readonly sums: object | null;
  readonly subjects: readonly { readonly id: Hex }[];
  readonly links: readonly object[];
  readonly cut: boolean;
  readonly next: Hex | null;
}

interface Stock {
  readonly product: string;
  readonly unit: string;
  readonly plantings: number;
  readonly [amount: string]: string | number;
}

/** While the bags were sold. */
const NOW_S = Date.parse("2026-06-01T00:00:00Z") / 1000;

/** A lot of which there is more than there can be. */
const DELUGE: Hex = `0x${"f".repeat(64)}`;
const MANY = 8_200;
const AMOUNT = 2 ** 40 - 1;
const PLANT = kindByName("PLANT").number;
const LOTS: readonly number[] = (["ORIGIN", "HARVEST", "TRANSFORM", "SHIP"] as const).map(
  (name) => kindByName(name).number,
);

for (const engine of engines) {
  describe(`The books over HTTP, on ${engine}`, function () {
    this.timeout(60_000);
    const { logs, made } = logsOfSeason();
    let place: StorePlace;
    let store: Store;
    let server: Server;
    let address: string;

    before(async () => {
      place = await storePlace(engine);
      store = await place.open();
      const { index } = store;
      await applyLogs({ index, deployment, primitives, timeOfBlock: async (block) => block }, logs);
      await deluge(store, made("four products and a member"));
      const behind = async () => null;
      const trace = recentTraces(index);
      const unused = () => Promise.reject(new Error("not asked for here"));
      const app = buildApp({
        api: [
          certificateRoutes({ one: (id, page) => certificateOf(index, id, { ...page, nowS: NOW_S }), behind }),
          consignmentRoutes({
            list: (asked) => listConsignments(index, asked),
            one: (id) => consignmentOf(index, id),
            behind,
          }),
          recallRoutes({
            list: (asked) => listRecalls(index, asked),
            acknowledgements: (subject, asked) => acknowledgementsOf(index, subject, asked),
            behind,
          }),
          promiseRoutes({ list: (asked) => listPromises({ index, documentOf: async () => undefined }, asked) }),
          stockRoutes({ stock: (number) => stockOf(index, number), behind }),
          reachRoutes({
            trace,
            subjects: (nodes) => reachedSubjects(index, nodes),
            sums: (id) => sumsOf(index, id),
            behind,
          }),
          lotRoutes({
            list: (page) => listLots(index, page),
            lot: (id) => lotOf(index, id),
            labelRun: (id) => labelRunOf(index, id),
            ...{ history: unused, code: unused, trace, behind },
          }),
        ],
        root: [],
        trustProxy: [],
        log: () => {},
      });
      server = createServer(app).listen(0, "127.0.0.1");
      await once(server, "listening");
      address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      watchAnswers(address);
    });
    after(async () => {
      server.close();
      await store.close();
      place.remove();
    });

    async function get<T>(path: string): Promise<T> {
      return (await (await fetch(address + path)).json()) as T;
    }

    it("tell a certificate with what is left of it, what befell it, and who drew on it", async () => {
      const id = made("the application answered, for 1.5 kg");
      const runs = [made("four labels that claim the certificate"), made("what came back, claimed again")];

      const told = await get<Record<string, unknown>>(`/api/certificates/${id}`);
      const first = await get<{ next: string; runs: object[] }>(`/api/certificates/${id}?limit=1`);

      expect(told).to.include({ issuer: 4, state: "revoked", unit: "KGM", volume: "1.5", next: null });
      expect(told.application).to.equal(made("an application for 2 kg of bags and the plot"));
      expect((told.fates as { kind: string }[]).map(({ kind }) => kind)).to.deep.equal(["SUSPEND", "LIFT", "REVOKE"]);
      const drew = told.runs as { run: Hex; drawn: string; count: number; valid: number }[];
      expect(drew.map(({ run }) => run)).to.have.members(runs);
      const drawn = drew.reduce((sum, one) => sum + Number(one.drawn), 0);
      expect(Number(told.left)).to.equal(1.5 - drawn);
      expect(drew.find(({ run }) => run === runs[0])).to.include({ count: 4, valid: 2 });
      expect(first.runs).to.deep.equal(drew.slice(0, 1));
      expect(first.next).to.equal(drew[0]?.run);
    });

    it("tell of a label run which labels are void, and why", async () => {
      const run = await get<Record<string, unknown>>(`/api/labels/${made("four labels that claim the certificate")}`);

      expect(run).to.include({ count: 4, valid: 2, certificate: made("the application answered, for 1.5 kg") });
      const voided = run.voided as { first: number; number: number; reason: string }[];
      expect(voided.map(({ first, number, reason }) => [first, number, reason])).to.deep.equal([
        [0, 1, "misprinted"],
        [3, 1, "misprinted"],
      ]);
    });

    it("tell recalls newest first, whose they are, when they ended, and who answered how soon", async () => {
      const { recalls } = await get<{ recalls: Recall[] }>("/api/recalls");
      const standing = await get<{ recalls: Recall[] }>("/api/recalls?standing=true");
      const over = await get<{ recalls: Recall[] }>("/api/recalls?standing=false");

      expect(recalls.map(({ at }) => at)).to.deep.equal(
        recalls
          .map(({ at }) => at)
          .sort()
          .reverse(),
      );
      expect(standing.recalls.every(({ drill, releasedAt }) => !drill && releasedAt === null)).to.equal(true);
      expect([...standing.recalls, ...over.recalls]).to.have.deep.members(recalls);
      expect(new Set(recalls.map(({ capacity }) => capacity))).to.deep.equal(
        new Set(["holder", "regulator", "certifier"]),
      );
      const answered = recalls.filter(({ answers }) => answers > 0);
      expect(answered.length).to.be.greaterThan(1);
      for (const { subject, seq, answers } of answered) {
        const page = await get<Page>(`/api/recalls/${subject}/${seq}/acknowledgements`);
        expect(new Set(page.acknowledgements.map((one) => one.subject)).size).to.equal(answers);
        expect(page.acknowledgements.every(({ tookS }) => tookS >= 0)).to.equal(true);
      }
    });

    it("keep apart who answers for what has nothing to do with a recall, so that nobody is pushed out by a stranger", async () => {
      const { recalls } = await get<{ recalls: Recall[] }>("/api/recalls");
      const [recall] = recalls.filter(({ answers }) => answers > 0);
      const { subject: recalled, seq: recall_seq, answers } = recall ?? { subject: "0x", seq: 0, answers: 0 };
      const stranger = { entry: 0, recalled, recall_seq, came_of: 0, organisation: 9, content: recalled, at_s: 1 };
      const rows = Array.from({ length: 250 }, (_, n) => ({
        ...stranger,
        subject: `0x${String(n).padStart(64, "0")}`,
        seq: 1,
      }));
      await store.index.insertInto("acknowledgement").values(rows).execute();
      const path = `/api/recalls/${recalled}/${recall_seq}/acknowledgements`;

      const told = (await get<{ recalls: Recall[] }>(`/api/recalls?subject=${recalled}`)).recalls;
      const own = await get<Page>(path);
      const others: string[] = [];
      for (let after: string | null = ""; after !== null;) {
        const page: Page = await get(`${path}?others=true&limit=200${after}`);
        others.push(...page.acknowledgements.map(({ subject }) => subject));
        after = page.next === null ? null : `&after=${page.next}`;
      }
      await store.index.deleteFrom("acknowledgement").where("organisation", "=", 9).execute();

      expect(told.find(({ seq }) => seq === recall_seq)).to.include({ answers, others: 250 });
      expect(new Set(own.acknowledgements.map(({ subject }) => subject)).size).to.equal(answers);
      expect(others).to.deep.equal(rows.map(({ subject }) => subject));
      expect((await fetch(`${address}/api/recalls/${recalled}/4000000/acknowledgements`)).status).to.equal(404);
      expect((await fetch(`${address}/api/recalls/${recalled}/x/acknowledgements`)).status).to.equal(404);
    });

    it("come page by page, none twice and none left out", async () => {
      const all = await get<{ recalls: Recall[] }>("/api/recalls");
      const found: Recall[] = [];
      let after: string | null = "";
      while (after !== null) {
        const page: { recalls: Recall[]; next: string | null } = await get(`/api/recalls?limit=2${after}`);
        found.push(...page.recalls);
        after = page.next === null ? null : `&after=${page.next}`;
      }

      expect(found).to.deep.equal(all.recalls);
    });

    it("register promises, what their documents say left open where those are not here", async () => {
      const { promises } = await get<{ promises: Record<string, unknown>[] }>("/api/promises?organisation=1");
      const others = await get<{ promises: object[] }>("/api/promises?organisation=2");

      expect(promises).to.have.length(1);
      expect(promises[0]).to.include({ organisation: 1, unit: "KGM", said: null });
      expect(others.promises).to.deep.equal([]);
    });

    it("tell of a plot everything that came of it, with sums over all, and of a lot whether it is recalled itself", async () => {
      const plot = made("two plots, and three plantings on them");
      interface Reach {
        readonly sums: { readonly subjects: number; readonly runs: number; readonly labels: string };
        readonly subjects: readonly { readonly id: Hex; readonly kind: string; readonly count: number | null }[];
        readonly links: readonly { readonly consumer: Hex; readonly input: Hex }[];
        readonly next: Hex | null;
      }
      const whole = await get<Reach>(`/api/subjects/${plot}/reach`);
      const [first, second] = [
        await get<Reach>(`/api/subjects/${plot}/reach?limit=3`),
        await get<Reach>(`/api/subjects/${plot}/reach?limit=1000&after=${whole.subjects[2]?.id}`),
      ];

      expect(whole.subjects[0]).to.include({ id: plot, kind: "PLOT" });
      expect(whole.sums.subjects).to.equal(whole.subjects.length - 1);
      const runs = whole.subjects.filter(({ kind }) => kind === "LABEL");
      expect(whole.sums).to.include({
        runs: runs.length,
        labels: String(runs.reduce((sum, { count }) => sum + (count ?? 0), 0)),
      });
      expect([...first.subjects, ...second.subjects]).to.deep.equal(whole.subjects);
      expect([...first.links, ...second.links]).to.have.deep.members(whole.links);
      expect(first.sums).to.deep.equal(whole.sums);
    });

    it("go on page by page beyond what one walk reads at first", async () => {
      const found: string[] = [];
      let links = 0;
      let sums: object | null = null;
      for (let after: string | null = ""; after !== null;) {
        const page: Reached = await get(`/api/subjects/${DELUGE}/reach?limit=1000${after}`);
        found.push(...page.subjects.map(({ id }) => id));
        links += page.links.length;
        sums = page.sums;
        expect(page.cut).to.equal(page.next !== null);
        after = page.next === null ? null : `&after=${page.next}`;
      }

      expect(found).to.have.length(2 * MANY + 1);
      expect(new Set(found).size).to.equal(found.length);
      expect(links).to.equal(2 * MANY);
      expect(sums).to.include({ subjects: 2 * MANY, runs: MANY, consignments: MANY });
    });

    it("list consignments by state and parties, and know what was found", async () => {
      interface Consignment {
        readonly id: Hex;
        readonly from: number;
        readonly to: number;
        readonly state: string;
        readonly offered: string;
        readonly found: string | null;
        readonly sscc: string | null;
      }
      const { consignments } = await get<{ consignments: Consignment[] }>("/api/consignments");
      const received = await get<{ consignments: Consignment[] }>("/api/consignments?state=received");
      const shop = consignments[0]?.to ?? 0;
      const to = await get<{ consignments: Consignment[] }>(`/api/consignments?to=${shop}&from=1`);

      expect(new Set(consignments.map(({ state }) => state))).to.deep.equal(
        new Set(["under-way", "received", "refused", "withdrawn"]),
      );
      expect(received.consignments).to.deep.equal(consignments.filter(({ state }) => state === "received"));
      expect(received.consignments.every(({ found }) => found !== null)).to.equal(true);
      // Three bags of 250 g, of which one stood behind the door; what was refused or called back; and what is on its way still.
      const amounts = new Map(consignments.map((one) => [one.id, [one.offered, one.found, one.sscc]]));
      expect(amounts.get(made("four bags on their way to a shop"))).to.deep.equal(["0.75", "0.75", null]);
      expect(amounts.get(made("two kilograms of loose tea sent"))).to.deep.equal(["2", null, null]);
      expect(amounts.get(made("half a kilogram sent to a laboratory"))).to.deep.equal(["0.5", null, null]);
      expect(to.consignments).to.deep.equal(consignments.filter((one) => one.to === shop && one.from === 1));
    });

    it("tell an organisation's stock, product by product, and that there is no organisation of a number", async () => {
      let told = 0;
      for (const number of [1, 2, 3, 4, 5, 6]) {
        const { products } = await get<{ products: Stock[] }>(`/api/organisations/${number}/stock`);
        expect(products, String(number)).to.deep.equal(await stockIn(store, number));
        told += products.length;
      }
      expect(told).to.be.greaterThan(3);
      const nobody = await fetch(`${address}/api/organisations/4000000/stock`);
      const none = await fetch(`${address}/api/organisations/0/stock`);

      expect([nobody.status, none.status]).to.deep.equal([404, 404]);
    });

    it("add up more than a double holds, in a stock as in a reach", async () => {
      const { products } = await get<{ products: Stock[] }>("/api/organisations/77/stock");
      const { sums } = await get<{ sums: object }>(`/api/subjects/${DELUGE}/reach?limit=1`);

      const all = (BigInt(MANY) * BigInt(AMOUNT)) / 1_000n;
      expect(products.map(({ underWay }) => BigInt(String(underWay).split(".")[0] ?? ""))).to.deep.equal([all]);
      expect(sums).to.include({ runs: MANY, labels: String(BigInt(MANY) * BigInt(AMOUNT)), consignments: MANY });
    });

    it("refuse what they cannot be asked, with the field", async () => {
      for (const [path, pointer] of [
        ["/api/consignments?sscc=123", "/sscc"],
        ["/api/consignments?sscc=095201230000000011", "/sscc"],
        ["/api/consignments?state=lost", "/state"],
        ["/api/consignments?after=9", "/after"],
        ["/api/recalls?standing=yes", "/standing"],
        ["/api/promises?organisation=0", "/organisation"],
        ["/api/promises?after=1-0x00", "/after"],
        [`/api/subjects/${made("another, under the nonce before")}/reach?limit=0`, "/limit"],
        [`/api/certificates/${made("the application answered, for 1.5 kg")}?limit=201`, "/limit"],
      ] as const) {
        const answer = await fetch(address + path);
        expect(answer.status, path).to.equal(400);
        expect(await answer.json(), path).to.include({ type: "urn:furrow:problem:request-invalid", pointer });
      }
      const missing = `0x${"ab".repeat(32)}`;
      for (const path of [
        `/api/certificates/${missing}`,
        `/api/consignments/${missing}`,
        `/api/subjects/${missing}/reach`,
      ])
        expect((await fetch(address + path)).status, path).to.equal(404);
    });
  });
}

/** Added up row by row, in the way of one who takes stock. */
async function stockIn({ index }: Store, organisation: number): Promise<Stock[]> {
  const zero = { plantings: 0, area: 0, mayBear: 0, inStore: 0, packed: 0, underWay: 0, coming: 0 };
  const all = new Map<string, typeof zero>();
  const add = (product: string | null, name: keyof typeof zero, amount: number) => {
    const row = all.get(product ?? "") ?? { ...zero };
    row[name] += amount;
    all.set(product ?? "", row);
  };
  const subjects = await index.selectFrom("subject").selectAll().where("holder", "!=", 77).execute();
  const links = await index.selectFrom("link").selectAll().where("input", "!=", DELUGE).execute();
  const consignments = await index.selectFrom("consignment").selectAll().where("sender", "!=", 77).execute();
  const [plant, lots] = [PLANT, LOTS];
  for (const row of subjects) {
    const offer = consignments.find(({ id, state }) => id === row.id && state === "under-way");
    if (offer?.receiver === organisation) add(row.product, "coming", offer.offered);
    if (row.holder !== organisation) continue;
    if (row.sort === plant && row.status < 16) {
      add(row.product, "plantings", 1);
      add(row.product, "area", links.find(({ consumer }) => consumer === row.id)?.amount ?? 0);
      add(row.product, "mayBear", row.remaining);
    }
    if (!lots.includes(row.sort)) continue;
    if (offer !== undefined) add(row.product, "underWay", offer.offered);
    else
      for (const [name, amount] of [
        ["inStore", row.remaining],
        ["packed", row.packed],
      ] as const)
        add(row.product, name, amount);
  }
  return [...all]
    .filter(([, row]) => Object.values(row).some((amount) => amount > 0))
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([product, { plantings, ...amounts }]) => ({
      ...{ product, unit: unitText(subjects.find(({ id }) => id === product)?.unit ?? 0) ?? "", plantings },
      ...Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, amountText(amount)])),
    }));
}

/** As many consignments of organisation 77 as have more in all than 2^53 thousandths, and a label run for each. */
async function deluge({ index }: Store, product: string): Promise<void> {
  const [amount, many] = [AMOUNT, MANY];
  // Before all that the season tells.
  const recordedS = 1;
  const act = { block: 1, log_index: 900, organisation: 77, act: 1, roles: 1, content: product, x: "0x0", y: "0x0" };
  await index
    .insertInto("organisation_act")
    .values({ ...act, until_block: "0", time_s: recordedS })
    .execute();
  const row = { holder: 77, unit: 1, status: 0, product, made: amount, remaining: amount, packed: 0, lost: 0, room: 0 };
  const born = { made_at: recordedS, made_batch: product, made_content: product };
  const subject = (id: string, sort: number) => ({ id, sort, ...row, ...born });
  const consignment = (id: string): IndexTables["consignment"] => ({
    ...{ id, lot: DELUGE, sender: 77, receiver: 78, carrier: 0, packed: 0, offered: amount, found: null },
    ...{ shipped_at: recordedS, state: "under-way", cid: id, document: "awaited", sscc: null },
    ...{ from_site: null, to_site: null, settled_at: null, settled_seq: null, settled_entry: null },
    ...{ settled_content: null, settled_cid: null, settled_document: null },
    ...{ settled_from_site: null, settled_to_site: null },
  });
  const ids = Array.from({ length: many }, (_, n) => `0x${"d".repeat(56)}${String(n).padStart(8, "0")}`);
  const runs = ids.map((id) => `${id.slice(0, 57)}e${id.slice(58)}`);
  const [ship = 0, label = 0] = (["SHIP", "LABEL"] as const).map((name) => kindByName(name).number);
  await insertRows<IndexTables, "subject">(
    index,
    "subject",
    [subject(DELUGE, LOTS[0] ?? 0), ...ids.map((id) => subject(id, ship)), ...runs.map((id) => subject(id, label))].map(
      (one) => (one.id === DELUGE ? { ...one, remaining: 0 } : one),
    ),
  );
  await insertRows<IndexTables, "consignment">(index, "consignment", ids.map(consignment));
  await insertRows<IndexTables, "link">(index, "link", [
    ...ids.map((consumer) => ({ consumer, input: DELUGE, amount })),
    ...runs.map((consumer, n) => ({ consumer, input: ids[n] ?? "", amount })),
  ]);
}
