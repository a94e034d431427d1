/**
 * What the makers of the story share: the clock that goes from day to day, ids, and the count of what was recorded.
 */
import type { Entry } from "../../protocol/entry.ts";
import { bytesOf, type Hex, hexOf } from "../../protocol/bytes.ts";
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
  readonly #filesIn = new Map<Hex, ReadonlySet<string>>();
  readonly #recordsIn = new Map<Hex, number>();
  readonly #madeFrom = new Map<Hex, readonly Hex[]>();
  readonly #lots = new Map<string, number>();

  constructor(parts: MakerParts) {
    this.field = parts.field;
    this.admit = parts.admit;
    this.random = parts.random;
    this.#parts = parts;
  }

  get counts(): Pick<ExampleResult, "entries" | "batches"> {
    return { entries: this.#entries, batches: this.#batches };
  }

  /** What a reader finds behind a label run: entries and touches of the run and of all that it was made from, and their files. */
  storyOf(run: Hex): Pick<ExampleResult, "records" | "files"> {
    const story = new Set([run]);
    // A set is walked in the order of insertion, what comes in on the way included.
    for (const subject of story) for (const origin of this.#madeFrom.get(subject) ?? []) story.add(origin);
    return {
      records: [...story].reduce((sum, subject) => sum + (this.#recordsIn.get(subject) ?? 0), 0),
      files: new Set([...story].flatMap((subject) => [...(this.#filesIn.get(subject) ?? [])])).size,
    };
  }

  #count(subject: Hex, { kind: number, args }: Entry): void {
    const kind = kindByNumber(number);
    const touched = kind.touches(kind.decodeArgs(args)).map(({ id }) => hexOf(id));
    if (kind.making && touched.length > 0) this.#madeFrom.set(subject, touched);
    if (["ENROL", "EXPEL", "PRODUCT", "MEMBER", "SITE"].includes(kind.name)) return;
    for (const one of [subject, ...touched]) {
      this.#records++;
      this.#recordsIn.set(one, (this.#recordsIn.get(one) ?? 0) + 1);
    }
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
    for (const { subject, entries } of draft.groups) {
      this.#entries += entries.length;
      for (const entry of entries) this.#count(hexOf(subject), entry);
      this.#filesIn.set(hexOf(subject), new Set([...(this.#filesIn.get(hexOf(subject)) ?? []), ...draft.files.keys()]));
    }
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
