import { expect } from "chai";
import type { History } from "../../protocol/history.ts";
import { verify } from "../../protocol/verify.ts";
import { sharesOf } from "../../scan-web/scan/ancestry.ts";
import { way } from "../../scan-web/scan/entries.ts";
import { sixFacts } from "../../scan-web/scan/facts.ts";
import { fieldsOf } from "../../scan-web/scan/field.ts";
import { openHistory } from "../../scan-web/scan/graph.ts";
import { entryId } from "../../scan-web/scan/open.ts";
import type { Fact, Story, StoryEntry } from "../../scan-web/scan/story.ts";
import { tellStory } from "../../scan-web/scan/tell.ts";
import { type Certificate, certificatesFor } from "../../scan-web/scan/third.ts";
import { speaker } from "../../scan-web/ui/words.ts";
import { honestHistory } from "../support/history.ts";
import { primitives } from "../support/primitives.ts";

const zh = speaker("zh-CN");
const en = speaker("en");
const SEEDS = Array.from({ length: 24 }, (_, n) => n + 1);

describe("What others say of a lot, and what was put right", function () {
  this.timeout(60_000);
  let histories: readonly History[];

  before(async () => {
    histories = await Promise.all(SEEDS.map(async (seed) => (await honestHistory(seed)).history));
  });

  it("is struck through, contradicted, put right and signed by third parties exactly where verify says so", async () => {
    const told = { struck: 0, contradicted: 0, right: 0, third: 0 };
    for (const seed of SEEDS) {
      const { history, heads } = await honestHistory(seed);
      const { statements, corrections } = await verify(history, heads, primitives);
      const rows = rowsOf(tellStory(history));
      const own = statements.filter(({ touch }) => !touch);
      for (const { batch, group, entry, ...check } of own) {
        const row = rows.find(({ ids }) => ids.includes(entryId(batch, group, entry)));
        if (row === undefined) continue;
        const where = `seed ${seed}, ${check.kind ?? ""}`;

        expect(row.struck !== null, where).to.equal(check.correctedBy !== null);
        expect(row.contradictions.length, where).to.equal(check.contradictedBy.length);
        expect(row.grade, where).to.equal(check.standing === "third" ? "third" : "stated");
        expect(row.role !== null, where).to.equal(check.standing === "third");
        told.struck += Number(row.struck !== null);
        told.contradicted += row.contradictions.length;
        told.third += Number(row.role !== null);
      }
      for (const { right, corrects } of corrections) {
        const row = rows.find(
          ({ ids }) => right !== null && ids.includes(entryId(right.batch, right.group, right.entry)),
        );
        if (row === undefined || corrects === null) continue;
        const wrong = rows.find(({ ids }) => ids.includes(entryId(corrects.batch, corrects.group, corrects.entry)));

        expect(row.of?.number, `seed ${seed}`).to.equal(wrong?.from);
        told.right += 1;
      }
    }
    for (const [what, count] of Object.entries(told)) expect(count, what).to.be.greaterThan(0);
  });

  it("has the certificates that verify counts, in the same state, and its books after all corrections", async () => {
    let seen = 0;
    for (const seed of SEEDS) {
      const { history, heads } = await honestHistory(seed);
      const report = await verify(history, heads, primitives);
      const mine = certificatesFor(openHistory(history));
      seen += mine.length;
      const made = report.books.lots.find(({ id }) => id === history.lot)?.made;

      expect(mine.map(({ id, state, atHarvest }) => [id, state, atHarvest]).sort()).to.deep.equal(
        report.certificates.map(({ id, state, atHarvest }) => [id, state, atHarvest]).sort(),
      );
      expect(tellStory(history).flow?.steps.at(-1)?.made, `seed ${seed}`).to.equal(made);
    }
    expect(seen).to.be.greaterThan(0);
  });

  it("stands beside what was wrong: struck through, with the reason, and the right entry next to it", () => {
    const [row, page] = firstRow(({ struck }) => struck?.right != null);
    const markup = page.slice(page.indexOf(`id="e${row.from}"`));

    expect(markup.slice(0, markup.indexOf("</article>")))
      .to.contain('<span class="unseen">划掉的：</span><s>')
      .and.to.match(/<b>已划掉：(写错了|记错了地方或日子|没有发生|后来查明)。<\/b>/)
      .and.to.contain(`<a href="#e${row.struck?.right}">正确的：第 ${row.struck?.right} 条</a>`);
    expect(zh.say(row.title), "it can still be read").not.to.equal("");
    expect(markup).to.contain(zh.say(row.title));
  });

  it("does not warn of right data that it came later: that is what a correction is", () => {
    const [right] = firstRow(
      (row) => row.lateDays > 0 && row.of !== null && !row.title.key.startsWith("entry.CORRECT"),
    );
    const [late, page] = firstRow(({ isLate }) => isLate);

    expect(right.isLate).to.equal(false);
    expect(page).to.contain(`<b class="late">事后 ${late.lateDays} 天才写下</b>`);
  });

  it("shows a stranger's contradiction beside the statement, which stays as it was", () => {
    const [row] = firstRow(({ contradictions, struck }) => contradictions.length > 0 && struck === null);

    expect(en.say(row.contradictions[0]?.said ?? "brand")).to.match(/ says this is wrong: .+\. Both have signed\./);
  });

  it("names a third party with its role, what it found as a table, and what it does not speak of", () => {
    const [row, page] = firstRow(({ table }) => table !== null);

    expect(row.grade).to.equal("third");
    expect(page)
      .to.contain('<th scope="col">限量</th>')
      .and.to.match(/<td>[\d.]+ mg\/kg<\/td>/);
    expect(page).to.match(/（检测机构）签字/);
    expect(zh.say(row.about ?? "brand")).to.equal("只说这个样品，只说查过的项目；没查的，不知道。");
  });

  it("tells a test that was not passed as plainly as one that was", () => {
    const history = histories.find((one) => factOf(one, "test").grade === "third");
    if (history === undefined) throw new Error("no honest history among these has a test");
    const good = factOf(history, "test");
    const bad = factOf(reworded(history, /"furrow:verdict":"pass"/g, '"furrow:verdict":"fail"'), "test");
    const none = factOf(reworded(history, /"furrow:verdict":"pass"/g, '"furrow:verdict":"unknown"'), "test");

    expect(en.say(good.said)).to.match(/values? within/);
    expect(good.isBad).to.equal(false);
    expect(en.say(bad.said)).to.match(/values? over/);
    expect(bad.isBad).to.equal(true);
    expect(en.say(none.said)).to.match(/no verdict$/);
  });

  it("says in words that a certificate had ended, had not begun, was struck through, or is of some plots only", () => {
    const history = histories.find((one) => certificatesFor(openHistory(one)).length > 0) as History;
    const [certificate] = certificatesFor(openHistory(history)) as [Certificate];
    const said = (change: Partial<Certificate>) => {
      const { said, note, isBad } = certificateFact(history, { ...certificate, ...change });
      return [en.say(said), note === null ? "" : en.say(note), isBad];
    };
    const plots = [certificate.id, certificate.id];

    expect(said({ state: "expired" })).to.satisfy(
      ([what, , isBad]: unknown[]) => /ended before labelling$/.test(String(what)) && isBad,
    );
    expect(said({ atHarvest: false, state: "in-force" })[0]).to.match(/began after the harvest$/);
    expect(said({ isStruck: true })[0]).to.equal("Struck through by its issuer");
    expect(said({ state: "in-force", atHarvest: true, plots, others: [certificate.id] })[1]).to.contain("2 of 3 plots");
  });

  it("never says that somebody proved it or that it is safe", () => {
    for (const history of histories) {
      const story = tellStory(history);
      const text = [
        ...[zh, en].map((speaker) => way(story, speaker).markup),
        ...story.facts.flatMap(({ said, note }) => [said, note ?? said]).flatMap((one) => [zh.say(one), en.say(one)]),
      ].join(" ");

      expect(text).not.to.match(/正品|证实|安全(?!间隔)|proven|\bsafe\b/);
    }
  });

  function firstRow(wanted: (row: StoryEntry) => boolean): [StoryEntry, string] {
    for (const history of histories) {
      const story = tellStory(history);
      const row = rowsOf(story).find(wanted);
      if (row !== undefined) return [row, way(story, zh).markup];
    }
    throw new Error("no honest history among these has one");
  }
});

function rowsOf(story: Story): StoryEntry[] {
  return story.stages.flatMap(({ rows }) => rows).flatMap((row) => ("ids" in row ? [row] : []));
}

function factOf(history: History, wanted: Fact["name"]): Fact {
  return tellStory(history).facts.find(({ name }) => name === wanted) as Fact;
}

function certificateFact(history: History, certificate: Certificate): Fact {
  const graph = openHistory(history);
  const { lot } = history;
  const shares = sharesOf(graph, lot);
  const facts = sixFacts({ graph, lot, fields: fieldsOf(graph, lot), shares, certificates: [certificate] });
  return facts.find(({ name }) => name === "certificate") as Fact;
}

function reworded(history: History, what: RegExp, by: string): History {
  const documents = Object.entries(history.documents).map(([cid, text]) => [cid, text.replace(what, by)] as const);
  return { ...history, documents: Object.fromEntries(documents) };
}
