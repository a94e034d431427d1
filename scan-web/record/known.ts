/**
 * What a record names, looked up in the field. What was found is kept with the record: its document can be built again from that alone,
 * whatever a server tells by then. Pure.
 */
import type { Hex } from "../../protocol/bytes.ts";
import { Problem } from "../../protocol/problem.ts";
import type { Known } from "./db.ts";
import type { Field, FieldLot, FieldOrganisation, FieldPlanting, FieldPlot, FieldProduct } from "./model.ts";

export { NOTHING, Finder };

const NOTHING: Known = { organisation: null, plots: [], products: [], plantings: [], lots: [] };

type Lists = Omit<Known, "organisation">;

class Finder {
  readonly #field: Known;
  readonly #found = new Map<string, { readonly list: keyof Lists; readonly row: { readonly id: Hex } }>();

  /** `before`: what the record found when it was saved last, for what the field no longer has. */
  constructor(field: Known | Field, before: Known = NOTHING) {
    this.#field = {
      organisation: field.organisation ?? before.organisation,
      plots: [...field.plots, ...before.plots],
      products: [...field.products, ...before.products],
      plantings: [...field.plantings, ...before.plantings],
      lots: [...field.lots, ...before.lots],
    };
  }

  /** @throws Problem `recorder-unknown` */
  organisation(): FieldOrganisation {
    const { organisation } = this.#field;
    if (organisation === null) throw new Problem("recorder-unknown", "", "this phone belongs to no organisation yet");
    return organisation;
  }

  /** @throws Problem `subject-unknown` with `at`, as do the others */
  plot(id: Hex, at: string): FieldPlot {
    return this.#find("plots", id, at) as FieldPlot;
  }

  product(id: Hex, at: string): FieldProduct {
    return this.#find("products", id, at) as FieldProduct;
  }

  planting(id: Hex, at: string): FieldPlanting {
    return this.#find("plantings", id, at) as FieldPlanting;
  }

  lot(id: Hex, at: string): FieldLot {
    return this.#find("lots", id, at) as FieldLot;
  }

  /** Open plantings of a plot. */
  plantingsOf(plot: Hex): readonly FieldPlanting[] {
    return this.#field.plantings.filter((planting) => planting.plot === plot);
  }

  /** All that was found so far. */
  found(): Known {
    const of = (list: keyof Lists) => [...this.#found.values()].flatMap((one) => (one.list === list ? [one.row] : []));
    return {
      organisation: this.#field.organisation,
      plots: of("plots") as FieldPlot[],
      products: of("products") as FieldProduct[],
      plantings: of("plantings") as FieldPlanting[],
      lots: of("lots") as FieldLot[],
    };
  }

  #find(list: keyof Lists, id: Hex, at: string): { readonly id: Hex } {
    const row = (this.#field[list] as readonly { readonly id: Hex }[]).find((one) => one.id === id);
    if (row === undefined)
      throw new Problem("subject-unknown", at, `${id} is not among the ${list} that this phone knows`);
    this.#found.set(`${list} ${id}`, { list, row });
    return row;
  }
}
