import { expect } from "chai";
import fc from "fast-check";
import { organisationId } from "../../protocol/batch.ts";
import { bytesOf, hexOf } from "../../protocol/bytes.ts";
import type { History } from "../../protocol/history.ts";
import { ROLES } from "../../protocol/kinds/kind.ts";
import { fingerprint } from "../../protocol/label.ts";
import { GRADES } from "../../protocol/verify/findings.ts";
import type { Heads, Report } from "../../protocol/verify/report.ts";
import { verify } from "../../protocol/verify.ts";
import { DAY, type Honest, honestHistory } from "../support/history.ts";
import { lies as plainLies } from "../support/lies.ts";
import { liesOfBooks } from "../support/lies-of-books.ts";
import { liesOfOthers } from "../support/lies-of-others.ts";
import { certified, correction, type EntryAt, entriesOf } from "../support/third-parties.ts";
import { type Drafted, primitives } from "../support/world.ts";

const lies = [...plainLies, ...liesOfOthers];
const toldIn = (report: Report): string[] => report.findings.map(({ code, subject }) => `${code} ${subject}`).sort();
const plantedIn = ({ planted }: Honest): string[] => planted.map(({ code, subject }) => `${code} ${subject}`).sort();

/** A seed whose lot has several plantings, all fed and worked in the field, third parties, and no planted finding. */
const PLAIN_SEED = await (async () => {
  for (let seed = 1; ; seed++) {
    const { planted, history, otherLots, certificates } = await honestHistory(seed);
    const logs = history.subjects.map(({ moves }) => moves.length);
    if (planted.length === 0 && history.subjects.length >= 12 && Math.max(...logs) >= 8 && otherLots.length > 1)
      if (certificates.length > 0) return seed;
  }
})();

describe("Verifying an honest history", () => {
  it("finds nothing beyond what was planted, in 200 random histories", async () => {
    for (let seed = 1; seed <= 200; seed++) {
      const honest = await honestHistory(seed);

      const report = await verify(honest.history, honest.heads, primitives);

      expect(toldIn(report), `seed ${seed}`).to.deep.equal(plantedIn(honest));
      expect(report.whole, `seed ${seed}`).to.equal(report.total);
      expect(report.subjects.every(({ ok }) => ok)).to.equal(true);
    }
  });

  it("counts entries and touches of the run, the lot and all it came from, and shows how far it is", async () => {
    const { history, heads, world, run, certificates } = await honestHistory(PLAIN_SEED);
    const steps: [number, number][] = [];

    const onProgress = (done: number, total: number) => steps.push([done, total]);
    const report = await verify(history, heads, primitives, { onProgress });

    const counted = [...world.ancestors([run]), ...certificates];
    expect(report.total).to.equal(report.statements.filter(({ subject }) => counted.includes(subject)).length);
    expect(report.subjects.filter((subject) => subject.counted).map(({ id }) => id)).to.have.members(counted);
    expect(steps.at(-1)).to.deep.equal([report.total, report.total]);
    expect(report.statements.some(({ touch, kind }) => touch && kind === "LABEL")).to.equal(true);
  });

  it("recomputes what was made, used, packed and is left, down to areas and caps", async () => {
    const { history, heads, lot, run } = await honestHistory(PLAIN_SEED);

    const { books } = await verify(history, heads, primitives);

    const packed = books.lots.find(({ id }) => id === lot);
    const labels = books.runs.find(({ id }) => id === run);
    expect(packed?.packed).to.equal((labels?.count ?? 0n) * 250n);
    expect(packed?.left).to.equal((packed?.made ?? 0n) - (packed?.packed ?? 0n));
    for (const { made, used, packed, left } of books.lots) expect(made).to.equal(used + packed + left);
    for (const { harvested, allowed } of books.plantings) expect(harvested <= allowed && harvested > 0n).to.equal(true);
    for (const { free } of books.plots) expect(free).to.equal(0n);
  });

  it("tells after how many records a printed fingerprint was taken", async () => {
    const { history, heads, lot, world } = await honestHistory(PLAIN_SEED);
    const printed = fingerprint(world.words.get(lot) ?? new Uint8Array(32)).toLowerCase();
    const moves = history.subjects.find(({ id }) => id === lot)?.moves.length ?? 0;

    const report = await verify(history, heads, primitives, { fingerprint: printed });

    expect(report.findings).to.deep.equal([]);
    expect(report.fingerprint).to.deep.equal({ at: moves, of: moves });
  });

  it("lists the files, and what became of those that the reader fetched", async () => {
    const { history, heads } = await honestHistory(PLAIN_SEED);
    const plain = await verify(history, heads, primitives);
    const cid = plain.attachments[0]?.cid ?? "";

    const { attachments } = await verify(history, heads, primitives, { files: { [cid]: "ok" } });

    expect(attachments.map(({ state }) => state)).to.include.members(["ok", "unchecked"]);
    expect(attachments.map(({ name }) => name)).to.include.members(["示例.jpg", "leaves.csv"]);
  });

  it("needs no code: a lot alone is enough", async () => {
    const { history, heads, lot, world, certificates } = await honestHistory(PLAIN_SEED);

    const report = await verify({ ...history, code: null }, heads, primitives);

    expect(report.findings).to.deep.equal([]);
    const counted = [...world.ancestors([lot]), ...certificates];
    expect(report.subjects.filter(({ counted }) => counted).map(({ id }) => id)).to.have.members(counted);
  });

  it("tells who stands behind a statement: the holder, or a third party with the role", async () => {
    const { history, heads, lot, certificates } = await honestHistory(PLAIN_SEED);

    const { statements } = await verify(history, heads, primitives);

    const standing = (kind: string) => [
      ...new Set(statements.filter((one) => one.kind === kind).map((one) => one.standing)),
    ];
    for (const kind of ["TEST", "INSPECT", "ATTEST", "CERTIFY"]) expect(standing(kind), kind).to.deep.equal(["third"]);
    for (const kind of ["GROW", "HARVEST", "LABEL"]) expect(standing(kind), kind).to.deep.equal(["own"]);
    const onCertificate = statements.filter(({ subject }) => certificates.includes(subject));
    expect(onCertificate.map(({ kind, standing: by }) => `${kind} ${by}`)).to.deep.equal([
      "CERTIFY third",
      "NOTE third",
    ]);
    expect(statements.some(({ subject, kind }) => subject === lot && kind === "TEST")).to.equal(true);
  });

  it("tells of a certificate what it covers, and whether it was in force", async () => {
    const { history, heads, certificates, plots, product } = await honestHistory(PLAIN_SEED);

    const report = await verify(history, heads, primitives);

    const [certificate] = report.certificates;
    expect(report.certificates.map(({ id }) => id)).to.deep.equal(certificates);
    expect(certificate).to.include({ issuer: 4, beneficiary: 1, state: "in-force", atHarvest: true, ok: true });
    expect([product, ...plots]).to.include.members([...(certificate?.covers ?? [])]);
    expect(certificate?.covers).to.have.members([...(certificate?.scopes ?? [])]);
  });
});

describe("A certificate", () => {
  it("of another season counts for nothing, and nothing is wrong with it", async () => {
    const honest = await honestHistory(PLAIN_SEED);
    const { world, history, plots, certifier, certificates } = honest;
    if (certifier === null) throw new Error("the example has a certifier");
    const subject = await world.newId(certifier);
    const nowS = world.latest.timeS;
    const year = { fromS: nowS - 400 * DAY, untilS: nowS - 300 * DAY, atS: nowS };
    const draft = certified(certifier, { subject, beneficiary: 1, ...year, products: [], plots });
    await world.submit(certifier, [{ subject, entries: [draft] }], nowS);
    const ids = [...history.subjects.map(({ id }) => id), subject];

    const report = await verify(await world.history(history.lot, ids, history.code), world.heads(), primitives);

    expect(report.findings).to.deep.equal([]);
    expect(report.certificates.map(({ id }) => id)).to.deep.equal(certificates);
    expect(report.subjects.find(({ id }) => id === subject)).to.include({ counted: false, ok: true });
  });
});

describe("A correction", () => {
  it("strikes through what its author wrote, and names the right data", async () => {
    for (const { report, honest } of await corrected(12)) {
      const shown = honest.corrected.filter((id) => honest.history.subjects.some((subject) => subject.id === id));
      expect(report.corrections.map(({ subject }) => subject)).to.have.members(shown);
      for (const { at, corrects, byAuthor, right, reason } of report.corrections) {
        const find = (ref: typeof corrects) =>
          report.statements.find(
            (one) => one.batch === ref?.batch && one.group === ref.group && one.entry === ref.entry,
          );
        const wrong = find(corrects);
        expect(find(at)?.corrects).to.deep.equal(corrects);
        expect(wrong?.correctedBy).to.deep.equal(byAuthor ? at : null);
        expect(wrong?.contradictedBy).to.deep.equal(byAuthor ? [] : [at]);
        expect(wrong?.ok).to.equal(true);
        if (!byAuthor) expect(right).to.equal(null);
        else expect(find(right)?.kind).to.equal(wrong?.kind === "HARVEST" ? "NOTE" : wrong?.kind);
        expect(reason).to.be.within(1, 4);
      }
    }
  });

  it("changes the books by its difference, and leaves them balanced", async () => {
    let booked = 0;
    for (const { report } of await corrected(30)) {
      for (const { subject, own, other, others } of report.corrections.filter((one) => one.own !== 0n)) {
        booked++;
        const lot = report.books.lots.find(({ id }) => id === subject);
        const inputs = (lot?.inputs ?? []).reduce((sum, { amount }) => sum + amount, 0n);
        expect(inputs).to.equal((lot?.made ?? 0n) + (lot?.loss ?? 0n));
        expect(lot?.loss).to.equal(others - own);
        const planting = report.books.plantings.find(({ id }) => id === other);
        if (planting === undefined) continue;
        const fed = report.books.lots.flatMap(({ inputs: list }) => list.filter(({ id }) => id === planting.id));
        expect(planting.harvested >= fed.reduce((sum, { amount }) => sum + amount, 0n)).to.equal(true);
      }
      for (const { made, used, packed, left } of report.books.lots) {
        expect(made).to.equal(used + packed + left);
        expect(left >= 0n).to.equal(true);
      }
    }
    expect(booked).to.be.greaterThan(3);
  });

  it("that is struck through itself strikes nothing any more", async () => {
    const honest = await honestHistory(PLAIN_SEED);
    const { world, lot, manager } = honest;
    const atS = world.latest.timeS;
    const write = (draft: (of: readonly EntryAt[]) => Drafted) =>
      world.submit(manager, [{ subject: lot, entries: [draft(entriesOf(world, lot))] }], world.latest.timeS + 60);
    const strike = (of: EntryAt | undefined) => {
      if (of === undefined) throw new Error("nothing to strike through");
      return correction({ ...of, subject: lot }, { reason: 3, declaredAtS: atS });
    };
    await write((entries) => strike(entries.find(({ kind }) => kind === "NOTE")));
    await write((entries) => strike(entries.at(-1)));

    const { statements, findings } = await verify(await world.again(honest.history), world.heads(), primitives);

    const struck = statements.filter(({ correctedBy, subject }) => correctedBy !== null && subject === lot);
    expect(findings).to.deep.equal([]);
    expect(struck.map(({ kind }) => kind)).to.include("CORRECT");
    expect(struck.map(({ kind }) => kind)).to.not.include("NOTE");
  });
});

describe("What a stranger writes in another's log", () => {
  it("never spoils the holder's record, whatever it is", async () => {
    const honest = await honestHistory(PLAIN_SEED);
    const { world, lot, history } = honest;
    const stranger = await world.admit(9, world.latest.timeS + 60, ROLES.trader | ROLES.laboratory);
    const before = await verify(await world.again(history), world.heads(), primitives);
    const documents = [null, ...entriesOf(world, lot).map(({ document }) => document), {}];
    const ids = [...history.subjects.map(({ id }) => id), hexOf(organisationId(9))];

    await fc.assert(
      fc.asyncProperty(
        fc.record({ seq: fc.integer({ min: 0, max: 12 }), entry: fc.nat(3), reason: fc.integer({ min: 1, max: 4 }) }),
        fc.constantFrom(...documents),
        fc.constantFrom("CORRECT", "TEST"),
        async ({ seq, entry, reason }, document, kind) => {
          const none = { own: 0n, other: new Uint8Array(32), others: 0n };
          const args = kind === "TEST" ? {} : { seq, entry, reason, ...none };
          const occurredAtS = world.latest.timeS;
          const draft = { kind, args, document, occurredAtS } as Drafted;
          await world.submit(stranger, [{ subject: lot, entries: [draft] }], occurredAtS + 60);
        },
      ),
      { numRuns: 40 },
    );
    const report = await verify(await world.history(history.lot, ids, history.code), world.heads(), primitives);

    const ofOthers = report.statements.filter(({ organisation }) => organisation === 9);
    expect(report.findings.filter(({ grade }) => grade === "mismatch")).to.deep.equal([]);
    expect(ofOthers).to.have.lengthOf(40);
    expect(report.whole - ofOthers.filter(({ ok }) => ok).length).to.equal(before.whole);
    expect(ofOthers.some(({ ok }) => !ok)).to.equal(true);
    expect(report.findings.some(({ code }) => code === "stranger-at-fault")).to.equal(true);
  });
});

/** The first so many honest histories that have corrections. */
async function corrected(count: number): Promise<{ honest: Honest; report: Report }[]> {
  const found: { honest: Honest; report: Report }[] = [];
  for (let seed = 1; found.length < count; seed++) {
    const honest = await honestHistory(seed);
    if (honest.corrected.length === 0) continue;
    found.push({ honest, report: await verify(honest.history, honest.heads, primitives) });
  }
  return found;
}

describe("A lie in a history", () => {
  for (const { name, code, also = [], tell } of lies) {
    it(`is named: ${name} (${code})`, async () => {
      const told = await tell(await honestHistory(PLAIN_SEED));

      const report = await verify(told.history, told.heads, primitives, told.options);

      const found = report.findings.find((finding) => finding.code === code && finding.subject === told.at.subject);
      expect(found, JSON.stringify(report.findings)).to.not.equal(undefined);
      if (told.at.seq !== undefined) expect(found?.seq).to.equal(told.at.seq);
      expect([...new Set(report.findings.map((finding) => finding.code))].sort()).to.deep.equal([code, ...also].sort());
      const placeless = ["serial-not-issued", "code-of-other-lot", "fingerprint-mismatch"].includes(code);
      const aboutLedger = told.at.subject === null;
      if (GRADES[code] === "mismatch" && !placeless && !aboutLedger) {
        expect(report.whole, "not all can hold").to.be.lessThan(report.total + (isCounted(report, told) ? 0 : 1));
      }
    });
  }

  it("has a name for each code that is not a gap in the field", () => {
    const codes = Object.entries(GRADES).flatMap(([code, grade]) => (grade === "gap" ? [] : [code]));

    const named = [...lies, ...liesOfBooks].flatMap(({ code, also = [] }) => [code, ...also]);
    expect(new Set(named)).to.include.all.keys(codes);
  });
});

/** The lie stands in a subject that counts in N. */
function isCounted(report: Report, told: { readonly at: { readonly subject: string | null } }): boolean {
  return report.subjects.some(({ id, counted }) => counted && id === told.at.subject);
}

describe("Whatever is changed in a history", () => {
  const small = (async () => {
    for (let seed = 1; ; seed++) {
      const honest = await honestHistory(seed);
      const { history, planted, certificates } = honest;
      const corrected = honest.corrected.some((id) => history.subjects.some((subject) => subject.id === id));
      if (history.subjects.length <= 14 && planted.length === 0 && corrected && certificates.length > 0) return honest;
    }
  })();

  const reportOf = async (history: History, heads: Heads): Promise<string> => {
    const { findings, whole, total } = await verify(history, heads, primitives);
    return JSON.stringify({ findings, whole, total });
  };

  it("is noticed: any one bit of any group", async () => {
    const { history, heads } = await small;
    const honest = await reportOf(history, heads);
    const places = Object.entries(history.batches).flatMap(([batch, { groups }]) =>
      groups.map((_, n) => [batch, n] as const),
    );

    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places), fc.nat(), async ([batch, n], at) => {
        const told = structuredClone(history) as unknown as {
          batches: Record<string, { groups: { bytes: string }[] }>;
        };
        const group = told.batches[batch]?.groups[n];
        const bytes = bytesOf(group?.bytes ?? "0x");
        const bit = at % (8 * bytes.length);
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        if (group !== undefined) group.bytes = hexOf(bytes);

        expect(await reportOf(told as unknown as History, heads)).to.not.equal(honest);
      }),
      { numRuns: 150 },
    );
  });

  it("is noticed: any move dropped, doubled or swapped with its neighbour", async () => {
    const { history, heads } = await small;
    const honest = await reportOf(history, heads);

    for (const [n, { moves }] of history.subjects.entries()) {
      for (const k of moves.keys()) {
        const [move, next] = moves.slice(k, k + 2);
        if (move === undefined) continue;
        const variants = [moves.toSpliced(k, 1), moves.toSpliced(k, 0, move)];
        if (next !== undefined) variants.push(moves.toSpliced(k, 2, next, move));
        for (const variant of variants) {
          for (const list of [variant, variant.map((found, at) => ({ ...found, seq: at + 1 }))]) {
            const subjects = history.subjects.toSpliced(n, 1, { id: history.subjects[n]?.id ?? "0x", moves: list });
            expect(await reportOf({ ...history, subjects }, heads), `subject ${n}, move ${k}`).to.not.equal(honest);
          }
        }
      }
    }
  });

  it("is noticed: any document, of which one character differs", async () => {
    const { history, heads } = await small;
    const honest = await reportOf(history, heads);
    const report = await verify(history, heads, primitives);
    const used = new Set(report.statements.map(({ document }) => document));

    for (const [cid, text] of Object.entries(history.documents).filter(([cid]) => used.has(cid))) {
      const at = text.length >> 1;
      const changed = `${text.slice(0, at)}${text[at] === "0" ? "1" : "0"}${text.slice(at + 1)}`;
      const documents = { ...history.documents, [cid]: changed };
      expect(await reportOf({ ...history, documents }, heads), cid).to.not.equal(honest);
    }
  });
});

describe("Verifying garbage", () => {
  it("never throws, and never says that all is well", async () => {
    const { history, heads } = await honestHistory(PLAIN_SEED);
    const junk = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom(null, undefined, "0x", -1, 1.5, 2 ** 53, [], {}, "__proto__", `0x${"00".repeat(32)}`),
    );

    await fc.assert(
      fc.asyncProperty(fc.nat(), junk, fc.boolean(), async (at, value, ofHeads) => {
        const told = structuredClone({ history, heads });
        replaceNth(ofHeads ? told.heads : told.history, at, value);
        const report = await verify(told.history, told.heads, primitives);
        expect(report.whole).to.be.at.most(report.total);
      }),
      { numRuns: 300 },
    );
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), fc.jsonValue(), async (anything, other) => {
        const report = await verify(anything as unknown as History, other as unknown as Heads, primitives);
        expect(report.findings.some(({ grade }) => grade === "mismatch")).to.equal(true);
      }),
      { numRuns: 300 },
    );
  });
});

/** Puts `value` in the place of the n-th value anywhere inside. */
function replaceNth(whole: object, n: number, value: unknown): void {
  const places: [Record<string, unknown>, string][] = [];
  const walk = (inside: object): void => {
    for (const [key, inner] of Object.entries(inside)) {
      places.push([inside as Record<string, unknown>, key]);
      if (typeof inner === "object" && inner !== null) walk(inner);
    }
  };
  walk(whole);
  const [holder, key] = places[n % places.length] ?? [{}, ""];
  holder[key] = value;
}
