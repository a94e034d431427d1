import { expect } from "chai";
import { decodeGroup } from "../../../protocol/batch.ts";
import { bytesOf, type Hex, hexOf } from "../../../protocol/bytes.ts";
import { cidOf } from "../../../protocol/cid.ts";
import type { BatchProof, History } from "../../../protocol/history.ts";
import { aLot, aRun, type Run, randomSerials, sendAll } from "../../support/labels.ts";
import type { Recorder } from "../../support/recorder.ts";
import { startServer, type TestServer } from "../../support/server.ts";

const NOWHERE: Hex = `0x${"ab".repeat(32)}`;

interface Page {
  readonly lots: readonly { readonly id: Hex; readonly madeAt: string }[];
  readonly next: string | null;
}

describe("Lots over HTTP", function () {
  this.timeout(60_000);

  const serials = randomSerials(3);
  const lots: Hex[] = [];
  let server: TestServer;
  let recorder: Recorder;
  let product: Hex;
  let run: Run;

  before(async () => {
    server = await startServer();
    recorder = await server.admitRecorder();
    const first = await aLot(recorder, 10_000n);
    product = hexOf(first.product);
    lots.push(hexOf(first.lot));
    for (const amounts of [
      [20_000n, 30_000n],
      [40_000n, 50_000n],
    ]) {
      // Two of one batch have one time: their order is that of their names.
      const nonce = recorder.takeNonce();
      const groups = await Promise.all(
        amounts.map((amount, index) => recorder.origin(nonce, first.product, { index, amount })),
      );
      await sendAll(recorder, [nonce, groups]);
      lots.push(...groups.map(({ subject }) => hexOf(subject)));
    }
    const nonce = recorder.takeNonce();
    run = await aRun(recorder, first.lot, serials, nonce);
    await recorder.request("PUT", `/api/files/${run.cid}`, run.list, "text/csv");
    await sendAll(recorder, [nonce, [run.group]]);
    await server.furrow.settled();
  });

  after(() => server.close());

  const ask = async (path: string) => recorder.request("GET", path);

  it("are listed newest first, page after page, none twice and none left out", async () => {
    for (const limit of [1, 2, 3, 5, 200]) {
      const pages: Page[] = [];
      for (let next: string | null = ""; next !== null; next = pages.at(-1)?.next ?? null) {
        const { status, body } = await ask(`/api/lots?limit=${limit}${next === "" ? "" : `&after=${next}`}`);
        expect(status).to.equal(200);
        pages.push(body as unknown as Page);
      }
      const listed = pages.flatMap((page) => page.lots);

      expect(pages).to.have.length(Math.ceil(lots.length / limit));
      expect(listed.map(({ id }) => id))
        .to.have.members(lots)
        .and.to.have.length(lots.length);
      expect(listed.map(({ madeAt }) => madeAt)).to.deep.equal(
        listed
          .map(({ madeAt }) => madeAt)
          .sort()
          .reverse(),
      );
    }
  });

  it("name the address of the next page, until there is none", async () => {
    const listed: string[] = [];
    for (let next: string | undefined = "/api/lots?limit=2"; next !== undefined;) {
      const { body, headers } = await ask(next);
      listed.push(...(body as unknown as Page).lots.map(({ id }) => id));
      next = /^<(.*)>; rel="next"$/.exec(headers.get("link") ?? "")?.[1];
    }

    expect(listed).to.have.members(lots).and.to.have.length(lots.length);
  });

  it("are not sent again to whoever has them as they are", async () => {
    for (const path of ["/api/lots", `/api/lots/${lots[0]}`, `/api/labels/${run.subject}`]) {
      const etag = (await fetch(server.address + path)).headers.get("etag") ?? "";
      const again = await fetch(server.address + path, { headers: { "if-none-match": etag } });

      expect(etag, path).not.to.equal("");
      expect(again.status, path).to.equal(304);
    }
  });

  it("refuse a page that cannot be, with the field", async () => {
    for (const [query, pointer] of [
      ["limit=0", "/limit"],
      ["limit=201", "/limit"],
      ["limit=x", "/limit"],
      ["after=newest", "/after"],
      ["page=2", "/page"],
    ]) {
      const { status, body } = await ask(`/api/lots?${query}`);

      expect(status, query).to.equal(400);
      expect(body).to.include({ type: "urn:furrow:problem:request-invalid", pointer });
    }
  });

  it("are told one by one, with what is left and packed of them", async () => {
    const { status, body } = await ask(`/api/lots/${lots[0]}`);

    expect(status).to.equal(200);
    expect(body).to.include({ id: lots[0], kind: "ORIGIN", holder: recorder.organisation, product, unit: "KGM" });
    expect(body).to.include({ made: "10", left: "9.997", packed: "0.003" });
  });

  it("bring a history of those who had to do with them, their own documents first", async () => {
    const stranger = await server.admitRecorder();
    const nonce = stranger.takeNonce();
    await sendAll(stranger, [nonce, [await stranger.product(nonce)]]);
    await server.furrow.settled();

    const { status, body } = await ask(`/api/lots/${lots[0]}/history?code=/T/${serials[0]}`);

    const { acts, documents, subjects, batches } = body as unknown as History;
    expect(status).to.equal(200);
    expect(new Set(acts.map(({ organisation }) => organisation))).to.deep.equal(new Set([recorder.organisation]));
    const holders = [recorder, stranger].map(({ organisationSubject }) => hexOf(organisationSubject));
    expect(subjects.map(({ id }) => id))
      .to.include(holders[0])
      .and.not.to.include(holders[1]);
    const cidsOf = (...ids: readonly (string | undefined)[]) => {
      const moves = subjects.flatMap((log) => (ids.includes(log.id) ? log.moves : []));
      return [...new Set(moves.flatMap(({ batch, group }) => contentsOf(batches[batch], group)))];
    };
    const name = cidOf(bytesOf(acts[0]?.content ?? "0x"), "json");
    const first = [...cidsOf(run.subject, lots[0]), name, ...cidsOf(product)];
    expect(Object.keys(documents).slice(0, first.length)).to.deep.equal(first);
  });

  it("are traced from a bag up to where they came from, and down to the bag", async () => {
    const up = await ask(`/api/lots/${run.subject}/trace`);
    const down = await ask(`/api/lots/${lots[0]}/trace?direction=down`);
    const cut = await ask(`/api/lots/${run.subject}/trace?limit=1`);

    const ids = ({ body }: typeof up) => (body.nodes as readonly { readonly id: Hex }[]).map(({ id }) => id);
    expect(ids(up)).to.deep.equal([run.subject, lots[0]]);
    expect(ids(down)).to.deep.equal([lots[0], run.subject]);
    expect(up.body).to.deep.include({ cut: false, links: [{ consumer: run.subject, input: lots[0], amount: 3 }] });
    expect(ids(cut)).to.deep.equal([run.subject]);
    expect(cut.body).to.deep.include({ cut: true, next: run.subject, links: [] });
    const rest = await ask(/^<(.*)>; rel="next"$/.exec(cut.headers.get("link") ?? "")?.[1] ?? "");
    expect(ids(rest)).to.deep.equal([lots[0]]);
    expect(rest.body).to.deep.include({ cut: false, next: null, links: up.body.links });
    expect((await ask(`/api/lots/${run.subject}/trace?after=${NOWHERE}`)).body).to.include({ pointer: "/after" });
  });

  it("name the run of a bag's codes", async () => {
    const { status, body } = await ask(`/api/labels/${run.subject}`);

    expect(status).to.equal(200);
    expect(body).to.include({ id: run.subject, lot: lots[0], holder: recorder.organisation, count: 3 });
  });

  it("are not found where there is none, nor where the id is none", async () => {
    for (const id of [NOWHERE, "0x12", "x", NOWHERE.toUpperCase()]) {
      for (const path of [`/api/lots/${id}`, `/api/lots/${id}/history`, `/api/lots/${id}/trace`, `/api/labels/${id}`]) {
        const { status, body } = await ask(path);

        expect(status, path).to.equal(404);
        expect(body, path).to.include({ type: "urn:furrow:problem:not-found", pointer: "/id" });
      }
    }
    // A product is a subject, and no lot; a lot is no label run.
    expect((await ask(`/api/lots/${product}`)).status).to.equal(404);
    expect((await ask(`/api/labels/${lots[0]}`)).status).to.equal(404);
  });

  it("can only be read", async () => {
    for (const path of ["/api/lots", `/api/lots/${lots[0]}`, "/api/codes", `/api/labels/${run.subject}`]) {
      const { status, headers } = await recorder.request("DELETE", path);

      expect(status).to.equal(405);
      expect(headers.get("allow")).to.equal("GET, HEAD, OPTIONS");
    }
  });
});

function contentsOf(batch: BatchProof | undefined, group: number): readonly string[] {
  const shown = batch?.groups.find(({ index }) => index === group);
  return shown === undefined
    ? []
    : decodeGroup(bytesOf(shown.bytes)).entries.map(({ content }) => cidOf(content, "json"));
}
