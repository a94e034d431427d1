/**
 * SENSE: readings of instruments as an ObjectEvent with EPCIS 2.0's own sensor elements (§7.3.7; types of the GS1 Web Vocabulary).
 * A long series is one report with its least, greatest and mean value, and the file of readings beside it (`rawData`). Pure.
 */
import type { Hex } from "../bytes.ts";
import { Problem } from "../problem.ts";
import { type Attachment, readAttachment } from "./attachment.ts";
import { objectEvent, what } from "./event-fields.ts";
import { finite, uomText } from "./fields.ts";
import type { EventForm } from "./form.ts";
import { eventFor } from "./read.ts";
import { type Reading, reading } from "./reading.ts";
import { deviceId, type JsonObject, type LotName, readDeviceId, readTime, timeText } from "./terms.ts";

export type { SenseForm, SenseReading, SensorReading, SensorReadingForm, SensorType };
export { readSense, SENSOR_TYPES, senseEvent };

/** What is measured in the field, in a store and on a truck; EPCIS knows many more, and readers show any. */
const SENSOR_TYPES = [
  "Temperature",
  "RelativeHumidity",
  "Illuminance",
  "VolumeFraction",
  "Mass",
  "Pressure",
  "Speed",
  "Conductivity",
  "Dimensionless",
] as const;
type SensorType = (typeof SENSOR_TYPES)[number];

interface SensorReadingForm {
  readonly type: SensorType;
  /** UN/CEFACT Recommendation 20: CEL degree Celsius, P1 per cent, LUX … */
  readonly uom: string;
  /** One value, or the least, greatest and mean of a series: at least one of the four. */
  readonly value?: number;
  readonly min?: number;
  readonly max?: number;
  readonly mean?: number;
  /** The instrument raised an alarm, or did not work as it should. */
  readonly exception?: "ALARM_CONDITION" | "ERROR_CONDITION";
}

interface SenseForm extends EventForm {
  /** Left out where the subject has no lot number. */
  readonly lot?: LotName;
  readonly readings: readonly SensorReadingForm[];
  /** A series: its first and last time; left out: all of it at `occurredAtS`. */
  readonly fromS?: number;
  readonly untilS?: number;
  /** The name that stands on the instrument. */
  readonly device?: string;
  /** What went on meanwhile, where something did: CBV forbids `sensor_reporting` then. */
  readonly step?: "transporting" | "storing";
  /** The file of all readings (CSV or JSON). */
  readonly series?: Attachment;
}

interface SensorReading {
  /** As the document has it: "Temperature", or an address. */
  readonly type: string;
  readonly uom: string | null;
  readonly value: number | null;
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  readonly exception: "ALARM_CONDITION" | "ERROR_CONDITION" | null;
}

interface SenseReading {
  readonly subject: Hex;
  readonly readings: readonly SensorReading[];
  readonly fromS: number | null;
  readonly untilS: number | null;
  readonly device: string | null;
  /** CBV's word for what went on meanwhile. */
  readonly step: "transporting" | "storing" | null;
  readonly series: Attachment | null;
  /** JSON Pointers of texts that were not taken whole. */
  readonly stripped: readonly string[];
}

const MAX_READINGS = 100;

/** @throws Problem `form-refused`, `text-refused` … with the place in the form */
function senseEvent(form: SenseForm): JsonObject {
  const { readings, series, step = "sensor_reporting" } = form;
  if (readings.length === 0 || readings.length > MAX_READINGS) {
    throw new Problem("form-refused", "/readings", `${readings.length} readings, 1 to ${MAX_READINGS} are expected`);
  }
  const files = [...(series === undefined ? [] : [series]), ...(form.attachments ?? [])];
  return {
    ...objectEvent({ ...form, attachments: files }, "OBSERVE", step, "in_progress"),
    ...what(form),
    sensorElementList: [
      {
        sensorMetadata: {
          ...timesOf(form),
          ...(form.device === undefined ? {} : { deviceID: deviceId(form.device) }),
          ...(series === undefined ? {} : { rawData: `ipfs://${series.cid}` }),
        },
        sensorReport: readings.map((one, n) => report(one, `/readings/${n}`)),
      },
    ],
  };
}

/** Null where the document holds no readings of this subject. Of several sensor elements, times and device are the first one's. */
function readSense(document: unknown, subject: Hex): SenseReading | null {
  const event = reading(eventFor(document, subject));
  const elements = event?.insides("sensorElementList") ?? [];
  const readings = elements
    .flatMap((element) => element.insides("sensorReport"))
    .slice(0, 1000)
    .flatMap(readReport);
  if (event === null || readings.length === 0) return null;
  const about = elements[0]?.inside("sensorMetadata") ?? null;
  const at = readTime(about?.plain("time"));
  const step = event.plain("bizStep");
  const files = event.list("attachments").flatMap((item) => readAttachment(item) ?? []);
  return {
    subject,
    readings,
    fromS: readTime(about?.plain("startTime")) ?? at,
    untilS: readTime(about?.plain("endTime")) ?? at,
    device: readDeviceId(about?.plain("deviceID")),
    step: step === "transporting" || step === "storing" ? step : null,
    series: files.find(({ cid }) => about?.plain("rawData") === `ipfs://${cid}`) ?? null,
    stripped: event.stripped,
  };
}

function timesOf({ fromS, untilS, occurredAtS }: SenseForm): JsonObject {
  if (fromS === undefined && untilS === undefined) return { time: timeText(occurredAtS).time };
  if (fromS === undefined || untilS === undefined || untilS < fromS) {
    throw new Problem("form-refused", "/untilS", "a series has a first time, and a last one that is not earlier");
  }
  return { startTime: timeText(fromS, "/fromS").time, endTime: timeText(untilS, "/untilS").time };
}

function report({ type, uom, exception, ...values }: SensorReadingForm, at: string): JsonObject {
  if (!SENSOR_TYPES.includes(type)) {
    throw new Problem("form-refused", `${at}/type`, `"${String(type)}" is not one of ${SENSOR_TYPES.join(", ")}`);
  }
  const names = { value: "value", min: "minValue", max: "maxValue", mean: "meanValue" } as const;
  const said = (["value", "min", "max", "mean"] as const).flatMap((name) => {
    const number = values[name];
    return number === undefined ? [] : [[names[name], finite(number, `${at}/${name}`)] as const];
  });
  if (said.length === 0) throw new Problem("form-refused", at, "a reading has a value");
  return {
    type,
    ...Object.fromEntries(said),
    uom: uomText(uom, `${at}/uom`),
    ...(exception === undefined ? {} : { exception }),
  };
}

function readReport(read: Reading): readonly SensorReading[] {
  const type = read.plain("type");
  if (typeof type !== "string" || !/^[\u0021-\u007e]{1,200}$/.test(type)) return [];
  const [uom, exception] = [read.plain("uom"), read.plain("exception")];
  const number = (name: string): number | null => {
    const found = read.plain(name);
    return typeof found === "number" && Number.isFinite(found) ? found : null;
  };
  return [
    {
      type,
      uom: typeof uom === "string" && /^[A-Z0-9]{2,3}$/.test(uom) ? uom : null,
      value: number("value"),
      min: number("minValue"),
      max: number("maxValue"),
      mean: number("meanValue"),
      exception: exception === "ALARM_CONDITION" || exception === "ERROR_CONDITION" ? exception : null,
    },
  ];
}
