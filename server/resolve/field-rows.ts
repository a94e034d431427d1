/**
 * What an organisation's phones are told of its field: sections of rows, each with a version that changes when its rows do. Amounts are
 * decimal text in the unit named, times seconds since 1970.
 */
import type { SealingKey } from "../../protocol/document/sealing-key.ts";
import type { Words } from "../../protocol/document/text.ts";

export type {
  Crop,
  Field,
  FieldLot,
  FieldOrganisation,
  FieldPlanting,
  FieldPlot,
  FieldProduct,
  FieldRecorder,
  FieldRows,
  FieldSite,
  FieldUse,
  Section,
};
export { CROPS, SECTIONS };

const SECTIONS = ["organisation", "plots", "sites", "products", "plantings", "lots", "recorders"] as const;

/** Of the list of works. */
const CROPS = ["tea", "citrus", "pear", "leafy", "sweetPotato"] as const;

type Section = (typeof SECTIONS)[number];

interface FieldOrganisation {
  readonly number: number;
  readonly subject: string;
  readonly name: Words;
  readonly phone: string | null;
  readonly roles: readonly string[];
  readonly active: boolean;
  readonly example: boolean;
  /** Whom files are sealed to beside its managers; null: nobody. */
  readonly escrow: SealingKey | null;
  /** Of its first manager, whom no ENROL names. */
  readonly sealing: SealingKey | null;
}

interface FieldPlot {
  readonly id: string;
  readonly code: string;
  readonly name: Words | null;
  readonly village: Words | null;
  /** Square metres. */
  readonly area: string;
  readonly free: string;
  /** CID of its first picture. */
  readonly picture: string | null;
}

interface FieldSite {
  readonly id: string;
  readonly code: string;
  readonly name: Words;
}

interface FieldProduct {
  readonly id: string;
  readonly name: Words;
  readonly gtin: string | null;
  readonly unit: string;
  /** Content of one piece; "0": sold loose. */
  readonly net: string;
  /** Usual loss, thousandths of the input. */
  readonly loss: number;
  readonly crop: Crop | null;
}

type Crop = (typeof CROPS)[number];

/** What was brought out and makes a harvest wait. */
interface FieldUse {
  readonly name: Words;
  readonly atS: number;
  readonly preHarvestIntervalDays: number;
}

interface FieldPlanting {
  readonly id: string;
  readonly plot: string;
  readonly product: string;
  readonly lotNumber: string;
  readonly gtin: string | null;
  readonly area: string;
  /** The product's unit a hectare. */
  readonly cap: string;
  readonly harvested: string;
  readonly mayBear: string;
  readonly uses: readonly FieldUse[];
  /** The newest work on it. */
  readonly last: { readonly work: string; readonly atS: number } | null;
}

interface FieldLot {
  readonly id: string;
  readonly product: string;
  readonly lotNumber: string;
  readonly gtin: string | null;
  readonly unit: string;
  readonly sort: string;
  readonly made: string;
  readonly left: string;
  readonly packed: string;
  readonly madeAtS: number;
  readonly state: "here" | "coming" | "going";
  readonly other: { readonly number: number; readonly name: Words } | null;
  /** Of a consignment under way: the lot that it was taken from. */
  readonly source: string | null;
  readonly isRecalled: boolean;
}

interface FieldRecorder {
  readonly recorder: string;
  readonly manager: boolean;
  readonly active: boolean;
  readonly device: Words | null;
  readonly enrolledAtS: number;
  readonly sealing: SealingKey | null;
}

interface FieldRows {
  readonly organisation: FieldOrganisation;
  readonly plots: readonly FieldPlot[];
  readonly sites: readonly FieldSite[];
  readonly products: readonly FieldProduct[];
  readonly plantings: readonly FieldPlanting[];
  readonly lots: readonly FieldLot[];
  readonly recorders: readonly FieldRecorder[];
}

/** Section by section: the organisation is one row, all others are lists. */
type Field = {
  readonly [Name in Section]: Name extends "organisation"
    ? { readonly version: string; readonly row: FieldRows[Name] }
    : { readonly version: string; readonly rows: FieldRows[Name] };
};
