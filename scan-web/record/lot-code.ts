/**
 * The address that tells a lot to another phone: whoever opens it can record about the lot before it is on record, as long as the phone knows the
 * product. Each part is a group of its own, so that no name can be read as another. Pure.
 */
import type { Hex } from "../../protocol/bytes.ts";
import type { FieldLot } from "./model.ts";

export type { ToldLot };
export { lotAddress, readToldLot };

type ToldLot = Pick<FieldLot, "id" | "product" | "lotNumber" | "gtin" | "unit">;

const ID = /^0x[0-9a-f]{64}$/;
const UNITS = ["KGM", "H87", "LTR"];
const NO_GTIN = "-";

/** `/lot/0x…/told/0x…/KGM/260402-7K3M/-` */
function lotAddress({ id, product, lotNumber, gtin, unit }: ToldLot): string {
  return `/lot/${id}/told/${product}/${unit}/${encodeURIComponent(lotNumber)}/${gtin ?? NO_GTIN}`;
}

/** Groups of the address, decoded; null: it is not whole. */
function readToldLot(params: Readonly<Record<string, string>>): ToldLot | null {
  const { id = "", product = "", unit = "", lotNumber = "", gtin = "" } = params;
  if (!ID.test(id) || !ID.test(product) || !UNITS.includes(unit)) return null;
  if (lotNumber.length === 0 || lotNumber.length > 20) return null;
  if (gtin !== NO_GTIN && !/^\d{14}$/.test(gtin)) return null;
  return { id: id as Hex, product: product as Hex, unit, lotNumber, gtin: gtin === NO_GTIN ? null : gtin };
}
