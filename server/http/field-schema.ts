/** What phones are told of an organisation's field (resolve/field-rows.ts), section by section. */
import { z } from "zod";
import { CROPS } from "../resolve/field-rows.ts";
import { AddressHex, AmountText, Subject } from "./describe.ts";

export { FieldTold, Have, PublicKey };

const Words = z
  .object({ zh: z.string().optional(), en: z.string().optional() })
  .meta({ id: "Words", description: "Chinese and English; at least one of them." });
const TimeS = z.int().meta({ description: "Seconds since 1970." });
const PublicKey = z
  .object({ kty: z.literal("EC"), crv: z.literal("P-256"), x: z.string(), y: z.string() })
  .meta({ id: "PublicKey", description: "A P-256 key as a JSON Web Key (RFC 7517)." });
const Gtin = z.string().nullable().meta({ description: "14 digits; null: none." });
const LotNumber = z.string().meta({ description: "How it is called on paper." });
const Unit = z.string().meta({ description: "UN/CEFACT Recommendation 20: KGM, MTK, H87 or LTR." });

const OrganisationRow = z
  .object({
    number: z.int(),
    subject: Subject,
    name: Words,
    phone: z.string().nullable(),
    roles: z.array(z.string()),
    active: z.boolean().meta({ description: "False while the operator has stopped it." }),
    example: z.boolean(),
    escrow: PublicKey.nullable().meta({
      description: "The operator's key, to which files are sealed beside the managers'; null: none.",
    }),
    sealing: PublicKey.nullable().meta({ description: "Sealing key of its first manager." }),
  })
  .meta({ id: "FieldOrganisation" });
const PlotRow = z
  .object({
    id: Subject,
    code: z.string(),
    name: Words.nullable(),
    village: Words.nullable(),
    area: AmountText.meta({ description: "Square metres." }),
    free: AmountText.meta({ description: "What no season has, in square metres." }),
    picture: z.string().nullable().meta({ description: "CID of its first picture." }),
  })
  .meta({ id: "FieldPlot" });
const SiteRow = z.object({ id: Subject, code: z.string(), name: Words }).meta({ id: "FieldSite" });
const ProductRow = z
  .object({
    id: Subject,
    name: Words,
    gtin: Gtin,
    unit: Unit,
    net: AmountText.meta({ description: "Content of one piece; 0: sold loose." }),
    loss: z.int().meta({ description: "Usual loss, thousandths of the input." }),
    crop: z.enum(CROPS).nullable().meta({
      description: "By which works are offered, where its master data names one of these.",
    }),
  })
  .meta({ id: "FieldProduct" });
const UseRow = z
  .object({ name: Words, atS: TimeS, preHarvestIntervalDays: z.int() })
  .meta({ id: "FieldUse", description: "What was brought out and makes a harvest wait." });
const PlantingRow = z
  .object({
    id: Subject,
    plot: Subject,
    product: Subject,
    lotNumber: LotNumber,
    gtin: Gtin,
    area: AmountText.meta({ description: "Square metres." }),
    cap: AmountText.meta({ description: "The product's unit a hectare." }),
    harvested: AmountText,
    mayBear: AmountText.meta({ description: "What may still be harvested." }),
    uses: z.array(UseRow).meta({
      description: "Of the last 120 days, on it or on its plot, oldest first; without what was struck through.",
    }),
    last: z
      .object({ work: z.string().meta({ description: "Id of the work, or `harvest`." }), atS: TimeS })
      .nullable()
      .meta({ description: "The newest work on it, by anybody." }),
  })
  .meta({ id: "FieldPlanting" });
const LotRow = z
  .object({
    id: Subject,
    product: Subject,
    lotNumber: LotNumber,
    gtin: Gtin,
    unit: Unit,
    sort: z.string().meta({ description: "HARVEST, TRANSFORM, ORIGIN or SHIP (a consignment)." }),
    made: AmountText,
    left: AmountText.meta({ description: "Loose." }),
    packed: AmountText,
    madeAtS: TimeS.meta({ description: "When the ledger took it, seconds since 1970." }),
    state: z.enum(["here", "coming", "going"]).meta({
      description: "coming: offered to the organisation and on its way; going: offered by it.",
    }),
    other: z
      .object({ number: z.int(), name: Words })
      .nullable()
      .meta({ description: "The other side of a consignment under way." }),
    source: Subject.nullable().meta({
      description: "Of a consignment under way: the lot that it was taken from, which a receipt names.",
    }),
    isRecalled: z.boolean().meta({ description: "A recall stands on it or on anything that it came from." }),
  })
  .meta({ id: "FieldLot" });
const RecorderRow = z
  .object({
    recorder: AddressHex,
    manager: z.boolean(),
    active: z.boolean(),
    device: Words.nullable(),
    enrolledAtS: TimeS,
    sealing: PublicKey.nullable(),
  })
  .meta({ id: "FieldRecorder" });

const Version = z.string().min(1).max(64).meta({ id: "Version", description: "Another one when the rows are others." });
const section = <Row extends z.ZodType>(row: Row) => z.object({ version: Version, rows: z.array(row) });
/** In sync only what is new. */
const FieldTold = z
  .object({
    organisation: z.object({ version: Version, row: OrganisationRow }),
    plots: section(PlotRow),
    sites: section(SiteRow),
    products: section(ProductRow).meta({ description: "Its own, and those that its plantings and lots name." }),
    plantings: section(PlantingRow).meta({ description: "Whose season is not over." }),
    lots: section(LotRow).meta({
      description:
        "With something left or packed, newest first, at most 1,000; before them those under way, at most 500.",
    }),
    recorders: section(RecorderRow),
  })
  .meta({ id: "Field" });

const Have = z
  .strictObject({
    organisation: Version.optional(),
    plots: Version.optional(),
    sites: Version.optional(),
    products: Version.optional(),
    plantings: Version.optional(),
    lots: Version.optional(),
    recorders: Version.optional(),
  })
  .meta({ description: "Versions of the sections that are known. Left out: no section is asked for; empty: all are." });
