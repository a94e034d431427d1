/**
 * Reads the papers of consignments for what stands in them alone: the number of the pallet or load (SSCC), so that a truck is found by
 * it, and the sites. One document often speaks for hundreds of consignments.
 */
import type { Kysely } from "kysely";
import { type Json, readCanonical } from "../../protocol/canonical.ts";
import { eventsOf } from "../../protocol/document/read.ts";
import { readReceive, readRefuse, readShip, readWithdraw } from "../../protocol/document/read-handover.ts";
import { reading } from "../../protocol/document/reading.ts";
import type { Hex } from "../../protocol/history.ts";
import type { IndexTables } from "../store/index-tables.ts";
import { noLonger, type Rounds, startRounds } from "./rounds.ts";
import { type BytesOfCid, fetched, messageOf, NeverRight } from "./stored.ts";

export { startWaybills };

interface WaybillParts {
  readonly index: Kysely<IndexTables>;
  readonly bytesOfCid: BytesOfCid;
  readonly log: (line: string) => void;
  readonly firstRetryMs?: number | undefined;
  readonly patienceMs?: number | undefined;
}

type Consignment = IndexTables["consignment"];
/** What the document says of one consignment, as its row keeps it. */
type Kept = Partial<Consignment>;

/** Rows of one transaction. */
const ROWS_AT_ONCE = 200;
const WRONG = { document: "wrong" } as const;
const SETTLED_WRONG = { settled_document: "wrong" } as const;
const ENDS = { received: readReceive, refused: readRefuse, withdrawn: readWithdraw } as const;

function startWaybills({ index, bytesOfCid, ...more }: WaybillParts): Rounds {
  return startRounds({
    ...{ index, work: "paper", name: "documents of consignments" },
    async read(cid) {
      const eventOf = eventsIn(await fetched(bytesOfCid, cid));
      await keep(index, cid, {
        shipped: ({ id }) => shippedIn(eventOf(id), id),
        settled: ({ id, state }) => settledIn(eventOf(id), id, state),
      });
    },
    giveUp: (cid) => keep(index, cid, { shipped: () => WRONG, settled: () => SETTLED_WRONG }),
    said: (cid, cause, isForGood) =>
      `the document ${cid} ${cause}, so the consignments that it is of cannot be found by their SSCC${isForGood ? "" : " yet"}`,
    ...more,
  });
}

/**
 * Each event by what it is about, as a document of its own. Of several about the same the first, as everywhere.
 * @throws NeverRight
 */
function eventsIn(bytes: Uint8Array): (id: string) => Json | null {
  let document: Json;
  try {
    document = readCanonical(bytes);
  } catch (cause) {
    throw new NeverRight(`cannot be read (${messageOf(cause)})`);
  }
  const events = new Map<unknown, Json>();
  for (const event of eventsOf(document)) {
    const subject = reading(event)?.value("subject");
    if (events.has(subject)) continue;
    events.set(subject, { type: "EPCISDocument", epcisBody: { eventList: [event as Json] } });
  }
  return (id) => events.get(id) ?? null;
}

function shippedIn(document: Json | null, id: string): Kept {
  const said = readShip(document, id as Hex);
  if (said === null) return WRONG;
  return {
    ...{ document: "read", sscc: said.sscc },
    ...{ from_site: said.from?.subject ?? null, to_site: said.to?.subject ?? null },
  };
}

function settledIn(document: Json | null, id: string, state: Consignment["state"]): Kept {
  if (state === "under-way") throw new Error(`consignment ${id} is under way, and waits for what has ended that`);
  const said = ENDS[state](document, id as Hex);
  if (said === null) return SETTLED_WRONG;
  return {
    settled_document: "read",
    ...{ settled_from_site: said.from?.subject ?? null, settled_to_site: said.to?.subject ?? null },
  };
}

type Row = Pick<Consignment, "id" | "state">;
interface Readers {
  readonly shipped: (row: Row) => Kept;
  readonly settled: (row: Row) => Kept;
}

/**
 * Some rows at a time, so that others have a turn; what a crash leaves half done is done by the next round. The follower may book
 * another consignment of the same document meanwhile: it is off the list only when nothing waits for it under the list's own lock.
 */
async function keep(index: Kysely<IndexTables>, cid: string, { shipped, settled }: Readers): Promise<void> {
  const all = [
    { named: "cid", state: "document", read: shipped },
    { named: "settled_cid", state: "settled_document", read: settled },
  ] as const;
  const waiting = (tx: Kysely<IndexTables>, { named, state }: Pick<(typeof all)[number], "named" | "state">) =>
    tx
      .selectFrom("consignment")
      .select(["id", "consignment.state"])
      .where(named, "=", cid)
      .where(state, "=", "awaited")
      .orderBy("id")
      .limit(ROWS_AT_ONCE);
  for (const part of all)
    for (let found = ROWS_AT_ONCE; found === ROWS_AT_ONCE; await new Promise((done) => setImmediate(done)))
      found = await index.transaction().execute(async (tx) => {
        const rows = await waiting(tx, part).execute();
        for (const row of rows)
          await tx
            .updateTable("consignment")
            .set(part.read(row))
            .where("id", "=", row.id)
            // The index may have been made anew meanwhile.
            .where(part.named, "=", cid)
            .where(part.state, "=", "awaited")
            .execute();
        return rows.length;
      });
  await index.transaction().execute(async (tx) => {
    const awaited = { work: "paper", item: cid } as const;
    await tx.updateTable("awaited").set({ item: cid }).where("work", "=", "paper").where("item", "=", cid).execute();
    for (const part of all) if ((await waiting(tx, part).limit(1).execute()).length > 0) return;
    await noLonger(tx, awaited);
  });
}
