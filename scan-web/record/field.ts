/** The field: what the server told last, with what this phone has named and used since laid over it. */
import type { Db } from "./db.ts";
import type { Field, Section } from "./model.ts";

export type { ToldSection };
export { getField, haveOf, takeField };

/** A section as `POST /api/sync` gives it. */
interface ToldSection {
  readonly version: string;
  readonly rows?: readonly unknown[];
  readonly row?: unknown;
}

/** Versions of the sections that this phone has, for `have`. */
async function haveOf({ idb }: Db): Promise<Readonly<Partial<Record<Section, string>>>> {
  return Object.fromEntries((await idb.getAll("field")).map(({ section, version }) => [section, version]));
}

/** Puts the sections that came, all in one transaction; the others stay as they are. */
async function takeField(db: Db, sections: Readonly<Partial<Record<Section, ToldSection>>>): Promise<void> {
  const all = db.idb.transaction("field", "readwrite");
  const puts = Object.entries(sections).map(([section, { version, rows, row }]) =>
    all.store.put({ section: section as Section, version, rows: rows ?? row ?? null }),
  );
  await Promise.all([...puts, all.done]);
  if (puts.length > 0) db.changed();
}

async function getField(_db: Db): Promise<Field> {
  throw new Error("not built yet");
}
