/**
 * Organisations that write at random, on a real ledger: acts of every kind that keeps books, right ones and wrong ones, each in a
 * batch of its own; among them some that mean harm, with bytes that no form writes, numbers used again, and batches sent twice. Which of them count is the ledger's to say. Nothing here adds up amounts: whoever compares sums has them from
 * elsewhere. A seed gives the same acts again, but for the keys.
 */
import { encodeGroup, HEADER_BYTES, newSubjectId, signedBytes, VERSION } from "../../protocol/batch.ts";
import { bytesOf, compareBytes, concat, type Hex, hexOf, utf8 } from "../../protocol/bytes.ts";
import { makeEntry } from "../../protocol/entry.ts";
import { type ArgsOf, kindByName, type KindName } from "../../protocol/kinds/all.ts";
import { leafHash } from "../../protocol/merkle.ts";
import { makeKey } from "./recorder.ts";
import type { Signer } from "../../protocol/sign.ts";
import { type Farm, primitives } from "./ledger.ts";

export type { Outcomes, Party };
export { Acts };

const NOTHING = new Uint8Array(32);
const GAS_EACH = 1_000_000n;
const TRANSACTION_GAS = 16_777_216n;
/** Of the largest acts, so many fit into one transaction. */
const ACTS_AT_ONCE = 40;
/** Until when the certificates here are in force, long after the test's blocks. */
const LONG_S = 4_000_000_000;

interface Party {
  readonly organisation: number;
  readonly signer: Signer;
  nonce: bigint;
}

interface Outcomes {
  readonly accepted: number;
  /** By the ledger's reason. */
  readonly refused: ReadonlyMap<string, number>;
  /** Accepted, by kind. */
  readonly kinds: ReadonlyMap<KindName, number>;
  /** Refused, by kind. */
  readonly refusedKinds: ReadonlyMap<KindName, number>;
}

/** One that is known to be there. */
interface Known {
  readonly id: Uint8Array;
  readonly sort: KindName;
  holder: number;
  readonly product?: Uint8Array;
  /** Plot of a planting, lot of a consignment or a run. */
  readonly source?: Uint8Array;
  /** Inputs of the entry that made it. */
  readonly inputs?: readonly Uint8Array[];
  readonly certificate?: Uint8Array;
  readonly to?: number;
}

type Write = { [Name in KindName]: { readonly kind: Name; readonly args: ArgsOf<Name> } }[KindName];

interface Act {
  readonly party: Party;
  readonly write: Write;
  /** Null: it makes its own subject. */
  readonly subject: Uint8Array | null;
  readonly makes: Omit<Known, "id" | "sort" | "holder"> | null;
}

interface Signed {
  readonly act: Act;
  readonly bytes: Uint8Array;
  readonly hash: Hex;
  /** Digest of all bytes: by it the ledger names what it rejects. */
  readonly sent: Hex;
  readonly id: Uint8Array;
  readonly isAgain: boolean;
}

class Acts {
  readonly parties: Party[] = [];
  readonly known: Known[] = [];
  readonly #farm: Farm;
  #seed: number;
  #accepted = 0;
  readonly #refused = new Map<string, number>();
  readonly #kinds = new Map<KindName, number>();
  readonly #refusedKinds = new Map<KindName, number>();
  /** Of plantings, as they were planted. */
  readonly #areas = new Map<Hex, bigint>();
  readonly #recalled: { readonly party: Party; readonly subject: Uint8Array; readonly capacity: number }[] = [];

  constructor(farm: Farm, seed: number) {
    this.#farm = farm;
    this.#seed = seed;
  }

  get outcomes(): Outcomes {
    const refusedKinds = this.#refusedKinds;
    return { accepted: this.#accepted, refused: this.#refused, kinds: this.#kinds, refusedKinds };
  }

  async admit(roles: number): Promise<void> {
    const signer = await makeKey();
    this.parties.push({ organisation: await this.#farm.admit(roles, signer), signer, nonce: 0n });
  }

  /** A key that no organisation has. */
  async meetStranger(): Promise<void> {
    this.parties.push({ organisation: 0, signer: await makeKey(), nonce: 0n });
  }

  /** So many acts, as many as fit into a transaction at a time. */
  async perform(count: number): Promise<void> {
    for (let left = count; left > 0; left -= ACTS_AT_ONCE) {
      const acts = Array.from({ length: Math.min(ACTS_AT_ONCE, left) }, () => this.#choose());
      await this.#send(acts);
    }
  }

  async #send(acts: readonly Act[]): Promise<void> {
    const { chain, ledger, relay } = this.#farm;
    const seen = bytesOf((await chain.latest()).hash);
    const signed: Signed[] = [];
    for (const act of acts) {
      const one = await this.#sign(act, seen);
      signed.push(one);
      // The very same once more: it must count for nothing.
      if (this.#below(60) === 0) signed.push({ ...one, isAgain: true });
    }
    for (let at = 0; at < signed.length;) {
      // A call's guard wants a batch's whole gas for the last one, too.
      const some = signed.slice(at, at + ACTS_AT_ONCE);
      const data = ledger.submitCall(
        some.map(({ bytes }) => bytes),
        GAS_EACH,
      );
      const [receipt] = await relay.send([{ to: ledger.address, data, gas: TRANSACTION_GAS }]);
      const { accepted, rejected } = ledger.outcomes(receipt?.logs ?? []);
      const hashes = new Set(accepted.map(({ batch }) => batch));
      for (const one of some) if (hashes.has(one.hash) && !one.isAgain) this.#learn(one.act, one.id);
      for (const { reason, sent } of rejected) {
        add(this.#refused, reason.name);
        const kind = some.find((one) => one.sent === sent)?.act.write.kind;
        if (kind !== undefined) add(this.#refusedKinds, kind);
      }
      if (accepted.length + rejected.length !== some.length) throw new Error("a batch without an outcome");
      at += some.length;
    }
  }

  /** By the bytes and not by the codec, which would refuse what is bent. */
  async #sign(act: Act, seen: Uint8Array): Promise<Signed> {
    const { chain, ledger } = this.#farm;
    const { party, write } = act;
    const made = (number: bigint) => newSubjectId(primitives, party.signer.recorder, number, 0);
    // Now and then under a number that was used before; but what was made under it cannot go into itself.
    const used = party.nonce > 0n && this.#below(50) === 0 ? party.nonce - 1n : null;
    const named = kindByName(write.kind)
      .touches(write.args as never)
      .map(({ id: other }) => hexOf(other));
    const nonce = used === null || named.includes(hexOf(await made(used))) ? party.nonce++ : used;
    const own = await made(nonce);
    const id = act.subject ?? own;
    const said = { occurredAtS: 1_767_225_600, content: contentOf(write.kind), args: write.args };
    const group = encodeGroup({ subject: id, entries: [makeEntry(write.kind, said)] });
    // The args are the last of it.
    const { length } = kindByName(write.kind).encodeArgs(write.args as never);
    if (length > 0 && this.#below(25) === 0) this.#bend(group.subarray(group.length - length));
    const header = { version: VERSION, chainId: chain.chainId, ledger: bytesOf(ledger.address), nonce, seen };
    const root = await leafHash(primitives, group);
    const signing = signedBytes({ ...header, recorder: party.signer.recorder }, root);
    const bytes = concat(signing.subarray(0, HEADER_BYTES), group, await party.signer.sign(signing));
    const [hash, sent] = [await primitives.sha256(signing), await primitives.sha256(bytes)];
    return { act, bytes, id, hash: hexOf(hash), sent: hexOf(sent), isAgain: false };
  }

  /** One bit of it becomes another: an amount of thousands of tonnes, an id of nothing, a number of inputs that are not there. */
  #bend(args: Uint8Array): void {
    const place = this.#below(args.length);
    args[place] = (args[place] ?? 0) ^ (1 << this.#below(8));
  }

  #learn({ party, write, makes }: Act, id: Uint8Array): void {
    this.#accepted++;
    add(this.#kinds, write.kind);
    if (makes !== null) this.known.push({ id, sort: write.kind, holder: party.organisation, ...makes });
    if (write.kind === "PLANT") this.#areas.set(hexOf(id), write.args.area);
    if (write.kind === "RECALL" && !write.args.drill)
      this.#recalled.push({ party, subject: id, capacity: write.args.capacity });
    if (write.kind !== "RECEIVE") return;
    const consignment = this.known.find((one) => compareBytes(one.id, id) === 0);
    if (consignment !== undefined) consignment.holder = party.organisation;
  }

  /** 0 … below − 1 (mulberry32). */
  #below(below: number): number {
    this.#seed = (this.#seed + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#seed ^ (this.#seed >>> 15), 1 | this.#seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  }

  #pick<T>(list: readonly T[]): T | undefined {
    return list[this.#below(list.length)];
  }

  #amount(most = 3_000): bigint {
    return BigInt(1 + this.#below(most));
  }

  /** Mostly one of the newest of these sorts: old ones are used up. */
  #of(sorts: readonly KindName[], holder?: number): Known | undefined {
    const all = this.known.filter((one) => sorts.includes(one.sort) && (holder === undefined || one.holder === holder));
    return this.#pick(this.#below(4) === 0 ? all : all.slice(-12));
  }

  #party(number?: number): Party {
    const own = this.parties.find(({ organisation }) => organisation === number);
    // Now and then somebody else writes what is not his to write.
    const party = own !== undefined && this.#below(12) > 0 ? own : this.#pick(this.parties);
    if (party === undefined) throw new Error("nobody is admitted");
    return party;
  }

  #choose(): Act {
    for (;;) {
      const act = this.#draw();
      if (act !== null) return act;
    }
  }

  #draw(): Act | null {
    const choices: readonly [number, () => Act | null][] = [
      [this.known.length < 40 ? 60 : 1, () => this.#product()],
      [this.known.length < 40 ? 60 : 3, () => this.#plot()],
      [8, () => this.#plant()],
      [14, () => this.#harvest()],
      [4, () => this.#origin()],
      [14, () => this.#transform()],
      [8, () => this.#discard()],
      [20, () => this.#ship()],
      [16, () => this.#receive()],
      [8, () => this.#giveBack()],
      [8, () => this.#certify()],
      [5, () => this.#fate()],
      [14, () => this.#label()],
      [12, () => this.#void()],
      [6, () => this.#recall()],
      [8, () => this.#release()],
      [4, () => this.#promise()],
      [22, () => this.#correct()],
    ];
    let place = this.#below(choices.reduce((sum, [weight]) => sum + weight, 0));
    for (const [weight, choice] of choices) {
      if (place < weight) return choice();
      place -= weight;
    }
    return null;
  }

  #product(): Act {
    const unit = this.#below(40) === 0 ? 4 : 1;
    const net = this.#below(3) === 0 ? 0n : BigInt(10 * (1 + this.#below(5)));
    return this.#make(this.#party(), "PRODUCT", { index: 0, unit, net, loss: this.#below(1_000) }, {});
  }

  #plot(): Act {
    return this.#make(this.#party(), "PLOT", { index: 0, level: this.#below(4), area: this.#amount(9_000_000) }, {});
  }

  #plant(): Act | null {
    const plot = this.#of(["PLOT"]);
    const product = this.#of(["PRODUCT"]);
    if (plot === undefined || product === undefined) return null;
    const args = { index: 0, plot: plot.id, product: product.id, area: this.#amount(4_000_000), cap: 9_000_000n };
    return this.#make(this.#party(plot.holder), "PLANT", args, { product: product.id, source: plot.id });
  }

  #harvest(): Act | null {
    const planting = this.#of(["PLANT"]);
    if (planting === undefined) return null;
    const others = this.known.filter(
      ({ sort, holder, product }) =>
        sort === "PLANT" &&
        holder === planting.holder &&
        hexOf(product ?? NOTHING) === hexOf(planting.product ?? NOTHING),
    );
    const inputs = this.#shares([planting, ...others.slice(0, this.#below(3))], 200_000);
    const makes = { product: planting.product ?? NOTHING, inputs: inputs.map(({ id }) => id) };
    return this.#make(this.#party(planting.holder), "HARVEST", { index: 0, inputs }, makes);
  }

  #origin(): Act | null {
    const product = this.#of(["PRODUCT"]);
    if (product === undefined) return null;
    const args = { index: 0, product: product.id, amount: this.#amount(200_000) };
    return this.#make(this.#party(), "ORIGIN", args, { product: product.id });
  }

  #transform(): Act | null {
    const lot = this.#of(LOTS);
    const products = this.known.filter(({ sort }) => sort === "PRODUCT");
    if (lot === undefined || products.length === 0) return null;
    const others = Array.from({ length: this.#below(3) }, () => this.#of(LOTS, lot.holder) ?? lot);
    const inputs = this.#shares([lot, ...others], 20_000);
    const most = Number(inputs.reduce((sum, { amount }) => sum + amount, 0n));
    const count = 1 + this.#below(3);
    const outputs = Array.from({ length: count }, () => ({
      id: (this.#pick(products) ?? lot).id,
      amount: this.#amount(Math.max(1, Math.floor(most / count) - (this.#below(20) === 0 ? -most : 0))),
    }));
    const args = { index: 0, step: 1 + this.#below(4), inputs, outputs };
    const given = outputs.reduce((sum, { amount }) => sum + amount, 0n);
    // What no codec would write is not sent: here the ledger's own refusals are looked for.
    if (given > BigInt(most)) return null;
    const makes = { product: outputs[0]?.id ?? NOTHING, inputs: inputs.map(({ id }) => id) };
    return this.#make(this.#party(lot.holder), "TRANSFORM", args, makes);
  }

  #discard(): Act | null {
    const subject = this.#of(this.#below(4) === 0 ? ["PLANT"] : LOTS);
    if (subject === undefined) return null;
    const isPlanting = subject.sort === "PLANT";
    // Refused where the area was corrected since.
    const amount = isPlanting ? this.#areaOf(subject) : this.#amount();
    const reason = isPlanting ? 5 : 1 + this.#below(4);
    const args = { reason, amount, plot: isPlanting ? (subject.source ?? NOTHING) : NOTHING };
    return this.#write(this.#party(subject.holder), "DISCARD", args, subject.id);
  }

  #areaOf({ id }: Known): bigint {
    return this.#areas.get(hexOf(id)) ?? this.#amount(4_000_000);
  }

  #ship(): Act | null {
    const lot = this.#of(LOTS);
    const [to, carrier] = [this.#party(), this.#party()];
    if (lot === undefined) return null;
    const packed = this.#below(2) === 0;
    const amount = packed ? BigInt(10 * (1 + this.#below(60))) : this.#amount(20_000);
    const args = {
      ...{ index: 0, lot: lot.id, packed, amount, to: to.organisation },
      carrier: this.#below(2) === 0 ? 0 : carrier.organisation,
    };
    const makes = { ...(lot.product === undefined ? {} : { product: lot.product }), source: lot.id };
    return this.#make(this.#party(lot.holder), "SHIP", args, { ...makes, to: to.organisation });
  }

  #receive(): Act | null {
    const consignment = this.#of(["SHIP"]);
    if (consignment === undefined) return null;
    const amount = this.#below(3) === 0 ? BigInt(10 * this.#below(40)) : this.#amount(20_000);
    return this.#write(this.#party(consignment.to), "RECEIVE", { amount }, consignment.id);
  }

  #giveBack(): Act | null {
    const consignment = this.#of(["SHIP"]);
    if (consignment?.source === undefined) return null;
    const kind = this.#below(2) === 0 ? "REFUSE" : "WITHDRAW";
    const party = this.#party(kind === "REFUSE" ? consignment.to : consignment.holder);
    return this.#write(party, kind, { lot: consignment.source }, consignment.id);
  }

  #certify(): Act | null {
    const product = this.#of(["PRODUCT"]);
    const beneficiary = this.#party();
    if (product === undefined) return null;
    const scopes = [product, this.#of(["PLOT"], this.#below(4) === 0 ? undefined : beneficiary.organisation)]
      .flatMap((one) => (one === undefined ? [] : [one.id]))
      .sort(compareBytes);
    if (this.#below(3) === 0) {
      const certifier = this.#party().organisation;
      return this.#make(beneficiary, "APPLY", { index: 0, certifier, unit: 1, volume: this.#amount(), scopes }, {});
    }
    const application = this.#below(2) === 0 ? this.#of(["APPLY"]) : undefined;
    const args = {
      ...{ index: 0, application: application?.id ?? NOTHING, fromS: 1, untilS: LONG_S, unit: 1 },
      ...{ beneficiary: application?.holder ?? beneficiary.organisation, volume: this.#amount(40_000), scopes },
    };
    return this.#make(this.#party(), "CERTIFY", args, { to: args.beneficiary });
  }

  #fate(): Act | null {
    const certificate = this.#of(["CERTIFY"]);
    if (certificate === undefined) return null;
    const kind = this.#pick(["SUSPEND", "SUSPEND", "LIFT", "LIFT", "REVOKE"] as const) ?? "LIFT";
    return this.#write(this.#party(certificate.holder), kind, {}, certificate.id);
  }

  #label(): Act | null {
    const lot = this.#of(LOTS);
    if (lot === undefined) return null;
    const mine = this.known.filter(({ sort, to }) => sort === "CERTIFY" && to === lot.holder);
    const claimed = this.#below(2) === 0 ? this.#pick(mine) : undefined;
    const certificate = claimed?.id ?? NOTHING;
    const args = { index: 0, lot: lot.id, certificate, count: this.#amount(60), root: contentOf("LABEL") };
    return this.#make(this.#party(lot.holder), "LABEL", args, { source: lot.id, certificate });
  }

  #void(): Act | null {
    const run = this.#of(["LABEL"]);
    if (run?.source === undefined) return null;
    const first = this.#below(50);
    const ranges = [
      { first: BigInt(first), number: this.#amount(6) },
      ...(this.#below(3) === 0 ? [{ first: BigInt(first + 7), number: this.#amount(3) }] : []),
    ];
    const args = { reason: 1 + this.#below(4), lot: run.source, certificate: run.certificate ?? NOTHING, ranges };
    return this.#write(this.#party(run.holder), "VOID", args, run.id);
  }

  #recall(): Act | null {
    const subject = this.#of([...LOTS, "PLANT", "PLOT", "LABEL"]);
    if (subject === undefined) return null;
    const capacity = 1 + this.#below(3);
    const certificate = capacity === 3 ? (this.#of(["CERTIFY"])?.id ?? contentOf("none")) : NOTHING;
    const args = { capacity, drill: this.#below(3) === 0, certificate };
    return this.#write(this.#party(capacity === 1 ? subject.holder : undefined), "RECALL", args, subject.id);
  }

  #release(): Act | null {
    const one = this.#pick(this.#recalled.slice(-40));
    if (one === undefined) return null;
    return this.#write(one.party, "RELEASE", { capacity: one.capacity }, one.subject);
  }

  #promise(): Act | null {
    const lot = this.#of(LOTS);
    return lot === undefined
      ? null
      : this.#write(this.#party(lot.holder), "PROMISE", { amount: this.#amount() }, lot.id);
  }

  #correct(): Act | null {
    const subject = this.#of([...LOTS, "PLANT", "PLOT"]);
    if (subject === undefined) return null;
    const difference = () => BigInt(this.#below(2_001) - 1_000);
    const isMaking = this.#below(3) > 0;
    const at = isMaking ? { seq: 1, entry: 0 } : { seq: 1 + this.#below(3), entry: this.#below(2) };
    const input = this.#pick([...(subject.inputs ?? []), ...(subject.source === undefined ? [] : [subject.source])]);
    const isAlone = input === undefined || this.#below(3) === 0;
    const own = difference();
    const others = subject.sort === "PLANT" || subject.sort === "SHIP" ? own : difference();
    const other = isAlone || others === 0n ? { other: NOTHING, others: 0n } : { other: input, others };
    return this.#write(this.#party(subject.holder), "CORRECT", { ...at, reason: 4, own, ...other }, subject.id);
  }

  /** Each once, ascending by id. */
  #shares(from: readonly Known[], most: number) {
    const ids = new Map(from.map(({ id }) => [hexOf(id), id]));
    return [...ids.values()].sort(compareBytes).map((id) => ({ id, amount: this.#amount(most) }));
  }

  #make<Name extends KindName>(party: Party, kind: Name, args: ArgsOf<Name>, makes: Act["makes"]): Act {
    return { party, write: { kind, args } as unknown as Write, subject: null, makes };
  }

  #write<Name extends KindName>(party: Party, kind: Name, args: ArgsOf<Name>, subject: Uint8Array): Act {
    return { party, write: { kind, args } as unknown as Write, subject, makes: null };
  }
}

function add<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** Sorts of lots. */
const LOTS: readonly KindName[] = ["ORIGIN", "HARVEST", "TRANSFORM", "SHIP"];

/** Content that stands for a document nobody fetches. */
function contentOf(name: string): Uint8Array {
  const content = new Uint8Array(32);
  content.set(utf8(name));
  return content;
}
