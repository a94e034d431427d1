/**
 * Which entries of a list their own authors have struck through, by the rule that `verify` and the pages have (protocol/verify/match.ts):
 * read from the groups that the author wrote in the subject's log afterwards, for the index books differences alone.
 */
import type { Kysely } from "kysely";
import { decodeGroup } from "../../protocol/batch.ts";
import { bytesOf } from "../../protocol/bytes.ts";
import { maybeCanonical } from "../../protocol/canonical.ts";
import { cidOf } from "../../protocol/cid.ts";
import { openEntry } from "../../protocol/entry.ts";
import { readStamp } from "../../protocol/fold.ts";
import type { Hex } from "../../protocol/history.ts";
import { kindByName } from "../../protocol/kinds/all.ts";
import { matchCorrections } from "../../protocol/verify/match.ts";
import type { Said } from "../../protocol/verify/said.ts";
import type { IndexTables } from "../store/index-tables.ts";
import { chunks } from "./chunks.ts";

export type { Placed };
export { placeOfEntry, struckAmong };

/** An entry by the move that carries it, its number in the group, and who wrote it. */
interface Placed {
  readonly subject: string;
  readonly seq: number;
  readonly entry: number;
  readonly organisation: number;
}

interface Parts {
  readonly index: Kysely<IndexTables>;
  readonly documentOf: (cid: string) => Promise<string | undefined>;
}

/** A group that the author of a wanted entry wrote in its subject's log, at that entry or later. */
interface Group {
  readonly subject: string;
  readonly seq: number;
  readonly batch: string;
  readonly group: number;
  readonly organisation: number;
  readonly recordedAtS: number;
}

const CORRECT = kindByName("CORRECT").number;
/** Documents of corrections that are read for one list; a correction without its document counts, as everywhere. */
const MAX_READ = 200;

/** Names of those that are struck through, by `placeOfEntry`. */
async function struckAmong(parts: Parts, entries: readonly Placed[]): Promise<ReadonlySet<string>> {
  const wanted = new Set(entries.map(placeOfEntry));
  const struck = new Set<string>();
  let read = 0;
  for (const [subject, groups] of Map.groupBy(await groupsSince(parts.index, entries), (one) => one.subject)) {
    const found = await saidIn(parts.index, groups, wanted);
    if (!found.some(({ said }) => said.open.name === "CORRECT")) continue;
    const places = new Map<Said, string>();
    const moves = new Map<number, Said[]>();
    for (const { seq, said } of found) {
      const isRead = said.open.name === "CORRECT" && read++ < MAX_READ;
      const whole = isRead ? { ...said, document: maybeCanonical(await parts.documentOf(said.cid)) } : said;
      places.set(whole, placeOfEntry({ subject, seq, entry: said.entry }));
      moves.set(seq, [...(moves.get(seq) ?? []), whole]);
    }
    const log = { id: subject as Hex, moves, maker: null, isWhole: true };
    for (const said of matchCorrections({ logs: [log], inBatch: () => [] }).struck.keys()) {
      const place = places.get(said) ?? "";
      if (wanted.has(place)) struck.add(place);
    }
  }
  return struck;
}

function placeOfEntry({ subject, seq, entry }: Pick<Placed, "subject" | "seq" | "entry">): string {
  return `${subject} ${seq} ${entry}`;
}

async function groupsSince(index: Kysely<IndexTables>, entries: readonly Placed[]): Promise<readonly Group[]> {
  const bySubject = Map.groupBy(entries, ({ subject }) => subject);
  const found: Group[] = [];
  for (const part of chunks([...bySubject.keys()])) {
    const rows = await index
      .selectFrom("move")
      .innerJoin("batch", "batch.hash", "move.batch")
      .select(["move.subject", "move.seq", "move.batch", "move.group_idx", "batch.stamp"])
      .where("move.subject", "in", part)
      .where("move.entry_idx", "<", 0)
      .orderBy("move.subject")
      .orderBy("move.seq")
      .execute();
    for (const { subject, seq, batch, group_idx: group, stamp } of rows) {
      const { organisation, recordedAtS } = readStamp(bytesOf(stamp));
      const own = bySubject.get(subject) ?? [];
      if (own.some((one) => one.organisation === organisation && one.seq <= seq))
        found.push({ subject, seq, batch, group, organisation, recordedAtS });
    }
  }
  return found;
}

/** Of these groups the entries that are wanted, and all corrections; no documents yet. */
async function saidIn(
  index: Kysely<IndexTables>,
  groups: readonly Group[],
  wanted: ReadonlySet<string>,
): Promise<readonly { readonly seq: number; readonly said: Said }[]> {
  const byPlace = new Map(groups.map((one) => [`${one.batch} ${one.group}`, one]));
  const found: { readonly seq: number; readonly said: Said }[] = [];
  for (const part of chunks([...new Set(groups.map(({ batch }) => batch))])) {
    const rows = await index
      .selectFrom("record_group")
      .select(["batch", "idx", "bytes"])
      .where("batch", "in", part)
      .where("subject", "=", groups[0]?.subject ?? "")
      .execute();
    for (const { batch, idx, bytes } of rows) {
      const group = byPlace.get(`${batch} ${idx}`);
      if (group === undefined) continue;
      const { subject, seq, organisation, recordedAtS } = group;
      for (const [entry, one] of decodeGroup(new Uint8Array(bytes)).entries.entries()) {
        if (one.kind !== CORRECT && !wanted.has(placeOfEntry({ subject, seq, entry }))) continue;
        const said: Said = {
          ...{ batch: batch as Hex, group: idx, entry, subject: subject as Hex, open: openEntry(one) },
          ...{
            organisation,
            occurredAtS: one.occurredAtS,
            recordedAtS,
            cid: cidOf(one.content, "json"),
            document: null,
          },
        };
        found.push({ seq, said });
      }
    }
  }
  return found.sort((one, other) => one.seq - other.seq || one.said.entry - other.said.entry);
}
