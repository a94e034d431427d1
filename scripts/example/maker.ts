/**
 * What the makers of the story share: the clock that goes from day to day, ids, and the count of what was recorded.
 */
import type { Entry } from "../../protocol/entry.ts";
import { bytesOf } from "../../protocol/bytes.ts";
import { kindByNumber } from "../../protocol/kinds/all.ts";
import type { Admission, Admitted } from "../../server/operator.ts";
import { chinaTime } from "./days.ts";
import type { Field } from "./field.ts";
import type { ExampleResult } from "./kept.ts";
import { mintLotNumber } from "./lots.ts";
import type { Draft, Phone } from "./phone.ts";

export type { MakerParts, Work };
export { inOrder, Maker };

/** Something that is written down at a day and hour of the story. */
interface Work {
  readonly when: string;
  readonly make: () => Promise<unknown>;
}

interface MakerParts {
  readonly field: Field;
  readonly admit: (admission: Admission) => Promise<Admitted>;
  /** The chain's clock; it is only ever set forward. */
  readonly clock: { readonly set: (timeS: number) => void };
  /** So many random bytes. */
  readonly random: (length: number) => Uint8Array;
  /** Told after each batch: how many records there are by now, and the story's day, `2026-04-01`. */
  readonly progress?: (records: number, day: string) => void;
}

class Maker {
  readonly field: Field;
  readonly admit: MakerParts["admit"];
  readonly random: MakerParts["random"];
  readonly #parts: MakerParts;
  #entries = 0;
  #records = 0;
  #batches = 0;
  readonly #files = new Set<string>();
  readonly #lots = new Map<string, number>();

  constructor(parts: MakerParts) {
    this.field = parts.field;
    this.admit = parts.admit;
    this.random = parts.random;
    this.#parts = parts;
  }

  get counts(): Pick<ExampleResult, "entries" | "records" | "batches" | "files"> {
    return { entries: this.#entries, records: this.#records, batches: this.#batches, files: this.#files.size };
  }

  /** Turns the clock to a day and hour of the story; the same in seconds. */
  turnTo(when: string): number {
    const timeS = chinaTime(when);
    this.#parts.clock.set(timeS);
    return timeS;
  }

  /** One batch by `phone`, written down at `when`. */
  async record<Made>(phone: Phone, when: string, write: (draft: Draft) => Promise<Made>): Promise<Made> {
    this.turnTo(when);
    const { draft, made } = await phone.record(write);
    this.#batches++;
    const entries = draft.groups.flatMap((group) => group.entries);
    this.#entries += entries.length;
    this.#records += entries.reduce((sum, entry) => sum + recordsOf(entry), 0);
    for (const cid of draft.files.keys()) this.#files.add(cid);
    this.#parts.progress?.(this.#records, when.slice(0, 10));
    return made;
  }

  /** The name of the next lot that `phone` makes on that day. @param day `2026-04-01` */
  lotNumber(day: string, phone: Phone): string {
    const key = `${day} ${phone.recorder}`;
    const count = this.#lots.get(key) ?? 0;
    this.#lots.set(key, count + 1);
    return mintLotNumber(day, bytesOf(phone.recorder), count);
  }

  /** A random UUID (RFC 9562, version 4). */
  eventId(): string {
    const bytes = this.random(16);
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
    const hex = Buffer.from(bytes).toString("hex");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }
}

/** One after the other by their time; those of one time as they are given. */
async function inOrder(works: readonly Work[]): Promise<void> {
  for (const { make } of works.toSorted((one, other) => chinaTime(one.when) - chinaTime(other.when))) await make();
}

/** What a reader counts: an entry, and each subject that it touches. Keys, products and members are not of the way of a lot. */
function recordsOf({ kind: number, args }: Entry): number {
  const kind = kindByNumber(number);
  if (["ENROL", "EXPEL", "PRODUCT", "MEMBER", "SITE"].includes(kind.name)) return 0;
  return 1 + kind.touches(kind.decodeArgs(args)).length;
}
