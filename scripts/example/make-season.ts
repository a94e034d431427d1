/** January to March: field work, walks with pictures, a phone that is lost and replaced, a dose put right, a certifier's visit. */
import { organisationId } from "../../protocol/batch.ts";
import { bytesOf, type Hex, hexOf } from "../../protocol/bytes.ts";
import { growEvent, noteEvent } from "../../protocol/document/epcis.ts";
import type { InputForm } from "../../protocol/document/form.ts";
import { keyDocument } from "../../protocol/document/master.ts";
import type { JsonObject } from "../../protocol/document/terms.ts";
import { DEVICES, LOST_REASON } from "./cooperative.ts";
import { chinaTime } from "./days.ts";
import { correct, type Mistyped, seqOf } from "./make-corrections.ts";
import { enrol, type Ground, type Planting, planted } from "./make-ground.ts";
import { inspectPlot, type Thirds } from "./make-third.ts";
import type { Maker, Work } from "./maker.ts";
import { Phone } from "./phone.ts";
import { PICTURES, readPicture } from "./pictures.ts";
import { mu, plotCode } from "./plots.ts";
import { type InputAMu, LOOKS, type Look, REPLACED, ROUNDS, type Round, WORKS } from "./season.ts";
import { INSPECTED } from "./third.ts";

export type { FieldRecords };
export { seasonWorks, workOn };

/** The newest record of work on each garden, by its number: what a promise leans on. */
type FieldRecords = Map<number, { readonly subject: Hex; readonly document: string }>;

interface SeasonParts {
  readonly thirds: Thirds;
  readonly records: FieldRecords;
}

/** `phone`: the field phone of that time. */
function seasonWorks(
  maker: Maker,
  ground: Ground,
  { thirds, records }: SeasonParts,
): { readonly works: readonly Work[]; readonly phone: () => Phone } {
  const lost = ground.phones.field;
  let phone = lost;
  const wrong = new Map<Round, WrongDose>();
  const works = [
    ...ROUNDS.map((round) => ({
      when: round.writtenAt,
      make: async () => {
        for (const one of await makeRound(maker, ground, { phone, round, records })) wrong.set(round, one);
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
  ];
  return { works, phone: () => phone };
}

interface RoundParts {
  readonly phone: Phone;
  readonly round: Round;
  readonly records: FieldRecords;
}

interface WrongDose extends Mistyped {
  readonly planting: Planting;
}

/** What was mistyped in it. */
async function makeRound(
  maker: Maker,
  ground: Ground,
  { phone, round, records }: RoundParts,
): Promise<readonly WrongDose[]> {
  const { mistyped } = round;
  const wrong: Omit<WrongDose, "seq">[] = [];
  await maker.record(phone, round.writtenAt, async (draft) => {
    for (const number of round.plots) {
      const planting = planted(ground, number);
      const { id, subject } = planting;
      const isWrong = mistyped?.plot === number;
      const document = workOn(planting, round, maker.eventId(), isWrong ? mistyped.dose : undefined);
      if (isWrong) wrong.push({ id, subject, document, planting });
      const cid = await draft.write("GROW", { subject: id, occurredAtS: chinaTime(round.doneAt), document, args: {} });
      // What was mistyped carries no promise.
      if (!isWrong) records.set(number, { subject, document: cid });
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
function workOn(
  { subject, name, plot }: Planting,
  round: Pick<Round, "doneAt" | "work" | "input" | "notes">,
  eventId: string,
  dose?: number,
): JsonObject {
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
