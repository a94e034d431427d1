/** What became of a certificate since it was issued, and what is left of its volume (docs/ledger.md §6, CERTIFY to VOID). Pure. */
import { hexOf } from "../../protocol/bytes.ts";
import type { Hex } from "../../protocol/history.ts";
import type { Unit } from "../ui/i18n.ts";
import { type Graph, madeOf } from "./graph.ts";
import type { GraphEntry } from "./open.ts";
import { unitNumbered } from "./units.ts";

export type { CertificateState, Fate, Volume };
export { fatesOf, stateAt, volumeOf };

type CertificateState = "in-force" | "suspended" | "revoked" | "expired" | "not-yet";

interface Fate {
  readonly kind: "SUSPEND" | "LIFT" | "REVOKE";
  readonly entry: GraphEntry;
}

/** Thousandths of `unit`. `left` is null where the weight of some run cannot be told from this history. */
interface Volume {
  readonly unit: Unit;
  readonly volume: bigint;
  readonly left: bigint | null;
  /** What is left counts on net weights that its beneficiary wrote on labels of lots which this history has not. */
  readonly isStated: boolean;
  /** By the labels of the lot in hand. */
  readonly here: bigint;
}

/** Oldest first. */
function fatesOf(graph: Graph, id: Hex): readonly Fate[] {
  return (graph.subjects.get(id)?.entries ?? []).flatMap((entry): readonly Fate[] => {
    const { name } = entry.open;
    return entry.subject === id && (name === "SUSPEND" || name === "LIFT" || name === "REVOKE")
      ? [{ kind: name, entry }]
      : [];
  });
}

/** What was done to it wins over its dates: revoked stays revoked. */
function stateAt(
  { fates, fromS, untilS }: { readonly fates: readonly Fate[]; readonly fromS: number; readonly untilS: number },
  atS: number,
): CertificateState {
  const last = fates.filter(({ entry }) => entry.recordedAtS <= atS).at(-1)?.kind;
  if (last === "REVOKE") return "revoked";
  if (atS >= untilS) return "expired";
  if (last === "SUSPEND") return "suspended";
  return atS < fromS ? "not-yet" : "in-force";
}

/** Null where it was given without one. */
function volumeOf(graph: Graph, id: Hex): Volume | null {
  const subject = graph.subjects.get(id);
  const open = subject?.maker?.open;
  const unit = open?.name === "CERTIFY" ? unitNumbered(open.args.unit) : null;
  if (open?.name !== "CERTIFY" || unit === null) return null;
  // What others drew is not known where not all of it was read; what this lot drew stands in its own log too.
  let [drawn, here]: [bigint | null, bigint] = [subject?.unread === 0 ? 0n : null, 0n];
  let isStated = false;
  for (const entry of subject?.entries ?? []) {
    const pieces = piecesOf(entry);
    if (pieces === null) continue;
    const known = knownNet(graph, pieces.lot);
    const net = known ?? statedNet(entry, subject?.entries ?? []);
    if (known === null) isStated = true;
    if (net === null) drawn = null;
    else {
      drawn = drawn === null ? null : drawn + pieces.count * net;
      if (pieces.lot === graph.history.lot) here += pieces.count * net;
    }
  }
  return { unit, volume: open.args.volume, left: drawn === null ? null : open.args.volume - drawn, isStated, here };
}

/** Of a LABEL what it drew, of a VOID what it gave back. */
function piecesOf({ open }: GraphEntry): { readonly lot: Hex; readonly count: bigint } | null {
  if (open.name === "LABEL") return { lot: hexOf(open.args.lot), count: open.args.count };
  if (open.name !== "VOID") return null;
  return { lot: hexOf(open.args.lot), count: -open.args.ranges.reduce((sum, { number }) => sum + number, 0n) };
}

/** As the lot's product has it; null for a lot that is not in this history. */
function knownNet(graph: Graph, lot: Hex): bigint | null {
  const product = madeOf(graph, lot)?.product ?? null;
  return product === null ? null : (graph.product(product)?.net ?? null);
}

/** As the document of the labels says. */
function statedNet(entry: GraphEntry, all: readonly GraphEntry[]): bigint | null {
  const label =
    entry.open.name === "LABEL" ? entry : all.find((one) => one.open.name === "LABEL" && one.subject === entry.subject);
  return label?.event?.labels?.net ?? null;
}
