/** Answers, between what a form holds, what is kept, and what is read. Pure. */
import { amountOf, parseAmount, type UnitCode } from "../../protocol/amount.ts";
import { Problem } from "../../protocol/problem.ts";
import { ASKED, choiceOf } from "./asks.ts";
import { thousandthsOf, UNIT_WORDS, unitOf } from "./capture-amount.ts";
import { findInput } from "./inputs.ts";
import type { Amount, Answer, Ask, Field, ShownUnit } from "./model.ts";
import type { Speaker } from "./words.ts";

export { amountSaid, answerSaid, asked, leftSaid, otherSaid, readAnswer, same };

const OWN = "own";

/** What the form says to a question; null: nothing. Only what can be read is kept: an amount is checked here, at once. */
function readAnswer(ask: Ask, form: FormData): Answer | null {
  const said = textOf(form, ask.id);
  switch (ask.type) {
    case "amount":
      return said === "" ? null : { type: "amount", amount: readAmount(ask, said, textOf(form, `${ask.id}.unit`)) };
    case "choice": {
      const ids = form.getAll(ask.id).filter((id): id is string => typeof id === "string" && known(ask, id));
      return ids.length === 0 ? null : { type: "choice", id: ids.join(" ") };
    }
    case "input":
      return said === "" ? null : readInput(ask, said, textOf(form, `${ask.id}.own`));
    case "text":
      return said === "" ? null : { type: "text", text: said };
    case "subject":
      return /^0x[0-9a-f]{64}$/.test(said) ? { type: "subject", id: said as `0x${string}` } : null;
    case "party": {
      // What was typed counts before what was chosen: it is for whom the list does not have.
      const number = textOf(form, `${ask.id}.own`) || said;
      return number === "" ? null : { type: "party", number: readNumber(ask, number) };
    }
    case "parts": {
      const parts = [...form.keys()]
        .filter((key) => key.startsWith("part."))
        .flatMap((key) => {
          const text = textOf(form, key);
          const amount = text === "" ? null : readAmount(ask, text, textOf(form, `${ask.id}.unit`));
          return amount === null ? [] : [{ id: key.slice("part.".length) as `0x${string}`, amount }];
        });
      return parts.length === 0 ? null : { type: "parts", parts };
    }
  }
}

function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value.normalize("NFKC").trim() : "";
}

function known({ choices = [] }: Ask, id: string): boolean {
  return choices.includes(id);
}

const SIGNED: readonly ShownUnit[] = ["celsius"];

/** @throws Problem `amount-unreadable` that names the question */
function readAmount(ask: Ask, text: string, unit: string): Amount {
  const shown =
    ask.units?.find((one) => one === unit) ??
    ask.units?.[0] ??
    (unit === "kg" || unit === "piece" || unit === "l" ? unit : "jin");
  const plain = text.replace("。", ".").replace(/^−/, "-");
  const size = SIGNED.includes(shown) ? plain.replace(/^-/, "") : plain;
  const at = `/answers/${ask.id}`;
  const uom = unitOf(shown);
  if (uom === null) parseAmount(size, at);
  else thousandthsOf({ text: size, shown }, uom, at);
  return { text: plain, shown };
}

function readInput({ id: asked, inputs }: Ask, id: string, own: string): Answer | null {
  if (id === OWN && own === "") throw new Problem("answer-missing", `/answers/${asked}.own`, "a name is expected");
  const found = findInput(id);
  if (found !== null) return { type: "input", id, name: found.name, kind: found.kind };
  if (id !== OWN) return null;
  const name = /\p{Script=Han}/u.test(own) ? { zh: own } : { en: own };
  return { type: "input", id: null, name, kind: inputs ?? "other" };
}

function readNumber({ id }: Ask, text: string): number {
  if (!/^\d{1,8}$/.test(text))
    throw new Problem("amount-unreadable", `/answers/${id}`, `"${text}" is no number of an organisation`);
  return Number(text);
}

/** "12.5 斤", as it was typed. */
function amountSaid(speaker: Speaker, { text, shown }: Amount): string {
  const unit = UNIT_WORDS[shown];
  return `${speaker.write(text)} ${speaker.lang === "zh-CN" ? unit.zh : unit.en}`;
}

/** The same amount in the unit that papers use ("就是 25 千克（50 斤）"); null where there is no other, or nothing to read. */
function otherSaid(speaker: Speaker, amount: Amount): string | null {
  const uom = unitOf(amount.shown);
  if (amount.shown !== "jin" && amount.shown !== "mu") return null;
  if (uom !== "KGM" && uom !== "MTK") return null;
  try {
    return speaker.say("record.ask.is", {
      amount: speaker.write({ amount: thousandthsOf(amount, uom, ""), unit: uom }),
    });
  } catch {
    return null;
  }
}

/** Decimal text of the API in words. */
function leftSaid(speaker: Speaker, text: string, unit: string): string {
  try {
    return speaker.write({ amount: amountOf(parseAmount(text), ""), unit: unit as UnitCode });
  } catch {
    return speaker.write(text);
  }
}

/** What stands before an answer. */
function asked(speaker: Speaker, work: string, id: string): string {
  return speaker.write(ASKED[`${work}.${id}`] ?? ASKED[id] ?? { en: id });
}

function answerSaid(speaker: Speaker, field: Field, answer: Answer): string {
  switch (answer.type) {
    case "amount":
      return amountSaid(speaker, answer.amount);
    case "choice":
      return speaker.write({ list: answer.id.split(" ").map(choiceOf) });
    case "input":
      return speaker.write(answer.name);
    case "text":
      return speaker.write(answer.text);
    case "subject": {
      const found = [...field.products, ...field.plots].find(({ id }) => id === answer.id);
      if (found?.name != null) return speaker.write(found.name);
      return speaker.write(numberOf(field, answer.id) ?? answer.id.slice(0, 10));
    }
    case "party":
      return answer.name === undefined ? String(answer.number) : speaker.write(answer.name);
    case "parts":
      return speaker.write({
        list: answer.parts.map(
          ({ id, amount }) => `${numberOf(field, id) ?? id.slice(0, 10)} ${amountSaid(speaker, amount)}`,
        ),
      });
  }
}

function numberOf(field: Field, id: string): string | null {
  return [...field.lots, ...field.plantings].find((one) => one.id === id)?.lotNumber ?? null;
}

/** Two answers say the same. */
function same(one: Answer | undefined, other: Answer | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
