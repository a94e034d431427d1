/**
 * A small tea season as a reader is handed it: real keys, real signatures, real folds by `protocol`, no chain and no server.
 * Two of three plots are sprayed, one has no field record at all; there is a gap, a late record and a picture with its credit.
 * Everything in it is made up.
 */
import { createHash, webcrypto } from "node:crypto";
import { readFile } from "node:fs/promises";
import { encodeGroup, type Group, newSubjectId, organisationId, signBatch } from "../../protocol/batch.ts";
import { bytesOf, compareBytes, hexOf } from "../../protocol/bytes.ts";
import { cidOf } from "../../protocol/cid.ts";
import type { Attachment } from "../../protocol/document/attachment.ts";
import {
  documentBytes,
  growEvent,
  harvestEvent,
  labelEvent,
  plantEvent,
  transformEvent,
} from "../../protocol/document/epcis.ts";
import { organisationDocument, plotMaster, productMaster } from "../../protocol/document/master.ts";
import type { JsonObject } from "../../protocol/document/terms.ts";
import { type Entry, makeEntry } from "../../protocol/entry.ts";
import { birthWord, foldBatch, stampOf } from "../../protocol/fold.ts";
import type { BatchProof, Deployment, Hex, History, KnownBlock, Move } from "../../protocol/history.ts";
import { codePath, makeSerial, serialLeaf } from "../../protocol/label.ts";
import { treePath, treeRoot } from "../../protocol/merkle.ts";
import { type Signer, webSigner } from "../../protocol/sign.ts";
import { primitives } from "./primitives.ts";

export type { Tea };
export { makeTea };

interface Tea {
  readonly history: History;
  readonly words: Readonly<Record<Hex, Hex>>;
  /** `/01/…` of the first bag, and of a second one. */
  readonly codes: readonly [string, string];
  /** Files by CID. */
  readonly files: ReadonlyMap<string, { readonly mediaType: string; readonly bytes: Uint8Array }>;
  /** Runtime code of the ledger, as far as its hash goes. */
  readonly code: Hex;
  /** The history of the second bag. */
  readonly second: History;
}

const DAY = 86_400;
/** 2026-02-10T00:00:00+08:00 */
const START = 1_770_652_800;
const LEDGER: Hex = `0x${"1e".repeat(20)}`;
const CODE: Hex = "0x600160005260206000f3";
const GTIN = "09520123456788";
const LOT_NUMBER = "260405-KTWD";
const GREEN = { zh: "云山绿茶（干茶）", en: "Yunshan green tea, loose" };
const LEAF = { zh: "鲜叶", en: "Fresh leaf" };
/** One green pixel, where the example's photographs are not to hand. */
const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
const BAG = { zh: "云山明前绿茶", en: "Yunshan early spring green tea" };

interface TeaWishes {
  /** The chain's doors in the deployment record. */
  readonly rpc?: readonly string[];
  /** How many of the three plots the lot comes from. */
  readonly plots?: number;
  /** Day of the season on which plots one and two are sprayed; harvest is on day 54. */
  readonly sprayDay?: number;
  /** Changes each document before it is hashed, signed and kept, as another maker's program might. */
  readonly reworded?: (document: JsonObject) => JsonObject;
}

async function makeTea(wishes: TeaWishes = {}): Promise<Tea> {
  const { rpc = ["/rpc"], plots: wanted = 3, sprayDay = 13, reworded = (document) => document } = wishes;
  const world = await World.begin(rpc, reworded);
  const photo = await world.photo("tea-garden-longjing.jpg", {
    caption: { zh: "茶园（示例图片）", en: "Tea garden (example picture)" },
    credit: {
      author: "Peter K Burian",
      licence: "CC BY-SA 4.0",
      source: "Wikimedia Commons",
      changes: "1280 px, metadata dropped",
    },
  });

  const [leaf, green, bag] = await world.products([
    { name: LEAF, gtin: null, net: 0n },
    { name: GREEN, gtin: null, net: 0n },
    { name: BAG, gtin: GTIN, net: 250n },
  ]);
  const plots = await world.plots(
    [
      { name: { zh: "一号茶园", en: "Garden 1" }, area: 2_800_000n, pictures: [photo] },
      { name: { zh: "二号茶园", en: "Garden 2" }, area: 3_100_000n },
      { name: { zh: "三号茶园", en: "Garden 3" }, area: 2_500_000n },
    ].slice(0, wanted),
  );
  const plantings = await world.plant(plots, leaf);
  const one = plantings.slice(0, 1);
  const both = plantings.slice(0, 2);

  await world.grow(both, 6, { id: "pruning", zh: "修剪", en: "Pruning" });
  await world.grow(both, sprayDay, { id: "spraying", zh: "打药", en: "Spraying" }, [
    {
      name: { zh: "联苯菊酯乳油", en: "bifenthrin EC" },
      kind: "pesticide",
      dose: 300,
      uom: "MLT",
      preHarvestIntervalDays: 7,
      registration: "PD20000001",
    },
  ]);
  await world.grow(one, 18, { id: "fertilising", zh: "施肥", en: "Fertilising" }, [
    { name: { zh: "菜籽饼肥", en: "rapeseed cake" }, kind: "fertiliser", dose: 120, uom: "KGM" },
  ]);
  await world.grow(both, 44, { id: "weeding", zh: "除草", en: "Weeding" }, [], 3);

  const picked = await world.harvest(plantings, leaf, wanted === 1 ? [412_000n] : [128_000n, 164_000n, 120_000n], 54);
  const dried = await world.make({
    from: [[picked, 412_000n]],
    product: green,
    name: GREEN,
    amount: 96_000n,
    day: 55,
    step: "process",
  });
  const packed = await world.make({
    from: [[dried, 96_000n]],
    product: bag,
    name: BAG,
    amount: 96_000n,
    day: 57,
    step: "pack",
  });
  return await world.label(packed, 380, 58);
}

class World {
  readonly #signer: Signer;
  readonly #rpc: readonly string[];
  readonly #reworded: NonNullable<TeaWishes["reworded"]>;
  readonly #words = new Map<Hex, Uint8Array>();
  readonly #logs = new Map<Hex, Move[]>();
  readonly #batches: Record<Hex, BatchProof> = {};
  readonly #documents: Record<string, string> = {};
  readonly #blocks: KnownBlock[] = [];
  readonly #files = new Map<string, { mediaType: string; bytes: Uint8Array }>();
  #nonce = 0n;
  readonly #organisation: Hex = hexOf(organisationId(7));
  #acts: History["acts"] = [];

  private constructor(signer: Signer, rpc: readonly string[], reworded: NonNullable<TeaWishes["reworded"]>) {
    this.#signer = signer;
    this.#rpc = rpc;
    this.#reworded = reworded;
  }

  static async begin(rpc: readonly string[], reworded: NonNullable<TeaWishes["reworded"]>): Promise<World> {
    const pair = await webcrypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
    const world = new World(await webSigner(primitives, webcrypto.subtle, pair as CryptoKeyPair), rpc, reworded);
    const block = world.#mine(START);
    const content = world.#keep(
      organisationDocument({
        subject: world.#organisation,
        createdAtS: START,
        example: true,
        name: { zh: "云山茶业合作社", en: "Yunshan tea co-operative" },
        number: 7,
        registration: null,
        checked: { zh: "示例机构，没有人核对过", en: "example organisation, checked by nobody" },
        phone: null,
      }),
    );
    const { x, y } = world.#signer.key;
    world.#acts = [
      {
        organisation: 7,
        act: 1,
        roles: 3,
        content: hexOf(content),
        x: hexOf(x),
        y: hexOf(y),
        untilBlock: "0",
        block: block.number,
        timeS: START,
      },
    ];
    const home = { chainId: 77n, ledger: bytesOf(LEDGER), subject: bytesOf(world.#organisation) };
    world.#words.set(world.#organisation, await birthWord(primitives, home));
    world.#logs.set(world.#organisation, []);
    return world;
  }

  async photo(name: string, told: Pick<Attachment, "caption" | "credit">): Promise<Attachment> {
    const bytes = await readFile(new URL(`./photo/${name}`, import.meta.url)).catch(() => PIXEL);
    const mediaType = bytes === PIXEL ? "image/png" : "image/jpeg";
    const cid = cidOf(createHash("sha256").update(bytes).digest(), "raw");
    this.#files.set(cid, { mediaType, bytes });
    return { cid, mediaType, size: bytes.length, name, ...told };
  }

  async products(
    list: readonly { name: { zh: string; en: string }; gtin: string | null; net: bigint }[],
  ): Promise<[Hex, Hex, Hex]> {
    const made: Hex[] = [];
    const nonce = this.#nonce;
    for (const [index] of list.entries()) made.push(await this.#id(nonce, index));
    const groups = list.map(({ name, gtin, net }, index) => {
      const subject = made[index] ?? "0x";
      const document = productMaster({
        subject,
        createdAtS: START,
        example: true,
        name,
        gtin,
        uom: "KGM",
        net,
        loss: 0,
      });
      return this.#group(subject, [
        makeEntry("PRODUCT", {
          occurredAtS: START,
          content: this.#keep(document),
          args: { index, unit: 1, net, loss: 0 },
        }),
      ]);
    });
    await this.#record(groups, START + 60);
    return made as [Hex, Hex, Hex];
  }

  async plots(
    list: readonly { name: { zh: string; en: string }; area: bigint; pictures?: readonly Attachment[] }[],
  ): Promise<Hex[]> {
    const atS = START + DAY;
    const made: Hex[] = [];
    for (const [index] of list.entries()) made.push(await this.#id(this.#nonce, index));
    const groups = list.map(({ name, area, pictures = [] }, index) => {
      const subject = made[index] ?? "0x";
      const document = plotMaster({
        subject,
        createdAtS: atS,
        example: true,
        code: `YS-${index + 1}`,
        name,
        village: { zh: "云山村", en: "Yunshan village" },
        level: "village",
        area,
        outline: [
          [0, 0],
          [62, 8],
          [70 - 9 * index, 41],
          [31, 52 + 6 * index],
          [-6, 30],
          [0, 0],
        ],
        pictures,
      });
      return this.#group(subject, [
        makeEntry("PLOT", { occurredAtS: atS, content: this.#keep(document), args: { index, level: 1, area } }),
      ]);
    });
    await this.#record(groups, atS + 600);
    return made;
  }

  async plant(plots: readonly Hex[], product: Hex): Promise<Hex[]> {
    const atS = START + DAY + 3600;
    const made: Hex[] = [];
    for (const [index] of plots.entries()) made.push(await this.#id(this.#nonce, index));
    const groups = plots.map((plot, index) => {
      const subject = made[index] ?? "0x";
      const args = { index, plot: bytesOf(plot), product: bytesOf(product), area: 2_500_000n, cap: 6_750_000n };
      const document = plantEvent({
        ...this.#form(subject, atS),
        planting: { gtin: null, lotNumber: `YS-${index + 1}-2026` },
        plot: { subject: plot, code: `YS-${index + 1}` },
        product: { subject: product, name: LEAF },
        area: args.area,
        cap: args.cap,
      });
      return this.#group(subject, [makeEntry("PLANT", { occurredAtS: atS, content: this.#keep(document), args })]);
    });
    await this.#record(groups, atS + 600);
    return made;
  }

  async grow(
    plantings: readonly Hex[],
    day: number,
    work: { id: string; zh: string; en: string },
    inputs: Parameters<typeof growEvent>[0]["inputs"] = [],
    lateDays = 0,
  ): Promise<void> {
    const atS = START + day * DAY + 9 * 3600;
    const groups = plantings.map((subject) => {
      const document = growEvent({ ...this.#form(subject, atS), work, ...(inputs.length === 0 ? {} : { inputs }) });
      return this.#group(subject, [makeEntry("GROW", { occurredAtS: atS, content: this.#keep(document), args: {} })]);
    });
    await this.#record(groups, atS + 1800 + lateDays * DAY);
  }

  async harvest(plantings: readonly Hex[], product: Hex, amounts: readonly bigint[], day: number): Promise<Hex> {
    const atS = START + day * DAY + 16 * 3600;
    const subject = await this.#id(this.#nonce, 0);
    const inputs = plantings
      .map((id, n) => ({ subject: id, amount: amounts[n] ?? 1n, lot: { gtin: null, lotNumber: `YS-${n + 1}-2026` } }))
      .sort((one, other) => compareBytes(bytesOf(one.subject), bytesOf(other.subject)));
    const document = harvestEvent({
      ...this.#form(subject, atS),
      lot: { gtin: null, lotNumber: "260405-LEAF" },
      product: { subject: product, name: LEAF },
      uom: "KGM",
      inputs: inputs.map((input, n) => ({ ...input, member: { subject, number: n + 1 } })),
    });
    const args = { index: 0, inputs: inputs.map((input) => ({ id: bytesOf(input.subject), amount: input.amount })) };
    await this.#record(
      [this.#group(subject, [makeEntry("HARVEST", { occurredAtS: atS, content: this.#keep(document), args })])],
      atS + 900,
    );
    return subject;
  }

  async make(of: {
    from: readonly (readonly [Hex, bigint])[];
    product: Hex;
    name: { zh: string; en: string };
    amount: bigint;
    day: number;
    step: "process" | "pack";
  }): Promise<Hex> {
    const atS = START + of.day * DAY + 11 * 3600;
    const subject = await this.#id(this.#nonce, 0);
    const lot = of.step === "pack" ? { gtin: GTIN, lotNumber: LOT_NUMBER } : { gtin: null, lotNumber: "260406-DRY" };
    const document = transformEvent({
      ...this.#form(subject, atS),
      step: of.step,
      uom: "KGM",
      inputs: of.from.map(([id, amount]) => ({ subject: id, amount, lot: { gtin: null, lotNumber: "260405-LEAF" } })),
      outputs: [{ subject, lot, amount: of.amount, product: { subject: of.product, name: of.name } }],
      ...(of.step === "pack"
        ? {}
        : {
            steps: [
              { id: "fixing", zh: "杀青", en: "fixing", temperatureC: 240, minutes: 6 },
              { id: "rolling", zh: "揉捻", en: "rolling", minutes: 25 },
              { id: "drying", zh: "干燥", en: "drying", temperatureC: 95 },
            ],
          }),
    });
    const args = {
      index: 0,
      step: of.step === "pack" ? 2 : 1,
      inputs: of.from.map(([id, amount]) => ({ id: bytesOf(id), amount })),
      outputs: [{ id: bytesOf(of.product), amount: of.amount }],
    };
    await this.#record(
      [this.#group(subject, [makeEntry("TRANSFORM", { occurredAtS: atS, content: this.#keep(document), args })])],
      atS + 900,
    );
    return subject;
  }

  async label(lot: Hex, count: number, day: number): Promise<Tea> {
    const atS = START + day * DAY + 15 * 3600;
    const run = await this.#id(this.#nonce, 0);
    const serials = Array.from({ length: count }, () => makeSerial(webcrypto.getRandomValues(new Uint8Array(13))));
    const leaves = await Promise.all(serials.map((serial) => serialLeaf(primitives, serial)));
    const root = await treeRoot(primitives, leaves);
    const list = new TextEncoder().encode(leaves.map((leaf) => hexOf(leaf).slice(2)).join("\n"));
    const cid = cidOf(createHash("sha256").update(list).digest(), "raw");
    this.#files.set(cid, { mediaType: "text/csv", bytes: list });
    const document = labelEvent({
      ...this.#form(run, atS),
      lot: { gtin: GTIN, lotNumber: LOT_NUMBER },
      lotSubject: lot,
      count,
      net: 250n,
      uom: "KGM",
      root: hexOf(root),
      leaves: { cid, mediaType: "text/csv", size: list.length, name: "leaves.csv" },
    });
    const args = { index: 0, lot: bytesOf(lot), certificate: new Uint8Array(32), count: BigInt(count), root };
    await this.#record(
      [this.#group(run, [makeEntry("LABEL", { occurredAtS: atS, content: this.#keep(document), args })])],
      atS + 900,
    );
    const codes = [0, 1].map((n) => codePath({ gtin: GTIN, lotNumber: LOT_NUMBER, serial: serials[n] ?? "" })) as [
      string,
      string,
    ];
    const history = async (index: number): Promise<History> => ({
      furrow: 1,
      deployment: this.#deployment(),
      asOf: this.#blocks.at(-1) ?? { number: 0, hash: "0x", timeS: 0 },
      code: {
        serial: serials[index] ?? "",
        gtin: GTIN,
        lotNumber: LOT_NUMBER,
        run,
        index,
        count,
        path: (await treePath(primitives, leaves, index)).map(hexOf),
      },
      lot,
      subjects: [...this.#logs].map(([id, moves]) => ({ id, moves })),
      batches: this.#batches,
      acts: this.#acts,
      blocks: this.#blocks,
      documents: this.#documents,
    });
    return {
      history: await history(0),
      second: await history(1),
      words: Object.fromEntries([...this.#words].map(([id, word]) => [id, hexOf(word)])),
      codes,
      files: this.#files,
      code: CODE,
    };
  }

  #deployment(): Deployment {
    return {
      furrow: 1,
      chainId: 77,
      ledger: LEDGER,
      codeHash: hexOf(createHash("sha256").update(bytesOf(CODE)).digest()),
      libraries: {},
      access: `0x${"ac".repeat(20)}`,
      block: 1,
      finality: "journal",
      rpc: this.#rpc,
      gateways: ["/"],
      runBy: { zh: "一台示例服务器", en: "one example server" },
      example: { fromS: START, untilS: START + 60 * DAY, untilBlock: 20 },
    };
  }

  #form(subject: Hex, occurredAtS: number) {
    return { subject, occurredAtS, eventId: webcrypto.randomUUID(), example: true };
  }

  #group(subject: Hex, entries: readonly Entry[]): Group {
    return { subject: bytesOf(subject), entries };
  }

  #id(nonce: bigint, index: number): Promise<Hex> {
    return newSubjectId(primitives, this.#signer.recorder, nonce, index).then(hexOf);
  }

  /** Keeps a document; its digest is the entry's content. */
  #keep(document: JsonObject): Uint8Array {
    const bytes = documentBytes(this.#reworded(document));
    const digest = createHash("sha256").update(bytes).digest();
    this.#documents[cidOf(digest, "json")] = new TextDecoder().decode(bytes);
    return new Uint8Array(digest);
  }

  #mine(timeS: number): KnownBlock {
    const number = this.#blocks.length + 1;
    const hash = hexOf(createHash("sha256").update(`block ${number}`).digest());
    const block = { number, hash, timeS };
    this.#blocks.push(block);
    return block;
  }

  async #record(groups: readonly Group[], recordedAtS: number): Promise<void> {
    const seen = this.#blocks.at(-1)?.hash ?? "0x";
    const at = { chainId: 77n, ledger: bytesOf(LEDGER), nonce: this.#nonce, seen: bytesOf(seen) };
    const { bytes } = await signBatch(primitives, this.#signer, { ...at, groups });
    const header = { version: 1, recorder: this.#signer.recorder, ...at };
    const folded = await foldBatch(
      primitives,
      { header, groups },
      { organisation: 7, recordedAtS },
      (id) => this.#words.get(hexOf(id)) ?? null,
    );
    const block = this.#mine(recordedAtS);
    const signature = bytes.slice(-64);
    const batch = hexOf(folded.hash);
    for (const birth of folded.births) this.#logs.set(hexOf(birth.subject), []);
    for (const move of folded.moves) {
      this.#words.set(hexOf(move.subject), move.word);
      this.#logs.get(hexOf(move.subject))?.push({ seq: move.seq, batch, group: move.group, entry: move.entry });
    }
    this.#batches[batch] = {
      emitter: LEDGER,
      recorder: hexOf(this.#signer.recorder),
      stamp: hexOf(stampOf({ recorder: this.#signer.recorder, organisation: 7, recordedAtS })),
      nonce: String(this.#nonce),
      seen,
      r: hexOf(signature.slice(0, 32)),
      s: hexOf(signature.slice(32)),
      block: block.number,
      size: groups.length,
      groups: await Promise.all(
        groups.map(async (group, index) => ({
          index,
          bytes: hexOf(encodeGroup(group)),
          path: (await treePath(primitives, folded.leaves, index)).map(hexOf),
        })),
      ),
    };
    this.#nonce++;
  }
}
