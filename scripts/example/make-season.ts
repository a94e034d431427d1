/** January to March: field work, walks with pictures, and a phone that is lost and replaced. */
import { organisationId } from "../../protocol/batch.ts";
import { bytesOf, hexOf } from "../../protocol/bytes.ts";
import { growEvent, noteEvent } from "../../protocol/document/epcis.ts";
import type { InputForm } from "../../protocol/document/form.ts";
import { keyDocument } from "../../protocol/document/master.ts";
import { DEVICES, LOST_REASON } from "./cooperative.ts";
import { chinaTime } from "./days.ts";
import { enrol, type Ground, planted } from "./make-ground.ts";
import type { Maker } from "./maker.ts";
import { Phone } from "./phone.ts";
import { PICTURES, readPicture } from "./pictures.ts";
import { mu, plotCode } from "./plots.ts";
import { type InputAMu, LOOKS, type Look, REPLACED, ROUNDS, type Round, WORKS } from "./season.ts";

export { makeSeason };

/** The phone that was replaced. */
async function makeSeason(maker: Maker, ground: Ground): Promise<{ readonly lost: Phone }> {
  const lost = ground.phones.field;
  let phone = lost;
  const works = [
    ...ROUNDS.map((round) => ({ when: round.writtenAt, make: () => makeRound(maker, ground, phone, round) })),
    ...LOOKS.map((look) => ({ when: look.writtenAt, make: () => makeLook(maker, ground, phone, look) })),
    {
      when: REPLACED,
      make: async () => {
        phone = await replacePhone(maker, ground, lost);
      },
    },
  ];
  for (const { make } of works.toSorted((one, other) => chinaTime(one.when) - chinaTime(other.when))) await make();
  return { lost };
}

async function makeRound(maker: Maker, ground: Ground, phone: Phone, round: Round): Promise<void> {
  const occurredAtS = chinaTime(round.doneAt);
  await maker.record(phone, round.writtenAt, async (draft) => {
    for (const number of round.plots) {
      const { id, subject, name, plot } = planted(ground, number);
      await draft.write("GROW", {
        subject: id,
        occurredAtS,
        document: growEvent({
          ...{ subject, eventId: maker.eventId(), occurredAtS, place: plotCode(plot), lot: name, example: true },
          ...{ work: round.work, notes: round.notes },
          ...(round.input === undefined ? {} : { inputs: [inputOn(round.input, plot.area_m2)] }),
        }),
        args: {},
      });
    }
  });
}

/** What so much a 亩 comes to on this garden. */
function inputOn({ aMu, ...input }: InputAMu, area_m2: number): InputForm {
  return { ...input, area_m2, dose: Math.round(aMu * mu(area_m2) * 10) / 10 };
}

async function makeLook(maker: Maker, ground: Ground, phone: Phone, look: Look): Promise<void> {
  const occurredAtS = chinaTime(look.doneAt);
  const { id, subject, name, plot } = planted(ground, look.plot);
  const picture = PICTURES[look.picture];
  const bytes = await readPicture(picture);
  await maker.record(phone, look.writtenAt, async (draft) => {
    const { file, caption, credit } = picture;
    const attachment = await draft.attach(bytes, { mediaType: "image/jpeg", name: file, caption, credit });
    await draft.write("NOTE", {
      subject: id,
      occurredAtS,
      document: noteEvent({
        ...{ subject, eventId: maker.eventId(), occurredAtS, place: plotCode(plot), lot: name, example: true },
        ...{ work: WORKS.walk, notes: look.notes, attachments: [attachment] },
      }),
      args: {},
    });
  });
}

/** The new phone's key is added and the old one's ended in one batch by the manager. */
async function replacePhone(maker: Maker, ground: Ground, lost: Phone): Promise<Phone> {
  const { organisation, phones } = ground;
  const phone = await Phone.make(maker.field, { kept: false });
  const subject = organisationId(organisation);
  const occurredAtS = chinaTime(REPLACED);
  await maker.record(phones.manager, REPLACED, async (draft) => {
    await enrol(draft, { organisation, phone, device: DEVICES.newField, when: REPLACED });
    await draft.write("EXPEL", {
      subject,
      occurredAtS,
      document: keyDocument({
        ...{ subject: hexOf(subject), createdAtS: occurredAtS, recorder: lost.recorder, act: "expel", example: true },
        ...{ device: DEVICES.field, reason: LOST_REASON },
      }),
      args: { recorder: bytesOf(lost.recorder) },
    });
  });
  return phone;
}
