/** What the kinds that keep the books say of goods, certificates and whoever holds them: routes and the index behind them. */
import type { Kysely } from "kysely";
import type { Clock } from "./clock.ts";
import type { AppParts } from "./http/app.ts";
import { certificateRoutes } from "./http/certificates.ts";
import { consignmentRoutes } from "./http/consignments.ts";
import { type PromiseParts, promiseRoutes } from "./http/promises.ts";
import { reachRoutes } from "./http/reach.ts";
import { recallRoutes } from "./http/recalls.ts";
import { stockRoutes } from "./http/stock.ts";
import { certificateOf } from "./resolve/certificates.ts";
import { consignmentOf, listConsignments } from "./resolve/consignments.ts";
import { reachedSubjects, recentSums } from "./resolve/reach.ts";
import { acknowledgementsOf, listRecalls } from "./resolve/recalls.ts";
import { stockOf } from "./resolve/stock.ts";
import type { Progress } from "./resolve/progress.ts";
import type { recentTraces } from "./resolve/trace.ts";
import type { IndexTables } from "./store/index-tables.ts";

export { bookRoutes };

interface BookParts {
  readonly index: Kysely<IndexTables>;
  readonly promises: PromiseParts["list"];
  /** Shared with whoever else pages through walks. */
  readonly trace: ReturnType<typeof recentTraces>;
  readonly progress: Progress;
  /** By which a certificate is in force or not. */
  readonly lookS: Clock;
}

function bookRoutes({ index, promises, trace, progress, lookS }: BookParts): AppParts["api"] {
  const behind = () => progress.behind();
  return [
    consignmentRoutes({
      list: (asked) => listConsignments(index, asked),
      one: (id) => consignmentOf(index, id),
      behind,
    }),
    reachRoutes({
      trace,
      subjects: (nodes) => reachedSubjects(index, nodes),
      sums: recentSums(index),
      behind,
    }),
    certificateRoutes({
      one: (id, page) => certificateOf(index, id, { ...page, nowS: Math.floor(lookS()) }),
      behind,
    }),
    recallRoutes({
      list: (asked) => listRecalls(index, asked),
      acknowledgements: (subject, asked) => acknowledgementsOf(index, subject, asked),
      behind,
    }),
    promiseRoutes({ list: promises }),
    stockRoutes({ stock: (organisation) => stockOf(index, organisation), behind }),
  ];
}
