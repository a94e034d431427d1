/**
 * "Spoil one entry and see": what somebody who wanted a bigger harvest would do to the record, done to the copy in the visitor's
 * own browser. The server's copy is never touched. Pure.
 */
import { decodeGroup, encodeGroup } from "../../protocol/batch.ts";
import { bytesOf, hexOf } from "../../protocol/bytes.ts";
import { makeEntry, openEntry } from "../../protocol/entry.ts";
import type { History } from "../../protocol/history.ts";
import { type Said, said } from "../ui/i18n.ts";
import { entryId } from "./open.ts";

export type { Altered };
export { alter };

interface Altered {
  readonly history: History;
  readonly what: Said;
  /** Name of the entry within the page; null where there was nothing to spoil. */
  readonly id: string | null;
}

/** 100 kilograms that nobody weighed. */
const MORE = 100_000n;

/** Adds 100 kg to the first harvest; where there is none, moves the first entry's date by a day. */
function alter(history: History): Altered {
  return changed(history, "harvest") ?? changed(history, "date") ?? { history, what: said("alter.nothing"), id: null };
}

function changed(history: History, what: "harvest" | "date"): Altered | null {
  for (const [hash, batch] of Object.entries(history.batches) as [
    keyof History["batches"],
    History["batches"][`0x${string}`],
  ][]) {
    for (const [place, proof] of batch.groups.entries()) {
      const { subject, entries } = decodeGroup(bytesOf(proof.bytes));
      const [first, ...rest] = entries;
      if (first === undefined) continue;
      const { occurredAtS, content } = first;
      const open = openEntry(first);
      const [input, ...inputs] = open.name === "HARVEST" ? open.args.inputs : [];
      if (what === "harvest" && (open.name !== "HARVEST" || input === undefined)) continue;
      const bigger =
        open.name === "HARVEST" && input !== undefined
          ? makeEntry("HARVEST", {
              occurredAtS,
              content,
              args: { index: open.args.index, inputs: [{ ...input, amount: input.amount + MORE }, ...inputs] },
            })
          : { ...first, occurredAtS: occurredAtS + 86_400 };
      const bytes = hexOf(encodeGroup({ subject, entries: [bigger, ...rest] }));
      const groups = batch.groups.map((group, n) => (n === place ? { ...group, bytes } : group));
      return {
        history: { ...history, batches: { ...history.batches, [hash]: { ...batch, groups } } },
        id: entryId(hash, proof.index, 0),
        what:
          what === "harvest"
            ? said("alter.harvest", { amount: { amount: MORE, unit: "KGM", form: "short" } })
            : said("alter.date"),
      };
    }
  }
  return null;
}
