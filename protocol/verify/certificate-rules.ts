/** What may be done by leaning on a certificate (docs/ledger.md §6): labels that draw on it, recalls by its certifier. Pure. */
import { type Hex, hexOf, isZero } from "../bytes.ts";
import type { ArgsOf } from "../kinds/all.ts";
import type { LogEvent } from "./events.ts";
import type { Maker } from "./graph.ts";
import { productOf, unitOf } from "./products.ts";
import type { Rule } from "./rule.ts";
import type { Status } from "./status.ts";
import type { Tenures } from "./tenure.ts";

export { claimRule, recallRule };

interface Parts {
  readonly makers: ReadonlyMap<Hex, Maker>;
  readonly tenures: Tenures;
}

/** A LABEL that draws on this certificate. */
function claimRule(
  { makers }: Parts,
  { fromS, untilS, scopes, unit }: ArgsOf<"CERTIFY">,
  state: Status,
  { entry, atS }: LogEvent,
): Rule | null {
  if (entry.name !== "LABEL") return null;
  if (state.revoked) return "revoked";
  if (state.suspended) return "suspended";
  if (atS < fromS || atS >= untilS) return "not-in-force";
  const product = productOf({ makers }, hexOf(entry.args.lot));
  if (product === null) return null;
  if (!names(makers, scopes, product)) return "not-in-scope";
  const own = unitOf({ makers }, product);
  return own !== null && own !== unit ? "units-differ" : null;
}

/** A RECALL by whoever issued this certificate: nobody stops another's goods by one that nobody wanted. */
function recallRule(
  { makers, tenures }: Parts,
  { beneficiary, application, scopes }: ArgsOf<"CERTIFY">,
  state: Status,
  { by, log }: LogEvent,
): Rule | null {
  const holders = tenures.holders(by);
  if (holders.length === 0) return null;
  if (!holders.includes(beneficiary)) return "not-beneficiary";
  if (state.revoked) return "revoked";
  // Draws that are folded and not read may be what asks for it.
  const isRead = log.moves.every(({ bare }) => bare === null);
  if (isZero(application) && state.drawn === 0n && isRead) return "unasked";
  const made = makers.get(by)?.entry;
  if (made?.name === "PLOT") return scopes.some((scope) => hexOf(scope) === by) ? null : "not-in-scope";
  const product = productOf({ makers }, made?.name === "LABEL" ? hexOf(made.args.lot) : by);
  return product === null || names(makers, scopes, product) ? null : "not-in-scope";
}

/** It names the product, or no product at all. Of subjects that this history has not, it cannot be told what they are. */
function names(makers: Parts["makers"], scopes: readonly Uint8Array[], product: Hex): boolean {
  const named = scopes.map(hexOf);
  return named.includes(product) || !named.some((id) => makers.get(id)?.entry.name === "PRODUCT");
}
