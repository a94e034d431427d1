/** Random entries, groups and batches of the right form, for properties. Deterministic by fast-check's seed. */
import fc from "fast-check";
import type { Batch, Group, Header } from "../../protocol/batch.ts";
import { newSubjectId } from "../../protocol/batch.ts";
import { compareBytes, equalBytes } from "../../protocol/bytes.ts";
import type { Entry } from "../../protocol/entry.ts";
import { makeEntry } from "../../protocol/entry.ts";
import type { ArgsOf, KindName } from "../../protocol/kinds/all.ts";
import { kinds } from "../../protocol/kinds/all.ts";
import type { Share } from "../../protocol/kinds/kind.ts";
import { primitives } from "./primitives.ts";

export { anyArgs, anyBatch, anyBytes, anyEntry, anyHeader };

const anyBytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const u16 = fc.nat(0xffff);
const u40 = fc.bigInt(0n, (1n << 40n) - 1n);
const u64 = fc.bigInt(0n, (1n << 64n) - 1n);
const id = anyBytes(32);
const amount = fc.bigInt(1n, 1_000_000n);
const share: fc.Arbitrary<Share> = fc.record({ id, amount });
const shares = (most: number) => fc.array(share, { minLength: 1, maxLength: most });
const inputs = shares(5).map((list) =>
  list
    .sort((one, other) => compareBytes(one.id, other.id))
    .filter((one, n) => !equalBytes(one.id, list[n - 1]?.id ?? new Uint8Array())),
);
const ids = fc
  .uniqueArray(id, { minLength: 1, maxLength: 5, comparator: equalBytes })
  .map((list) => list.sort(compareBytes));
const none = fc.constant(new Uint8Array(32));
/** An id, or none. */
const maybe = fc.oneof(none, id);
const organisation = fc.nat(0xffffff);
const seq = fc.nat(0xffff_ffff);
const unitAndVolume = fc.oneof(
  fc.constant({ unit: 0, volume: 0n }),
  fc.record({ unit: fc.integer({ min: 1, max: 4 }), volume: amount }),
);
/** Gaps and lengths laid one after the other, so that no two ranges overlap. */
const ranges = fc
  .array(fc.record({ gap: fc.bigInt(0n, 1000n), number: fc.bigInt(1n, 300n) }), { minLength: 1, maxLength: 32 })
  .map((list) => {
    let end = 0n;
    return list.map(({ gap, number }) => {
      const first = end + gap;
      end = first + number;
      return { first, number };
    });
  });
const difference = fc.oneof(fc.constant(0n), fc.bigInt(-(1n << 40n) + 1n, (1n << 40n) - 1n));

const anyArgs: { readonly [Name in KindName]: fc.Arbitrary<ArgsOf<Name>> } = {
  ENROL: fc.record({ manager: fc.boolean(), x: id, y: id }),
  EXPEL: fc.record({ recorder: anyBytes(20) }),
  PRODUCT: fc.record({ index: u16, unit: fc.integer({ min: 1, max: 4 }), net: u40, loss: fc.nat(1000) }),
  MEMBER: fc.record({ index: u16, number: u40 }),
  PLOT: fc.record({ index: u16, level: fc.nat(3), area: amount }),
  ORIGIN: fc.record({ index: u16, product: id, amount }),
  PLANT: fc.record({ index: u16, plot: id, product: id, area: amount, cap: u40 }),
  SITE: fc.record({ index: u16, level: fc.nat(3), number: fc.bigInt(0n, 999_999_999_999n) }),
  GROW: fc.constant({}),
  SENSE: fc.constant({}),
  NOTE: fc.constant({}),
  TEST: fc.constant({}),
  INSPECT: fc.constant({}),
  ATTEST: fc.constant({}),
  DISPUTE: fc.record({ seq, entry: u16, named: id }),
  ANSWER: fc.record({ seq }),
  HARVEST: fc.record({ index: u16, inputs }),
  TRANSFORM: fc
    .record({ index: fc.nat(0xfff0), step: fc.integer({ min: 1, max: 4 }), inputs, outputs: shares(4) })
    .map((args) => ({ ...args, inputs: args.inputs.map(({ id, amount }) => ({ id, amount: amount + 4_000_000n })) })),
  DISCARD: fc.record({ reason: fc.integer({ min: 1, max: 5 }), amount, plot: maybe }),
  SHIP: fc.record({ index: u16, lot: id, packed: fc.boolean(), amount, to: organisation, carrier: organisation }),
  RECEIVE: fc.record({ amount: u40 }),
  REFUSE: fc.record({ lot: id }),
  WITHDRAW: fc.record({ lot: id }),
  APPLY: fc
    .record({ index: u16, certifier: organisation, scopes: ids, what: unitAndVolume })
    .map(({ what, ...args }) => ({ ...args, ...what })),
  CERTIFY: fc
    .record({
      ...{ index: u16, application: maybe, beneficiary: organisation, fromS: fc.nat() },
      ...{ lastsS: fc.integer({ min: 1 }), scopes: ids, what: unitAndVolume },
    })
    .map(({ lastsS, what, ...args }) => ({ ...args, ...what, untilS: args.fromS + lastsS })),
  SUSPEND: fc.constant({}),
  LIFT: fc.constant({}),
  REVOKE: fc.constant({}),
  PROMISE: fc.record({ amount }),
  LABEL: fc.record({ index: u16, lot: id, certificate: maybe, count: amount, root: id }),
  VOID: fc.record({ reason: fc.integer({ min: 1, max: 4 }), lot: id, certificate: maybe, ranges }),
  RECALL: fc
    .record({ capacity: fc.integer({ min: 1, max: 3 }), drill: fc.boolean(), certificate: id })
    .map((args) => (args.capacity === 3 ? args : { ...args, certificate: new Uint8Array(32) })),
  RELEASE: fc.record({ capacity: fc.integer({ min: 1, max: 3 }) }),
  ACKNOWLEDGE: fc.record({ recalled: maybe, seq }),
  CORRECT: fc
    .record({
      seq,
      entry: u16,
      reason: fc.integer({ min: 1, max: 4 }),
      own: difference,
      others: difference,
      other: id,
    })
    .map((args) => (args.others === 0n ? { ...args, other: new Uint8Array(32) } : args)),
};

const names = Object.keys(kinds) as KindName[];

const entryOf = (name: KindName): fc.Arbitrary<Entry> =>
  fc
    .record({ occurredAtS: fc.nat(0xffff_ffff), content: id, args: anyArgs[name] as fc.Arbitrary<ArgsOf<KindName>> })
    .map((said) => makeEntry(name, said));

const anyEntry: fc.Arbitrary<Entry> = fc.constantFrom(...names).chain(entryOf);

const anyHeader: fc.Arbitrary<Header> = fc.record({
  version: fc.constant(1),
  chainId: u64,
  ledger: anyBytes(20),
  recorder: anyBytes(20),
  nonce: u64,
  seen: id,
});

const following = fc.constantFrom<KindName>("GROW", "NOTE", "EXPEL", "ENROL").chain(entryOf);
const anyGroup: fc.Arbitrary<Group> = fc
  .record({ subject: id, first: anyEntry, more: fc.array(following, { maxLength: 3 }) })
  .map(({ subject, first, more }) => ({ subject, entries: [first, ...more] }));

/** Of the right form; subjects that groups make have the ids that they must have. The signature is random bytes. */
const anyBatch: fc.Arbitrary<Promise<Batch>> = fc
  .record({ header: anyHeader, groups: fc.array(anyGroup, { minLength: 1, maxLength: 5 }), signature: anyBytes(64) })
  .map(async ({ header, groups, signature }) => {
    // Indexes eight apart: no two groups of one batch make the same subject.
    const placed = groups.map(async ({ subject, entries }, n): Promise<Group> => {
      const [first, ...more] = entries;
      if (first === undefined || !Object.values(kinds).some(({ number, making }) => making && number === first.kind)) {
        return { subject, entries };
      }
      const args = Uint8Array.from(first.args);
      args.set([0, 8 * n]);
      return {
        subject: await newSubjectId(primitives, header.recorder, header.nonce, 8 * n),
        entries: [{ ...first, args }, ...more],
      };
    });
    return { header, groups: await Promise.all(placed), signature };
  });
