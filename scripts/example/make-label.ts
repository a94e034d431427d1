/** Labels: a run of random codes for one lot, on a certificate if one is claimed, and those of it that count no more. */
import { bytesOf, type Hex, hexOf } from "../../protocol/bytes.ts";
import { type LabelRange, voidEvent } from "../../protocol/document/discard.ts";
import { labelEvent } from "../../protocol/document/epcis.ts";
import type { Words } from "../../protocol/document/text.ts";
import { REASONS_TO_VOID } from "../../protocol/kinds/label.ts";
import { codePath, makeSerial, printSerial, serialLeaf, serialLeaves } from "../../protocol/label.ts";
import { treeRoot } from "../../protocol/merkle.ts";
import { chinaTime } from "./days.ts";
import type { ExampleBag } from "./kept.ts";
import type { Lot } from "./lots.ts";
import { table, type Written } from "./make-lots.ts";
import type { Maker } from "./maker.ts";
import { primitives } from "./phone.ts";

export type { BagRun, Run };
export { bagOf, label, voidLabels };

interface Run {
  readonly id: Uint8Array;
  readonly subject: Hex;
  readonly lot: Lot;
  /** Null: none is claimed. */
  readonly certificate: Hex | null;
  readonly serials: readonly string[];
}

/** A run as it was printed. */
interface BagRun {
  readonly run: Run;
  /** The lot's word when its labels were printed. */
  readonly printed: Uint8Array;
}

interface Labelling extends Written {
  readonly lot: Lot;
  readonly count: number;
  /** Content of a bag, thousandths of a kilogram. */
  readonly net: bigint;
  readonly certificate: Hex | null;
}

const NONE = new Uint8Array(32);

async function label(maker: Maker, labelling: Labelling): Promise<BagRun> {
  const { phone, doneAt, writtenAt, place, lot, count, net, certificate } = labelling;
  const occurredAtS = chinaTime(doneAt);
  const serials = Array.from({ length: count }, () => makeSerial(maker.random(13)));
  const leaves = await serialLeaves(primitives, serials);
  const root = await treeRoot(primitives, leaves);
  const run = await maker.record(phone, writtenAt, async (draft) => {
    const { index, id, hex } = await draft.newSubject();
    const list = await draft.attach(table(leaves.map(hexOf)), { mediaType: "text/csv", name: "label-leaves.csv" });
    await draft.write("LABEL", {
      subject: id,
      occurredAtS,
      document: labelEvent({
        ...{ subject: hex, eventId: maker.eventId(), occurredAtS, place, example: true },
        ...{ lot: lot.name, lotSubject: lot.subject, count, net, uom: "KGM" as const, root: hexOf(root), leaves: list },
        ...(certificate === null ? {} : { certificate }),
      }),
      args: {
        ...{ index, lot: lot.id, count: BigInt(count), root },
        certificate: certificate === null ? NONE : bytesOf(certificate),
      },
    });
    return { id, subject: hex, lot, certificate, serials };
  });
  return { run, printed: await maker.field.word(lot.subject) };
}

async function voidLabels(
  maker: Maker,
  { phone, doneAt, writtenAt, place }: Written,
  voiding: {
    readonly run: Run;
    readonly reason: keyof typeof REASONS_TO_VOID;
    readonly ranges: readonly LabelRange[];
    readonly cause: Words;
  },
): Promise<void> {
  const occurredAtS = chinaTime(doneAt);
  const { run, reason, ranges, cause } = voiding;
  const { lot, certificate } = run;
  await maker.record(phone, writtenAt, (draft) =>
    draft.write("VOID", {
      subject: run.id,
      occurredAtS,
      document: voidEvent({
        ...{ subject: run.subject, eventId: maker.eventId(), occurredAtS, place, example: true },
        ...{ lot: lot.name, lotSubject: lot.subject, reason, ranges, cause },
        ...(certificate === null ? {} : { certificate }),
      }),
      args: {
        ...{ reason: REASONS_TO_VOID[reason], lot: lot.id },
        certificate: certificate === null ? NONE : bytesOf(certificate),
        ranges: ranges.map(({ first, number }) => ({ first: BigInt(first), number: BigInt(number) })),
      },
    }),
  );
}

/** The bag at a place in a run. */
async function bagOf({ lot, serials }: Run, place: number): Promise<ExampleBag> {
  const serial = serials[place];
  if (serial === undefined) throw new Error("the label run is shorter than the story says");
  const { gtin, lotNumber } = lot.name;
  const code = codePath({ gtin, lotNumber, serial });
  return { serial, printed: printSerial(serial), code, leaf: hexOf(await serialLeaf(primitives, serial)) };
}
