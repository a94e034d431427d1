/** Organisations that this phone has met: who sends goods to it, and to whom it sent some. Pure. */
import type { Words } from "../../protocol/document/text.ts";
import type { Field } from "./model.ts";

export { partiesOf };

interface Party {
  readonly number: number;
  readonly name: Words;
}

/** Each once, the one met last first; never the own organisation. */
function partiesOf({ lots, organisation }: Pick<Field, "lots" | "organisation">): readonly Party[] {
  const met = [...lots].sort((one, other) => other.madeAtS - one.madeAtS).flatMap(({ other }) => other ?? []);
  const named = new Map<number, Party>();
  for (const one of met) if (one.number !== organisation?.number && !named.has(one.number)) named.set(one.number, one);
  return [...named.values()];
}
