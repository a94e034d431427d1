import { expect } from "chai";
import type { History } from "../../protocol/history.ts";
import { verify } from "../../protocol/verify.ts";
import { registeredCode, tellStory } from "../../scan-web/scan/tell.ts";
import { speaker } from "../../scan-web/ui/words.ts";
import { honestHistory } from "../support/history.ts";
import { primitives } from "../support/primitives.ts";
import { makeTea, type Tea } from "../support/tea.ts";

describe("The story of a lot", () => {
  let tea: Tea;
  const zh = speaker("zh-CN");
  const en = speaker("en");

  before(async () => {
    tea = await makeTea();
  });

  it("counts as many statements as verify does, each told in exactly one place", async () => {
    const story = tellStory(tea.history);
    const report = await verify(tea.history, headsOf(tea), primitives);
    const rows = story.stages.flatMap(({ rows }) => rows).flatMap((row) => ("to" in row ? [row] : []));

    expect(story.statements).to.equal(report.total);
    expect(rows.map(({ from }) => from)).to.deep.equal([1, ...rows.slice(0, -1).map(({ to }) => to + 1)]);
    const ids = rows.flatMap((row) => row.ids);
    const counted = new Set(
      report.statements
        .filter(({ subject }) => report.subjects.some(({ id, counted }) => counted && id === subject))
        .map(({ batch, group, entry }) => `${batch.slice(2)}-${group}-${entry}`),
    );
    expect(ids.sort()).to.deep.equal([...counted].sort());
  });

  it("counts as verify does for random honest histories, blends and co-operatives among them", async () => {
    for (let seed = 1; seed <= 12; seed++) {
      const { history, heads } = await honestHistory(seed);
      const report = await verify(history, heads, primitives);

      expect(tellStory(history).statements, `seed ${seed}`).to.equal(report.total);
    }
  });

  it("draws the gaps that verify finds, for the plots that it names", async () => {
    const report = await verify(tea.history, headsOf(tea), primitives);
    const gaps = tellStory(tea.history)
      .stages.flatMap(({ rows }) => rows)
      .flatMap((row) => ("fromS" in row ? [zh.say(row.said)] : []));

    expect(report.findings.filter(({ grade }) => grade === "gap")).to.have.length(gaps.length);
    expect(gaps).to.deep.equal([
      "缺口：二号茶园，2026年2月23日至3月26日（31 天）没有任何田间记录。",
      "缺口：一号茶园，2026年2月28日至3月26日（26 天）没有任何田间记录。",
      "缺口：三号茶园没有任何田间记录。",
    ]);
  });

  it("tells six facts with who stands behind each, and never words a missing record as good", () => {
    const facts = tellStory(tea.history).facts.map(({ name, grade, said, note }) => [
      name,
      grade,
      zh.say(said),
      note === null ? "" : zh.say(note),
    ]);

    expect(facts).to.deep.equal([
      ["harvest", "stated", "2026年4月5日", "当天就记下的"],
      ["origin", "stated", "3 块地", "云山村；任何一块至多占 40%"],
      ["certificate", "none", "没有证书记录", "没有第三方为它签字"],
      ["test", "none", "没有检测记录", "没有记录不等于合格"],
      ["pesticide", "stated", "采前 41 天没有用药记录", "有 1 天用过药；1 块地没有任何田间记录"],
      ["fertiliser", "stated", "有 1 天施过肥", "菜籽饼肥；最近 2026年2月28日"],
    ]);
  });

  it("says that no record of a pesticide is not none used", () => {
    const silent = tellStory(without(tea.history, "GROW"));
    const pesticide = silent.facts.find(({ name }) => name === "pesticide");

    expect(pesticide?.grade).to.equal("none");
    expect(en.say(pesticide?.said ?? "brand")).to.equal("No use on record");
    expect(en.say(pesticide?.note ?? "brand")).to.equal("no record does not mean none was used");
  });

  it("names villages where every plot names its own, and counts plots with those whose names are not here", () => {
    const named = Object.entries(tea.history.documents).filter(([, text]) => text.includes("一号茶园"));
    const [plot] = named.filter(([, text]) => text.includes("云山村"));
    const { [plot?.[0] ?? ""]: text, ...documents } = tea.history.documents;
    const { facts, stages } = tellStory({ ...tea.history, documents });
    const lines = stages
      .flatMap(({ rows }) => rows.flatMap((row) => ("ids" in row ? row.lines : [])))
      .map((line) => zh.say(line));

    expect(text).to.contain("一号茶园");
    expect(zh.say(facts.find(({ name }) => name === "origin")?.note ?? "brand")).to.equal("任何一块至多占 40%");
    expect(
      lines.some((line) => line.endsWith("等 3 块地")),
      lines.join("\n"),
    ).to.equal(true);
  });

  it("gives field records that are not here no badge: nobody has read whose word they are", () => {
    const documents = Object.fromEntries(
      Object.entries(tea.history.documents).filter(
        ([, text]) => !text.includes("spraying") && !text.includes("ertilis"),
      ),
    );
    const pesticide = tellStory({ ...tea.history, documents }).facts.find(({ name }) => name === "pesticide");

    expect([pesticide?.isUnread, zh.say(pesticide?.note ?? "brand")]).to.deep.equal([
      true,
      "核对时会去取，取到就写在这里",
    ]);
  });

  it("says that a lot comes from one plot only when nothing else went in", async () => {
    const single = await makeTea({ plots: 1 });
    const origin = tellStory(single.history).facts.find(({ name }) => name === "origin");

    expect(zh.say(origin?.said ?? "brand")).to.equal("云山村的一号茶园");
    expect(zh.say(origin?.note ?? "brand")).to.equal("只来自这一块地，没有拼配");
  });

  it("says so when a pesticide was used within its label's days before harvest", async () => {
    const hasty = await makeTea({ sprayDay: 51 });
    const pesticide = tellStory(hasty.history).facts.find(({ name }) => name === "pesticide");

    expect(zh.say(pesticide?.said ?? "brand")).to.equal("采前 3 天用过药");
    expect(zh.say(pesticide?.note ?? "brand")).to.equal("少于标签的 7 天间隔");
  });

  it("adds the weights up: fresh leaf in, made, lost, labelled, left", () => {
    const steps = tellStory(tea.history).flow?.steps ?? [];

    expect(
      steps.map(({ said, before, came, after, exits }) => [
        zh.say(said),
        ...[before, came, after].map(Number),
        ...exits.map(({ kind, amount }) => `${kind} ${amount}`),
      ]),
    ).to.deep.equal([
      ["采摘 鲜叶 412 千克", 0, 412_000, 412_000],
      ["加工成云山绿茶（干茶） 96 千克", 412_000, 0, 96_000, "lost 316000"],
      ["分装成云山明前绿茶 96 千克", 96_000, 0, 95_000, "left 1000"],
    ]);
    expect(steps.map(({ end }) => end && zh.say(end))).to.deep.equal([null, null, "贴标 380 × 250 克 = 95 千克"]);
  });

  it("shows each picture once, with whom to credit and under which licence", () => {
    const { pictures } = tellStory(tea.history);

    expect(pictures).to.have.length(1);
    expect(pictures[0]?.credit).to.include({ author: "Peter K Burian", licence: "CC BY-SA 4.0" });
  });

  it("says which entry was written down late, and by how many days", () => {
    const late = tellStory(tea.history)
      .stages.flatMap(({ rows }) => rows)
      .filter((row) => "lateDays" in row && row.lateDays > 0);

    expect(late).to.have.length(1);
    expect(late[0]).to.include({ lateDays: 3 });
  });

  it("knows under which article and lot number the lot was recorded", () => {
    expect(registeredCode(tea.history)).to.deep.equal({ gtin: "09520123456788", lotNumber: "260405-KTWD" });
  });

  it("still tells what can be read of a spoiled history", () => {
    for (const spoil of [withoutDocuments, withGarbledGroups, withoutBatches]) {
      expect(() => tellStory(spoil(tea.history)), spoil.name).not.to.throw();
    }
  });
});

function headsOf(tea: Tea) {
  const { ledger, codeHash } = tea.history.deployment;
  return {
    words: tea.words,
    block: 99,
    source: "rpc",
    origin: "test",
    chainId: 77,
    codeHashes: { [ledger]: codeHash },
  } as const;
}

/** As if no entry of that kind had been made: the group's bytes are left out, as a lying server would. */
function without(history: History, kind: "GROW"): History {
  const byte = { GROW: "20" }[kind];
  const batches = Object.fromEntries(
    Object.entries(history.batches).map(([hash, batch]) => [
      hash,
      { ...batch, groups: batch.groups.filter(({ bytes }) => bytes.slice(74, 76) !== byte) },
    ]),
  );
  return { ...history, batches };
}

function withoutDocuments(history: History): History {
  return { ...history, documents: {} };
}

function withGarbledGroups(history: History): History {
  const batches = Object.fromEntries(
    Object.entries(history.batches).map(([hash, batch]) => [
      hash,
      {
        ...batch,
        groups: batch.groups.map((group) => ({ ...group, bytes: `${group.bytes.slice(0, -8)}ffffffff` as const })),
      },
    ]),
  );
  return { ...history, batches: batches as History["batches"] };
}

function withoutBatches(history: History): History {
  return { ...history, batches: {} };
}
