/** Lots that an organisation has something of, and consignments that are on their way to it and from it. */
import { eventsOf, readEvent } from "../../protocol/document/read.ts";
import { readShip } from "../../protocol/document/read-handover.ts";
import { type LotName, readLotClass } from "../../protocol/document/terms.ts";
import { reading } from "../../protocol/document/reading.ts";
import type { Hex } from "../../protocol/history.ts";
import { kindByName } from "../../protocol/kinds/all.ts";
import type { IndexTables } from "../store/index-tables.ts";
import { type Land, namelessLot } from "./field-land.ts";
import type { FieldLot } from "./field-rows.ts";
import { recalledAmong } from "./standing.ts";
import { amountText, kindText, unitText } from "./told.ts";

export { lotsOf };

const LOTS = (["ORIGIN", "HARVEST", "TRANSFORM", "SHIP"] as const).map((name) => kindByName(name).number);
/** Newest first: what a phone is told of lots that are here, and of those on their way to and from it. */
const MOST_HERE = 1_000;
const MOST_UNDER_WAY = 500;

interface Row extends Pick<IndexTables["subject"], "id" | "sort" | "unit" | "product" | "made_at" | "made_content"> {
  readonly made: number;
  readonly remaining: number;
  readonly packed: number;
  readonly state: FieldLot["state"];
  /** The other side of a consignment. */
  readonly other: number | null;
  readonly source: string | null;
}

/** @param named tells how an organisation is called */
async function lotsOf(
  land: Land,
  organisation: number,
  named: (organisation: number) => Promise<NonNullable<FieldLot["other"]>["name"]>,
): Promise<readonly FieldLot[]> {
  const [here, way] = [await lotsHere(land, organisation), await underWay(land, organisation)];
  const rows = [...way, ...here];
  const recalled = await recalledAmong(
    land.index,
    rows.map(({ id }) => id),
  );
  return Promise.all(
    rows.map(
      async ({ id, sort, unit, product, made, remaining, packed, made_at, made_content, state, other, source }) => {
        const said = await land.sayings.of(made_content, id, "lot", sort === SHIP ? shippedName : madeName);
        return {
          ...{ id, product: product ?? "", ...(said ?? namelessLot(id)), unit: unitText(unit) ?? "" },
          ...{ sort: kindText(sort), made: amountText(made), left: amountText(remaining), packed: amountText(packed) },
          ...{ madeAtS: Number(made_at), state, isRecalled: recalled.has(id) },
          ...{ other: other === null ? null : { number: other, name: await named(other) }, source },
        };
      },
    ),
  );
}

const SHIP = kindByName("SHIP").number;

function lotsHere({ index }: Land, organisation: number): Promise<Row[]> {
  return index
    .selectFrom("subject")
    .leftJoin("consignment", "consignment.id", "subject.id")
    .select(["subject.id", "sort", "unit", "product", "made", "remaining", "subject.packed", "made_at", "made_content"])
    .where("holder", "=", organisation)
    .where("sort", "in", LOTS)
    .where((row) => row.or([row("remaining", ">", 0), row("subject.packed", ">", 0)]))
    .where((row) => row.or([row("consignment.state", "is", null), row("consignment.state", "!=", "under-way")]))
    .orderBy("made_at", "desc")
    .orderBy("subject.id", "desc")
    .limit(MOST_HERE)
    .execute()
    .then((rows) => rows.map((row) => ({ ...row, state: "here", other: null, source: null })));
}

/** What it sends to itself is coming: it can be taken. */
async function underWay({ index }: Land, organisation: number): Promise<Row[]> {
  const rows = await index
    .selectFrom("consignment")
    .innerJoin("subject", "subject.id", "consignment.id")
    .select(["subject.id", "sort", "unit", "product", "made", "remaining", "subject.packed", "made_at", "made_content"])
    .select(["sender", "receiver", "consignment.lot as source"])
    .where((row) => row.or([row("receiver", "=", organisation), row("sender", "=", organisation)]))
    .where("consignment.state", "=", "under-way")
    .orderBy("shipped_at", "desc")
    .orderBy("subject.id", "desc")
    .limit(MOST_UNDER_WAY)
    .execute();
  return rows.map(({ sender, receiver, ...row }) =>
    receiver === organisation
      ? { ...row, state: "coming", other: sender }
      : { ...row, state: "going", other: receiver },
  );
}

function shippedName(document: unknown, id: Hex): LotName | null {
  return plain(readShip(document, id)?.lot);
}

/** A further output is listed in the event that made the first one. */
function madeName(document: unknown, id: Hex): LotName | null {
  const own = readEvent(document, id);
  const listed = own?.outputs.find(({ subject }) => subject === id)?.lot ?? own?.lots[0];
  if (listed !== undefined) return plain(listed);
  for (const event of eventsOf(document))
    for (const output of reading(event)?.list("outputs") ?? [])
      if (output.value("subject") === id) return plain(readLotClass(output.value("lot")));
  return null;
}

function plain(name: LotName | null | undefined): LotName | null {
  return name === null || name === undefined ? null : { lotNumber: name.lotNumber, gtin: name.gtin };
}
