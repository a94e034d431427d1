/**
 * Forms: what somebody fills in, before it becomes an EPCIS event (epcis.ts). Amounts are thousandths of the unit, times seconds since
 * 1970, ids `0x` and hex. Pure: types only.
 */
import type { UnitCode } from "../amount.ts";
import type { Hex } from "../bytes.ts";
import type { Attachment } from "./attachment.ts";
import type { LotName } from "./terms.ts";
import type { Words } from "./text.ts";

export type {
  EventForm,
  GrowForm,
  HarvestForm,
  InputForm,
  LabelForm,
  LotAmount,
  MemberRef,
  NoteForm,
  OriginForm,
  PartyRef,
  PlantForm,
  ProcessStep,
  ProductRef,
  SiteRef,
  StatedLoss,
  TransformForm,
  WorkForm,
};

/** What every event says. */
interface EventForm {
  /** The group's subject: so that a document cannot be passed off as another subject's. */
  readonly subject: Hex;
  /** A UUID, without `urn:uuid:`. */
  readonly eventId: string;
  readonly occurredAtS: number;
  /** Code of the plot or site where it was done. */
  readonly place?: string;
  readonly member?: MemberRef;
  readonly notes?: Words;
  readonly attachments?: readonly Attachment[];
  /** Set where the data is an example's. */
  readonly example?: boolean;
}

/** A grower, by number: names of people are not in public documents. */
interface MemberRef {
  readonly subject: Hex;
  readonly number: number;
}

/** An organisation by its subject id (its number as 32 bytes). */
interface PartyRef {
  readonly subject: Hex;
  readonly name: Words;
}

/** A SITE, by the code of its master data. */
interface SiteRef {
  readonly subject: Hex;
  readonly code: string;
  readonly name?: Words;
}

interface ProductRef {
  readonly subject: Hex;
  readonly name: Words;
}

/** A lot or planting that goes in or comes out. `amount` in thousandths of the event's unit. */
interface LotAmount {
  readonly subject: Hex;
  readonly lot: LotName;
  readonly amount: bigint;
  readonly member?: MemberRef;
  readonly product?: ProductRef;
}

interface OriginForm extends EventForm {
  readonly lot: LotName;
  readonly product: ProductRef;
  readonly amount: bigint;
  readonly uom: UnitCode;
  /** Who sold it and where it is said to come from, as told. */
  readonly seller?: Words;
  readonly from?: Words;
  /** The organisation that it is said to come from, where that one is on the ledger: so that it can deny it (DISPUTE). */
  readonly supplier?: PartyRef;
}

interface PlantForm extends EventForm {
  /** The planting's own name, e.g. plot and year. */
  readonly planting: LotName;
  readonly plot: { readonly subject: Hex; readonly code: string };
  readonly product: ProductRef;
  /** Thousandths of a square metre. */
  readonly area: bigint;
  /** Thousandths of the product's unit per hectare. */
  readonly cap: bigint;
  readonly season?: Words;
  readonly variety?: Words;
}

/** A pesticide, fertiliser or other thing brought out, as its label says and as the recorder measured. */
interface InputForm {
  readonly name: Words;
  readonly kind: "pesticide" | "fertiliser" | "other";
  readonly activeIngredient?: Words;
  readonly dose: number;
  /** UN/CEFACT Recommendation 20: KGM, GRM, LTR, MLT … */
  readonly uom: string;
  /** Square metres. */
  readonly area_m2?: number;
  readonly dilution?: number;
  readonly method?: Words;
  readonly preHarvestIntervalDays?: number;
  readonly registration?: string;
}

/** What was done: an id of the list of field works, and its business step (`spraying` → `furrow:spraying`, or CBV's word). */
interface WorkForm {
  readonly id: string;
  readonly zh: string;
  readonly en: string;
  readonly bizStep?: string;
}

interface GrowForm extends EventForm {
  /** Left out where the subject is a plot. */
  readonly lot?: LotName;
  readonly work: WorkForm;
  readonly inputs?: readonly InputForm[];
  readonly weather?: Words;
}

interface NoteForm extends EventForm {
  readonly lot?: LotName;
  readonly work?: WorkForm;
}

interface HarvestForm extends EventForm {
  readonly lot: LotName;
  readonly product: ProductRef;
  readonly uom: UnitCode;
  /** In the order of the entry's args. */
  readonly inputs: readonly LotAmount[];
  /** How it was picked: "one bud, two leaves". */
  readonly standard?: Words;
}

/** A step inside one processing: withering, fixation, rolling, drying. */
interface ProcessStep {
  readonly id: string;
  readonly zh: string;
  readonly en: string;
  readonly minutes?: number;
  readonly temperatureC?: number;
  readonly humidityPercent?: number;
  readonly amount?: bigint;
}

/** A part of what went in and did not come out, with what became of it: "stems sorted out", "water". */
interface StatedLoss {
  readonly cause: Words;
  readonly amount: bigint;
}

interface TransformForm extends EventForm {
  readonly step: "process" | "pack" | "split" | "merge";
  readonly uom: UnitCode;
  /** In the order of the entry's args, both. Of a processing, outputs after the first are by-products. */
  readonly inputs: readonly LotAmount[];
  readonly outputs: readonly (LotAmount & { readonly product: ProductRef })[];
  readonly steps?: readonly ProcessStep[];
  /** What explains the difference between inputs and outputs; never more than that. */
  readonly losses?: readonly StatedLoss[];
}

interface LabelForm extends EventForm {
  readonly lot: LotName;
  readonly lotSubject: Hex;
  readonly count: number;
  /** Content of one piece, thousandths of `uom`. */
  readonly net: bigint;
  readonly uom: UnitCode;
  /** Root over the serials' leaves (docs/ledger.md §12). Serials themselves stay unpublished until printed. */
  readonly root: Hex;
  /** The file of leaves, one a line in hex: lets any operator look a code up. */
  readonly leaves: Attachment;
}
