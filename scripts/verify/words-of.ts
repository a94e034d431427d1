/** Days, amounts and ids as the auditor's command writes them. Pure. */
import { formatAmount } from "../../protocol/amount.ts";
import type { Names } from "./names.ts";

export { CAPACITIES, dayOf, inUnit, nameOf, short };

const CAPACITIES: Readonly<Record<number, string>> = { 1: "as its holder", 2: "as regulator", 3: "as certifier" };

const UNITS: Readonly<Record<number, string>> = { 1: "kg", 2: "m²", 3: "pieces", 4: "L" };

/** The day in China, where the records are made. */
function dayOf(timeS: number): string {
  return new Date((timeS + 8 * 3600) * 1000).toISOString().slice(0, 10);
}

function short(hex: string): string {
  return `${hex.slice(0, 6)}…${hex.slice(-4)}`;
}

/** Thousandths with the unit that a product has by its number (docs/ledger.md §2). */
function inUnit(thousandths: bigint, unit: number | null): string {
  const name = unit === null ? undefined : UNITS[unit];
  return name === undefined ? formatAmount(thousandths) : `${formatAmount(thousandths)} ${name}`;
}

function nameOf({ organisations }: Pick<Names, "organisations">, number: number): string {
  return organisations.get(number) ?? `organisation ${number}`;
}
