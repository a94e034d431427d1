/** Works on what grows or lies somewhere, and notes: GROW and NOTE. Pure. */
import { hexOf } from "../../protocol/bytes.ts";
import { organisationId } from "../../protocol/batch.ts";
import type { Hex } from "../../protocol/bytes.ts";
import { growEvent, noteEvent } from "../../protocol/document/epcis.ts";
import type { InputForm } from "../../protocol/document/form.ts";
import type { LotName } from "../../protocol/document/terms.ts";
import { Problem } from "../../protocol/problem.ts";
import { choiceOf } from "./asks.ts";
import { doseOf, measureOf, thousandthsOf } from "./capture-amount.ts";
import type { Finder } from "./known.ts";
import type { Work } from "./model.ts";
import { type Captured, eventForm, need, NO_EFFECT, type Said, type Told } from "./said.ts";

export { captureNote, captureWork, spentNote };

type As = Pick<Work, "zh" | "en" | "bizStep">;

/** GROW. */
function captureWork(said: Said, as: As, told: Told, find: Finder): Captured {
  const about = aboutOf(said, find);
  const [input, weather] = [inputOf(told), told.choice("weather")];
  const event = {
    ...eventForm(said, told, about),
    ...(about.lot === null ? {} : { lot: about.lot }),
    work: { id: said.work, zh: as.zh, en: as.en, bizStep: as.bizStep },
    ...(input === null ? {} : { inputs: [input] }),
    ...(weather === null ? {} : { weather: choiceOf(weather) }),
  };
  const days = input?.kind === "pesticide" ? (input.preHarvestIntervalDays ?? null) : null;
  const use =
    input === null || days === null ? null : { name: input.name, atS: said.occurredAtS, preHarvestIntervalDays: days };
  return {
    stated: { subject: about.subject, name: "GROW", args: {}, document: growEvent(event) },
    makes: null,
    effect: { ...NO_EFFECT, worked: { id: about.subject, work: said.work, atS: said.occurredAtS, use } },
  };
}

/** NOTE: a picture, a remark, a voice, about anything held. Nothing of it is required. */
function captureNote(said: Said, as: As, told: Told, find: Finder): Captured {
  const about = aboutOf(said, find);
  const document = noteEvent({
    ...eventForm(said, told, about),
    ...(about.lot === null ? {} : { lot: about.lot }),
    work: { id: said.work, zh: as.zh, en: as.en, bizStep: as.bizStep },
  });
  const worked = { id: about.subject, work: said.work, atS: said.occurredAtS, use: null };
  return {
    stated: { subject: about.subject, name: "NOTE", args: {}, document },
    makes: null,
    effect: { ...NO_EFFECT, worked },
  };
}

/** The NOTE on the own organisation that spends a nonce which nothing else is to be written under. */
function spentNote(said: Said, find: Finder): Captured["stated"] {
  const { number, example } = find.organisation();
  const subject = hexOf(organisationId(number));
  const document = noteEvent({
    ...{ subject, eventId: said.id, occurredAtS: said.occurredAtS },
    notes: { zh: "一条没有上账的记录已收回。", en: "A record that was not yet on the ledger was taken back." },
    ...(example ? { example: true } : {}),
  });
  return { subject, name: "NOTE", args: {}, document };
}

interface About {
  readonly subject: Hex;
  readonly place: string | undefined;
  readonly lot: LotName | null;
  readonly example: boolean;
}

function aboutOf({ target }: Said, find: Finder): About {
  const { example, subject } = find.organisation();
  switch (target?.sort) {
    case "plot":
      return { subject: target.id, place: find.plot(target.id, "/target").code, lot: null, example };
    case "planting": {
      const { plot, gtin, lotNumber } = find.planting(target.id, "/target");
      return { subject: target.id, place: find.plot(plot, "/target").code, lot: { gtin, lotNumber }, example };
    }
    case "lot": {
      const { gtin, lotNumber } = find.lot(target.id, "/target");
      return { subject: target.id, place: undefined, lot: { gtin, lotNumber }, example };
    }
    default:
      return { subject, place: undefined, lot: null, example };
  }
}

/** What was brought out. Of a pesticide the amount is needed; of anything else without an amount it is told in words. */
function inputOf(told: Told): InputForm | null {
  const input = told.input("input");
  if (input === null) return null;
  const amount = told.amount("dose");
  if (amount === null && input.kind !== "pesticide") {
    told.giveBack("input");
    return null;
  }
  const [area, interval] = [told.amount("area"), told.amount("interval")];
  const [registration, method] = [told.text("registration"), told.choice("method")];
  return {
    name: input.name,
    kind: input.kind,
    ...doseOf(need(amount, "dose"), "/answers/dose"),
    ...(area === null ? {} : { area_m2: Number(thousandthsOf(area, "MTK", "/answers/area")) / 1000 }),
    ...(registration === null ? {} : { registration }),
    ...(method === null ? {} : { method: choiceOf(method) }),
    ...(interval === null ? {} : { preHarvestIntervalDays: daysOf(measureOf(interval, "/answers/interval")) }),
  };
}

function daysOf(days: number): number {
  if (Number.isInteger(days) && days >= 0 && days <= 1000) return days;
  throw new Problem("form-refused", "/answers/interval", "whole days are expected, at most 1,000");
}
