/** What the auditor's report says of hands, origins, recalls, promises, disputes and certificates' volumes. Pure. */
import { formatAmount } from "../../protocol/amount.ts";
import type { Hex } from "../../protocol/history.ts";
import type { Report } from "../../protocol/verify/report.ts";
import type { Names } from "./names.ts";
import { CAPACITIES, dayOf, inUnit, nameOf, short } from "./words-of.ts";

export { alarms, custody, disputes, hands, promises, recalls, volumes };

/** As many plots are named. */
const PLOTS_NAMED = 20;

/** What must be read first, whatever else holds. */
function alarms({ findings }: Report, names: Names): string[] {
  return findings.flatMap(({ code, detail }) => {
    if (code === "label-voided")
      return [`LABEL VOID · voided on ${dayOf(Number(detail.atS))}: do not trust this package.`];
    if (code !== "recalled") return [];
    const who = nameOf(names, Number(detail.organisation));
    return [`RECALLED · by ${who} on ${dayOf(Number(detail.atS))}: do not use, sell or pass it on.`];
  });
}

function recalls({ recalls: all }: Report, names: Names): string[] {
  return all.map(({ subject, organisation, capacity, drill, atS, releasedAtS, acknowledged, onward, ok }) => {
    const answers = [...Map.groupBy(acknowledged, ({ organisation: by }) => by)].map(([by, given]) => {
      const first = Math.min(...given.map(({ tookS }) => tookS));
      const claimed = given.some(({ shown }) => !shown) ? ", which says that it has some of it" : "";
      return `${nameOf(names, by)} after ${duration(first)}${given.length === 1 ? "" : ` (for ${given.length} lots)`}${claimed}`;
    });
    const parts = [
      drill ? "drill" : "recall",
      `by ${nameOf(names, organisation)} ${CAPACITIES[capacity] ?? ""}`.trim(),
      `on ${dayOf(atS)}`,
      releasedAtS === null ? (drill ? null : "stands") : `lifted on ${dayOf(releasedAtS)}`,
      onward ? "of goods further on" : null,
      answers.length === 0 ? "acknowledged by nobody" : `acknowledged by ${answers.join(", ")}`,
      ok ? null : "does not hold",
      `subject ${short(subject)}`,
    ];
    return line(parts);
  });
}

function hands({ hands: all }: Report, names: Names): string[] {
  const byTime = all.toSorted(
    (one, other) =>
      (one.shippedAtS ?? 0) - (other.shippedAtS ?? 0) || (one.endedAtS ?? Infinity) - (other.endedAtS ?? Infinity),
  );
  return byTime.map(
    ({ from, to, carrier, packed, unit, offered, found, lost, state, shippedAtS, endedAtS, onward }) => {
      const weight = (amount: bigint): string => inUnit(amount, unit);
      const ended = { "under-way": "under way", received: "received", returned: "went back" }[state];
      const parts = [
        `${from === null ? "?" : nameOf(names, from)} → ${nameOf(names, to)}`,
        carrier === null ? null : `carried by ${nameOf(names, carrier)}`,
        `${weight(offered)} ${packed ? "in packages" : "loose"}`,
        shippedAtS === null ? null : `sent ${dayOf(shippedAtS)}`,
        endedAtS === null ? ended : `${ended} ${dayOf(endedAtS)}`,
        found === null || lost === 0n ? null : `${weight(found)} found, ${weight(lost)} lost on the way`,
        onward ? "further on" : null,
      ];
      return line(parts);
    },
  );
}

/** "From this plot" only where it is all of it. */
function custody({ custody: found }: Report, { plots }: Names): string[] {
  if (found === null) return [];
  const name = (plot: Hex): string => plots.get(plot) ?? short(plot);
  const [first] = found.shares;
  const outside = found.outside ? " Part of it came from outside." : "";
  if (first === undefined) return found.outside ? ["From outside: no plot is known."] : [];
  if (found.shares.length === 1 && first.most === 1000 && !found.outside)
    return [`From plot ${name(first.plot)} alone.`];
  const most = (Math.ceil(first.most) / 10).toFixed(1);
  const list = found.shares
    .slice(0, PLOTS_NAMED)
    .map(({ plot, most: share }) => `${name(plot)} ≤ ${(share / 10).toFixed(1)} %`);
  if (found.shares.length > PLOTS_NAMED)
    list.push(`and ${found.shares.length - PLOTS_NAMED} with less (--json has all)`);
  return [`From ${found.shares.length} plots, at most ${most} % from any: ${list.join(", ")}.${outside}`];
}

function promises({ promises: all, books }: Report, names: Names): string[] {
  const units = new Map(books.lots.map(({ id, unit }) => [id, unit]));
  const oldestFirst = all.toSorted((one, other) => one.atS - other.atS);
  return oldestFirst.map(({ organisation, amount, atS, ok, basis, taken, subject }) => {
    const rests = basis.map(
      ({ code, entries, missing }) => `${code} (${entries.length} of ${entries.length + missing})`,
    );
    const parts = [
      `promise of ${inUnit(amount, units.get(subject) ?? null)} by ${nameOf(names, organisation)}`,
      `on ${dayOf(atS)}`,
      rests.length === 0 ? "rests on nothing" : `rests on ${rests.join(", ")}`,
      taken === null ? null : `took in ${taken.entries.length} certificates`,
      taken === null || taken.unchecked === 0 ? null : `${taken.unchecked} more of goods not here, not checked`,
      "limits of residues not compared",
      ok ? null : "does not hold",
      `subject ${short(subject)}`,
    ];
    return line(parts);
  });
}

function disputes({ disputes: all }: Report, names: Names): string[] {
  return all.map(({ organisation, atS, isNamed, answer, subject, seq, ok }) =>
    line([
      `denied by ${nameOf(names, organisation)}`,
      isNamed ? "which it concerns" : "which the record does not name there",
      `on ${dayOf(atS)}`,
      answer === null ? "not answered" : "answered",
      ok ? null : "does not hold",
      `subject ${short(subject)}, move ${seq}`,
    ]),
  );
}

/** Of certificates with a volume: what is drawn, and by how many runs. */
function volumes({ books }: Report): string[] {
  return books.certificates.flatMap(({ id, unit, volume, drawn, left, draws, unread }) => {
    const folded = unread === 0 ? null : `${unread} other draws are folded, not read`;
    if (unit === 0) return folded === null ? [] : [line([folded, `certificate ${short(id)}`])];
    const rest = left === null ? "what is left cannot be told" : `${inUnit(left, unit)} left`;
    const by = draws === null ? " here" : ` by ${draws.length} label ${draws.length === 1 ? "run" : "runs"}`;
    return [
      line([
        `${formatAmount(drawn)} of ${inUnit(volume, unit)} labelled${by}`,
        rest,
        folded,
        `certificate ${short(id)}`,
      ]),
    ];
  });
}

function line(parts: readonly (string | null)[]): string {
  return `  ${parts.filter((part) => part !== null).join(" · ")}`;
}

function duration(seconds: number): string {
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${String(minutes % 60).padStart(2, "0")} min`;
  return `${Math.floor(hours / 24)} days ${hours % 24} h`;
}
