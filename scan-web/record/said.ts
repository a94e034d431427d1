/** What was answered, on its way into a document: which answers were taken, and what of them is missing or is not so. Pure. */
import { type Amount as Thousandths, parseAmount, type UnitCode } from "../../protocol/amount.ts";
import type { Hex } from "../../protocol/bytes.ts";
import type { Attachment } from "../../protocol/document/attachment.ts";
import type { EventForm } from "../../protocol/document/form.ts";
import type { JsonObject } from "../../protocol/document/terms.ts";
import type { ArgsOf, KindName } from "../../protocol/kinds/all.ts";
import { Problem } from "../../protocol/problem.ts";
import { thousandthsOf } from "./capture-amount.ts";
import { notesOf } from "./capture-notes.ts";
import type { Effect, StoredRecord } from "./db.ts";
import type { Amount, Answer, Answers, AskType, Target } from "./model.ts";

export type { Captured, Said, Stated };
export { eventForm, need, NO_EFFECT, notMoreThan, some, Told };

/** A record as capture.ts takes it. */
interface Said {
  /** UUID of its event. */
  readonly id: string;
  readonly work: string;
  readonly as: StoredRecord["as"];
  readonly target: Target | null;
  readonly answers: Answers;
  readonly files: readonly Attachment[];
  readonly note: string;
  readonly occurredAtS: number;
  /** Of what it makes, if it makes something; and the name that it has already, for a lot keeps its number when its day is put right. */
  readonly newId: Hex;
  readonly name: string | null;
  /** Of a LABEL. */
  readonly labels: { readonly root: Hex; readonly leaves: Attachment } | null;
  /** False where the books of this phone do not tell what may be said: of a correction, and of what was judged before. */
  readonly isChecked: boolean;
}

/** One entry to be, with its document. */
type Stated = {
  [Name in KindName]: {
    readonly subject: Hex;
    readonly name: Name;
    readonly args: ArgsOf<Name>;
    readonly document: JsonObject;
  };
}[KindName];

interface Captured {
  readonly stated: Stated;
  /** Sort and name of what it makes. */
  readonly makes: { readonly sort: string; readonly name: string } | null;
  readonly effect: Effect;
}

const NO_EFFECT: Effect = {
  ...{ plots: [], products: [], plantings: [], lots: [], takes: [] },
  ...{ worked: null, ends: null, receives: null },
};

type Of<Type extends AskType> = Extract<Answer, { readonly type: Type }>;

/** Answers, each taken once; those that nobody took are told in words. */
class Told {
  readonly #answers: Answers;
  readonly #taken = new Set<string>();

  constructor(answers: Answers) {
    this.#answers = answers;
  }

  amount(id: string): Amount | null {
    return this.#take(id, "amount")?.amount ?? null;
  }

  text(id: string): string | null {
    const text = this.#take(id, "text")?.text.trim() ?? "";
    return text === "" ? null : text;
  }

  choice(id: string): string | null {
    return this.#take(id, "choice")?.id ?? null;
  }

  subject(id: string): Hex | null {
    return this.#take(id, "subject")?.id ?? null;
  }

  party(id: string): Of<"party"> | null {
    return this.#take(id, "party");
  }

  input(id: string): Of<"input"> | null {
    return this.#take(id, "input");
  }

  parts(id: string): Of<"parts">["parts"] | null {
    const parts = this.#take(id, "parts")?.parts ?? [];
    return parts.length === 0 ? null : parts;
  }

  /** An answer that turned out to have no place after all. */
  giveBack(id: string): void {
    this.#taken.delete(id);
  }

  left(): Answers {
    const left = Object.entries(this.#answers).filter(([id, answer]) => !this.#taken.has(id) && !isEmpty(answer));
    return Object.fromEntries(left);
  }

  #take<Type extends AskType>(id: string, type: Type): Of<Type> | null {
    const answer = this.#answers[id];
    if (answer?.type !== type || isEmpty(answer)) return null;
    this.#taken.add(id);
    return answer as Of<Type>;
  }
}

function isEmpty(answer: Answer): boolean {
  if (answer.type === "amount") return answer.amount.text.trim() === "";
  return answer.type === "text" && answer.text.trim() === "";
}

/** @throws Problem `form-refused` that names the answer */
function need<Value>(value: Value | null, id: string): Value {
  if (value === null) throw new Problem("form-refused", `/answers/${id}`, "an answer is needed");
  return value;
}

/** @throws Problem `amount-zero`, and those of thousandthsOf, that name the answer */
function some(amount: Amount, uom: UnitCode, id: string): Thousandths {
  const at = `/answers/${id}`;
  const thousandths = thousandthsOf(amount, uom, at);
  if (thousandths === 0n) throw new Problem("amount-zero", at, "an amount of nothing");
  return thousandths;
}

/** Against what this phone knows is there. @param there decimal text */
function notMoreThan(
  { isChecked }: Said,
  wanted: bigint,
  {
    there,
    type,
    id,
  }: { there: string; type: "not-enough-left" | "not-enough-area" | "over-cap" | "not-enough-packed"; id: string },
): void {
  if (isChecked && wanted > parseAmount(there))
    throw new Problem(type, `/answers/${id}`, `${there} is there, and ${Number(wanted) / 1000} is wanted`);
}

/** What every event says; call it when all answers that have a field of their own are taken. */
function eventForm(
  said: Said,
  told: Told,
  of: { subject: Hex; place?: string | undefined; example: boolean },
): EventForm {
  const notes = notesOf(said.note, told.left());
  return {
    subject: of.subject,
    eventId: said.id,
    occurredAtS: said.occurredAtS,
    ...(of.place === undefined ? {} : { place: of.place }),
    ...(notes === undefined ? {} : { notes }),
    ...(said.files.length === 0 ? {} : { attachments: said.files }),
    ...(of.example ? { example: true } : {}),
  };
}
