/**
 * The screens by which something is recorded, one line each: loaded with the page. All others stand in later.ts. The first whose path fits is shown, so
 * a plain word stands before a group (`/works/all`, then `/works/:id`).
 */
import type { Screen } from "./screen.ts";
import { ask } from "./screens/ask.ts";
import { begin, beginAt, opened } from "./screens/begin.ts";
import { done, tooLate } from "./screens/done.ts";
import { allWorks, home } from "./screens/home.ts";
import { notice, photo } from "./screens/photo.ts";
import { places } from "./screens/places.ts";
import { warn } from "./screens/warn.ts";

export { screens };

const screens: readonly Screen[] = [
  home,
  allWorks,
  places,
  begin,
  beginAt,
  opened,
  notice,
  ask,
  photo,
  warn,
  done,
  tooLate,
];
