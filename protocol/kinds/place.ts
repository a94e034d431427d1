/** Places: plots (docs/ledger.md §6, kind 16). Pure. */
import { concat, Reader, uint } from "../bytes.ts";
import { Problem } from "../problem.ts";
import type { Kind } from "./kind.ts";
import { checkAmount, checkLength, ROLES } from "./kind.ts";

export type { PlotArgs };
export { LEVELS, plot };

interface PlotArgs {
  readonly index: number;
  /** How exactly the place is told: 0 field, 1 village, 2 township, 3 county. */
  readonly level: number;
  /** Thousandths of a square metre. */
  readonly area: bigint;
}

const LEVELS = ["field", "village", "township", "county"] as const;

const plot: Kind<PlotArgs, "PLOT"> = {
  number: 16,
  name: "PLOT",
  making: true,
  roles: ROLES.producer,
  encodeArgs(args) {
    checkPlot(args, "/args");
    return concat(uint(args.index, 2), uint(args.level, 1), uint(args.area, 5));
  },
  decodeArgs(bytes, at = "/args") {
    checkLength(bytes, 8, at);
    const reader = new Reader(bytes, at);
    const args = { index: reader.u16(), level: reader.u8(), area: BigInt(reader.u40()) };
    checkPlot(args, at);
    return args;
  },
  touches: () => [],
  furtherOutputs: () => 0,
};

function checkPlot({ level, area }: PlotArgs, at: string): void {
  if (level >= LEVELS.length) throw new Problem("level-unknown", `${at}/level`, `no level has the number ${level}`);
  checkAmount(area, `${at}/area`);
}
