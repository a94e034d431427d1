/**
 * Letting a phone in with the operator's invitation: once at a time for one key, taken up again where an earlier run was ended, and
 * never twice for one invitation.
 */
import { bytesOf, type Hex, hexOf } from "../../protocol/bytes.ts";
import type { Hashing } from "../../protocol/merkle.ts";
import { Problem, problems } from "../../protocol/problem.ts";
import { recorderId } from "../../protocol/sign.ts";
import type { Invitation, Phone } from "./invitation.ts";
import type { InvitationRows } from "./rows.ts";

export type { BoundKey, LetIn };
export { Letting };

/** How long a phone waits for the ledger; then it is told that it asks, and asks again. */
const PATIENCE_MS = 20_000;

/** Whose a key is, by the newest final state of the ledger. */
interface BoundKey {
  readonly organisation: number;
  readonly manager: boolean;
}

/** What the operator's key does for a phone; resolves with the number of its organisation, when that is final. */
type LetIn = (invitation: Invitation, phone: Phone) => Promise<number>;

interface LettingParts {
  readonly rows: InvitationRows;
  readonly hashing: Hashing;
  readonly recorder: (id: Hex) => Promise<BoundKey | null>;
  /** Null: the operator's key is another process's, which looks for phones that ask. */
  readonly letIn: LetIn | null;
  readonly onError: (cause: unknown) => void;
}

class Letting {
  readonly #parts: LettingParts;
  /** By digest and key: a phone that repeats itself waits for the same answer. */
  readonly #running = new Map<string, Promise<number>>();

  constructor(parts: LettingParts) {
    this.#parts = parts;
  }

  /** Whether this process has the operator's key. */
  get isOurs(): boolean {
    return this.#parts.letIn !== null;
  }

  /** Once at a time for one key. @returns the number of its organisation */
  letIn(invitation: Invitation, phone: Phone): Promise<number> {
    const name = `${invitation.digest} ${phone.x} ${phone.y}`;
    const running = this.#running.get(name) ?? this.#once(invitation, phone);
    this.#running.set(name, running);
    const over = () => void this.#running.delete(name);
    running.then(over, over);
    return running;
  }

  /** Null when it takes too long, or cannot be now: it goes on, or is taken up again. A Problem is for the phone. */
  async patiently(invitation: Invitation, phone: Phone): Promise<number | null> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((done) => {
      timer = setTimeout(done, PATIENCE_MS, null);
    });
    const number = this.letIn(invitation, phone).catch((cause: unknown) => {
      if (cause instanceof Problem) throw cause;
      this.#parts.onError(cause);
      return null;
    });
    return Promise.race([number, late]).finally(() => clearTimeout(timer));
  }

  /** Lets all in that ask: after a start, and when another process was asked. Never throws. */
  async goOn(): Promise<void> {
    const { rows, onError } = this.#parts;
    if (!this.isOurs) return;
    const asking = await rows.asking().catch((cause: unknown) => {
      onError(cause);
      return [];
    });
    for (const invitation of asking)
      if (invitation.phone !== null) await this.letIn(invitation, invitation.phone).catch(onError);
  }

  /** The organisation to which this invitation has brought the key; null: it is on no ledger. @throws Problem where another has it */
  async numberOf({ sort, organisation }: Invitation, phone: Phone): Promise<number | null> {
    const bound = await this.bound(phone);
    if (bound === null) return null;
    const isIts = bound.manager && (sort === "admit" || bound.organisation === organisation);
    if (isIts) return bound.organisation;
    throw new Problem("recorder-bound", "/x", `the key belongs to organisation ${bound.organisation}`);
  }

  async bound({ x, y }: Phone): Promise<BoundKey | null> {
    const { hashing, recorder } = this.#parts;
    return recorder(hexOf(await recorderId(hashing, { x: bytesOf(x), y: bytesOf(y) })));
  }

  async #once(invitation: Invitation, phone: Phone): Promise<number> {
    const { rows, letIn } = this.#parts;
    if (letIn === null) throw new Error("the operator's key is another process's");
    try {
      // An earlier run may have been ended between the ledger's word and ours.
      const number = (await this.numberOf(invitation, phone)) ?? (await letIn(invitation, phone));
      await rows.joined(invitation, number);
      return number;
    } catch (cause) {
      if (!(cause instanceof Problem)) throw cause;
      // What was sent by that run may just have become final.
      const number = await this.numberOf(invitation, phone);
      if (number === null && problems[cause.type].status < 500) await rows.free(invitation);
      if (number === null) throw cause;
      await rows.joined(invitation, number);
      return number;
    }
  }
}
