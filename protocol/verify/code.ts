/**
 * The code in the reader's hand (docs/ledger.md §12): its serial was issued by the label run, the run is of this lot, the address
 * names the lot as its documents do; and the printed fingerprint is one that the lot's history passed through. Pure.
 */
import { equalBytes, type Hex, hexOf } from "../bytes.ts";
import { readEvent } from "../document/read.ts";
import type { LotName } from "../document/terms.ts";
import { type Code, fingerprint, readFingerprint, readSerial, serialLeaf } from "../label.ts";
import { rootFromPath } from "../merkle.ts";
import type { Primitives } from "../sign.ts";
import type { CheckedDocuments } from "./documents.ts";
import { entryKey } from "./ref.ts";
import type { Maker } from "./graph.ts";
import type { CheckedLog } from "./logs.ts";
import { attempt, fieldsOf, type OpenCode, type OpenedHistory } from "./open.ts";
import type { Findings } from "./findings.ts";
import type { Report } from "./report.ts";

export { checkCode, checkFingerprint, checkVoided, lotNameOf };

interface Parts {
  readonly primitives: Primitives;
  readonly history: OpenedHistory;
  readonly makers: ReadonlyMap<Hex, Maker>;
  readonly documents: CheckedDocuments;
  readonly findings: Findings;
}

/** `scanned` is the reader's own reading of the code; without it the history's claim is taken at its word. */
async function checkCode(parts: Parts, scanned: Code | undefined): Promise<void> {
  const { history, findings } = parts;
  const { code } = history;
  const own = fieldsOf(scanned);
  if (own !== null && code?.serial !== own.serial) {
    findings.add("serial-not-issued", { subject: code?.run ?? null }, { reason: "other-serial" });
  }
  if (code === null) return;
  const reason = await whyNotIssued(parts, code);
  if (reason !== null) findings.add("serial-not-issued", { subject: code.run }, { reason });
  const maker = code.run === null ? undefined : parts.makers.get(code.run);
  const where = { subject: history.lot };
  if (maker?.entry.name === "LABEL" && hexOf(maker.entry.args.lot) !== history.lot) {
    findings.add("code-of-other-lot", where, { reason: "run", lot: hexOf(maker.entry.args.lot) });
  }
  const { gtin, lotNumber } = own ?? code;
  if (gtin == null && lotNumber == null) return;
  const name = history.lot === null ? null : lotNameOf(history.lot, parts.makers, parts.documents);
  // A document that is missing or altered is told as such; there is nothing to compare with.
  if (name === null) return;
  if (name.gtin !== gtin || name.lotNumber !== lotNumber) {
    const [given, found] = [`${gtin}/${lotNumber}`, `${name.gtin}/${name.lotNumber}`];
    findings.add("code-of-other-lot", where, { reason: "address", given, found });
  }
}

async function whyNotIssued({ primitives, makers }: Parts, code: OpenCode): Promise<string | null> {
  const serial = attempt(() => readSerial(code.serial));
  if (serial === null || serial !== code.serial) return "serial";
  const maker = code.run === null ? undefined : makers.get(code.run);
  if (maker?.entry.name !== "LABEL" || !maker.group.inBatch) return "no-run";
  const { count, root } = maker.entry.args;
  if (code.index === null || code.path === null || BigInt(code.count ?? -1) !== count) return "count";
  const leaf = await serialLeaf(primitives, serial);
  const found = await rootFromPath(primitives, { leaf, index: code.index, size: Number(count), path: code.path });
  return found !== null && equalBytes(found, root) ? null : "path";
}

/** The very label in the reader's hand counts no more. */
function checkVoided({ code }: OpenedHistory, { runs }: Report["books"], findings: Findings): void {
  if (code === null || code.index === null) return;
  const index = BigInt(code.index);
  const found = runs
    .find(({ id }) => id === code.run)
    ?.voided.find(({ first, number }) => first <= index && index < first + number);
  if (found === undefined) return;
  findings.add("label-voided", { subject: code.run, ...found.ref }, { reason: found.reason, atS: found.atS });
}

/** How the document that made a lot calls it. */
function lotNameOf(lot: Hex, makers: ReadonlyMap<Hex, Maker>, documents: CheckedDocuments): LotName | null {
  const maker = makers.get(lot);
  if (maker === undefined) return null;
  const document = documents.byEntry.get(entryKey(maker.batch.hash, maker.groupIndex, 0));
  // The document speaks of the group's subject; further outputs are listed in it.
  const event = maker.group.subject === null ? null : readEvent(document, maker.group.subject);
  const output = event?.outputs.find(({ subject }) => subject === lot);
  return output?.lot ?? (maker.output === 0 ? event?.lots[0] : null) ?? null;
}

/** Which of the lot's words was printed. */
function checkFingerprint(
  typed: unknown,
  lot: Hex | null,
  logs: ReadonlyMap<Hex, CheckedLog>,
  findings: Findings,
): Report["fingerprint"] {
  if (typed === undefined) return null;
  const words = lot === null ? [] : (logs.get(lot)?.words ?? []);
  const printed = typeof typed === "string" ? attempt(() => readFingerprint(typed)) : null;
  const found = printed === null ? -1 : words.findIndex((word) => fingerprint(word) === printed);
  if (found >= 0) return { at: found + 1, of: words.length };
  findings.add("fingerprint-mismatch", { subject: lot }, { of: words.length });
  return null;
}
