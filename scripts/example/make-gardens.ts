/** The other gardens of the five villages: their rounds of work, and the end of their season. A village's events share a document. */
import { bytesOf } from "../../protocol/bytes.ts";
import { discardEvent } from "../../protocol/document/discard.ts";
import { eventsDocument } from "../../protocol/document/epcis.ts";
import { REASONS_TO_DISCARD } from "../../protocol/kinds/transform.ts";
import { chinaTime } from "./days.ts";
import { GARDEN_ROUNDS, type GardenRound, SEASON_OVER } from "./garden-season.ts";
import { SILENT_GARDEN, STORY_GARDENS, VILLAGES } from "./gardens.ts";
import { type Ground, type Planting, planted } from "./make-ground.ts";
import { type FieldRecords, workOn } from "./make-season.ts";
import type { Maker, Work } from "./maker.ts";
import type { Phone } from "./phone.ts";
import { plotCode } from "./plots.ts";

export { gardenWorks, seasonOver };

/** @param phone the field phone of that time @param records the last work on each garden goes in */
function gardenWorks(
  maker: Maker,
  ground: Ground,
  { phone, records }: { readonly phone: () => Phone; readonly records: FieldRecords },
): readonly Work[] {
  return GARDEN_ROUNDS.map((round) => ({
    when: round.writtenAt,
    make: () => makeRound(maker, ground, { phone: phone(), records, round }),
  }));
}

interface RoundParts {
  readonly phone: Phone;
  readonly records: FieldRecords;
  readonly round: GardenRound;
}

async function makeRound(maker: Maker, ground: Ground, { phone, records, round }: RoundParts): Promise<void> {
  const occurredAtS = chinaTime(round.doneAt);
  await maker.record(phone, round.writtenAt, async (draft) => {
    for (const plantings of byVillage(ground)) {
      const recorded = plantings.filter(({ plot }) => plot.number !== SILENT_GARDEN);
      const document = eventsDocument(
        recorded.map((planting) => workOn(planting, round, maker.eventId())),
        chinaTime(round.writtenAt),
      );
      for (const { id, subject, plot } of recorded) {
        const cid = await draft.write("GROW", { subject: id, occurredAtS, document, args: {} });
        records.set(plot.number, { subject, document: cid });
      }
    }
  });
}

function seasonOver(maker: Maker, ground: Ground): Work {
  const { doneAt, writtenAt, cause } = SEASON_OVER;
  const occurredAtS = chinaTime(doneAt);
  const make = () =>
    maker.record(ground.phones.manager, writtenAt, async (draft) => {
      for (const plantings of byVillage(ground)) {
        const events = plantings.map(({ subject, name, plot, plotSubject }) =>
          discardEvent({
            ...{
              subject,
              eventId: maker.eventId(),
              occurredAtS,
              place: plotCode(plot),
              example: true,
              lot: name,
              cause,
            },
            ...{ reason: "season-over", amount: areaOf(plot), uom: "MTK" },
            plot: { subject: plotSubject, code: plotCode(plot) },
          }),
        );
        const document = eventsDocument(events, chinaTime(writtenAt));
        for (const { id, plot, plotSubject } of plantings) {
          const args = { reason: REASONS_TO_DISCARD["season-over"], amount: areaOf(plot), plot: bytesOf(plotSubject) };
          await draft.write("DISCARD", { subject: id, occurredAtS, document, args });
        }
      }
    });
  return { when: writtenAt, make };
}

function byVillage(ground: Ground): readonly (readonly Planting[])[] {
  return VILLAGES.map(({ first, last }) =>
    Array.from({ length: last - first + 1 }, (_, n) => first + n)
      .filter((number) => !STORY_GARDENS.includes(number))
      .map((number) => planted(ground, number)),
  );
}

function areaOf({ area_m2 }: Planting["plot"]): bigint {
  return BigInt(area_m2) * 1000n;
}
