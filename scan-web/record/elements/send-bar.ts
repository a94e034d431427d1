/** The one number about sending, in sight on every screen: what needs you comes first, then what is only here, then what is on its way. */
import { type Html, html } from "../../ui/html.ts";
import type { Counts } from "../model.ts";
import type { SyncTold } from "../notebook.ts";
import type { Key, Speaker } from "../words.ts";

export { sendBar };

const DRAWINGS = {
  needs: "M12 3.5l9 16H3zM12 9.5v4.5M12 16.8v.2",
  saved: "M12 17V5m-5 5l5-5 5 5M5 20.5h14",
  going: "M12 20.5a8.5 8.5 0 1 0-8.5-8.5M3.5 16.5v-4.5h4.5M12 7.5v5l3 2",
  done: "M4 12.5l5.200 5.200L20.5 6.5",
} as const;

/** A link to the own records, to those that need you where there are any. */
function sendBar(speaker: Speaker, counts: Counts, told: SyncTold): Html {
  const unsent = counts.saved + counts.going;
  if (counts.needsYou > 0)
    return bar(
      "needs",
      "#/needs-you",
      speaker.say("record.shell.send.needs", { count: counts.needsYou }),
      more("needs.more"),
    );
  if (counts.saved > 0)
    return bar(
      "saved",
      "#/mine",
      speaker.say("record.shell.send.saved", { count: counts.saved }),
      more(whileSaved(told)),
    );
  if (unsent > 0)
    return bar("going", "#/mine", speaker.say("record.shell.send.going", { count: unsent }), more("going.more"));
  if (counts.final === 0) return bar("done", "#/mine", more("new"), more("new.more"));
  return bar("done", "#/mine", more("done"), speaker.say("record.shell.send.done.more", { count: counts.final }));

  function more(
    key: "needs.more" | "going.more" | "new" | "new.more" | "done" | ReturnType<typeof whileSaved>,
  ): string {
    const whole: Key = `record.shell.send.${key}`;
    return speaker.say(whole);
  }
}

function whileSaved(told: SyncTold): "running" | "waiting" | "saved.more" {
  return told.state === "running" || told.state === "waiting" ? told.state : "saved.more";
}

function bar(which: keyof typeof DRAWINGS, to: string, number: string, more: string): Html {
  return html`<a class="send ${which}" href="${to}"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="${DRAWINGS[which]}"/></svg><span><b>${number}</b> <small>${more}</small></span></a>`;
}
