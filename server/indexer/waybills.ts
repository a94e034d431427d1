/**
 * Reads the documents of SHIP entries for the number of the pallet or load (SSCC) that stands in them alone, so that a truck is found by
 * it. One document often speaks for hundreds of consignments.
 */
import type { Kysely } from "kysely";
import { type Json, readCanonical } from "../../protocol/canonical.ts";
import { readShip } from "../../protocol/document/read-handover.ts";
import type { Hex } from "../../protocol/history.ts";
import type { IndexTables } from "../store/index-tables.ts";
import { type Rounds, startRounds } from "./rounds.ts";
import { type BytesOfCid, fetched, messageOf, NeverRight, NotStored } from "./stored.ts";

export { startWaybills };

interface WaybillParts {
  readonly index: Kysely<IndexTables>;
  readonly bytesOfCid: BytesOfCid;
  readonly log: (line: string) => void;
  readonly firstRetryMs?: number;
}

function startWaybills({ index, bytesOfCid, log, firstRetryMs }: WaybillParts): Rounds {
  return startRounds({
    name: "documents of consignments",
    awaited: () =>
      index
        .selectFrom("consignment")
        .select("cid")
        .distinct()
        .where("document", "=", "awaited")
        .orderBy("cid")
        .execute(),
    keyOf: ({ cid }) => cid,
    async attempt({ cid }) {
      try {
        await keep(index, cid, readDocument(await fetched(bytesOfCid, cid)));
        return null;
      } catch (cause) {
        const isWrong = cause instanceof NeverRight;
        const awaited = index.updateTable("consignment").where("cid", "=", cid).where("document", "=", "awaited");
        // Our own trouble is nobody's withholding, and not counted.
        if (isWrong) await awaited.set({ document: "wrong" }).execute();
        else if (cause instanceof NotStored) await awaited.set((row) => ({ tries: row("tries", "+", 1) })).execute();
        const what = `the consignments that it is of cannot be found by their SSCC${isWrong ? "" : " yet"}`;
        return { said: `index: the document ${cid} ${messageOf(cause)}, so ${what}`, again: !isWrong };
      }
    },
    ...{ log, firstRetryMs },
  });
}

function readDocument(bytes: Uint8Array): Json {
  try {
    return readCanonical(bytes);
  } catch (cause) {
    throw new NeverRight(`cannot be read (${messageOf(cause)})`);
  }
}

async function keep(index: Kysely<IndexTables>, cid: string, document: Json): Promise<void> {
  await index.transaction().execute(async (tx) => {
    const rows = await tx
      .selectFrom("consignment")
      .select("id")
      .where("cid", "=", cid)
      .where("document", "=", "awaited")
      .execute();
    for (const { id } of rows) {
      const said = readShip(document, id as Hex);
      await tx
        .updateTable("consignment")
        .set({ document: said === null ? "wrong" : "read", sscc: said?.sscc ?? null })
        .where("id", "=", id)
        .execute();
    }
  });
}
