/** The button that records: a tap begins, a tap ends; the sound goes to the screen as an act `put` with `voice` in its form. */
import { Problem } from "../../../protocol/problem.ts";
import { type Html, html } from "../../ui/html.ts";
import type { ActDetail } from "../app.ts";
import type { Speaker } from "../words.ts";
import { VoiceNote } from "../voice.ts";

export { defineVoiceNote, voiceNote };

function voiceNote(speaker: Speaker): Html {
  return html`<voice-note data-start="${speaker.say("record.ask.voice")}" data-stop="${speaker.say("record.ask.voice.stop")}" data-asking="${speaker.say("record.ask.voice.asking")}"><button type="button" class="take"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 3.5a2.8 2.8 0 0 0-2.8 2.8v5a2.8 2.8 0 0 0 5.6 0v-5A2.8 2.8 0 0 0 12 3.5zM6 11.5a6 6 0 0 0 12 0M12 17.5v3.5"/></svg><span>${speaker.say("record.ask.voice")}</span></button></voice-note>`;
}

function defineVoiceNote(): void {
  class VoiceNoteElement extends HTMLElement {
    #note: VoiceNote | null = null;

    connectedCallback(): void {
      this.querySelector("button")?.addEventListener("click", () => void this.#tapped());
    }

    /** Whoever goes away has said enough; nothing records unseen. */
    disconnectedCallback(): void {
      this.#note?.end();
    }

    async #tapped(): Promise<void> {
      if (this.#note !== null) {
        this.#note.end();
        return;
      }
      const note = new VoiceNote(() => this.#show());
      this.#note = note;
      // As long as somebody speaks, the page is not drawn anew.
      this.dispatchEvent(new Event("input", { bubbles: true }));
      const taken: Record<string, string | Blob> = {};
      try {
        taken.voice = (await note.record()).blob;
      } catch (failure) {
        taken.failed = failure instanceof Problem ? failure.type : "microphone-missing";
      }
      this.#note = null;
      this.#show();
      if (!this.isConnected) return;
      const form = new FormData(this.closest("form") ?? undefined);
      for (const [name, value] of Object.entries(taken)) form.set(name, value);
      const detail: ActDetail = { do: "put", data: {}, form };
      document.dispatchEvent(new CustomEvent("act", { detail }));
    }

    #show(): void {
      const words = this.querySelector("span");
      const state = this.#note?.state ?? "idle";
      this.toggleAttribute("data-on", state === "recording");
      const text =
        state === "recording" ? this.dataset.stop : state === "asking" ? this.dataset.asking : this.dataset.start;
      if (words !== null) words.textContent = (text ?? "").replace("{seconds}", String(this.#note?.seconds ?? 0));
    }
  }
  if (customElements.get("voice-note") === undefined) customElements.define("voice-note", VoiceNoteElement);
}
