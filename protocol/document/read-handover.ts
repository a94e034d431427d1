/**
 * What sender and receiver recorded of a consignment, read as defensively as `read.ts`. Time, place, notes and files of the same event:
 * `readEvent`. What the ledger booked (amount, parties) counts; this is what the documents say of it. Pure.
 */
import type { Amount } from "../amount.ts";
import type { Hex } from "../bytes.ts";
import { readAmount } from "./fields.ts";
import { readSscc } from "./gs1-key.ts";
import { eventFor } from "./read.ts";
import {
  type PartyReading,
  type ProductReading,
  readClasses,
  readHex,
  readParty,
  readProductRef,
  readSiteRef,
  type SiteReading,
} from "./read-parts.ts";
import { type Reading, reading } from "./reading.ts";
import type { LotName } from "./terms.ts";
import type { Words } from "./text.ts";

export type { ConsignmentReading, ReceiveReading, RefuseReading, ShipReading };
export { readReceive, readRefuse, readShip, readWithdraw };

interface ConsignmentReading {
  /** The consignment. */
  readonly subject: Hex;
  /** The lot that it was taken from. */
  readonly taken: Hex | null;
  readonly lot: LotName | null;
  readonly product: ProductReading | null;
  readonly uom: string | null;
  readonly packed: boolean;
  readonly sender: PartyReading | null;
  readonly receiver: PartyReading | null;
  readonly carrier: PartyReading | null;
  readonly from: SiteReading | null;
  readonly to: SiteReading | null;
  /** 18 digits whose check digit is right. */
  readonly sscc: string | null;
  /** JSON Pointers of texts that were not taken whole. */
  readonly stripped: readonly string[];
}

interface ShipReading extends ConsignmentReading {
  readonly amount: Amount | null;
  readonly pieces: number | null;
}

interface ReceiveReading extends ConsignmentReading {
  /** What was found. */
  readonly amount: Amount | null;
  readonly offered: Amount | null;
  readonly pieces: number | null;
  readonly condition: Words | null;
}

/** Of REFUSE and of WITHDRAW. */
interface RefuseReading extends ConsignmentReading {
  readonly reason: Words | null;
}

/** Each reader gives null where the document holds no event of its sort for this consignment. */
function readShip(document: unknown, subject: Hex): ShipReading | null {
  return readPart(document, subject, "shipment", (part) => ({
    amount: readAmount(part.number("amount")),
    pieces: readPieces(part),
  }));
}

function readReceive(document: unknown, subject: Hex): ReceiveReading | null {
  return readPart(document, subject, "receipt", (part) => ({
    amount: readAmount(part.number("amount")),
    offered: readAmount(part.number("offered")),
    pieces: readPieces(part),
    condition: part.words("condition"),
  }));
}

function readRefuse(document: unknown, subject: Hex): RefuseReading | null {
  return readPart(document, subject, "refusal", (part) => ({ reason: part.words("reason") }));
}

function readWithdraw(document: unknown, subject: Hex): RefuseReading | null {
  return readPart(document, subject, "withdrawal", (part) => ({ reason: part.words("reason") }));
}

function readPart<Own>(
  document: unknown,
  subject: Hex,
  name: string,
  readOwn: (part: Reading) => Own,
): (ConsignmentReading & Own) | null {
  const event = reading(eventFor(document, subject));
  const part = event?.object(name) ?? null;
  if (event === null || part === null) return null;
  const [lot = null] = readClasses(event.plain("quantityList"));
  return {
    subject,
    taken: readHex(part, "lot"),
    lot,
    product: readProductRef(part.object("product")),
    uom: part.text("uom", 3),
    packed: part.flag("packed"),
    sender: readParty(part.object("sender")),
    receiver: readParty(part.object("receiver")),
    carrier: readParty(part.object("carrier")),
    from: readSiteRef(part.object("from")),
    to: readSiteRef(part.object("to")),
    sscc: readSscc(part.value("sscc")),
    ...readOwn(part),
    stripped: event.stripped,
  };
}

function readPieces(part: Reading): number | null {
  const found = part.number("pieces");
  return found !== null && Number.isSafeInteger(found) && found >= 0 ? found : null;
}
