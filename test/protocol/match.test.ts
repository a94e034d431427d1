import { expect } from "chai";
import type { Hex } from "../../protocol/bytes.ts";
import { cidOf } from "../../protocol/cid.ts";
import { correctDocument } from "../../protocol/document/correction.ts";
import type { JsonObject } from "../../protocol/document/terms.ts";
import type { OpenEntry } from "../../protocol/entry.ts";
import { matchCorrections } from "../../protocol/verify/match.ts";
import type { Said } from "../../protocol/verify/said.ts";
import { grown, noted } from "../support/third-parties.ts";

const LOT: Hex = `0x${"11".repeat(32)}`;
const OTHER: Hex = `0x${"22".repeat(32)}`;
const uuid = (n: number): string => `00000000-0000-7000-8000-${String(n).padStart(12, "0")}`;
const form = (n: number, subject = LOT) => ({
  subject,
  eventId: uuid(n),
  occurredAtS: 1_780_000_000 + n,
  example: true,
});
const [FIRST, THEN]: [Hex, Hex] = [`0x${"b1".repeat(32)}`, `0x${"b2".repeat(32)}`];

describe("Matching corrections", () => {
  it("looks at a document once, however many corrections share it", () => {
    let reads = 0;
    const wrong = said({ document: noted(form(1)).document });
    const first = correctionOf(wrong, { reason: 1, right: [uuid(9)] });
    const { "@context": context, ...event } = first.document as JsonObject;
    const events = [event, ...Array.from({ length: 2000 }, (_, n) => ({ type: "ObjectEvent", eventID: `e${n}` }))];
    const eventList = new Proxy(events, {
      get(list, name, receiver) {
        reads++;
        return Reflect.get(list, name, receiver) as unknown;
      },
    });
    const document = { "@context": context, type: "EPCISDocument", epcisBody: { eventList } };
    const corrects = Array.from({ length: 300 }, (_, entry) => ({ ...first, entry, document }));

    const { list } = match([wrong, ...corrects]);

    expect(list.map(({ fault }) => fault)).to.deep.equal(corrects.map(() => null));
    expect(reads, "once through, not once a correction").to.be.lessThan(3 * events.length);
  });

  it("takes as right data what the correction's document names, of the same subject, after it and once", () => {
    const wrong = said({ document: noted(form(1)).document });
    const correct = correctionOf(wrong, { reason: 1, right: [uuid(9)] });
    const note = { open: open("NOTE"), batch: THEN, entry: 1, document: noted(form(9)).document };
    const rightOf = (...after: Partial<Said>[]) => only(match([wrong, correct, ...after.map(said)]).list).right;

    expect(rightOf(note)?.entry).to.equal(1);
    expect(rightOf({ ...note, document: noted(form(8)).document }), "another event").to.equal(null);
    expect(rightOf({ ...note, document: undefined }), "without a document").to.equal(null);
    expect(rightOf({ ...note, open: open("GROW") }), "of another kind").to.equal(null);
    expect(rightOf({ ...note, subject: OTHER, group: 1 }), "of another subject").to.equal(null);
    expect(rightOf({ ...note, batch: FIRST }), "of another batch").to.equal(null);
  });

  it("lets the right data be of another subject where the entry belonged to that", () => {
    const wrong = said({ document: noted(form(1)).document });
    const correct = correctionOf(wrong, { reason: 2, right: [uuid(9)] });
    const right = said({ batch: THEN, subject: OTHER, group: 1, document: noted(form(9, OTHER)).document });

    expect(only(match([wrong, correct, right]).list).right).to.equal(right);
  });

  it("wants of several events about one subject that of the entry's own time repeated", () => {
    const [one, two] = [grown(form(1)).document, grown(form(2)).document];
    const { "@context": context } = one;
    const document = { "@context": context, type: "EPCISDocument", epcisBody: { eventList: [one, two] } };
    const wrong = said({ open: open("GROW"), occurredAtS: form(2).occurredAtS, document });
    const quoting = (erroneous: JsonObject) => ({
      ...correctionOf({ ...wrong, document: one }, { reason: 3 }),
      document: correctDocument({
        ...{ subject: LOT, seq: 1, entry: 0, reason: 3 },
        declaredAtS: 1_780_000_100,
        erroneous,
      }),
    });

    expect(only(match([wrong, quoting(two)]).list).fault).to.equal(null);
    expect(only(match([wrong, quoting(one)]).list).fault).to.equal("other-event");
  });

  it("finds in a document of several corrections the one that is meant", () => {
    const wrong = [0, 1].map((entry) => said({ entry, document: noted(form(entry)).document }));
    const corrects = wrong.map((one, entry) => ({ ...correctionOf(one, { reason: 3 }), entry }));
    const document = {
      ...{ "@context": [], type: "EPCISDocument" },
      epcisBody: { eventList: corrects.map((one) => one.document) },
    };

    const { list } = match([...wrong, ...corrects.map((one) => ({ ...one, document, cid: cid(7) }))]);

    expect(list.map(({ fault }) => fault)).to.deep.equal([null, null]);
  });

  it("lets a booked correction go on striking, whatever is said of its words", () => {
    const wrong = said({ open: open("ORIGIN"), document: noted(form(1)).document });
    const booked = { ...correctionOf(wrong, { reason: 1, own: -5n }), entry: 0 };
    const text = { ...correctionOf({ ...booked, seq: 2 }, { reason: 3 }), batch: FIRST, seq: 3 };

    const { struck } = match([wrong, booked, text]);

    expect([...struck.keys()].map(({ open: { name } }) => name)).to.have.members(["CORRECT", "ORIGIN"]);
  });

  it("wants `other` to be what the entry took from", () => {
    const input: Hex = `0x${"33".repeat(32)}`;
    const made = {
      name: "TRANSFORM",
      args: { index: 0, step: 1, inputs: [{ id: hex(input), amount: 5n }], outputs: [{ id: hex(OTHER), amount: 4n }] },
    } as const;
    const fault = (open: OpenEntry, other: Hex) => {
      const wrong = said({ open, document: noted(form(1)).document });
      return only(
        match([wrong, correctionOf(wrong, { reason: 1, own: 1n, other: { subject: other, difference: 1n } })]).list,
      ).fault;
    };

    expect(fault(made, input)).to.equal(null);
    expect(fault(made, OTHER)).to.equal("not-an-input");
    expect(fault(open("ORIGIN"), input)).to.equal("not-an-input");
    const plant = { index: 0, plot: hex(input), product: hex(OTHER), area: 1n, cap: 1n };
    expect(fault({ name: "PLANT", args: plant }, input)).to.equal(null);
    expect(fault({ name: "PLANT", args: plant }, OTHER)).to.equal("not-an-input");
  });

  it("strikes nothing without a document", () => {
    const wrong = said({ document: noted(form(1)).document });
    const correct = {
      ...correctionOf(wrong, { reason: 3 }),
      cid: cidOf(new Uint8Array(32), "json"),
      document: undefined,
    };

    const { list, struck } = match([wrong, correct]);

    expect(only(list).fault).to.equal("no-document");
    expect(struck.size).to.equal(0);
  });
});

type Placed = Said & { readonly seq?: number };

/** The log of the lot, its first move being the first batch; what else is in the second is beside it. */
function match(entries: readonly Placed[]) {
  const moves = new Map<number, Placed[]>();
  for (const one of entries.filter(({ subject }) => subject === LOT)) {
    const seq = one.seq ?? (one.batch === FIRST ? 1 : 2);
    moves.set(seq, [...(moves.get(seq) ?? []), one]);
  }
  const maker = entries[0]?.open ?? null;
  return matchCorrections<Placed>({
    logs: [{ id: LOT, moves, maker, isWhole: true }],
    inBatch: (batch) => entries.filter((one) => one.batch === batch),
  });
}

function said(of: Partial<Said>): Said {
  const base = { batch: FIRST, group: 0, entry: 0, subject: LOT, open: open("NOTE"), organisation: 1 };
  const times = { occurredAtS: 1_780_000_000, recordedAtS: of.batch === THEN ? 20 : 10 };
  return { ...base, ...times, document: undefined, ...of, cid: cidOfDocument(of.document) };
}

function correctionOf(
  { entry, document, seq = 1 }: Placed,
  of: {
    readonly reason: 1 | 2 | 3 | 4;
    readonly right?: readonly string[];
    readonly own?: bigint;
    readonly other?: { readonly subject: Hex; readonly difference: bigint };
  },
): Said {
  const about = { subject: LOT, seq, entry, declaredAtS: 1_780_000_100, erroneous: document as JsonObject, ...of };
  const { reason, own = 0n, other } = of;
  const others = {
    other: other === undefined ? new Uint8Array(32) : hex(other.subject),
    others: other?.difference ?? 0n,
  };
  return said({
    batch: THEN,
    open: { name: "CORRECT", args: { seq, entry, reason, own, ...others } },
    document: correctDocument(about),
  });
}

function open(name: "NOTE" | "GROW" | "ORIGIN"): OpenEntry {
  if (name === "ORIGIN") return { name, args: { index: 0, product: hex(OTHER), amount: 9n } };
  return { name, args: {} };
}

function only<Item>(list: readonly Item[]): Item {
  const [first] = list;
  if (first === undefined || list.length > 1) throw new Error(`${list.length} where one is expected`);
  return first;
}

function hex(id: Hex): Uint8Array {
  return Buffer.from(id.slice(2), "hex");
}

function cid(n: number): string {
  return cidOf(new Uint8Array(32).fill(n), "json");
}

const known = new Map<unknown, string>();

function cidOfDocument(document: unknown): string {
  const found = known.get(document) ?? cid(100 + known.size);
  known.set(document, found);
  return found;
}
