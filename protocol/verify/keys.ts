/**
 * Who may sign (docs/ledger.md §10.3): keys are learned from the operator's acts and from ENROL entries that a manager signed
 * in the organisation's own log, and end with EXPEL. Pure.
 */
import { organisationId } from "../batch.ts";
import { equalBytes, type Hex, hexOf, isZero } from "../bytes.ts";
import { type Primitives, type PublicKey, recorderId } from "../sign.ts";
import type { CheckedBatch } from "./batches.ts";
import type { OpenAct, OpenedHistory } from "./open.ts";
import type { Finding, FindingCode } from "./findings.ts";
import { AT_ONCE } from "./together.ts";

export type { AuthorFault, Organisations };
export { learnKeys };

interface Key {
  readonly organisation: number;
  readonly manager: boolean;
  readonly key: PublicKey;
  readonly fromS: number;
  /** Later blocks refuse it. */
  endedS: number | null;
}

interface AuthorFault {
  readonly code: FindingCode;
  readonly detail: Finding["detail"];
}

interface Organisations {
  /** What is wrong with the author of a batch, or null. */
  authorFault(batch: CheckedBatch): Promise<AuthorFault | null>;
  /** All roles that the organisation had in that second, as bits; null where nothing is known of it. */
  rolesAt(organisation: number, atS: number): number | null;
  /** The operator had stopped it by then. */
  isStopped(organisation: number, atS: number): boolean;
}

const ADMITTED = 1;
const STOPPED = 3;
const RESTARTED = 4;

async function learnKeys(
  primitives: Primitives,
  history: OpenedHistory,
  batches: ReadonlyMap<Hex, CheckedBatch>,
): Promise<Organisations> {
  const acts = new Map<number, OpenAct[]>();
  for (const act of [...history.acts].sort((a, b) => a.block - b.block)) {
    acts.set(act.organisation, [...(acts.get(act.organisation) ?? []), act]);
  }
  const keys = new Map<Hex, Key>();

  const learn = async (found: Omit<Key, "endedS">): Promise<void> => {
    const recorder = hexOf(await recorderId(primitives, found.key));
    // Bound once, for ever: a later claim to the same key is not believed.
    if (!keys.has(recorder)) keys.set(recorder, { ...found, endedS: null });
  };

  for (const act of history.acts) {
    if (isZero(act.x) && isZero(act.y)) continue;
    const key = { x: act.x, y: act.y };
    await learn({ organisation: act.organisation, manager: true, key, fromS: act.timeS });
  }

  const fault = (batch: CheckedBatch): Promise<AuthorFault | null> => authorFault(primitives, acts, keys, batch);

  for (const number of acts.keys()) {
    const id = hexOf(organisationId(number));
    for (const move of history.logs.get(id)?.moves ?? []) {
      const batch = batches.get(move.batch);
      const group = batch?.checked.get(move.group);
      if (batch === undefined || group === undefined || move.entry !== null) continue;
      // Others write in this log too: who inspects an organisation enrols nobody there.
      const writer = keys.get(batch.recorderHex);
      if (!group.inBatch || group.subject !== id || writer?.manager !== true || writer.organisation !== number)
        continue;
      if ((await fault(batch)) !== null) continue;
      const atS = batch.stamp.recordedAtS;
      for (const { name, args } of group.entries) {
        if (name === "ENROL") {
          await learn({ organisation: number, manager: args.manager, key: { x: args.x, y: args.y }, fromS: atS });
        }
        const ended = name === "EXPEL" ? keys.get(hexOf(args.recorder)) : undefined;
        if (ended?.organisation === number && ended.endedS === null) ended.endedS = atS;
      }
    }
  }

  const known = new Map<Hex, Promise<AuthorFault | null>>();
  const order = [...batches.values()];
  let asked = 0;
  const ask = (batch: CheckedBatch): Promise<AuthorFault | null> => {
    const found = known.get(batch.hash) ?? fault(batch);
    known.set(batch.hash, found);
    return found;
  };
  return {
    authorFault(batch) {
      const found = known.get(batch.hash);
      if (found !== undefined) return found;
      // Those after it will be asked for as well: their signatures are checked meanwhile. A check that fails says so when it is.
      for (const other of order.slice(asked, (asked += AT_ONCE))) ask(other).catch(() => {});
      return ask(batch);
    },
    rolesAt: (organisation, atS) => rolesAt(acts.get(organisation) ?? [], atS),
    isStopped: (organisation, atS) => stoppedAt(acts.get(organisation) ?? [], atS) !== null,
  };
}

async function authorFault(
  primitives: Primitives,
  acts: ReadonlyMap<number, readonly OpenAct[]>,
  keys: ReadonlyMap<Hex, Key>,
  batch: CheckedBatch,
): Promise<AuthorFault | null> {
  const { recorder, organisation, recordedAtS } = batch.stamp;
  const own = acts.get(organisation) ?? [];
  if (!own.some(({ act, timeS }) => act === ADMITTED && timeS <= recordedAtS)) {
    return { code: "organisation-unknown", detail: { organisation } };
  }
  const key = keys.get(batch.recorderHex);
  const bound = key?.organisation === organisation && equalBytes(recorder, batch.recorder);
  if (key === undefined || !bound || key.fromS > recordedAtS) {
    return { code: "key-unknown", detail: { organisation, recorder: batch.recorderHex } };
  }
  if (key.endedS !== null && recordedAtS > key.endedS) {
    return { code: "key-expelled", detail: { organisation, recorder: batch.recorderHex, endedAtS: key.endedS } };
  }
  const stoppedS = stoppedAt(own, recordedAtS);
  if (stoppedS !== null) return { code: "key-expelled", detail: { organisation, stoppedAtS: stoppedS } };
  if (batch.signed === null || (await primitives.verifyP256(key.key, batch.signed, batch.signature))) return null;
  return { code: "signature-invalid", detail: { organisation, recorder: batch.recorderHex } };
}

/** Of acts in that very second it cannot be told whether they came before: their roles count as well. */
function rolesAt(acts: readonly OpenAct[], atS: number): number | null {
  let roles: number | null = null;
  for (const act of acts) {
    if (act.timeS < atS) roles = act.roles;
    else if (act.timeS === atS) roles = (roles ?? 0) | act.roles;
  }
  return roles;
}

/** When the operator had stopped the organisation before `atS` and not let it go on by then; else null. */
function stoppedAt(acts: readonly OpenAct[], atS: number): number | null {
  let stoppedS: number | null = null;
  for (const { act, timeS } of acts) {
    if (act === STOPPED && timeS < atS) stoppedS = timeS;
    if (act === RESTARTED && timeS <= atS) stoppedS = null;
  }
  return stoppedS;
}
