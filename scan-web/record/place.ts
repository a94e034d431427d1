/** Where somebody stands, found again in what is known of the field. Pure. */
import type { Field, FieldLot, FieldPlot, FieldProduct, Place, Target, Work } from "./model.ts";

export { cropOf, isFor, placeAt, placeOf, placesOf, productOf, samePlace, targetOf };

/** Plots first, then lots that are here; a plot with two plantings stands there twice. */
function placesOf(field: Field): readonly Place[] {
  return [...field.plots.flatMap((plot) => onPlot(field, plot)), ...field.lots.filter(isHere).map(atLot)];
}

function onPlot(field: Field, plot: FieldPlot): readonly Place[] {
  const plantings = field.plantings.filter((planting) => planting.plot === plot.id);
  if (plantings.length === 0) return [{ sort: "plot", plot, planting: null }];
  return plantings.map((planting) => ({ sort: "plot", plot, planting }));
}

function atLot(lot: FieldLot): Place {
  return { sort: "lot", lot };
}

function isHere({ state, left, packed, isTold }: FieldLot): boolean {
  return state === "here" && (left !== "0" || packed !== "0" || isTold === true);
}

/** The place of a target; null where the field has it no more. */
function placeOf(field: Field, target: Target | null): Place | null {
  if (target === null) return null;
  if (target.sort === "lot") {
    const lot = field.lots.find(({ id }) => id === target.id);
    return lot === undefined ? null : atLot(lot);
  }
  return placesOf(field).find((place) => samePlace(target, place)) ?? null;
}

/** Where somebody stands when the app is opened: where they stood last, else the first plot or lot. Nobody stands at goods that are under way. */
function placeAt(field: Field, last: Target | null): Place | null {
  const stood = placeOf(field, last);
  if (stood !== null && (stood.sort === "plot" || stood.lot.state === "here")) return stood;
  return placesOf(field)[0] ?? null;
}

function samePlace(target: Target | null, place: Place): boolean {
  if (target === null) return false;
  if (place.sort === "lot") return target.id === place.lot.id;
  return target.id === place.plot.id || target.id === place.planting?.id;
}

/**
 * What a record of a work is about: a planting is made on its plot, everything else there is done to the planting, where there is one. With no
 * place at all an observation is the organisation's.
 */
function targetOf(work: Pick<Work, "kind" | "on">, place: Place | null, field: Field): Target | null {
  if (work.on === "nothing") return null;
  if (place?.sort === "lot") return { sort: "lot", id: place.lot.id };
  if (place?.planting != null && work.kind !== "PLANT") return { sort: "planting", id: place.planting.id };
  if (place !== null) return { sort: "plot", id: place.plot.id };
  return field.organisation === null ? null : { sort: "organisation", id: field.organisation.subject };
}

function productOf(field: Field, place: Place | null): FieldProduct | null {
  const id = place?.sort === "lot" ? place.lot.product : place?.planting?.product;
  return field.products.find((product) => product.id === id) ?? null;
}

function cropOf(field: Field, place: Place | null): string | null {
  return productOf(field, place)?.crop ?? null;
}

/** A harvest needs a planting, and planting needs land that is free; what is done to goods needs goods. */
function isFor(work: Work, place: Place | null, crop: string | null): boolean {
  if (place === null) return work.kind === "NOTE" && work.on !== "lot" && work.crops.length === 0;
  if (crop !== null && work.crops.length > 0 && !work.crops.includes(crop)) return false;
  if (work.id === "sending-packages") return place.sort === "lot" && place.lot.packed !== "0";
  if (place.sort === "lot") return work.on === "lot" || (work.kind === "NOTE" && work.crops.length === 0);
  if (work.on !== "plot") return false;
  if (work.kind === "PLANT") return place.plot.free !== "0";
  return place.planting !== null || (work.kind !== "HARVEST" && work.kind !== "DISCARD");
}
