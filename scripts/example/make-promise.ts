/** 承诺达标合格证 of a lot of fresh leaf, leaning on the field records of the gardens that it came from. */
import { promiseDocument } from "../../protocol/document/promise.ts";
import type { Words } from "../../protocol/document/text.ts";
import { chinaTime } from "./days.ts";
import type { Cast } from "./cast.ts";
import type { Lot } from "./lots.ts";
import { cooperativeOf, partyOf } from "./make-parties.ts";
import type { Maker } from "./maker.ts";

export { promise };

const NOTES: Words = {
  zh: "示例合格证。农药残留没有同限量比对。",
  en: "Example certificate. Residues were not compared with limits.",
};

/** A garden without records is no part of what it rests on, and the certificate says so. */
function notesOf(silent: readonly number[]): Words {
  if (silent.length === 0) return NOTES;
  const list = silent.join(", ");
  return {
    zh: `${NOTES.zh}${silent.join("、")} 号茶园没有田间记录，不在承诺依据里。`,
    en: `${NOTES.en} No field record of garden ${list}: the basis does not cover it.`,
  };
}

interface Promising {
  readonly lot: Lot;
  readonly when: string;
  readonly origin: Words;
  /** Whose newest field records carry it. */
  readonly gardens: readonly number[];
}

async function promise(maker: Maker, { ground, records }: Cast, promising: Promising): Promise<void> {
  const { lot, when, origin, gardens } = promising;
  const { point } = ground.phones;
  const issuedAtS = chinaTime(when);
  const { subject, name, product, amount } = lot;
  // One document may hold the records of a whole village: it is named once.
  const silent = gardens.filter((number) => !records.has(number));
  const entries = new Map(
    gardens.flatMap((number) => {
      const record = records.get(number);
      return record === undefined ? [] : [[record.document, { ...record, by: "holder" as const }]];
    }),
  );
  await maker.record(point, when, (draft) =>
    draft.write("PROMISE", {
      subject: lot.id,
      occurredAtS: issuedAtS,
      document: promiseDocument({
        ...{
          subject,
          id: maker.eventId(),
          issuedAtS,
          productName: product.name,
          lot: name,
          amount,
          uom: "KGM" as const,
        },
        product: { subject: product.subject, name: product.name },
        ...{ origin, promisor: partyOf(cooperativeOf(ground, point)), promise: "producer" as const, example: true },
        ...{ contact: { number: ground.organisation, phone: null }, notes: notesOf(silent) },
        basis: [{ code: "control" as const, entries: [...entries.values()] }],
      }),
      args: { amount },
    }),
  );
}
