/** Observations: field work and notes (docs/ledger.md §6, kinds 32 and 34). All they say stands in their documents. Pure. */

import type { Kind } from "./kind.ts";
import { checkLength } from "./kind.ts";

export type { NoArgs };
export { grow, note };

type NoArgs = Readonly<Record<string, never>>;

const grow: Kind<NoArgs, "GROW"> = observation(32, "GROW");

const note: Kind<NoArgs, "NOTE"> = observation(34, "NOTE");

function observation<Name extends string>(number: number, name: Name): Kind<NoArgs, Name> {
  return {
    number,
    name,
    making: false,
    roles: 0,
    encodeArgs: () => new Uint8Array(0),
    decodeArgs(bytes, at = "/args") {
      checkLength(bytes, 0, at);
      return {};
    },
    touches: () => [],
    furtherOutputs: () => 0,
  };
}
