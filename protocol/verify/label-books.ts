/** Label runs and the certificates that they draw on (docs/ledger.md §6, LABEL and VOID): what counts, what is void, what is left. Pure. */
import { type Hex, hexOf, isZero } from "../bytes.ts";
import type { OpenEntry } from "../entry.ts";
import { eventsOf, refOf } from "./events.ts";
import type { Findings } from "./findings.ts";
import type { Maker } from "./graph.ts";
import type { CheckedLog } from "./logs.ts";
import { over } from "./over.ts";
import { netOf, productOf } from "./products.ts";
import type { CertificateBooks, RunBooks } from "./report-books.ts";

export { certificateBooks, runBooks };

interface Parts {
  readonly makers: ReadonlyMap<Hex, Maker>;
  readonly findings: Findings;
}

function runBooks(parts: Parts, log: CheckedLog, made: OpenEntry & { name: "LABEL" }): RunBooks {
  const { count, certificate } = made.args;
  const lot = hexOf(made.args.lot);
  const voided = eventsOf(log).flatMap((event) => {
    if (event.entry.name !== "VOID" || event.isTouch) return [];
    const { reason, ranges } = event.entry.args;
    return ranges.map(({ first, number }) => ({ first, number, reason, atS: event.atS, ref: refOf(event) }));
  });
  return {
    ...{ id: log.id, lot, count, net: netOf(parts, productOf(parts, lot)), voided },
    certificate: isZero(certificate) ? null : hexOf(certificate),
    valid: count - voided.reduce((sum, { number }) => sum + number, 0n),
  };
}

interface Draw {
  readonly run: Hex;
  readonly lot: Hex;
  /** Content of one label; null where it cannot be told. */
  readonly net: bigint | null;
  readonly count: bigint;
  readonly atS: number;
  voided: bigint;
}

/** Every label run that leans on it stands in its own log, those of other lots included. */
function certificateBooks(parts: Parts, log: CheckedLog, { args }: OpenEntry & { name: "CERTIFY" }): CertificateBooks {
  const { unit, volume } = args;
  const draws = new Map<Hex, Draw>();
  const unread = log.moves.filter(({ bare }) => bare !== null).length;
  const weight = ({ net, count, voided }: Draw): bigint => (net ?? 0n) * (count - voided);
  const drawn = (): bigint => [...draws.values()].reduce((sum, draw) => sum + weight(draw), 0n);
  for (const event of eventsOf(log)) {
    const { entry, isTouch, by, atS } = event;
    if (!isTouch) continue;
    if (entry.name === "LABEL") {
      const lot = hexOf(entry.args.lot);
      const net = netOf(parts, productOf(parts, lot) ?? onlyProduct(parts, args.scopes));
      draws.set(by, { run: by, lot, net, count: entry.args.count, atS, voided: 0n });
    }
    const run = draws.get(by);
    if (entry.name === "VOID" && (run !== undefined || unread === 0)) {
      const number = entry.args.ranges.reduce((sum, range) => sum + range.number, 0n);
      if (run !== undefined) run.voided += number;
      if (run === undefined || run.voided > run.count)
        over(parts.findings, event, "given back to the certificate", number, run?.count ?? 0n);
    }
    // What was given back may be among what was not read: then only a run that is too much by itself is surely so.
    const sums = unread === 0 ? drawn() : entry.name === "LABEL" && run !== undefined ? weight(run) : 0n;
    if (sums > volume) over(parts.findings, event, "drawn", sums, volume, "certificate-overdrawn");
  }
  const all = [...draws.values()].map(({ net, voided, ...draw }) => ({
    ...draw,
    amount: net === null ? null : net * draw.count,
    returned: net === null ? null : net * voided,
  }));
  const isKnown = unit !== 0 && unread === 0 && all.every(({ amount }) => amount !== null);
  const left = isKnown ? volume - drawn() : null;
  return { id: log.id, unit, volume, drawn: drawn(), unread, left, draws: unread === 0 ? all : null };
}

/** The one product that a certificate can be of, whichever lot is labelled: every subject of its scope is known, and one is a product. */
function onlyProduct({ makers }: Parts, scopes: readonly Uint8Array[]): Hex | null {
  const named = scopes.map(hexOf);
  if (named.some((id) => !makers.has(id))) return null;
  const products = named.filter((id) => makers.get(id)?.entry.name === "PRODUCT");
  return products.length === 1 ? (products[0] ?? null) : null;
}
