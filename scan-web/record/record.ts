/** The recorder, put together: the notebook of this phone, the screens, and what looks at the server. */
import { startApp } from "./app.ts";
import { barred } from "./barrier.ts";
import { defineLookAgain } from "./elements/look-again.ts";
import { definePartsList } from "./elements/parts-list.ts";
import { defineQuantityPad } from "./elements/quantity-pad.ts";
import { defineSearchList } from "./elements/search-list.ts";
import { defineVoiceNote } from "./elements/voice-note.ts";
import { scriptAt } from "./markup.ts";
import { openNotebook } from "./open-notebook.ts";
import { isPracticeAt } from "./practice.ts";
import { screens } from "./screens.ts";
import { syncNow } from "./sync.ts";
import { openUpdates } from "./updates.ts";
import { watchSync } from "./watch.ts";
import { findWork } from "./works.ts";

void begin();

/** `?practice` is another notebook, and the whole page is: nothing that is open there can reach the real one. */
async function begin(): Promise<void> {
  if (await barred()) return;
  defineLookAgain();
  defineQuantityPad();
  definePartsList();
  defineSearchList();
  defineVoiceNote();
  const notebook = await openNotebook({ isPractice: isPracticeAt(location.search), workOf: findWork, sync: syncNow });
  await startApp(notebook, { screens, later: () => import("./later.ts") });
  watchSync(notebook);
  // Without an answer there is no worker yet; it comes with the next opening.
  const scripts = { module: scriptAt("/record/worker.js"), classic: scriptAt("/record/worker-classic.js") };
  await openUpdates(scripts).catch(() => null);
}
