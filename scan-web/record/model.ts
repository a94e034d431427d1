/**
 * The shapes that the recorder keeps and shows: what a phone knows of itself, of its cooperative's field, and of each record.
 * All of it lies in IndexedDB (db.ts) and survives a killed tab. Pure: types and the few tables that name their words.
 */
import type { Hex } from "../../protocol/bytes.ts";
import type { SealedWhat } from "../../protocol/document/sealed.ts";
import type { Words } from "../../protocol/document/text.ts";

export type {
  Amount,
  Answer,
  Answers,
  Ask,
  AskType,
  BatchRow,
  Counts,
  Draft,
  Field,
  FieldLot,
  FieldOrganisation,
  FieldPlanting,
  FieldPlot,
  FieldProduct,
  FieldRecorder,
  FieldSite,
  FieldUse,
  FileRow,
  Jwk,
  Place,
  RecordRow,
  RecordState,
  Section,
  Self,
  ShownUnit,
  Target,
  Why,
  Work,
};

/** Public part of a P-256 key (RFC 7517, 7518 §6.2). */
interface Jwk {
  readonly kty: "EC";
  readonly crv: "P-256";
  readonly x: string;
  readonly y: string;
}

/** This phone. Null until its key is made. */
interface Self {
  readonly recorder: Hex;
  readonly key: { readonly x: Hex; readonly y: Hex };
  readonly sealing: Jwk;
  /** Null until it is enrolled. */
  readonly organisation: number | null;
  readonly manager: boolean;
  /** False once a manager ended this key. */
  readonly active: boolean;
  readonly chainId: string;
  readonly ledger: Hex;
  /** Next free nonce; decimal. */
  readonly nextNonce: string;
  /** Hash and number of the newest final block that this phone knows. */
  readonly seen: Hex;
  readonly block: number;
  /** Server's clock less this phone's, milliseconds, as last measured; null: never. */
  readonly offsetMs: number | null;
  /** When the last sync was answered, by the server's clock (seconds); null: never. */
  readonly syncedAtS: number | null;
}

/** Sections of what a server tells about an organisation's field; each has a version of its own. */
type Section = "organisation" | "plots" | "sites" | "products" | "plantings" | "lots" | "recorders";

interface FieldOrganisation {
  readonly number: number;
  readonly subject: Hex;
  readonly name: Words;
  readonly phone: string | null;
  readonly roles: readonly string[];
  readonly active: boolean;
  readonly example: boolean;
  /** The operator's sealing key; null: no escrow. */
  readonly escrow: Jwk | null;
  /** Sealing key of its first manager, whom no ENROL names. */
  readonly sealing: Jwk | null;
}

/** Amounts are decimal text in the unit named, as everywhere in the API. `isOurs`: not yet on record, named by this phone. */
interface FieldPlot {
  readonly id: Hex;
  readonly code: string;
  readonly name: Words | null;
  readonly village: Words | null;
  /** Square metres. */
  readonly area: string;
  readonly free: string;
  /** CID of its first picture. */
  readonly picture: string | null;
  readonly isOurs?: true;
}

interface FieldSite {
  readonly id: Hex;
  readonly code: string;
  readonly name: Words;
}

interface FieldProduct {
  readonly id: Hex;
  readonly name: Words;
  readonly gtin: string | null;
  readonly unit: string;
  /** Content of one piece; "0": sold loose. */
  readonly net: string;
  /** Usual loss, thousandths of the input. */
  readonly loss: number;
  /** Id of a crop of the list of works (`tea`, `citrus` …), where its master data says one. */
  readonly crop: string | null;
  readonly isOurs?: true;
}

/** A pesticide or the like brought out on a planting or plot, which a harvest has to wait for. */
interface FieldUse {
  readonly name: Words;
  readonly atS: number;
  readonly preHarvestIntervalDays: number;
}

interface FieldPlanting {
  readonly id: Hex;
  readonly plot: Hex;
  readonly product: Hex;
  readonly lotNumber: string;
  readonly gtin: string | null;
  readonly area: string;
  /** The product's unit per hectare. */
  readonly cap: string;
  readonly harvested: string;
  /** What may still be harvested. */
  readonly mayBear: string;
  readonly uses: readonly FieldUse[];
  /** The newest work on it, by anybody. */
  readonly last: { readonly work: string; readonly atS: number } | null;
  readonly isOurs?: true;
}

interface FieldLot {
  readonly id: Hex;
  readonly product: Hex;
  readonly lotNumber: string;
  readonly gtin: string | null;
  readonly unit: string;
  /** HARVEST, TRANSFORM, ORIGIN, SHIP. */
  readonly sort: string;
  readonly made: string;
  readonly left: string;
  readonly packed: string;
  readonly madeAtS: number;
  /** here: ours · coming: offered to us and on its way · going: offered by us. */
  readonly state: "here" | "coming" | "going";
  /** The other side of a consignment under way. */
  readonly other: { readonly number: number; readonly name: Words } | null;
  /** A recall stands. */
  readonly isRecalled: boolean;
  /** Of a consignment under way: the lot that it was taken from. */
  readonly source?: Hex | null;
  readonly isOurs?: true;
  /** Told by another phone's code and not yet on record. */
  readonly isTold?: true;
}

interface FieldRecorder {
  readonly recorder: Hex;
  readonly manager: boolean;
  readonly active: boolean;
  readonly device: Words | null;
  readonly enrolledAtS: number;
  readonly sealing: Jwk | null;
}

/** What the server told last, with what this phone has named since laid over it. */
interface Field {
  readonly organisation: FieldOrganisation | null;
  readonly plots: readonly FieldPlot[];
  readonly sites: readonly FieldSite[];
  readonly products: readonly FieldProduct[];
  readonly plantings: readonly FieldPlanting[];
  readonly lots: readonly FieldLot[];
  readonly recorders: readonly FieldRecorder[];
}

/** Where somebody stands: the plot (with its planting, if there is one) or lot that is recorded about. */
type Place =
  | { readonly sort: "plot"; readonly plot: FieldPlot; readonly planting: FieldPlanting | null }
  | { readonly sort: "lot"; readonly lot: FieldLot };

/** The subject of a record, by its kind's needs. */
interface Target {
  readonly sort: "plot" | "planting" | "lot" | "organisation";
  readonly id: Hex;
}

/** Units as people say them; the ledger's own stands in {@link Amount}. */
type ShownUnit =
  "jin" | "kg" | "g" | "mu" | "m2" | "l" | "ml" | "m3" | "piece" | "minute" | "celsius" | "percent" | "day";

/** An amount as it was typed: `text` in `shown`; the ledger's thousandths are computed from both (capture.ts). */
interface Amount {
  readonly text: string;
  readonly shown: ShownUnit;
}

/** One answer, by the type of its question. */
type Answer =
  | { readonly type: "amount"; readonly amount: Amount }
  | { readonly type: "choice"; readonly id: string }
  /** A pesticide, fertiliser or other input of the list, or one typed in. */
  | {
      readonly type: "input";
      readonly id: string | null;
      readonly name: Words;
      readonly kind: "pesticide" | "fertiliser" | "other";
    }
  | { readonly type: "text"; readonly text: string }
  /** Lots or plantings that go in, each with its amount. */
  | { readonly type: "parts"; readonly parts: readonly { readonly id: Hex; readonly amount: Amount }[] }
  | { readonly type: "subject"; readonly id: Hex }
  | { readonly type: "party"; readonly number: number; readonly name?: Words };

type Answers = Readonly<Record<string, Answer>>;

type AskType = Answer["type"];

/** One question; one screen. */
interface Ask {
  readonly id: string;
  readonly type: AskType;
  readonly required: boolean;
  /** Of an amount: the units offered, the first one at first. */
  readonly units?: readonly ShownUnit[];
  /** Of a choice: ids, whose words are those of asks.ts. Numbers offered as chips for an amount. */
  readonly choices?: readonly string[];
  /** Several may be chosen: their ids stand one after the other, with a space between. */
  readonly many?: true;
  /** Of an input: which part of the list. */
  readonly inputs?: "pesticide" | "fertiliser";
  /** Of a subject: what may be chosen. */
  readonly of?: "product" | "plot" | "planting" | "lot";
}

/** A work of the list (works.ts): what a tap on a pictogram asks and writes. At most five questions. */
interface Work {
  readonly id: string;
  readonly zh: string;
  readonly en: string;
  /** Crops it is for; empty: any. */
  readonly crops: readonly string[];
  readonly kind:
    "PRODUCT" | "PLOT" | "PLANT" | "GROW" | "NOTE" | "HARVEST" | "TRANSFORM" | "DISCARD" | "LABEL" | "SHIP" | "RECEIVE";
  readonly bizStep: string;
  /** What it is recorded about. */
  readonly on: "plot" | "lot" | "nothing";
  readonly asks: readonly Ask[];
}

/** A record that somebody is filling in; kept at every step. */
interface Draft {
  readonly id: string;
  readonly work: string;
  readonly target: Target | null;
  readonly answers: Answers;
  readonly files: readonly string[];
  /** What is written beside it, in the recorder's own words. */
  readonly note: string;
  /** When it happened, where that is not now (seconds, corrected clock). */
  readonly occurredAtS: number | null;
  readonly changedAtMs: number;
  /** It changes this record. */
  readonly changes: string | null;
}

/** In words: a draft · saved on this phone · on its way · on record · needs you. */
type RecordState = "draft" | "saved" | "going" | "final" | "needs-you";

/** Why a record goes no further: a type of protocol/problem.ts or of the recorder's own, the ledger's values, and for what it waits. */
interface Why {
  readonly type: string;
  /** Ids as hex, amounts as decimal text, in the order of the ledger's error (docs/ledger.md §9). */
  readonly values: readonly string[];
}

/** A record of this phone, from its saving on. */
interface RecordRow {
  /** A UUID: its event's id. */
  readonly id: string;
  /** Its place in the order of saving on this phone, from 1. */
  readonly order: number;
  readonly work: string;
  readonly target: Target | null;
  readonly answers: Answers;
  readonly files: readonly string[];
  readonly note: string;
  /** Nonce of the batch that carries it; decimal. */
  readonly nonce: string;
  /** Ids that it makes: lot, planting, plot …, in the order of their indexes. */
  readonly makes: readonly { readonly index: number; readonly id: Hex; readonly sort: string; readonly name: string }[];
  /** The phone's own clock at saving, milliseconds; and what was added to it. */
  readonly deviceMs: number;
  readonly offsetMs: number;
  /** Seconds; what its document says. */
  readonly occurredAtS: number;
  readonly state: RecordState;
  /** Set in state needs-you, or while it waits. */
  readonly why: Why | null;
  /** Record of which it is the change, and the one that changed it. */
  readonly changes: string | null;
  readonly changedBy: string | null;
  /** Its subject's seq with the move that carries it, once final and indexed; its number in its group. */
  readonly seq: number | null;
  readonly entry: number;
  readonly group: Hex | null;
  /** CID of its document as signed last; the document itself, canonical JSON, stays for reading and for corrections. */
  readonly document: string | null;
  readonly withdrawn: boolean;
}

/**
 * A batch. open: takes further records · signed: bytes are fixed under this hash · sent: a server has it on disk · final · refused: to be mended and
 * signed again under the same nonce.
 */
interface BatchRow {
  readonly nonce: string;
  readonly state: "open" | "signed" | "sent" | "final" | "refused";
  readonly seen: Hex;
  readonly records: readonly string[];
  /** Next free index of what it makes. */
  readonly made: number;
  readonly hash: Hex | null;
  readonly bytes: Uint8Array | null;
  /** CIDs of its documents in `document`. */
  readonly documents: readonly string[];
  /** Every hash that was ever signed under this nonce: at most one of them can count. */
  readonly hashes: readonly Hex[];
  readonly why: Why | null;
  readonly sentAtMs: number | null;
}

/** A picture or sound, from its capture until the record is final, and after it for reading again. */
interface FileRow {
  readonly cid: string;
  readonly blob: Blob;
  readonly mediaType: string;
  readonly name: string;
  readonly size: number;
  /** Set where the bytes are sealed: what is inside, and the plain bytes for this phone's own screen. */
  readonly sealed: { readonly mediaType: string; readonly what: SealedWhat; readonly plain: Blob } | null;
  /** Of a picture: a small one (at most 20 kB) for lists, and for when the whole one had to make room. */
  readonly preview?: Blob;
  /** Bytes that the server has. `stored`: all of them, checked and on its disk. */
  readonly offset: number;
  readonly stored: boolean;
}

/** What the one number on every screen is made of. */
interface Counts {
  readonly drafts: number;
  readonly saved: number;
  readonly going: number;
  readonly needsYou: number;
  readonly final: number;
}
