/** The auditor's report in words. Pure. */
import type { History } from "../../protocol/history.ts";
import type { Finding, Heads, Report } from "../../protocol/verify/report.ts";

export { printReport };

function printReport(report: Report, history: History, heads: Heads): string {
  const wrong = report.findings.filter(({ grade }) => grade === "mismatch");
  const other = report.findings.filter(({ grade }) => grade !== "mismatch");
  const { total, whole } = report;
  const verdict =
    wrong.length === 0
      ? `WHOLE · ${whole} of ${total}: every entry is here, none was changed. Whether they are true depends on who said them.`
      : `DOES NOT HOLD · ${whole} of ${total}`;
  return [
    verdict,
    ...list("What does not fit:", wrong),
    ...list("Worth a look:", other),
    `Heads read from ${heads.origin} at block ${heads.block} · ledger ${history.deployment.ledger} on chain ${history.deployment.chainId} · run by ${history.deployment.runBy.en}`,
    ...(report.fingerprint === null
      ? []
      : [
          `Fingerprint: printed when the lot's history had ${report.fingerprint.at} of ${report.fingerprint.of} records.`,
        ]),
    ...files(report),
    ...(history.deployment.example === null ? [] : ["Example data: the blocks carry the example's own days."]),
  ].join("\n");
}

function list(title: string, findings: readonly Finding[]): string[] {
  return findings.length === 0 ? [] : ["", title, ...findings.map(lineOf), ""];
}

/** `code · where · figures`: the code is the finding's name on the page and in docs. */
function lineOf({ code, subject, seq, entry, detail }: Finding): string {
  const place = [
    subject === null ? null : `subject ${short(subject)}`,
    seq === null ? null : `record ${seq}`,
    entry === null ? null : `group ${entry.group}, entry ${entry.entry}`,
  ].filter((part) => part !== null);
  const figures = Object.entries(detail).map(([name, value]) => `${name} ${value}`);
  return `  ${code} · ${[...place, ...figures].join(" · ")}`;
}

function files({ attachments }: Report): string[] {
  if (attachments.length === 0) return [];
  const right = attachments.filter(({ state }) => state === "ok").length;
  return [`Files: ${right} of ${attachments.length} fetched and unchanged.`];
}

function short(hex: string): string {
  return `${hex.slice(0, 6)}…${hex.slice(-4)}`;
}
