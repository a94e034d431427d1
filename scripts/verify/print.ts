/** The auditor's report in words. Pure. */
import { formatAmount } from "../../protocol/amount.ts";
import type { Hex, History } from "../../protocol/history.ts";
import type { Finding } from "../../protocol/verify/findings.ts";
import type { Heads, Report, StatementCheck } from "../../protocol/verify/report.ts";
import { alarms, custody, disputes, hands, promises, recalls, SENTENCES, volumes } from "./print-books.ts";
import { documentNames } from "./names.ts";
import { dayOf, short } from "./words-of.ts";

export { printReport };

function printReport(report: Report, history: History, heads: Heads): string {
  const { statements } = report;
  const words = {
    statements: byPlace(statements),
    ...documentNames(history),
  };
  const wrong = report.findings.filter(({ grade }) => grade === "mismatch");
  const alarming = report.findings.filter(({ grade }) => grade === "alarm");
  const other = report.findings.filter(({ grade }) => grade !== "mismatch" && grade !== "alarm");
  const { total, whole, fingerprint } = report;
  const { ledger, chainId, runBy, example } = history.deployment;
  const every = "every entry is here, none was changed. Whether they are true depends on who said them.";
  const verdict =
    wrong.length > 0
      ? `DOES NOT HOLD · ${whole} of ${total} entries hold`
      : whole === total
        ? `WHOLE · ${whole} of ${total}: ${every}`
        : `WHOLE · ${every} Of ${total}, ${total - whole} that others wrote beside them do not hold.`;
  return [
    ...alarms(report, words),
    verdict,
    ...list("Not to be relied on:", alarming, words),
    ...list("What does not fit:", wrong, words),
    ...list("Worth a look:", other, words),
    ...titled("Corrected:", corrections(report, words)),
    ...titled("Third parties:", [...certificates(report, words), ...thirdParties(report, words)]),
    ...titled("Volumes of certificates:", volumes(report)),
    ...titled("Promises:", promises(report, words)),
    ...titled("Hands:", hands(report, words)),
    ...titled("Recalls:", recalls(report, words)),
    ...titled("Disputes:", disputes(report, words)),
    ...custody(report, words),
    `Heads read from ${heads.origin} at block ${heads.block} · ledger ${ledger} on chain ${chainId} · run by ${runBy.en}`,
    ...(fingerprint === null
      ? []
      : [`Fingerprint: printed when the lot's own log had ${fingerprint.at} of its ${fingerprint.of} moves.`]),
    ...files(report),
    ...(example === null ? [] : ["Example data: the blocks carry the example's own days."]),
  ].join("\n");
}

interface Words {
  /** By `placeOf`. */
  readonly statements: ReadonlyMap<string, StatementCheck>;
  readonly plots: ReadonlyMap<Hex, string>;
  readonly organisations: ReadonlyMap<number, string>;
}

const REASONS: Readonly<Record<number, string>> = {
  1: "mistyped",
  2: "of another subject or day",
  3: "did not happen",
  4: "found out later",
};

function list(title: string, findings: readonly Finding[], words: Words): string[] {
  return titled(
    title,
    findings.map((finding) => lineOf(finding, words)),
  );
}

function titled(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", title, ...lines, ""];
}

/** What was struck through or contradicted, by whom and why; the entry itself stays and counts. */
function corrections({ corrections, books }: Report, { statements, organisations }: Words): string[] {
  const units = new Map(books.lots.map(({ id, unit }) => [id, unit]));
  return corrections.flatMap((one) => {
    const wrong = statements.get(placeOf(one.subject, one.correctsSeq, one.corrects?.entry));
    const own = statements.get(placeOf(one.subject, one.seq, one.at.entry));
    if (wrong === undefined || own === undefined) return [];
    const unit = units.get(one.subject) === 1 ? " kg" : "";
    // What was booked stays booked.
    const isVoid = own.correctedBy !== null && one.own === 0n && one.others === 0n;
    const parts = [
      nameOf(wrong),
      isVoid ? "a correction taken back" : one.byAuthor ? "struck through" : "contradicted",
      `by ${organisations.get(one.organisation ?? 0) ?? `organisation ${one.organisation}`}`,
      `on ${dayOf(own.recordedAtS ?? 0)}`,
      REASONS[one.reason] ?? `reason ${one.reason}`,
      one.own === 0n ? null : `${one.own > 0n ? "+" : ""}${formatAmount(one.own)}${unit}`,
      one.byAuthor && one.right === null && one.reason !== 3 ? "without the right data" : null,
      `subject ${short(one.subject)}, move ${one.seq}`,
    ];
    return [`  ${parts.filter((part) => part !== null).join(" · ")}`];
  });
}

const STATES = {
  "in-force": "in force",
  suspended: "suspended",
  revoked: "revoked",
  expired: "ended before",
  "not-yet": "not yet in force",
} as const;

function certificates({ certificates }: Report, { organisations }: Words): string[] {
  return certificates.map(({ id, issuer, fromS, untilS, atLabels, nowState, claimed, covers, withdrawn, ok }) => {
    const when = STATES[atLabels];
    const parts = [
      `certificate by ${organisations.get(issuer) ?? `organisation ${issuer}`}`,
      // Its last day: `untilS` is the first second that it is no longer in force.
      `valid ${dayOf(fromS)} to ${dayOf(untilS - 1)}`,
      `${when} when this was packed`,
      nowState === atLabels ? null : `now ${STATES[nowState]}`,
      claimed ? "these labels draw on its volume" : null,
      `names ${covers.length} of the lot's product and plots`,
      withdrawn ? "struck through by its issuer" : null,
      ok ? null : "does not hold",
      `subject ${short(id)}`,
    ];
    return `  ${parts.filter((part) => part !== null).join(" · ")}`;
  });
}

/** What organisations other than the holder said, each with its role on that day; certificates stand by themselves. */
function thirdParties({ statements, certificates, subjects }: Report, { organisations }: Words): string[] {
  const counted = new Set(subjects.filter(({ counted }) => counted).map(({ id }) => id));
  for (const { id } of certificates) counted.delete(id);
  return statements
    .filter(
      ({ standing, touch, kind, subject }) =>
        standing === "third" && !touch && kind !== "CORRECT" && counted.has(subject),
    )
    .map((said) => {
      const who = organisations.get(said.organisation ?? 0) ?? `organisation ${said.organisation}`;
      const struck = said.correctedBy === null ? "" : " · struck through";
      const fault = said.ok ? "" : " · does not hold";
      return `  ${nameOf(said)} · ${who}${struck}${fault} · subject ${short(said.subject)}, move ${said.seq}`;
    });
}

function nameOf({ kind, occurredAtS }: StatementCheck): string {
  return `${kind ?? "?"}${occurredAtS === null ? "" : ` of ${dayOf(occurredAtS)}`}`;
}

function byPlace(statements: readonly StatementCheck[]): Words["statements"] {
  const found = new Map<string, StatementCheck>();
  for (const said of statements) {
    // Of a move as a whole, its first entry.
    for (const key of [placeOf(said.subject, said.seq, said.entry), placeOf(said.subject, said.seq)]) {
      if (!found.has(key)) found.set(key, said);
    }
  }
  return found;
}

function placeOf(subject: Hex, seq: number | null, entry?: number): string {
  return [subject, seq, entry ?? ""].join(" ");
}

/** `code · what and when · figures · where`: the code is the finding's name on the page and in docs. */
function lineOf({ code, subject, seq, entry, detail }: Finding, { statements, plots }: Words): string {
  const said = subject === null ? undefined : statements.get(placeOf(subject, seq, entry?.entry));
  const what = said?.kind == null || said.occurredAtS === null ? null : `${said.kind} of ${dayOf(said.occurredAtS)}`;
  const figures = Object.entries(detail).map(([name, value]) => figure(name, value, plots));
  const where = subject === null ? null : `subject ${short(subject)}${seq === null ? "" : `, move ${seq}`}`;
  return `  ${[code, SENTENCES[code] ?? null, what, ...figures, where].filter((part) => part !== null).join(" · ")}`;
}

function figure(name: string, value: string | number, plots: ReadonlyMap<Hex, string>): string {
  if (name.endsWith("S") && typeof value === "number") return `${name.slice(0, -1)} ${dayOf(value)}`;
  const plot = plots.get(String(value) as Hex);
  if (plot !== undefined) return `${name} ${plot}`;
  return `${name} ${/^0x[0-9a-f]{40,}$/.test(String(value)) ? short(String(value)) : value}`;
}

function files({ attachments }: Report): string[] {
  if (attachments.length === 0) return [];
  const right = attachments.filter(({ state }) => state === "ok").length;
  return [`Files: ${right} of ${attachments.length} fetched and unchanged.`];
}
