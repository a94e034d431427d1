/**
 * Who stands behind an entry (docs/ledger.md §6, §10.7): whoever holds the subject, or a third party that had the role on that day.
 * Pure.
 */
import type { Hex } from "../bytes.ts";
import type { OpenEntry } from "../entry.ts";
import { kindByName } from "../kinds/all.ts";
import { isBooked } from "./match.ts";
import { entryKey } from "./documents.ts";
import type { Maker } from "./graph.ts";
import type { Organisations } from "./keys.ts";
import type { CheckedLog } from "./logs.ts";
import type { Findings } from "./findings.ts";
import { holderOf, THIRD_PARTY_KINDS } from "./standing.ts";

export { checkRoles };

interface Parts {
  readonly logs: ReadonlyMap<Hex, CheckedLog>;
  readonly makers: ReadonlyMap<Hex, Maker>;
  readonly organisations: Organisations;
  readonly findings: Findings;
}

/** Kinds that nobody but the subject's holder may write. */
const OF_HOLDERS: readonly OpenEntry["name"][] = ["GROW", "NOTE", "ENROL", "EXPEL"];

/** `entryKey`s of entries whose author had not the role for them, or spoke of itself as a third party. */
function checkRoles({ logs, makers, organisations, findings }: Parts): ReadonlySet<string> {
  const unfit = new Set<string>();
  for (const log of logs.values()) {
    const holder = holderOf(log.id, makers);
    for (const [n, move] of log.moves.entries()) {
      if (move.proof === null || move.found?.inBatch !== true) continue;
      const { organisation, recordedAtS } = move.proof.stamp;
      const roles = organisations.rolesAt(organisation, recordedAtS);
      if (move.entry !== null) {
        // Whoever uses a subject holds it.
        if (roles === null || holder === null || organisation === holder) continue;
        const where = { subject: log.id, seq: n + 1, batch: move.batch, group: move.group, entry: move.entry };
        const kind = move.found.entries[move.entry]?.name ?? "";
        findings.add("role-missing", where, { reason: "not-holder", organisation, kind });
        move.ok = false;
        continue;
      }
      if (move.found.subject !== log.id) continue;
      for (const [entry, opened] of move.found.entries.entries()) {
        const reason = faultOf(opened, { roles, organisation, holder });
        if (reason === null) continue;
        unfit.add(entryKey(move.batch, move.group, entry));
        const where = { subject: log.id, seq: n + 1, batch: move.batch, group: move.group, entry };
        findings.add("role-missing", where, { reason, organisation, kind: opened.name });
      }
    }
  }
  return unfit;
}

/** Organisations of which nothing is known are told as such, with the batch. */
function faultOf(
  opened: OpenEntry,
  by: { readonly roles: number | null; readonly organisation: number; readonly holder: number | null },
): "no-role" | "holder-itself" | "not-holder" | null {
  const { roles, organisation, holder } = by;
  const asked = kindByName(opened.name).roles;
  if (roles !== null && asked !== 0 && (roles & asked) === 0) return "no-role";
  const isHolder = organisation === holder;
  if (roles !== null && OF_HOLDERS.includes(opened.name) && holder !== null && !isHolder) return "not-holder";
  if (opened.name !== "CERTIFY" && THIRD_PARTY_KINDS.includes(opened.name) && isHolder) return "holder-itself";
  if (opened.name === "CERTIFY" && opened.args.beneficiary === organisation) return "holder-itself";
  const asStranger = opened.name === "CORRECT" && holder !== null && !isHolder;
  return asStranger && (roles === 0 || isBooked(opened.args)) ? "no-role" : null;
}
