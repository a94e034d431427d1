/** One question as a form shows it. Buttons that answer at once are for all but the last question: there the answer waits for "save". Pure. */
import { amountOf, formatAmount, parseAmount } from "../../protocol/amount.ts";
import { type Html, html } from "../ui/html.ts";
import { leftSaid } from "./answers.ts";
import { choiceOf } from "./asks.ts";
import { quantityPad, unitsHtml } from "./elements/quantity-pad.ts";
import { searchList } from "./elements/search-list.ts";
import { bannedOn, findInput, type Input, inputs } from "./inputs.ts";
import type { Answer, Answers, Ask, Field, FieldLot, ShownUnit, Target } from "./model.ts";
import { partiesOf } from "./parties.ts";
import { type Speaker, sayKey } from "./words.ts";

export type { Question };
export { questionHtml, questionTitle };

interface Question {
  readonly speaker: Speaker;
  readonly work: string;
  readonly ask: Ask;
  readonly held: Answer | undefined;
  /** Of the whole draft: what a product is counted in, amounts of it are. */
  readonly answers: Answers;
  readonly field: Field;
  readonly target: Target | null;
  /** A tap on a choice goes on at once. */
  readonly isQuick: boolean;
  /** Ids of inputs used lately. */
  readonly recent: readonly string[];
  readonly crop: string | null;
  /** 斤 or kg, as used last. */
  readonly weight: "jin" | "kg";
}

function questionTitle(speaker: Speaker, work: string, ask: Ask): string {
  const keys = [`record.ask.${work}.${ask.id}`, `record.ask.${ask.id}.${ask.inputs ?? ""}`, `record.ask.${ask.id}`];
  return keys.map((key) => sayKey(speaker, key)).find((said) => said !== null) ?? ask.id;
}

function questionHtml(question: Question): Html {
  const { speaker, work, ask } = question;
  const more = sayKey(speaker, `record.ask.${work}.${ask.id}.more`) ?? sayKey(speaker, `record.ask.${ask.id}.more`);
  return html`${more === null ? null : html`<p class="hint">${more}</p>`}${body(question)}`;
}

function body(question: Question): Html {
  switch (question.ask.type) {
    case "amount":
      return amount(question);
    case "choice":
      return choice(question);
    case "input":
      return input(question);
    case "text":
      return textField(question);
    case "party":
      return party(question);
    case "subject":
      return subject(question);
    case "parts":
      return parts(question);
  }
}

const CHECKED = html` checked`;

function amount(question: Question): Html {
  const { speaker, work, ask, held } = question;
  return quantityPad(speaker, {
    ask,
    units: unitsOf(question),
    held: held?.type === "amount" ? held.amount : null,
    label: questionTitle(speaker, work, ask),
    hint: hintOf(question),
    isQuick: question.isQuick,
  });
}

/** Goods are counted as their product is; weights begin in the unit used last. */
function unitsOf({ ask, field, target, weight, answers }: Question): readonly ShownUnit[] {
  const units = ask.units ?? ["jin", "kg"];
  if (ask.id === "net" && answers.unit?.type === "choice" && answers.unit.id === "LTR") return ["ml", "l"];
  if (!units.includes("jin") || !["amount", "out", "cap"].includes(ask.id)) return units;
  const { product } = answers;
  const chosen = product?.type === "subject" ? field.products.find(({ id }) => id === product.id)?.unit : undefined;
  return unitsIn(chosen ?? unitHere(field, target), weight);
}

function unitsIn(unit: string | null, weight: "jin" | "kg"): readonly ShownUnit[] {
  if (unit === "H87") return ["piece"];
  if (unit === "LTR") return ["l"];
  return weight === "kg" ? ["kg", "jin"] : ["jin", "kg"];
}

function unitHere(field: Field, target: Target | null): string | null {
  const lot = field.lots.find(({ id }) => id === target?.id);
  if (lot !== undefined) return lot.unit;
  const planting = field.plantings.find(({ id, plot }) => id === target?.id || plot === target?.id);
  return field.products.find(({ id }) => id === planting?.product)?.unit ?? null;
}

function hintOf({ speaker, work, ask, field, target }: Question): string | null {
  if (ask.id !== "amount") return null;
  const lot = field.lots.find(({ id }) => id === target?.id);
  if (lot?.isTold === true) return null;
  if (lot !== undefined) return speaker.say("record.ask.left", { amount: leftSaid(speaker, lot.left, lot.unit) });
  const planting = field.plantings.find(({ id }) => id === target?.id);
  const unit = unitHere(field, target);
  if (planting === undefined || unit === null || work === "raising-slips") return null;
  return speaker.say("record.ask.may-bear", { amount: leftSaid(speaker, planting.mayBear, unit) });
}

function choice({ speaker, work, ask, held, isQuick }: Question): Html {
  const chosen = held?.type === "choice" ? held.id.split(" ") : [];
  const offered = ask.choices ?? [];
  if (ask.many !== true && isQuick)
    return html`<ul class="choices" id="${ask.id}" tabindex="-1">${offered.map(
      (id) =>
        html`<li><button type="button" data-do="put" class="choice" name="${ask.id}" value="${id}" aria-pressed="${chosen.includes(id) ? "true" : "false"}">${speaker.write(choiceOf(id))}</button></li>`,
    )}</ul>`;
  const type = ask.many === true ? "checkbox" : "radio";
  return html`<fieldset class="choices" id="${ask.id}" tabindex="-1"><legend class="unseen">${questionTitle(speaker, work, ask)}</legend>${offered.map(
    (id) =>
      html`<label class="choice"><input type="${type}" name="${ask.id}" value="${id}"${chosen.includes(id) ? CHECKED : null}><span>${speaker.write(choiceOf(id))}</span></label>`,
  )}</fieldset>`;
}

function input({ speaker, ask, held, recent, crop }: Question): Html {
  const offered = inputs.filter(({ kind }) => kind === ask.inputs);
  const chosen = held?.type === "input" ? held.id : null;
  const used = recent.flatMap((id) => findInput(id) ?? []).filter(({ kind }) => kind === ask.inputs);
  const row = (one: Input): Html => {
    const isBanned = bannedOn(one.id, crop);
    return html`<li data-find="${one.name.zh} ${one.name.en} ${one.letters}"><button type="button" data-do="put" class="choice" name="${ask.id}" value="${one.id}" aria-pressed="${one.id === chosen ? "true" : "false"}"><span>${speaker.write(one.name)}</span>${
      isBanned ? html`<small class="stop">${speaker.say("record.ask.banned")}</small>` : null
    }</button></li>`;
  };
  const own = held?.type === "input" && held.id === null ? (held.name.zh ?? held.name.en ?? "") : "";
  return searchList(
    speaker,
    html`${
      used.length === 0
        ? null
        : html`<div data-part><h2>${speaker.say("record.ask.recent")}</h2><ul class="list">${used.map(row)}</ul><h2>${speaker.say("record.ask.all")}</h2></div>`
    }<ul class="list" id="${ask.id}" tabindex="-1">${offered.map(row)}</ul><div class="own"><label for="${ask.id}.own">${speaker.say("record.ask.own")}</label><p class="hint">${speaker.say("record.ask.own.more")}</p><input id="${ask.id}.own" name="${ask.id}.own" value="${own}" maxlength="60" autocomplete="off"><button type="button" data-do="put" class="button" name="${ask.id}" value="own">${speaker.say("record.ask.own.take")}</button></div>`,
  );
}

function textField({ speaker, work, ask, held }: Question, mode: "text" | "numeric" = "text"): Html {
  const value = held?.type === "text" ? held.text : held?.type === "party" ? String(held.number) : "";
  return html`<input id="${ask.id}" name="${ask.id}" value="${value}" maxlength="100" inputmode="${mode}" autocomplete="off" aria-label="${questionTitle(speaker, work, ask)}">`;
}

/** Names that this phone has met; for anybody else, the number. */
function party(question: Question): Html {
  const { speaker, ask, held, field } = question;
  const met = partiesOf(field);
  if (met.length === 0) return textField(question, "numeric");
  const chosen = held?.type === "party" ? held.number : null;
  const typed = chosen === null || met.some(({ number }) => number === chosen) ? "" : String(chosen);
  return html`<ul class="list" id="${ask.id}" tabindex="-1">${met.map(
    ({ number, name }) =>
      html`<li><label class="choice"><input type="radio" name="${ask.id}" value="${number}"${number === chosen ? CHECKED : null}><span>${speaker.write(name)}</span></label></li>`,
  )}</ul><div class="own"><label for="${ask.id}.own">${speaker.say("record.ask.to.own")}</label><input id="${ask.id}.own" name="${ask.id}.own" value="${typed}" maxlength="8" inputmode="numeric" autocomplete="off"></div>`;
}

function subject({ speaker, ask, held, field, isQuick }: Question): Html {
  if (field.products.length === 0) return html`<p class="hint">${speaker.say("record.ask.no-products")}</p>`;
  const chosen = held?.type === "subject" ? held.id : null;
  return html`<ul class="list" id="${ask.id}" tabindex="-1">${field.products.map(({ id, name }) =>
    isQuick
      ? html`<li><button type="button" data-do="put" class="choice" name="${ask.id}" value="${id}" aria-pressed="${id === chosen ? "true" : "false"}">${speaker.write(name)}</button></li>`
      : html`<li><label class="choice"><input type="radio" name="${ask.id}" value="${id}"${id === chosen ? CHECKED : null}><span>${speaker.write(name)}</span></label></li>`,
  )}</ul>`;
}

/** Lots of one unit that are here, each with a field; the one that it is about stands first, filled with all that is left. */
function parts({ speaker, ask, held, field, target, weight }: Question): Html {
  // How much there is of a lot that another phone told of is not known here.
  const here = field.lots.filter(
    ({ state, left, isRecalled, isTold }) => state === "here" && (left !== "0" || isTold === true) && !isRecalled,
  );
  const about = here.find(({ id }) => id === target?.id);
  const offered = [...here]
    .filter(({ unit }) => unit === (about ?? here[0])?.unit)
    .sort((one, other) => Number(other === about) - Number(one === about));
  if (offered.length === 0) return html`<p class="hint">${speaker.say("record.ask.no-lots")}</p>`;
  const given = held?.type === "parts" ? held.parts : null;
  const units = unitsIn(offered[0]?.unit ?? null, weight);
  const chosen = given?.[0]?.amount.shown ?? units[0];
  const value = (lot: FieldLot): string =>
    given === null
      ? lot === about && lot.isTold !== true
        ? inUnit(lot.left, chosen)
        : ""
      : (given.find(({ id }) => id === lot.id)?.amount.text ?? "");
  return html`<parts-list class="parts" id="${ask.id}" tabindex="-1">${unitsHtml(speaker, ask, units, chosen)}${offered.map(
    (lot) => {
      const product = field.products.find(({ id }) => id === lot.product);
      const isFilled = lot === about && lot.isTold !== true && units.includes("jin");
      const both = isFilled ? html` data-jin="${inUnit(lot.left, "jin")}" data-kg="${inUnit(lot.left, "kg")}"` : null;
      return html`<label class="part"><span>${product === undefined ? null : speaker.write(product.name)} ${speaker.write(lot.lotNumber)}${lot.isTold === true ? null : html`<small>${speaker.say("record.ask.left", { amount: leftSaid(speaker, lot.left, lot.unit) })}</small>`}</span><span class="with-unit"><input name="part.${lot.id}" value="${value(lot)}"${both} inputmode="decimal" maxlength="14" autocomplete="off"></span></label>`;
    },
  )}</parts-list>`;
}

/** Decimal text in the ledger's unit, as it is typed in the one shown. */
function inUnit(text: string, shown: ShownUnit | undefined): string {
  return shown === "jin" ? formatAmount(amountOf(parseAmount(text) * 2n, "")) : text;
}
