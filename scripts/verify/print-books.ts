/** What the auditor's report says of hands, origins, recalls, promises, disputes and certificates' volumes. Pure. */
import { formatAmount } from "../../protocol/amount.ts";
import type { Hex } from "../../protocol/history.ts";
import type { FindingCode } from "../../protocol/verify/findings.ts";
import type { Report } from "../../protocol/verify/report.ts";
import { dayOf, short } from "./words-of.ts";

export { type Names, SENTENCES, alarms, custody, disputes, hands, promises, recalls, volumes };

interface Names {
  readonly plots: ReadonlyMap<Hex, string>;
  readonly organisations: ReadonlyMap<number, string>;
}

/** What a finding about the books means; its name and figures stand beside it. */
const SENTENCES: Partial<Readonly<Record<FindingCode, string>>> = {
  recalled: "recalled, and the recall stands: do not use, sell or pass it on",
  "label-voided": "this very label was voided: it should be on no package",
  "recalled-onward": "part of these goods was recalled further on",
  "recall-released": "it was recalled, and the recall was lifted",
  "recall-drill": "a recall was practised; nothing was recalled",
  "certificate-overdrawn": "more was labelled under the certificate than its volume",
  "certificate-suspended": "the certificate is, or was at labelling, suspended",
  "certificate-revoked":
    "the certificate was revoked; 'labels before': these labels are older; 'labelsOut': what its issuer says of labels already out",
  "certificate-scope":
    "the certificate does not name all that the lot may be from; 'origin yes': part of it came from no plot",
  "certificates-not-shown": "the server says that it has more certificates over the lot's product or plots",
  "rule-broken": "the ledger's rules refuse such an entry",
  "nonce-twice": "two records have one number, and at most one of them counts",
  "promise-mismatch": "the promise says another thing than was booked",
  "promise-without-basis": "what the promise rests on is not here, or does not hold",
  disputed: "an organisation denies this entry; 'isNamed yes': it is concerned by it",
  "answers-nothing": "it answers an entry that is not there",
  "lost-between-hands": "less arrived than was sent",
  "under-way": "it was sent and has not been received",
  "onward-not-shown": "consignments that the lot's log knows and this history does not show",
};

const CAPACITIES: Readonly<Record<number, string>> = { 1: "as its holder", 2: "as regulator", 3: "as certifier" };

/** What must be read first, whatever else holds. */
function alarms({ findings }: Report, { organisations }: Names): string[] {
  return findings.flatMap(({ code, detail }) => {
    if (code === "label-voided")
      return [`LABEL VOID · voided on ${dayOf(Number(detail.atS))}: do not trust this package.`];
    if (code !== "recalled") return [];
    const who = nameOf(organisations, Number(detail.organisation));
    return [`RECALLED · by ${who} on ${dayOf(Number(detail.atS))}: do not use, sell or pass it on.`];
  });
}

function recalls({ recalls: all }: Report, { organisations }: Names): string[] {
  return all.map(({ subject, organisation, capacity, drill, atS, releasedAtS, acknowledged, onward, ok }) => {
    const answers = acknowledged.map(
      ({ organisation: by, tookS, shown }) =>
        `${nameOf(organisations, by)} after ${duration(tookS)}${shown ? "" : ", which says that it has some of it"}`,
    );
    const parts = [
      drill ? "drill" : "recall",
      `by ${nameOf(organisations, organisation)} ${CAPACITIES[capacity] ?? ""}`.trim(),
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

function hands({ hands: all }: Report, { organisations }: Names): string[] {
  return all.map(({ from, to, carrier, packed, unit, offered, found, lost, state, shippedAtS, endedAtS, onward }) => {
    const weight = (amount: bigint): string => `${formatAmount(amount)}${unit === 1 ? " kg" : ""}`;
    const ended = { "under-way": "under way", received: "received", returned: "went back" }[state];
    const parts = [
      `${from === null ? "?" : nameOf(organisations, from)} → ${nameOf(organisations, to)}`,
      carrier === null ? null : `carried by ${nameOf(organisations, carrier)}`,
      `${weight(offered)} ${packed ? "in packages" : "loose"}`,
      shippedAtS === null ? null : `sent ${dayOf(shippedAtS)}`,
      endedAtS === null ? ended : `${ended} ${dayOf(endedAtS)}`,
      found === null || lost === 0n ? null : `${weight(found)} found, ${weight(lost)} lost on the way`,
      onward ? "further on" : null,
    ];
    return line(parts);
  });
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
  const list = found.shares.map(({ plot, most: share }) => `${name(plot)} ≤ ${(share / 10).toFixed(1)} %`);
  return [`From ${found.shares.length} plots, at most ${most} % from any: ${list.join(", ")}.${outside}`];
}

function promises({ promises: all }: Report, { organisations }: Names): string[] {
  return all.map(({ organisation, amount, atS, ok, basis, subject }) => {
    const rests = basis.map(
      ({ code, entries, missing }) => `${code} (${entries.length} of ${entries.length + missing})`,
    );
    const parts = [
      `promise of ${formatAmount(amount)} by ${nameOf(organisations, organisation)}`,
      `on ${dayOf(atS)}`,
      rests.length === 0 ? "rests on nothing" : `rests on ${rests.join(", ")}`,
      "limits of residues not compared",
      ok ? null : "does not hold",
      `subject ${short(subject)}`,
    ];
    return line(parts);
  });
}

function disputes({ disputes: all }: Report, { organisations }: Names): string[] {
  return all.map(({ organisation, atS, isNamed, answer, subject, seq, ok }) =>
    line([
      `denied by ${nameOf(organisations, organisation)}`,
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
    const kg = unit === 1 ? " kg" : "";
    const rest = left === null ? "what is left cannot be told" : `${formatAmount(left)}${kg} left`;
    return [
      line([
        `${formatAmount(drawn)} of ${formatAmount(volume)}${kg} labelled${draws === null ? " here" : ` by ${draws.length} runs`}`,
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

function nameOf(organisations: Names["organisations"], number: number): string {
  return organisations.get(number) ?? `organisation ${number}`;
}

function duration(seconds: number): string {
  if (seconds < 3600) return `${Math.ceil(seconds / 60)} min`;
  return seconds < 2 * 86_400 ? `${Math.ceil(seconds / 3600)} h` : `${Math.ceil(seconds / 86_400)} days`;
}
