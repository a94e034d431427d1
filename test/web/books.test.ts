import { expect } from "chai";
import { bytesOf, type Hex } from "../../protocol/bytes.ts";
import { cidOf } from "../../protocol/cid.ts";
import { transformEvent } from "../../protocol/document/epcis.ts";
import type { JsonObject } from "../../protocol/document/terms.ts";
import { verify } from "../../protocol/verify.ts";
import { alertsOf, standing } from "../../scan-web/scan/alerts.ts";
import type { HandStory, Story, StoryEntry } from "../../scan-web/scan/story.ts";
import { handsSection } from "../../scan-web/scan/passing.ts";
import { tellStory } from "../../scan-web/scan/tell.ts";
import { tellPage } from "../../scan-web/scan/told.ts";
import { speak } from "../../scan-web/ui/i18n.ts";
import messages from "../../scan-web/ui/messages/zh-CN.json" with { type: "json" };
import { HANDS, type Passage, passage, promised } from "../support/passage.ts";
import { labelled, origin, transformed } from "../support/passage-more.ts";
import {
  acknowledged,
  answered,
  denied,
  fated,
  formOf,
  party,
  recalled,
  refused,
  released,
  shipped,
  voided,
} from "../support/passage-words.ts";
import { primitives } from "../support/world.ts";

const zh = speak("zh-CN", messages);
/** Address of what no history has. */
const NOWHERE = cidOf(new Uint8Array(32), "json");

describe("What the books tell on a page", () => {
  it("is what verify finds: as many statements, the same hands, shares, promises and draws", async () => {
    const it = await passage();
    await labelled(it, it.ids.lot, 4);
    const { history, heads } = await it.told();

    const report = await verify(history, heads, primitives);
    const story = tellStory(history);

    expect(story.statements).to.equal(report.total);
    expect(
      story.hands.map(({ from, to, offered, found, state, onward }) => [
        from.number,
        to.number,
        offered,
        found,
        state,
        onward,
      ]),
    ).to.deep.equal(
      report.hands.map(({ from, to, offered, found, state, onward }) => [from, to, offered, found, state, onward]),
    );
    expect(story.plots.map(({ subject, share }) => [subject, Math.ceil(share * 1000 - 1e-9)]).sort()).to.deep.equal(
      report.custody?.shares.map(({ plot, most }) => [plot, most]).sort(),
    );
    expect(story.promises.map(({ document }) => document)).to.deep.equal(
      report.promises.map(({ document }) => document),
    );
    expect(said(story, "CERTIFY")).to.contain("额度 12 千克，这批用了 11 千克，还余 1 千克");
  });

  it("grades each entry as verify does: what the receiver and the carrier say is a third party's", async () => {
    const it = await passage();
    const { history, heads } = await it.told();

    const { statements } = await verify(history, heads, primitives);
    const byEntry = new Map(statements.filter(({ touch }) => !touch).map((one) => [idOf(one), one.standing]));

    for (const row of rowsOf(tellStory(history))) {
      const [id = ""] = row.ids;
      if (byEntry.has(id)) expect(row.grade === "third", zh.say(row.title)).to.equal(byEntry.get(id) === "third");
    }
  });

  it("says where the goods went, what was lost between hands, and on the way measured", async () => {
    const it = await passage();
    const rows = rowsOf(tellStory((await it.told()).history)).map((row) =>
      [row.title, ...row.lines].map((one) => zh.say(one)).join(" / "),
    );

    expect(rows).to.include("发给示例合作社 2 70 千克 / 从示例（村）到示例（村） / 承运：示例合作社 4");
    expect(rows).to.include("收到 69.5 千克 / 发出 70 千克，少了 0.5 千克");
    expect(rows).to.include("仪器读数 / 温度 8 °C");
    expect(rows).to.include("开具承诺达标合格证 100 千克");
  });

  it("counts loose goods that went elsewhere, and goods that came back, in kilograms like the lot they were of", async () => {
    const it = await passage();
    const loose = { lot: it.name(), taken: it.ids.lot, packed: false, amount: 2000n, carrier: 0 };
    const of = { ...loose, from: HANDS.processor, to: HANDS.shop };
    await it.make("processor", (id, atS) => shipped(formOf(id, atS), of));
    const bags = { ...of, packed: true, amount: 1000n, to: HANDS.stall };
    const back = await it.make("processor", (id, atS) => shipped(formOf(id, atS), bags));
    await it.write("stall", back, refused(it.form(back), bags));

    const titles = rowsOf(tellStory((await it.told(back)).history)).map(({ title }) => zh.say(title));

    expect(titles).to.include("发给示例合作社 3 2 千克").and.to.include("发给示例合作社 8 1 千克");
    expect(titles.join()).not.to.contain("亩");
  });

  it("says by shape who says what of a handover: the sender what went off, the receiver what came or was sent back", async () => {
    const it = await passage();
    const story = tellStory((await it.told()).history);
    const [hand] = story.hands;
    if (hand === undefined) throw new Error("nothing was handed over");
    const told = (of: Partial<HandStory>) =>
      handsSection({ ...story, hands: [{ ...hand, ...of }] }, zh)?.markup.replaceAll(
        /<svg class="grade (\w+)".*?<\/svg>/g,
        "[$1]",
      );

    expect(told({})).to.match(
      /\[stated\]<b>.*<\/b>\n<p>.*发出 70 千克， <span class="answer">\[third\] 收到 69.5 千克/,
    );
    expect(told({ state: "returned", answeredBy: hand.to.number })).to.contain(
      '发出 70 千克， <span class="answer">[third] 退回',
    );
    expect(told({ state: "returned", answeredBy: hand.from.number })).to.contain(
      '发出 70 千克， <span class="answer">[stated] 撤回',
    );
    expect(told({ state: "under-way", answeredBy: null })).not.to.contain("[third]");
  });

  it("says of the weights that everybody weighed their own, and whose word it is where it is not the grower's", async () => {
    const it = await passage();
    const story = tellStory((await it.told()).history);
    const { facts, way } = tellPage(story, zh, false);

    expect(facts.markup).to.contain("记录的人自己说").and.not.to.contain("合作社自己说");
    expect(way.markup).to.contain("斤两是各家自己过的秤");
    for (const row of rowsOf(story)) {
      if (row.grade !== "stated") continue;
      expect(row.stated === "grade.stated", zh.say(row.title)).to.equal(row.organisation.number === HANDS.grower);
    }
  });

  it("says of harvest, pesticides and fertilisers that they are of a part alone where another came from outside", async () => {
    const it = await passage();
    const bought = await origin(it, it.ids.leaf, 10_000n);
    const lot = await it.make("processor", (subject, atS) => {
      const shares = [
        { subject: it.ids.lot, lot: it.name(), amount: 1000n },
        { subject: bought, lot: it.name(), amount: 3000n },
      ].sort((one, other) => (one.subject < other.subject ? -1 : 1));
      const product = { subject: it.ids.bag, name: { zh: "示例" } };
      const outputs = [{ subject, lot: it.name(), amount: 4000n, product }];
      return {
        kind: "TRANSFORM",
        args: {
          ...{ index: 0, step: 1, inputs: shares.map(({ subject: id, amount }) => ({ id: bytesOf(id), amount })) },
          outputs: [{ id: bytesOf(it.ids.bag), amount: 4000n }],
        },
        document: transformEvent({ ...formOf(subject, atS), step: "process", uom: "KGM", inputs: shares, outputs }),
        occurredAtS: atS,
      };
    });
    const { facts } = tellStory(await it.world.history(lot, it.subjects(bought, lot)));

    for (const name of ["harvest", "pesticide", "fertiliser"]) {
      const { note } = facts.find((fact) => fact.name === name) ?? {};
      expect(zh.say(note ?? "brand"), name).to.match(/[；，]另有最多 75% 来自账本以外，不知道$/);
    }
  });

  it("counts what is left of a certificate on labels of other lots only as their holder's word", async () => {
    const it = await passage();
    const elsewhere = await transformed(it, it.ids.lot, 1000n, it.ids.bag);
    await labelled(it, elsewhere, 4);

    expect(said(tellStory((await it.told()).history), "CERTIFY")).to.contain(
      "这批用了 10 千克；别的批次按持证人自己写的净含量算，还余 1 千克",
    );
  });

  it("draws what came in, was lost, went elsewhere and is left, and what comes in is what goes out", async () => {
    const it = await passage();
    const { flow } = tellStory((await it.told()).history);
    const steps = flow?.steps ?? [];

    for (const { said: what, before, came, after, exits } of steps) {
      const out = exits.reduce((sum, { amount }) => sum + amount, after);
      expect(out, zh.say(what)).to.equal(before + came);
    }
    expect(
      steps.flatMap(({ said: what, exits }) => [zh.say(what), ...exits.map((exit) => `- ${zh.say(exit.said)}`)]),
    ).to.deep.equal([
      "采摘 示例 100 千克",
      "- 余 30 千克",
      "交给示例合作社 2 70 千克",
      "- 交接时少了 0.5 千克",
      "加工成示例 15 千克",
      "- 水分与损耗 54.5 千克（4.6 : 1）",
      "- 余 5 千克",
    ]);
    expect(steps.map(({ end }) => (end === null ? null : zh.say(end))).at(-1)).to.equal("贴标 40 × 250 克 = 10 千克");
  });

  it("is under a recall while one stands on the label, the lot or anything it came from, and not a second longer", async () => {
    for (const subject of ["run", "lot", "inbound", "harvest", "plotA"] as const) {
      const it = await passage();
      const by = subject === "run" || subject === "lot" ? "processor" : subject === "inbound" ? "processor" : "grower";
      await it.write(by, it.ids[subject], recalled(it.form(it.ids[subject]), HANDS[by]));

      const told = await it.told();
      const report = await verify(told.history, told.heads, primitives);
      expect(
        standing(tellStory(told.history)).map((recall) => recall.subject),
        subject,
      ).to.deep.equal([it.ids[subject]]);
      expect(
        report.findings.some(({ code }) => code === "recalled"),
        subject,
      ).to.equal(true);

      await it.write(by, it.ids[subject], released(it.form(it.ids[subject]), HANDS[by]));
      const after = tellStory((await it.told()).history);
      expect(standing(after), subject).to.deep.equal([]);
      expect(after.recalls[0]?.releasedAtS, subject).to.be.a("number");
    }
  });

  it("names who acted on a recall and how long it took; a drill and a recall further on forbid nothing", async () => {
    const it = await passage();
    const { toShop, harvest, lot } = it.ids;
    await it.write("grower", harvest, recalled(it.form(harvest), HANDS.grower, { drill: true }));
    await it.write("regulator", toShop, recalled(it.form(toShop), HANDS.regulator, { capacity: "regulator" }));
    await it.write("grower", harvest, recalled(it.form(harvest), HANDS.grower));
    const seq = it.world.logs.get(harvest)?.length ?? 0;
    await it.write("processor", lot, acknowledged(it.form(lot), HANDS.processor, { recalled: harvest, seq }));

    const { recalls } = tellStory((await it.told()).history);

    expect(
      recalls.map(({ organisation, drill, onward, acknowledged: by }) => [
        organisation.number,
        drill,
        onward,
        by.length,
      ]),
    ).to.deep.equal([
      [HANDS.grower, true, false, 0],
      [HANDS.regulator, false, true, 0],
      [HANDS.grower, false, false, 1],
    ]);
    expect(recalls[2]?.acknowledged[0]).to.deep.include({ tookS: 600, done: { zh: "示例", en: "example" } });
  });

  it("names each organisation once in the alarm, when it first acted, and at most five of them", async () => {
    const it = await passage();
    await it.write("grower", it.ids.harvest, recalled(it.form(it.ids.harvest), HANDS.grower));
    const seq = it.world.logs.get(it.ids.harvest)?.length ?? 0;
    await it.write(
      "processor",
      it.ids.lot,
      acknowledged(it.form(it.ids.lot), HANDS.processor, { recalled: it.ids.harvest, seq }),
    );
    const story = tellStory((await it.told()).history);
    const [recall] = story.recalls;
    const [one] = recall?.acknowledged ?? [];
    if (recall === undefined || one === undefined) throw new Error("nobody acted");
    const times = (all: readonly (readonly [number, number])[]) => ({
      ...story,
      recalls: [
        {
          ...recall,
          acknowledged: all.map(([number, tookS]) => ({
            ...one,
            organisation: { ...one.organisation, number, names: { zh: `机构 ${number}` } },
            tookS,
          })),
        },
      ],
    });
    const hour = 3600;
    const alarm = (told: Story) => alertsOf(told, zh)?.markup ?? "";

    expect(
      alarm(
        times([
          [2, 2 * hour],
          [2, 5 * hour],
          [3, 3 * hour],
        ]),
      ),
    ).to.contain("已处置：机构 2（2 小时后）、机构 3（3 小时后）<");
    expect(alarm(times([1, 2, 3, 4, 5, 6, 7].map((number) => [number, number * 2 * hour])))).to.contain(
      "机构 5（10 小时后）等 7 家<",
    );
  });

  it("puts the certificate of the lot in hand first, then of what it came from, then of goods that went further", async () => {
    const it = await passage();
    const of = (lot: Hex, by: number) => ({
      document: JSON.parse(
        JSON.stringify(promised(it, it.ids.harvest, 1000n, { promisor: party(by) }).document).replaceAll(
          it.ids.harvest,
          lot,
        ),
      ) as JsonObject,
    });
    const draft = (lot: Hex, by: number) => ({ ...promised(it, it.ids.harvest, 1000n), ...of(lot, by) });
    await it.write("processor", it.ids.lot, draft(it.ids.lot, HANDS.processor));
    await it.write("shop", it.ids.toShop, draft(it.ids.toShop, HANDS.shop));

    const story = tellStory((await it.told()).history);
    const { markup } = tellPage(story, zh, true).way;

    expect(story.promises.map(({ place, of: what }) => [place, zh.say(what)])).to.deep.equal([
      ["own", "这一批货"],
      ["before", "它的一批原料"],
      ["onward", "一次发出的货"],
    ]);
    expect(markup).to.match(
      /<dt>关于<\/dt><dd>这一批货<[\s\S]*<dd>它的一批原料<[\s\S]*后来发往别处[\s\S]*<dd>一次发出的货</,
    );
    expect(markup).to.match(/href="\/promise\/\w+\?lang=zh-CN"/);
  });

  it("says why a certificate is not to be relied on, strikes its words through and leads to no paper", async () => {
    const CASES = {
      amount: { amount: 99_000n },
      promisor: { promisor: party(HANDS.shop) },
    } as const;
    const told = async (it: Passage) => {
      const story = tellStory((await it.told()).history);
      const { markup } = tellPage(story, zh, false).way;
      const [card = ""] = /<div class="card promise"[\s\S]*?<\/div><\/dl>[\s\S]*?<\/div>/.exec(markup) ?? [];
      return { fault: story.promises[0]?.fault?.key ?? null, card };
    };
    const honest = await told(await passage());
    expect(honest.fault).to.equal(null);
    expect(honest.card)
      .to.match(/<b>未使用禁用农药/)
      .and.to.contain("/promise/")
      .and.to.contain("#g-stated");

    for (const [name, form] of Object.entries(CASES)) {
      const it = await passage();
      const { document } = promised(it, it.ids.harvest, 20_000n, form);
      await it.write("grower", it.ids.harvest, { ...promised(it, it.ids.harvest, 20_000n), document });
      const { fault, card } = await told(it);
      expect(fault, name).to.equal(`promise.fault.${name}`);
      expect(card, name)
        .to.match(/<s>未使用禁用农药/)
        .and.to.contain("不能作准")
        .and.not.to.contain('href="/promise/');
    }
    const bare = await passage();
    const draft = promised(bare, bare.ids.harvest, 20_000n);
    const without = JSON.stringify(draft.document).replaceAll(/"b[a-z2-7]{50,}"/g, `"${NOWHERE}"`);
    await bare.write("grower", bare.ids.harvest, { ...draft, document: JSON.parse(without) as JsonObject });
    expect((await told(bare)).fault).to.equal("promise.fault.basis");
    const back = await passage();
    await back.write("processor", back.ids.lot, recalled(back.form(back.ids.lot), HANDS.processor));
    const { fault, card } = await told(back);
    expect(fault).to.equal("promise.fault.recalled");
    expect(card)
      .to.match(/<s>未使用禁用农药/)
      .and.to.contain("货已召回")
      .and.not.to.contain('href="/promise/');
  });

  it("says of a void label that it is void, and of another of its run that it is not", async () => {
    const it = await passage();
    const of = { lot: it.name(), lotSubject: it.ids.lot, certificate: it.ids.certificate };
    await it.write("processor", it.ids.run, voided(it.form(it.ids.run), { ...of, first: 0, number: 4 }));

    const { history } = await it.told();

    expect(zh.say(tellStory(history).voided?.reason ?? "brand")).to.equal("没有卖掉");
    const other = { ...history, code: history.code === null ? null : { ...history.code, index: 4 } };
    expect(tellStory(other).voided).to.equal(null);
    expect(zh.say(tellStory(history).flow?.steps.at(-1)?.end ?? "brand")).to.equal(
      "贴标 40 个，作废 4 个：36 × 250 克 = 9 千克",
    );
  });

  it("says of a certificate revoked later that the labels were made in time, and when it ended", async () => {
    const it = await passage();
    for (const fate of ["SUSPEND", "LIFT", "REVOKE"] as const) {
      await it.write("certifier", it.ids.certificate, fated(it.form(it.ids.certificate), fate));
    }

    const { history, heads } = await it.told();
    const story = tellStory(history);
    const fact = story.facts.find(({ name }) => name === "certificate");
    const [check] = (await verify(history, heads, primitives)).certificates;

    expect(check).to.include({ atLabels: "in-force", nowState: "revoked", claimed: true });
    expect(fact?.isBad).to.equal(true);
    expect(zh.say(fact?.note ?? "brand")).to.match(/^贴标时有效，2026年.+被撤销$/);
    expect(said(story, "CERTIFY")).to.match(/暂停。.+恢复。.+撤销。/);
  });

  it("puts a denial and its answer beside the entry that is denied, and mutes whom it does not concern", async () => {
    const it = await passage();
    const { harvest, plotA } = it.ids;
    const shop = it.everybody[HANDS.shop - 1] ?? "0x";
    const laboratory = it.everybody[HANDS.laboratory - 1] ?? "0x";
    await it.write(
      "laboratory",
      harvest,
      denied(it.form(harvest), HANDS.laboratory, { seq: 2, entry: 0, named: laboratory }),
    );
    const seq = it.world.logs.get(harvest)?.length ?? 0;
    await it.write("grower", harvest, answered(it.form(harvest), HANDS.grower, seq));
    await it.write("shop", plotA, denied(it.form(plotA), HANDS.shop, { seq: 1, entry: 0, named: shop }));

    const { history, heads } = await it.told();
    const report = await verify(history, heads, primitives);
    const told = rowsOf(tellStory(history)).flatMap(({ ids, disputes }) =>
      disputes.map((one) => ({ ...one, of: ids[0] })),
    );

    expect(told.map(({ of, isNamed, answer }) => [of, isNamed, answer !== null]).sort()).to.deep.equal(
      report.disputes
        .map(({ target, isNamed, answer }) => [target === null ? "" : idOf(target), isNamed, answer !== null])
        .sort(),
    );
    expect(told).to.have.length(2);
  });
});

function rowsOf(story: Story): readonly StoryEntry[] {
  return story.stages.flatMap(({ rows }) => rows.flatMap((row) => ("ids" in row ? row : [])));
}

function said(story: Story, kind: "CERTIFY"): string {
  const title = { CERTIFY: "证书：" }[kind];
  const row = rowsOf(story).find((one) => zh.say(one.title).startsWith(title));
  return row === undefined ? "" : row.lines.map((line) => zh.say(line)).join(" ");
}

function idOf({
  batch,
  group,
  entry,
}: {
  readonly batch: string;
  readonly group: number;
  readonly entry: number;
}): string {
  return `${batch.slice(2)}-${group}-${entry}`;
}
