/**
 * What an invitation is, and how its row is read. Of the code only the digest is kept.
 */
import { type Hex, utf8 } from "../../protocol/bytes.ts";
import type { SealingKey } from "../../protocol/document/sealing-key.ts";
import type { Words } from "../../protocol/document/text.ts";
import type { Hashing } from "../../protocol/merkle.ts";
import type { InvitationTable } from "../store/kept-tables.ts";

export type { Invitation, InvitationState, Phone, Said };
export { digestOf, KEPT_S, MANAGERS_S, OPERATORS_S, readRow };

/** How long they hold, in seconds; and how long after that they are still told to be over. */
const MANAGERS_S = 15 * 60;
const OPERATORS_S = 7 * 24 * 3_600;
const KEPT_S = 24 * 3_600;

/** A phone that asks to be let in: the key it signs with, the one that content is sealed to, and what its user calls it. */
interface Phone {
  readonly x: Hex;
  readonly y: Hex;
  readonly sealing: SealingKey;
  readonly device: string;
}

/** What the operator says: of an organisation to be admitted all that its document will hold, of a key to be replaced how that was checked. */
interface Said {
  readonly name?: Words;
  readonly checked: Words;
}

/** open: no phone has asked · asking: one has · joined: its key is on the ledger · ended: nobody asked, or no manager let it in. */
type InvitationState = "open" | "asking" | "joined" | "ended";

interface Invitation {
  readonly digest: string;
  readonly sort: InvitationTable["sort"];
  readonly organisation: number | null;
  readonly isManager: boolean;
  readonly said: Said | null;
  readonly phone: Phone | null;
  readonly madeAtS: number;
  readonly untilS: number;
  readonly hasJoined: boolean;
}

/** @param code its 16 characters */
async function digestOf(hashing: Hashing, code: string): Promise<string> {
  return Buffer.from(await hashing.sha256(utf8(code))).toString("hex");
}

function readRow(row: InvitationTable): Invitation {
  return {
    digest: row.digest,
    sort: row.sort,
    organisation: row.organisation,
    isManager: row.manager === 1,
    said: row.said === null ? null : (JSON.parse(row.said) as Said),
    phone: row.phone === null ? null : (JSON.parse(row.phone) as Phone),
    madeAtS: row.made_at,
    untilS: row.until,
    hasJoined: row.joined_at !== null,
  };
}
