/** Values of the index as they are told: amounts, times, units and kinds as text; and places in lists that begin with the newest. */
import { formatAmount, UNITS } from "../../protocol/amount.ts";
import { kindByNumber } from "../../protocol/kinds/all.ts";

export type { Paged };
export { amountText, kindText, maybeTime, nameOf, placeOf, readPlace, timeText, unitText };

/** @param after the `next` of the page before; null: the first page */
interface Paged {
  readonly limit: number;
  readonly after: string | null;
}

/** A sum may come as text: PostgreSQL adds up in decimals. */
function amountText(thousandths: number | string | bigint): string {
  return formatAmount(BigInt(thousandths));
}

/** RFC 3339 has no year beyond 9999; the ledger holds times up to the year 36,812 (a certificate without end). */
const LAST_S = Date.UTC(9999, 11, 31, 23, 59, 59) / 1000;

function timeText(timeS: number | string): string {
  return new Date(Math.min(Number(timeS), LAST_S) * 1000).toISOString();
}

function maybeTime(timeS: number | string | null): string | null {
  return timeS === null ? null : timeText(timeS);
}

/** Null for what has no amounts. */
function unitText(unit: number): string | null {
  return (UNITS as Readonly<Record<number, string>>)[unit] ?? null;
}

/** The name of a number in a table of the kinds. @throws Error for one that the ledger does not take */
function nameOf<Name extends string>(names: Readonly<Record<Name, number>>, number: number): Name {
  for (const [name, own] of Object.entries(names) as [Name, number][]) if (own === number) return name;
  throw new Error(`the index holds ${number}, which is none of ${Object.keys(names).join(", ")}`);
}

function kindText(sort: number): string {
  return kindByNumber(sort).name;
}

/** Of the last row of a page: where the next one goes on. */
function placeOf(atS: number, id: string, ...more: readonly number[]): string {
  return [atS, id, ...more].join("-");
}

/** @throws nothing: whoever takes it from outside has checked its form */
function readPlace(after: string): { readonly atS: number; readonly id: string; readonly more: readonly number[] } {
  const [atS = "0", id = "", ...more] = after.split("-");
  return { atS: Number(atS), id, more: more.map(Number) };
}
