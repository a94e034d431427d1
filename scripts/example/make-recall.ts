/** A recall drill: one garden's leaf, which went into the big blend, and who answers for what they hold of it. It changes nothing. */
import { bytesOf } from "../../protocol/bytes.ts";
import { acknowledgeEvent, recallEvent } from "../../protocol/document/recall.ts";
import type { Words } from "../../protocol/document/text.ts";
import { CAPACITIES } from "../../protocol/kinds/status.ts";
import { type Cast } from "./cast.ts";
import { chinaTime } from "./days.ts";
import type { Lot } from "./lots.ts";
import { seqOf } from "./make-corrections.ts";
import { planted } from "./make-ground.ts";
import { cooperativeOf, partyOf } from "./make-parties.ts";
import type { Maker, Work } from "./maker.ts";

export type { Held };
export { drillWorks };

const DRILL = {
  garden: 77,
  writtenAt: "2026-04-24 14:00",
  reason: {
    zh: "召回演练：假设 77 号茶园的鲜叶要追回。没有任何问题。",
    en: "Recall drill: suppose that leaf of garden 77 had to be found. Nothing is wrong with it.",
  },
  todo: {
    zh: "不用退货，不用停止食用。单位请报告手里还有多少。",
    en: "Nothing to bring back and no reason not to drink it. Organisations say how much of it they hold.",
  },
} as const;

/** All that the three hold of it when the drill comes, with how much there is by then. */
type Held = Readonly<Record<"cooperative" | "processor" | "shop", readonly Lot[]>>;

const ANSWERS: readonly {
  readonly by: keyof Held;
  readonly writtenAt: string;
  readonly done: Words;
}[] = [
  {
    ...{ by: "cooperative", writtenAt: "2026-04-24 14:12" },
    done: { zh: "包装间盘点：袋装和散茶都在，已隔开。", en: "Packhouse counted: bagged and loose tea set apart." },
  },
  {
    ...{ by: "processor", writtenAt: "2026-04-24 14:47" },
    done: { zh: "只有筛出的黄片茶末，已隔开。", en: "Only sieved yellow leaf and dust, set apart." },
  },
  {
    ...{ by: "shop", writtenAt: "2026-04-24 16:05" },
    done: { zh: "柜台和库房清点完毕，已下架。", en: "Counter and store counted, taken off the shelf." },
  },
];

/** @param held what each holds by then */
function drillWorks(maker: Maker, cast: Cast, held: () => Held): readonly Work[] {
  const { ground, parties } = cast;
  let seq = 0;
  const planting = () => planted(ground, DRILL.garden);
  const by = {
    cooperative: cooperativeOf(ground, ground.phones.packhouse),
    processor: parties.processor,
    shop: parties.shop,
  };
  const call = async () => {
    const { manager } = ground.phones;
    const { writtenAt, reason, todo } = DRILL;
    const { id, subject, name } = planting();
    const occurredAtS = chinaTime(writtenAt);
    await maker.record(manager, writtenAt, (draft) =>
      draft.write("RECALL", {
        subject: id,
        occurredAtS,
        document: recallEvent({
          ...{ subject, eventId: maker.eventId(), occurredAtS, lot: name, example: true },
          ...{
            capacity: "holder",
            drill: true,
            by: partyOf(cooperativeOf(ground, manager)),
            reason,
            todo,
            phone: null,
          },
        }),
        args: { capacity: CAPACITIES.holder, drill: true, certificate: new Uint8Array(32) },
      }),
    );
    seq = await seqOf(maker, subject);
  };
  const answer = async ({ by: who, writtenAt, done }: (typeof ANSWERS)[number]) => {
    const occurredAtS = chinaTime(writtenAt);
    const recalled = planting().subject;
    await maker.record(by[who].phone, writtenAt, async (draft) => {
      for (const { id, subject, name, amount } of held()[who]) {
        await draft.write("ACKNOWLEDGE", {
          subject: id,
          occurredAtS,
          document: acknowledgeEvent({
            ...{ subject, eventId: maker.eventId(), occurredAtS, lot: name, example: true },
            ...{ recalled, seq, by: partyOf(by[who]), done, found: amount, uom: "KGM" },
          }),
          args: { recalled: bytesOf(recalled), seq },
        });
      }
    });
  };
  return [
    { when: DRILL.writtenAt, make: call },
    ...ANSWERS.map((one) => ({ when: one.writtenAt, make: () => answer(one) })),
  ];
}
