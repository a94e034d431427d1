/**
 * The right data of a correction: the first entry after it in its batch, of the kind that is due, of the same subject (unless the
 * entry belonged to another), whose document has an event that the correction's document names (docs/ledger.md §6). Pure.
 */
import type { Hex } from "../bytes.ts";
import type { CorrectionReading } from "../document/correction.ts";
import type { ArgsOf, KindName } from "../kinds/all.ts";
import { REASONS_TO_CORRECT } from "../kinds/correct.ts";
import { type Documents, isAfter, type Said } from "./said.ts";

export { dueFor, RightData };

/** What has no effect on chain is said again by the same kind; what has one, by a NOTE. */
const SAID_AGAIN: readonly KindName[] = [
  ...(["GROW", "SENSE", "NOTE", "TEST", "INSPECT", "ATTEST", "CORRECT"] satisfies readonly KindName[]),
  ...(["DISPUTE", "ANSWER", "PROMISE", "ACKNOWLEDGE"] satisfies readonly KindName[]),
];
/** Entries looked at for one CORRECT: whoever names the same event in more of them than that is not understood. */
const MAX_TRIES = 1000;

/** The kind in which an entry is said again. */
function dueFor(target: Said): KindName {
  return SAID_AGAIN.includes(target.open.name) ? target.open.name : "NOTE";
}

/** A CORRECT that strikes `target` through. */
interface Striking<Entry extends Said> {
  readonly at: Entry;
  readonly target: Entry;
  readonly args: ArgsOf<"CORRECT">;
  readonly said: CorrectionReading | null;
}

interface Candidates<Entry extends Said> {
  readonly all: readonly Entry[];
  /** One list a document. */
  readonly byEvent: ReadonlyMap<string, readonly (readonly Entry[])[]>;
}

class RightData<Entry extends Said> {
  readonly #inBatch: (batch: Hex) => readonly Entry[];
  readonly #documents: Documents;
  /** By batch and kind. */
  readonly #candidates = new Map<string, Candidates<Entry>>();

  /** @param inBatch all entries of a batch that the history has, in order */
  constructor(inBatch: (batch: Hex) => readonly Entry[], documents: Documents) {
    this.#inBatch = inBatch;
    this.#documents = documents;
  }

  /** Null where there is none that is not `taken` by another CORRECT. */
  find({ at, target, args, said }: Striking<Entry>, taken: { has(entry: Entry): boolean }): Entry | null {
    const candidates = this.#candidatesOf(at.batch, dueFor(target));
    const named = said?.correctiveEventIds ?? [];
    // A document that is no event has none to name; where the CORRECT's own is not there, that is told of it.
    const isNameless = at.document == null || (named.length === 0 && said?.erroneous == null);
    const lists = isNameless ? [candidates.all] : named.flatMap((id) => candidates.byEvent.get(id) ?? []);
    let tries = 0;
    let best: Entry | null = null;
    for (const list of lists) {
      for (const one of list) {
        if (++tries > MAX_TRIES) return best;
        if (!isAfter(one, at) || taken.has(one)) continue;
        const isSame = one.subject === at.subject || one.subject === target.subject;
        if (!isSame && args.reason !== REASONS_TO_CORRECT.misplaced) continue;
        // What was mistaken in words without an event is said again without one.
        if (isNameless && at.document != null && this.#documents.of(one).ids.length > 0) continue;
        if (best === null || isAfter(best, one)) best = one;
        break;
      }
    }
    return best;
  }

  #candidatesOf(batch: Hex, kind: KindName): Candidates<Entry> {
    const key = `${batch} ${kind}`;
    const known = this.#candidates.get(key);
    if (known !== undefined) return known;
    const all = this.#inBatch(batch).filter(({ open }) => open.name === kind);
    const byDocument = new Map<string, Entry[]>();
    for (const one of all) {
      const same = byDocument.get(one.cid);
      if (same === undefined) byDocument.set(one.cid, [one]);
      else same.push(one);
    }
    const byEvent = new Map<string, (readonly Entry[])[]>();
    for (const same of byDocument.values()) {
      const [first] = same;
      for (const id of first === undefined ? [] : this.#documents.of(first).ids) {
        const lists = byEvent.get(id);
        if (lists === undefined) byEvent.set(id, [same]);
        else lists.push(same);
      }
    }
    const found = { all, byEvent };
    this.#candidates.set(key, found);
    return found;
  }
}
