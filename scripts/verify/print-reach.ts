/** How far a recall goes, in words, nearest first. Pure. */
import type { Hex } from "../../protocol/history.ts";
import type { Reach, Reached, ReachHistory, RecallAnswered } from "../../protocol/reach.ts";
import type { Heads } from "../../protocol/verify/report.ts";
import type { Names } from "./names.ts";
import { dayOf, inUnit, nameOf, short } from "./words-of.ts";

export { printReach };

/** As many are named of what something was made from. */
const FROM = 3;

function printReach(reach: Reach, { deployment }: ReachHistory, heads: Heads, names: Names): string {
  const { reached, gaps, recalls, whole } = reach;
  const labels = reached.reduce((sum, one) => sum + (one.labels ?? 0n), 0n);
  const isVoid = reached.reduce((sum, { run }) => sum + (run === null ? 0n : run.count - run.valid), 0n);
  const holders = new Set(reached.flatMap(({ holder }) => holder ?? []));
  const units = new Map(reached.map(({ id, books }) => [id, books?.unit ?? null]));
  const counted = [
    `${reached.length - 1} subjects made from it`,
    `${labels} labels${isVoid === 0n ? "" : ` (${isVoid} void)`}`,
    `held by ${holders.size} organisations`,
  ].join(", ");
  return [
    whole ? `ALL OF IT · ${counted}: the heads show that nothing was left out.` : `NOT ALL OF IT · ${counted}.`,
    ...(gaps.length === 0 ? [] : ["", "Left out:", ...gaps.map(gapLine)]),
    ...(recalls.length === 0 ? [] : ["", ...recalls.map((recall) => recallLine(recall, holders, names))]),
    "",
    ...reached.flatMap((one) => linesOf(one, names, units)),
    "",
    `Heads read from ${heads.origin} at block ${heads.block} · ledger ${deployment.ledger} on chain ${deployment.chainId} · run by ${deployment.runBy.en}`,
  ].join("\n");
}

/** What it is and where it stands; below, its id to copy. */
function linesOf(
  { id, kind, atS, holder, from, books, run, ok }: Reached,
  names: Names,
  units: ReadonlyMap<Hex, number | null>,
): string[] {
  const plot = names.plots.get(id);
  const made = from.length > FROM ? `${from.length} of these` : from.map(short).join(", ");
  const parts = [
    `${kind ?? "?"}${plot === undefined ? "" : ` ${plot}`}${atS === null ? "" : ` of ${dayOf(atS)}`}`,
    ...(books === null ? [] : goodsOf(books, names)),
    ...(run === null ? [] : labelsOf(run, units.get(run.lot) ?? null)),
    books?.under?.to === undefined && holder !== null ? `held by ${nameOf(names, holder)}` : null,
    ok ? null : "its log does not hold",
  ];
  return [`  ${parts.filter((part) => part !== null).join(" · ")}`, `    ${id}${made === "" ? "" : ` from ${made}`}`];
}

function goodsOf(books: NonNullable<Reached["books"]>, names: Names): (string | null)[] {
  const { product, unit, made, left, packed, lost, state, under, holder } = books;
  const amount = (thousandths: bigint): string => inUnit(thousandths, unit);
  const what = product === null ? null : names.products.get(product);
  const here = [
    left === 0n ? null : `${amount(left)} left`,
    packed === 0n ? null : `${amount(packed)} packed`,
    lost === 0n ? null : `${amount(lost)} lost`,
  ].filter((part) => part !== null);
  const by = under?.carrier == null ? "" : `, carried by ${nameOf(names, under.carrier)}`;
  const where = {
    here: null,
    "under-way": under === null ? null : `under way to ${nameOf(names, under.to)}${by}`,
    received: holder === null ? "received" : `received by ${nameOf(names, holder)}`,
    returned:
      under === null ? "went back" : `refused by ${nameOf(names, under.to)} or taken back: it went back to its lot`,
  }[state];
  return [
    state === "returned" ? (what ?? null) : `${amount(made)}${what == null ? "" : ` of ${what}`}`,
    where,
    state === "returned" ? null : here.length === 0 ? "all of it passed on" : here.join(", "),
  ];
}

function labelsOf({ count, valid, net }: NonNullable<Reached["run"]>, unit: number | null): string[] {
  const each = net === null || net === 0n ? "" : ` of ${inUnit(net, unit)} each`;
  return [`${count} labels${each}`, ...(count === valid ? [] : [`${count - valid} void`])];
}

/** Who answered, and who holds some of it and did not. */
function recallLine(
  { seq, organisation, drill, atS, acknowledged }: RecallAnswered,
  holders: ReadonlySet<number>,
  names: Names,
): string {
  const answered = new Map<number, number>();
  for (const { organisation: by } of acknowledged) answered.set(by, (answered.get(by) ?? 0) + 1);
  const silent = [...holders].filter((number) => number !== organisation && !answered.has(number));
  const list = (all: readonly string[]): string => (all.length === 0 ? "nobody" : all.join(", "));
  const said = [...answered].map(([by, count]) => `${nameOf(names, by)}${count === 1 ? "" : ` (${count} subjects)`}`);
  const parts = [
    `${drill ? "Drill" : "Recall"} at move ${seq} by ${nameOf(names, organisation)} on ${dayOf(atS)}`,
    `acknowledged by ${list(said)}`,
    `not yet by ${list(silent.map((by) => nameOf(names, by)))}`,
  ];
  return `${parts.join(" · ")}.`;
}

function gapLine({ reason, subject, by, missing }: Reach["gaps"][number]): string {
  const words = {
    "not-shown": `made from ${by === null ? "it" : short(by)}, and its log is not there`,
    short: `its head has ${missing} more moves`,
    altered: "its log does not lead to its head",
    "no-head": "its head was not read",
  }[reason];
  return `  ${subject satisfies Hex} · ${words}`;
}
