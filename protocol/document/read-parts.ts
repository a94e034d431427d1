/** Parts of events, read as defensively as read.ts reads the whole: products, members, works, inputs, lots, steps and labels. Pure. */
import type { Amount } from "../amount.ts";
import type { Hex } from "../bytes.ts";
import { type Attachment, readAttachment } from "./attachment.ts";
import { readAmount } from "./fields.ts";
import { type Reading, reading } from "./reading.ts";
import { type LotName, readLotClass } from "./terms.ts";
import type { Words } from "./text.ts";

export type {
  InputReading,
  LabelReading,
  LossReading,
  LotReading,
  MemberReading,
  PartyReading,
  ProductReading,
  SiteReading,
  StepReading,
  WorkReading,
};
export {
  readClasses,
  readHex,
  readInput,
  readLabels,
  readLosses,
  readLot,
  readMember,
  readParty,
  readProductRef,
  readSiteRef,
  readStep,
  readWork,
};

interface MemberReading {
  readonly subject: Hex;
  readonly number: number;
}

/** An organisation by its subject id, and the name that the document gives it. */
interface PartyReading {
  readonly subject: Hex;
  readonly name: Words | null;
}

/** A site by its subject id, and the code that the document gives it. */
interface SiteReading {
  readonly subject: Hex;
  readonly code: string | null;
  readonly name: Words | null;
}

interface ProductReading {
  readonly subject: Hex;
  readonly name: Words | null;
}

interface WorkReading {
  readonly id: string;
  readonly words: Words;
}

interface InputReading {
  readonly name: Words;
  readonly kind: "pesticide" | "fertiliser" | "other";
  readonly activeIngredient: Words | null;
  readonly dose: number | null;
  readonly uom: string | null;
  readonly area_m2: number | null;
  readonly dilution: number | null;
  readonly method: Words | null;
  readonly preHarvestIntervalDays: number | null;
  readonly registration: string | null;
}

interface LotReading {
  readonly subject: Hex;
  readonly lot: LotName | null;
  readonly amount: Amount | null;
  readonly product: ProductReading | null;
  readonly member: MemberReading | null;
}

/** A part of what a processing lost, as its holder explains it. */
interface LossReading {
  readonly cause: Words;
  readonly amount: Amount;
}

interface StepReading extends WorkReading {
  readonly minutes: number | null;
  readonly temperatureC: number | null;
  readonly humidityPercent: number | null;
  readonly amount: Amount | null;
}

interface LabelReading {
  readonly lot: Hex;
  readonly count: number;
  readonly net: Amount | null;
  readonly uom: string | null;
  readonly root: Hex | null;
  readonly leaves: Attachment | null;
}

/** A subject id under our prefix, or null. */
function readHex(read: Reading | null, name: string): Hex | null {
  const found = read?.value(name);
  return typeof found === "string" && /^0x[0-9a-f]{64}$/.test(found) ? (found as Hex) : null;
}

function readProductRef(read: Reading | null): ProductReading | null {
  const subject = readHex(read, "subject");
  return subject === null ? null : { subject, name: read?.words("name") ?? null };
}

function readParty(read: Reading | null): PartyReading | null {
  const subject = readHex(read, "subject");
  return subject === null ? null : { subject, name: read?.words("name") ?? null };
}

function readSiteRef(read: Reading | null): SiteReading | null {
  const subject = readHex(read, "subject");
  return subject === null ? null : { subject, code: read?.text("code", 60) ?? null, name: read?.words("name") ?? null };
}

function readMember(read: Reading | null): MemberReading | null {
  const subject = readHex(read, "subject");
  const number = read?.number("number") ?? null;
  return subject === null || number === null ? null : { subject, number };
}

function readWork(read: Reading | null): WorkReading | null {
  const id = read?.text("id", 60) ?? null;
  if (read === null || id === null) return null;
  const [zh, en] = [read.text("zh"), read.text("en")];
  return { id, words: { ...(zh ? { zh } : {}), ...(en ? { en } : {}) } };
}

function readInput(read: Reading): InputReading | null {
  const name = read.words("name");
  if (name === null) return null;
  const kind = read.text("kind", 20);
  return {
    name,
    // A kind that nobody knows must not hide that something was brought out.
    kind: kind === "pesticide" || kind === "fertiliser" ? kind : "other",
    activeIngredient: read.words("activeIngredient"),
    dose: read.number("dose"),
    uom: read.text("uom", 3),
    area_m2: read.number("area_m2"),
    dilution: read.number("dilution"),
    method: read.words("method"),
    preHarvestIntervalDays: read.number("preHarvestIntervalDays"),
    registration: read.text("registration", 60),
  };
}

function readLot(read: Reading): LotReading | null {
  const subject = readHex(read, "subject");
  if (subject === null) return null;
  return {
    subject,
    lot: readLotClass(read.plain("furrow:lot")),
    amount: readAmount(read.number("amount")),
    product: readProductRef(read.object("product")),
    member: readMember(read.object("member")),
  };
}

function readStep(read: Reading): StepReading | null {
  const work = readWork(read);
  if (work === null) return null;
  return {
    ...work,
    minutes: read.number("minutes"),
    temperatureC: read.number("temperatureC"),
    humidityPercent: read.number("humidityPercent"),
    amount: readAmount(read.number("amount")),
  };
}

function readLosses(reads: readonly Reading[]): readonly LossReading[] {
  return reads.flatMap((read) => {
    const [cause, amount] = [read.words("cause"), readAmount(read.number("amount"))];
    return cause === null || amount === null ? [] : { cause, amount };
  });
}

function readLabels(read: Reading | null): LabelReading | null {
  const lot = readHex(read, "lot");
  const count = read?.number("count") ?? null;
  if (read === null || lot === null || count === null) return null;
  const leaves = read.object("leaves");
  return {
    lot,
    count,
    net: readAmount(read.number("net")),
    uom: read.text("uom", 3),
    root: readHex(read, "root"),
    leaves: leaves === null ? null : readAttachment(leaves),
  };
}

function readClasses(list: unknown): readonly LotName[] {
  if (!Array.isArray(list)) return [];
  return list.slice(0, 1000).flatMap((item) => readLotClass(reading(item)?.plain("epcClass")) ?? []);
}
