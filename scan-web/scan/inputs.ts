/** What was brought out on a field, and steps in a workshop, as sentences. Pure. */
import type { InputReading, StepReading } from "../../protocol/document/read-parts.ts";
import { type Key, type Said, said, type Value } from "../ui/i18n.ts";
import type { GraphEntry } from "./open.ts";

export { inputLines, mergedInputs, stepWords };

type Applied = InputReading & { readonly plots: number };

/** The same product on several plots of a day's round is told once, with its doses together. */
function mergedInputs(entries: readonly GraphEntry[]): readonly Applied[] {
  const merged = new Map<string, Applied>();
  for (const input of entries.flatMap(({ event }) => event?.applied ?? [])) {
    const { name, activeIngredient, uom } = input;
    const key = JSON.stringify([name, activeIngredient, uom, input.dose === null]);
    const known = merged.get(key);
    if (known === undefined) merged.set(key, { ...input, plots: 1 });
    else merged.set(key, { ...known, dose: (known.dose ?? 0) + (input.dose ?? 0), plots: known.plots + 1 });
  }
  return [...merged.values()];
}

function inputLines(input: Applied): readonly Said[] {
  const dose =
    input.dose === null
      ? ""
      : said(input.plots > 1 ? "entry.dose.sum" : "entry.dose", { amount: input.dose, unit: doseUnit(input.uom) });
  const what =
    input.activeIngredient === null
      ? said("entry.input", { name: input.name, dose })
      : said("entry.input.ingredient", { name: input.name, ingredient: input.activeIngredient, dose });
  return [
    what,
    ...(input.preHarvestIntervalDays === null
      ? []
      : [said("entry.GROW.interval", { days: input.preHarvestIntervalDays })]),
    ...(input.registration === null ? [] : [said("entry.GROW.registration", { number: input.registration })]),
  ];
}

/** A unit that the messages do not know is shown as its code. */
function doseUnit(uom: string | null): Value {
  const known: Readonly<Record<string, Key>> = {
    KGM: "entry.unit.KGM",
    GRM: "entry.unit.GRM",
    LTR: "entry.unit.LTR",
    MLT: "entry.unit.MLT",
  };
  const key = known[uom ?? ""];
  return key === undefined ? (uom ?? "") : said(key);
}

function stepWords(step: StepReading): Said {
  const name = step.words;
  const { temperatureC: degrees, minutes } = step;
  if (degrees !== null && minutes !== null) return said("entry.step.heat-minutes", { name, degrees, minutes });
  if (degrees !== null) return said("entry.step.heat", { name, degrees });
  if (minutes !== null) return said("entry.step.minutes", { name, minutes });
  return said("entry.step", { name });
}
