/**
 * Invitations: how a phone comes to an organisation. The operator's admits an organisation, or gives one that lost its managers a
 * new one; a manager's lets a phone ask, and the manager's own phone signs it in. Rows lie among what is kept, by the digest of
 * their code. An invitation belongs to the first phone that asks with it, and that is on disk before anything is done for the
 * phone: with the ledger's own rule, that a key belongs to one organisation for ever, one invitation never admits two.
 */
import type { Kysely } from "kysely";
import type { Hex } from "../../protocol/bytes.ts";
import type { Hashing } from "../../protocol/merkle.ts";
import { Problem } from "../../protocol/problem.ts";
import type { KeptTables } from "../store/kept-tables.ts";
import { type Invitation, type InvitationState, MANAGERS_S, OPERATORS_S, type Phone, type Said } from "./invitation.ts";
import { type BoundKey, type LetIn, Letting } from "./letting.ts";
import { cleanPhone } from "./phone.ts";
import { InvitationRows } from "./rows.ts";

export type { Always, InvitationTold };
export { Invitations };

/** Rows of managers' invitations that are not over: no client makes so many, and anybody may name any organisation. */
const MAX_OPEN = 10_000;
const MAX_OPEN_EACH = 50;

interface InvitationTold {
  readonly sort: "operator" | "manager";
  readonly state: InvitationState;
  readonly organisation: number | null;
  /** Of an organisation that is not admitted yet. */
  readonly said: Said | null;
  readonly isManager: boolean;
  readonly phone: Phone | null;
}

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
  readonly letIn: LetIn | null;
  /** A code that is always open, and what is said of the organisations that it admits; null: none is. */
  readonly always: Always | null;
  readonly onError: (cause: unknown) => void;
}

class Invitations {
  readonly #parts: InvitationParts;
  readonly #rows: InvitationRows;
  readonly #letting: Letting;
  #room: { readonly left: number; readonly atS: number } = { left: Number.POSITIVE_INFINITY, atS: 0 };

  constructor(parts: InvitationParts) {
    const { kept, hashing, recorder, letIn, onError } = parts;
    this.#parts = parts;
    this.#rows = new InvitationRows({ kept, hashing, nowS: () => this.#nowS() });
    this.#letting = new Letting({ rows: this.#rows, hashing, recorder, letIn, onError });
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
    const found = await this.#rows.find(code);
    const isSame =
      found?.sort === "manager" && found.organisation === of.organisation && found.isManager === of.isManager;
    if (found !== null && !isSame)
      throw new Problem("invitation-used", "/code", "the code is that of another invitation");
    if (found !== null) return { ...(await this.#told(found)), isNew: false };
    const { inAll, own } = await this.#rows.openOfManagers(of.organisation);
    if (inAll >= MAX_OPEN) throw new Problem("too-many-requests", "", "too many invitations are open");
    if (own >= MAX_OPEN_EACH)
      throw new Problem("too-many-requests", "", `${MAX_OPEN_EACH} invitations of this organisation are open`);
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
    const known = await this.#rows.known(code);
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
    const known = await this.#rows.known(code);
    const invitation = known.phone === null ? await this.#claim(known, phone) : known;
    const { x, y } = invitation.phone ?? phone;
    if (x !== phone.x || y !== phone.y)
      throw new Problem("invitation-used", "/code", "another key has asked with this code");
    if (invitation.sort !== "manager" && !invitation.hasJoined && this.#letting.isOurs)
      await this.#letting.patiently(invitation, phone);
    return this.#told(await this.#rows.known(code));
  }

  /** Lets those in that ask with the operator's: after a start, and when another process was asked. Never throws. */
  goOn(): Promise<void> {
    return this.#letting.goOn();
  }

  /** The operator's that are not over, oldest first. */
  open(): Promise<readonly Invitation[]> {
    return this.#rows.open();
  }

  /** Forgets those that ended a day ago, with the phones that asked. Never throws. */
  async sweep(): Promise<void> {
    await this.#rows.sweep().catch(this.#parts.onError);
  }

  #always(code: string): Always | null {
    const { always } = this.#parts;
    return code.toUpperCase() === always?.code ? always : null;
  }

  #nowS(): number {
    return Math.floor(this.#parts.nowS());
  }

  async #add(...row: Parameters<InvitationRows["add"]>): Promise<void> {
    await this.sweep();
    await this.#rows.add(...row);
  }

  /** Gives an open invitation to this phone, unless another one was faster. */
  async #claim(invitation: Invitation, phone: Phone): Promise<Invitation> {
    if (invitation.untilS <= this.#nowS())
      throw new Problem("invitation-ended", "/code", "nobody asked with it in time");
    if ((await this.#letting.bound(phone)) !== null)
      throw new Problem("recorder-bound", "/x", "the key belongs to an organisation already");
    return this.#rows.give(invitation, phone);
  }

  async #takeAlways({ said, anHour }: Always, phone: Phone): Promise<InvitationTold> {
    const always: Invitation = {
      ...{ digest: "", sort: "admit", organisation: null, isManager: true, said, phone },
      ...{ madeAtS: 0, untilS: 0, hasJoined: false },
    };
    if ((await this.#letting.numberOf(always, phone)) === null) this.#spend(anHour);
    const organisation = await this.#letting.patiently(always, phone);
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
    if ((await this.#letting.bound(phone))?.organisation === organisation) return "joined";
    return isOver ? "ended" : "asking";
  }
}
