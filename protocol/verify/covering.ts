/**
 * Which certificates count for a lot, and when they were in force (docs/ledger.md §10.8), for `verify` and the page alike. Pure.
 */
import { type Hex, hexOf } from "../bytes.ts";
import type { ArgsOf } from "../kinds/all.ts";

export type { Covered, LotCovered };
export { coveredBy };

/** What of a lot decides. */
interface LotCovered {
  readonly holder: number | null;
  readonly product: Hex | null;
  /** Plots that it came from. */
  readonly plots: ReadonlySet<Hex>;
  /** Days of the harvests that it came from, as they say. */
  readonly harvestsS: readonly number[];
  /** When the lot and its labels were recorded; null where that is not known, or there is no code. */
  readonly lotAtS: number | null;
  readonly labelsAtS: number | null;
}

interface Covered {
  readonly beneficiary: boolean;
  /** What of the lot it names: the product, plots. */
  readonly covers: readonly Hex[];
  /**
   * It is the holder's, names something of the lot, and was in force at some time from the first harvest (without one: from when the
   * lot was recorded) until the labels were recorded (without a code: without end).
   */
  readonly counts: boolean;
  /** When the labels were recorded (without a code: the lot), which is `atS`. */
  readonly state: "in-force" | "expired" | "not-yet";
  readonly atS: number | null;
  /** In force on the days of all harvests; null where none is known. */
  readonly atHarvest: boolean | null;
  /** The first harvest before it began. */
  readonly earlyS: number | null;
}

function coveredBy({ beneficiary: of, fromS, untilS, scopes }: ArgsOf<"CERTIFY">, lot: LotCovered): Covered {
  const { holder, product, plots, harvestsS, lotAtS, labelsAtS } = lot;
  const beneficiary = holder === of;
  const covers = scopes.map(hexOf).filter((scope) => scope === product || plots.has(scope));
  const seasonFromS = harvestsS.reduce((least, atS) => Math.min(least, atS), lotAtS ?? 0);
  const inTime = fromS <= (labelsAtS ?? Number.POSITIVE_INFINITY) && seasonFromS < untilS;
  const atS = labelsAtS ?? lotAtS;
  const early = harvestsS.filter((timeS) => timeS < fromS);
  return {
    ...{ beneficiary, covers, counts: beneficiary && covers.length > 0 && inTime, atS },
    state: atS === null || (fromS <= atS && atS < untilS) ? "in-force" : atS < fromS ? "not-yet" : "expired",
    atHarvest: harvestsS.length === 0 ? null : harvestsS.every((timeS) => fromS <= timeS && timeS < untilS),
    earlyS: early.length === 0 ? null : early.reduce((least, timeS) => Math.min(least, timeS)),
  };
}
