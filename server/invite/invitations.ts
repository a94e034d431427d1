/**
 * Invitations: how a phone comes to an organisation. The operator's admits an organisation, or gives one that lost its managers a
 * new one; a manager's lets a phone ask, and the manager's own phone signs it in. Rows lie among what is kept, by the digest of
 * their code. An invitation belongs to the first phone that asks with it, and that is on disk before anything is done for the
 * phone: with the ledger's own rule, that a key belongs to one organisation for ever, one invitation never admits two.
 */
import type { Kysely } from "kysely";
import { bytesOf, type Hex, hexOf } from "../../protocol/bytes.ts";
import { readInvitation } from "../../protocol/invitation.ts";
import type { Hashing } from "../../protocol/merkle.ts";
import { Problem, problems } from "../../protocol/problem.ts";
import { recorderId } from "../../protocol/sign.ts";
import type { InvitationTable, KeptTables } from "../store/kept-tables.ts";
import {
  digestOf,
  type Invitation,
  type InvitationState,
  KEPT_S,
  MANAGERS_S,
  OPERATORS_S,
  type Phone,
  readRow,
  type Said,
} from "./invitation.ts";

import { cleanPhone } from "./phone.ts";

export type { Always, BoundKey, InvitationTold, Letting };
export { Invitations };

/** Rows of managers' invitations that are not over: no client makes so many. */
const MAX_OPEN = 10_000;
/** How long a phone waits for the ledger; then it is told that it asks, and asks again. */
const PATIENCE_MS = 20_000;

/** Whose a key is, by the newest final state of the ledger. */
interface BoundKey {
  readonly organisation: number;
  readonly manager: boolean;
}

interface InvitationTold {
  readonly sort: "operator" | "manager";
  readonly state: InvitationState;
  readonly organisation: number | null;
  /** Of an organisation that is not admitted yet. */
  readonly said: Said | null;
  readonly isManager: boolean;
  readonly phone: Phone | null;
}

/** What the operator's key does for a phone; resolves with the number of its organisation, when that is final. */
type Letting = (invitation: Invitation, phone: Phone) => Promise<number>;

interface Always {
  readonly code: string;
  readonly said: Said;
  /** Organisations: so many at once, and as many an hour. */
  readonly anHour: number;
}

interface InvitationParts {
  readonly kept: Kysely<KeptTables>;
  readonly hashing: Hashing;
  readonly nowS: () => number;
  readonly recorder: (id: Hex) => Promise<BoundKey | null>;
  /** Null: the operator's key is another process's, which looks for phones that ask. */
  readonly letIn: Letting | null;
  /** A code that is always open, and what is said of the organisations that it admits; null: none is. */
  readonly always: Always | null;
  readonly onError: (cause: unknown) => void;
}

class Invitations {
  readonly #parts: InvitationParts;
  /** By digest and key: a phone that repeats itself waits for the same answer. */
  readonly #letting = new Map<string, Promise<number>>();
  #room: { readonly left: number; readonly atS: number } = { left: Number.POSITIVE_INFINITY, atS: 0 };

  constructor(parts: InvitationParts) {
    this.#parts = parts;
  }

  /** The operator's. @returns when it ends, in seconds */
  async make(code: string, of: { readonly said: Said; readonly organisation: number | null }): Promise<number> {
    const untilS = this.#nowS() + OPERATORS_S;
    await this.#add(code, {
      ...{ sort: of.organisation === null ? "admit" : "replace", organisation: of.organisation },
      ...{ manager: 1, said: JSON.stringify(of.said), until: untilS },
    });
    return untilS;
  }

  /**
   * A manager's. Sent again it is the same one.
   * @throws Problem `invitation-used`, `too-many-requests`
   */
  async ask(
    code: string,
    of: { readonly organisation: number; readonly isManager: boolean },
  ): Promise<InvitationTold & { readonly isNew: boolean }> {
    const { kept } = this.#parts;
    const found = await this.#find(code);
    const isSame =
      found?.sort === "manager" && found.organisation === of.organisation && found.isManager === of.isManager;
    if (found !== null && !isSame)
      throw new Problem("invitation-used", "/code", "the code is that of another invitation");
    if (found !== null) return { ...(await this.#told(found)), isNew: false };
    const { open } = await kept
      .selectFrom("invitation")
      .select((row) => row.fn.countAll<number>().as("open"))
      .where("sort", "=", "manager")
      .where("until", ">", this.#nowS())
      .executeTakeFirstOrThrow();
    if (Number(open) >= MAX_OPEN) throw new Problem("too-many-requests", "", "too many invitations are open");
    await this.#add(code, {
      ...{ sort: "manager", organisation: of.organisation, manager: of.isManager ? 1 : 0 },
      ...{ said: null, until: this.#nowS() + MANAGERS_S },
    });
    return { ...(await this.told(code)), isNew: true };
  }

  /** @throws Problem `invitation-unknown` */
  async told(code: string): Promise<InvitationTold> {
    const always = this.#always(code);
    if (always !== null) {
      return { sort: "operator", state: "open", organisation: null, said: always.said, isManager: true, phone: null };
    }
    const known = await this.#known(code);
    // Where no block comes that would take it up again, whoever looks does.
    if (known.sort !== "manager" && known.phone !== null && !known.hasJoined) void this.goOn();
    return this.#told(known);
  }

  /**
   * A phone asks with its key. Resolves when that is on disk, and of the operator's when its key is on the ledger, if that does not
   * take too long. The same key again gets the same answer.
   * @throws Problem `invitation-unknown`, `invitation-used`, `invitation-ended`, `recorder-bound`, those of a phone that cannot be
   *   ({@link cleanPhone}), and what the ledger refuses
   */
  async take(code: string, asking: Phone): Promise<InvitationTold> {
    const phone = await cleanPhone(asking);
    const always = this.#always(code);
    if (always !== null) return this.#takeAlways(always, phone);
    const known = await this.#known(code);
    const invitation = known.phone === null ? await this.#claim(known, phone) : known;
    const { x, y } = invitation.phone ?? phone;
    if (x !== phone.x || y !== phone.y)
      throw new Problem("invitation-used", "/code", "another key has asked with this code");
    if (invitation.sort !== "manager" && !invitation.hasJoined && this.#parts.letIn !== null)
      await this.#patiently(this.#letIn(invitation, phone));
    return this.#told(await this.#known(code));
  }

  /** Lets those in that ask with the operator's: after a start, and when another process was asked. Never throws. */
  async goOn(): Promise<void> {
    const { onError } = this.#parts;
    const asking = await this.#asking().catch((cause: unknown) => {
      onError(cause);
      return [];
    });
    for (const invitation of asking)
      if (invitation.phone !== null) await this.#letIn(invitation, invitation.phone).catch(onError);
  }

  async #asking(): Promise<readonly Invitation[]> {
    const { kept, letIn } = this.#parts;
    if (letIn === null) return [];
    const rows = await kept
      .selectFrom("invitation")
      .selectAll()
      .where("sort", "!=", "manager")
      .where("phone", "is not", null)
      .where("joined_at", "is", null)
      .orderBy("made_at")
      .execute();
    return rows.map(readRow);
  }

  /** The operator's that are not over, oldest first. */
  async open(): Promise<readonly Invitation[]> {
    const rows = await this.#parts.kept
      .selectFrom("invitation")
      .selectAll()
      .where("sort", "!=", "manager")
      .where("joined_at", "is", null)
      .where((row) => row.or([row("until", ">", this.#nowS()), row("phone", "is not", null)]))
      .orderBy("made_at")
      .execute();
    return rows.map(readRow);
  }

  /** Forgets those that ended a day ago, with the phones that asked. Never throws. */
  async sweep(): Promise<void> {
    await this.#sweep().catch(this.#parts.onError);
  }

  async #sweep(): Promise<void> {
    const gone = this.#parts.kept.deleteFrom("invitation").where("until", "<=", this.#nowS() - KEPT_S);
    // One that asks and is not on the ledger yet was taken: that is seen to before it is forgotten.
    await gone
      .where((row) => row.or([row("sort", "=", "manager"), row("phone", "is", null), row("joined_at", "is not", null)]))
      .execute();
  }

  #always(code: string): Always | null {
    const { always } = this.#parts;
    return code.toUpperCase() === always?.code ? always : null;
  }

  #nowS(): number {
    return Math.floor(this.#parts.nowS());
  }

  async #add(code: string, row: Pick<InvitationTable, "sort" | "organisation" | "manager" | "said" | "until">) {
    const digest = await digestOf(this.#parts.hashing, code);
    await this.sweep();
    await this.#parts.kept
      .insertInto("invitation")
      .values({ digest, ...row, phone: null, made_at: this.#nowS(), joined_at: null })
      // Two requests with one code: whoever was first has it.
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  async #find(code: string): Promise<Invitation | null> {
    const digest = await digestOf(this.#parts.hashing, code);
    const row = await this.#parts.kept
      .selectFrom("invitation")
      .selectAll()
      .where("digest", "=", digest)
      .executeTakeFirst();
    return row === undefined ? null : readRow(row);
  }

  async #known(text: string): Promise<Invitation> {
    const code = readInvitation(text);
    const found = code === null ? null : await this.#find(code);
    // The same words for all: nothing of the code comes back.
    if (found === null) throw new Problem("invitation-unknown", "/code", "no invitation has this code");
    return found;
  }

  /** Gives an open invitation to this phone, unless another one was faster. */
  async #claim({ digest, untilS }: Invitation, phone: Phone): Promise<Invitation> {
    const { kept } = this.#parts;
    if (untilS <= this.#nowS()) throw new Problem("invitation-ended", "/code", "nobody asked with it in time");
    if ((await this.#bound(phone)) !== null)
      throw new Problem("recorder-bound", "/x", "the key belongs to an organisation already");
    await kept
      .updateTable("invitation")
      .set({ phone: JSON.stringify(phone) })
      .where("digest", "=", digest)
      .where("phone", "is", null)
      .execute();
    return readRow(
      await kept.selectFrom("invitation").selectAll().where("digest", "=", digest).executeTakeFirstOrThrow(),
    );
  }

  async #takeAlways({ said, anHour }: Always, phone: Phone): Promise<InvitationTold> {
    const always: Invitation = {
      ...{ digest: "", sort: "admit", organisation: null, isManager: true, said, phone },
      ...{ madeAtS: 0, untilS: 0, hasJoined: false },
    };
    if ((await this.#numberOf(always, phone)) === null) this.#spend(anHour);
    const organisation = await this.#patiently(this.#letIn(always, phone));
    const state = organisation === null ? "asking" : "joined";
    return { sort: "operator", state, organisation, said, isManager: true, phone };
  }

  /** @throws Problem `too-many-requests` */
  #spend(anHour: number): void {
    const nowS = this.#parts.nowS();
    const left = Math.min(anHour, this.#room.left + ((nowS - this.#room.atS) * anHour) / 3_600);
    if (left < 1) throw new Problem("too-many-requests", "", `${anHour} an hour are let in here`);
    this.#room = { left: left - 1, atS: nowS };
  }

  /** Once at a time for one key. */
  #letIn(invitation: Invitation, phone: Phone): Promise<number> {
    const name = `${invitation.digest} ${phone.x} ${phone.y}`;
    const running = this.#letting.get(name) ?? this.#letOnce(invitation, phone);
    this.#letting.set(name, running);
    const over = () => void this.#letting.delete(name);
    running.then(over, over);
    return running;
  }

  async #letOnce(invitation: Invitation, phone: Phone): Promise<number> {
    const { letIn } = this.#parts;
    if (letIn === null) throw new Error("the operator's key is another process's");
    try {
      // An earlier run may have been ended between the ledger's word and ours.
      const number = (await this.#numberOf(invitation, phone)) ?? (await letIn(invitation, phone));
      await this.#joined(invitation, number);
      return number;
    } catch (cause) {
      if (!(cause instanceof Problem)) throw cause;
      // What was sent by that run may just have become final.
      const number = await this.#numberOf(invitation, phone);
      if (number === null && problems[cause.type].status < 500) await this.#free(invitation);
      if (number === null) throw cause;
      await this.#joined(invitation, number);
      return number;
    }
  }

  /** The organisation to which this invitation has brought the key; null: it is on no ledger. @throws Problem where another has it */
  async #numberOf({ sort, organisation }: Invitation, phone: Phone): Promise<number | null> {
    const bound = await this.#bound(phone);
    if (bound === null) return null;
    const isIts = bound.manager && (sort === "admit" || bound.organisation === organisation);
    if (isIts) return bound.organisation;
    throw new Problem("recorder-bound", "/x", `the key belongs to organisation ${bound.organisation}`);
  }

  async #joined({ digest }: Invitation, organisation: number): Promise<void> {
    await this.#parts.kept
      .updateTable("invitation")
      .set({ organisation, joined_at: this.#nowS() })
      .where("digest", "=", digest)
      .execute();
  }

  /** The ledger takes this key never: another phone may use the invitation. */
  async #free({ digest }: Invitation): Promise<void> {
    await this.#parts.kept.updateTable("invitation").set({ phone: null }).where("digest", "=", digest).execute();
  }

  async #bound({ x, y }: Phone): Promise<BoundKey | null> {
    const { hashing, recorder } = this.#parts;
    return recorder(hexOf(await recorderId(hashing, { x: bytesOf(x), y: bytesOf(y) })));
  }

  /** Null when it takes too long, or cannot be now: it goes on, or is taken up again. A Problem is for the phone. */
  async #patiently(letting: Promise<number>): Promise<number | null> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((done) => {
      timer = setTimeout(done, PATIENCE_MS, null);
    });
    const number = letting.catch((cause: unknown) => {
      if (cause instanceof Problem) throw cause;
      this.#parts.onError(cause);
      return null;
    });
    return Promise.race([number, late]).finally(() => clearTimeout(timer));
  }

  async #told(invitation: Invitation): Promise<InvitationTold> {
    const { sort, organisation, said, isManager, phone } = invitation;
    return {
      sort: sort === "manager" ? "manager" : "operator",
      state: await this.#stateOf(invitation),
      ...{ organisation, said, isManager, phone },
    };
  }

  async #stateOf({ sort, organisation, phone, untilS, hasJoined }: Invitation): Promise<InvitationState> {
    const isOver = untilS <= this.#nowS();
    if (phone === null) return isOver ? "ended" : "open";
    if (hasJoined) return "joined";
    // Who took the operator's in time is let in, however long that takes.
    if (sort !== "manager") return "asking";
    if ((await this.#bound(phone))?.organisation === organisation) return "joined";
    return isOver ? "ended" : "asking";
  }
}
