/** Of which product a lot or planting is, and what the product says of unit and net content: read from the entries that made them. Pure. */
import { type Hex, hexOf } from "../bytes.ts";
import type { Maker } from "./graph.ts";

export { netOf, productOf, unitOf };

interface Made {
  readonly makers: ReadonlyMap<Hex, Pick<Maker, "entry" | "output">>;
}

/** Null where a subject on the way is not in the history. */
function productOf({ makers }: Made, id: Hex): Hex | null {
  // A consignment is of its lot's product: back to what no consignment is.
  const seen = new Set<Hex>();
  for (let at = id; !seen.has(at);) {
    seen.add(at);
    const maker = makers.get(at);
    if (maker?.entry.name === "SHIP") at = hexOf(maker.entry.args.lot);
    else return maker === undefined ? null : madeOf(makers, maker);
  }
  return null;
}

function madeOf(makers: Made["makers"], { entry, output }: Pick<Maker, "entry" | "output">): Hex | null {
  if (entry.name === "ORIGIN" || entry.name === "PLANT") return hexOf(entry.args.product);
  if (entry.name === "TRANSFORM") {
    const made = entry.args.outputs[output];
    return made === undefined ? null : hexOf(made.id);
  }
  // For a harvest as its plantings say.
  const planting = entry.name === "HARVEST" ? entry.args.inputs[0] : undefined;
  const planted = planting === undefined ? undefined : makers.get(hexOf(planting.id))?.entry;
  return planted?.name === "PLANT" ? hexOf(planted.args.product) : null;
}

function unitOf({ makers }: Made, product: Hex | null): number | null {
  const entry = product === null ? undefined : makers.get(product)?.entry;
  return entry?.name === "PRODUCT" ? entry.args.unit : null;
}

/** Content of one piece in thousandths; 0: sold loose. */
function netOf({ makers }: Made, product: Hex | null): bigint | null {
  const entry = product === null ? undefined : makers.get(product)?.entry;
  return entry?.name === "PRODUCT" ? entry.args.net : null;
}
