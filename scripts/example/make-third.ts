/** Who looks at the tea from outside: admitted in January with keys of their own, heard before the picking and after the packing. */
import { organisationId } from "../../protocol/batch.ts";
import { bytesOf, compareBytes, type Hex, hexOf } from "../../protocol/bytes.ts";
import { credentialDocument } from "../../protocol/document/credential.ts";
import type { PartyRef } from "../../protocol/document/form.ts";
import { attestEvent, inspectEvent, testEvent } from "../../protocol/document/third.ts";
import { ADMISSION } from "./cooperative.ts";
import { chinaTime } from "./days.ts";
import type { Lot } from "./lots.ts";
import { type Ground, planted } from "./make-ground.ts";
import type { Maker } from "./maker.ts";
import { Phone } from "./phone.ts";
import { plotCode } from "./plots.ts";
import { writePdf } from "./report-pdf.ts";
import { ADMITTED, ATTESTED, CERTIFIED, INSPECTED, REPORT, TESTED, THIRDS } from "./third.ts";

export type { Thirds };
export { admitThirds, attestLot, certify, inspectPlot, testLot };

interface Third extends PartyRef {
  readonly phone: Phone;
}

type Thirds = Readonly<Record<keyof typeof THIRDS, Third>>;

async function admitThirds(maker: Maker): Promise<Thirds> {
  maker.turnTo(ADMITTED);
  const admit = async (name: keyof typeof THIRDS): Promise<Third> => {
    const phone = await Phone.make(maker.field, { kept: false });
    const { x, y } = phone.publicKey;
    const admission = { ...THIRDS[name], managerKey: { x: hexOf(x), y: hexOf(y) } };
    const { organisation } = await maker.admit(admission);
    return { phone, subject: hexOf(organisationId(organisation)), name: THIRDS[name].name };
  };
  return {
    laboratory: await admit("laboratory"),
    certifier: await admit("certifier"),
    taster: await admit("taster"),
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

async function certify(maker: Maker, ground: Ground, { certifier }: Thirds): Promise<void> {
  const { writtenAt, from, until, plots: numbers, ...about } = CERTIFIED;
  const [fromS, untilS, occurredAtS] = [chinaTime(from), chinaTime(until), chinaTime(writtenAt)];
  const { packed } = ground.products;
  const plots = numbers.map((number) => planted(ground, number));
  await maker.record(certifier.phone, writtenAt, async (draft) => {
    const { index, id, hex } = await draft.newSubject();
    await draft.write("CERTIFY", {
      subject: id,
      occurredAtS,
      document: credentialDocument({
        ...about,
        ...{ subject: hex, issuer: certifier, beneficiary: cooperative(ground), example: true },
        ...{ assessedAtS: chinaTime(INSPECTED.doneAt), fromS, untilS },
        products: [{ subject: packed.subject, gtin: packed.gtin, name: packed.name }],
        plots: plots.map(({ plot, plotSubject }) => ({ subject: plotSubject, code: plotCode(plot) })),
      }),
      args: {
        ...{ index, application: new Uint8Array(32), beneficiary: ground.organisation },
        ...{ fromS, untilS, unit: 0, volume: 0n },
        scopes: [packed.id, ...plots.map(({ plotSubject }) => bytesOf(plotSubject))].toSorted(compareBytes),
      },
    });
  });
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
        ...{ sampledAtS: chinaTime(sampledAt), orderedBy: cooperative(ground), report },
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

function cooperative({ organisation }: Ground): { readonly subject: Hex; readonly name: PartyRef["name"] } {
  return { subject: hexOf(organisationId(organisation)), name: ADMISSION.name };
}
