/**
 * `/record/worker-classic.js`, one classic script for browsers whose workers cannot be modules (Chrome before 91, Firefox before 147): it keeps
 * the shell as the other one does. What waits is sent by the next opening of the app, as in every browser that wakes no worker.
 */
import { keepShell } from "./keep-shell.ts";
import type { Kept } from "./page.ts";

declare const self: { readonly __WB_MANIFEST: readonly Kept[] };

keepShell(self.__WB_MANIFEST);
