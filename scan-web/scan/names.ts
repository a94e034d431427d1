/** The line under a product's name: net content, lot, holder. Pure. */
import type { Speaker } from "../ui/i18n.ts";
import type { Story } from "./story.ts";

export { nameOf, underName };

function nameOf(story: Story, words: Speaker): string {
  return words.write(story.product ?? words.say("scan.no-product"));
}

function underName(story: Story, words: Speaker): string {
  return [
    story.net === null ? null : words.write({ ...story.net, form: "small" }),
    story.lotNumber === null ? words.say("scan.no-lot") : words.say("scan.lot", { lot: story.lotNumber }),
    words.write(story.holder.names),
  ]
    .filter((part) => part !== null)
    .join(" · ");
}
