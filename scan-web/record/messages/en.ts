/** The recorder's words for recording, in English: the keys of zh-CN, to the last. One file a part; whoever adds a part adds its line here or in later-en.ts, and in the other language. */
import unit from "./unit.en.json" with { type: "json" };
import state from "./state.en.json" with { type: "json" };
import shell from "./shell.en.json" with { type: "json" };
import work from "./work.en.json" with { type: "json" };
import ask from "./ask.en.json" with { type: "json" };
import goods from "./goods.en.json" with { type: "json" };
import media from "./media.en.json" with { type: "json" };

export { messages };

const messages = {
  ...unit,
  ...state,
  ...shell,
  ...work,
  ...ask,
  ...goods,
  ...media,
};
