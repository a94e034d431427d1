/**
 * A list that is narrowed by typing. Light DOM: without the element the whole list stands there. What an item is found by stands in its `data-find`:
 * words and first letters, a space between.
 */
import { type Html, html } from "../../ui/html.ts";
import type { Speaker } from "../words.ts";

export { defineSearchList, found, searchList };

function searchList(speaker: Speaker, body: Html): Html {
  return html`<search-list><input type="search" class="search" aria-label="${speaker.say("record.shell.search")}" placeholder="${speaker.say("record.shell.search")}" autocomplete="off" enterkeyhint="done"><p class="hint none" role="status" hidden>${speaker.say("record.shell.no-match")}</p>${body}</search-list>`;
}

function defineSearchList(): void {
  class SearchList extends HTMLElement {
    connectedCallback(): void {
      const field = this.querySelector<HTMLInputElement>("input[type=search]");
      field?.addEventListener("input", (event) => {
        // Looking is no writing: the page may still be drawn anew.
        event.stopPropagation();
        this.#narrow(field.value);
      });
      // Enter looks; it does not send the form.
      field?.addEventListener("keydown", (event) => {
        if (event.key === "Enter") event.preventDefault();
      });
    }

    #narrow(typed: string): void {
      const wanted = typed.trim().normalize("NFKC").toLowerCase();
      let shown = 0;
      for (const item of this.querySelectorAll<HTMLElement>("[data-find]")) {
        item.hidden = !found(item.dataset.find ?? "", wanted);
        if (!item.hidden) shown++;
      }
      for (const part of this.querySelectorAll<HTMLElement>("[data-part]")) part.hidden = wanted !== "";
      const none = this.querySelector<HTMLElement>(".none");
      if (none !== null) none.hidden = shown > 0;
    }
  }
  if (customElements.get("search-list") === undefined) customElements.define("search-list", SearchList);
}

/** Chinese anywhere, letters at the beginning of a word. */
function found(text: string, wanted: string): boolean {
  if (wanted === "") return true;
  const words = text.toLowerCase();
  if (/[^\x20-\x7e]/.test(wanted)) return words.includes(wanted);
  return words.startsWith(wanted) || words.includes(` ${wanted}`);
}
