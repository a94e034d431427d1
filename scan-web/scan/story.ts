/**
 * What a scan page tells, in the order in which it is told: names, six facts, the way by stages, weights, plots, limits.
 * Nothing here is text yet: sentences are keys of the messages, so that one story is told in both languages.
 */
import type { SealedWhat } from "../../protocol/document/sealed.ts";
import type { BasisCode, PromiseKind } from "../../protocol/document/hgz-2026.ts";
import type { Hex } from "../../protocol/history.ts";
import type { Key, Names, Said, Unit, Value } from "../ui/i18n.ts";
import type { Grade } from "../ui/icons.ts";

export type {
  Amount,
  ChainFacts,
  Contradiction,
  DisputeStory,
  Fact,
  FactName,
  FileLink,
  Flow,
  FlowExit,
  FlowSource,
  FlowStep,
  Folded,
  Gap,
  HandStory,
  Organisation,
  Picture,
  PlotStory,
  PromiseStory,
  Proof,
  RecallStory,
  Stage,
  StatedBy,
  Story,
  StoryEntry,
  Struck,
  Table,
  VoidStory,
};
export { STAGES };

interface Amount {
  readonly amount: bigint;
  readonly unit: Unit;
}

type FactName = "harvest" | "origin" | "certificate" | "test" | "pesticide" | "fertiliser";

interface Fact {
  readonly name: FactName;
  readonly grade: Grade;
  readonly said: Said;
  readonly note: Said | null;
  /** What is said would make a buyer think twice: told by weight and colour besides the words. */
  readonly isBad?: boolean;
  /** There are records, and their words are not here: that is not "no record". */
  readonly isUnread?: boolean;
}

/** 种 管 采 制 装 检 运 */
const STAGES = ["plant", "tend", "harvest", "make", "pack", "test", "move"] as const;
type Stage = (typeof STAGES)[number];

interface Organisation {
  readonly number: number;
  readonly names: Names;
  /** How its identity was checked, as the operator's public document says; null: nobody did. */
  readonly checked: Names | null;
  readonly phone: string | null;
}

/** A file of an entry, shown as a picture or as a link. */
interface FileLink {
  readonly cid: string;
  readonly mediaType: string;
  readonly bytes: number;
  readonly name: string;
  /** What is sealed in it, for the co-operative alone; null: anybody may look at it. */
  readonly sealed: SealedWhat | null;
}

interface Picture extends FileLink {
  readonly caption: Names | null;
  readonly day: number;
  readonly credit: {
    readonly author: string;
    readonly licence: string;
    readonly source: string;
    /** What was done to it since; `""` where nothing is said, bare text where nobody says in which language. */
    readonly changes: string | Names;
  };
}

/** Of who grows, or of whoever else wrote it: a workshop, a shop, a carrier. */
type StatedBy = "grade.stated" | "grade.stated.other";

/** What the proof of one or more entries consists of; a page shows the ends of each value, the whole is in the history. */
interface Proof {
  readonly batch: Hex;
  readonly recorder: Hex;
  /** r ‖ s */
  readonly signature: Hex;
  readonly block: number;
  readonly seen: Hex;
  /** Time of the block named as `seen`; null when the server does not know it. */
  readonly seenS: number | null;
  /** CIDs of the entries' documents. */
  readonly documents: readonly string[];
}

/** One piece of the way: an entry, or the entries of one batch that say the same of several plots on one day. */
interface StoryEntry {
  /** Its statements are number `from` to `to` of the N that a reader counts. */
  readonly from: number;
  readonly to: number;
  /** `{batch}-{group}-{entry}` of each entry told here: where the script finds the place for what it has checked. */
  readonly ids: readonly string[];
  readonly title: Said;
  readonly lines: readonly Said[];
  readonly table: Table | null;
  /** What it does not speak of. */
  readonly about: Said | null;
  /** The whole list of places where its lines name some alone; null where they name all. */
  readonly places: Value | null;
  readonly grade: Grade;
  /** Whose own word it is where it is `stated`. */
  readonly stated: StatedBy;
  /** As which it signed; null for who speaks of its own. */
  readonly role: Said | null;
  readonly struck: Struck | null;
  readonly contradictions: readonly Contradiction[];
  readonly disputes: readonly DisputeStory[];
  /** Of a correction and of right data: the entry that was wrong, or is said to be. */
  readonly of: { readonly said: Said; readonly number: number } | null;
  readonly occurredAtS: number;
  readonly recordedAtS: number;
  /** Whole days between the two when that is more than a day, else 0. */
  readonly lateDays: number;
  /** Whether `verify` notes that: not of right data, which cannot but come later, and not of another lot's entries. */
  readonly isLate: boolean;
  readonly organisation: Organisation;
  readonly files: readonly FileLink[];
  readonly proof: Proof;
}

/** Its author's organisation says that it was wrong: it stays, struck through. */
interface Struck {
  readonly said: Said;
  /** Of the correction; of the right data, where there are any. */
  readonly by: number;
  readonly right: number | null;
}

/** Another organisation says that it is wrong: both stand. */
interface Contradiction {
  readonly said: Said;
  readonly by: number;
}

/** Who is named in an entry, or says so, denies it: both stand. */
interface DisputeStory {
  readonly said: Said;
  readonly denied: Names | null;
  readonly by: number;
  /** False of one whom the entry does not concern: told quietly. */
  readonly isNamed: boolean;
  readonly answer: { readonly text: Names | null; readonly by: number } | null;
}

/** Figures of a report, in its order. */
interface Table {
  readonly caption: Said;
  readonly heads: readonly Said[];
  readonly rows: readonly { readonly isBad: boolean; readonly cells: readonly Said[] }[];
}

interface Folded {
  readonly said: Said;
  readonly gaps: Said | null;
}

/** No record for a while, drawn where it was. */
interface Gap {
  readonly fromS: number;
  readonly said: Said;
}

/** A recall of what is in hand, of what it came from, or of goods of it that went further. */
interface RecallStory {
  readonly subject: Hex;
  readonly organisation: Organisation;
  readonly capacity: Said;
  readonly drill: boolean;
  readonly atS: number;
  /** Null while it stands. */
  readonly releasedAtS: number | null;
  readonly onward: boolean;
  /** What was called back. */
  readonly of: Said;
  readonly reason: Names | null;
  readonly todo: Names | null;
  readonly phone: string | null;
  readonly acknowledged: readonly {
    readonly organisation: Organisation;
    /** This history shows that it had some of it; else it says so. */
    readonly shown: boolean;
    readonly tookS: number;
    readonly done: Names | null;
  }[];
  readonly number: number | null;
}

/** From one hand to the next; `count` consignments between the same two are told together. */
interface HandStory {
  readonly from: Organisation;
  readonly to: Organisation;
  readonly carrier: Organisation | null;
  readonly packed: boolean;
  readonly unit: Unit;
  readonly count: number;
  readonly offered: bigint;
  /** Null where nobody has received them. */
  readonly found: bigint | null;
  readonly state: "under-way" | "received" | "returned";
  /** Who received, refused or withdrew them, by number; null while they are under way. */
  readonly answeredBy: number | null;
  readonly fromS: number;
  readonly untilS: number | null;
  readonly places: { readonly from: readonly Value[]; readonly to: readonly Value[] };
  readonly onward: boolean;
  readonly number: number | null;
}

/** 承诺达标合格证. */
interface PromiseStory {
  /** CID of its document, under which its sheet is. */
  readonly document: string;
  readonly name: Names | null;
  readonly lotNumber: string | null;
  readonly amount: Amount;
  readonly origin: Names | null;
  readonly dayS: number;
  readonly promisor: Organisation;
  readonly phone: string | null;
  readonly promise: PromiseKind | null;
  /** Of what it is: the lot in hand, what that came from, or goods of it that went further. */
  readonly of: Said;
  readonly place: "own" | "before" | "onward";
  /** Why it is not to be relied on. */
  readonly fault: Said | null;
  readonly basis: readonly {
    readonly code: BasisCode;
    /** Entries of this page that it rests on. */
    readonly numbers: readonly number[];
    /** They are such as the rule wants: of a test, one that was passed. */
    readonly stands: boolean;
    /** Plots that the lot came from and of which it names no record. */
    readonly bare: number;
  }[];
  readonly number: number | null;
}

/** The label in hand was declared void. */
interface VoidStory {
  readonly reason: Said;
  readonly atS: number;
  readonly number: number | null;
}

/** From the fields to the package; all of one unit, thousandths. */
interface Flow {
  readonly unit: Unit;
  readonly steps: readonly FlowStep[];
  /** Differences that were booked later, already in the figures above. */
  readonly booked: readonly { readonly difference: bigint; readonly number: number }[];
}

/** `before` + `came` = `after` + all exits, where the record is whole. */
interface FlowStep {
  readonly said: Said;
  /** Handed on, put together or split: nothing was made. */
  readonly isPassing: boolean;
  /** Where what came in here comes from; empty where it came from the steps before. */
  readonly sources: readonly FlowSource[];
  /** Of all its lots together, as corrected. */
  readonly made: bigint;
  readonly before: bigint;
  readonly came: bigint;
  /** On its way to the lot in hand when this step is done. */
  readonly after: bigint;
  readonly exits: readonly FlowExit[];
  /** Of the last step: what became of `after`. */
  readonly end: Said | null;
}

/** `said` null: not known. */
interface FlowSource {
  readonly amount: bigint;
  readonly said: Said | null;
}

interface FlowExit {
  readonly kind: "lost" | "side" | "elsewhere" | "left";
  readonly amount: bigint;
  readonly said: Said;
}

interface PlotStory {
  readonly subject: Hex;
  readonly names: Names;
  readonly area: Amount;
  /** Closed polygon in local metres, without coordinates; empty where none was recorded. */
  readonly outline: readonly (readonly [number, number])[];
  /** At most so much of the lot, 0 … 1. */
  readonly share: number;
  readonly recorded: boolean;
}

interface ChainFacts {
  readonly chainId: number;
  readonly ledger: Hex;
  readonly block: number;
  readonly blockTimeS: number;
  readonly finality: "journal" | "finalized" | "latest" | number;
  readonly runBy: Names;
}

interface Story {
  readonly lot: Hex;
  readonly product: Names | null;
  readonly net: Amount | null;
  readonly lotNumber: string | null;
  readonly holder: Organisation;
  readonly organisations: readonly Organisation[];
  /** `days` where the first blocks carry an example's own days. */
  readonly example: { readonly days: readonly [number, number] | null } | null;
  readonly facts: readonly Fact[];
  /** Whose own words all those are that are marked so. */
  readonly stated: StatedBy;
  readonly stages: readonly {
    readonly stage: Stage;
    readonly rows: readonly (StoryEntry | Gap)[];
    readonly silent: Key | null;
    /** Of a long stage, in one line: how much is in it, from when to when, with which gaps. It opens by a tap. */
    readonly folded: Folded | null;
  }[];
  readonly pictures: readonly Picture[];
  readonly flow: Flow | null;
  readonly recalls: readonly RecallStory[];
  readonly voided: VoidStory | null;
  readonly hands: readonly HandStory[];
  readonly promises: readonly PromiseStory[];
  readonly plots: readonly PlotStory[];
  /** At most so much of the lot came from outside this ledger, 0 … 1. */
  readonly outside: number;
  readonly chain: ChainFacts;
  /** N of "N of N" (docs/ledger.md §10): entries and touches of the run, the lot and all it came from. */
  readonly statements: number;
}
