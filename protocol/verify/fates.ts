/** What became of a certificate (docs/ledger.md §6, SUSPEND to REVOKE), and whether it was in force at a time. Pure. */
import type { Hex } from "../bytes.ts";
import { eventsOf, type LogEvent, refOf } from "./events.ts";
import type { CheckedLog } from "./logs.ts";
import type { CertificateFate, CertificateState } from "./report-claims.ts";

export { type Fates, fatesOf };

interface Fates {
  readonly list: readonly CertificateFate[];
  /** What it was by then: `seq` is a move of its own log, where one is known that is surely no later. */
  stateAt(atS: number, seq?: number | null): CertificateState;
  /** The move by which a label run drew on it; null where it did not. */
  drawnAt(run: Hex | null): number | null;
}

/** @param isFit whether the ledger took it by its rules */
function fatesOf(
  log: CheckedLog | undefined,
  { fromS, untilS }: { readonly fromS: number; readonly untilS: number },
  isFit: (event: LogEvent) => boolean,
): Fates {
  const events = log === undefined ? [] : eventsOf(log);
  const found = events.flatMap((event) => {
    const { entry, isTouch, atS, seq } = event;
    const { name } = entry;
    if (isTouch || (name !== "SUSPEND" && name !== "LIFT" && name !== "REVOKE") || !isFit(event)) return [];
    return [{ kind: name, atS, seq, ref: refOf(event) }];
  });
  return {
    list: found.map(({ kind, atS, ref }) => ({ kind, atS, ref })),
    stateAt(atS, seq = null) {
      const until = found.filter((one) => (seq === null ? one.atS <= atS : one.seq < seq));
      if (until.some(({ kind }) => kind === "REVOKE")) return "revoked";
      if (until.at(-1)?.kind === "SUSPEND") return "suspended";
      return atS < fromS ? "not-yet" : atS < untilS ? "in-force" : "expired";
    },
    drawnAt(run) {
      const draw = events.find(({ entry, isTouch, by }) => entry.name === "LABEL" && isTouch && by === run);
      return draw?.seq ?? null;
    },
  };
}
