/** The recorder's words in Chinese, the source: what is a key here is a key of the recorder. One file a part; whoever adds a part adds its line here and in the other language. */
import unit from "./unit.zh-CN.json" with { type: "json" };
import state from "./state.zh-CN.json" with { type: "json" };
import problem from "./problem.zh-CN.json" with { type: "json" };
import shell from "./shell.zh-CN.json" with { type: "json" };
import work from "./work.zh-CN.json" with { type: "json" };
import ask from "./ask.zh-CN.json" with { type: "json" };
import join from "./join.zh-CN.json" with { type: "json" };
import me from "./me.zh-CN.json" with { type: "json" };
import practice from "./practice.zh-CN.json" with { type: "json" };
import mine from "./mine.zh-CN.json" with { type: "json" };
import goods from "./goods.zh-CN.json" with { type: "json" };
import media from "./media.zh-CN.json" with { type: "json" };

export { messages };

const messages = {
  ...unit,
  ...state,
  ...problem,
  ...shell,
  ...work,
  ...ask,
  ...join,
  ...me,
  ...practice,
  ...mine,
  ...goods,
  ...media,
};
