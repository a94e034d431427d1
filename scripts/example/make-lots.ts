/** Lots out of lots: gathered, made into tea, packed; and what is taken out of the books. */
import { bytesOf, compareBytes, utf8 } from "../../protocol/bytes.ts";
import { discardEvent, type DiscardReason } from "../../protocol/document/discard.ts";
import { noteEvent, transformEvent } from "../../protocol/document/epcis.ts";
import type { LotAmount, PartyRef, ProcessStep, StatedLoss, WorkForm } from "../../protocol/document/form.ts";
import type { LotName } from "../../protocol/document/terms.ts";
import type { Words } from "../../protocol/document/text.ts";
import { REASONS_TO_DISCARD, STEPS } from "../../protocol/kinds/transform.ts";
import { chinaTime } from "./days.ts";
import type { Lot, LotProduct } from "./lots.ts";
import type { Maker } from "./maker.ts";
import type { Phone } from "./phone.ts";

export type { Written };
export { ascending, discard, note, table, transform };

/** Who writes it down and when, and when and where it was done. */
interface Written {
  readonly phone: Phone;
  readonly doneAt: string;
  readonly writtenAt: string;
  readonly place: string;
}

interface Making extends Written {
  readonly step: keyof typeof STEPS;
  readonly inputs: readonly (Pick<Lot, "id" | "subject" | "name"> & { readonly amount: bigint })[];
  /** The first is the lot itself, further ones are by-products. */
  readonly outputs: readonly { readonly product: LotProduct; readonly amount: bigint; readonly name?: LotName }[];
  readonly steps?: readonly ProcessStep[];
  readonly losses?: readonly StatedLoss[];
  readonly notes?: Words;
  /** Rows of a table that goes with it. */
  readonly list?: { readonly file: string; readonly caption: Words; readonly rows: readonly string[] };
}

const KGM = "KGM" as const;

/** A TRANSFORM; its outputs in their order. */
async function transform(maker: Maker, making: Making): Promise<readonly [Lot, ...Lot[]]> {
  const { phone, doneAt, writtenAt, place, step, steps, losses, notes, list } = making;
  const occurredAtS = chinaTime(doneAt);
  const inputs = ascending(making.inputs);
  return maker.record(phone, writtenAt, async (draft) => {
    const lots: (Lot & { readonly index: number })[] = [];
    for (const { product, amount, name } of making.outputs) {
      const { index, id, hex } = await draft.newSubject();
      const minted = name ?? { gtin: null, lotNumber: maker.lotNumber(doneAt.slice(0, 10), phone) };
      lots.push({ index, id, subject: hex, name: minted, product, amount });
    }
    const [first, ...more] = lots;
    if (first === undefined) throw new Error("nothing comes out");
    const attachments = list === undefined ? [] : [await draft.attach(table(list.rows), csv(list.file, list.caption))];
    await draft.write("TRANSFORM", {
      subject: first.id,
      occurredAtS,
      document: transformEvent({
        ...{ subject: first.subject, eventId: maker.eventId(), occurredAtS, place, example: true, step, uom: KGM },
        ...{ inputs: inputs.map(share), outputs: lots.map((lot) => ({ ...share(lot), product: named(lot.product) })) },
        ...(steps === undefined ? {} : { steps }),
        ...(losses === undefined ? {} : { losses }),
        ...(notes === undefined ? {} : { notes }),
        ...(attachments.length === 0 ? {} : { attachments }),
      }),
      args: {
        ...{ index: first.index, step: STEPS[step], inputs },
        outputs: lots.map(({ product, amount }) => ({ id: product.id, amount })),
      },
    });
    return [first, ...more];
  });
}

interface Discarding extends Written {
  readonly lot: Lot;
  readonly reason: Exclude<DiscardReason, "season-over">;
  readonly amount: bigint;
  readonly cause: Words;
  readonly party?: PartyRef;
}

async function discard(maker: Maker, discarding: Discarding): Promise<void> {
  const { phone, doneAt, writtenAt, place, lot, reason, amount, cause, party } = discarding;
  const occurredAtS = chinaTime(doneAt);
  await maker.record(phone, writtenAt, (draft) =>
    draft.write("DISCARD", {
      subject: lot.id,
      occurredAtS,
      document: discardEvent({
        ...{ subject: lot.subject, eventId: maker.eventId(), occurredAtS, place, example: true },
        ...{ lot: lot.name, product: named(lot.product), reason, amount, uom: KGM, cause },
        ...(party === undefined ? {} : { party: { subject: party.subject, name: party.name } }),
      }),
      args: { reason: REASONS_TO_DISCARD[reason], amount, plot: new Uint8Array(32) },
    }),
  );
}

async function note(
  maker: Maker,
  { phone, doneAt, writtenAt, place }: Written,
  { lot, work, notes }: { readonly lot: Lot; readonly work?: WorkForm; readonly notes: Words },
): Promise<void> {
  const occurredAtS = chinaTime(doneAt);
  await maker.record(phone, writtenAt, (draft) =>
    draft.write("NOTE", {
      subject: bytesOf(lot.subject),
      occurredAtS,
      document: noteEvent({
        ...{ subject: lot.subject, eventId: maker.eventId(), occurredAtS, place, example: true, lot: lot.name, notes },
        ...(work === undefined ? {} : { work }),
      }),
      args: {},
    }),
  );
}

/** The ledger takes inputs by rising id only. */
function ascending<One extends { readonly id: Uint8Array }>(lots: readonly One[]): readonly One[] {
  return lots.toSorted((one, other) => compareBytes(one.id, other.id));
}

/** Comma-separated, a line a row. */
function table(rows: readonly string[]): Uint8Array {
  return utf8(`${rows.join("\n")}\n`);
}

function csv(
  name: string,
  caption: Words,
): { readonly mediaType: string; readonly name: string; readonly caption: Words } {
  return { mediaType: "text/csv", name, caption };
}

function share({ subject, name, amount }: Pick<Lot, "subject" | "name" | "amount">): LotAmount {
  return { subject, lot: name, amount };
}

function named({ subject, name }: LotProduct): Pick<LotProduct, "subject" | "name"> {
  return { subject, name };
}
