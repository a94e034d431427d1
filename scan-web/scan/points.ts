/**
 * Findings as a reader is told them: what it means, what to do, and where it is. The same fact about one piece of the way is told
 * once, however many plots it touches. Pure.
 */
import type { Finding, Grade } from "../../protocol/verify/findings.ts";
import { type Key, type Said, type Speaker, said, type Value } from "../ui/i18n.ts";
import { someOf } from "./sentences.ts";

export type { PageFinding, Place, Point, Verdict };
export { pointsOf, verdictOf };

/** `verify`'s findings, and what only the page can see. */
type PageFinding = Omit<Finding, "code"> & {
  readonly code: Finding["code"] | "block-mismatch" | "page-differs" | "page-older";
};

/** What the page tells, and where. */
interface Place {
  /** The piece of the page that tells an entry: its first statement's number, or null. */
  readonly numberOf: (batch: string, group: number, entry: number) => number | null;
  /** How the page calls these plots, in its own order; those that it does not show are left out. */
  readonly plotNames: (ids: ReadonlySet<string>) => readonly string[];
  /** Where the page tells of the denial of what stands under this number, of the answer and of the correction; empty while one lacks. */
  readonly settledBy: (number: number) => readonly number[];
}

interface Point {
  readonly code: PageFinding["code"];
  readonly grade: Grade;
  /** Number of the statement at which it is shown; null: of the whole. */
  readonly number: number | null;
  readonly what: Said;
  /** The same in a few words, for the verdict. */
  readonly short: Key;
  readonly mend: Said;
  /** Further pieces of the page that belong to it: what was answered, and what was put right. */
  readonly also: readonly number[];
}

interface Verdict {
  /** `alarm` wins over all else: the record may be whole, the goods or the label are not to be relied on. */
  readonly state: "whole" | "notices" | "mismatch" | "alarm";
  readonly sentence: Said;
}

function pointsOf(findings: readonly PageFinding[], place: Place, speaker: Speaker): readonly Point[] {
  const gathered = new Map<string, { readonly finding: PageFinding; number: number | null; plots: Set<string> }>();
  for (const finding of findings) {
    // One calm line of the page tells of a drill (`quietOf`): there is nothing to look at.
    if (finding.code === "recall-drill") continue;
    const { code, batch, entry, detail } = finding;
    const number = batch === null || entry === null ? null : place.numberOf(batch, entry.group, entry.entry);
    const key = [code, number, speaker.say(said(meaning(finding, speaker), valuesOf(finding)))].join(" ");
    const same = gathered.get(key) ?? { finding, number, plots: new Set() };
    if (typeof detail.plot === "string") same.plots.add(detail.plot);
    gathered.set(key, same);
  }
  const points = [...gathered.values()].map(({ finding: found, number, plots }): Point => {
    const { code, grade } = found;
    const also = code === "disputed" && number !== null ? place.settledBy(number) : [];
    const finding = also.length === 0 ? found : { ...found, detail: { ...found.detail, isSettled: "yes" } };
    const values = valuesOf(finding);
    const means = said(meaning(finding, speaker), values);
    const names = place.plotNames(plots);
    return {
      code,
      grade,
      number,
      short: shortOf(finding, speaker),
      what: names.length === 0 ? means : said("points.at", { place: someOf(names), what: means }),
      mend: said(known(`finding.${code}${also.length === 0 ? "" : ".settled"}.do`, speaker), values),
      also,
    };
  });
  const weight: Readonly<Record<Grade, number>> = { alarm: 0, mismatch: 1, notice: 2, gap: 3 };
  // Within a mismatch, what names an entry says more than what says that the whole does not fit.
  return points.sort(
    (one, other) =>
      Number(one.also.length > 0) - Number(other.also.length > 0) ||
      weight[one.grade] - weight[other.grade] ||
      Number(one.number === null) - Number(other.number === null),
  );
}

function verdictOf(points: readonly Point[], total: number): Verdict {
  const [first] = points;
  if (first === undefined) return { state: "whole", sentence: said("verdict.whole", { total }) };
  if (first.grade === "alarm") return { state: "alarm", sentence: said("verdict.alarm", { what: first.what }) };
  if (first.grade === "mismatch") {
    return { state: "mismatch", sentence: said("verdict.mismatch", { what: mismatch(first) }) };
  }
  const kinds = [...new Set(points.map(({ short }) => short))];
  const list = kinds.map((short) => said(short));
  return { state: "notices", sentence: said("verdict.notices", { count: points.length, points: { list } }) };
}

function mismatch({ code, number, what }: Point): Said {
  if (number === null) return what;
  if (code === "group-not-in-batch" || code === "document-altered") return said("verdict.mismatch.content", { number });
  return said("verdict.mismatch.place", { number, what });
}

function valuesOf({ code, detail }: PageFinding): Readonly<Record<string, Value>> {
  const { fromS, untilS, days } = detail;
  if (code === "field-gap" && typeof fromS === "number" && typeof untilS === "number") {
    return { days: { days: [fromS, untilS] }, length: days ?? 0 };
  }
  return detail;
}

/** Of some findings there are several: whom a denial concerns, whether labels are older than what became of their certificate. */
function variantOf({ code, detail }: PageFinding): string {
  if (code === "disputed" && detail.isNamed === "no") return ".stranger";
  if (code === "disputed" && detail.isSettled === "yes") return ".settled";
  const { labels, labelsOut, origin } = detail;
  if (code === "certificate-scope" && origin === "yes") return ".origin";
  if (code === "certificate-of-other" && detail.claimed === "yes") return ".claimed";
  if (code === "certificate-revoked" && labels === "before" && labelsOut === "affected") return ".affected";
  const isFate = code === "certificate-revoked" || code === "certificate-suspended";
  return isFate && (labels === "before" || labels === "after") ? `.${labels}` : "";
}

function meaning(finding: PageFinding, speaker: Speaker): Key {
  const key = `finding.${finding.code}${variantOf(finding)}`;
  return speaker.has(key) ? key : known(`finding.${finding.code}`, speaker);
}

function shortOf(finding: PageFinding, speaker: Speaker): Key {
  const key = `finding.${finding.code}${variantOf(finding)}.short`;
  return speaker.has(key) ? key : known(`finding.${finding.code}.short`, speaker);
}

/** A finding that the messages do not know yet is still told, by its own name. */
function known(key: string, speaker: Speaker): Key {
  return speaker.has(key) ? key : "finding.malformed-entry";
}
