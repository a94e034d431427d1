/** The list of lies. Each takes the honest answers for the example's first bag and changes one thing in them. */
import { liesInCodes } from "./codes.ts";
import type { Lie } from "./lie.ts";
import { liesInLogs } from "./logs.ts";
import { liesInStore } from "./stored.ts";

export { lies };

const lies: readonly Lie[] = [...liesInStore, ...liesInLogs, ...liesInCodes];
