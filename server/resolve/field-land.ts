/** Plots, sites, plantings and products of an organisation's field, with what their documents call them. */
import type { Kysely } from "kysely";
import { readEvent } from "../../protocol/document/read.ts";
import { readPlot, readProduct, readSite } from "../../protocol/document/read-master.ts";
import type { LotName } from "../../protocol/document/terms.ts";
import type { Words } from "../../protocol/document/text.ts";
import type { KindName } from "../../protocol/kinds/all.ts";
import { kindByName } from "../../protocol/kinds/all.ts";
import type { IndexTables } from "../store/index-tables.ts";
import { STATUS } from "../store/status.ts";
import { chunks } from "./chunks.ts";
import { cropOf } from "./field-crops.ts";
import type { Sayings } from "./field-documents.ts";
import type { FieldPlanting, FieldPlot, FieldProduct, FieldSite } from "./field-rows.ts";
import type { Worked } from "./field-works.ts";
import { amountText, unitText } from "./told.ts";

export type { Land };
export { bareWords, namelessLot, openPlantings, plantingsOf, plotsOf, productsOf, sitesOf };

interface Land {
  readonly index: Kysely<IndexTables>;
  readonly sayings: Sayings;
}

type SubjectRow = IndexTables["subject"];
interface PlantingRow extends SubjectRow {
  readonly plot: string;
  readonly area: number;
  readonly cap: number;
}

/** What stands for a name where the document that has it is not here: the first digits of the id, as they stand in no name. */
function shortId(id: string): string {
  return id.slice(0, 10);
}

function bareWords(id: string): Words {
  return { zh: shortId(id), en: shortId(id) };
}

function namelessLot(id: string): LotName {
  return { gtin: null, lotNumber: shortId(id) };
}

async function plotsOf({ index, sayings }: Land, organisation: number): Promise<readonly FieldPlot[]> {
  const rows = await heldOf(index, organisation, "PLOT");
  return Promise.all(
    rows.map(async ({ id, made, remaining, made_content }) => {
      const said = await sayings.of(made_content, id, "plot", readPlot);
      return {
        ...{ id, code: said?.code ?? shortId(id), name: said?.name ?? null, village: said?.village ?? null },
        ...{
          area: amountText(made),
          free: amountText(remaining),
          picture: said?.pictures.find(({ sealed }) => sealed === undefined)?.cid ?? null,
        },
      };
    }),
  );
}

async function sitesOf({ index, sayings }: Land, organisation: number): Promise<readonly FieldSite[]> {
  const rows = await heldOf(index, organisation, "SITE");
  return Promise.all(
    rows.map(async ({ id, made_content }) => {
      const said = await sayings.of(made_content, id, "site", readSite);
      return { id, code: said?.code ?? shortId(id), name: said?.name ?? bareWords(id) };
    }),
  );
}

/** Its own, and those by others that it has some of. @param named ids */
async function productsOf(
  { index, sayings }: Land,
  organisation: number,
  named: readonly string[],
): Promise<readonly FieldProduct[]> {
  const rows = new Map((await heldOf(index, organisation, "PRODUCT")).map((row) => [row.id, row]));
  for (const part of chunks([...new Set(named)].filter((id) => !rows.has(id)).sort()))
    for (const row of await index
      .selectFrom("subject")
      .selectAll()
      .where("id", "in", part)
      .orderBy("made_at")
      .orderBy("id")
      .execute())
      rows.set(row.id, row);
  return Promise.all(
    [...rows.values()].map(async ({ id, unit, made, made_content }) => {
      const said = await sayings.of(made_content, id, "product", readProduct);
      return {
        ...{ id, name: said?.name ?? bareWords(id), gtin: said?.gtin ?? null, unit: unitText(unit) ?? "" },
        ...{ net: amountText(made), loss: lossOf(said?.usualLoss ?? null), crop: cropOf(said?.crop ?? null) },
      };
    }),
  );
}

/** Part of the input → thousandths. A stranger may write anything. */
function lossOf(part: number | null): number {
  return part === null || part < 0 || part > 1 ? 0 : Math.round(part * 1000);
}

/** Whose season is not over. */
function openPlantings({ index }: Land, organisation: number): Promise<readonly PlantingRow[]> {
  return index
    .selectFrom("subject")
    .innerJoin("link", "link.consumer", "subject.id")
    .innerJoin("planting", "planting.id", "subject.id")
    .selectAll("subject")
    .select(["link.input as plot", "link.amount as area", "planting.cap"])
    .where("subject.holder", "=", organisation)
    .where("subject.sort", "=", kindByName("PLANT").number)
    .where("subject.status", "<", STATUS.ended)
    .orderBy("subject.made_at")
    .orderBy("subject.id")
    .execute();
}

async function plantingsOf(
  { sayings }: Land,
  rows: readonly PlantingRow[],
  worked: Worked,
): Promise<readonly FieldPlanting[]> {
  return Promise.all(
    rows.map(async ({ id, plot, product, area, cap, made, remaining, made_content }) => {
      const said = await sayings.of(made_content, id, "planting", plantingName);
      return {
        ...{ id, plot, product: product ?? "", ...(said ?? namelessLot(id)) },
        ...{ area: amountText(area), cap: amountText(cap) },
        ...{ harvested: amountText(made), mayBear: amountText(remaining) },
        uses: worked.usesOf(id, plot),
        last: worked.lastOf(id),
      };
    }),
  );
}

function plantingName(document: unknown, id: Parameters<typeof readEvent>[1]): LotName | null {
  const [name] = readEvent(document, id)?.lots ?? [];
  return name === undefined ? null : { lotNumber: name.lotNumber, gtin: name.gtin };
}

/** Oldest first. */
function heldOf(index: Kysely<IndexTables>, organisation: number, sort: KindName): Promise<SubjectRow[]> {
  return index
    .selectFrom("subject")
    .selectAll()
    .where("holder", "=", organisation)
    .where("sort", "=", kindByName(sort).number)
    .orderBy("made_at")
    .orderBy("id")
    .execute();
}
