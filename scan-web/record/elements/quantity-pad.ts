/**
 * Large keys for a number: for wet fingers and gloves, where the phone's own keyboard would hide half of the page. The field stays a field, so a keyboard
 * types into it as well. Light DOM: the markup is there already, the element only wakes it.
 */
import { type Html, html } from "../../ui/html.ts";
import { UNIT_WORDS } from "../capture-amount.ts";
import type { Amount, Ask, ShownUnit } from "../model.ts";
import type { Speaker } from "../words.ts";

export { defineQuantityPad, quantityPad, unitsHtml };

interface Parts {
  readonly ask: Ask;
  readonly units: readonly ShownUnit[];
  readonly held: Amount | null;
  /** Title of the question, for whoever does not see it. */
  readonly label: string;
  /** What is left, what may be harvested. */
  readonly hint: string | null;
  /** A tap on a chip answers. */
  readonly isQuick: boolean;
}

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", ".", "0", "erase"] as const;

function quantityPad(speaker: Speaker, { ask, units, held, label, hint, isQuick }: Parts): Html {
  const chosen = held?.shown ?? units[0];
  return html`<quantity-pad class="pad" data-id="${ask.id}"><div class="amount"><input id="${ask.id}" name="${ask.id}" inputmode="none" autocomplete="off" aria-label="${label}" value="${held?.text ?? ""}" maxlength="14">${unitsHtml(speaker, ask, units, chosen)}</div>${hint === null ? null : html`<p class="hint">${hint}</p>`}${
    ask.choices === undefined
      ? null
      : html`<div class="chips">${ask.choices.map((text) =>
          isQuick
            ? html`<button type="button" data-do="put" name="${ask.id}" value="${text}" aria-pressed="${text === held?.text ? "true" : "false"}">${text}</button>`
            : html`<button type="button" data-set="${text}">${text}</button>`,
        )}</div>`
  }<div class="keys" role="group" aria-label="${speaker.say("record.ask.digits")}">${KEYS.map((key) => keyButton(speaker, key))}</div></quantity-pad>`;
}

const CHECKED = html` checked`;

/** One unit stands there, of several one is chosen. */
function unitsHtml(speaker: Speaker, { id }: Ask, units: readonly ShownUnit[], chosen: ShownUnit | undefined): Html {
  if (units.length === 1)
    return html`<b class="unit">${unitWord(speaker, units[0])}</b><input type="hidden" name="${id}.unit" value="${units[0]}">`;
  return html`<fieldset class="units"><legend class="unseen">${speaker.say("record.ask.units")}</legend>${units.map(
    (unit) =>
      html`<label><input type="radio" name="${id}.unit" value="${unit}"${unit === chosen ? CHECKED : null}><span>${unitWord(speaker, unit)}</span></label>`,
  )}</fieldset>`;
}

function keyButton(speaker: Speaker, key: (typeof KEYS)[number]): Html {
  if (key === "erase")
    return html`<button type="button" data-key="erase" aria-label="${speaker.say("record.ask.erase")}"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M9 5h11v14H9l-6-7zM12 9.5l5 5m0-5l-5 5"/></svg></button>`;
  if (key === ".")
    return html`<button type="button" data-key="." aria-label="${speaker.say("record.ask.point")}">.</button>`;
  return html`<button type="button" data-key="${key}">${key}</button>`;
}

function unitWord(speaker: Speaker, unit: ShownUnit | undefined): string {
  if (unit === undefined) return "";
  return speaker.lang === "zh-CN" ? UNIT_WORDS[unit].zh : UNIT_WORDS[unit].en;
}

function defineQuantityPad(): void {
  class QuantityPad extends HTMLElement {
    connectedCallback(): void {
      this.addEventListener("click", (event) => {
        const button = event.target instanceof Element ? event.target.closest<HTMLButtonElement>("button") : null;
        const field = this.querySelector<HTMLInputElement>(`input[inputmode]`);
        if (button === null || field === null) return;
        const { key, set } = button.dataset;
        if (set !== undefined) field.value = set;
        else if (key !== undefined) field.value = typed(field.value, key);
        else return;
        field.dispatchEvent(new Event("input", { bubbles: true }));
      });
    }
  }
  if (customElements.get("quantity-pad") === undefined) customElements.define("quantity-pad", QuantityPad);
}

/** One point, no more digits than the ledger has room for, and no nought before a digit. */
function typed(text: string, key: string): string {
  if (key === "erase") return text.slice(0, -1);
  if (key === ".") return text.includes(".") ? text : `${text === "" ? "0" : text}.`;
  if (/\.\d{3}$/.test(text) || text.replace(".", "").length >= 9) return text;
  return text === "0" ? key : text + key;
}
