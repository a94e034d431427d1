/** Words that come when they are asked for, in English: of what went wrong, and of all that stands in record/later.ts. */
import problem from "./problem.en.json" with { type: "json" };
import join from "./join.en.json" with { type: "json" };
import me from "./me.en.json" with { type: "json" };
import practice from "./practice.en.json" with { type: "json" };
import mine from "./mine.en.json" with { type: "json" };

export { messages };

const messages = {
  ...problem,
  ...join,
  ...me,
  ...practice,
  ...mine,
};
