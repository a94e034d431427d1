/** What the season of docs/ledger/sequence.json leaves in the books, over HTTP: certificates, recalls, promises, reach, label runs. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import type { Hex } from "../../../protocol/history.ts";
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
import { listRecalls } from "../../../server/resolve/recalls.ts";
import { stockOf } from "../../../server/resolve/stock.ts";
import { recentTraces } from "../../../server/resolve/trace.ts";
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
  readonly acknowledged: readonly { readonly organisation: number; readonly tookS: number }[];
}

/** While the bags were sold. */
const NOW_S = Date.parse("2026-06-01T00:00:00Z") / 1000;

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
          recallRoutes({ list: (asked) => listRecalls(index, asked) }),
          promiseRoutes({ list: (asked) => listPromises({ index, documentOf: async () => undefined }, asked) }),
          stockRoutes({ stock: (number) => stockOf(index, number), behind }),
          reachRoutes({
            trace,
            subjects: (nodes) => reachedSubjects(index, nodes),
            sums: (whole) => sumsOf(index, whole),
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
      for (const { answers, acknowledged } of answered) {
        expect(acknowledged).to.have.length(answers);
        expect(acknowledged.every(({ tookS }) => tookS >= 0)).to.equal(true);
      }
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
        readonly sums: { readonly subjects: number; readonly runs: number; readonly labels: number };
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
        labels: runs.reduce((sum, { count }) => sum + (count ?? 0), 0),
      });
      expect([...first.subjects, ...second.subjects]).to.deep.equal(whole.subjects);
      expect([...first.links, ...second.links]).to.have.deep.members(whole.links);
      expect(first.sums).to.deep.equal(whole.sums);
    });

    it("list consignments by state and parties, and know what was found", async () => {
      interface Consignment {
        readonly id: Hex;
        readonly from: number;
        readonly to: number;
        readonly state: string;
        readonly found: string | null;
      }
      const { consignments } = await get<{ consignments: Consignment[] }>("/api/consignments");
      const received = await get<{ consignments: Consignment[] }>("/api/consignments?state=received");
      const shop = consignments[0]?.to ?? 0;
      const to = await get<{ consignments: Consignment[] }>(`/api/consignments?to=${shop}&from=1`);

      expect(new Set(consignments.map(({ state }) => state))).to.deep.equal(
        new Set(["received", "refused", "withdrawn"]),
      );
      expect(received.consignments).to.deep.equal(consignments.filter(({ state }) => state === "received"));
      expect(received.consignments.every(({ found }) => found !== null)).to.equal(true);
      expect(to.consignments).to.deep.equal(consignments.filter((one) => one.to === shop && one.from === 1));
    });

    it("tell an organisation's stock, and that there is no organisation of a number", async () => {
      const { products } = await get<{ products: { plantings: number; area: string }[] }>("/api/organisations/1/stock");
      const nobody = await fetch(`${address}/api/organisations/4000000/stock`);
      const none = await fetch(`${address}/api/organisations/0/stock`);

      expect(products.length).to.be.greaterThan(1);
      expect(products.reduce((sum, { plantings }) => sum + plantings, 0)).to.equal(2);
      expect([nobody.status, none.status]).to.deep.equal([404, 404]);
    });

    it("refuse what they cannot be asked, with the field", async () => {
      for (const [path, pointer] of [
        ["/api/consignments?sscc=123", "/sscc"],
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
