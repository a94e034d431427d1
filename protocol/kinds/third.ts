/**
 * Third parties: what a laboratory measured, a certifier or authority inspected, an expert saw (docs/ledger.md §6, kinds 40 to 42).
 * Never by the holder's own organisation, which the ledger checks. All they say stands in their documents. Pure.
 */
import type { Kind } from "./kind.ts";
import { checkLength, ROLES } from "./kind.ts";
import type { NoArgs } from "./observe.ts";

export { attest, inspect, test };

const test: Kind<NoArgs, "TEST"> = finding(40, "TEST", ROLES.laboratory);

const inspect: Kind<NoArgs, "INSPECT"> = finding(41, "INSPECT", ROLES.certifier | ROLES.regulator);

const attest: Kind<NoArgs, "ATTEST"> = finding(42, "ATTEST", ROLES.expert);

function finding<Name extends string>(number: number, name: Name, roles: number): Kind<NoArgs, Name> {
  return {
    number,
    name,
    making: false,
    roles,
    encodeArgs: () => new Uint8Array(0),
    decodeArgs(bytes, at = "/args") {
      checkLength(bytes, 0, at);
      return {};
    },
    touches: () => [],
    furtherOutputs: () => 0,
  };
}
