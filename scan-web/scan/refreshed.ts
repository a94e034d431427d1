/** The six facts anew, by the page's own template: records that the server had left out are here now, and what they say with them. */
import type { Speaker } from "../ui/i18n.ts";
import type { Story } from "./story.ts";
import { facts } from "./told.ts";

export { showFacts };

/** @param story of a history that was checked and holds */
function showFacts(story: Story, speaker: Speaker): void {
  const { markup } = facts(story, speaker);
  const told = new DOMParser().parseFromString(markup, "text/html").querySelector(".facts");
  if (told !== null) document.querySelector(".facts")?.replaceWith(told);
}
