/** The auditor's report in words. Pure. */
import type { Hex, History } from "../../protocol/history.ts";
import type { Finding } from "../../protocol/verify/findings.ts";
import type { Heads, Report, StatementCheck } from "../../protocol/verify/report.ts";
import { alarms, custody, disputes, hands, promises, recalls, volumes } from "./print-books.ts";
import { goods } from "./print-goods.ts";
import { documentNames, type Names } from "./names.ts";
import { handsLost, sentence } from "./notices.ts";
import { dayOf, inUnit, nameOf, short } from "./words-of.ts";

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
  const told = (findings: readonly Finding[]): string[] => findings.map((finding) => lineOf(finding, words, report));
  const losses = handsLost(other, report, words);
  const lines = [
    ...alarms(report, words),
    verdict,
    ...titled("Not to be relied on:", told(alarming)),
    ...titled("What does not fit:", told(wrong)),
    ...titled("Worth a look:", [...told(losses.rest), ...(losses.line === null ? [] : [losses.line])]),
    ...titled("Corrected:", corrections(report, words)),
    ...titled("Third parties:", [...certificates(report, words), ...thirdParties(report, words, history.lot)]),
    ...titled("Volumes of certificates:", volumes(report)),
    ...titled("Promises:", promises(report, words)),
    ...titled("Hands:", hands(report, words)),
    ...titled("Books:", goods(report, words)),
    ...titled("Recalls:", recalls(report, words)),
    ...titled("Disputes:", disputes(report, words)),
    ...custody(report, words),
    `Heads read from ${heads.origin} at block ${heads.block} · ledger ${ledger} on chain ${chainId} · run by ${runBy.en}`,
    ...(fingerprint === null
      ? []
      : [`Fingerprint: printed when the lot's own log had ${fingerprint.at} of its ${fingerprint.of} moves.`]),
    ...files(report),
    ...(example === null ? [] : ["Example data: the blocks carry the example's own days."]),
  ];
  return lines.filter((line, n) => line !== "" || lines[n - 1] !== "").join("\n");
}

interface Words extends Names {
  /** By `placeOf`. */
  readonly statements: ReadonlyMap<string, StatementCheck>;
}

const REASONS: Readonly<Record<number, string>> = {
  1: "mistyped",
  2: "of another subject or day",
  3: "did not happen",
  4: "found out later",
};

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
    // What was booked stays booked.
    const isVoid = own.correctedBy !== null && one.own === 0n && one.others === 0n;
    const parts = [
      nameOfEntry(wrong),
      isVoid ? "a correction taken back" : one.byAuthor ? "struck through" : "contradicted",
      `by ${organisations.get(one.organisation ?? 0) ?? `organisation ${one.organisation}`}`,
      `on ${dayOf(own.recordedAtS ?? 0)}`,
      REASONS[one.reason] ?? `reason ${one.reason}`,
      one.own === 0n ? null : `${one.own > 0n ? "+" : ""}${inUnit(one.own, units.get(one.subject) ?? null)}`,
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

/** Told under the hands. */
const ENDS_OF_HANDS: readonly (string | null)[] = ["RECEIVE", "REFUSE", "WITHDRAW"];

/** What organisations other than the holder said, each with its role on that day, oldest first; certificates stand by themselves. */
function thirdParties({ statements, certificates, subjects, books }: Report, words: Words, lot: Hex | null): string[] {
  const counted = new Set(subjects.filter(({ counted }) => counted).map(({ id }) => id));
  for (const { id } of certificates) counted.delete(id);
  const holder = books.lots.find(({ id }) => id === lot)?.holder ?? null;
  const theirs = statements.filter(({ standing, touch, kind, subject, organisation, ok }) => {
    if (standing !== "third" || touch || kind === "CORRECT" || !counted.has(subject)) return false;
    return !ok || (organisation !== holder && !ENDS_OF_HANDS.includes(kind));
  });
  const oldestFirst = theirs.toSorted((one, other) => (one.occurredAtS ?? 0) - (other.occurredAtS ?? 0));
  const alike = Map.groupBy(oldestFirst, ({ kind, organisation, correctedBy, ok, subject, seq }) =>
    correctedBy === null && ok ? `${kind} ${organisation}` : `${subject} ${seq}`,
  );
  return [...alike.values()].flatMap((said) => {
    const [first, last] = [said[0], said.at(-1)];
    if (first === undefined || last === undefined || said.length <= ALIKE)
      return said.map((one) => lineOfThird(one, words));
    const until = dayOf(last.occurredAtS ?? 0);
    return [`  ${nameOfEntry(first)} to ${until} · ${nameOf(words, first.organisation ?? 0)} · ${said.length} times`];
  });
}

/** More of the same by one organisation are told in one line. */
const ALIKE = 3;

function lineOfThird(said: StatementCheck, words: Words): string {
  const struck = said.correctedBy === null ? "" : " · struck through";
  const fault = said.ok ? "" : " · does not hold";
  const who = nameOf(words, said.organisation ?? 0);
  return `  ${nameOfEntry(said)} · ${who}${struck}${fault} · subject ${short(said.subject)}, move ${said.seq}`;
}

function nameOfEntry({ kind, occurredAtS }: StatementCheck): string {
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

/** `code · what it says · what and when · where`. */
function lineOf(finding: Finding, words: Words, report: Report): string {
  const { code, subject, seq, entry } = finding;
  const said = subject === null ? undefined : words.statements.get(placeOf(subject, seq, entry?.entry));
  const what = said?.kind == null || said.occurredAtS === null ? null : `${said.kind} of ${dayOf(said.occurredAtS)}`;
  const where = subject === null ? null : `subject ${short(subject)}${seq === null ? "" : `, move ${seq}`}`;
  return `  ${[code, ...sentence(finding, words, report), what, where].filter((part) => part !== null).join(" · ")}`;
}

function files({ attachments }: Report): string[] {
  if (attachments.length === 0) return [];
  const right = attachments.filter(({ state }) => state === "ok").length;
  const sealed = attachments.filter((file) => file.sealed !== undefined).length;
  const closed = sealed === 0 ? "" : ` ${sealed} of them sealed: what is in those only the co-operative can tell.`;
  return [`Files: ${right} of ${attachments.length} fetched and unchanged.${closed}`];
}
