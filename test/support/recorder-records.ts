/** Records as a phone keeps them, put into its database at once: a season of them, or one in each state. Example data. */
import type { Page } from "playwright-core";
import type { StoredRecord } from "../../scan-web/record/db.ts";
import { AT_S, amount, field, IDS } from "./notebook.ts";

export { keepRecords, keepSerials, rowOf, uuidOf };

/** UUID of the record with this number. */
function uuidOf(order: number): string {
  return `00000000-0000-4000-8000-${order.toString(16).padStart(12, "0")}`;
}

/** A watering of the planting, on record, unless it says something else. */
function rowOf(order: number, change: Partial<StoredRecord> = {}): StoredRecord {
  const target = change.target === undefined ? ({ sort: "planting", id: IDS.planting } as const) : change.target;
  const occurredAtS = AT_S + order * 3600;
  return {
    ...{ id: uuidOf(order), order, work: "irrigation", target, files: [], note: "", nonce: String(order) },
    as: { kind: "GROW", zh: "浇水", en: "irrigation", bizStep: "irrigation" },
    answers: { method: { type: "choice", id: "drip" }, water: amount("3", "m3") },
    ...{ makes: [], deviceMs: occurredAtS * 1000, offsetMs: 0, occurredAtS, state: "final", why: null },
    ...{ changes: null, changedBy: null, seq: 1, entry: 0, group: null, document: "baf", withdrawn: false },
    known: { ...field, lots: [...field.lots] },
    effect: {
      ...{ plots: [], products: [], plantings: [], lots: [], takes: [], worked: null, ends: null, receives: null },
    },
    ...{ targetId: target?.id ?? "", isDated: false, labels: null },
    ...change,
  };
}

/** The page shows them when it is drawn next. */
async function keepRecords(page: Page, rows: readonly StoredRecord[]): Promise<void> {
  await page.evaluate(put, { store: "records", rows });
}

async function keepSerials(page: Page, id: string, serials: readonly string[]): Promise<void> {
  await page.evaluate(put, { store: "serials", rows: [{ id, serials }] });
}

function put({ store, rows }: { readonly store: string; readonly rows: readonly unknown[] }): Promise<void> {
  return new Promise((done, fail) => {
    const opening = indexedDB.open("furrow");
    opening.onerror = () => fail(opening.error);
    opening.onsuccess = () => {
      const all = opening.result.transaction(store, "readwrite");
      for (const row of rows) all.objectStore(store).put(row);
      all.oncomplete = () => {
        opening.result.close();
        done();
      };
      all.onerror = () => fail(all.error);
    };
  });
}
