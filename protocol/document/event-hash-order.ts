/**
 * In which order CBV 2.0's event hash takes the fields of an event, and how each is written: the tables of event-hash.ts.
 */

export type { Order, Rule };
export { CBV, EVENT, GS1, NOT_HASHED };

/** How a field is written: as a bare word's vocabulary, as a time, as an object with fields of its own … */
type Rule =
  | { readonly as: "text" | "time" }
  | { readonly as: "word"; readonly vocabulary: string }
  | { readonly as: "object"; readonly inner: Order }
  | { readonly as: "list"; readonly item: string; readonly inner: Order | null };

/** Fields in the order in which they are hashed. */
type Order = readonly (readonly [name: string, rule: Rule])[];

const CBV = "https://ref.gs1.org/cbv/";
const GS1 = "https://gs1.org/voc/";
const text: Rule = { as: "text" };
const time: Rule = { as: "time" };
const word = (vocabulary: string): Rule => ({ as: "word", vocabulary });
const object = (inner: Order): Rule => ({ as: "object", inner });
const list = (item: string, inner: Order | null = null): Rule => ({ as: "list", item, inner });

const QUANTITY: Order = [
  ["epcClass", text],
  ["quantity", text],
  ["uom", text],
];
const PLACE: Order = [["id", text]];
const DISPOSITION = word(`${CBV}Disp-`);
const SENSOR_METADATA: Order = [
  ["time", time],
  ["startTime", time],
  ["endTime", time],
  ["deviceID", text],
  ["deviceMetadata", text],
  ["rawData", text],
  ["dataProcessingMethod", text],
  ["bizRules", text],
];
const SENSOR_REPORT: Order = [
  ["type", word(GS1)],
  ["exception", word(GS1)],
  ["deviceID", text],
  ["deviceMetadata", text],
  ["rawData", text],
  ["dataProcessingMethod", text],
  ["time", time],
  ["microorganism", text],
  ["chemicalSubstance", text],
  ["value", text],
  ["component", word(`${CBV}Comp-`)],
  ["stringValue", text],
  ["booleanValue", text],
  ["hexBinaryValue", text],
  ["uriValue", text],
  ["minValue", text],
  ["maxValue", text],
  ["meanValue", text],
  ["sDev", text],
  ["percRank", text],
  ["percValue", text],
  ["uom", text],
  ["coordinateReferenceSystem", text],
];

/** The order that reproduces the reference vectors (test/vectors/event-hash). */
const EVENT: Order = [
  ["eventTime", time],
  ["eventTimeZoneOffset", text],
  ["certificationInfo", text],
  ["parentID", text],
  ["epcList", list("epc")],
  ["inputEPCList", list("epc")],
  ["childEPCs", list("epc")],
  ["quantityList", list("quantityElement", QUANTITY)],
  ["childQuantityList", list("quantityElement", QUANTITY)],
  ["inputQuantityList", list("quantityElement", QUANTITY)],
  ["outputEPCList", list("epc")],
  ["outputQuantityList", list("quantityElement", QUANTITY)],
  ["action", text],
  ["transformationID", text],
  ["bizStep", word(`${CBV}BizStep-`)],
  ["disposition", DISPOSITION],
  [
    "persistentDisposition",
    object([
      ["set", DISPOSITION],
      ["unset", DISPOSITION],
    ]),
  ],
  ["readPoint", object(PLACE)],
  ["bizLocation", object(PLACE)],
  [
    "bizTransactionList",
    list("", [
      ["type", word(`${CBV}BTT-`)],
      ["bizTransaction", text],
    ]),
  ],
  [
    "destinationList",
    list("", [
      ["type", word(`${CBV}SDT-`)],
      ["destination", text],
    ]),
  ],
  [
    "sourceList",
    list("", [
      ["type", word(`${CBV}SDT-`)],
      ["source", text],
    ]),
  ],
  [
    "sensorElementList",
    list("sensorElement", [
      ["sensorMetadata", object(SENSOR_METADATA)],
      ["sensorReport", object(SENSOR_REPORT)],
    ]),
  ],
];

/** What says something about the record, not about what happened. */
const NOT_HASHED: readonly string[] = [
  "type",
  "@context",
  "eventID",
  "recordTime",
  "errorDeclaration",
  "comment",
  "rdfs:comment",
  "http://www.w3.org/2000/01/rdf-schema#comment",
];
