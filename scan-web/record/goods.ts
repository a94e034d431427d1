/** Lots, counted and named for people: what is left, what is packed, what has gone. Pure. */
import { formatAmount, parseAmount } from "../../protocol/amount.ts";
import { leftSaid } from "./answers.ts";
import type { FieldLot, FieldProduct, RecordRow, Work } from "./model.ts";
import { isFor } from "./place.ts";
import type { Speaker } from "./words.ts";
import { works } from "./works.ts";

export { goneOf, isAbout, lotWorks, packagesOf, stockSaid };

/** In the order in which goods go through a yard; what is not here follows. */
const ORDER: readonly string[] = [
  ...["weighing", "processing", "grading", "packing", "splitting", "labelling", "loading", "sending-packages"],
  ...["storing", "washing", "precooling", "curing-roots", "discarding"],
];
const LEAVES: readonly Work["kind"][] = ["SHIP", "LABEL"];

/** What can be recorded of a lot that is here. Nothing of what is recalled leaves, and what is sold loose has no labels. */
function lotWorks(lot: FieldLot, product: FieldProduct | null): readonly Work[] {
  const [isLoose, isPacked] = [isNothing(product?.net ?? "0"), !isNothing(lot.packed)];
  const isEmpty = lot.isTold === undefined && isNothing(lot.left);
  return works
    .filter(
      (work) =>
        work.on === "lot" && work.kind !== "RECEIVE" && isFor(work, { sort: "lot", lot }, product?.crop ?? null),
    )
    .filter(({ kind }) => !lot.isRecalled || !LEAVES.includes(kind))
    .filter(({ id, kind }) => (id === "sending-packages" ? isPacked : !isEmpty || kind === "GROW" || kind === "NOTE"))
    .filter(({ kind }) => kind !== "LABEL" || !isLoose)
    .map((work, at) => ({ work, rank: ORDER.includes(work.id) ? ORDER.indexOf(work.id) : ORDER.length + at }))
    .sort((one, other) => one.rank - other.rank)
    .map(({ work }) => work);
}

function isNothing(text: string): boolean {
  return parseAmount(text) === 0n;
}

/** "还有 40 千克（80 斤），包好 12 件". */
function stockSaid(speaker: Speaker, lot: FieldLot, product: FieldProduct | null): string {
  if (lot.isTold !== undefined) return speaker.say("record.goods.told");
  const pieces = packagesOf(lot, product);
  const left = leftSaid(speaker, lot.left, lot.unit);
  if (pieces === 0) return speaker.say("record.goods.left", { amount: left });
  if (isNothing(lot.left)) return speaker.say("record.goods.packed", { count: pieces });
  return speaker.write({
    list: [speaker.say("record.goods.left", { amount: left }), speaker.say("record.goods.packed", { count: pieces })],
  });
}

/** Whole ones. */
function packagesOf({ packed }: FieldLot, product: FieldProduct | null): number {
  const net = parseAmount(product?.net ?? "0");
  return net === 0n ? 0 : Number(parseAmount(packed) / net);
}

/** Used, sent, lost: all that was made and is here no more. Decimal text. */
function goneOf({ made, left, packed }: FieldLot): string {
  const gone = parseAmount(made) - parseAmount(left) - parseAmount(packed);
  return formatAmount(gone < 0n ? 0n : gone);
}

/** A record of this phone that made the lot, took from it, or was noted about it. */
function isAbout({ target, makes, answers, withdrawn }: RecordRow, { id }: Pick<FieldLot, "id">): boolean {
  if (withdrawn) return false;
  const parts = answers.parts?.type === "parts" ? answers.parts.parts : [];
  return target?.id === id || makes.some((made) => made.id === id) || parts.some((part) => part.id === id);
}
