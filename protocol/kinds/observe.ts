/**
 * Observations: field work, readings of instruments, notes (docs/ledger.md §6, kinds 32 to 34). All they say stands in their documents. Pure.
 */
import type { Kind, NoArgs } from "./kind.ts";
import { argless } from "./kind.ts";

export { grow, note, sense };

const grow: Kind<NoArgs, "GROW"> = argless(32, "GROW", 0);

const sense: Kind<NoArgs, "SENSE"> = argless(33, "SENSE", 0);

const note: Kind<NoArgs, "NOTE"> = argless(34, "NOTE", 0);
