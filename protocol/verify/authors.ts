/**
 * Who may write an entry, and who may touch what with it (docs/ledger.md §6, §10.7): whoever holds the subject at that time, whom it
 * is offered to, its carrier, or a third party that had the role on that day. Pure.
 */
import { type Hex, hexOf } from "../bytes.ts";
import type { OpenEntry } from "../entry.ts";
import { kindByName, type KindName } from "../kinds/all.ts";
import { ROLES } from "../kinds/kind.ts";
import { CAPACITIES } from "../kinds/status.ts";
import { entryKey } from "./ref.ts";
import type { Findings } from "./findings.ts";
import type { Maker } from "./graph.ts";
import type { Organisations } from "./keys.ts";
import type { CheckedLog, CheckedMove } from "./logs.ts";
import { isBooked } from "./match.ts";
import { OF_OUTSIDERS } from "./standing.ts";
import type { Tenure, Tenures } from "./tenure.ts";

export { checkAuthors };

interface Parts {
  readonly logs: ReadonlyMap<Hex, CheckedLog>;
  readonly makers: ReadonlyMap<Hex, Maker>;
  readonly tenures: Tenures;
  readonly organisations: Organisations;
  readonly findings: Findings;
}

/** What nobody but the subject's holder may write. */
const OF_HOLDERS: readonly KindName[] = [
  ...(["ENROL", "EXPEL", "DISCARD", "WITHDRAW", "SUSPEND", "LIFT", "REVOKE"] satisfies readonly KindName[]),
  ...(["PROMISE", "VOID", "ANSWER", "ACKNOWLEDGE"] satisfies readonly KindName[]),
];
/** The holder, and the carrier while it is under way. */
const OBSERVATIONS: readonly KindName[] = ["GROW", "SENSE", "NOTE"];
/** Only whom it is offered to. */
const OF_OFFERED: readonly KindName[] = ["RECEIVE", "REFUSE"];
/** Anybody but the holder. */
const OF_OTHERS: readonly KindName[] = [...OF_OUTSIDERS, "DISPUTE"];

type Fault = "no-role" | "holder-itself" | "not-holder" | "not-offered";

/** `entryKey`s of entries whose author had not the role for them, held not what it wrote of, or spoke of itself as a third party. */
function checkAuthors({ logs, makers, tenures, organisations, findings }: Parts): ReadonlySet<string> {
  const unfit = new Set<string>();
  for (const log of logs.values()) {
    const offered = new Map<Hex | null, number>();
    for (const [n, move] of log.moves.entries()) {
      if (move.proof === null || move.found?.inBatch !== true) continue;
      const { organisation, recordedAtS } = move.proof.stamp;
      const roles = organisations.rolesAt(organisation, recordedAtS);
      const seq = n + 1;
      const where = { subject: log.id, seq, batch: move.batch, group: move.group };
      if (move.entry !== null) {
        const opened = move.found.entries[move.entry];
        if (opened?.name === "SHIP") offered.set(move.found.subject, opened.args.to);
        const { holder } = tenures.at(log.id, { seq, entry: move.entry });
        const may = opened === undefined ? holder : toucherOf(opened, { log, move, holder, makers, offered });
        if (roles === null || may === null || organisation === may) continue;
        const detail = { reason: "not-holder", organisation, kind: opened?.name ?? "" };
        findings.add("role-missing", { ...where, entry: move.entry }, detail);
        move.ok = false;
        continue;
      }
      if (move.found.subject !== log.id) continue;
      for (const [entry, opened] of move.found.entries.entries()) {
        const tenure = tenures.at(log.id, { seq, entry });
        const reason = faultOf(opened, { roles, organisation, tenure });
        if (reason === null) continue;
        unfit.add(entryKey(move.batch, move.group, entry));
        findings.add("role-missing", { ...where, entry }, { reason, organisation, kind: opened.name });
      }
    }
  }
  return unfit;
}

/** The one organisation that may touch this subject with the entry; null where it cannot be told, or anybody may. */
function toucherOf(
  opened: OpenEntry,
  touched: {
    readonly log: CheckedLog;
    readonly move: CheckedMove;
    readonly holder: number | null;
    readonly makers: ReadonlyMap<Hex, Maker>;
    /** By consignment: to whom this lot's own were offered. */
    readonly offered: ReadonlyMap<Hex | null, number>;
  },
): number | null {
  const { log, move, holder, makers, offered } = touched;
  const made = makers.get(log.id)?.entry;
  // Whoever holds something that came from it answers for that.
  if (opened.name === "ACKNOWLEDGE") return null;
  if (opened.name === "REFUSE") return offered.get(move.found?.subject ?? null) ?? null;
  if (opened.name === "CERTIFY") return made?.name === "APPLY" ? made.args.certifier : null;
  if ((opened.name === "LABEL" || opened.name === "VOID") && hexOf(opened.args.certificate) === log.id)
    return made?.name === "CERTIFY" ? made.args.beneficiary : null;
  // Whoever uses a subject holds it.
  return holder;
}

/** Organisations of which nothing is known are told as such, with the batch. */
function faultOf(
  opened: OpenEntry,
  by: { readonly roles: number | null; readonly organisation: number; readonly tenure: Tenure },
): Fault | null {
  const { roles, organisation, tenure } = by;
  const { holder, offered, carrier } = tenure;
  const { name } = opened;
  const asked = roleAsked(opened);
  if (roles !== null && asked !== 0 && (roles & asked) === 0) return "no-role";
  const isHolder = organisation === holder;
  const isOther = roles !== null && holder !== null && !isHolder;
  if (isOther && OF_HOLDERS.includes(name)) return "not-holder";
  if (isOther && OBSERVATIONS.includes(name) && organisation !== carrier) return "not-holder";
  if (isOther && name === "RECALL" && opened.args.capacity === CAPACITIES.holder) return "not-holder";
  // Of what is not under way, that is what is wrong with it (rules.ts).
  if (OF_OFFERED.includes(name) && offered !== null && organisation !== offered) return "not-offered";
  if (OF_OTHERS.includes(name) && isHolder) return "holder-itself";
  if (OF_OUTSIDERS.includes(name) && organisation === offered) return "holder-itself";
  if (name === "CERTIFY" && opened.args.beneficiary === organisation) return "holder-itself";
  const asStranger = name === "CORRECT" && holder !== null && !isHolder;
  return asStranger && (roles === 0 || isBooked(opened.args)) ? "no-role" : null;
}

function roleAsked(opened: OpenEntry): number {
  if (opened.name !== "RECALL") return kindByName(opened.name).roles;
  const { capacity } = opened.args;
  if (capacity === CAPACITIES.regulator) return ROLES.regulator;
  return capacity === CAPACITIES.certifier ? ROLES.certifier : 0;
}
