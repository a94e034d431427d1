import { createHash } from "node:crypto";
import { expect } from "chai";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { decodeBatch, newSubjectId, signedBytes, batchRoot } from "../../../protocol/batch.ts";
import { bytesOf, type Hex } from "../../../protocol/bytes.ts";
import { parseCid } from "../../../protocol/cid.ts";
import { leafHash, treeRoot } from "../../../protocol/merkle.ts";
import type { Draft } from "../../../scan-web/record/model.ts";
import { launchBrowser } from "../../support/chromium.ts";
import { openParts } from "../../support/in-browser.ts";
import { amount, field, IDS, text } from "../../support/notebook.ts";
import type * as Parts from "../../support/page/notebook-parts.ts";
import { primitives } from "../../support/primitives.ts";

declare const furrow: typeof Parts;

const ADDRESS = "http://127.0.0.1:9";
const SOURCE = `export * from "./test/support/page/notebook-parts.ts";`;

type Pushed = Partial<Draft> & Pick<Draft, "work">;

const planting = { sort: "planting", id: IDS.planting } as const;
const weeding = { work: "weeding", target: planting, answers: { method: { type: "choice", id: "hand" } } } as const;
const plucking = { work: "plucking", target: planting, answers: { amount: amount("85", "jin") } } as const;
const onLot = (work: string, id: Hex, answers: Draft["answers"]) => ({
  work,
  target: { sort: "lot", id } as const,
  answers,
});

describe("The notebook of a phone", function () {
  this.timeout(120_000);
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;

  before(async () => {
    browser = await launchBrowser();
  });
  after(() => browser?.close());
  beforeEach(async () => {
    context = await browser.newContext();
    page = await openParts(context, ADDRESS, SOURCE);
    await page.evaluate((told) => furrow.begin(told), field);
  });
  afterEach(() => context.close());

  const push = (...drafts: readonly Pushed[]) => page.evaluate((all) => furrow.push(...all), drafts);
  const signed = () => page.evaluate(() => furrow.signedOf());
  const look = (answers: Parameters<typeof furrow.look>[0]) => page.evaluate((all) => furrow.look(all), answers);
  const record = (id: string) => page.evaluate(async (one) => (await furrow.notebookOf()).notebook.record(one), id);
  const counts = () => page.evaluate(async () => (await furrow.notebookOf()).notebook.counts());
  const batches = async () => (await page.evaluate(() => furrow.unsigned())).batches;
  const shown = () => page.evaluate(async () => (await furrow.notebookOf()).notebook.field());
  const change = (id: string, answers: Draft["answers"]) =>
    page.evaluate(
      async ([one, changed]) => {
        const { notebook } = await furrow.notebookOf();
        return notebook.save({ ...(await notebook.change(one)), answers: changed });
      },
      [id, answers] as const,
    );
  const withdraw = (id: string) => page.evaluate(async (one) => (await furrow.notebookOf()).notebook.withdraw(one), id);

  describe("its key", () => {
    it("cannot be taken out by any script, and is one for two tabs that begin at once", async () => {
      const other = await openParts(context, ADDRESS, SOURCE);
      const make = (tab: Page) =>
        tab.evaluate(async () => (await (await furrow.notebookOf(true)).notebook.makeSelf()).recorder);
      const [one, two] = await Promise.all([make(page), make(other)]);
      expect(one).to.equal(two);

      const taken = await page.evaluate(async () => {
        const { db } = await furrow.notebookOf();
        const keys = (await db.idb.get("kept", "keys")) as Record<"signing" | "sealing", CryptoKeyPair>;
        const tries = [keys.signing.privateKey, keys.sealing.privateKey].flatMap((key) =>
          (["jwk", "pkcs8"] as const).map((format) =>
            crypto.subtle.exportKey(format, key).then(
              () => "given away",
              (error: Error) => error.name,
            ),
          ),
        );
        return Promise.all(tries);
      });
      expect(new Set(taken)).to.deep.equal(new Set(["InvalidAccessError"]));
    });

    it("practice has another one, and a database of its own", async () => {
      const [real, practice] = await page.evaluate(async () => {
        const self = await (await furrow.notebookOf(true)).notebook.makeSelf();
        return [(await (await furrow.notebookOf()).notebook.self())?.recorder, self.recorder];
      });
      expect(real).to.not.equal(practice);
      await push(weeding);
      const inPractice = await page.evaluate(async () => (await furrow.notebookOf(true)).notebook.counts());
      expect(inPractice).to.deep.equal({ drafts: 0, saved: 0, going: 0, needsYou: 0, final: 0 });
    });

    it("belongs to one ledger: another server's head changes nothing", async () => {
      const [failure, after] = await page.evaluate(async () => {
        const { notebook } = await furrow.notebookOf();
        const said = await furrow.newBlock(9, "43").then(
          () => "taken",
          (problem: { type: string }) => problem.type,
        );
        return [said, await notebook.self()] as const;
      });
      expect(failure).to.equal("wrong-ledger");
      expect(after).to.include({ chainId: "42", block: 1 });
    });
  });

  describe("saving", () => {
    it("turns a draft into a record, whose answers are offered again", async () => {
      const [row] = await push(weeding);
      expect(row).to.include({ work: "weeding", state: "saved", order: 1 });
      expect(await counts()).to.include({ drafts: 0, saved: 1 });
      const again = await page.evaluate(
        async (target) => (await furrow.notebookOf()).notebook.lastAnswers("weeding", target),
        planting,
      );
      expect(again).to.deep.equal(weeding.answers);
    });

    it("changes nothing where an answer is wrong, and names it", async () => {
      const said = await page.evaluate(
        (draft) =>
          furrow.push(draft).then(
            () => null,
            (failure: { type: string; at: string }) => [failure.type, failure.at],
          ),
        { ...plucking, answers: { amount: amount("9999", "jin") } },
      );
      expect(said).to.deep.equal(["over-cap", "/answers/amount"]);
      expect(await counts()).to.include({ drafts: 1, saved: 0 });
      expect(await batches()).to.deep.equal([]);
    });

    it("puts observations together, and all else into batches of their own", async () => {
      await push(weeding, weeding, plucking, weeding, plucking);
      expect((await batches()).map(({ sort, records }) => [sort, records])).to.deep.equal([
        ["plain", 3],
        ["single", 1],
        ["single", 1],
      ]);
    });

    it("begins another batch after forty, and when the phone knows a newer block", async () => {
      await push(...Array.from({ length: 41 }, () => weeding));
      await page.evaluate(() => furrow.newBlock(2));
      await push(weeding);
      expect((await batches()).map(({ records }) => records)).to.deep.equal([40, 1, 1]);
    });

    it("lays what it has named and used over the field at once", async () => {
      const [row] = await push(plucking);
      const after = await shown();
      const lot = after.lots.find(({ id }) => id === row?.makes[0]?.id);
      expect(lot).to.include({ left: "42.5", isOurs: true, state: "here" });
      expect(after.plantings.find(({ id }) => id === IDS.planting)).to.include({
        harvested: "142.5",
        mayBear: "757.5",
      });
      await push(
        onLot("discarding", lot?.id ?? "0x", { amount: amount("2.5", "kg"), reason: { type: "choice", id: "lost" } }),
      );
      expect((await shown()).lots.find(({ id }) => id === lot?.id)?.left).to.equal("40");
    });

    it("is undone while nothing is signed, and gives the draft back", async () => {
      const [row] = await push(weeding);
      const undo = (id: string) => page.evaluate(async (one) => (await furrow.notebookOf()).notebook.undo(one), id);
      expect(await undo(row?.id ?? "")).to.equal(true);
      expect(await counts()).to.include({ drafts: 1, saved: 0 });
      const [again] = await push({ ...weeding, id: row?.id ?? "" });
      await signed();
      expect(await undo(again?.id ?? "")).to.equal(false);
    });

    it("is not undone where something leans on it", async () => {
      const [harvest] = await push(plucking);
      await push(onLot("storing", harvest?.makes[0]?.id ?? "0x", { store: text("一号库") }));
      const done = await page.evaluate(
        async (one) => (await furrow.notebookOf()).notebook.undo(one),
        harvest?.id ?? "",
      );
      expect(done).to.equal(false);
    });

    it("of labels makes the serials, and the file of their leaves that the root is over", async () => {
      const [row] = await push(onLot("labelling", IDS.packedLot, { labels: amount("25", "piece") }));
      const [serials, leaves, due] = await page.evaluate(async (id) => {
        const { db, notebook } = await furrow.notebookOf();
        const stored = (await db.idb.get("records", id))?.labels;
        const file = await notebook.file(stored?.leaves.cid ?? "");
        return [await notebook.serials(id), await file?.blob.text(), await furrow.unsigned()] as const;
      }, row?.id ?? "");
      const hashes = await Promise.all(
        (serials ?? []).map((serial) => leafHash(primitives, new TextEncoder().encode(serial))),
      );
      expect(new Set(serials).size).to.equal(25);
      expect(leaves?.trim().split("\n")).to.deep.equal(hashes.map((hash) => `0x${Buffer.from(hash).toString("hex")}`));
      const document = JSON.parse((await signed()).batches[0]?.documents[0]?.text ?? "{}") as Record<
        string,
        Record<string, unknown>
      >;
      const root = await treeRoot(primitives, hashes);
      expect(document["furrow:labels"]?.["furrow:root"]).to.equal(`0x${Buffer.from(root).toString("hex")}`);
      expect(due.files).to.have.length(1);
    });
  });

  describe("signing", () => {
    it("gives batches whose signature, ids and documents are right", async () => {
      const [harvest] = await push(plucking, weeding, weeding);
      const { key, recorder, batches: all } = await signed();
      for (const batch of all) {
        const { header, groups, signature } = decodeBatch(bytesOf(batch.bytes));
        const root = await batchRoot(primitives, groups);
        const point = { x: bytesOf(key?.x ?? ""), y: bytesOf(key?.y ?? "") };
        expect(await primitives.verifyP256(point, signedBytes(header, root), signature)).to.equal(true);
        const digests = batch.documents.map(({ cid, text: said }) => [
          `0x${Buffer.from(parseCid(cid).digest).toString("hex")}`,
          `0x${createHash("sha256").update(said).digest("hex")}`,
        ]);
        expect(digests.map(([named]) => named)).to.deep.equal(digests.map(([, counted]) => counted));
        expect(batch.groups.flatMap(({ contents }) => contents)).to.have.members(digests.map(([named]) => named));
      }
      const id = await newSubjectId(primitives, bytesOf(recorder ?? ""), 0n, 0);
      expect(harvest?.makes[0]?.id).to.equal(`0x${Buffer.from(id).toString("hex")}`);
      expect(all[1]?.groups).to.have.length(1);
      expect(all[1]?.groups[0]?.names).to.deep.equal(["GROW", "GROW"]);
    });

    it("once: the same bytes are sent for ever", async () => {
      await push(weeding);
      const [first] = (await signed()).batches;
      await page.evaluate(() => furrow.newBlock(9));
      const [again] = (await signed()).batches;
      expect(again?.bytes).to.equal(first?.bytes);
    });

    it("not before the phone is enrolled", async () => {
      const none = await page.evaluate(async () => {
        const { db } = await furrow.notebookOf();
        const self = await db.idb.get("kept", "self");
        await db.idb.put("kept", { ...(self as object), organisation: null }, "self");
        await furrow.push({ work: "weeding", target: null });
        return (await furrow.signedOf()).batches.length;
      });
      expect(none).to.equal(0);
    });
  });

  describe("what becomes of records", () => {
    it("on its way, waiting for another's record, on record with its place", async () => {
      const [row] = await push(weeding);
      await signed();
      await look({ 0: { state: "sent" } });
      expect((await record(row?.id ?? ""))?.state).to.equal("going");
      await look({
        0: {
          state: "waiting",
          reason: {
            type: "urn:furrow:problem:subject-unknown",
            ledger: { error: "SubjectUnknown", values: [IDS.planting] },
          },
        },
      });
      expect((await record(row?.id ?? ""))?.why).to.deep.equal({ type: "subject-unknown", values: [IDS.planting] });
      await look({ 0: { state: "final", block: 5, groups: [{ subject: IDS.planting, seq: 12 }] } });
      expect(await record(row?.id ?? "")).to.include({
        state: "final",
        why: null,
        seq: 12,
        entry: 0,
        group: IDS.planting,
      });
      expect((await batches())[0]?.state).to.equal("final");
    });

    it("is asked about again until its place is told", async () => {
      const [row] = await push(weeding);
      await signed();
      await look({ 0: { state: "final", block: 5 } });
      expect(await record(row?.id ?? "")).to.include({ state: "final", seq: null });
      expect((await page.evaluate(() => furrow.unsigned())).asks).to.have.length(1);
      await look({ 0: { state: "final", block: 5, groups: [{ subject: IDS.planting, seq: 3 }] } });
      expect(await record(row?.id ?? "")).to.include({ seq: 3 });
      expect((await page.evaluate(() => furrow.unsigned())).asks).to.have.length(0);
    });

    it("is sent again where no server knows of it", async () => {
      await push(weeding);
      await signed();
      await look({ 0: { state: "sent" } });
      expect((await signed()).batches).to.have.length(0);
      expect(await look({ 0: { state: "unknown" } })).to.equal(1);
      expect((await signed()).batches).to.have.length(1);
    });

    it("refused: its person changes it, and it is signed again under the same nonce with the same id", async () => {
      const [row] = await push(plucking);
      const [before] = (await signed()).batches;
      await look({
        0: {
          state: "refused",
          reason: { type: "over-cap", ledger: { error: "OverCap", values: [IDS.planting, "30", "42.5"] } },
        },
      });
      expect(await record(row?.id ?? "")).to.deep.include({
        state: "needs-you",
        why: { type: "over-cap", values: [IDS.planting, "30", "42.5"] },
      });
      const after = await change(row?.id ?? "", { amount: amount("30", "kg") });
      expect([after.id, after.nonce, after.makes]).to.deep.equal([row?.id, "0", row?.makes]);
      const [again] = (await signed()).batches;
      expect([again?.nonce, again?.groups[0]?.subject]).to.deep.equal(["0", before?.groups[0]?.subject]);
      expect(again?.hash).to.not.equal(before?.hash);
      expect(await counts()).to.include({ saved: 1, needsYou: 0, drafts: 0 });
    });

    it("of forty, the one that the reason names needs its person, and the others go on at once", async () => {
      const bad = { ...weeding, target: { sort: "planting", id: IDS.otherPlanting } } as const;
      const [first, second, third] = await push(weeding, bad, weeding);
      await signed();
      const due = await look({
        0: {
          state: "refused",
          reason: { type: "not-holder", ledger: { error: "NotHolder", values: [IDS.otherPlanting] } },
        },
      });
      expect(due).to.equal(1);
      const states = await Promise.all([first, second, third].map((row) => record(row?.id ?? "")));
      expect(states.map((row) => row?.state)).to.deep.equal(["saved", "needs-you", "saved"]);
      const [again] = (await signed()).batches;
      expect(again?.groups.map(({ names }) => names.length)).to.deep.equal([2]);

      // Changed while the rest is under way, it waits for the nonce to be spent for good, and then goes by itself.
      await change(second?.id ?? "", { method: { type: "choice", id: "hoe" } });
      expect((await signed()).batches).to.have.length(1);
      expect(await look({ 0: { state: "final", block: 7, groups: [{ subject: IDS.planting, seq: 4 }] } })).to.equal(1);
      const [mended] = (await signed()).batches;
      expect([mended?.nonce, mended?.groups[0]?.subject]).to.deep.equal(["1", IDS.otherPlanting]);
      await look({ 1: { state: "final", block: 8, groups: [{ subject: IDS.otherPlanting, seq: 2 }] } });
      expect(await counts()).to.include({ final: 3, saved: 0, needsYou: 0 });
    });

    it("a reason that points into the batch names the entry", async () => {
      const [first, second] = await push(weeding, { ...weeding, occurredAtS: 1_700_000_000 });
      await signed();
      await look({
        0: { state: "refused", reason: { type: "date-impossible", pointer: "/groups/0/entries/1/occurredAt" } },
      });
      const states = await Promise.all([first, second].map((row) => record(row?.id ?? "")));
      expect(states.map((row) => row?.state)).to.deep.equal(["saved", "needs-you"]);
    });

    it("where an older signature turns out to count, the record says what that one said", async () => {
      const [row] = await push(plucking);
      const [before] = (await signed()).batches;
      await look({ 0: { state: "refused", reason: { type: "over-cap" } } });
      await change(row?.id ?? "", { amount: amount("30", "kg") });
      await signed();
      expect((await page.evaluate(() => furrow.unsigned())).asks).to.deep.equal([before?.hash]);
      await page.evaluate(
        async ([batch, subject]) => {
          const { db } = await furrow.notebookOf();
          await furrow.takeReceipts(db, [{ batch, state: "final", block: 3, groups: [{ subject, seq: 1 }] }]);
        },
        [before?.hash ?? "0x", row?.makes[0]?.id ?? "0x"] as const,
      );
      const after = await record(row?.id ?? "");
      expect(after).to.deep.include({ state: "final", answers: plucking.answers, seq: 1 });
      expect((await signed()).batches).to.have.length(0);
    });

    it("what was changed too late is kept as a draft that changes what is on record", async () => {
      const [row] = await push(plucking);
      const [before] = (await signed()).batches;
      await look({ 0: { state: "sent" } });
      await change(row?.id ?? "", { amount: amount("30", "kg") });
      await signed();
      await look({ 0: { state: "refused", reason: { type: "nonce-used" } } });
      // Which of the two counts is not known yet: under another nonce both could.
      const again = await change(row?.id ?? "", { amount: amount("31", "kg") });
      expect(again.nonce).to.equal("0");
      await page.evaluate(
        async ([batch, subject]) => {
          const { db } = await furrow.notebookOf();
          const final = { batch, state: "final", block: 3 } as const;
          await furrow.takeReceipts(db, [final]);
          await furrow.takeReceipts(db, [{ ...final, groups: [{ subject, seq: 1 }] }]);
        },
        [before?.hash ?? "0x", row?.makes[0]?.id ?? "0x"] as const,
      );
      expect(await record(row?.id ?? "")).to.deep.include({ state: "final", answers: plucking.answers });
      const drafts = await page.evaluate(async () => (await furrow.notebookOf()).notebook.drafts());
      expect(drafts.map(({ changes, answers }) => ({ changes, answers }))).to.deep.equal([
        { changes: row?.id, answers: { amount: amount("31", "kg") } },
      ]);
    });

    it("once final, it is nothing else again, whatever a server says that has lost it", async () => {
      const [row] = await push(weeding);
      await signed();
      await look({ 0: { state: "final", block: 5 } });
      for (const state of ["unknown", "sent", "waiting", "refused"] as const) {
        await look({ 0: state === "refused" ? { state, reason: { type: "nonce-used" } } : { state } });
        expect((await record(row?.id ?? ""))?.state, state).to.equal("final");
      }
      await look({ 0: { state: "final", block: 5, groups: [{ subject: IDS.planting, seq: 3 }] } });
      expect(await record(row?.id ?? "")).to.include({ state: "final", seq: 3 });
    });

    it("refused by a server that does not have its file any more, which is gone from the phone too: its person is told", async () => {
      const [row] = await push(weeding);
      await signed();
      await look({ 0: { state: "refused", reason: { type: "file-gone" } } });
      expect(await record(row?.id ?? "")).to.deep.include({
        state: "needs-you",
        why: { type: "file-unknown", values: [] },
      });
    });

    it("withdrawn before it was signed, it is left out; after, a note on the own organisation spends its nonce", async () => {
      const [never, refused] = await push(plucking, { ...plucking, answers: { amount: amount("1", "kg") } });
      await withdraw(never?.id ?? "");
      expect((await signed()).batches.map(({ nonce }) => nonce)).to.deep.equal(["1"]);
      await look({ 1: { state: "refused", reason: { type: "no-role" } } });
      await withdraw(refused?.id ?? "");
      const [spent] = (await signed()).batches;
      const { own } = await page.evaluate(() => furrow.unsigned());
      expect([spent?.nonce, spent?.groups[0]?.subject, spent?.groups[0]?.names]).to.deep.equal(["1", own, ["NOTE"]]);
      await look({ 1: { state: "final", block: 3, groups: [{ subject: own, seq: 9 }] } });
      expect(await record(refused?.id ?? "")).to.include({ state: "final", withdrawn: true });
    });

    it("what leans on a withdrawn record needs its person too", async () => {
      const [harvest] = await push(plucking);
      const lot = harvest?.makes[0]?.id ?? "0x";
      const [stored] = await push(onLot("storing", lot, { store: text("一号库") }));
      await signed();
      await look({
        0: { state: "refused", reason: { type: "over-cap", ledger: { error: "OverCap", values: [IDS.planting] } } },
      });
      await withdraw(harvest?.id ?? "");
      expect(await record(stored?.id ?? "")).to.deep.include({
        state: "needs-you",
        why: { type: "leans", values: [lot] },
      });
    });

    it("on record, it is changed by a correction and the new record in one batch", async () => {
      const [row] = await push(weeding);
      await signed();
      await look({ 0: { state: "final", block: 3, groups: [{ subject: IDS.planting, seq: 6 }] } });
      const after = await change(row?.id ?? "", { method: { type: "choice", id: "hoe" } });
      expect(after.changes).to.equal(row?.id);
      expect((await record(row?.id ?? ""))?.changedBy).to.equal(after.id);
      const [batch] = (await signed()).batches;
      expect(batch?.groups.map(({ names }) => names)).to.deep.equal([["CORRECT", "GROW"]]);
      await look({ 1: { state: "final", block: 4, groups: [{ subject: IDS.planting, seq: 7 }] } });
      expect(await record(after.id)).to.include({ state: "final", seq: 7, entry: 1 });

      // And again: it is the newest that is corrected.
      await change(row?.id ?? "", { method: { type: "choice", id: "mower" } });
      const [second] = (await signed()).batches;
      expect(second?.documents.some(({ text: said }) => said.includes(`"furrow:entry":1,"furrow:seq":7`))).to.equal(
        true,
      );
    });

    it("a harvest on record is corrected by its difference, from its first entry on", async () => {
      const [row] = await push(plucking);
      await signed();
      const lot = row?.makes[0]?.id ?? "0x";
      await look({ 0: { state: "final", block: 3, groups: [{ subject: lot, seq: 1 }] } });
      const first = await change(row?.id ?? "", { amount: amount("40", "kg") });
      const [batch] = (await signed()).batches;
      expect(batch?.groups.map(({ subject, names }) => [subject, names])).to.deep.equal([[lot, ["CORRECT", "NOTE"]]]);
      await look({ 1: { state: "final", block: 4, groups: [{ subject: lot, seq: 2 }] } });
      await change(first.id, { amount: amount("41", "kg") });
      const [again] = (await signed()).batches;
      const said = again?.documents.map((document) => document.text).join("\n") ?? "";
      expect(said).to.include(`"furrow:differences":{"furrow:other":{"furrow:difference":1,`);
      expect(said).to.include(`"furrow:corrects":{"furrow:entry":0,"furrow:seq":1,`);
    });
  });

  describe("its clock", () => {
    const YEARS = 10 * 365 * 86_400_000;

    for (const [what, off] of [
      ["behind", YEARS],
      ["ahead", -YEARS],
    ] as const)
      it(`ten years ${what}: what is not signed yet is put right, and both times are kept`, async () => {
        const [row] = await push(weeding);
        const moved = await page.evaluate(async (by) => {
          const { db } = await furrow.notebookOf();
          const now = Date.now();
          return furrow.takeClock(db, { nowMs: now + by, sentAtMs: now - 100, gotAtMs: now + 100 });
        }, off);
        expect(moved).to.equal(1);
        const after = await record(row?.id ?? "");
        expect(after?.deviceMs).to.equal(row?.deviceMs);
        expect(after?.offsetMs).to.equal(off);
        expect(after?.occurredAtS).to.equal((row?.occurredAtS ?? 0) + off / 1000);
        const [batch] = (await signed()).batches;
        expect(batch?.groups[0]?.occurredAtS).to.deep.equal([after?.occurredAtS]);
      });

    it("found wrong after signing: refused for its date, the record is put right and signed again", async () => {
      await push(weeding);
      await signed();
      await page.evaluate(async (by) => {
        const { db } = await furrow.notebookOf();
        await furrow.takeClock(db, { nowMs: Date.now() + by, sentAtMs: Date.now(), gotAtMs: Date.now() });
      }, YEARS);
      expect(
        await look({
          0: { state: "refused", reason: { type: "date-impossible", pointer: "/groups/0/entries/0/occurredAt" } },
        }),
      ).to.equal(1);
      const [batch] = (await signed()).batches;
      expect((batch?.groups[0]?.occurredAtS[0] ?? 0) * 1000).to.be.closeTo(Date.now() + YEARS, 60_000);
      expect(await counts()).to.include({ saved: 1, needsYou: 0 });
    });

    it("right, and the day impossible all the same: the day is asked for", async () => {
      const [row] = await push(weeding);
      await signed();
      await look({ 0: { state: "refused", reason: { type: "date-impossible" } } });
      const said = await change(row?.id ?? "", {}).then(
        () => "",
        (failure: Error) => failure.message,
      );
      expect(said).to.include("date-impossible at /occurredAt");
    });
  });

  describe("killed and side by side", () => {
    it("two tabs save at once: every nonce is given once, every record stands in one batch", async () => {
      const other = await openParts(context, ADDRESS, SOURCE);
      const many = Array.from({ length: 30 }, (_, n) =>
        n % 3 === 0 ? { ...plucking, answers: { amount: amount("1", "jin") } } : weeding,
      );
      const save = (tab: Page) => tab.evaluate((all) => furrow.push(...all), many);
      await Promise.all([save(page), save(other), signed()]);
      const { wrong, records } = await page.evaluate(() => furrow.wholeness());
      expect(wrong).to.deep.equal([]);
      expect(records).to.equal(60);
      expect((await signed()).batches.length).to.be.greaterThan(20);
      expect((await page.evaluate(() => furrow.wholeness())).wrong).to.deep.equal([]);
    });

    it("a tab killed at any moment of saving and signing leaves drafts and records whole", async () => {
      const many = Array.from({ length: 60 }, (_, n) =>
        n % 4 === 0 ? { ...plucking, answers: { amount: amount("1", "jin") } } : weeding,
      );
      let before = 0;
      for (let kill = 0; kill < 10; kill++) {
        const tab = await openParts(context, ADDRESS, SOURCE);
        await tab.evaluate((all) => {
          void furrow.push(...all);
          void (async () => {
            for (;;) await furrow.signedOf();
          })();
        }, many);
        await tab.waitForFunction(async (least) => (await furrow.wholeness()).records > least, before + kill);
        await tab.close({ runBeforeUnload: false });
        const { wrong, records } = await page.evaluate(() => furrow.wholeness());
        expect(wrong, `after kill ${kill + 1}`).to.deep.equal([]);
        before = records;
      }
      await signed();
      expect((await page.evaluate(() => furrow.wholeness())).wrong).to.deep.equal([]);
    });

    it("every tab hears of what another saved", async () => {
      const other = await openParts(context, ADDRESS, SOURCE);
      const heard = other.evaluate(async () => {
        const { notebook } = await furrow.notebookOf();
        return new Promise((done) =>
          notebook.onChange(() => void notebook.counts().then(({ saved }) => saved === 1 && done(saved))),
        );
      });
      await other.evaluate(() => furrow.notebookOf().then(() => null));
      await push(weeding);
      expect(await heard).to.equal(1);
    });
  });
});
