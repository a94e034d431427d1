/**
 * The operator's acts (docs/ledger.md §10.3): no head commits to them, so names, roles and stops are worth what the chain's own log
 * says of them. Where the reader had that log, each organisation's acts must be those in it, in their order. Pure.
 */
import { organisationId } from "../batch.ts";
import { type Hex, hexOf } from "../bytes.ts";
import type { OpenAct, OpenBatch, OpenedHistory, OpenHeads } from "./open.ts";
import type { Findings } from "./findings.ts";

export { checkActs };

function checkActs({ acts, batches }: OpenedHistory, heads: OpenHeads, findings: Findings): void {
  // The door's owner is the one who told the acts: that is said of the heads already.
  if (heads.acts === undefined || heads.source === "server") return;
  if (heads.acts === null) {
    findings.add("acts-from-server", {}, { origin: heads.origin });
    return;
  }
  const told = byOrganisation(acts);
  const logged = byOrganisation(heads.acts);
  for (const number of concerned(told, batches)) {
    const [own, chain] = [told.get(number) ?? [], logged.get(number) ?? []];
    const at = Array.from({ length: Math.max(own.length, chain.length) }).findIndex(
      (_, n) => factOf(own[n]) !== factOf(chain[n]),
    );
    if (at < 0) continue;
    const { block = 0, act = 0 } = chain[at] ?? own[at] ?? {};
    findings.add("act-mismatch", { subject: hexOf(organisationId(number)) }, { organisation: number, act, block });
  }
}

/** Of whom the history tells, and who wrote in it: acts may have been left out altogether. */
function concerned(told: ReadonlyMap<number, unknown>, batches: ReadonlyMap<Hex, OpenBatch>): ReadonlySet<number> {
  return new Set([...told.keys(), ...[...batches.values()].map(({ stamp }) => stamp.organisation)]);
}

/** In the order given, which within a block is that of the log. */
function byOrganisation(acts: readonly OpenAct[]): ReadonlyMap<number, readonly OpenAct[]> {
  const found = new Map<number, OpenAct[]>();
  for (const act of acts) {
    const list = found.get(act.organisation);
    if (list === undefined) found.set(act.organisation, [act]);
    else list.push(act);
  }
  return found;
}

function factOf(act: OpenAct | undefined): string {
  if (act === undefined) return "";
  return [act.act, act.roles, act.content, hexOf(act.x), hexOf(act.y), act.block, act.timeS].join(" ");
}
