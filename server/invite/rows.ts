/**
 * Rows of invitations, among what is kept, by the digest of their code: made, looked up, given to a phone, and forgotten when they
 * are over.
 */
import type { Kysely } from "kysely";
import { readInvitation } from "../../protocol/invitation.ts";
import type { Hashing } from "../../protocol/merkle.ts";
import { Problem } from "../../protocol/problem.ts";
import type { InvitationTable, KeptTables } from "../store/kept-tables.ts";
import { digestOf, type Invitation, KEPT_S, type Phone, readRow } from "./invitation.ts";

export { InvitationRows };

interface RowParts {
  readonly kept: Kysely<KeptTables>;
  readonly hashing: Hashing;
  /** Whole seconds. */
  readonly nowS: () => number;
}

class InvitationRows {
  readonly #parts: RowParts;

  constructor(parts: RowParts) {
    this.#parts = parts;
  }

  async add(
    code: string,
    row: Pick<InvitationTable, "sort" | "organisation" | "manager" | "said" | "until">,
  ): Promise<void> {
    const { kept, hashing, nowS } = this.#parts;
    const digest = await digestOf(hashing, code);
    await kept
      .insertInto("invitation")
      .values({ digest, ...row, phone: null, made_at: nowS(), joined_at: null })
      // Two requests with one code: whoever was first has it.
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  async find(code: string): Promise<Invitation | null> {
    const { kept, hashing } = this.#parts;
    const digest = await digestOf(hashing, code);
    const row = await kept.selectFrom("invitation").selectAll().where("digest", "=", digest).executeTakeFirst();
    return row === undefined ? null : readRow(row);
  }

  /** @throws Problem `invitation-unknown` */
  async known(text: string): Promise<Invitation> {
    const code = readInvitation(text);
    const found = code === null ? null : await this.find(code);
    // The same words for all: nothing of the code comes back.
    if (found === null) throw new Problem("invitation-unknown", "/code", "no invitation has this code");
    return found;
  }

  /** How many of managers are not over: in all, and of one organisation. */
  async openOfManagers(organisation: number): Promise<{ readonly inAll: number; readonly own: number }> {
    const open = this.#parts.kept
      .selectFrom("invitation")
      .select((row) => row.fn.countAll<number>().as("open"))
      .where("sort", "=", "manager")
      .where("until", ">", this.#parts.nowS());
    const own = await open.where("organisation", "=", organisation).executeTakeFirstOrThrow();
    const inAll = await open.executeTakeFirstOrThrow();
    return { inAll: Number(inAll.open), own: Number(own.open) };
  }

  /** The operator's with which a phone asks that is not let in yet, oldest first. */
  async asking(): Promise<readonly Invitation[]> {
    const rows = await this.#parts.kept
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
      .where((row) => row.or([row("until", ">", this.#parts.nowS()), row("phone", "is not", null)]))
      .orderBy("made_at")
      .execute();
    return rows.map(readRow);
  }

  /** Gives one that is free to this phone. @returns it as it is then: another phone's, where that was faster */
  async give({ digest }: Invitation, phone: Phone): Promise<Invitation> {
    const { kept } = this.#parts;
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

  async joined({ digest }: Invitation, organisation: number): Promise<void> {
    await this.#parts.kept
      .updateTable("invitation")
      .set({ organisation, joined_at: this.#parts.nowS() })
      .where("digest", "=", digest)
      .execute();
  }

  /** The ledger takes this key never: another phone may use the invitation. */
  async free({ digest }: Invitation): Promise<void> {
    await this.#parts.kept.updateTable("invitation").set({ phone: null }).where("digest", "=", digest).execute();
  }

  /** Forgets those that ended a day ago, with the phones that asked. */
  async sweep(): Promise<void> {
    const gone = this.#parts.kept.deleteFrom("invitation").where("until", "<=", this.#parts.nowS() - KEPT_S);
    // One that asks and is not on the ledger yet was taken: that is seen to before it is forgotten.
    await gone
      .where((row) => row.or([row("sort", "=", "manager"), row("phone", "is", null), row("joined_at", "is not", null)]))
      .execute();
  }
}
