/**
 * Third parties: who signed as one, what they found in a few lines, and which certificates count for the lot. Whatever they say is
 * theirs: a page says by whom, of what, until when, and what it does not speak of. Pure.
 */
import { organisationNumber } from "../../protocol/batch.ts";
import { bytesOf, hexOf } from "../../protocol/bytes.ts";
import { type CredentialReading, readCredential } from "../../protocol/document/read-credential.ts";
import { readAttest, readInspect, readTest, type TestReading } from "../../protocol/document/read-third.ts";
import type { Hex } from "../../protocol/history.ts";
import { kindByName } from "../../protocol/kinds/all.ts";
import { coveredBy, type LotCovered } from "../../protocol/verify/covering.ts";
import { standingOf } from "../../protocol/verify/standing.ts";
import { type Key, type Said, said, type Value } from "../ui/i18n.ts";
import { believed } from "./corrections.ts";
import { storyOf } from "./ancestry.ts";
import { type Graph, holderOf, madeOf, rolesAt } from "./graph.ts";
import type { GraphEntry } from "./open.ts";
import { byCode, someOf } from "./sentences.ts";
import type { Table } from "./story.ts";
import { type CertificateState, type Fate, fatesOf, stateAt, type Volume, volumeOf } from "./volume.ts";

export type { Certificate };
export { aboutOf, certificatesFor, isThird, roleOf, testTable, testsOf, thirdLines, thirdTitle };

/** A certificate that counts for the lot, as docs/ledger.md §10.8 says. */
interface Certificate {
  readonly id: Hex;
  readonly entry: GraphEntry;
  readonly fromS: number;
  readonly untilS: number;
  /** Null where the document is missing, or its issuer struck it through. */
  readonly credential: CredentialReading | null;
  readonly isStruck: boolean;
  readonly namesProduct: boolean;
  /** Plots of the lot that it names, and those that it does not. */
  readonly plots: readonly Hex[];
  readonly others: readonly Hex[];
  /** When the labels were recorded (without a code: the lot). */
  readonly state: CertificateState;
  readonly nowState: CertificateState;
  readonly fates: readonly Fate[];
  readonly volume: Volume | null;
  /** The labels in hand count against its volume. */
  readonly claimed: boolean;
  /** In force on the days of all harvests; null where none is known. */
  readonly atHarvest: boolean | null;
}

/** As the bits of docs/ledger.md §6; the first that the organisation has names it. */
const ROLES: readonly (readonly [bit: number, key: Key])[] = [
  [16, "role.laboratory"],
  [32, "role.certifier"],
  [128, "role.regulator"],
  [64, "role.expert"],
  [1, "role.producer"],
  [2, "role.processor"],
  [4, "role.trader"],
  [8, "role.carrier"],
];

/** The role by which it was written; null where the organisation had none. */
function roleOf(graph: Graph, { open, subject, organisation, recordedAtS }: GraphEntry): Said | null {
  const made = graph.subjects.get(subject)?.maker?.open;
  // Of a consignment it is the place in the goods' way that counts.
  if (made?.name === "SHIP") {
    if (open.name === "RECEIVE" || open.name === "REFUSE") return said("role.receiver");
    if (organisation === made.args.carrier && OBSERVED.has(open.name)) return said("role.carrier");
  }
  const had = rolesAt(graph, organisation, recordedAtS);
  const asked = kindByName(open.name).roles;
  const found = ROLES.find(([bit]) => (had & (asked === 0 ? had : asked) & bit) !== 0);
  return found === undefined ? null : said(found[1]);
}

const OBSERVED: ReadonlySet<string> = new Set(["GROW", "SENSE", "NOTE"]);

/** Who holds a subject when an entry is written: of a consignment its maker until it is received, then the receiver. */
function holderAt({ subjects }: Graph, { id, subject: of }: GraphEntry): number | null {
  const subject = subjects.get(of);
  const maker = subject?.maker ?? null;
  if (subject === undefined || maker?.open.name !== "SHIP") return maker?.organisation ?? null;
  const { to } = maker.open.args;
  const taken = subject.entries.findIndex(({ open, organisation }) => open.name === "RECEIVE" && organisation === to);
  const at = subject.entries.findIndex((entry) => entry.id === id);
  return taken !== -1 && at > taken ? to : maker.organisation;
}

/** By the rule that `verify` has too: in whose name it stands in its log. */
function isThird(graph: Graph, entry: GraphEntry): boolean {
  const { id, subject, organisation, open } = entry;
  const maker = graph.subjects.get(subject)?.maker;
  const holder = organisationNumber(bytesOf(subject)) ?? holderAt(graph, entry);
  const party = maker?.open.name === "CERTIFY" ? maker.open.args.beneficiary : holder;
  const correctsItself = graph.corrections.byEntry.get(id)?.byAuthor === true;
  const hasRole = roleOf(graph, entry) !== null;
  const isInvolved = (): boolean => [...storyOf(graph), subject].some((id) => hadInHands(graph, id, organisation));
  const by = { organisation, kind: open.name, correctsItself, hasRole, isInvolved };
  return standingOf(by, { holder, party }) === "third";
}

/** It made the goods, or they were sent to it; who issued a certificate had none. */
function hadInHands({ subjects }: Graph, id: Hex, organisation: number): boolean {
  const maker = subjects.get(id)?.maker;
  if (maker == null || maker.open.name === "CERTIFY") return false;
  return maker.organisation === organisation || (maker.open.name === "SHIP" && maker.open.args.to === organisation);
}

function certificatesFor(graph: Graph): readonly Certificate[] {
  const story = storyOf(graph);
  const lot = lotOf(graph, story);
  if (lot === null) return [];
  const codeOf = (id: Hex): string => graph.plot(id)?.code ?? "";
  const plots = [...lot.plots].sort((one, other) => byCode(codeOf(one), codeOf(other)));
  return [...graph.subjects].flatMap(([id, { maker: entry }]): readonly Certificate[] => {
    if (entry?.open.name !== "CERTIFY") return [];
    const covered = coveredBy(entry.open.args, lot);
    const claimed = story.has(id);
    if (!covered.counts && !claimed) return [];
    const { covers, atHarvest, atS } = covered;
    const fates = fatesOf(graph, id);
    const dated = { fates, fromS: entry.open.args.fromS, untilS: entry.open.args.untilS };
    const nowS = graph.history.asOf.timeS;
    const scopes = new Set(entry.open.args.scopes.map(hexOf));
    const now = believed(graph.corrections, entry);
    return [
      {
        ...{ id, entry, ...dated, atHarvest, claimed },
        state: stateAt(dated, atS ?? nowS),
        nowState: stateAt(dated, nowS),
        volume: volumeOf(graph, id),
        namesProduct: lot.product !== null && covers.includes(lot.product),
        plots: plots.filter((plot) => scopes.has(plot)),
        credential: now === null ? null : readCredential(now.document, id),
        isStruck: now === null,
        others: plots.filter((plot) => !scopes.has(plot)),
      },
    ];
  });
}

/** What of the lot decides whether a certificate is for it. */
function lotOf(graph: Graph, story: ReadonlySet<Hex>): LotCovered | null {
  const { lot, code } = graph.history;
  const maker = graph.subjects.get(lot)?.maker;
  if (maker == null) return null;
  const makers = [...story].flatMap((id) => {
    const found = graph.subjects.get(id)?.maker;
    return found == null ? [] : [{ id, open: found.open, occurredAtS: found.occurredAtS }];
  });
  return {
    holder: holderOf(graph.subjects.get(lot)),
    product: madeOf(graph, lot)?.product ?? null,
    plots: new Set(makers.filter(({ open }) => open.name === "PLOT").map(({ id }) => id)),
    harvestsS: makers.filter(({ open }) => open.name === "HARVEST").map(({ occurredAtS }) => occurredAtS),
    lotAtS: maker.recordedAtS,
    labelsAtS: code === null ? null : (graph.subjects.get(code.run)?.maker?.recordedAtS ?? null),
  };
}

/** Tests by third parties that stand as they are, newest first; of the lot or its labels before those of what it came from. */
function testsOf(
  graph: Graph,
): readonly { readonly entry: GraphEntry; readonly test: TestReading; readonly isOfLot: boolean }[] {
  const { lot, code } = graph.history;
  return graph.entries
    .filter((entry) => entry.open.name === "TEST" && isThird(graph, entry) && !graph.corrections.struck.has(entry.id))
    .flatMap((entry) => {
      const test = readTest(entry.document, entry.subject);
      return test === null ? [] : [{ entry, test, isOfLot: entry.subject === lot || entry.subject === code?.run }];
    })
    .sort(
      (one, other) => Number(other.isOfLot) - Number(one.isOfLot) || other.entry.occurredAtS - one.entry.occurredAtS,
    );
}

/** Null for what is no third party's kind. */
function thirdTitle({ open, document, subject }: GraphEntry): Said | null {
  switch (open.name) {
    case "TEST":
      return said(TESTS[readTest(document, subject)?.verdict ?? "unknown"]);
    case "INSPECT":
      return said(INSPECTIONS[String(readInspect(document, subject)?.conformant ?? null)] ?? "entry.INSPECT.unknown");
    case "ATTEST":
      return said("entry.ATTEST");
    case "CERTIFY":
      return said("entry.CERTIFY", { name: readCredential(document, subject)?.name ?? "" });
    default:
      return null;
  }
}

const TESTS = { pass: "entry.TEST.pass", fail: "entry.TEST.fail", unknown: "entry.TEST.unknown" } as const;
const INSPECTIONS: Readonly<Record<string, Key>> = { true: "entry.INSPECT.conformant", false: "entry.INSPECT.not" };

function thirdLines(graph: Graph, entry: GraphEntry, certificates: readonly Certificate[]): readonly Said[] {
  const { open, document, subject } = entry;
  if (open.name === "TEST") return testLines(readTest(document, subject));
  if (open.name === "INSPECT") {
    const inspection = readInspect(document, subject);
    return [...note(inspection?.looked), ...by("entry.INSPECT.rule", "rule", inspection?.rule)];
  }
  if (open.name === "ATTEST") {
    const attestation = readAttest(document, subject);
    return [...by("entry.ATTEST.statement", "text", attestation?.statement), ...note(attestation?.capacity)];
  }
  const certificate = certificates.find(({ id }) => id === subject);
  if (open.name !== "CERTIFY" || certificate === undefined) return [];
  return certificateLines(graph, certificate, readCredential(document, subject));
}

function testLines(test: TestReading | null): readonly Said[] {
  if (test === null) return [];
  const { sampleNumber, sampledAtS, sampledBy, orderedBy, results } = test;
  const sources = unique(results.flatMap(({ limitFrom }) => limitFrom ?? []));
  return [
    ...(sampleNumber === null ? [] : [said("entry.TEST.sample", { number: sampleNumber })]),
    ...(sampledAtS === null ? [] : [said("entry.TEST.sampled", { day: { day: sampledAtS } })]),
    ...note(sampledBy),
    ...by("entry.TEST.ordered", "name", orderedBy?.name),
    ...(sources.length === 0 ? [] : [said("entry.TEST.limits", { list: { list: sources } })]),
  ];
}

function certificateLines(
  graph: Graph,
  certificate: Certificate,
  credential: CredentialReading | null,
): readonly Said[] {
  const { fromS, untilS, plots, others, namesProduct, state, atHarvest } = certificate;
  const names = (ids: readonly Hex[]): Value =>
    someOf(ids.map((id) => graph.plot(id)?.name ?? graph.plot(id)?.code ?? ""));
  const product = madeOf(graph, graph.history.lot)?.product ?? null;
  const criteria = credential?.criteria ?? [];
  const inForce = state === "in-force" ? (atHarvest === false ? "not-yet" : "in-force") : state;
  const { fates, volume, claimed } = certificate;
  const unread = graph.subjects.get(certificate.id)?.unread ?? 0;
  return [
    ...(credential?.number == null ? [] : [said("entry.CERTIFY.number", { number: credential.number })]),
    // `until` is the first second in which it is no longer in force.
    said("entry.CERTIFY.valid", { days: { days: [fromS, untilS - 1] } }),
    said(STATES[inForce]),
    ...fates.map(({ kind, entry }) => said(FATES[kind], { day: { day: entry.recordedAtS } })),
    ...(claimed ? [said("entry.CERTIFY.claimed")] : []),
    ...(volume === null ? [] : [volumeWords(volume)]),
    ...(unread === 0 ? [] : [said("entry.CERTIFY.unread", { more: unread })]),
    ...by("entry.CERTIFY.scheme", "name", credential?.scheme.name),
    ...(criteria.length === 0 ? [] : [said("entry.CERTIFY.criteria", { list: { list: criteria } })]),
    ...(namesProduct && product !== null
      ? by("entry.CERTIFY.product", "name", graph.product(product)?.name)
      : [said("entry.CERTIFY.no-product")]),
    ...(plots.length === 0 ? [] : [said("entry.CERTIFY.plots", { list: names(plots) })]),
    ...(plots.length === 0 || others.length === 0 ? [] : [said("entry.CERTIFY.others", { list: names(others) })]),
    ...note(credential?.notes),
  ];
}

const STATES = {
  "in-force": "entry.CERTIFY.in-force",
  "not-yet": "entry.CERTIFY.not-yet",
  expired: "entry.CERTIFY.expired",
  suspended: "entry.CERTIFY.was.suspended",
  revoked: "entry.CERTIFY.was.revoked",
} as const;

const FATES = {
  SUSPEND: "entry.CERTIFY.since.SUSPEND",
  LIFT: "entry.CERTIFY.since.LIFT",
  REVOKE: "entry.CERTIFY.since.REVOKE",
} as const;

function volumeWords({ unit, volume, left, here, isStated }: Volume): Said {
  const amount = (thousandths: bigint): Value => ({ amount: thousandths, unit, form: "short" });
  return left === null
    ? said("entry.CERTIFY.volume.unknown", { volume: amount(volume), here: amount(here) })
    : said(isStated ? "entry.CERTIFY.volume.stated" : "entry.CERTIFY.volume", {
        volume: amount(volume),
        here: amount(here),
        left: amount(left),
      });
}

/** What it does not speak of; null where a producer speaks. */
function aboutOf({ open }: GraphEntry): Said | null {
  const key = ABOUT[open.name];
  return key === undefined ? null : said(key);
}

const ABOUT: Readonly<Record<string, Key>> = {
  TEST: "entry.TEST.about",
  INSPECT: "entry.INSPECT.about",
  ATTEST: "entry.ATTEST.about",
  CERTIFY: "entry.CERTIFY.about",
};

/** A laboratory's lines, as it wrote them; a figure that is missing is said to be. What may have to be scrolled to comes last. */
function testTable({ open, document, subject }: GraphEntry): Table | null {
  const results = open.name === "TEST" ? (readTest(document, subject)?.results ?? []) : [];
  if (results.length === 0) return null;
  // The unit stands beside each figure: a column of its own would be out of sight on a phone.
  const figure = (value: number, unit: string | null): Value =>
    unit === null ? { figure: value } : said("table.figure.unit", { value: { figure: value }, unit });
  const hasMethod = results.some(({ method }) => method !== null);
  return {
    caption: said("table.caption"),
    heads: [
      said("table.parameter"),
      said("table.value"),
      said("table.limit"),
      said("table.judged"),
      ...(hasMethod ? [said("table.method")] : []),
    ],
    rows: results.map(({ parameter, value, notDetected, detectionLimit, unit, limit, method, verdict }) => ({
      isBad: verdict === "fail",
      cells: [
        said("entry.note", { text: parameter }),
        value !== null
          ? said("table.figure", { value: figure(value, unit) })
          : !notDetected
            ? said("table.not-stated")
            : detectionLimit === null
              ? said("table.not-detected")
              : said("table.below", { value: figure(detectionLimit, unit) }),
        limit === null ? said("table.no-limit") : said("table.figure", { value: figure(limit, unit) }),
        said(JUDGED[verdict]),
        ...(hasMethod ? [said("entry.note", { text: method ?? "" })] : []),
      ],
    })),
  };
}

const JUDGED = { pass: "table.judged.pass", fail: "table.judged.fail", unknown: "table.judged.unknown" } as const;

function note(text: Value | null | undefined): readonly Said[] {
  return by("entry.note", "text", text);
}

function by(key: Key, name: string, value: Value | null | undefined): readonly Said[] {
  return value == null ? [] : [said(key, { [name]: value })];
}

function unique<Item>(items: readonly Item[]): readonly Item[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}
