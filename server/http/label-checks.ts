/** What is looked at before a label is drawn: a wrong one costs a print run. Each refusal names its place in the request. */
import { bytesOf } from "../../protocol/bytes.ts";
import type { CodeClaim, Hex, History } from "../../protocol/history.ts";
import { codePath, fingerprint, printSerial, type readCode, readFingerprint } from "../../protocol/label.ts";
import { Problem } from "../../protocol/problem.ts";
import { type Format, outsideOf } from "../../scan-web/label/formats.ts";
import type { Drawing } from "../../scan-web/label/label.ts";
import type { ResolvedCode } from "../resolve/code.ts";
import type { IssuedSerial } from "../resolve/serials.ts";
import type { StandingRecall } from "../resolve/standing.ts";
import type { Asked } from "./label-sheet-paths.ts";

export type { LabelSources };
export { checkEachOnce, checkIssued, checkLetters, checkNotRecalled, checkPaths, checkShift, fingerprintOf };

interface LabelSources {
  readonly code: (path: string) => Promise<ResolvedCode | { readonly state: "behind"; readonly why: string }>;
  /** Of each serial, or null. */
  readonly issued: (serials: readonly string[]) => Promise<readonly (IssuedSerial | null)[]>;
  /** The newest that stands on a subject or on anything that it came from. */
  readonly recall: (subject: Hex) => Promise<StandingRecall | null>;
  readonly history: (lot: Hex, code: CodeClaim) => Promise<History | null>;
  /** The newest final word of a lot. */
  readonly word: (lot: Hex) => Promise<Hex | null>;
  /** All words of a lot that the index holds. */
  readonly words: (lot: Hex) => Promise<readonly Hex[]>;
  /** Characters that pictures cannot show. */
  readonly missing: (text: string) => readonly string[];
}

function checkEachOnce(serials: readonly string[]): void {
  const places = new Map<string, number>();
  for (const [n, serial] of serials.entries()) {
    const before = places.get(serial);
    if (before !== undefined)
      throw new Problem("serial-repeated", `/serials/${n}`, `${printSerial(serial)} stands at ${before} already`);
    places.set(serial, n);
  }
}

/** All of one run, and none of them void. The first tells which; it alone needs its place in the run's tree, for the history that carries it. */
async function checkIssued(
  parts: Pick<LabelSources, "code" | "issued">,
  serials: readonly string[],
  wanted: string | undefined,
): Promise<{ readonly run: Hex; readonly lot: Hex; readonly claim: CodeClaim }> {
  const issued = await parts.issued(serials);
  const missing = issued.indexOf(null);
  const asked = Math.max(0, missing);
  const code = await parts.code(codePath({ gtin: null, lotNumber: null, serial: serials[asked] ?? "" }));
  const at = `/serials/${asked}`;
  if (code.state === "behind") throw new Problem("index-behind", at, code.why);
  if (code.state === "unknown" || missing >= 0)
    throw new Problem(
      "code-not-issued",
      at,
      `${printSerial(serials[asked] ?? "")} was never issued: no label run of this ledger holds it`,
    );
  const { run } = code.claim;
  const other = issued.findIndex((one) => one?.run !== run);
  if (other >= 0)
    throw new Problem(
      "labels-mixed",
      `/serials/${other}`,
      `${printSerial(serials[other] ?? "")} is of the run ${issued[other]?.run}, the first serial of ${run}`,
    );
  if (wanted !== undefined && wanted !== run)
    throw new Problem("labels-mixed", "/run", `these serials are of the run ${run}`);
  const voided = issued.findIndex((one) => one?.isVoid === true);
  if (voided >= 0)
    throw new Problem("label-voided", `/serials/${voided}`, `${printSerial(serials[voided] ?? "")} was declared void`);
  return { run, lot: code.lot, claim: code.claim };
}

/** What is recalled gets no new labels, nor old ones once more: the run's own recall, its lot's, or of what that came from. */
async function checkNotRecalled({ recall }: Pick<LabelSources, "recall">, run: Hex): Promise<void> {
  const found = await recall(run);
  if (found === null) return;
  const since = new Date(found.atS * 1000).toISOString();
  const goods = "these goods, or what they came from";
  throw new Problem("recalled", "/serials", `organisation ${found.organisation} recalled ${goods}, at ${since}`);
}

/** Whoever gives a whole path means that one: what would be printed has to be it. The short form claims nothing. */
function checkPaths(
  given: readonly ReturnType<typeof readCode>[],
  history: History,
  pathOf: (serial: string) => string,
): void {
  for (const [n, code] of given.entries()) {
    if (code.gtin === null || codePath(code) === pathOf(code.serial)) continue;
    throw new Problem(
      "code-not-issued",
      `/serials/${n}`,
      `lot ${history.lot} has codes such as ${pathOf(code.serial)}, not ${codePath(code)}`,
    );
  }
}

function checkLetters({ missing }: LabelSources, { layout }: Drawing): void {
  const lost = missing(layout.lines.map(({ text }) => text ?? "").join(""));
  if (lost.length > 0) throw new Problem("letter-missing", "/as", `the label needs ${lost.join(" ")}`);
}

function checkShift(format: Format, shift: Asked["shift"], at: string): void {
  const way = outsideOf(format, shift);
  if (way !== null) throw new Problem("request-invalid", `${at}/${way}`, "labels so shifted would leave the paper");
}

/** What is printed as the mark: of the lot's newest word, or the one that is asked for, which has to be of a word that the lot had. */
async function fingerprintOf(
  sources: Pick<LabelSources, "word" | "words">,
  lot: Hex,
  asked: string | undefined,
): Promise<string> {
  const newest = await sources.word(lot);
  if (asked === undefined) {
    if (newest === null) throw new Problem("index-behind", "/serials/0", "the lot has no head yet");
    return fingerprint(bytesOf(newest));
  }
  const wanted = readFingerprint(asked, "/fingerprint");
  const known = [...(newest === null ? [] : [newest]), ...(await sources.words(lot))];
  if (known.some((word) => fingerprint(bytesOf(word)) === wanted)) return wanted;
  throw new Problem("fingerprint-unknown", "/fingerprint", `lot ${lot} never had the fingerprint ${wanted}`);
}
