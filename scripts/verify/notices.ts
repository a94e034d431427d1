/** Findings in sentences, many alike in one line. The code stands before each: it is the finding's name on the page and in docs. Pure. */
import { formatAmount } from "../../protocol/amount.ts";
import type { Hex } from "../../protocol/history.ts";
import type { Finding, FindingCode } from "../../protocol/verify/findings.ts";
import type { Report } from "../../protocol/verify/report.ts";
import type { Handover } from "../../protocol/verify/report-books.ts";
import type { Names } from "./names.ts";
import { CAPACITIES, dayOf, inUnit, nameOf, short } from "./words-of.ts";

export { handsLost, sentence };

/** More losses on the way than these are told in one line: each stands under the hands. */
const ONE_BY_ONE = 3;

/** What a finding means where it has no figures of its own to tell. */
const MEANINGS: Partial<Readonly<Record<FindingCode, string>>> = {
  "label-voided": "this very label was voided: it should be on no package",
  "certificate-overdrawn": "more was labelled under the certificate than its volume",
  "certificates-not-shown": "the server says that it has more certificates over the lot's product or plots",
  "rule-broken": "the ledger's rules refuse such an entry",
  "nonce-twice": "two records have one number, and at most one of them counts",
  "promise-mismatch": "the promise says another thing than was booked",
  "answers-nothing": "it answers an entry that is not there",
  "onward-not-shown": "consignments that the lot's log knows and this history does not show",
};

/** What it says and, where the sentence does not tell them, its figures. */
function sentence({ code, detail, subject }: Finding, names: Names, { hands }: Report): string[] {
  const who = (field = "organisation"): string => nameOf(names, Number(detail[field]));
  const day = (field: string): string => dayOf(Number(detail[field]));
  const place = names.plots.get(String(detail.plot) as Hex) ?? `plot ${short(String(detail.plot))}`;
  const as = CAPACITIES[Number(detail.capacity)] ?? "";
  const hand = hands.find(({ consignment }) => consignment === subject);
  switch (code) {
    case "recalled":
      return [`recalled by ${who()} ${as}, and the recall stands: do not use, sell or pass it on`];
    case "recalled-onward":
      return [`part of these goods was recalled further on, by ${who()} ${as}`];
    case "recall-released":
      return [`it was recalled by ${who()} ${as}, and the recall was lifted on ${day("releasedAtS")}`];
    case "recall-drill":
      return [`${who()} practised a recall ${as}; nothing was recalled`];
    case "disputed": {
      const concerns = detail.isNamed === "yes" ? "concerns it" : "does not name it";
      return [
        `${who()} denies this entry, which ${concerns}: ${detail.isAnswered === "yes" ? "answered" : "not answered"}`,
      ];
    }
    case "lost-between-hands":
      return hand === undefined ? ["less arrived than was sent"] : [lossOf(hand, names)];
    case "under-way":
      return [`sent by ${who("from")} to ${who("to")}, and not received yet`];
    case "late-record":
      return [`written down ${detail.days === 1 ? "a day" : `${detail.days} days`} later`];
    case "no-field-record":
      return [`nobody noted any work at ${place} from ${day("fromS")} to ${day("untilS")}`];
    case "field-gap":
      return [`nothing noted at ${place} for ${detail.days} days, from ${day("fromS")} to ${day("untilS")}`];
    case "contradicted":
      return [`${who()} says that it is not so`];
    case "certificate-expired":
      return [`the certificate had ended: it was in force from ${day("fromS")} to ${dayOf(Number(detail.untilS) - 1)}`];
    case "certificate-not-yet":
      return [`the certificate was not in force yet on ${day("atS")}: it began on ${day("fromS")}`];
    case "certificate-withdrawn":
      return [`${who()} struck its certificate through`];
    case "certificate-scope": {
      const outside = `the certificate does not name ${detail.outside} of the ${detail.of} plots that the lot may be from`;
      return [detail.origin === "yes" ? `${outside}, and part of it came from no plot` : outside];
    }
    case "promise-without-basis":
      return [`the promise of ${who()} rests on ${detail.basis}, and no record here carries that`];
    default:
      return [...(MEANINGS[code] === undefined ? [] : [MEANINGS[code]]), ...figures(detail, names)];
  }
}

function figures(detail: Finding["detail"], names: Names): string[] {
  return Object.entries(detail).map(([name, value]) => {
    if (name.endsWith("S") && typeof value === "number") return `${name.slice(0, -1)} ${dayOf(value)}`;
    const plot = names.plots.get(String(value) as Hex);
    return `${name} ${plot ?? (/^0x[0-9a-f]{40,}$/.test(String(value)) ? short(String(value)) : value)}`;
  });
}

/** One line for all that was lost on the way, where that is more than a few; the other findings stay as they are. */
function handsLost(
  findings: readonly Finding[],
  { hands }: Report,
  names: Names,
): { line: string | null; rest: readonly Finding[] } {
  const lost = findings.filter(({ code }) => code === "lost-between-hands");
  if (lost.length <= ONE_BY_ONE) return { line: null, rest: findings };
  const told = new Set(lost.map(({ subject }) => subject));
  const all = hands.filter(({ consignment }) => told.has(consignment));
  const ways = new Map<string, number>();
  for (const { from, to } of all) {
    const way = `${from === null ? "?" : nameOf(names, from)} → ${nameOf(names, to)}`;
    ways.set(way, (ways.get(way) ?? 0) + 1);
  }
  const most = all.toSorted((one, other) => Number(other.lost * one.offered - one.lost * other.offered))[0];
  const unit = all.every((one) => one.unit === all[0]?.unit) ? (all[0]?.unit ?? null) : null;
  const sum = (of: "lost" | "offered"): bigint => all.reduce((total, hand) => total + hand[of], 0n);
  const parts = [
    `lost-between-hands · ${lost.length} times less arrived than was sent: ${inUnit(sum("lost"), unit)} of ${inUnit(sum("offered"), unit)}`,
    [...ways].map(([way, count]) => `${way} ${count} times`).join(", "),
    most === undefined ? null : `at most ${share(most)} of one consignment`,
    "each stands under “Hands”",
  ];
  return {
    line: `  ${parts.filter((part) => part !== null).join(" · ")}`,
    rest: findings.filter(({ code }) => code !== "lost-between-hands"),
  };
}

function lossOf({ from, to, offered, found, lost, unit }: Handover, names: Names): string {
  const sender = from === null ? "?" : nameOf(names, from);
  return `${inUnit(offered, unit)} sent by ${sender}, ${inUnit(found ?? 0n, unit)} found by ${nameOf(names, to)}: ${inUnit(lost, unit)} lost`;
}

/** In hundredths, rounded up. */
function share({ lost, offered }: Handover): string {
  return offered === 0n ? "all" : `${formatAmount((lost * 100_000n + offered - 1n) / offered)} %`;
}
