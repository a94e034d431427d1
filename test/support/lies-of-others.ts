/**
 * Lies about corrections, third parties and certificates: what a ledger that does not look would have taken, and what a server could
 * show in their place. Each with the finding that must name it.
 */
import type { Hex } from "../../protocol/bytes.ts";
import type { Honest } from "./history.ts";
import { DAY } from "./history.ts";
import type { Lie, Told } from "./lies.ts";
import { attested, certified, correction, entriesOf, grown, noted, tested } from "./third-parties.ts";
import type { Drafted, Phone } from "./world.ts";

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
];

function thirdParty(phone: Phone | null): Phone {
  if (phone === null) throw new Error("the example has third parties");
  return phone;
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
function of(honest: Honest, said: Parameters<typeof correction>[1]): Drafted<"CORRECT"> {
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
