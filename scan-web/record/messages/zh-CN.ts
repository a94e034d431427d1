/** The recorder's own words for recording, in Chinese: the source. One file a part; whoever adds a part adds its line here or in later-zh-CN.ts, and in the other language. */
import unit from "./unit.zh-CN.json" with { type: "json" };
import state from "./state.zh-CN.json" with { type: "json" };
import shell from "./shell.zh-CN.json" with { type: "json" };
import work from "./work.zh-CN.json" with { type: "json" };
import ask from "./ask.zh-CN.json" with { type: "json" };
import goods from "./goods.zh-CN.json" with { type: "json" };
import media from "./media.zh-CN.json" with { type: "json" };

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
