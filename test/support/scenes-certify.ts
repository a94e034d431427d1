/** Scenes of gas.json: certificates, the labels that claim them, voids, promises, recalls and disputes. */
import { entry, type Group, type Hex } from "./phone.ts";
import type { Farm } from "./simulator.ts";

export type { Actor };
export { playCertificates };

/** One organisation, and how what it writes is played and measured. */
interface Actor {
  readonly farm: Farm;
  alone(name: string, subject: Hex, ...entries: Group["entries"]): Promise<void>;
  made(name: string, making: Group["entries"][number]): Promise<Hex>;
  /** Entries made or written in one batch. */
  groups(name: string, groups: readonly Group[], nonce?: bigint): Promise<void>;
}

const EVER = 2 ** 40 - 1;
const NET = 250n;
const MOST_VOIDED = 10_000n;
const KILOGRAM = 1;

/** @param product of 250 g a piece, held by the farm @param third is certifier and authority, and writes not for the first time */
async function playCertificates(farm: Actor, third: Actor, product: Hex): Promise<void> {
  const scope = [product];
  const lot = await farm.farm.make(entry.origin({ product, amount: 100_000n * 1000n }));
  const asked = { certifier: third.farm.number, unit: KILOGRAM, volume: 1_000_000n, scope };
  const application = await farm.made("APPLY of 1 product", entry.apply(asked));
  const answer = { application, beneficiary: farm.farm.number, from: 0, until: EVER, unit: KILOGRAM, scope };
  const certificate = await third.made(
    "CERTIFY of an application",
    entry.certify({ ...answer, volume: 100_000n * 1000n }),
  );
  await playLabels(farm, lot, certificate);
  await farm.alone("PROMISE", lot, entry.promise(1n));
  await playRecalls(farm, third, { lot, certificate });
  await third.alone("DISPUTE", lot, entry.dispute({ named: third.farm.subject }));
  await farm.alone("ANSWER", lot, entry.answer());
  await third.alone("SUSPEND", certificate, entry.suspend());
  await third.alone("LIFT", certificate, entry.lift());
  await third.alone("REVOKE", certificate, entry.revoke());
}

async function playLabels(farm: Actor, lot: Hex, certificate: Hex): Promise<void> {
  const run = await farm.made("LABEL with a certificate", entry.label({ lot, certificate, count: 1000n }));
  await farm.alone("VOID of 1 label", run, entry.void({ lot, certificate, ranges: [[0n, 1n]] }));
  await farm.alone("second VOID of 1 label", run, entry.void({ lot, certificate, ranges: [[1n, 1n]] }));
  const plain = await farm.farm.make(entry.label({ lot, count: 1000n }));
  await farm.alone("certificateless VOID", plain, entry.void({ lot, ranges: [[0n, 1n]] }));
  const large = await farm.farm.make(entry.label({ lot, certificate, count: 15n * MOST_VOIDED }));
  const voiding = (k: bigint) => entry.void({ lot, certificate, ranges: [[k * MOST_VOIDED, MOST_VOIDED]] });
  await farm.alone("VOID of 10,000 labels", large, voiding(0n));
  const apart = Array.from({ length: 32 }, (_, k) => [MOST_VOIDED + BigInt(k) * 600n + 100n, 312n] as const);
  await farm.alone("VOID of 9,984 labels in 32 ranges", large, entry.void({ lot, certificate, ranges: apart }));
  const entries = Array.from({ length: 12 }, (_, k) => voiding(3n + BigInt(k)));
  await farm.groups("12 × VOID of 10,000 labels in one batch", [{ subject: large, entries }]);
  const nonce = farm.farm.phone.take();
  const runs = Array.from({ length: 60 }, (_, index) => ({
    subject: farm.farm.phone.newId(nonce, index),
    entries: [entry.label({ index, lot, certificate, count: 1n })],
  }));
  await farm.groups("60 × LABEL with a certificate in one batch", runs, nonce);
}

async function playRecalls(farm: Actor, third: Actor, of: { lot: Hex; certificate: Hex }): Promise<void> {
  const { lot, certificate } = of;
  const made = await farm.farm.make(entry.label({ lot, count: NET }));
  await farm.alone("holder's RECALL", lot, entry.recall());
  await third.alone("authority's RECALL", lot, entry.recall({ capacity: 2 }));
  await third.alone("certifier's RECALL", lot, entry.recall({ capacity: 3, certificate }));
  await farm.alone("drill's RECALL", lot, entry.recall({ drill: 1 }));
  await farm.alone("ACKNOWLEDGE", made, entry.acknowledge(1, lot));
  await farm.alone("RELEASE", lot, entry.release());
}
