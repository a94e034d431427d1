/** The books of the auditor's report: what became of every lot, so that whoever reads can count again. Pure. */
import type { Hex } from "../../protocol/history.ts";
import type { Report, StatementCheck } from "../../protocol/verify/report.ts";
import type { Names } from "./names.ts";
import { dayOf, inUnit, short } from "./words-of.ts";

export { goods };

/** Oldest first: made = left + packed + used + shipped − given back + lost, with what is zero left out. */
function goods({ books, statements }: Report, { products }: Names): string[] {
  const births = new Map<Hex, StatementCheck>();
  for (const said of statements) if (said.seq === 1 && !births.has(said.subject)) births.set(said.subject, said);
  const bornAt = (id: Hex): number => births.get(id)?.recordedAtS ?? 0;
  const units = new Map(books.lots.map(({ id, unit }) => [id, unit]));
  const lots = books.lots
    .toSorted((one, other) => bornAt(one.id) - bornAt(other.id))
    .map((lot) => {
      const amount = (thousandths: bigint): string => inUnit(thousandths, lot.unit);
      const terms: readonly (readonly [string, bigint, string])[] = [
        ["+", lot.left, "left"],
        ["+", lot.packed, "packed"],
        ["+", lot.used, "used"],
        ["+", lot.shipped, "shipped"],
        ["−", lot.returned, "given back"],
        ["+", lot.lost, "lost"],
      ];
      const sums = terms
        .filter(([, value]) => value !== 0n)
        .map(([sign, value, name], n) => `${n === 0 ? "" : `${sign} `}${amount(value)} ${name}`);
      const from = lot.inputs.reduce((sum, input) => sum + input.amount, 0n);
      const went = lot.loss > 0n ? `, ${amount(lot.loss)} of it gone in the making` : "";
      const kind = births.get(lot.id)?.kind ?? "lot";
      const product = lot.product === null ? undefined : products.get(lot.product);
      return [
        `  ${kind}${bornAt(lot.id) === 0 ? "" : ` of ${dayOf(bornAt(lot.id))}`}`,
        ...(product === undefined ? [] : [product]),
        `${amount(lot.made)} made = ${sums.length === 0 ? "nothing" : sums.join(" ")}`,
        ...(lot.inputs.length === 0 ? [] : [`from ${counted(lot.inputs.length, "subject")}: ${amount(from)}${went}`]),
        `subject ${short(lot.id)}`,
      ].join(" · ");
    });
  const runs = books.runs.map(({ id, lot, count, net, valid }) => {
    const unit = units.get(lot) ?? null;
    const each = net === null ? "" : ` of ${inUnit(net, unit)} each, ${inUnit(net * valid, unit)} in all`;
    return `  ${counted(count, "label")}: ${count - valid} void, ${valid} valid${each} · lot ${short(lot)} · subject ${short(id)}`;
  });
  return [...lots, ...runs];
}

function counted(count: number | bigint, what: string): string {
  return `${count} ${what}${Number(count) === 1 ? "" : "s"}`;
}
