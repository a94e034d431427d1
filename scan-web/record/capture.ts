/**
 * A record as it was answered → one entry of the ledger with its document, what it makes, and what it changes in the field that this
 * phone shows. The same answers always give the same bytes, so a document can be built when it is signed, and looked over when it is
 * saved. Pure.
 */
import type { Hex } from "../../protocol/bytes.ts";
import { Problem } from "../../protocol/problem.ts";
import { captureDiscard, captureHarvest, captureLabels, captureTransform } from "./capture-goods.ts";
import { captureReceipt, captureShipment } from "./capture-handover.ts";
import { captureEnrolment, captureExpulsion } from "./capture-party.ts";
import { capturePlanting, capturePlot, captureProduct } from "./capture-place.ts";
import { captureNote, captureWork } from "./capture-work.ts";
import type { StoredRecord } from "./db.ts";
import type { Finder } from "./known.ts";
import { type Captured, type Said, Told } from "./said.ts";

export { capture, isMaking, isObservation, NO_NEW_ID };

/** For what makes nothing. */
const NO_NEW_ID: Hex = `0x${"00".repeat(32)}`;

type KindOf = StoredRecord["as"]["kind"];

/** Of one kind of entries that share batches, for nothing in the books hangs on them. */
function isObservation(kind: KindOf): boolean {
  return kind === "GROW" || kind === "NOTE";
}

/** It names something new, which has an id of its own. */
function isMaking(kind: KindOf): boolean {
  return ["PRODUCT", "PLOT", "PLANT", "HARVEST", "TRANSFORM", "SHIP", "LABEL"].includes(kind);
}

/** @throws Problem whose place is `/answers/<question>`, `/target`, `/note` or `/files/<n>` */
function capture(said: Said, find: Finder): Captured {
  try {
    return captured(said, new Told(said.answers), find);
  } catch (failure) {
    if (failure instanceof Problem) throw new Problem(failure.type, asked(failure.at), failure.detail);
    throw failure;
  }
}

function captured(said: Said, told: Told, find: Finder): Captured {
  const { as } = said;
  switch (as.kind) {
    case "GROW":
      return captureWork(said, as, told, find);
    case "NOTE":
      return captureNote(said, as, told, find);
    case "PRODUCT":
      return captureProduct(said, told, find);
    case "PLOT":
      return capturePlot(said, told, find);
    case "PLANT":
      return capturePlanting(said, told, find);
    case "HARVEST":
      return captureHarvest(said, told, find);
    case "TRANSFORM":
      return captureTransform(said, as, told, find);
    case "DISCARD":
      return captureDiscard(said, told, find);
    case "LABEL":
      return captureLabels(said, told, find);
    case "SHIP":
      return captureShipment(said, told, find);
    case "RECEIVE":
      return captureReceipt(said, told, find);
    case "ENROL":
      return captureEnrolment(said, told, find);
    case "EXPEL":
      return captureExpulsion(said, told, find);
  }
}

/** The builders of documents name a place in their form; a screen knows its questions. */
const FORMS: readonly (readonly [RegExp, string])[] = [
  [/^\/notes\b.*/, "/note"],
  [/^\/(attachments|pictures)\b/, "/files"],
  [/^\/(name|code|village|variety|season|standard|device|reason|condition)\b.*/, "/answers/$1"],
  [/^\/inputs\/0\/.*/, "/answers/input"],
  [/^\/receiver\b.*/, "/answers/to"],
  [/^\/(area|cap|net|loss|amount)$/, "/answers/$1"],
];

function asked(at: string): string {
  const [pattern, place] = FORMS.find(([form]) => form.test(at)) ?? [];
  return pattern === undefined || place === undefined ? at : at.replace(pattern, place);
}
