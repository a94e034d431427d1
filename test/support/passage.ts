/**
 * Goods that pass through hands, on a made-up ledger with real signatures: a co-operative's leaf goes by a carrier to a processor, who packs it
 * under a certificate with a volume, and bags of it go to a shop and on to another. Honest throughout; what it lacks is told.
 */
import { organisationId } from "../../protocol/batch.ts";
import { bytesOf, compareBytes, type Hex, hexOf } from "../../protocol/bytes.ts";
import { cidOf } from "../../protocol/cid.ts";
import { applicationDocument } from "../../protocol/document/application.ts";
import { documentBytes, harvestEvent, labelEvent, plantEvent, transformEvent } from "../../protocol/document/epcis.ts";
import { plotMaster, productMaster, siteMaster } from "../../protocol/document/master.ts";
import { promiseDocument, type PromiseForm } from "../../protocol/document/promise.ts";
import type { JsonObject, LotName } from "../../protocol/document/terms.ts";
import type { CodeClaim, History } from "../../protocol/history.ts";
import type { KindName } from "../../protocol/kinds/all.ts";
import { ROLES } from "../../protocol/kinds/kind.ts";
import { makeSerial, serialLeaves } from "../../protocol/label.ts";
import { treePath, treeRoot } from "../../protocol/merkle.ts";
import type { Heads } from "../../protocol/verify/report.ts";
import { type Consigned, formOf, party, received, sensed, shipped } from "./passage-words.ts";
import { certified, entriesOf, grown, tested } from "./third-parties.ts";
import { type Drafted, type Phone, primitives, sha256, World } from "./world.ts";

export { DAY, documentIn, type Hand, HANDS, NET, type Passage, passage, promised };

const DAY = 86_400;
const START_S = Date.parse("2026-03-01T06:00:00+08:00") / 1000;
const GTIN = "09520123456788";
const NET = 250n;
const COUNT = 40;
const NAMES = { zh: "示例", en: "example" };

/** Organisations by what they do. */
const HANDS = { grower: 1, processor: 2, shop: 3, carrier: 4, certifier: 5, laboratory: 6, regulator: 7, stall: 8 };
type Hand = keyof typeof HANDS;
const ROLES_OF: Readonly<Record<Hand, number>> = {
  ...{ grower: ROLES.producer | ROLES.trader, processor: ROLES.processor | ROLES.trader, shop: ROLES.trader },
  ...{ carrier: ROLES.carrier, certifier: ROLES.certifier, laboratory: ROLES.laboratory, regulator: ROLES.regulator },
  stall: ROLES.trader,
};

type Ids = Record<
  | ("leaf" | "bag" | "site" | "plotA" | "plotB" | "plantingA" | "plantingB" | "harvest" | "inbound" | "lot")
  | ("application" | "certificate" | "run" | "toShop" | "toStall"),
  Hex
>;

/** What happens next is written with `write`; `told` is the history of the code in hand as it is by then. */
class Passage {
  readonly world = new World(START_S - DAY);
  readonly ids = {} as Ids;
  readonly phones = {} as Record<Hand, Phone>;
  /** Consignments as their SHIP says. */
  readonly consigned = {} as Record<"inbound" | "toShop" | "toStall", Consigned>;
  claim: CodeClaim | null = null;
  #names = 0;

  name(gtin: string | null = null): LotName {
    return { gtin, lotNumber: gtin === null ? `示例-${this.#names++}` : `26-${this.#names++}` };
  }

  get nextS(): number {
    return this.world.latest.timeS + 600;
  }

  /** One batch of one group. */
  async write(by: Hand, subject: Hex, ...entries: readonly Drafted[]): Promise<Hex> {
    return this.world.submit(this.phones[by], [{ subject, entries }], this.nextS);
  }

  /** A new subject by one batch. */
  async make(by: Hand, draft: (id: Hex, atS: number) => Drafted): Promise<Hex> {
    const id = await this.world.newId(this.phones[by]);
    await this.write(by, id, draft(id, this.nextS));
    return id;
  }

  form(subject: Hex) {
    return formOf(subject, this.nextS);
  }

  /** The run, its lot, all it came from, what went on from there, products, and everybody. */
  subjects(...more: readonly Hex[]): Hex[] {
    const { run, leaf, bag, site, toShop, toStall } = this.ids;
    const story = this.world.ancestors([run]);
    return [...new Set([...story, leaf, bag, site, toShop, toStall, ...more, ...this.everybody])];
  }

  readonly everybody: readonly Hex[] = Object.values(HANDS).map((number) => hexOf(organisationId(number)));

  async told(...more: readonly Hex[]): Promise<{ history: History; heads: Heads }> {
    const history = await this.world.history(this.ids.lot, this.subjects(...more), this.claim);
    return { history, heads: this.world.heads() };
  }
}

/** @param plots named by the certificate beside the product; `volume`: of the certificate */
async function passage(plots: readonly ("plotA" | "plotB")[] = [], volume = 12_000n): Promise<Passage> {
  const it = new Passage();
  for (const hand of Object.keys(HANDS) as Hand[]) {
    it.phones[hand] = await it.world.admit(HANDS[hand], START_S - DAY, ROLES_OF[hand]);
  }
  await grow(it);
  await handOver(it);
  await pack(it, plots, volume);
  await handOn(it);
  return it;
}

async function product(it: Passage, by: Hand, gtin: string | null, net: bigint): Promise<Hex> {
  return it.make(by, (subject, atS) => ({
    kind: "PRODUCT",
    args: { index: 0, unit: 1, net, loss: 0 },
    document: productMaster({ subject, createdAtS: atS, example: true, uom: "KGM", gtin, net, loss: 0, name: NAMES }),
    occurredAtS: atS,
  }));
}

/** Two plots, planted and worked, and one harvest of 60 kg and 40 kg from them. */
async function grow(it: Passage): Promise<void> {
  const { ids } = it;
  ids.leaf = await product(it, "grower", null, 0n);
  for (const [plot, planting, code] of [
    ["plotA", "plantingA", "A"],
    ["plotB", "plantingB", "B"],
  ] as const) {
    ids[plot] = await it.make("grower", (subject, atS) => ({
      kind: "PLOT",
      args: { index: 0, level: 0, area: 1_000_000n },
      document: plotMaster({ subject, createdAtS: atS, example: true, code, level: "field", area: 1_000_000n }),
      occurredAtS: atS,
    }));
    const [area, cap] = [1_000_000n, 900_000n];
    const of = { plot: { subject: ids[plot], code }, product: { subject: ids.leaf, name: NAMES }, area, cap };
    ids[planting] = await it.make("grower", (subject, atS) => ({
      kind: "PLANT",
      args: { index: 0, plot: bytesOf(ids[plot]), product: bytesOf(ids.leaf), area, cap },
      document: plantEvent({ ...formOf(subject, atS), planting: { gtin: null, lotNumber: `示例地 ${code}` }, ...of }),
      occurredAtS: atS,
    }));
    await it.write("grower", ids[planting], grown(it.form(ids[planting])));
  }
  const shares = [
    { subject: ids.plantingA, lot: { gtin: null, lotNumber: "示例地 A" }, amount: 60_000n },
    { subject: ids.plantingB, lot: { gtin: null, lotNumber: "示例地 B" }, amount: 40_000n },
  ].sort((a, b) => compareBytes(bytesOf(a.subject), bytesOf(b.subject)));
  const lot = it.name();
  ids.harvest = await it.make("grower", (subject, atS) => {
    const form = { ...formOf(subject, atS), lot, product: { subject: ids.leaf, name: NAMES }, uom: "KGM" } as const;
    return {
      kind: "HARVEST",
      args: { index: 0, inputs: shares.map(({ subject: id, amount }) => ({ id: bytesOf(id), amount })) },
      document: harvestEvent({ ...form, inputs: shares }),
      occurredAtS: atS,
    };
  });
  await it.write("laboratory", ids.harvest, tested(it.form(ids.harvest)));
  ids.site = await it.make("grower", (subject, atS) => ({
    kind: "SITE",
    args: { index: 0, level: 1, number: 0n },
    document: siteMaster({
      subject,
      createdAtS: atS,
      example: true,
      code: "V-1",
      name: NAMES,
      level: "village",
      number: 0,
    }),
    occurredAtS: atS,
  }));
}

/** 70 kg of the leaf, promised, go loose to the processor, who finds 69.5. */
async function handOver(it: Passage): Promise<void> {
  const { ids } = it;
  await it.write("grower", ids.harvest, promised(it, ids.harvest, 100_000n));
  const site = { subject: ids.site, code: "V-1", name: NAMES };
  const of: Consigned = {
    ...{ lot: it.name(), taken: ids.harvest, packed: false, amount: 70_000n },
    ...{ from: HANDS.grower, to: HANDS.processor, carrier: HANDS.carrier, sites: { from: site, to: site } },
  };
  it.consigned.inbound = of;
  ids.inbound = await it.make("grower", (subject, atS) => shipped(formOf(subject, atS), of));
  await it.write("carrier", ids.inbound, sensed(it.form(ids.inbound), of.lot));
  await it.write("processor", ids.inbound, received(it.form(ids.inbound), of, 69_500n));
}

/** All of it becomes 15 kg in bags, of which 10 kg are labelled under a certificate. */
async function pack(it: Passage, plots: readonly ("plotA" | "plotB")[], of: bigint): Promise<void> {
  const { ids, world } = it;
  ids.bag = await product(it, "processor", GTIN, NET);
  const name = it.name(GTIN);
  const inputs = [{ subject: ids.inbound, lot: it.consigned.inbound.lot, amount: 69_500n }];
  const to = { subject: ids.bag, name: NAMES };
  ids.lot = await it.make("processor", (subject, atS) => {
    const outputs = [{ subject, lot: name, amount: 15_000n, product: to }];
    return {
      kind: "TRANSFORM",
      args: {
        ...{ index: 0, step: 1, inputs: [{ id: bytesOf(ids.inbound), amount: 69_500n }] },
        outputs: [{ id: bytesOf(ids.bag), amount: 15_000n }],
      },
      document: transformEvent({ ...formOf(subject, atS), step: "process", uom: "KGM", inputs, outputs }),
      occurredAtS: atS,
    };
  });
  const volume = { amount: of, uom: "KGM" } as const;
  const scopes = [bytesOf(ids.bag)];
  ids.application = await it.make("processor", (subject, atS) => ({
    kind: "APPLY",
    args: { index: 0, certifier: HANDS.certifier, unit: 1, volume: volume.amount, scopes },
    document: applicationDocument({
      ...{ subject, name: NAMES, applicant: party(HANDS.processor), certifier: party(HANDS.certifier) },
      scheme: { id: "https://example.org/scheme", name: NAMES },
      ...{ appliedAtS: atS, volume, products: [{ subject: ids.bag, gtin: GTIN, name: NAMES }], plots: [] },
    }),
    occurredAtS: atS,
  }));
  ids.certificate = await it.make("certifier", (subject, atS) => {
    const validity = { fromS: START_S - 30 * DAY, untilS: START_S + 300 * DAY, atS };
    const form = { volume, application: ids.application };
    const of = {
      subject,
      beneficiary: HANDS.processor,
      ...validity,
      products: [ids.bag],
      plots: plots.map((plot) => ids[plot]),
      form,
    };
    const draft = certified(it.phones.certifier, of);
    const args = { ...draft.args, application: bytesOf(ids.application), unit: 1, volume: volume.amount };
    return { ...draft, args };
  });
  const serials = Array.from({ length: COUNT }, (_, n) =>
    makeSerial(Uint8Array.from({ length: 13 }, (__, k) => (n * 13 + k * 7) % 256)),
  );
  const leaves = await serialLeaves(primitives, serials);
  const root = await treeRoot(primitives, leaves);
  const file = Buffer.from(leaves.map((leaf) => hexOf(leaf)).join("\n"));
  ids.run = await it.make("processor", (subject, atS) => ({
    kind: "LABEL",
    args: { index: 0, lot: bytesOf(ids.lot), certificate: bytesOf(ids.certificate), count: BigInt(COUNT), root },
    document: labelEvent({
      ...{ ...formOf(subject, atS), lot: name, lotSubject: ids.lot, count: COUNT, net: NET, uom: "KGM" },
      root: hexOf(root),
      leaves: { cid: world.keepFile(file), mediaType: "text/csv", size: file.length, name: "leaves.csv" },
    }),
    occurredAtS: atS,
  }));
  const path = (await treePath(primitives, leaves, 3)).map(hexOf);
  const code = { serial: serials[3] ?? "", gtin: GTIN, lotNumber: name.lotNumber };
  it.claim = { ...code, run: ids.run, index: 3, count: COUNT, path };
}

/** 5 kg in bags go to the shop, which hands 1 kg on to a stall. */
async function handOn(it: Passage): Promise<void> {
  const { ids } = it;
  const lot = { gtin: GTIN, lotNumber: it.claim?.lotNumber ?? "" };
  const bags = { lot, packed: true, carrier: 0 };
  it.consigned.toShop = { ...bags, taken: ids.lot, amount: 5000n, from: HANDS.processor, to: HANDS.shop };
  ids.toShop = await it.make("processor", (id, atS) => shipped(formOf(id, atS), it.consigned.toShop));
  await it.write("shop", ids.toShop, received(it.form(ids.toShop), it.consigned.toShop));
  it.consigned.toStall = { ...bags, taken: ids.toShop, amount: 1000n, from: HANDS.shop, to: HANDS.stall };
  ids.toStall = await it.make("shop", (id, atS) => shipped(formOf(id, atS), it.consigned.toStall));
  await it.write("stall", ids.toStall, received(it.form(ids.toStall), it.consigned.toStall));
}

/** Address of the first document of that kind in a subject's own log. */
function documentIn(world: World, subject: Hex, kind: KindName): string {
  const found = entriesOf(world, subject).find((entry) => entry.kind === kind);
  if (found === undefined) throw new Error(`no ${kind} of ${subject}`);
  return cidOf(sha256(documentBytes(found.document)), "json");
}

/** Rests on the field's records and a laboratory's test. */
function promised(
  it: Passage,
  lot: Hex,
  amount: bigint,
  form: Partial<PromiseForm> = {},
): Drafted<"PROMISE"> & { readonly document: JsonObject } {
  const atS = it.nextS;
  const document = promiseDocument({
    ...{ subject: lot, id: formOf(lot, atS).eventId, issuedAtS: atS, productName: NAMES, lot: it.name(), amount },
    ...{ uom: "KGM", origin: NAMES, promisor: party(HANDS.grower), contact: { number: HANDS.grower, phone: null } },
    promise: "producer",
    basis: [
      {
        code: "control",
        entries: [
          { subject: it.ids.plantingA, document: documentIn(it.world, it.ids.plantingA, "GROW"), by: "holder" },
        ],
      },
      {
        code: "labTest",
        entries: [{ subject: lot, document: documentIn(it.world, lot, "TEST"), by: "laboratory", test: "passed" }],
      },
    ],
    example: true,
    ...form,
  });
  return { kind: "PROMISE", args: { amount }, document, occurredAtS: atS };
}
