/**
 * Master data and plain documents back into their forms, as defensively as `read.ts`. Pure.
 */
import type { Amount } from "../amount.ts";
import type { Hex } from "../bytes.ts";
import { type Attachment, readAttachment } from "./attachment.ts";
import { readAmount } from "./fields.ts";
import { readGln } from "./gs1-key.ts";
import { ORGANISATION_TYPE, type Outline, RECORDER_KEY_TYPE, SITE_LEVELS, type SiteForm } from "./master.ts";
import { readHex } from "./read-parts.ts";
import { type Reading, reading } from "./reading.ts";
import { readSealingKey, type SealingKey } from "./sealing-key.ts";
import type { Words } from "./text.ts";

export type { KeyDocument, MemberMaster, Organisation, PlotMaster, ProductMaster, SiteMaster };
export { readKey, readMemberMaster, readOrganisation, readPlot, readProduct, readSite };

interface ProductMaster {
  readonly subject: Hex;
  readonly example: boolean;
  readonly name: Words | null;
  readonly gtin: string | null;
  readonly uom: string | null;
  readonly net: Amount | null;
  /** Part of the input that is usually lost, 0 … 1. */
  readonly usualLoss: number | null;
  readonly label: Words | null;
  readonly crop: Words | null;
  readonly pictures: readonly Attachment[];
}

interface PlotMaster {
  readonly subject: Hex;
  readonly example: boolean;
  readonly code: string;
  readonly name: Words | null;
  readonly village: Words | null;
  readonly level: string | null;
  readonly area_m2: number | null;
  readonly area_mu: number | null;
  readonly outline: Outline | null;
  readonly pictures: readonly Attachment[];
}

interface SiteMaster {
  readonly subject: Hex;
  readonly example: boolean;
  readonly code: string;
  readonly name: Words | null;
  readonly level: SiteForm["level"];
  /** Administrative code; 0: none stated. */
  readonly number: number;
  readonly gln: string | null;
  readonly where: Words | null;
  readonly about: Words | null;
  readonly pictures: readonly Attachment[];
}

interface MemberMaster {
  readonly subject: Hex;
  readonly example: boolean;
  readonly number: number;
  /** The sealed file of the grower's name. */
  readonly name: Attachment | null;
}

interface Organisation {
  readonly subject: Hex;
  readonly example: boolean;
  readonly number: number | null;
  readonly name: Words | null;
  readonly registration: string | null;
  readonly checked: Words | null;
  readonly phone: string | null;
  readonly about: Words | null;
  /** Of its first manager's phone. */
  readonly sealingKey: SealingKey | null;
}

interface KeyDocument {
  readonly subject: Hex;
  readonly example: boolean;
  readonly recorder: string | null;
  readonly act: "enrol" | "expel" | null;
  readonly manager: boolean;
  readonly device: Words | null;
  readonly reason: Words | null;
  readonly sealingKey: SealingKey | null;
}

/** Each reader gives null where the document is not of its sort, or names another subject. */
function readProduct(document: unknown, subject: Hex): ProductMaster | null {
  const read = readAttributes(document, subject);
  const uom = read?.text("uom", 3) ?? null;
  if (read === null || uom === null) return null;
  const gtin = read.text("gtin", 14);
  return {
    subject,
    example: isExample(document),
    name: read.words("name"),
    gtin: gtin !== null && /^\d{14}$/.test(gtin) ? gtin : null,
    uom,
    net: readAmount(read.number("netContent")),
    usualLoss: read.number("usualLoss"),
    label: read.words("label"),
    crop: read.words("crop"),
    pictures: readPictures(read),
  };
}

function readPlot(document: unknown, subject: Hex): PlotMaster | null {
  const read = readAttributes(document, subject);
  const code = read?.text("code", 60) ?? null;
  if (read === null || code === null) return null;
  return {
    subject,
    example: isExample(document),
    code,
    name: read.words("name"),
    village: read.words("village"),
    level: read.text("level", 20),
    area_m2: read.number("area_m2"),
    area_mu: read.number("area_mu"),
    outline: readOutline(read.object("outline")?.plain("furrow:points")),
    pictures: readPictures(read),
  };
}

function readSite(document: unknown, subject: Hex): SiteMaster | null {
  const read = readAttributes(document, subject);
  const code = read?.text("code", 60) ?? null;
  const level = SITE_LEVELS.find((name) => name === read?.value("level"));
  // A plot has an area and levels of its own, two of them with the same names.
  if (read === null || code === null || level === undefined || read.number("area_m2") !== null) return null;
  const number = read.number("number") ?? 0;
  return {
    subject,
    example: isExample(document),
    code,
    name: read.words("name"),
    level,
    number: Number.isSafeInteger(number) && number >= 0 ? number : 0,
    gln: readGln(read.value("gln")),
    where: read.words("where"),
    about: read.words("about"),
    pictures: readPictures(read),
  };
}

function readMemberMaster(document: unknown, subject: Hex): MemberMaster | null {
  const read = readAttributes(document, subject);
  const number = read?.number("number") ?? null;
  if (read === null || number === null) return null;
  const file = read.object("name");
  const name = file === null ? null : readAttachment(file);
  return { subject, example: isExample(document), number, name: name?.sealed?.what === "name" ? name : null };
}

function readOrganisation(document: unknown, subject: Hex): Organisation | null {
  const read = plainOf(document, subject, ORGANISATION_TYPE);
  if (read === null) return null;
  return {
    subject,
    example: read.flag("example"),
    number: read.number("number"),
    name: read.words("name"),
    registration: read.text("registration", 60),
    checked: read.words("checked"),
    phone: read.text("phone", 40),
    about: read.words("about"),
    sealingKey: readSealingKey(read.object("sealingKey")),
  };
}

function readKey(document: unknown, subject: Hex): KeyDocument | null {
  const read = plainOf(document, subject, RECORDER_KEY_TYPE);
  if (read === null) return null;
  const act = read.text("act", 10);
  return {
    subject,
    example: read.flag("example"),
    recorder: read.text("recorder", 42),
    act: act === "enrol" || act === "expel" ? act : null,
    manager: read.flag("manager"),
    device: read.words("device"),
    reason: read.words("reason"),
    sealingKey: readSealingKey(read.object("sealingKey")),
  };
}

/** The attributes of the first element of the first vocabulary, as if they were fields. */
function readAttributes(document: unknown, subject: Hex): Reading | null {
  const top = reading(document);
  if (top === null || readHex(top, "subject") !== subject) return null;
  const vocabulary = firstOf(top.inside("epcisHeader")?.inside("epcisMasterData")?.plain("vocabularyList"));
  const element = firstOf(vocabulary?.plain("vocabularyElementList"));
  const attributes = element?.plain("attributes");
  if (!Array.isArray(attributes)) return null;
  const fields: Record<string, unknown> = {};
  for (const item of attributes.slice(0, 200)) {
    const attribute = reading(item);
    const id = attribute?.plain("id");
    if (typeof id === "string" && id.startsWith("furrow:")) fields[id] = attribute?.plain("attribute");
  }
  return reading(fields);
}

function firstOf(list: unknown): Reading | null {
  return Array.isArray(list) ? reading(list[0]) : null;
}

function plainOf(document: unknown, subject: Hex, type: string): Reading | null {
  const top = reading(document);
  return top !== null && top.plain("type") === type && readHex(top, "subject") === subject ? top : null;
}

function isExample(document: unknown): boolean {
  return reading(document)?.flag("example") === true;
}

function readPictures(read: Reading): readonly Attachment[] {
  return (read.object("pictures")?.list("attachments") ?? []).flatMap((item) => readAttachment(item) ?? []);
}

function readOutline(points: unknown): Outline | null {
  if (!Array.isArray(points) || points.length < 4 || points.length > 200) return null;
  const outline: [number, number][] = [];
  for (const point of points as unknown[]) {
    if (!Array.isArray(point) || point.length !== 2) return null;
    const [x, y] = point as unknown[];
    if (typeof x !== "number" || typeof y !== "number" || Math.abs(x) > 20_000 || Math.abs(y) > 20_000) return null;
    outline.push([x, y]);
  }
  return outline;
}
