/** What was mistyped and put right: the wrong entry stays, the right data follows in the same batch. */
import type { Hex } from "../../protocol/bytes.ts";
import { correctDocument } from "../../protocol/document/correction.ts";
import type { JsonObject } from "../../protocol/document/terms.ts";
import type { Words } from "../../protocol/document/text.ts";
import { REASONS_TO_CORRECT } from "../../protocol/kinds/correct.ts";
import { chinaTime } from "./days.ts";
import type { Maker } from "./maker.ts";
import type { Draft } from "./phone.ts";

export type { Mistake, Mistyped };
export { correct, seqOf };

/** When it was noticed, and what is said of it. */
interface Mistake {
  readonly writtenAt: string;
  readonly notes: Words;
}

/** A wrong entry, alone in its group. */
interface Mistyped {
  readonly id: Uint8Array;
  readonly subject: Hex;
  /** The move that carries it. */
  readonly seq: number;
  readonly document: JsonObject;
}

/** What is to be added to its own amount, and, of a making entry, to what was taken of another subject. Thousandths. */
interface Difference {
  readonly own: bigint;
  readonly other?: { readonly id: Uint8Array; readonly subject: Hex; readonly difference: bigint };
}

/** The CORRECT; its caller writes the right data after it. @param right the id of the event with it */
async function correct(
  draft: Draft,
  wrong: Mistyped,
  {
    mistake,
    right,
    difference,
    why = "mistyped",
  }: {
    readonly mistake: Mistake;
    readonly right: string;
    readonly difference?: Difference;
    readonly why?: keyof typeof REASONS_TO_CORRECT;
  },
): Promise<void> {
  const occurredAtS = chinaTime(mistake.writtenAt);
  const reason = REASONS_TO_CORRECT[why];
  const { id, subject, seq, document } = wrong;
  await draft.write("CORRECT", {
    subject: id,
    occurredAtS,
    document: correctDocument({
      ...{ subject, seq, entry: 0, reason, declaredAtS: occurredAtS, erroneous: document },
      ...{ right: [right], notes: mistake.notes },
      ...(difference === undefined ? {} : { own: difference.own, uom: "KGM" as const }),
      ...(difference?.other === undefined ? {} : { other: difference.other }),
    }),
    args: {
      ...{ seq, entry: 0, reason, own: difference?.own ?? 0n },
      ...{ other: difference?.other?.id ?? new Uint8Array(32), others: difference?.other?.difference ?? 0n },
    },
  });
}

/** How many moves its log has by now: the last four bytes of its word (docs/ledger.md §5). */
async function seqOf(maker: Maker, subject: Hex): Promise<number> {
  const word = await maker.field.word(subject);
  return new DataView(word.buffer, word.byteOffset).getUint32(28);
}
