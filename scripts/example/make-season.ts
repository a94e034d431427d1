/** January to March: field work, walks with pictures, a phone that is lost and replaced, a dose put right, a visit and a certificate. */
import { organisationId } from "../../protocol/batch.ts";
import { bytesOf, hexOf } from "../../protocol/bytes.ts";
import { growEvent, noteEvent } from "../../protocol/document/epcis.ts";
import type { InputForm } from "../../protocol/document/form.ts";
import { keyDocument } from "../../protocol/document/master.ts";
import type { JsonObject } from "../../protocol/document/terms.ts";
import { DEVICES, LOST_REASON } from "./cooperative.ts";
import { chinaTime } from "./days.ts";
import { correct, type Mistyped, seqOf } from "./make-corrections.ts";
import { enrol, type Ground, type Planting, planted } from "./make-ground.ts";
import { certify, inspectPlot, type Thirds } from "./make-third.ts";
import type { Maker } from "./maker.ts";
import { Phone } from "./phone.ts";
import { PICTURES, readPicture } from "./pictures.ts";
import { mu, plotCode } from "./plots.ts";
import { type InputAMu, LOOKS, type Look, REPLACED, ROUNDS, type Round, WORKS } from "./season.ts";
import { CERTIFIED, INSPECTED } from "./third.ts";

export { makeSeason };

/** The phone that was replaced. */
async function makeSeason(maker: Maker, ground: Ground, thirds: Thirds): Promise<{ readonly lost: Phone }> {
  const lost = ground.phones.field;
  let phone = lost;
  const wrong = new Map<Round, WrongDose>();
  const works = [
    ...ROUNDS.map((round) => ({
      when: round.writtenAt,
      make: async () => {
        for (const one of await makeRound(maker, ground, phone, round)) wrong.set(round, one);
      },
    })),
    ...ROUNDS.flatMap((round) =>
      round.mistyped === undefined
        ? []
        : { when: round.mistyped.writtenAt, make: () => correctDose(maker, phone, round, wrong.get(round)) },
    ),
    ...LOOKS.map((look) => ({ when: look.writtenAt, make: () => makeLook(maker, ground, phone, look) })),
    {
      when: REPLACED,
      make: async () => {
        phone = await replacePhone(maker, ground, lost);
      },
    },
    { when: INSPECTED.writtenAt, make: () => inspectPlot(maker, ground, thirds) },
    { when: CERTIFIED.writtenAt, make: () => certify(maker, ground, thirds) },
  ];
  for (const { make } of works.toSorted((one, other) => chinaTime(one.when) - chinaTime(other.when))) await make();
  return { lost };
}

interface WrongDose extends Mistyped {
  readonly planting: Planting;
}

/** What was mistyped in it. */
async function makeRound(maker: Maker, ground: Ground, phone: Phone, round: Round): Promise<readonly WrongDose[]> {
  const { mistyped } = round;
  const wrong: Omit<WrongDose, "seq">[] = [];
  await maker.record(phone, round.writtenAt, async (draft) => {
    for (const number of round.plots) {
      const planting = planted(ground, number);
      const { id, subject } = planting;
      const isWrong = mistyped?.plot === number;
      const document = workOn(planting, round, maker.eventId(), isWrong ? mistyped.dose : undefined);
      if (isWrong) wrong.push({ id, subject, document, planting });
      await draft.write("GROW", { subject: id, occurredAtS: chinaTime(round.doneAt), document, args: {} });
    }
  });
  return Promise.all(wrong.map(async (one) => ({ ...one, seq: await seqOf(maker, one.subject) })));
}

/** The wrong dose is declared, and the right one follows as the same kind of record. */
async function correctDose(maker: Maker, phone: Phone, round: Round, wrong: WrongDose | undefined): Promise<void> {
  const mistake = round.mistyped;
  if (mistake === undefined || wrong === undefined) throw new Error("the story corrects a dose that was not written");
  await maker.record(phone, mistake.writtenAt, async (draft) => {
    const right = maker.eventId();
    await correct(draft, wrong, { mistake, right });
    const document = workOn(wrong.planting, round, right);
    await draft.write("GROW", { subject: wrong.id, occurredAtS: chinaTime(round.doneAt), document, args: {} });
  });
}

/** @param dose where another one was typed than so much a 亩 comes to */
function workOn({ subject, name, plot }: Planting, round: Round, eventId: string, dose?: number): JsonObject {
  const { work, notes, input, doneAt } = round;
  const right = input === undefined ? null : inputOn(input, plot.area_m2);
  return growEvent({
    ...{ subject, eventId, occurredAtS: chinaTime(doneAt), place: plotCode(plot), lot: name, example: true },
    ...{ work, notes },
    ...(right === null ? {} : { inputs: [{ ...right, dose: dose ?? right.dose }] }),
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
