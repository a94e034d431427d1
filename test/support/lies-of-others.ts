/**
 * Lies about corrections, third parties and certificates: what a ledger that does not look would have taken, and what a server could
 * show in their place. Each with the finding that must name it.
 */
import { organisationId } from "../../protocol/batch.ts";
import { bytesOf, type Hex, hexOf } from "../../protocol/bytes.ts";
import { cidOf } from "../../protocol/cid.ts";
import { documentBytes } from "../../protocol/document/epcis.ts";
import type { JsonObject } from "../../protocol/document/terms.ts";
import type { History } from "../../protocol/history.ts";
import type { Honest } from "./history.ts";
import { DAY } from "./history.ts";
import type { Lie, Told } from "./lies.ts";
import { attested, certified, correction, entriesOf, grown, noted, tested } from "./third-parties.ts";
import { type Drafted, type Phone, sha256 } from "./world.ts";

export { liesOfOthers };

const EVENT = "0192f3c2-7b1e-7c33-9a55-0000000000fe";

const liesOfOthers: readonly Lie[] = [
  {
    name: "a laboratory's role had ended before it tested",
    code: "role-missing",
    tell(honest) {
      const laboratory = thirdParty(honest.laboratory);
      honest.world.act(laboratory.organisation, 2, honest.world.latest.timeS + 60, { roles: 64 });
      return onLot(honest, laboratory, (form) => [tested(form)]);
    },
  },
  {
    name: "a laboratory says what only an authority may say",
    code: "role-missing",
    tell: (honest) => onLot(honest, thirdParty(honest.certifier), (form) => [attested(form)]),
  },
  {
    name: "a cooperative tests its own lot",
    code: "role-missing",
    tell(honest) {
      honest.world.act(1, 2, honest.world.latest.timeS + 60, { roles: 7 | 16 });
      return onLot(honest, honest.manager, (form) => [tested(form)]);
    },
  },
  {
    name: "somebody without any role contradicts",
    code: "role-missing",
    also: ["contradicted"],
    tell(honest) {
      const laboratory = thirdParty(honest.laboratory);
      honest.world.act(laboratory.organisation, 2, honest.world.latest.timeS + 60, { roles: 0 });
      return onLot(honest, laboratory, ({ occurredAtS }) => [of(honest, { reason: 4, declaredAtS: occurredAtS })]);
    },
  },
  {
    name: "a stranger contradicts a note",
    code: "contradicted",
    async tell(honest) {
      const told = await onLot(honest, thirdParty(honest.laboratory), ({ occurredAtS }) => [
        of(honest, { reason: 4, declaredAtS: occurredAtS }),
      ]);
      return { ...told, at: { ...told.at, seq: noteOf(honest).seq } };
    },
  },
  {
    name: "a note is struck through, and what is right is not said",
    code: "correction-without-right-data",
    tell: (honest) =>
      onLot(honest, honest.manager, ({ occurredAtS }) => [of(honest, { reason: 1, declaredAtS: occurredAtS })]),
  },
  {
    name: "what is said to be right is of another kind",
    code: "correction-without-right-data",
    tell: (honest) =>
      onLot(honest, honest.manager, (form) => [
        of(honest, { reason: 1, declaredAtS: form.occurredAtS, right: [form.eventId] }),
        grown(form),
      ]),
  },
  {
    name: "a correction names an entry that there is not",
    code: "correction-unmatched",
    tell: (honest) =>
      onLot(honest, honest.manager, ({ occurredAtS }) => [
        correction({ ...noteOf(honest), subject: honest.lot, entry: 7 }, { reason: 3, declaredAtS: occurredAtS }),
      ]),
  },
  {
    name: "the document of a correction names another entry than was signed",
    code: "correction-unmatched",
    tell: (honest) =>
      onLot(honest, honest.manager, ({ occurredAtS }) => {
        const draft = of(honest, { reason: 3, declaredAtS: occurredAtS });
        return [{ ...draft, args: { ...draft.args, seq: 1 } }];
      }),
  },
  {
    name: "the document of a correction repeats another event than the one it strikes through",
    code: "correction-unmatched",
    tell: (honest) =>
      onLot(honest, honest.manager, (form) => {
        const { document } = noted(form);
        return [
          correction(
            { ...noteOf(honest), subject: honest.lot, document },
            { reason: 3, declaredAtS: form.occurredAtS },
          ),
        ];
      }),
  },
  {
    name: "an amount is corrected at an entry that has none",
    code: "correction-unmatched",
    also: ["sums-mismatch"],
    tell: (honest) =>
      onLot(honest, honest.manager, ({ occurredAtS }) => [
        of(honest, { reason: 3, declaredAtS: occurredAtS, own: -(1n << 39n) }),
      ]),
  },
  {
    name: "a certificate of another organisation is shown",
    code: "certificate-of-other",
    tell: (honest) => withCertificate(honest, { beneficiary: 4 + 1 }),
  },
  {
    name: "a certificate of other goods is shown",
    code: "certificate-of-other",
    tell: (honest) => withCertificate(honest, { products: [honest.run], plots: [] }),
  },
  {
    name: "a certificate's document says more than was booked",
    code: "certificate-mismatch",
    tell: (honest) => withCertificate(honest, { form: { untilS: honest.world.latest.timeS + 9999 * DAY } }),
  },
  {
    name: "a certificate had ended when the labels were recorded",
    code: "certificate-expired",
    tell: (honest) => withCertificate(honest, { untilS: labelledAtS(honest) }),
  },
  {
    name: "a certificate began after the harvest",
    code: "certificate-not-yet",
    tell: (honest) => withCertificate(honest, { fromS: labelledAtS(honest) }),
  },
  {
    name: "a stranger's correction names an entry that there is not",
    code: "stranger-at-fault",
    tell: (honest) =>
      byStranger(honest, ({ occurredAtS }) => [
        correction({ ...noteOf(honest), subject: honest.lot, entry: 9999 }, { reason: 1, declaredAtS: occurredAtS }),
      ]),
  },
  {
    name: "nobody has the document of a stranger's correction",
    code: "stranger-at-fault",
    also: ["contradicted"],
    async tell(honest) {
      const draft = (atS: number) => of(honest, { reason: 4, declaredAtS: atS });
      const told = await byStranger(honest, ({ occurredAtS }) => [draft(occurredAtS)]);
      return { ...told, history: withoutDocument(told.history, draft(told.atS).document) };
    },
  },
  {
    name: "nobody has the document of a test",
    code: "stranger-at-fault",
    async tell(honest) {
      let document = {};
      const told = await onLot(honest, thirdParty(honest.laboratory), (form) => {
        const draft = tested(form);
        document = draft.document;
        return [draft];
      });
      return { ...told, history: withoutDocument(told.history, document) };
    },
  },
  {
    name: "a test has a note for a document",
    code: "stranger-at-fault",
    tell: (honest) =>
      onLot(honest, thirdParty(honest.laboratory), (form) => [{ ...tested(form), document: noted(form).document }]),
  },
  {
    name: "a test has no document",
    code: "stranger-at-fault",
    tell: (honest) => onLot(honest, thirdParty(honest.laboratory), (form) => [{ ...tested(form), document: null }]),
  },
  {
    name: "a cooperative tests its own lot, and does not say what it found",
    code: "document-not-of-its-kind",
    also: ["role-missing"],
    tell(honest) {
      honest.world.act(1, 2, honest.world.latest.timeS + 60, { roles: 7 | 16 });
      return onLot(honest, honest.manager, (form) => [{ ...tested(form), document: noted(form).document }]);
    },
  },
  {
    name: "a stranger writes a note in another's log",
    code: "role-missing",
    tell: (honest) => byStranger(honest, (form) => [noted(form)]),
  },
  {
    name: "a stranger uses another's lot",
    code: "role-missing",
    async tell(honest) {
      const { world, lot, history, product } = honest;
      const stranger = await world.admit(9, world.latest.timeS + 60);
      const atS = world.latest.timeS + 3600;
      const subject = await world.newId(stranger);
      const { document } = noted({ subject, eventId: EVENT, occurredAtS: atS, example: true });
      const share = { amount: 1n };
      const args = {
        ...{ index: 0, step: 1, inputs: [{ id: bytesOf(lot), ...share }] },
        outputs: [{ id: bytesOf(product), ...share }],
      };
      const entries = [{ kind: "TRANSFORM", args, document, occurredAtS: atS } as const];
      await world.submit(stranger, [{ subject, entries }], atS + 60);
      const told = await world.again(history);
      const seq = told.subjects.find(({ id }) => id === lot)?.moves.length ?? 0;
      return { history: told, heads: world.heads(), at: { subject: lot, seq } };
    },
  },
  {
    name: "more is said to have been taken of what is no input",
    code: "correction-unmatched",
    tell: (honest) =>
      onLot(honest, honest.manager, ({ occurredAtS }) => [
        correction(
          { ...madeOf(honest), subject: honest.lot },
          { reason: 3, declaredAtS: occurredAtS, own: 1n, other: { subject: honest.run, difference: 1n } },
        ),
      ]),
  },
  ...[0n, -1n].map((own): Lie => ({
    name: `the right data states another amount than was booked (${own === 0n ? "text alone" : "with a difference"})`,
    code: "sums-mismatch",
    tell: (honest) =>
      onLot(honest, honest.manager, (form) => {
        const made = madeOf(honest);
        const said = { reason: 1, declaredAtS: form.occurredAtS, right: [form.eventId], own } as const;
        const document = { ...tenfold(made.document), eventID: `urn:uuid:${form.eventId}` };
        return [
          correction({ ...made, subject: honest.lot }, said),
          { kind: "NOTE", args: {}, document, occurredAtS: form.occurredAtS } as const,
        ];
      }),
  })),
  {
    name: "the right data is of the amount before it was corrected",
    code: "sums-mismatch",
    tell: (honest) =>
      onLot(honest, honest.manager, (form) => {
        const made = madeOf(honest);
        const said = { reason: 1, declaredAtS: form.occurredAtS, right: [form.eventId], own: -1n } as const;
        const document = { ...made.document, eventID: `urn:uuid:${form.eventId}` };
        return [
          correction({ ...made, subject: honest.lot }, said),
          { kind: "NOTE", args: {}, document, occurredAtS: form.occurredAtS } as const,
        ];
      }),
  },
  {
    name: "a certificate's document names another issuer",
    code: "certificate-mismatch",
    tell: (honest) =>
      withCertificate(honest, {
        form: { issuer: { subject: hexOf(organisationId(77)), name: { zh: "示例", en: "example" } } },
      }),
  },
  {
    name: "a certificate is shown that its issuer struck through",
    code: "certificate-withdrawn",
    async tell(honest) {
      const { world } = honest;
      const { history, at } = await withCertificate(honest, {});
      const [made] = entriesOf(world, at.subject ?? "0x");
      if (made === undefined || at.subject === null) throw new Error("the certificate was written");
      const declaredAtS = world.latest.timeS + 60;
      const draft = correction({ ...made, subject: at.subject }, { reason: 3, declaredAtS });
      await world.submit(thirdParty(honest.certifier), [{ subject: at.subject, entries: [draft] }], declaredAtS);
      return { history: await world.again(history), heads: world.heads(), at };
    },
  },
  {
    name: "the server gives a laboratory another name",
    code: "act-mismatch",
    also: ["stranger-at-fault"],
    tell(honest) {
      const { organisation } = thirdParty(honest.laboratory);
      const acts = honest.history.acts.map((act) =>
        act.organisation === organisation ? { ...act, content: honest.history.acts[0]?.content ?? "0x" } : act,
      );
      const heads = { ...honest.heads, acts: honest.history.acts };
      return { history: { ...honest.history, acts }, heads, at: { subject: hexOf(organisationId(organisation)) } };
    },
  },
  {
    name: "the door does not give the operator's acts",
    code: "acts-from-server",
    tell: ({ history, heads }) => ({ history, heads: { ...heads, acts: null }, at: { subject: null } }),
  },
];

function thirdParty(phone: Phone | null): Phone {
  if (phone === null) throw new Error("the example has third parties");
  return phone;
}

/** An organisation with a role that has nothing to do with the lot. */
async function byStranger(
  honest: Honest,
  draft: (form: Parameters<typeof noted>[0]) => readonly Drafted[],
): Promise<Told & { readonly atS: number }> {
  const { world, history } = honest;
  const stranger = await world.admit(9, world.latest.timeS + 60, 4);
  // Its own log comes with what it wrote.
  const ids = [...history.subjects.map(({ id }) => id), hexOf(organisationId(9))];
  const also = { ...honest, history: await world.history(history.lot, ids, history.code) };
  return { ...(await onLot(also, stranger, draft)), atS: world.latest.timeS - 60 };
}

function withoutDocument(history: History, document: JsonObject): History {
  const cid = cidOf(sha256(documentBytes(document)), "json");
  const { [cid]: _gone, ...documents } = history.documents;
  return { ...history, documents };
}

/** The entry that made the lot. */
function madeOf({ world, lot }: Honest) {
  const [made] = entriesOf(world, lot);
  if (made === undefined) throw new Error("the lot was made");
  return made;
}

/** An event that says that ten times as much came out. */
function tenfold(document: JsonObject): JsonObject {
  const outputs = document["furrow:outputs"] as readonly { readonly "furrow:amount": number }[];
  return {
    ...document,
    "furrow:outputs": outputs.map((one) => ({
      ...one,
      "furrow:amount": Math.round(one["furrow:amount"] * 1000) / 100,
    })),
  };
}

function labelledAtS({ world, run }: Honest): number {
  const block = world.batches.get(world.logs.get(run)?.[0]?.batch ?? "0x")?.proof.block;
  const atS = block === undefined ? undefined : world.blocks[block]?.timeS;
  if (atS === undefined) throw new Error("the run has a first move");
  return atS;
}

function noteOf({ world, lot }: Honest) {
  const found = entriesOf(world, lot).find(({ kind }) => kind === "NOTE");
  if (found === undefined) throw new Error("the lot has a note");
  return found;
}

/** A correction of the lot's first note. */
function of(honest: Honest, said: Parameters<typeof correction>[1]): ReturnType<typeof correction> {
  return correction({ ...noteOf(honest), subject: honest.lot }, said);
}

async function onLot(
  honest: Honest,
  phone: Phone,
  draft: (form: Parameters<typeof noted>[0]) => readonly Drafted[],
): Promise<Told> {
  const { world, lot, history } = honest;
  const atS = world.latest.timeS + 3600;
  const entries = draft({ subject: lot, eventId: EVENT, occurredAtS: atS, example: true });
  await world.submit(phone, [{ subject: lot, entries }], atS + 60);
  const told = await world.again(history);
  const seq = told.subjects.find(({ id }) => id === lot)?.moves.length ?? 0;
  return { history: told, heads: world.heads(), at: { subject: lot, seq } };
}

async function withCertificate(honest: Honest, said: Partial<Parameters<typeof certified>[1]>): Promise<Told> {
  const { world, history, product, plots } = honest;
  const certifier = thirdParty(honest.certifier);
  const atS = world.latest.timeS + 3600;
  const subject = await world.newId(certifier);
  const validity = { fromS: (world.blocks[0]?.timeS ?? 0) - DAY, untilS: atS + 300 * DAY, atS };
  const of = { subject, beneficiary: 1, ...validity, products: [product], plots, ...said };
  await world.submit(certifier, [{ subject, entries: [certified(certifier, of)] }], atS + 60);
  const ids: readonly Hex[] = [...history.subjects.map(({ id }) => id), subject];
  const told = await world.history(history.lot, ids, history.code);
  return { history: told, heads: world.heads(), at: { subject, seq: 1 } };
}
