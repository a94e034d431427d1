/**
 * What carries a basis of a 承诺达标合格证: one rule for whoever fills it in, for `verify` and for paper. A test that failed carries
 * nothing, and no record of another sort says that one was passed. Pure.
 */
import type { Hex } from "../bytes.ts";
import type { BasisCode } from "./hgz-2026.ts";
import { readTest } from "./read-third.ts";

export type { Carrier };
export { carrierOf, carriesBasis };

/** A record that a basis names. */
interface Carrier {
  /** Who wrote it: whoever promises, a laboratory (a TEST), or somebody else. */
  readonly by: "holder" | "laboratory" | "other";
  /** What its document says of a test; left out where it states none, or no verdict. */
  readonly test?: "passed" | "failed" | undefined;
}

/**
 * `control`: a record of one's own. `selfTest`: one's own record of a test that was passed (of a holder the ledger takes no TEST: it is a
 * NOTE, say, with the document of a test). `labTest`: a laboratory's TEST that was passed. Where one that is named failed, none was.
 */
function carriesBasis(code: BasisCode, carriers: readonly Carrier[]): boolean {
  if (code === "control") return carriers.some(({ by }) => by === "holder");
  if (carriers.some(({ test }) => test === "failed")) return false;
  const who = code === "labTest" ? "laboratory" : "holder";
  return carriers.some(({ by, test }) => by === who && test === "passed");
}

/** @param entry `document` is null where it is not at hand */
function carrierOf(
  entry: { readonly kind: string; readonly organisation: number; readonly subject: Hex; readonly document: unknown },
  promisor: number,
): Carrier {
  const { kind, organisation, subject, document } = entry;
  const by = organisation === promisor ? "holder" : kind === "TEST" ? "laboratory" : "other";
  return { by, test: testIn(document, subject) };
}

function testIn(document: unknown, subject: Hex): Carrier["test"] {
  const said = readTest(document, subject);
  if (said === null) return undefined;
  if (said.verdict === "fail" || said.results.some(({ verdict }) => verdict === "fail")) return "failed";
  return said.verdict === "pass" && said.results.length > 0 ? "passed" : undefined;
}
