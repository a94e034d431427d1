/** Who looks at the tea from outside: admitted in January with keys of their own, heard before the picking and after the packing. */
import { bytesOf } from "../../protocol/bytes.ts";
import { attestEvent, inspectEvent, testEvent } from "../../protocol/document/third.ts";
import { chinaTime } from "./days.ts";
import type { Lot } from "./lots.ts";
import { type Ground, planted } from "./make-ground.ts";
import { admitParty, cooperativeOf, type Party, partyOf } from "./make-parties.ts";
import type { Maker } from "./maker.ts";
import { plotCode } from "./plots.ts";
import { writePdf } from "./report-pdf.ts";
import { ADMITTED, ATTESTED, INSPECTED, REPORT, TESTED, THIRDS } from "./third.ts";

export type { Thirds };
export { admitThirds, attestLot, inspectPlot, testLot };

type Thirds = Readonly<Record<keyof typeof THIRDS, Party>>;

async function admitThirds(maker: Maker): Promise<Thirds> {
  maker.turnTo(ADMITTED);
  return {
    laboratory: await admitParty(maker, THIRDS.laboratory),
    certifier: await admitParty(maker, THIRDS.certifier),
    taster: await admitParty(maker, THIRDS.taster),
  };
}

async function inspectPlot(maker: Maker, ground: Ground, { certifier }: Thirds): Promise<void> {
  const { doneAt, writtenAt, plot: number, looked, rule } = INSPECTED;
  const occurredAtS = chinaTime(doneAt);
  const { plot, plotSubject } = planted(ground, number);
  await maker.record(certifier.phone, writtenAt, (draft) =>
    draft.write("INSPECT", {
      subject: bytesOf(plotSubject),
      occurredAtS,
      document: inspectEvent({
        ...{ subject: plotSubject, eventId: maker.eventId(), occurredAtS, place: plotCode(plot), example: true },
        ...{ conformant: true, looked, rule },
      }),
      args: {},
    }),
  );
}

async function testLot(maker: Maker, ground: Ground, { laboratory }: Thirds, lot: Lot): Promise<void> {
  const { sampledAt, doneAt, writtenAt, file, caption, ...found } = TESTED;
  const occurredAtS = chinaTime(doneAt);
  await maker.record(laboratory.phone, writtenAt, async (draft) => {
    const pdf = writePdf(`${caption.zh} ${caption.en}`, REPORT);
    const report = await draft.attach(pdf, { mediaType: "application/pdf", name: file, caption });
    await draft.write("TEST", {
      subject: lot.id,
      occurredAtS,
      document: testEvent({
        ...found,
        ...{ subject: lot.subject, eventId: maker.eventId(), occurredAtS, lot: lot.name, example: true },
        ...{
          sampledAtS: chinaTime(sampledAt),
          orderedBy: partyOf(cooperativeOf(ground, ground.phones.manager)),
          report,
        },
      }),
      args: {},
    });
  });
}

async function attestLot(maker: Maker, { taster }: Thirds, lot: Lot): Promise<void> {
  const { doneAt, writtenAt, statement, capacity } = ATTESTED;
  const occurredAtS = chinaTime(doneAt);
  await maker.record(taster.phone, writtenAt, (draft) =>
    draft.write("ATTEST", {
      subject: lot.id,
      occurredAtS,
      document: attestEvent({
        ...{ subject: lot.subject, eventId: maker.eventId(), occurredAtS, lot: lot.name, example: true },
        ...{ statement, capacity },
      }),
      args: {},
    }),
  );
}
