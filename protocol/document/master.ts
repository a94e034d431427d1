/**
 * Master data: products, plots and members as EPCIS documents that carry `epcisMasterData` and no event (EPCIS 2.0 §9.2, CBV
 * 2.0 §9). EPCIS has no form for an organisation that vouches for itself nor for a recorder's key, so those two are plain
 * documents of our own vocabulary, under the same rules of text and canonical form. Pure.
 */
import type { UnitCode } from "../amount.ts";
import type { Hex } from "../bytes.ts";
import { Problem } from "../problem.ts";
import { type Attachment, attachmentField } from "./attachment.ts";
import { amountNumber, checkHex, whole } from "./fields.ts";
import { glnText } from "./gs1-key.ts";
import { type SealingKey, sealingKeyField } from "./sealing-key.ts";
import { CONTEXT, type JsonObject, objectId, own, placeId, timeText } from "./terms.ts";
import { cleanText, cleanWords, MAX_NOTE, type Words } from "./text.ts";

export type { KeyForm, MemberForm, OrganisationForm, Outline, PlotForm, ProductForm, SiteForm };
export {
  keyDocument,
  memberMaster,
  ORGANISATION_TYPE,
  organisationDocument,
  plotMaster,
  productMaster,
  RECORDER_KEY_TYPE,
  SITE_LEVELS,
  siteMaster,
};

const ORGANISATION_TYPE = "furrow:Organisation";
const RECORDER_KEY_TYPE = "furrow:RecorderKey";
const MAX_SITE_NUMBER = 999_999_999_999;

interface MasterForm {
  readonly subject: Hex;
  readonly createdAtS: number;
  readonly example?: boolean;
}

interface ProductForm extends MasterForm {
  readonly name: Words;
  /** 14 digits, or null: sold under our own lot names. */
  readonly gtin: string | null;
  readonly uom: UnitCode;
  /** Thousandths of the unit in one piece; 0: sold loose. */
  readonly net: bigint;
  /** Usual loss, thousandths of the input. */
  readonly loss: number;
  /** What the label says besides the name. */
  readonly label?: Words;
  readonly crop?: Words;
  readonly pictures?: readonly Attachment[];
}

/** Closed polygon in local metres: its shape without its place. First point = last point. */
type Outline = readonly (readonly [number, number])[];

interface PlotForm extends MasterForm {
  readonly code: string;
  readonly name?: Words;
  /** Village, township, county: in words, as public as the cooperative wants them. */
  readonly village?: Words;
  readonly level: "field" | "village" | "township" | "county";
  /** Thousandths of a square metre. */
  readonly area: bigint;
  readonly outline?: Outline;
  readonly pictures?: readonly Attachment[];
}

/** In the order of the numbers that SITE's args carry (docs/ledger.md §6); `place`: a factory, a shop, any other place. */
const SITE_LEVELS = ["place", "village", "township", "county"] as const;

interface SiteForm extends MasterForm {
  /** How the place is called on paper: "V-03", "hub". */
  readonly code: string;
  readonly name: Words;
  readonly level: (typeof SITE_LEVELS)[number];
  /** Administrative code (GB/T 2260, up to 12 digits), as in the entry's args; 0: none. */
  readonly number: number;
  /** GS1's number of the place, 13 digits, if it has one. */
  readonly gln?: string;
  /** Where it is, in words, as public as its keeper wants it. */
  readonly where?: Words;
  readonly about?: Words;
  readonly pictures?: readonly Attachment[];
}

interface MemberForm extends MasterForm {
  readonly number: number;
  /** The grower's name, sealed. */
  readonly name?: Attachment;
}

interface OrganisationForm extends MasterForm {
  readonly name: Words;
  readonly number: number;
  /** Registration number (统一社会信用代码 or another register's), or null. */
  readonly registration: string | null;
  /** How the operator made sure of it, in words. */
  readonly checked: Words;
  readonly phone: string | null;
  readonly about?: Words;
  /** Of its first manager's phone, which no key document names. */
  readonly sealingKey?: SealingKey;
}

interface KeyForm extends MasterForm {
  /** First 20 bytes of sha256(x ‖ y). */
  readonly recorder: Hex;
  readonly act: "enrol" | "expel";
  readonly manager?: boolean;
  /** Which phone this is, without names: "station phone 2". */
  readonly device?: Words;
  readonly reason?: Words;
  /** To which what only managers may read is sealed, when this phone is a manager's. */
  readonly sealingKey?: SealingKey;
}

/** PRODUCT. */
function productMaster(form: ProductForm): JsonObject {
  if (form.gtin !== null && !/^\d{14}$/.test(form.gtin)) {
    throw new Problem("form-refused", "/gtin", "a GTIN is written with 14 digits");
  }
  const id = form.gtin === null ? objectId(form.subject, "class") : `https://id.gs1.org/01/${form.gtin}`;
  const name = cleanWords(form.name, "/name");
  return masterDocument(form, "urn:epcglobal:epcis:vtype:EPCClass", id, {
    "cbvmda:descriptionShort": name.zh ?? name.en ?? "",
    ...own({
      name,
      gtin: form.gtin ?? undefined,
      uom: form.uom,
      netContent: amountNumber(form.net, "/net"),
      usualLoss: whole(form.loss, "/loss") / 1000,
      label: form.label && cleanWords(form.label, "/label", MAX_NOTE),
      crop: form.crop && cleanWords(form.crop, "/crop"),
      pictures: pictures(form.pictures),
    }),
  });
}

/** PLOT. Area in m² and in 亩, which is 10,000/15 m². */
function plotMaster(form: PlotForm): JsonObject {
  return masterDocument(form, "urn:epcglobal:epcis:vtype:BusinessLocation", placeId(form.code, "/code"), {
    "cbvmda:name": cleanText(form.code, "/code", 60),
    ...own({
      code: cleanText(form.code, "/code", 60),
      name: form.name && cleanWords(form.name, "/name"),
      village: form.village && cleanWords(form.village, "/village"),
      level: form.level,
      area_m2: amountNumber(form.area, "/area"),
      area_mu: areaInMu(form.area),
      outline: form.outline && { points: checkOutline(form.outline) },
      pictures: pictures(form.pictures),
    }),
  });
}

/** SITE: a place through which goods pass (village point, township, county hub, factory, shop). */
function siteMaster(form: SiteForm): JsonObject {
  const code = cleanText(form.code, "/code", 60);
  const gln = form.gln === undefined ? undefined : glnText(form.gln, "/gln");
  if (!SITE_LEVELS.includes(form.level)) {
    throw new Problem("form-refused", "/level", `"${form.level}" is not one of ${SITE_LEVELS.join(", ")}`);
  }
  if (whole(form.number, "/number") > MAX_SITE_NUMBER) {
    throw new Problem("form-refused", "/number", "an administrative code has at most 12 digits");
  }
  // Events name the place by its code, whether it has a GLN or not: one place has one address in all of them.
  return masterDocument(form, "urn:epcglobal:epcis:vtype:BusinessLocation", placeId(code, "/code"), {
    "cbvmda:name": code,
    ...own({
      code,
      name: cleanWords(form.name, "/name"),
      level: form.level,
      number: form.number === 0 ? undefined : form.number,
      gln,
      where: form.where && cleanWords(form.where, "/where"),
      about: form.about && cleanWords(form.about, "/about", MAX_NOTE),
      pictures: pictures(form.pictures),
    }),
  });
}

/** MEMBER: a grower's number. The name stands in a sealed file, never in this document. */
function memberMaster(form: MemberForm): JsonObject {
  if (form.name !== undefined && form.name.sealed?.what !== "name") {
    throw new Problem("form-refused", "/name", "a grower's name is sealed");
  }
  return masterDocument(form, "https://furrow.example/ns#Member", objectId(form.subject, "pty"), {
    ...own({
      number: whole(form.number, "/number"),
      name: form.name && attachmentField(form.name, "/name"),
    }),
  });
}

/** The public document that the operator's act of admission names. */
function organisationDocument(form: OrganisationForm): JsonObject {
  return {
    ...plainDocument(form, ORGANISATION_TYPE),
    ...own({
      number: whole(form.number, "/number"),
      name: cleanWords(form.name, "/name"),
      registration: form.registration === null ? null : cleanText(form.registration, "/registration", 60),
      checked: cleanWords(form.checked, "/checked", MAX_NOTE),
      phone: form.phone === null ? null : cleanText(form.phone, "/phone", 40),
      about: form.about && cleanWords(form.about, "/about", MAX_NOTE),
      sealingKey: form.sealingKey && sealingKeyField(form.sealingKey),
    }),
  };
}

/** ENROL and EXPEL: which key, of what device, why. */
function keyDocument(form: KeyForm): JsonObject {
  if (!/^0x[0-9a-f]{40}$/.test(form.recorder)) {
    throw new Problem("form-refused", "/recorder", "0x and 40 lower-case hex digits are expected");
  }
  return {
    ...plainDocument(form, RECORDER_KEY_TYPE),
    ...own({
      recorder: form.recorder,
      act: form.act,
      manager: form.manager === true ? true : undefined,
      device: form.device && cleanWords(form.device, "/device"),
      reason: form.reason && cleanWords(form.reason, "/reason", MAX_NOTE),
      sealingKey: form.sealingKey && sealingKeyField(form.sealingKey),
    }),
  };
}

/** Thousandths of m² → 亩, two decimals. */
function areaInMu(area: bigint): number {
  return Number((area * 15n + 50_000n) / 100_000n) / 100;
}

function masterDocument(form: MasterForm, type: string, id: string, attributes: JsonObject): JsonObject {
  return {
    "@context": CONTEXT,
    type: "EPCISDocument",
    schemaVersion: "2.0",
    creationDate: timeText(form.createdAtS, "/createdAtS").time,
    ...own({ subject: checkHex(form.subject, "/subject"), example: form.example === true ? true : undefined }),
    epcisHeader: {
      epcisMasterData: {
        vocabularyList: [
          {
            type,
            vocabularyElementList: [
              { id, attributes: Object.entries(attributes).map(([name, value]) => ({ id: name, attribute: value })) },
            ],
          },
        ],
      },
    },
    epcisBody: { eventList: [] },
  };
}

function plainDocument(form: MasterForm, type: string): JsonObject {
  return {
    "@context": CONTEXT,
    type,
    creationDate: timeText(form.createdAtS, "/createdAtS").time,
    ...own({ subject: checkHex(form.subject, "/subject"), example: form.example === true ? true : undefined }),
  };
}

/** An attribute is a number, a text or an object, so a list stands inside one. */
function pictures(files: readonly Attachment[] | undefined): object | undefined {
  if (files === undefined || files.length === 0) return undefined;
  return { attachments: files.map((file, n) => attachmentField(file, `/pictures/${n}`)) };
}

function checkOutline(outline: Outline): Outline {
  const [first, last] = [outline[0], outline.at(-1)];
  const closed = first !== undefined && last !== undefined && first[0] === last[0] && first[1] === last[1];
  if (!closed || outline.length < 4 || outline.length > 200) {
    throw new Problem("form-refused", "/outline", "a closed outline of 3 to 199 corners is expected");
  }
  const local = outline.every(([x, y]) => Math.abs(x) <= 20_000 && Math.abs(y) <= 20_000);
  if (!local)
    throw new Problem("form-refused", "/outline", "metres from the plot's own corner are expected, not a position");
  return outline;
}
