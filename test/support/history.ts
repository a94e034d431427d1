/**
 * Random honest histories: co-operatives, phones, plots, plantings, field work, harvests, processing, labels; dates kept, sums right.
 * The only imperfections are those that are planted, and they are listed. Everything in it is made up.
 */

import { organisationId } from "../../protocol/batch.ts";
import { bytesOf, compareBytes, type Hex, hexOf } from "../../protocol/bytes.ts";
import {
  growEvent,
  harvestEvent,
  labelEvent,
  noteEvent,
  originEvent,
  plantEvent,
  transformEvent,
} from "../../protocol/document/epcis.ts";
import type { EventForm } from "../../protocol/document/form.ts";
import { memberMaster, plotMaster, productMaster } from "../../protocol/document/master.ts";
import type { LotName } from "../../protocol/document/terms.ts";
import type { CodeClaim, History } from "../../protocol/history.ts";
import { makeSerial, serialLeaves } from "../../protocol/label.ts";
import { ROLES } from "../../protocol/kinds/kind.ts";
import { treePath, treeRoot } from "../../protocol/merkle.ts";
import type { FindingCode } from "../../protocol/verify/findings.ts";
import type { Heads } from "../../protocol/verify/report.ts";
import { attested, certified, correction, entriesOf, grown, inspected, noted, tested } from "./third-parties.ts";
import { type Drafted, type DraftedGroup, type Phone, primitives, sha256, World } from "./world.ts";

export type { Honest, Planted };
export { DAY, honestHistory, randomOf };

/** A finding that must come, and no other. */
interface Planted {
  readonly code: FindingCode;
  readonly subject: Hex;
}

interface Honest {
  readonly world: World;
  readonly history: History;
  readonly heads: Heads;
  readonly planted: readonly Planted[];
  readonly manager: Phone;
  readonly phones: readonly Phone[];
  readonly run: Hex;
  readonly lot: Hex;
  /** Plots that fed the lot, and the product that it is of. */
  readonly plots: readonly Hex[];
  readonly product: Hex;
  /** Third parties, where there are any: admitted with the lot's holder, and what they certified. */
  readonly laboratory: Phone | null;
  readonly certifier: Phone | null;
  readonly certificates: readonly Hex[];
  /** Subjects of all corrections of this world, once each correction. */
  readonly corrected: readonly Hex[];
  /** Other lots of the same world. */
  readonly otherLots: readonly Hex[];
}

const DAY = 86_400;
const START_S = Date.parse("2026-02-10T06:00:00+08:00") / 1000;
const GTIN = "09520123456788";
const WORKS = [
  { id: "weeding", zh: "除草", en: "weeding" },
  { id: "spraying", zh: "打药", en: "spraying" },
  { id: "pruning", zh: "修剪", en: "pruning" },
] as const;

/** Numbers 0 ≤ n < 1 that a seed decides (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

async function honestHistory(seed: number): Promise<Honest> {
  return new Season(seed).run();
}

interface Lot {
  readonly id: Hex;
  readonly name: LotName;
  left: bigint;
}

interface Planting extends Lot {
  readonly plot: Hex;
  readonly code: string;
  readonly planted: FindingCode | null;
  /** Still to be noted down: days from the beginning. */
  readonly workDays: readonly number[];
}

class Season {
  readonly world = new World(START_S - 20 * DAY);
  readonly #random: () => number;
  readonly #late = new Map<Hex, number>();
  readonly #planted: Planted[] = [];
  #names = 0;
  #phones: Phone[] = [];
  readonly #corrected: Hex[] = [];

  constructor(seed: number) {
    this.#random = randomOf(seed);
  }

  #int(least: number, most: number): number {
    return least + Math.floor(this.#random() * (most - least + 1));
  }

  #chance(part: number): boolean {
    return this.#random() < part;
  }

  #pick<T>(list: readonly T[]): T {
    return list[this.#int(0, list.length - 1)] as T;
  }

  async run(): Promise<Honest> {
    const { world } = this;
    const firstS = START_S - 19 * DAY;
    const manager = await world.admit(1, firstS);
    const other = this.#chance(0.4) ? await world.admit(2, firstS) : manager;
    const [laboratory, certifier] = this.#chance(0.5)
      ? [await world.admit(3, firstS, ROLES.laboratory | ROLES.expert), await world.admit(4, firstS, ROLES.certifier)]
      : [null, null];
    this.#phones = [manager];
    for (let n = this.#int(0, 2); n > 0; n--) this.#phones.push(await world.enrol(manager, firstS + 3600 * n));

    const [leaf, tea, bag] = await this.#products(other, firstS + DAY);
    const members = await this.#members(firstS + DAY);
    const plantings = await this.#plantings(leaf, firstS + 2 * DAY);
    await this.#fieldWork(plantings);
    if (this.#phones.length > 2) await this.#expelOne(manager);

    const harvestDay = 60;
    const fresh: Lot[] = [];
    for (let n = 0; n < this.#int(1, 3); n++) {
      fresh.push(await this.#harvest(plantings, leaf, members, START_S + (harvestDay + 3 * n) * DAY));
    }
    if (this.#chance(0.3)) fresh.push(await this.#origin(leaf, START_S + 70 * DAY));
    const made = await this.#transform("process", fresh, tea, START_S + 71 * DAY, this.#int(1, 3));
    const loose = this.#chance(0.5) ? made : await this.#transform("merge", made, tea, START_S + 72 * DAY, 1);
    const packed = await this.#transform("pack", [loose[0] as Lot], bag, START_S + 73 * DAY, 1, GTIN);
    const lot = packed[0] as Lot;
    await this.#note(lot, START_S + 74 * DAY);
    const { run, claim } = await this.#label(lot, START_S + 75 * DAY);
    const plots = plantings.map(({ plot }) => plot).filter((id) => world.ancestors([run]).includes(id));
    if (this.#chance(0.5)) await this.#putRight(plantings, fresh, START_S + 76 * DAY);
    const certificates: Hex[] = [];
    if (laboratory !== null && certifier !== null) {
      await this.#thirdParties(laboratory, certifier, { lot, plots, planting: plantings[0] });
      certificates.push(await this.#certificate(certifier, { product: bag, plots }));
    }
    await this.#afterwards(plantings, lot, START_S + 80 * DAY);

    const story = world.ancestors([run]);
    const third = [laboratory, certifier].flatMap((phone) => phone?.organisation ?? []);
    const subjects = [
      ...story,
      leaf,
      tea,
      bag,
      ...certificates,
      ...this.#organisations([other.organisation, ...third]),
    ];
    const history = await world.history(lot.id, subjects, claim);
    const fed = plantings.filter(({ id }) => story.includes(id));
    const planted: Planted[] = fed.flatMap(({ id, planted: code }) => (code === null ? [] : [{ code, subject: id }]));
    planted.push(...this.#planted);
    for (const [subject, count] of this.#late) {
      if (story.includes(subject)) for (let n = 0; n < count; n++) planted.push({ code: "late-record", subject });
    }
    return {
      world,
      history,
      heads: world.heads(),
      planted,
      manager,
      phones: this.#phones,
      run,
      lot: lot.id,
      ...{ plots, product: bag, laboratory, certifier, certificates, corrected: this.#corrected },
      otherLots: [...fresh, ...made].map(({ id }) => id),
    };
  }

  #organisations(others: readonly number[]): Hex[] {
    return [...new Set([1, ...others])].map((number) => hexOf(organisationId(number)));
  }

  #form(subject: Hex, occurredAtS: number): EventForm {
    const hex = sha256(Buffer.from(`${subject} ${this.#names++}`));
    const digits = Buffer.from(hex).toString("hex");
    const eventId = `${digits.slice(0, 8)}-${digits.slice(8, 12)}-7${digits.slice(13, 16)}-8${digits.slice(17, 20)}-${digits.slice(20, 32)}`;
    return { subject, eventId, occurredAtS, example: true };
  }

  #name(gtin: string | null = null): LotName {
    return { gtin, lotNumber: gtin === null ? `示例-${this.#names++}` : `26-${this.#names++}` };
  }

  /** Written down within the day, unless a late record is planted. */
  #recordedAtS(occurredAtS: number): number {
    return occurredAtS + this.#int(60, 20 * 3600);
  }

  async #one(
    phone: Phone,
    subject: Hex,
    entry: Drafted,
    recordedAtS = this.#recordedAtS(entry.occurredAtS),
  ): Promise<void> {
    await this.world.submit(phone, [{ subject, entries: [entry] }], recordedAtS);
  }

  async #products(phone: Phone, atS: number): Promise<[Hex, Hex, Hex]> {
    const groups: DraftedGroup[] = [];
    const ids: Hex[] = [];
    const forms = [
      { name: { zh: "鲜叶", en: "fresh leaf" }, gtin: null, net: 0n, loss: 0 },
      { name: { zh: "干茶", en: "made tea" }, gtin: null, net: 0n, loss: 780 },
      { name: { zh: "明前茶 250 克", en: "tea, 250 g" }, gtin: GTIN, net: 250n, loss: 0 },
    ];
    for (const [index, form] of forms.entries()) {
      const subject = await this.world.newId(phone, index);
      const document = productMaster({ subject, createdAtS: atS, example: true, uom: "KGM", ...form });
      const args = { index, unit: 1, net: form.net, loss: form.loss };
      groups.push({ subject, entries: [{ kind: "PRODUCT", args, document, occurredAtS: atS }] });
      ids.push(subject);
    }
    await this.world.submit(phone, groups, atS);
    return ids as [Hex, Hex, Hex];
  }

  async #members(atS: number): Promise<{ subject: Hex; number: number }[]> {
    const phone = this.#pick(this.#phones);
    const members: { subject: Hex; number: number }[] = [];
    const groups: DraftedGroup[] = [];
    for (let index = 0; index < this.#int(1, 3); index++) {
      const subject = await this.world.newId(phone, index);
      const document = memberMaster({ subject, createdAtS: atS, example: true, number: index + 1 });
      const args = { index, number: BigInt(index + 1) };
      groups.push({ subject, entries: [{ kind: "MEMBER", args, document, occurredAtS: atS }] });
      members.push({ subject, number: index + 1 });
    }
    await this.world.submit(phone, groups, atS);
    return members;
  }

  /** Plots and plantings in one batch each, so that a history leaves some groups of a batch out. */
  async #plantings(product: Hex, atS: number): Promise<Planting[]> {
    const plantings: Planting[] = [];
    for (let n = 0; n < this.#int(1, 4); n++) {
      const phone = this.#pick(this.#phones);
      const [plot, planting] = [await this.world.newId(phone, 0), await this.world.newId(phone, 1)];
      const [code, area] = [`示例地 ${n}`, BigInt(this.#int(500_000, 5_000_000))];
      const name = this.#name();
      const occurredAtS = atS + n * 3600;
      const plotDocument = plotMaster({
        subject: plot,
        createdAtS: occurredAtS,
        example: true,
        code,
        level: "field",
        area,
      });
      const plant = {
        plot: { subject: plot, code },
        product: { subject: product, name: { zh: "鲜叶" } },
        area,
        cap: 9_000_000n,
      };
      const document = plantEvent({ ...this.#form(planting, occurredAtS), planting: name, ...plant });
      const args = { index: 1, plot: bytesOf(plot), product: bytesOf(product), area, cap: plant.cap };
      await this.world.submit(
        phone,
        [
          {
            subject: plot,
            entries: [{ kind: "PLOT", args: { index: 0, level: 0, area }, document: plotDocument, occurredAtS }],
          },
          { subject: planting, entries: [{ kind: "PLANT", args, document, occurredAtS }] },
        ],
        this.#recordedAtS(occurredAtS),
      );
      const planted = this.#pick<FindingCode | null>([null, null, "field-gap", "no-field-record"]);
      const left = (area * plant.cap) / 10_000_000n;
      plantings.push({ id: planting, name, left, plot, code, planted, workDays: this.#workDays(planted) });
    }
    return plantings;
  }

  /** Days of field work from planting (day −17) to harvest (day 60 to 66): never more than 13 apart, but where a gap is planted. */
  #workDays(planted: FindingCode | null): number[] {
    if (planted === "no-field-record") return [];
    const gapAfter = planted === "field-gap" ? this.#int(-10, 25) : Number.POSITIVE_INFINITY;
    const days: number[] = [];
    let gap = false;
    for (let day = -17; day < 53;) {
      const leap = !gap && day >= gapAfter;
      if (leap) gap = true;
      day = Math.min(day + (leap ? this.#int(16, 20) : this.#int(4, 12)), 59);
      days.push(day);
    }
    return days;
  }

  async #fieldWork(plantings: readonly Planting[]): Promise<void> {
    const days: { subject: Hex; entries: Drafted[]; recordedAtS: number }[] = [];
    for (const planting of plantings) {
      for (const day of planting.workDays) {
        const onPlot = planting.planted === null && this.#chance(0.2);
        const subject = onPlot ? planting.plot : planting.id;
        const occurredAtS = START_S + day * DAY + this.#int(0, 3600);
        const entries = Array.from({ length: this.#int(1, 3) }, (_, n) =>
          this.#fieldEntry(planting, { subject, first: n === 0, occurredAtS: occurredAtS + n * 600 }),
        );
        const late = day < 53 && this.#chance(0.05);
        if (late) this.#late.set(subject, (this.#late.get(subject) ?? 0) + entries.length);
        days.push({
          subject,
          entries,
          recordedAtS: late ? occurredAtS + 3 * DAY : this.#recordedAtS(occurredAtS + 3600),
        });
      }
    }
    // Blocks come in the order of recording, not of what happened.
    days.sort((a, b) => a.recordedAtS - b.recordedAtS);
    for (const { recordedAtS, ...group } of days)
      await this.world.submit(this.#pick(this.#phones), [group], recordedAtS);
  }

  #fieldEntry(planting: Planting, of: { subject: Hex; first: boolean; occurredAtS: number }): Drafted {
    const lot = of.subject === planting.id ? { lot: planting.name } : {};
    const form = { ...this.#form(of.subject, of.occurredAtS), ...lot, place: planting.code };
    const document = growEvent({ ...form, work: this.#pick(WORKS) });
    if (of.first || this.#chance(0.8)) return { kind: "GROW", args: {}, document, occurredAtS: of.occurredAtS };
    const note = noteEvent({ ...form, notes: { zh: "示例记录" } });
    return { kind: "NOTE", args: {}, document: note, occurredAtS: of.occurredAtS };
  }

  async #expelOne(manager: Phone): Promise<void> {
    const phone = this.#phones.pop();
    if (phone !== undefined) await this.world.expel(manager, phone, this.world.latest.timeS + 60);
  }

  async #harvest(
    plantings: readonly Planting[],
    product: Hex,
    members: readonly { subject: Hex; number: number }[],
    atS: number,
  ): Promise<Lot> {
    const phone = this.#pick(this.#phones);
    const subject = await this.world.newId(phone);
    const chosen = plantings.filter((_, n) => n === 0 || this.#chance(0.7));
    const sorted = [...chosen].sort((a, b) => compareBytes(bytesOf(a.id), bytesOf(b.id)));
    const inputs = sorted.map((planting) => {
      const amount = BigInt(this.#int(20_000, Number(planting.left / 4n)));
      planting.left -= amount;
      return { subject: planting.id, lot: planting.name, amount, member: this.#pick(members) };
    });
    const lot = this.#name();
    const document = harvestEvent({
      ...this.#form(subject, atS),
      lot,
      product: { subject: product, name: { zh: "鲜叶" } },
      uom: "KGM",
      inputs,
    });
    const args = { index: 0, inputs: inputs.map(({ subject: id, amount }) => ({ id: bytesOf(id), amount })) };
    await this.#one(phone, subject, { kind: "HARVEST", args, document, occurredAtS: atS });
    return { id: subject, name: lot, left: inputs.reduce((sum, { amount }) => sum + amount, 0n) };
  }

  async #origin(product: Hex, atS: number): Promise<Lot> {
    const phone = this.#pick(this.#phones);
    const subject = await this.world.newId(phone);
    const [lot, amount] = [this.#name(), BigInt(this.#int(1000, 50_000))];
    const ref = { subject: product, name: { zh: "鲜叶" } };
    const document = originEvent({ ...this.#form(subject, atS), lot, product: ref, amount, uom: "KGM" });
    const args = { index: 0, product: bytesOf(product), amount };
    await this.#one(phone, subject, { kind: "ORIGIN", args, document, occurredAtS: atS });
    return { id: subject, name: lot, left: amount };
  }

  async #transform(
    step: "process" | "pack" | "merge",
    from: readonly Lot[],
    product: Hex,
    atS: number,
    count: number,
    gtin: string | null = null,
  ): Promise<Lot[]> {
    const phone = this.#pick(this.#phones);
    const sorted = [...from].sort((a, b) => compareBytes(bytesOf(a.id), bytesOf(b.id)));
    const inputs = sorted.map((lot) => {
      const amount = this.#chance(0.7) ? lot.left : (lot.left + 1n) / 2n;
      lot.left -= amount;
      return { subject: lot.id, lot: lot.name, amount };
    });
    const total = inputs.reduce((sum, { amount }) => sum + amount, 0n);
    const kept = step === "process" ? (total * BigInt(this.#int(300, 990))) / 1000n : total;
    const ref = { subject: product, name: { zh: "示例茶", en: "example tea" } };
    const outputs: { subject: Hex; lot: LotName; amount: bigint; product: typeof ref }[] = [];
    for (let n = 0; n < count; n++) {
      const amount = n === 0 ? kept - (kept / BigInt(2 * count)) * BigInt(count - 1) : kept / BigInt(2 * count);
      outputs.push({ subject: await this.world.newId(phone, n), lot: this.#name(gtin), amount, product: ref });
    }
    const subject = outputs[0]?.subject ?? "0x";
    const document = transformEvent({ ...this.#form(subject, atS), step, uom: "KGM", inputs, outputs });
    const args = {
      index: 0,
      step: { process: 1, pack: 2, merge: 4 }[step],
      inputs: inputs.map((input) => ({ id: bytesOf(input.subject), amount: input.amount })),
      outputs: outputs.map((output) => ({ id: bytesOf(product), amount: output.amount })),
    };
    await this.#one(phone, subject, { kind: "TRANSFORM", args, document, occurredAtS: atS });
    return outputs.map((output) => ({ id: output.subject, name: output.lot, left: output.amount }));
  }

  async #note(lot: Lot, atS: number): Promise<void> {
    const file = {
      cid: this.world.keepFile(Buffer.from("picture")),
      mediaType: "image/jpeg",
      size: 7,
      name: "示例.jpg",
    };
    const document = noteEvent({
      ...this.#form(lot.id, atS),
      lot: lot.name,
      notes: { zh: "入库" },
      attachments: [file],
    });
    await this.#one(this.#pick(this.#phones), lot.id, { kind: "NOTE", args: {}, document, occurredAtS: atS });
  }

  async #label(lot: Lot, atS: number): Promise<{ run: Hex; claim: CodeClaim }> {
    const phone = this.#pick(this.#phones);
    const run = await this.world.newId(phone);
    const most = Number(lot.left / 250n);
    const count = Math.max(1, Math.min(this.#int(1, 40), most));
    const serials = Array.from({ length: count }, () =>
      makeSerial(Uint8Array.from({ length: 13 }, () => this.#int(0, 255))),
    );
    const leaves = await serialLeaves(primitives, serials);
    const root = await treeRoot(primitives, leaves);
    const file = Buffer.from(leaves.map((leaf) => hexOf(leaf)).join("\n"));
    const document = labelEvent({
      ...this.#form(run, atS),
      lot: lot.name,
      lotSubject: lot.id,
      count,
      net: 250n,
      uom: "KGM",
      root: hexOf(root),
      leaves: { cid: this.world.keepFile(file), mediaType: "text/csv", size: file.length, name: "leaves.csv" },
    });
    const args = { index: 0, lot: bytesOf(lot.id), certificate: new Uint8Array(32), count: BigInt(count), root };
    await this.#one(phone, run, { kind: "LABEL", args, document, occurredAtS: atS });
    const index = this.#int(0, count - 1);
    const path = await treePath(primitives, leaves, index);
    const short = this.#chance(0.3);
    const claim = {
      serial: serials[index] ?? "",
      gtin: short ? null : GTIN,
      lotNumber: short ? null : lot.name.lotNumber,
      run,
      index,
      count,
      path: path.map(hexOf),
    };
    return { run, claim };
  }

  /** A day's work that belongs to another hour, and a lot that weighs less than was written: of its planting, or lost on the way. */
  async #putRight(plantings: readonly Planting[], fresh: readonly Lot[], atS: number): Promise<void> {
    const { world } = this;
    const phone = this.#pick(this.#phones);
    const worked = plantings.find(({ id }) => entriesOf(world, id).some(({ kind }) => kind === "GROW"));
    const work = worked && entriesOf(world, worked.id).find(({ kind }) => kind === "GROW");
    if (worked !== undefined && work !== undefined) {
      const form = this.#form(worked.id, work.occurredAtS + 1800);
      const said = { reason: 2, declaredAtS: atS, right: [form.eventId] } as const;
      const entries = [
        correction({ ...work, subject: worked.id }, said),
        grown({ ...form, lot: worked.name } as EventForm),
      ];
      await world.submit(phone, [{ subject: worked.id, entries }], atS + 600);
      this.#corrected.push(worked.id);
    }
    for (const lot of fresh) {
      const [harvest] = entriesOf(world, lot.id).filter(({ kind }) => kind === "HARVEST");
      const [input = "0x"] = world.inputs.get(lot.id) ?? [];
      if (harvest === undefined || lot.left < 1n) continue;
      const own = -BigInt(this.#int(1, Math.min(1000, Number(lot.left))));
      const form = this.#form(lot.id, atS + DAY);
      const other = this.#chance(0.5) ? { other: { subject: input, difference: own } } : {};
      const said = { reason: 4, declaredAtS: atS + DAY, own, right: [form.eventId], ...other } as const;
      const entries = [correction({ ...harvest, subject: lot.id }, said), noted(form)];
      await world.submit(phone, [{ subject: lot.id, entries }], atS + DAY + 600);
      this.#corrected.push(lot.id);
    }
  }

  /** Findings of others; the laboratory puts one of its own right, and contradicts the cooperative in another. */
  async #thirdParties(
    laboratory: Phone,
    certifier: Phone,
    { lot, plots, planting }: { lot: Lot; plots: readonly Hex[]; planting: Planting | undefined },
  ): Promise<void> {
    const { world } = this;
    const atS = START_S + 78 * DAY;
    const cooperative = hexOf(organisationId(1));
    await this.#one(laboratory, lot.id, tested({ ...this.#form(lot.id, atS), lot: lot.name } as EventForm), atS + 600);
    const wrong = entriesOf(world, lot.id).find(({ kind }) => kind === "TEST");
    if (wrong !== undefined && this.#chance(0.5)) {
      const form = this.#form(lot.id, atS);
      const said = { reason: 1, declaredAtS: atS + 900, right: [form.eventId] } as const;
      const entries = [correction({ ...wrong, subject: lot.id }, said), tested(form)];
      await world.submit(laboratory, [{ subject: lot.id, entries }], atS + 1200);
      this.#corrected.push(lot.id);
    }
    const groups: DraftedGroup[] = [cooperative, ...plots].map((subject) => ({
      subject,
      entries: [inspected(this.#form(subject, atS + 3600))],
    }));
    await world.submit(certifier, groups, atS + 4000);
    if (planting !== undefined) {
      const form = this.#form(planting.id, atS + 3600);
      await this.#one(laboratory, planting.id, attested(form), atS + 4200);
    }
    const said = entriesOf(world, lot.id).find(({ kind }) => kind === "NOTE");
    if (said !== undefined && this.#chance(0.2)) {
      const doubt = correction({ ...said, subject: lot.id }, { reason: 4, declaredAtS: atS + 4200 });
      await this.#one(laboratory, lot.id, doubt, atS + 4300);
      this.#planted.push({ code: "contradicted", subject: lot.id });
      this.#corrected.push(lot.id);
    }
  }

  async #certificate(certifier: Phone, scope: { product: Hex; plots: readonly Hex[] }): Promise<Hex> {
    const atS = START_S + 79 * DAY;
    const subject = await this.world.newId(certifier);
    const [products, plots] = this.#chance(0.5) ? [[scope.product], scope.plots] : [[], scope.plots.slice(0, 1)];
    const validity = { fromS: START_S - 30 * DAY, untilS: START_S + 300 * DAY, atS };
    const draft = certified(certifier, { subject, beneficiary: 1, ...validity, products, plots });
    await this.#one(certifier, subject, draft, atS + 600);
    await this.#one(certifier, subject, noted(this.#form(subject, atS + 3600)), atS + 4000);
    return subject;
  }

  /** What happens to the ancestors later on belongs to their logs, and is counted. */
  async #afterwards(plantings: readonly Planting[], lot: Lot, atS: number): Promise<void> {
    const planting = this.#pick(plantings);
    const document = growEvent({ ...this.#form(planting.id, atS), lot: planting.name, work: WORKS[0] });
    await this.#one(this.#pick(this.#phones), planting.id, { kind: "GROW", args: {}, document, occurredAtS: atS });
    if (this.#chance(0.5)) await this.#note(lot, atS + DAY);
  }
}
