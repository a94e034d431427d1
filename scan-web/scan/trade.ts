/**
 * What the kinds that keep the books say: handovers, readings, what is given up, void labels, what becomes of certificates, promises,
 * recalls, disputes. A title and a few lines each; null or none for all other kinds. Pure.
 */
import { readApplication } from "../../protocol/document/application.ts";
import { readDiscard, readVoid } from "../../protocol/document/discard.ts";
import { readAnswer, readDispute } from "../../protocol/document/dispute.ts";
import { readFate } from "../../protocol/document/fate.ts";
import { readReceive, readRefuse, readShip, readWithdraw } from "../../protocol/document/read-handover.ts";
import { readAcknowledge, readRecall, readRelease } from "../../protocol/document/recall.ts";
import { readSense, type SensorReading } from "../../protocol/document/sense.ts";
import { isZero } from "../../protocol/bytes.ts";
import type { Hex } from "../../protocol/history.ts";
import { type Key, type Names, type Said, said, type Value } from "../ui/i18n.ts";
import { type Graph, madeOf, organisationOf } from "./graph.ts";
import type { GraphEntry } from "./open.ts";
import { placeWords } from "./sites.ts";
import { unitIn, unitNumbered } from "./units.ts";

export { tradeLines, tradeTitle, voidReason };

const DISCARDS: Readonly<Record<number, Key>> = {
  1: "entry.DISCARD.1",
  2: "entry.DISCARD.2",
  3: "entry.DISCARD.3",
  4: "entry.DISCARD.4",
};

const VOIDS: Readonly<Record<number, Key>> = { 1: "void.1", 2: "void.2", 3: "void.3", 4: "void.4" };

function tradeTitle(graph: Graph, entry: GraphEntry): Said | null {
  const { open, subject, document } = entry;
  switch (open.name) {
    case "SITE":
      return said("entry.SITE");
    case "SENSE":
      return said(readSense(document, subject)?.step === "transporting" ? "entry.SENSE.way" : "entry.SENSE");
    case "DISCARD": {
      if (!isZero(open.args.plot)) return said("entry.DISCARD.season");
      return said(DISCARDS[open.args.reason] ?? "entry.DISCARD.1", {
        amount: amountOf(graph, subject, open.args.amount),
      });
    }
    case "SHIP":
      return said("entry.SHIP", {
        to: organisationOf(graph, open.args.to).names,
        amount: amountOf(graph, subject, open.args.amount),
      });
    case "RECEIVE":
      return said("entry.RECEIVE", { amount: amountOf(graph, subject, open.args.amount) });
    case "REFUSE":
      return said("entry.REFUSE");
    case "WITHDRAW":
      return said("entry.WITHDRAW");
    case "APPLY":
      return said("entry.APPLY", { certifier: organisationOf(graph, open.args.certifier).names });
    case "SUSPEND":
      return said("entry.SUSPEND");
    case "LIFT":
      return said("entry.LIFT");
    case "REVOKE":
      return said("entry.REVOKE");
    case "PROMISE":
      return said("entry.PROMISE", { amount: amountOf(graph, subject, open.args.amount) });
    case "VOID": {
      const count = open.args.ranges.reduce((sum, { number }) => sum + number, 0n);
      return said("entry.VOID", { count: Number(count), reason: voidReason(open.args.reason) });
    }
    case "RECALL":
      return said(open.args.drill ? "entry.RECALL.drill" : "entry.RECALL");
    case "RELEASE":
      return said("entry.RELEASE");
    case "ACKNOWLEDGE":
      return said("entry.ACKNOWLEDGE");
    case "DISPUTE":
      return said("entry.DISPUTE");
    case "ANSWER":
      return said("entry.ANSWER");
    default:
      return null;
  }
}

function voidReason(reason: number): Said {
  return said(VOIDS[reason] ?? "void.1");
}

function tradeLines(graph: Graph, entry: GraphEntry): readonly Said[] {
  const { open, subject, document } = entry;
  switch (open.name) {
    case "SENSE":
      return (readSense(document, subject)?.readings ?? []).map(readingWords);
    case "DISCARD":
      return note(readDiscard(document, subject)?.cause);
    case "SHIP":
      return shipLines(graph, entry);
    case "RECEIVE":
      return receiveLines(graph, entry);
    case "REFUSE":
      return note(readRefuse(document, subject)?.reason);
    case "WITHDRAW":
      return note(readWithdraw(document, subject)?.reason);
    case "APPLY":
      return applyLines(entry);
    case "SUSPEND":
    case "LIFT":
    case "REVOKE": {
      const fate = readFate(document, subject);
      const out = open.name === "REVOKE" ? (fate?.labelsOut ?? null) : null;
      return [
        ...note(fate?.reason),
        ...(out === null ? [] : [said(out === "affected" ? "entry.REVOKE.affected" : "entry.REVOKE.unaffected")]),
      ];
    }
    case "VOID":
      return note(readVoid(document, subject)?.cause);
    case "RECALL": {
      const recall = readRecall(document, subject);
      return [...note(recall?.reason), ...note(recall?.todo)];
    }
    case "RELEASE":
      return note(readRelease(document, subject)?.reason);
    case "ACKNOWLEDGE": {
      const done = readAcknowledge(document, subject);
      const found = done?.found ?? null;
      return [
        ...note(done?.done),
        ...(found === null ? [] : [said("entry.ACKNOWLEDGE.found", { amount: amountOf(graph, subject, found) })]),
      ];
    }
    case "DISPUTE":
      return note(readDispute(document, subject)?.denied);
    case "ANSWER":
      return note(readAnswer(document, subject)?.answer);
    default:
      return [];
  }
}

function shipLines(graph: Graph, { open, subject, document }: GraphEntry): readonly Said[] {
  if (open.name !== "SHIP") return [];
  const ship = readShip(document, subject);
  const { carrier, packed } = open.args;
  const places = { from: placeWords(graph, ship?.from ?? null), to: placeWords(graph, ship?.to ?? null) };
  return [
    ...(packed && ship?.pieces != null ? [said("entry.SHIP.pieces", { count: ship.pieces })] : []),
    ...(places.from === null && places.to === null
      ? []
      : [
          said("entry.SHIP.places", {
            from: places.from ?? said("site.unknown"),
            to: places.to ?? said("site.unknown"),
          }),
        ]),
    ...(carrier === 0 ? [] : [said("entry.SHIP.carrier", { carrier: organisationOf(graph, carrier).names })]),
  ];
}

function receiveLines(graph: Graph, { open, subject, document }: GraphEntry): readonly Said[] {
  if (open.name !== "RECEIVE") return [];
  const offered = madeOf(graph, subject)?.amount ?? 0n;
  const lost = offered - open.args.amount;
  return [
    lost > 0n
      ? said("entry.RECEIVE.short", {
          offered: amountOf(graph, subject, offered),
          lost: amountOf(graph, subject, lost),
        })
      : said("entry.RECEIVE.whole"),
    ...note(readReceive(document, subject)?.condition),
  ];
}

function applyLines({ open, subject, document }: GraphEntry): readonly Said[] {
  if (open.name !== "APPLY") return [];
  const application = readApplication(document, subject);
  const unit = unitNumbered(open.args.unit);
  return [
    ...note(application?.name),
    ...(unit === null ? [] : [said("entry.APPLY.volume", { amount: { amount: open.args.volume, unit } })]),
  ];
}

const SENSORS: Readonly<Record<string, Key>> = {
  Temperature: "sense.Temperature",
  RelativeHumidity: "sense.RelativeHumidity",
  Illuminance: "sense.Illuminance",
  Mass: "sense.Mass",
  Pressure: "sense.Pressure",
};

/** Codes of UN/CEFACT Recommendation 20 that sensors use, as people write them; others stand as they are. */
const SENSOR_UNITS: Readonly<Record<string, string>> = { CEL: "°C", FAH: "°F", P1: "%", A93: "g/m³", LUX: "lx" };

function readingWords({ type, uom, value, min, max, mean, exception }: SensorReading): Said {
  const name: Value = said(SENSORS[type.replace(/^gs1:(MT-)?/, "")] ?? "sense.type", { type });
  const unit = SENSOR_UNITS[uom ?? ""] ?? uom ?? "";
  const shown: Said =
    min !== null && max !== null
      ? said("sense.span", { name, min: figure(min), max: figure(max), unit })
      : said("sense.value", { name, value: figure(value ?? mean ?? max ?? min), unit });
  return exception === null ? shown : said("sense.alarm", { what: shown });
}

function figure(value: number | null): Value {
  if (value === null) return "?";
  // No instrument shows so many digits; a row of three hundred would hide all else.
  return Math.abs(value) >= 1e9 ? value.toExponential(2) : { figure: value };
}

function amountOf(graph: Graph, subject: Hex, amount: bigint): Value {
  return { amount, unit: unitIn(graph, subject), form: "short" };
}

function note(text: Names | null | undefined): readonly Said[] {
  return text == null ? [] : [said("entry.note", { text })];
}
