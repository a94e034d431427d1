/** The first screen: where you stand, and what may be done there. */
import { html } from "../../ui/html.ts";
import type { Screen } from "../screen.ts";

export { home };

const home: Screen = {
  path: "/",
  async show({ speaker }) {
    return { title: speaker.say("record.shell.today"), body: html`<p></p>`, back: null, place: "home" };
  },
};
