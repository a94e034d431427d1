/** Places: plots, and sites where goods pass (docs/ledger.md §6, kinds 16 and 17). Pure. */
import { concat, Reader, uint } from "../bytes.ts";
import { Problem } from "../problem.ts";
import type { Kind } from "./kind.ts";
import { checkAmount, checkLength, ROLES, ROLES_OF_GOODS } from "./kind.ts";

export type { PlotArgs, SiteArgs };
export { LEVELS, plot, site };

interface PlotArgs {
  readonly index: number;
  /** How exactly the place is told: 0 field, 1 village, 2 township, 3 county. */
  readonly level: number;
  /** Thousandths of a square metre. */
  readonly area: bigint;
}

interface SiteArgs {
  readonly index: number;
  /** 0 any other place, 1 village, 2 township, 3 county. */
  readonly level: number;
  /** Administrative code (GB/T 2260 and its finer ones), up to 12 digits; 0: none. */
  readonly number: bigint;
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
  checkLevel(level, at);
  checkAmount(area, `${at}/area`);
}

function checkLevel(level: number, at: string): void {
  if (level >= LEVELS.length) throw new Problem("level-unknown", `${at}/level`, `no level has the number ${level}`);
}

const MAX_CODE = 999_999_999_999n;

const site: Kind<SiteArgs, "SITE"> = {
  number: 17,
  name: "SITE",
  making: true,
  roles: ROLES_OF_GOODS | ROLES.carrier,
  encodeArgs(args) {
    checkSite(args, "/args");
    return concat(uint(args.index, 2), uint(args.level, 1), uint(args.number, 5));
  },
  decodeArgs(bytes, at = "/args") {
    checkLength(bytes, 8, at);
    const reader = new Reader(bytes, at);
    const args = { index: reader.u16(), level: reader.u8(), number: BigInt(reader.u40()) };
    checkSite(args, at);
    return args;
  },
  touches: () => [],
  furtherOutputs: () => 0,
};

function checkSite({ level, number }: SiteArgs, at: string): void {
  checkLevel(level, at);
  if (number > MAX_CODE) throw new Problem("amount-too-large", `${at}/number`, `${number} has more than 12 digits`);
}
