/** A certificate as the index holds it: what is left of its volume, what befell it, and every label run that drew on it. */
import type { Kysely } from "kysely";
import type { IndexTables } from "../store/index-tables.ts";
import { STATUS } from "../store/status.ts";
import { amountText, kindText, type Paged, timeText, unitText } from "./told.ts";

export type { CertificateTold };
export { certificateOf };

interface CertificateTold {
  readonly id: string;
  readonly issuer: number;
  readonly beneficiary: number;
  readonly application: string | null;
  readonly scope: readonly string[];
  readonly from: string;
  readonly until: string;
  readonly state: "in-force" | "not-yet" | "expired" | "suspended" | "revoked";
  /** Null where the certificate has no volume. */
  readonly unit: string | null;
  readonly volume: string | null;
  readonly left: string | null;
  readonly issuedAt: string;
  readonly document: string;
  readonly fates: readonly { readonly kind: string; readonly at: string; readonly document: string }[];
  /** In the order of their ids. */
  readonly runs: readonly {
    readonly run: string;
    readonly lot: string;
    readonly holder: number;
    readonly count: number;
    readonly valid: number;
    readonly drawn: string;
    readonly madeAt: string;
  }[];
  readonly next: string | null;
}

/** Null when there is none. @param nowS by which it is in force or not */
async function certificateOf(
  index: Kysely<IndexTables>,
  id: string,
  { limit, after, nowS }: Paged & { readonly nowS: number },
): Promise<CertificateTold | null> {
  const row = await index
    .selectFrom("certificate")
    .innerJoin("subject", "subject.id", "certificate.id")
    .selectAll("certificate")
    .select(["holder", "unit", "status", "made", "remaining", "made_at", "made_content"])
    .where("certificate.id", "=", id)
    .executeTakeFirst();
  if (row === undefined) return null;
  const scope = await index
    .selectFrom("scope")
    .select("subject")
    .where("certificate", "=", id)
    .orderBy("subject")
    .execute();
  const fates = await index
    .selectFrom("certificate_fate")
    .selectAll()
    .where("certificate", "=", id)
    .orderBy("seq")
    .orderBy("entry")
    .execute();
  const runs = await index
    .selectFrom("label_run")
    .innerJoin("subject", "subject.id", "label_run.run")
    .select(["run", "lot", "net", "holder", "made", "remaining", "made_at"])
    .where("certificate", "=", id)
    .where("run", ">", after ?? "")
    .orderBy("run")
    .limit(limit + 1)
    .execute();
  const shown = runs.slice(0, limit);
  const unit = unitText(row.unit);
  return {
    ...{ id, issuer: row.holder, beneficiary: row.beneficiary, application: row.application },
    scope: scope.map(({ subject }) => subject),
    ...{ from: timeText(row.valid_from), until: timeText(row.valid_until), state: stateOf(row, nowS), unit },
    volume: unit === null ? null : amountText(row.made),
    left: unit === null ? null : amountText(row.remaining),
    ...{ issuedAt: timeText(row.made_at), document: row.made_content },
    fates: fates.map(({ kind, at_s, content }) => ({ kind: kindText(kind), at: timeText(at_s), document: content })),
    runs: shown.map(({ run, lot, net, holder, made, remaining, made_at }) => ({
      ...{ run, lot, holder, count: Number(made), valid: Number(remaining) },
      ...{ drawn: amountText(BigInt(remaining) * BigInt(net)), madeAt: timeText(made_at) },
    })),
    next: runs.length > limit ? (shown.at(-1)?.run ?? null) : null,
  };
}

function stateOf(
  row: { readonly status: number; readonly valid_from: number; readonly valid_until: number },
  nowS: number,
): CertificateTold["state"] {
  if ((row.status & STATUS.revoked) !== 0) return "revoked";
  if ((row.status & STATUS.suspended) !== 0) return "suspended";
  if (nowS < Number(row.valid_from)) return "not-yet";
  return nowS < Number(row.valid_until) ? "in-force" : "expired";
}
