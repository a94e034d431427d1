/**
 * Third parties: what a laboratory measured, a certifier or authority inspected, an expert saw (docs/ledger.md §6, kinds 40 to 42).
 * Never by the holder's own organisation, which the ledger checks. All they say stands in their documents. Pure.
 */
import type { Kind, NoArgs } from "./kind.ts";
import { argless, ROLES } from "./kind.ts";

export { attest, inspect, test };

const test: Kind<NoArgs, "TEST"> = argless(40, "TEST", ROLES.laboratory);

const inspect: Kind<NoArgs, "INSPECT"> = argless(41, "INSPECT", ROLES.certifier | ROLES.regulator);

const attest: Kind<NoArgs, "ATTEST"> = argless(42, "ATTEST", ROLES.expert);
