/**
 * Lies and frauds about quantities, handovers, certificates, labels, promises and recalls: what a ledger that does not look would have
 * taken, and what a server could leave out. Each with the finding that must name it, beside the half kilogram that the passage lost.
 */
import { bytesOf, type Hex } from "../../protocol/bytes.ts";
import type { JsonObject } from "../../protocol/document/terms.ts";
import type { History } from "../../protocol/history.ts";
import type { FindingCode } from "../../protocol/verify/findings.ts";
import type { Heads } from "../../protocol/verify/report.ts";
import { DAY, HANDS, NET, type Passage, passage, promised } from "./passage.ts";
import {
  acknowledged,
  answered,
  denied,
  discarded,
  fated,
  formOf,
  party,
  recalled,
  received,
  refused,
  released,
  sensed,
  shipped,
  voided,
  withdrawn,
} from "./passage-words.ts";
import { labelled, transformed } from "./passage-more.ts";
import { certified, correction, entriesOf, noted, tested } from "./third-parties.ts";

export { type BookLie, liesOfBooks };

interface BookLie {
  readonly name: string;
  readonly code: FindingCode;
  readonly also?: readonly FindingCode[];
  tell(it: Passage): Promise<Told>;
}

interface Told {
  readonly history: History;
  readonly heads: Heads;
  /** Where the finding stands. */
  readonly at: Hex | null;
  readonly rule?: string;
}

/** What was written, as it is told with these subjects besides. */
async function by(it: Passage, at: Hex | null, rule?: string, ...more: readonly Hex[]): Promise<Told> {
  return { ...(await it.told(...more)), at, ...(rule === undefined ? {} : { rule }) };
}

const ofBooks: readonly BookLie[] = [
  {
    name: "more is labelled under a certificate than its volume",
    code: "certificate-overdrawn",
    async tell(it) {
      await labelled(it, it.ids.lot, 19);
      return by(it, it.ids.certificate);
    },
  },
  {
    name: "the same leaf is shipped twice",
    code: "sums-mismatch",
    async tell(it) {
      const of = { ...it.consigned.inbound, to: HANDS.shop, carrier: 0 };
      await it.make("grower", (id, atS) => shipped(formOf(id, atS), of));
      return by(it, it.ids.harvest);
    },
  },
  {
    name: "a receiver finds more than was offered",
    code: "sums-mismatch",
    async tell(it) {
      const of = { ...it.consigned.toShop, amount: 500n };
      const id = await it.make("processor", (subject, atS) => shipped(formOf(subject, atS), of));
      await it.write("shop", id, received(it.form(id), of, 750n));
      return by(it, id, undefined, id);
    },
  },
  {
    name: "more bags are shipped than were packed",
    code: "sums-mismatch",
    async tell(it) {
      const of = { ...it.consigned.toShop, amount: 5250n };
      const id = await it.make("processor", (subject, atS) => shipped(formOf(subject, atS), of));
      return by(it, it.ids.lot, undefined, id);
    },
  },
  {
    name: "more is thrown away than there is",
    code: "sums-mismatch",
    async tell(it) {
      await it.write("processor", it.ids.lot, discarded(it.form(it.ids.lot), { lot: it.name(), amount: 5001n }));
      return by(it, it.ids.lot);
    },
  },
  {
    name: "a season that ends gives back more area than it had",
    code: "sums-mismatch",
    also: ["sums-mismatch"],
    async tell(it) {
      const plot = { subject: it.ids.plotA, code: "A" };
      const of = { lot: it.name(), amount: 1_000_001n, reason: "season-over", plot } as const;
      await it.write("grower", it.ids.plantingA, discarded(it.form(it.ids.plantingA), of));
      return by(it, it.ids.plantingA);
    },
  },
  {
    name: "more is promised than there is",
    code: "sums-mismatch",
    async tell(it) {
      await it.write("grower", it.ids.harvest, promised(it, it.ids.harvest, 30_001n));
      return by(it, it.ids.harvest);
    },
  },
  {
    name: "what was found is corrected upwards beyond what was sent",
    code: "sums-mismatch",
    async tell(it) {
      const wrong = entriesOf(it.world, it.ids.inbound).find(({ kind }) => kind === "RECEIVE");
      if (wrong === undefined) throw new Error("nothing was received");
      const of = { ...it.consigned.inbound };
      const form = it.form(it.ids.inbound);
      const right = { ...noted(form), document: received(form, of, 70_000n).document };
      const said = { reason: 4, declaredAtS: form.occurredAtS, own: 501n, right: [form.eventId] } as const;
      await it.write("processor", it.ids.inbound, correction({ ...wrong, subject: it.ids.inbound }, said), right);
      return by(it, it.ids.inbound);
    },
  },
];

const ofRules: readonly BookLie[] = [
  {
    name: "a consignment is received twice",
    code: "rule-broken",
    async tell(it) {
      await it.write("stall", it.ids.toStall, received(it.form(it.ids.toStall), it.consigned.toStall));
      return by(it, it.ids.toStall, "not-under-way");
    },
  },
  {
    name: "somebody takes what was offered to another",
    code: "role-missing",
    also: ["stranger-at-fault"],
    async tell(it) {
      const of = it.consigned.toShop;
      const id = await it.make("processor", (subject, atS) => shipped(formOf(subject, atS), of));
      await it.write("stall", id, received(it.form(id), of));
      return by(it, id, undefined, id);
    },
  },
  {
    name: "somebody else refuses, so that the lot grows",
    code: "role-missing",
    also: ["stranger-at-fault"],
    async tell(it) {
      const of = it.consigned.toShop;
      const id = await it.make("processor", (subject, atS) => shipped(formOf(subject, atS), of));
      await it.write("stall", id, refused(it.form(id), of));
      return by(it, it.ids.lot, undefined, id);
    },
  },
  {
    name: "the carrier goes on writing when the goods have arrived",
    code: "role-missing",
    async tell(it) {
      await it.write("carrier", it.ids.inbound, sensed(it.form(it.ids.inbound), it.consigned.inbound.lot));
      return by(it, it.ids.inbound);
    },
  },
  {
    name: "the sender uses what it has handed over",
    code: "role-missing",
    async tell(it) {
      await it.write("grower", it.ids.inbound, noted(it.form(it.ids.inbound)));
      return by(it, it.ids.inbound);
    },
  },
  {
    name: "labels after a recall",
    code: "recalled",
    also: ["rule-broken"],
    async tell(it) {
      await it.write("processor", it.ids.lot, recalled(it.form(it.ids.lot), HANDS.processor));
      await labelled(it, it.ids.lot, 1, null);
      return by(it, it.ids.lot, "recalled");
    },
  },
  {
    name: "a recalled lot is shipped",
    code: "recalled",
    also: ["rule-broken"],
    async tell(it) {
      const form = it.form(it.ids.lot);
      await it.write("regulator", it.ids.lot, recalled(form, HANDS.regulator, { capacity: "regulator" }));
      const id = await it.make("processor", (subject, atS) => shipped(formOf(subject, atS), it.consigned.toShop));
      return by(it, it.ids.lot, "recalled", id);
    },
  },
  {
    name: "labels under a certificate that is suspended",
    code: "certificate-suspended",
    also: ["rule-broken"],
    async tell(it) {
      await it.write("certifier", it.ids.certificate, fated(it.form(it.ids.certificate), "SUSPEND"));
      await labelled(it, it.ids.lot, 1);
      return by(it, it.ids.certificate, "suspended");
    },
  },
  {
    name: "a certificate for another product is claimed",
    code: "rule-broken",
    also: ["sums-mismatch"],
    async tell(it) {
      // The leaf has no certificate, and bags are no leaf.
      const lot = await transformed(it, it.ids.lot, 1000n, it.ids.leaf);
      await labelled(it, lot, 1);
      return by(it, it.ids.certificate, "not-in-scope", lot);
    },
  },
  {
    name: "half a bag is shipped",
    code: "rule-broken",
    async tell(it) {
      const of = { ...it.consigned.toShop, amount: NET / 2n };
      const id = await it.make("processor", (subject, atS) => shipped(formOf(subject, atS), of));
      return by(it, id, "not-whole-pieces", id);
    },
  },
  {
    name: "a label is voided twice",
    code: "rule-broken",
    async tell(it) {
      const { run, lot: lotSubject, certificate } = it.ids;
      const of = { lot: it.name(), lotSubject, certificate, first: 10, number: 2 };
      await it.write("processor", run, voided(it.form(run), of));
      await it.write("processor", run, voided(it.form(run), { ...of, first: 11 }));
      return by(it, run, "label-voided");
    },
  },
  {
    name: "somebody releases what another recalled",
    code: "recalled",
    also: ["rule-broken"],
    async tell(it) {
      const form = it.form(it.ids.harvest);
      await it.write("regulator", it.ids.harvest, recalled(form, HANDS.regulator, { capacity: "regulator" }));
      await it.write("grower", it.ids.harvest, released(it.form(it.ids.harvest), HANDS.grower));
      return by(it, it.ids.harvest, "not-recalled");
    },
  },
  {
    name: "a harvest from a season that has ended",
    code: "rule-broken",
    async tell(it) {
      const plot = { subject: it.ids.plotA, code: "A" };
      const of = { lot: it.name(), amount: 1_000_000n, reason: "season-over", plot } as const;
      await it.write("grower", it.ids.plantingA, discarded(it.form(it.ids.plantingA), of));
      const inputs = [{ id: bytesOf(it.ids.plantingA), amount: 1000n }];
      await it.make("grower", (_, occurredAtS) => ({
        ...{ kind: "HARVEST", args: { index: 0, inputs }, document: null, occurredAtS },
      }));
      return by(it, it.ids.plantingA, "ended");
    },
  },
];

/** Of what is recalled nothing goes on, and nothing goes back. */
const ofRecalls: readonly BookLie[] = [
  ...(["refused", "withdrawn"] as const).map((ended): BookLie => ({
    name: `a recalled consignment is ${ended}`,
    code: "rule-broken",
    async tell(it) {
      const of = { ...it.consigned.toShop, amount: 500n };
      const id = await it.make("processor", (subject, atS) => shipped(formOf(subject, atS), of));
      await it.write("processor", id, recalled(it.form(id), HANDS.processor));
      if (ended === "refused") await it.write("shop", id, refused(it.form(id), of));
      else await it.write("processor", id, withdrawn(it.form(id), of));
      return by(it, id, "recalled", id);
    },
  })),
  {
    name: "labels of a recalled run are voided, so that the goods are free again",
    code: "recalled",
    also: ["rule-broken"],
    async tell(it) {
      const { run, lot: lotSubject, certificate } = it.ids;
      await it.write("processor", run, recalled(it.form(run), HANDS.processor));
      const of = { lot: it.name(), lotSubject, certificate, first: 10, number: 2 };
      await it.write("processor", run, voided(it.form(run), of));
      return by(it, run, "recalled");
    },
  },
  ...([-100n, 100n] as const).map((difference): BookLie => ({
    name: difference < 0n ? "what is recalled goes back into what it was made of" : "more is taken of what is recalled",
    code: "recalled",
    also: ["rule-broken", "correction-without-right-data"],
    async tell(it) {
      const { inbound, lot } = it.ids;
      const [made] = entriesOf(it.world, lot);
      if (made === undefined) throw new Error("the lot was made");
      const less = { reason: 4, own: 0n, other: { subject: inbound, difference: -100n } } as const;
      const write = (said: Parameters<typeof correction>[1]) =>
        it.write("processor", lot, correction({ ...made, subject: lot }, said));
      // Some is left of what went in, so that more can be taken at all.
      if (difference > 0n) await write({ ...less, declaredAtS: it.nextS });
      const at = difference < 0n ? lot : inbound;
      await it.write("processor", at, recalled(it.form(at), HANDS.processor));
      await write({ ...less, declaredAtS: it.nextS, other: { subject: inbound, difference } });
      return by(it, at, "recalled");
    },
  })),
  ...(["unasked", "revoked"] as const).map((rule): BookLie => ({
    name: `a certifier stops another's goods by a certificate that is ${rule}`,
    code: "recalled",
    also: ["rule-broken", ...(rule === "revoked" ? (["certificate-revoked"] as const) : [])],
    async tell(it) {
      const { lot, bag } = it.ids;
      const certificate =
        rule === "revoked"
          ? it.ids.certificate
          : await it.make("certifier", (subject, atS) => {
              const validity = { fromS: atS - DAY, untilS: atS + DAY, atS };
              const of = { subject, beneficiary: HANDS.processor, ...validity, products: [bag], plots: [] };
              return certified(it.phones.certifier, of);
            });
      if (rule === "revoked") await it.write("certifier", certificate, fated(it.form(certificate), "REVOKE"));
      const of = { capacity: "certifier", certificate } as const;
      await it.write("certifier", lot, recalled(it.form(lot), HANDS.certifier, of));
      return by(it, lot, rule, certificate);
    },
  })),
  {
    name: "a certifier recalls what its certificate does not name",
    code: "recalled",
    also: ["rule-broken"],
    async tell(it) {
      const { inbound, certificate } = it.ids;
      const of = { capacity: "certifier", certificate } as const;
      await it.write("certifier", inbound, recalled(it.form(inbound), HANDS.certifier, of));
      return by(it, inbound, "not-in-scope");
    },
  },
];

const ofHands: readonly BookLie[] = [
  {
    name: "half a bag of a packed consignment is thrown away",
    code: "rule-broken",
    async tell(it) {
      const { toShop } = it.ids;
      await it.write("shop", toShop, discarded(it.form(toShop), { lot: it.name(), amount: NET / 2n }));
      return by(it, toShop, "not-whole-pieces");
    },
  },
  {
    name: "a laboratory tests what is offered to it as a third party",
    code: "role-missing",
    async tell(it) {
      const of = { ...it.consigned.toShop, amount: 500n, to: HANDS.laboratory };
      const id = await it.make("processor", (subject, atS) => shipped(formOf(subject, atS), of));
      await it.write("laboratory", id, tested(it.form(id)));
      return by(it, id, undefined, id);
    },
  },
  {
    name: "goods are sent to who was stopped",
    code: "rule-broken",
    async tell(it) {
      it.world.act(HANDS.stall, 3, it.world.latest.timeS + 60);
      const of = { ...it.consigned.toShop, amount: 500n, to: HANDS.stall };
      const id = await it.make("processor", (subject, atS) => shipped(formOf(subject, atS), of));
      return by(it, id, "stopped", id);
    },
  },
];

/** Documents that say another thing than was signed: who writes, of what, in which unit. */
const ofWords: readonly BookLie[] = [
  {
    name: "the processor sends in another unit than the goods are counted in",
    code: "stranger-at-fault",
    async tell(it) {
      const of = { ...it.consigned.toShop, amount: 500n };
      const id = await it.make("processor", (subject, atS) => inUnit("LTR", shipped(formOf(subject, atS), of)));
      return by(it, id, undefined, id);
    },
  },
  {
    name: "leaf is thrown away in litres",
    code: "sums-mismatch",
    async tell(it) {
      const { harvest } = it.ids;
      const draft = discarded(it.form(harvest), { lot: it.name(), amount: 500n });
      await it.write("grower", harvest, inUnit("LTR", draft));
      return by(it, harvest);
    },
  },
  {
    name: "a promise counts pieces of what is weighed",
    code: "promise-mismatch",
    async tell(it) {
      await it.write("grower", it.ids.harvest, promised(it, it.ids.harvest, 30_000n, { uom: "H87" }));
      return by(it, it.ids.harvest);
    },
  },
  {
    name: "a trader's recall says that a ministry recalls",
    code: "recalled",
    also: ["document-not-of-its-kind"],
    async tell(it) {
      const { lot } = it.ids;
      await it.write("processor", lot, recalled(it.form(lot), HANDS.regulator));
      return by(it, lot);
    },
  },
  {
    name: "what arrived is said to have come from another",
    code: "document-not-of-its-kind",
    async tell(it) {
      const of = { ...it.consigned.inbound, amount: 1000n, carrier: 0 };
      const id = await it.make("grower", (subject, atS) => shipped(formOf(subject, atS), of));
      await it.write("processor", id, received(it.form(id), { ...of, from: HANDS.shop }, 999n));
      const ids = [...it.world.ancestors([id]), it.ids.leaf, ...it.everybody];
      return { history: await it.world.history(id, ids), heads: it.world.heads(), at: id };
    },
  },
];

/** As it is, but for its document's unit. */
function inUnit<Draft extends { readonly document: JsonObject | null }>(uom: string, draft: Draft): Draft {
  const document = JSON.parse(JSON.stringify(draft.document).replaceAll('"KGM"', `"${uom}"`)) as JsonObject;
  return { ...draft, document };
}

const ofReaders: readonly BookLie[] = [
  {
    name: "the label in hand was voided",
    code: "label-voided",
    async tell(it) {
      const { run, lot: lotSubject, certificate } = it.ids;
      const of = { lot: it.name(), lotSubject, certificate, first: 2, number: 5 };
      await it.write("processor", run, voided(it.form(run), of));
      return by(it, run);
    },
  },
  {
    name: "the plot was recalled",
    code: "recalled",
    async tell(it) {
      const form = it.form(it.ids.plotA);
      await it.write("regulator", it.ids.plotA, recalled(form, HANDS.regulator, { capacity: "regulator" }));
      return by(it, it.ids.plotA);
    },
  },
  {
    name: "a certifier recalls by its certificate",
    code: "recalled",
    async tell(it) {
      const { run, certificate } = it.ids;
      const of = { capacity: "certifier", certificate } as const;
      await it.write("certifier", run, recalled(it.form(run), HANDS.certifier, of));
      return by(it, run);
    },
  },
  {
    name: "a recall was lifted",
    code: "recall-released",
    async tell(it) {
      await it.write("processor", it.ids.lot, recalled(it.form(it.ids.lot), HANDS.processor));
      await it.write("processor", it.ids.lot, released(it.form(it.ids.lot), HANDS.processor));
      return by(it, it.ids.lot);
    },
  },
  {
    name: "a drill",
    code: "recall-drill",
    async tell(it) {
      await it.write("grower", it.ids.harvest, recalled(it.form(it.ids.harvest), HANDS.grower, { drill: true }));
      return by(it, it.ids.harvest);
    },
  },
  {
    name: "the shop recalled its part",
    code: "recalled-onward",
    async tell(it) {
      await it.write("shop", it.ids.toShop, recalled(it.form(it.ids.toShop), HANDS.shop));
      return by(it, it.ids.toShop);
    },
  },
  {
    name: "a certificate was revoked after the labels",
    code: "certificate-revoked",
    async tell(it) {
      await it.write("certifier", it.ids.certificate, fated(it.form(it.ids.certificate), "REVOKE"));
      return by(it, it.ids.certificate);
    },
  },
  {
    name: "a certificate names one plot of the two that the goods may be from",
    code: "certificate-scope",
    async tell() {
      const it = await passage(["plotA"]);
      return by(it, it.ids.certificate);
    },
  },
  {
    name: "what is asked for is under way",
    code: "under-way",
    async tell(it) {
      const of = { ...it.consigned.inbound, amount: 1000n };
      const id = await it.make("grower", (subject, atS) => shipped(formOf(subject, atS), of));
      const ids = [...it.world.ancestors([id]), it.ids.leaf, ...it.everybody];
      return { history: await it.world.history(id, ids), heads: it.world.heads(), at: id };
    },
  },
  {
    name: "half a kilogram is not found",
    code: "lost-between-hands",
    tell: (it) => by(it, it.ids.inbound),
  },
  {
    name: "the grower denies to have shipped it",
    code: "disputed",
    async tell(it) {
      const { lot } = it.ids;
      await it.write("grower", lot, denied(it.form(lot), HANDS.grower, { seq: 1, entry: 0, named: it.ids.harvest }));
      return by(it, lot);
    },
  },
  {
    name: "an answer to no dispute",
    code: "answers-nothing",
    async tell(it) {
      await it.write("processor", it.ids.lot, answered(it.form(it.ids.lot), HANDS.processor, 1));
      return by(it, it.ids.lot);
    },
  },
  {
    name: "somebody acknowledges what was not recalled",
    code: "answers-nothing",
    async tell(it) {
      const of = { recalled: it.ids.lot, seq: 1 };
      await it.write("shop", it.ids.toShop, acknowledged(it.form(it.ids.toShop), HANDS.shop, of));
      return by(it, it.ids.lot);
    },
  },
  {
    name: "a promise is in another's name",
    code: "promise-mismatch",
    async tell(it) {
      const form = { promisor: party(HANDS.shop) };
      await it.write("grower", it.ids.harvest, promised(it, it.ids.harvest, 1000n, form));
      return by(it, it.ids.harvest);
    },
  },
  {
    name: "a promise rests on a test that nobody has",
    code: "promise-without-basis",
    async tell(it) {
      const entries = [
        { subject: it.ids.harvest, document: `b${"a".repeat(58)}`, by: "laboratory" as const, test: "passed" as const },
      ];
      const form = { basis: [{ code: "labTest" as const, entries }] };
      await it.write("grower", it.ids.harvest, promised(it, it.ids.harvest, 1000n, form));
      return by(it, it.ids.harvest);
    },
  },
];

const ofServers: readonly BookLie[] = [
  {
    name: "a recall is left out",
    code: "entry-missing",
    async tell(it) {
      await it.write("processor", it.ids.lot, recalled(it.form(it.ids.lot), HANDS.processor));
      return leftOut(await by(it, it.ids.lot), it.ids.lot);
    },
  },
  {
    name: "a consignment that went on is left out of the lot's log",
    code: "entry-missing",
    async tell(it) {
      await it.make("processor", (id, atS) => shipped(formOf(id, atS), it.consigned.toShop));
      return leftOut(await by(it, it.ids.lot), it.ids.lot);
    },
  },
  {
    name: "a draw is left out of the certificate's log",
    code: "entry-missing",
    async tell(it) {
      await labelled(it, it.ids.lot, 1);
      return leftOut(await by(it, it.ids.certificate), it.ids.certificate);
    },
  },
  {
    name: "where part of the goods went is not shown",
    code: "onward-not-shown",
    async tell(it) {
      const id = await it.make("processor", (subject, atS) => shipped(formOf(subject, atS), it.consigned.toShop));
      return { ...(await by(it, it.ids.lot)), at: id === it.ids.lot ? null : it.ids.lot };
    },
  },
  {
    name: "a server shows fewer certificates than it has, and says so",
    code: "certificates-not-shown",
    async tell(it) {
      const told = await by(it, it.ids.lot);
      return { ...told, history: { ...told.history, certificatesNotShown: 3 } };
    },
  },
  {
    name: "a withdrawn record is relayed later by a stranger",
    code: "nonce-twice",
    also: ["entry-surplus"],
    async tell(it) {
      const { lot } = it.ids;
      // Withdrawn by a note with the same number; what was signed first comes later, and a server shows it all the same.
      const before = it.world.snapshot();
      await it.write("processor", lot, noted(it.form(lot)));
      const after = it.world.snapshot();
      it.world.restore(before);
      it.phones.processor.nonce -= 1n;
      await it.write("processor", lot, noted(it.form(lot)));
      const withdrawn = await it.told();
      it.world.restore(after);
      return shownAsWell(await by(it, lot), withdrawn.history, lot);
    },
  },
];

/** Without the last move of a log. */
function leftOut(told: Told, id: Hex): Told {
  const subjects = told.history.subjects.map((log) => (log.id === id ? { id, moves: log.moves.slice(0, -1) } : log));
  return { ...told, history: { ...told.history, subjects } };
}

/** The last move of a log in another history, behind those that count. */
function shownAsWell(told: Told, other: History, id: Hex): Told {
  const move = other.subjects.find((log) => log.id === id)?.moves.at(-1);
  if (move === undefined) throw new Error("nothing was written");
  const subjects = told.history.subjects.map((log) =>
    log.id === id ? { id, moves: [...log.moves, { ...move, seq: log.moves.length + 1 }] } : log,
  );
  const batches = { ...other.batches, ...told.history.batches };
  return {
    ...told,
    history: { ...told.history, subjects, batches, documents: { ...other.documents, ...told.history.documents } },
  };
}

const liesOfBooks: readonly BookLie[] = [
  ...ofBooks,
  ...ofRules,
  ...ofRecalls,
  ...ofHands,
  ...ofWords,
  ...ofReaders,
  ...ofServers,
];
