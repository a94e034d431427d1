import { expect } from "chai";
import type { Hex } from "../../protocol/bytes.ts";
import type { History, Move } from "../../protocol/history.ts";
import type { Report } from "../../protocol/verify/report.ts";
import { verify } from "../../protocol/verify.ts";
import { tellStory } from "../../scan-web/scan/tell.ts";
import { printReport } from "../../scripts/verify/print.ts";
import { baredAt, withLog } from "../support/bare.ts";
import { type Passage, passage } from "../support/passage.ts";
import { labelled, origin } from "../support/passage-more.ts";
import { denied } from "../support/passage-words.ts";
import { primitives } from "../support/world.ts";

/** What the passage has of itself. */
const HONEST = ["lost-between-hands"];

describe("A certificate's log in which others' draws are folded and not read", () => {
  it("holds, counts each as one statement, and leaves open what is left of the volume", async () => {
    const { it, whole, bare } = await drawn();
    const { heads } = await it.told();

    const [all, report] = [await verify(whole, heads, primitives), await verify(bare, heads, primitives)];

    expect(codesOf(report)).to.deep.equal(HONEST);
    expect(report).to.include({ total: all.total, whole: all.total, unread: 3 });
    expect(all).to.include({ whole: all.total, unread: 0 });
    expect(all.books.certificates[0]).to.deep.include({ unread: 0, left: 500n });
    expect(all.books.certificates[0]?.draws).to.have.length(4);
    expect(report.books.certificates[0]).to.deep.include({ unread: 3, left: null, draws: null, drawn: 10_000n });
    expect(report.statements.filter(({ unread }) => unread).map(({ ok, kind }) => [ok, kind])).to.deep.equal(
      Array.from({ length: 3 }, () => [true, null]),
    );
    expect(report.certificates[0]).to.include({ ok: true, claimed: true, atLabels: "in-force" });
    expect(Object.keys(bare.batches).length).to.equal(Object.keys(whole.batches).length - 3);
  });

  it("is told so on the page and by the command, which count as many", async () => {
    const { it, bare } = await drawn();
    const { heads } = await it.told();
    const report = await verify(bare, heads, primitives);
    const story = tellStory(bare);

    expect(story.statements).to.equal(report.total);
    const lines = story.stages.flatMap(({ rows }) => rows.flatMap((row) => ("ids" in row ? row.lines : [])));
    expect(lines.find(({ key }) => key === "entry.CERTIFY.unread")?.values).to.deep.equal({ more: 3 });
    expect(lines.map(({ key }) => key)).to.include("entry.CERTIFY.volume.unknown");
    expect(printReport(report, bare, heads)).to.include("3 other draws are folded, not read");
  });

  it("is named where one of them is left out, swapped, another's, or altered", async () => {
    const { it, bare } = await drawn();
    const { heads } = await it.told();
    const { certificate } = it.ids;
    const [one, other] = movesOf(bare, certificate).filter(({ bare: found }) => found !== undefined);
    if (one === undefined || other === undefined) throw new Error("three are bare");
    const flip = (hex: Hex): Hex => `0x${hex[2] === "0" ? "1" : "0"}${hex.slice(3)}`;
    const lies: Record<string, readonly [string, (move: Move) => readonly Move[]]> = {
      "left out": ["move-out-of-order", (move) => (move === one ? [] : [move])],
      "left out, the rest counted anew": [
        "entry-missing",
        (move) => (move === one ? [] : [move.seq > one.seq ? { ...move, seq: move.seq - 1 } : move]),
      ],
      swapped: [
        "move-out-of-order",
        (move) => [move === one ? { ...other, seq: one.seq } : move === other ? { ...one, seq: other.seq } : move],
      ],
      "one twice": ["move-out-of-order", (move) => [move === other ? { ...one, seq: other.seq } : move]],
      "another leaf": ["head-mismatch", (move) => [altered(move, one, { leaf: flip(one.bare?.leaf ?? "0x") })]],
      "another writer": ["head-mismatch", (move) => [altered(move, one, { stamp: flip(one.bare?.stamp ?? "0x") })]],
      "another batch": ["head-mismatch", (move) => [move === one ? { ...move, batch: flip(move.batch) } : move]],
      "another entry": ["head-mismatch", (move) => [move === one ? { ...move, entry: 1 } : move]],
      "one made up": [
        "entry-surplus",
        (move) =>
          move.seq === movesOf(bare, certificate).length
            ? [move, { ...move, batch: flip(move.batch), seq: move.seq + 1 }]
            : [move],
      ],
      unreadable: ["malformed-entry", (move) => [altered(move, one, { leaf: "0x12" })]],
    };
    for (const [name, [code, change]] of Object.entries(lies)) {
      const told = withLog(bare, certificate, movesOf(bare, certificate).flatMap(change));

      const report = await verify(told, heads, primitives);

      expect(codesOf(report), name).to.include(code);
      expect(report.whole, name).to.be.below(report.total);
      expect(report.certificates[0]?.ok, name).to.equal(false);
      const unread = report.statements.filter((said) => said.unread);
      expect(unread.length, name).to.be.greaterThan(1);
      expect(
        unread.some(({ ok }) => ok),
        name,
      ).to.equal(false);
    }
  });

  it("may not leave unread what its own people wrote, what the story shows, nor any other log", async () => {
    const { it, whole } = await drawn();
    const { heads } = await it.told();
    const { certificate, run, lot, plotA } = it.ids;
    const makingOf = (id: Hex) => movesOf(whole, id)[0];
    const claim = movesOf(whole, certificate).find(({ batch }) => batch === makingOf(run)?.batch);
    const cases: readonly (readonly [string, Hex, (move: Move) => boolean])[] = [
      ["its own move", certificate, ({ seq }) => seq === 1],
      ["the draw of the run in hand", certificate, ({ seq }) => seq === claim?.seq],
      ["a touch of the lot", lot, ({ entry }) => entry !== null],
      ["a touch of a plot", plotA, ({ entry }) => entry !== null],
    ];
    for (const [name, id, which] of cases) {
      const report = await verify(await baredAt(whole, id, which), heads, primitives);

      const found = report.findings.find(({ code, subject }) => code === "malformed-entry" && subject === id);
      expect(found, `${name}: ${codesOf(report).join()}`).to.not.equal(undefined);
      expect(report.whole, name).to.be.below(report.total);
    }
  });

  it("says nothing against who denies an entry that was not read", async () => {
    const { it } = await drawn();
    const { certificate } = it.ids;
    const regulator = it.everybody[6] ?? "0x";
    const seq = (it.world.logs.get(certificate) ?? []).length;
    await it.write("regulator", certificate, denied(it.form(certificate), 7, { seq, entry: 0, named: regulator }));
    const { history, heads } = await it.told();

    const bare = await baredAt(history, certificate, othersOf(it, history));
    const report = await verify(bare, heads, primitives);

    expect(codesOf(report)).to.deep.equal(HONEST);
    expect(report.disputes[0]).to.include({ target: null });
  });
});

/** Three further runs draw on the certificate, of a lot that is not in hand. */
async function drawn(): Promise<{ readonly it: Passage; readonly whole: History; readonly bare: History }> {
  const it = await passage();
  const other = await origin(it, it.ids.bag, 3000n);
  for (let n = 0; n < 3; n++) await labelled(it, other, 2);
  const { history: whole } = await it.told();
  return { it, whole, bare: await baredAt(whole, it.ids.certificate, othersOf(it, whole)) };
}

/** Touches of the certificate by other runs than the one in hand. */
function othersOf(it: Passage, history: History): (move: Move) => boolean {
  const own = movesOf(history, it.ids.run)[0]?.batch;
  return ({ entry, batch }) => entry !== null && batch !== own;
}

function movesOf(history: History, subject: Hex): readonly Move[] {
  return history.subjects.find(({ id }) => id === subject)?.moves ?? [];
}

function altered(move: Move, one: Move, change: Partial<NonNullable<Move["bare"]>>): Move {
  return move !== one || one.bare === undefined ? move : { ...move, bare: { ...one.bare, ...change } };
}

function codesOf({ findings }: Report): string[] {
  return findings.map(({ code }) => code);
}
