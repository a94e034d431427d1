/**
 * Organisations that grow, pack, ship, certify and recall, over HTTP: each with one phone, documents by `protocol`, and what the server
 * told of each batch. What a phone's form would refuse can be sent all the same (`sign` and `send`). Everything in it is example data.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { unitNumber } from "../../protocol/amount.ts";
import { compareBytes, type Hex, hexOf, utf8 } from "../../protocol/bytes.ts";
import { correctDocument } from "../../protocol/document/correction.ts";
import { credentialDocument } from "../../protocol/document/credential.ts";
import { harvestEvent, labelEvent, noteEvent, plantEvent, transformEvent } from "../../protocol/document/epcis.ts";
import { receiveEvent, refuseEvent, shipEvent } from "../../protocol/document/handover.ts";
import { plotMaster, productMaster } from "../../protocol/document/master.ts";
import { recallEvent } from "../../protocol/document/recall.ts";
import type { JsonObject, LotName } from "../../protocol/document/terms.ts";
import { testEvent } from "../../protocol/document/third.ts";
import { CAPACITIES } from "../../protocol/kinds/status.ts";
import { STEPS } from "../../protocol/kinds/transform.ts";
import { codePath, makeSerial, serialLeaves } from "../../protocol/label.ts";
import { treeRoot } from "../../protocol/merkle.ts";
import { Draft } from "../../scripts/example/phone.ts";
import { primitives } from "./primitives.ts";
import type { Recorder, Signed } from "./recorder.ts";
import type { TestServer } from "./server.ts";

export type { Goods, Planting, Product, Refusal, Run, Subject, Work, Written };
export { kg, Trader };

interface Subject {
  readonly id: Uint8Array;
  readonly subject: Hex;
}

interface Product extends Subject {
  readonly gtin: string | null;
  readonly net: bigint;
  readonly uom: "KGM" | "LTR";
}

interface Planting extends Subject {
  readonly name: LotName;
  readonly product: Product;
}

/** A lot, or a consignment. */
interface Goods extends Subject {
  readonly name: LotName;
  readonly product: Product;
  readonly amount: bigint;
  /** Of what made it. */
  readonly document: JsonObject;
}

interface Certificate extends Subject {
  /** As it stands on its paper. */
  readonly number: string;
}

/** Of a consignment. */
interface Sent {
  readonly sender: Trader;
  readonly taken: Subject;
}

interface Run extends Subject {
  /** Path of each bag's address. */
  readonly codes: readonly string[];
}

/** What is written into one batch. */
type Work<Made> = (draft: Draft) => Promise<Made>;

interface Written<Made> extends Signed {
  readonly made: Made;
}

/** As the API tells it: the members of a problem. */
interface Refusal {
  /** The answer that told it: of the submission, or of the batch's state (200). */
  readonly status: number;
  /** Of the batch; null where it was not even taken. */
  readonly state: string | null;
  readonly type: string;
  readonly title: string;
  readonly detail: string;
  readonly mend: string;
}

const DAY_S = 86_400;
/** Documents on their way at the same time. */
const AT_ONCE = 8;
const NONE = new Uint8Array(32);
const NAME = { zh: "示例合作社", en: "Example cooperative" };
const TEA = { zh: "示例茶", en: "Example tea" };

/** Kilograms (or litres) as thousandths. */
const kg = (amount: number): bigint => BigInt(Math.round(amount * 1000));

class Trader {
  readonly recorder: Recorder;

  private constructor(recorder: Recorder) {
    this.recorder = recorder;
  }

  static async admit(server: TestServer, ...roles: readonly string[]): Promise<Trader> {
    return new Trader(await server.admitRecorder(roles));
  }

  get organisation(): number {
    return this.recorder.organisation;
  }

  get party() {
    return { subject: hexOf(this.recorder.organisationSubject), name: NAME };
  }

  /** One batch, with its documents and files stored, and not sent. */
  async sign<Made>(work: Work<Made>, nonce = this.recorder.takeNonce()): Promise<Written<Made>> {
    const { recorder } = this;
    const draft = new Draft(recorder.signer.recorder, nonce);
    const made = await work(draft);
    const files = [...draft.files.values()].map(({ cid, bytes, mediaType }) => {
      return { path: `/api/files/${cid}`, bytes, type: mediaType };
    });
    const documents = [...draft.documents].map(([cid, bytes]) => {
      return { path: `/api/documents/${cid}`, bytes, type: "application/json" };
    });
    const all = [...files, ...documents];
    for (let at = 0; at < all.length; at += AT_ONCE) {
      const some = all.slice(at, at + AT_ONCE);
      for (const answer of await Promise.all(
        some.map(({ path, bytes, type }) => recorder.request("PUT", path, bytes, type)),
      ))
        must(answer);
    }
    const { body } = must(await recorder.request("GET", "/api/head"));
    const seen = (body as { readonly block: { readonly hash: Hex } }).block.hash;
    return { ...(await recorder.sign(draft.groups, { nonce, seen })), made };
  }

  /** What became of it: null, it is final. */
  async send(signed: Signed): Promise<Refusal | null> {
    const { recorder } = this;
    const { status, body } = await recorder.send(signed);
    if (status !== 202) return { ...(body as unknown as Refusal), status, state: null };
    const { state, reason } = await recorder.settled(signed.hash);
    return state === "final" ? null : { ...(reason as Refusal), status: 200, state: String(state) };
  }

  async record<Made>(work: Work<Made>): Promise<Made> {
    const written = await this.sign(work);
    const refusal = await this.send(written);
    if (refusal !== null) throw new Error(`not taken: ${refusal.type}: ${refusal.detail}`);
    return written.made;
  }

  /** What the phone is told when it tries. */
  async refused(work: Work<unknown>): Promise<Refusal> {
    const refusal = await this.send(await this.sign(work));
    if (refusal === null) throw new Error("it was taken");
    return refusal;
  }

  product({ gtin = null, net = 0n, uom = "KGM" }: Partial<Omit<Product, keyof Subject>> = {}): Work<Product> {
    return async (draft) => {
      const { index, id, hex } = await draft.newSubject();
      const { subject, occurredAtS } = this.#about(hex);
      const document = productMaster({
        ...{ subject, createdAtS: occurredAtS, name: TEA, gtin, uom, net, loss: 0, example: true },
      });
      await draft.write("PRODUCT", {
        ...{ subject: id, occurredAtS, document },
        args: { index, unit: unitNumber(uom), net, loss: 0 },
      });
      return { id, subject: hex, gtin, net, uom };
    };
  }

  /** A plot, planted whole. @param area thousandths of m². @param cap thousandths of a kilogram a hectare */
  planting(product: Product, { area, cap }: { readonly area: bigint; readonly cap: bigint }) {
    return async (draft: Draft): Promise<{ readonly plot: Subject; readonly planting: Planting }> => {
      const plot = await draft.newSubject();
      const code = `F-${plot.hex.slice(2, 8)}`;
      const { occurredAtS } = this.#about(plot.hex);
      await draft.write("PLOT", {
        ...{ subject: plot.id, occurredAtS, args: { index: plot.index, level: 0, area } },
        document: plotMaster({
          ...{ subject: plot.hex, createdAtS: occurredAtS, code, name: { zh: "示例地", en: "Example plot" } },
          ...{ level: "field", area, example: true },
        }),
      });
      const { index, id, hex } = await draft.newSubject();
      const name = { gtin: null, lotNumber: `${code}-season` };
      await draft.write("PLANT", {
        ...{ subject: id, occurredAtS },
        document: plantEvent({
          ...{ ...this.#about(hex), planting: name, area, cap, product: refOf(product) },
          plot: { subject: plot.hex, code },
        }),
        args: { index, plot: plot.id, product: product.id, area, cap },
      });
      return { plot: { id: plot.id, subject: plot.hex }, planting: { id, subject: hex, name, product } };
    };
  }

  harvest({ id: input, subject, name, product }: Planting, amount: bigint): Work<Goods> {
    return async (draft) => {
      const { index, id, hex } = await draft.newSubject();
      const lot = lotName(product);
      const said = this.#about(hex);
      const document = harvestEvent({
        ...{ ...said, lot, product: refOf(product), uom: product.uom, inputs: [{ subject, lot: name, amount }] },
      });
      await draft.write("HARVEST", {
        ...{ subject: id, occurredAtS: said.occurredAtS, document },
        args: { index, inputs: [{ id: input, amount }] },
      });
      return { id, subject: hex, name: lot, product, amount, document };
    };
  }

  /** What came out first. */
  transform(...[step, inputs, ...outputs]: Parameters<Trader["transformed"]>): Work<Goods> {
    return async (draft) => {
      const [first] = await this.transformed(step, inputs, ...outputs)(draft);
      if (first === undefined) throw new Error("nothing comes out");
      return first;
    };
  }

  /** All that came out, the first first. */
  transformed(
    step: keyof typeof STEPS,
    inputs: readonly (readonly [Goods, bigint])[],
    ...outputs: readonly (readonly [Product, bigint])[]
  ): Work<readonly Goods[]> {
    return async (draft) => {
      const sorted = inputs.toSorted(([one], [other]) => compareBytes(one.id, other.id));
      const made: Goods[] = [];
      let first = 0;
      for (const [product, amount] of outputs) {
        const { index, id, hex } = await draft.newSubject();
        if (made.length === 0) first = index;
        made.push({ id, subject: hex, name: lotName(product), product, amount, document: {} });
      }
      const [lot] = made;
      const uom = inputs[0]?.[0].product.uom ?? "KGM";
      if (lot === undefined) throw new Error("nothing comes out");
      const said = this.#about(lot.subject);
      const document = transformEvent({
        ...{ ...said, step, uom },
        inputs: sorted.map(([{ subject, name }, amount]) => ({ subject, lot: name, amount })),
        outputs: made.map(({ subject, name, amount, product }) => {
          return { subject, lot: name, amount, product: refOf(product) };
        }),
      });
      await draft.write("TRANSFORM", {
        ...{ subject: lot.id, occurredAtS: said.occurredAtS, document },
        args: {
          ...{ index: first, step: STEPS[step], inputs: sorted.map(([{ id }, amount]) => ({ id, amount })) },
          outputs: made.map(({ product, amount }) => ({ id: product.id, amount })),
        },
      });
      return made.map((one) => ({ ...one, document }));
    };
  }

  label({ id: lot, subject, name, product }: Goods, count: number, certificate: Subject | null = null): Work<Run> {
    return async (draft) => {
      const { index, id, hex } = await draft.newSubject();
      const serials = Array.from({ length: count }, () => makeSerial(randomBytes(13)));
      const leaves = await serialLeaves(primitives, serials);
      const root = await treeRoot(primitives, leaves);
      const text = leaves.map((leaf) => `${hexOf(leaf)}\n`).join("");
      const list = await draft.attach(utf8(text), { mediaType: "text/csv", name: "label-leaves.csv" });
      const said = this.#about(hex);
      await draft.write("LABEL", {
        ...{ subject: id, occurredAtS: said.occurredAtS },
        document: labelEvent({
          ...{ ...said, lot: name, lotSubject: subject, count, net: product.net, uom: product.uom, leaves: list },
          ...{ root: hexOf(root), ...(certificate === null ? {} : { certificate: certificate.subject }) },
        }),
        args: { index, lot, certificate: certificate?.id ?? NONE, count: BigInt(count), root },
      });
      return { id, subject: hex, codes: serials.map((serial) => codePath({ ...name, serial })) };
    };
  }

  /** Loose goods, offered to another. */
  ship({ id: lot, subject, name, product }: Goods, amount: bigint, to: Trader): Work<Goods> {
    return async (draft) => {
      const { index, id, hex } = await draft.newSubject();
      const said = this.#about(hex);
      const document = shipEvent({
        ...{ ...said, lot: name, taken: subject, product: refOf(product), uom: product.uom, packed: false, amount },
        ...{ sender: this.party, receiver: to.party },
      });
      await draft.write("SHIP", {
        ...{ subject: id, occurredAtS: said.occurredAtS, document },
        args: { index, lot, packed: false, amount, to: to.organisation, carrier: 0 },
      });
      return { id, subject: hex, name, product, amount, document };
    };
  }

  /** @param sender who shipped it, out of `taken` */
  receive({ id, ...goods }: Goods, found: bigint, { sender, taken }: Sent): Work<void> {
    return async (draft) => {
      const form = { ...this.#consignment(goods, sender, taken), amount: found, offered: goods.amount };
      const { occurredAtS } = form;
      await draft.write("RECEIVE", {
        ...{ subject: id, occurredAtS, document: receiveEvent(form), args: { amount: found } },
      });
    };
  }

  refuse({ id, ...goods }: Goods, { sender, taken }: Sent): Work<void> {
    return async (draft) => {
      const form = { ...this.#consignment(goods, sender, taken), reason: { zh: "示例：受潮", en: "Example: damp" } };
      const { occurredAtS } = form;
      await draft.write("REFUSE", {
        ...{ subject: id, occurredAtS, document: refuseEvent(form), args: { lot: taken.id } },
      });
    };
  }

  /** For another, from yesterday on, over one product. */
  certify(beneficiary: Trader, product: Product, volume: bigint): Work<Certificate> {
    return async (draft) => {
      const { index, id, hex } = await draft.newSubject();
      const { occurredAtS } = this.#about(hex);
      const number = `EXAMPLE-${hex.slice(2, 8)}`;
      const [fromS, untilS] = [occurredAtS - DAY_S, occurredAtS + 300 * DAY_S];
      const thing = { id: "https://example.org/scheme", name: TEA };
      await draft.write("CERTIFY", {
        ...{ subject: id, occurredAtS },
        document: credentialDocument({
          ...{ subject: hex, number, name: TEA, issuer: this.party, beneficiary: beneficiary.party },
          ...{ scheme: thing, criteria: [thing], assessedAtS: fromS, fromS, untilS, plots: [], example: true },
          products: [{ subject: product.subject, gtin: product.gtin, name: TEA }],
          volume: { amount: volume, uom: product.uom },
        }),
        args: {
          ...{ index, application: NONE, beneficiary: beneficiary.organisation, fromS, untilS },
          ...{ unit: unitNumber(product.uom), volume, scopes: [product.id] },
        },
      });
      return { id, subject: hex, number };
    };
  }

  recall({ id, subject }: Subject, capacity: keyof typeof CAPACITIES = "holder"): Work<void> {
    return async (draft) => {
      const said = this.#about(subject);
      await draft.write("RECALL", {
        ...{ subject: id, occurredAtS: said.occurredAtS },
        document: recallEvent({
          ...{ ...said, capacity, drill: false, by: this.party, phone: null },
          reason: { zh: "示例：农药残留超标", en: "Example: residue above the limit" },
          todo: { zh: "示例：退回商店", en: "Example: bring it back to the shop" },
        }),
        args: { capacity: CAPACITIES[capacity], drill: false, certificate: NONE },
      });
    };
  }

  test({ id, subject, name }: Goods): Work<void> {
    return async (draft) => {
      const said = this.#about(subject);
      const limits = { limit: 0.5, limitFrom: TEA, verdict: "pass" } as const;
      const results = [{ parameter: { zh: "示例农药", en: "An example pesticide" }, value: 0.01, unit: "mg/kg" }];
      await draft.write("TEST", {
        ...{ subject: id, occurredAtS: said.occurredAtS, args: {} },
        document: testEvent({
          ...{ ...said, lot: name, sampleNumber: "EXAMPLE-2", sampledAtS: said.occurredAtS - 3600, verdict: "pass" },
          results: results.map((result) => ({ ...result, ...limits })),
        }),
      });
    };
  }

  /** Of what made it: `own` more came out, `more` more went in of `other`. */
  correct({ id, subject, document, product }: Goods, own: bigint, other?: Subject, more = 0n): Work<void> {
    return async (draft) => {
      const { occurredAtS } = this.#about(subject);
      const right = randomUUID();
      await draft.write("CORRECT", {
        ...{ subject: id, occurredAtS },
        document: correctDocument({
          ...{ subject, seq: 1, entry: 0, reason: 1, declaredAtS: occurredAtS, erroneous: document, right: [right] },
          ...{ own, uom: product.uom },
          ...(other === undefined ? {} : { other: { subject: other.subject, difference: more } }),
        }),
        args: { seq: 1, entry: 0, reason: 1, own, other: other?.id ?? NONE, others: more },
      });
    };
  }

  note({ id, subject }: Subject, en: string): Work<void> {
    return async (draft) => {
      const said = this.#about(subject);
      const document = noteEvent({ ...said, notes: { en } });
      await draft.write("NOTE", { subject: id, occurredAtS: said.occurredAtS, args: {}, document });
    };
  }

  #consignment({ subject, name, product }: Omit<Goods, "id">, sender: Trader, taken: Subject) {
    return {
      ...{ ...this.#about(subject), lot: name, taken: taken.subject, product: refOf(product), uom: product.uom },
      ...{ packed: false, sender: sender.party, receiver: this.party },
    };
  }

  #about(subject: Hex) {
    return { subject, eventId: randomUUID(), occurredAtS: this.recorder.nowS, example: true } as const;
  }
}

function refOf({ subject }: Product) {
  return { subject, name: TEA };
}

function lotName({ gtin }: Product): LotName {
  return { gtin, lotNumber: `F${randomBytes(4).toString("hex")}` };
}

function must<A extends { readonly status: number; readonly body: unknown }>(answer: A): A {
  if (answer.status >= 300) throw new Error(`refused with ${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer;
}
