/** The auditor's report in words. Pure. */
import { readPlot } from "../../protocol/document/read-master.ts";
import type { Hex, History } from "../../protocol/history.ts";
import type { Finding, Heads, Report, StatementCheck } from "../../protocol/verify/report.ts";

export { printReport };

function printReport(report: Report, history: History, heads: Heads): string {
  const words = { statements: report.statements, plots: plotNames(history) };
  const wrong = report.findings.filter(({ grade }) => grade === "mismatch");
  const other = report.findings.filter(({ grade }) => grade !== "mismatch");
  const { total, whole, fingerprint } = report;
  const { ledger, chainId, runBy, example } = history.deployment;
  const verdict =
    wrong.length === 0
      ? `WHOLE · ${whole} of ${total}: every entry is here, none was changed. Whether they are true depends on who said them.`
      : `DOES NOT HOLD · ${whole} of ${total} entries hold`;
  return [
    verdict,
    ...list("What does not fit:", wrong, words),
    ...list("Worth a look:", other, words),
    `Heads read from ${heads.origin} at block ${heads.block} · ledger ${ledger} on chain ${chainId} · run by ${runBy.en}`,
    ...(fingerprint === null
      ? []
      : [`Fingerprint: printed when the lot's own log had ${fingerprint.at} of its ${fingerprint.of} moves.`]),
    ...files(report),
    ...(example === null ? [] : ["Example data: the blocks carry the example's own days."]),
  ].join("\n");
}

interface Words {
  readonly statements: readonly StatementCheck[];
  readonly plots: ReadonlyMap<Hex, string>;
}

function list(title: string, findings: readonly Finding[], words: Words): string[] {
  return findings.length === 0 ? [] : ["", title, ...findings.map((finding) => lineOf(finding, words)), ""];
}

/** `code · what and when · figures · where`: the code is the finding's name on the page and in docs. */
function lineOf({ code, subject, seq, entry, detail }: Finding, { statements, plots }: Words): string {
  const said = statements.find(
    (one) => one.subject === subject && one.seq === seq && (entry === null || one.entry === entry.entry),
  );
  const what = said?.kind == null || said.occurredAtS === null ? null : `${said.kind} of ${dayOf(said.occurredAtS)}`;
  const figures = Object.entries(detail).map(([name, value]) => figure(name, value, plots));
  const where = subject === null ? null : `subject ${short(subject)}${seq === null ? "" : `, move ${seq}`}`;
  return `  ${[code, what, ...figures, where].filter((part) => part !== null).join(" · ")}`;
}

function figure(name: string, value: string | number, plots: ReadonlyMap<Hex, string>): string {
  if (name.endsWith("S") && typeof value === "number") return `${name.slice(0, -1)} ${dayOf(value)}`;
  const plot = plots.get(String(value) as Hex);
  if (plot !== undefined) return `${name} ${plot}`;
  return `${name} ${/^0x[0-9a-f]{40,}$/.test(String(value)) ? short(String(value)) : value}`;
}

/** Names of plots from their own documents: English where there is one. */
function plotNames({ subjects, documents }: History): ReadonlyMap<Hex, string> {
  const names = new Map<Hex, string>();
  for (const text of Object.values(documents)) {
    const document = parsed(text);
    for (const { id } of subjects) {
      const plot = readPlot(document, id);
      if (plot !== null) names.set(id, plot.name?.en ?? plot.name?.zh ?? plot.code);
    }
  }
  return names;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function files({ attachments }: Report): string[] {
  if (attachments.length === 0) return [];
  const right = attachments.filter(({ state }) => state === "ok").length;
  return [`Files: ${right} of ${attachments.length} fetched and unchanged.`];
}

/** The day in China, where the records are made. */
function dayOf(timeS: number): string {
  return new Date((timeS + 8 * 3600) * 1000).toISOString().slice(0, 10);
}

function short(hex: string): string {
  return `${hex.slice(0, 6)}…${hex.slice(-4)}`;
}
