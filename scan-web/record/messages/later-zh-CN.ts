/** Words that come when they are asked for, in Chinese: of what went wrong, and of all that stands in record/later.ts. */
import problem from "./problem.zh-CN.json" with { type: "json" };
import join from "./join.zh-CN.json" with { type: "json" };
import me from "./me.zh-CN.json" with { type: "json" };
import practice from "./practice.zh-CN.json" with { type: "json" };
import mine from "./mine.zh-CN.json" with { type: "json" };

export { messages };

const messages = {
  ...problem,
  ...join,
  ...me,
  ...practice,
  ...mine,
};
