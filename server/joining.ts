/**
 * How phones come to this server's organisations: invitations (`invite/`), with the operator's key behind the operator's own.
 */
import { randomBytes } from "node:crypto";
import type { Hashing } from "../protocol/merkle.ts";
import { INVITATION_CHARACTERS, makeInvitation } from "../protocol/invitation.ts";
import type { Ledger } from "./chain/ledger.ts";
import type { Clock } from "./clock.ts";
import type { Config } from "./config.ts";
import { read } from "./http/problem.ts";
import type { Invitation, Phone } from "./invite/invitation.ts";
import { type Always, Invitations } from "./invite/invitations.ts";
import { type Admission, type Admitted, admissionForm, type Operator, type Said } from "./operator.ts";
import type { Store } from "./store/store.ts";

export type { Invite, Invited, OpenInvitation };
export { inviter, openInvitations, recorderAddress };

interface JoiningParts {
  readonly store: Store;
  readonly ledger: Ledger;
  readonly operator: Operator;
  readonly admit: (admission: Admission) => Promise<Admitted>;
  /** Whether this folder's key may; else it is another process's. */
  readonly mayAdmit: boolean;
  readonly always: Always | null;
  readonly hashing: Hashing;
  readonly nowS: Clock;
  readonly logError: (line: string, cause?: unknown) => void;
}

function openInvitations(parts: JoiningParts): Invitations {
  const { store, ledger, operator, admit, mayAdmit, always, hashing, nowS, logError } = parts;
  let told = "";
  const letIn = async ({ organisation, said }: Invitation, { x, y, sealing, device }: Phone): Promise<number> => {
    const keys = { managerKey: { x, y }, sealingKey: sealing };
    if (organisation === null) return (await admit(read(admissionForm, { ...said, ...keys }))).organisation;
    await operator.replaceManager({ organisation, checked: said?.checked ?? {}, ...keys, device });
    return organisation;
  };
  return new Invitations({
    ...{ kept: store.kept, hashing, nowS, always },
    recorder: (id) => ledger.recorder(id),
    letIn: mayAdmit ? letIn : null,
    onError(cause) {
      // Tried again with each block: the same reason is told once.
      const line = String(cause);
      if (line !== told) logError("a phone with the operator's invitation could not be let in yet", cause);
      told = line;
    },
  });
}

/** Where phones open the recorder, as far as the settings say: they may know this server by no other name. */
function recorderAddress({ recordHost, publicUrl }: Pick<Config, "recordHost" | "publicUrl">): string | null {
  return recordHost === null ? publicUrl : `https://${recordHost}`;
}

/** What the operator asks for: an organisation to be admitted, or a manager's key for one that lost all of its managers'. */
type Invite = { readonly said: Said } | { readonly organisation: number; readonly checked: Said["checked"] };

interface Invited {
  /** 16 characters: kept nowhere but by whoever gets it. */
  readonly code: string;
  /** Seconds since 1970. */
  readonly untilS: number;
}

/** As it is listed: the code is not known here. */
interface OpenInvitation {
  readonly sort: "admit" | "replace";
  readonly name: Said["name"] | null;
  readonly organisation: number | null;
  readonly madeAtS: number;
  readonly untilS: number;
  /** What the phone that has asked with it is called. */
  readonly asking: string | null;
}

/** The operator's side. What cannot be admitted is refused now, not when a manager stands there with a phone. */
function inviter(parts: { readonly invitations: Invitations; readonly operator: Operator }): {
  invite(of: Invite): Promise<Invited>;
  list(): Promise<readonly OpenInvitation[]>;
} {
  const { invitations, operator } = parts;
  return {
    async invite(of) {
      if ("said" in of) await operator.check(of.said);
      else await operator.checkReplacement(of);
      const code = makeInvitation(randomBytes(INVITATION_CHARACTERS));
      const kept =
        "said" in of
          ? { said: of.said, organisation: null }
          : { said: { checked: of.checked }, organisation: of.organisation };
      return { code, untilS: await invitations.make(code, kept) };
    },
    async list() {
      const open = await invitations.open();
      return open.map(({ sort, said, organisation, madeAtS, untilS, phone }) => ({
        sort: sort === "replace" ? "replace" : "admit",
        ...{ name: said?.name ?? null, organisation, madeAtS, untilS, asking: phone?.device ?? null },
      }));
    },
  };
}
