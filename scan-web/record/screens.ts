/** Every screen of the recorder, one line each. The first whose path fits is shown, so a plain word stands before a group (`/mine/all`, then `/mine/:id`). */
import type { Screen } from "./screen.ts";
import { home } from "./screens/home.ts";

export { screens };

const screens: readonly Screen[] = [home];
