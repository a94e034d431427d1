/**
 * Who stands behind an entry (docs/ledger.md §6, §10.7): whoever holds the subject, or a third party that had the role on that day.
 * Pure.
 */
import type { Hex } from "../bytes.ts";
import type { OpenEntry } from "../entry.ts";
import { kindByName } from "../kinds/all.ts";
import { isBooked } from "./match.ts";
import { entryKey } from "./documents.ts";
import { type Maker, organisationOf } from "./graph.ts";
import type { Organisations } from "./keys.ts";
import type { CheckedLog } from "./logs.ts";
import type { Findings } from "./report.ts";

export { checkRoles, holderOf, partyOf };

interface Parts {
  readonly logs: ReadonlyMap<Hex, CheckedLog>;
  readonly makers: ReadonlyMap<Hex, Maker>;
  readonly organisations: Organisations;
  readonly findings: Findings;
}

const THIRD_PARTY_KINDS: readonly OpenEntry["name"][] = ["TEST", "INSPECT", "ATTEST"];

/** As the ledger has it: who made the subject (nothing changes hands yet); an organisation holds itself. Null where it cannot be told. */
function holderOf(id: Hex, makers: ReadonlyMap<Hex, Maker>): number | null {
  return organisationOf(id) ?? makers.get(id)?.batch.stamp.organisation ?? null;
}

/** Who speaks for itself in a log: the holder. Of a certificate it is whom it is for, so that its issuer is the third party. */
function partyOf(id: Hex, makers: ReadonlyMap<Hex, Maker>): number | null {
  const entry = makers.get(id)?.entry;
  return entry?.name === "CERTIFY" ? entry.args.beneficiary : holderOf(id, makers);
}

/** `entryKey`s of entries whose author had not the role for them, or spoke of itself as a third party. */
function checkRoles({ logs, makers, organisations, findings }: Parts): ReadonlySet<string> {
  const unfit = new Set<string>();
  for (const log of logs.values()) {
    const holder = holderOf(log.id, makers);
    for (const [n, move] of log.moves.entries()) {
      if (move.entry !== null || move.proof === null || move.found?.inBatch !== true || move.found.subject !== log.id)
        continue;
      const { organisation, recordedAtS } = move.proof.stamp;
      const roles = organisations.rolesAt(organisation, recordedAtS);
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
): "no-role" | "holder-itself" | null {
  const { roles, organisation, holder } = by;
  const asked = kindByName(opened.name).roles;
  if (roles !== null && asked !== 0 && (roles & asked) === 0) return "no-role";
  const isHolder = organisation === holder;
  if (THIRD_PARTY_KINDS.includes(opened.name) && isHolder) return "holder-itself";
  if (opened.name === "CERTIFY" && opened.args.beneficiary === organisation) return "holder-itself";
  const asStranger = opened.name === "CORRECT" && holder !== null && !isHolder;
  return asStranger && (roles === 0 || isBooked(opened.args)) ? "no-role" : null;
}
